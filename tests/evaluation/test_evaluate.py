"""A report holds what the metrics say of the very images that the model generates."""

import json

import numpy as np
import pytest
from msgspec.structs import replace

import keras_gan
from keras_gan import data, metrics, networks, zoo
from keras_gan.evaluation import Evaluator, classifier_of, classifiers_of, evaluate
from keras_gan.evaluation.suites import SUITES, generation
from keras_gan.metrics import Features
from keras_gan.zoo import pack

SIZE = (28, 28)


@pytest.fixture
def pixels():
    """Few features, for speed: the means of blocks of 7 by 7 pixels."""

    def means(images):
        images = np.asarray(images).reshape(len(images), 4, 7, 4, 7)
        return images.mean(axis=(2, 4)).reshape(-1, 16)

    return Features(means, "means")


@pytest.fixture
def digits():
    return data.arrays("digits", "test", image_size=28)


@pytest.fixture
def conditional():
    return keras_gan.CGAN(networks.cgan.generator((28, 28, 1), 10), image_shape=(28, 28, 1))


def test_figures_are_those_of_the_metrics(entries, digits):
    asked = ["fid", "kid", "prdc", "is", "nn_accuracy", "support", "modes"]
    report = evaluate("tiny_dcgan", metrics=asked, num=400, seed=5)
    assert report.model == "tiny_dcgan" and report.dataset == "digits test"

    classifier = zoo.load("tiny_classifier")
    real, generated = digits[0], zoo.load("tiny_dcgan").generate(400, seed=5)
    found = {"real": classifier.features(real), "generated": classifier.features(generated)}
    name = {"features": "tiny_classifier"}
    likely = classifier.classify(generated)
    seen = np.bincount(classifier.classify(real).argmax(axis=1), minlength=10)
    expected = [
        metrics.fid(**found, **name),
        metrics.kid(**found, **name),
        *metrics.precision_recall(**found, **name),
        *metrics.density_coverage(**found, **name),
        metrics.inception_score(likely, **name),
        metrics.nearest_neighbor_accuracy(found["real"], found["generated"][: len(real)], **name),
        metrics.support_size(**found, **name),
        *metrics.modes(likely, seen, **name).metrics,
    ]
    assert {figure.name for figure in report.metrics} == {figure.name for figure in expected}
    for figure in expected:
        got = report[figure.metric].value
        assert got == pytest.approx(figure.value, rel=1e-4, abs=1e-7), figure.metric
    assert report["fid"].name == "fid[tiny_classifier,400/360]"
    assert report["fid"].error > 0
    assert report.modes.histogram == dict(
        zip(map(str, range(10)), np.bincount(likely.argmax(axis=1), minlength=10), strict=True)
    )


def test_other_split_is_another_name(entries):
    report = evaluate("tiny_dcgan", metrics=["fid", "is"], num=50, num_real=100, split="train")
    assert [figure.name for figure in report.metrics] == [
        "fid[tiny_classifier,50/100 train]",
        "inception_score[tiny_classifier,50 train]",
    ]


def test_images_from_anywhere(digits, pixels):
    half = digits[0][:180]
    report = evaluate(half, digits[0][180:], ["fid", "prdc"], features=pixels)
    expected = metrics.fid(pixels(digits[0][180:]), pixels(half), features="means")
    assert report["fid"].value == pytest.approx(expected.value, rel=1e-9)
    assert report.dataset == "given images" and report["recall"].name == "recall[means,180/180]"


def asked_of(labels, num):
    """Labels at equal distances, or each several times."""
    return np.array([labels[i * len(labels) // num] for i in range(num)])


@pytest.mark.parametrize("num", [100, 700])
def test_all_classes_of_sorted_data_are_asked_for(num, conditional, digits, pixels, monkeypatch):
    images, labels = digits
    order = np.argsort(labels, kind="stable")
    asked, decode = [], conditional.decode

    def record(latents, labels):
        asked.extend(labels)
        return decode(latents, labels)

    monkeypatch.setattr(conditional, "decode", record)
    Evaluator((images[order], labels[order]), ["fid"], num, features=pixels)(conditional)
    shares = np.bincount(labels) / len(labels)
    np.testing.assert_allclose(np.bincount(asked, minlength=10) / num, shares, atol=1 / num)


def test_conditional_model_is_asked_for_the_classes_of_the_data(conditional, digits, pixels):
    images, labels = digits
    evaluator = Evaluator((images, labels), ["intra_fid", "ppl"], 500, features=pixels)
    report = evaluator(conditional)
    asked = asked_of(labels, 500)
    generated = conditional.generate(500, seed=0, labels=asked)
    mean, _ = metrics.intra_class_fid(
        pixels(images), labels, pixels(generated), asked, features="means"
    )
    assert report["intra_class_fid"].value == pytest.approx(mean.value, rel=1e-5)
    assert report["perceptual_path_length"].value > 0


def test_label_accuracy(entries, conditional, digits):
    report = evaluate(conditional, "digits", ["label_accuracy"], 200)
    asked = asked_of(digits[1], 200)
    seen = zoo.load("tiny_classifier").classify(conditional.generate(200, seed=0, labels=asked))
    share = (seen.argmax(axis=1) == asked).mean()
    figure = report["label_accuracy"]
    assert figure.value == pytest.approx(share)
    assert figure.interval[0] < share < figure.interval[1]


def test_accuracy_of_a_classifier(entries, digits):
    images, labels = digits
    report = evaluate("tiny_classifier")
    right = zoo.load("tiny_classifier").classify(images).argmax(axis=1) == labels
    assert report["accuracy"].value == pytest.approx(right.mean())
    assert report["accuracy"].name == "accuracy[digits test,360]"


def test_memorization_is_of_the_training_split(entries):
    training = data.arrays("digits", "train", image_size=28)[0]
    copies = np.concatenate([training[:40], training[40:60, :, ::-1]])
    report = evaluate(copies, "digits", ["memorization", "modes"])
    assert report["copied"].name == "copied[tiny_classifier,60/1437]"
    assert report["copied"].value + report["mirrored"].value == 1
    np.testing.assert_array_equal(report.memorization.nearest, np.arange(60))


def test_disentanglement_is_that_of_rendered_images(pixels, monkeypatch):
    given = {}

    def spied(encode, render, counts):
        given.update(images=render(np.zeros((2, 5), int)), counts=counts)
        given["latents"] = encode(given["images"])
        return metrics.disentanglement(encode, render, counts, points=60, pairs=2)

    monkeypatch.setattr(generation, "disentanglement", spied)
    vae = networks.vae
    model = keras_gan.VAE(vae.strided_encoder(width=2), vae.strided_decoder(width=2), seed=0)
    report = evaluate(model, "shapes", ["disentanglement"], features=pixels)
    assert report["disentanglement"].name == "disentanglement[linear,30]"
    np.testing.assert_array_equal(given["latents"], model.encode(given["images"])[0])
    assert given["counts"] == [3, 6, 40, 32, 32]
    with pytest.raises(ValueError, match=r"factors are known: shapes"):
        evaluate(model, given["images"], ["disentanglement"], features=pixels)


def test_real_side_is_computed_once(digits, pixels):
    seen = []
    network = pixels.network
    pixels.network = lambda images: (seen.append(len(images)), network(images))[1]
    evaluator = Evaluator(digits[0], ["fid", "prdc"], features=pixels)
    first, second = evaluator(digits[0][:100]), evaluator(digits[0][100:250])
    assert sum(seen) == 360 + 100 + 150
    assert first["fid"].name == "fid[means,100/360]" and second["fid"].name == "fid[means,150/360]"


def test_report_prints_and_is_json(entries):
    report = evaluate("tiny_dcgan", metrics=["fid", "kid", "modes"], num=50)
    lines = str(report).splitlines()
    assert lines[0] == "tiny_dcgan and digits test"
    assert "fid[tiny_classifier,50/360]" in lines[2] and lines[2].split()[2] == "±"
    assert ("missing: " + ", ".join(report.modes.missing) in lines[-1]) == bool(
        report.modes.missing
    )
    content = json.loads(report.to_json())
    assert content == report.to_dict()
    assert content["metrics"][0] == report.metrics[0].to_dict()
    assert sum(content["histogram"].values()) == 50
    with pytest.raises(ValueError, match=r"no metric 'fids'.*fid"):
        report["fids"]


def test_progress_is_told(entries):
    told = []
    evaluate("tiny_dcgan", metrics=["fid", "kid"], num=50, progress=told.append)
    assert told[0] == "fid" and "kid" in told
    assert "tiny_classifier has seen 410 images" in told


def test_the_classifier_is_found_by_dataset_or_by_source(entries):
    assert classifier_of("digits") == "tiny_classifier"
    pack.update(
        entries / "tiny_classifier",
        recipe=replace(zoo.card("tiny_classifier").recipe, dataset="anime_hair"),
        data={"title": "", "license": "", "source": data.info("anime_hair").source},
    )
    assert classifier_of("anime_faces") == classifier_of("anime_hair") == "tiny_classifier"
    assert classifiers_of("anime_hair") == ["tiny_classifier"]
    with pytest.raises(ValueError, match=r"no classifier of digits.*inception"):
        classifier_of("digits")
    with pytest.raises(ValueError, match="no data set 'digit'"):
        classifier_of("digit")


def test_of_several_classifiers_the_one_of_most_classes_is_first():
    found = ["anime_face_classifier", "anime_hair_classifier", "anime_eyes_classifier"]
    assert classifiers_of("anime_faces") == found
    assert classifiers_of("anime_eyes") == [found[2], *found[:2]]


@pytest.mark.parametrize(
    ("model", "options", "problem"),
    [
        ("tiny_dcgam", {}, "no entry 'tiny_dcgam'"),
        ("tiny_dcgan", {"metrics": ["fids"]}, "no metric 'fids'. Did you mean fid"),
        ("tiny_dcgan", {"num": 1}, "num must be at least 2, got 1"),
        ("tiny_dcgan", {"num_real": 0}, "num_real must be at least 2, got 0"),
        ("tiny_dcgan", {"split": "tset"}, "no 'tset'"),
        ("tiny_dcgan", {"features": "inceptoin"}, "no entry 'inceptoin'"),
        ("tiny_dcgan", {"features": "tiny_cgan"}, "a classifier, got tiny_cgan, a CGAN"),
        ("tiny_dcgan", {"features": 3}, "features must be Features, .* got int"),
        (
            "tiny_dcgan",
            {"metrics": ["accuracy"]},
            "accuracy is no metric of this DCGAN; its metrics are fid",
        ),
        ("tiny_dcgan", {"metrics": ["intra_fid"]}, "intra_fid is no metric of this DCGAN"),
        (
            "tiny_dcgan",
            {"metrics": ["label_accuracy"]},
            "label_accuracy is no metric of this DCGAN",
        ),
        (
            "tiny_classifier",
            {"metrics": ["fid"]},
            "this Classifier; its metrics are accuracy",
        ),
        ("tiny_cgan", {"metrics": ["label_accuracy"]}, "model's 3 classes, but .* has 10"),
        (
            "tiny_cgan",
            {"metrics": ["fid"], "num": 20},
            r"images \(n, 28, 28, 1\), got \(360, 8, 8, 1\)",
        ),
    ],
)
def test_what_does_not_suit_is_refused(entries, model, options, problem):
    with pytest.raises(ValueError, match=problem):
        evaluate(model, **{"metrics": ["fid"], "num": 50, **options})


def test_images_that_do_not_suit_are_refused(entries, digits, pixels):
    images = digits[0]
    for given, options, problem in (
        (images, {}, "dataset must be given"),
        (images, {"dataset": images}, "features must be given"),
        (images, {"dataset": images, "features": pixels, "metrics": ["memorization"]}, "by name"),
        (images, {"dataset": images, "features": pixels, "metrics": ["modes"]}, "a classifier"),
        (images, {"dataset": images, "features": pixels, "metrics": ["ppl"]}, "not images"),
        (images.astype(int), {"dataset": "digits"}, "must be uint8, or floats"),
        (
            images,
            {"dataset": images * 1.0, "features": pixels},
            r"in \[-1, 1\], got float64 in \[0, 255\]",
        ),
    ):
        with pytest.raises(ValueError, match=problem):
            evaluate(given, **options)


def test_every_metric_is_documented():
    for metric in [metric for suite in SUITES.values() for metric in suite.METRICS]:
        assert f"`{metric}`" in Evaluator.__doc__


def test_metrics_of_pixels_need_no_features(digits):
    report = evaluate(digits[0][:50], digits[0][50:100], metrics="sharpness")
    assert report["sharpness"].value > 0


def test_one_metric_may_be_named_alone(digits, pixels):
    assert Evaluator(digits[0], "fid", features=pixels).metrics == ["fid"]


def test_images_in_the_unit_interval_are_warned_of(digits, pixels):
    halves = digits[0][:50], digits[0][50:100] / np.float32(255)
    for model, dataset, name in ((*halves, "dataset"), (*halves[::-1], "model")):
        with pytest.warns(UserWarning, match=rf"{name} hold no negative value.*\[0, 1\]"):
            evaluate(model, dataset, metrics="fid", features=pixels)


def test_nan_of_a_generator_is_no_distance(digits, pixels, conditional):
    weights = conditional.generator.get_weights()
    conditional.generator.set_weights([np.full_like(weight, np.nan) for weight in weights])
    with pytest.raises(ValueError, match="outputs hold NaN or infinity"):
        evaluate(conditional, digits, metrics="fid", num=20, features=pixels)
