"""Folders of pictures are measured, and models against them, as the arrays of their pictures are."""

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan import data, evaluation, networks, zoo
from keras_gan.evaluation import evaluate
from keras_gan.metrics import Features


@pytest.fixture
def means():
    """Features: the means of blocks of 7 by 7 pixels, of all channels."""

    def blocks(images):
        images = np.asarray(images)
        return images.reshape(len(images), 4, 7, 4, 7, -1).mean(axis=(2, 4, 5)).reshape(-1, 16)

    return Features(blocks, "means")


@pytest.fixture
def digits():
    return data.arrays("digits", "test", image_size=28)


def save(folder, images, labels=None):
    """Writes images as PNG files, those of a class into a sub-folder."""
    for index, image in enumerate(images):
        place = folder if labels is None else folder / f"class{labels[index]}"
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(
            place / f"{index:03}.png"
        )
    return folder


def test_two_folders_are_measured_as_their_arrays_are(digits, means, tmp_path):
    a, b = digits[0][:60], digits[0][60:160]
    folders = save(tmp_path / "generated", a), save(tmp_path / "real", b)
    report = evaluate(*folders, ["fid", "prdc"], features=means)
    expected = evaluate(a, b, ["fid", "prdc"], features=means)
    for found, metric in zip(report.metrics, expected.metrics, strict=True):
        assert found.name == metric.name
        assert found.value == pytest.approx(metric.value, rel=1e-6)
    assert (report.model, report.dataset) == ("generated", "real")
    same = evaluate(str(folders[0]), str(folders[0]), ["fid"], features=means)
    assert same["fid"].value == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="dataset must be given for the pictures in"):
        evaluate(folders[0])


def test_pictures_are_brought_to_a_classifier_of_another_size_and_color(entries, digits, tmp_path):
    gray = digits[0][:40]
    colored = save(tmp_path / "colored", np.repeat(gray, 3, axis=-1))
    asked = {"dataset": "digits", "metrics": ["fid"], "features": "tiny_classifier"}
    report = evaluate(colored, image_size=(28, 28), **asked)
    expected = evaluate(gray, **asked)
    assert report["fid"].value == pytest.approx(expected["fid"].value, rel=1e-4)
    large = save(tmp_path / "large", gray.repeat(2, axis=1).repeat(2, axis=2))
    report = evaluate(large, colored, ["fid"], features="tiny_classifier")
    assert report["fid"].name == "fid[tiny_classifier,40/40]"


def test_a_model_is_measured_against_a_folder_of_its_size_and_colors(entries, digits, tmp_path):
    large = digits[0][:50].repeat(2, axis=1).repeat(2, axis=2)
    folder = save(tmp_path / "photos", np.repeat(large, 3, axis=-1))
    report = evaluate("tiny_dcgan", folder, ["fid"], 60, features="tiny_classifier")
    assert report["fid"].name == "fid[tiny_classifier,60/50]" and report.dataset == "photos"
    model = zoo.load("tiny_dcgan")
    again = evaluate(model, folder, ["fid"], 60, features="tiny_classifier")
    assert again["fid"].value == pytest.approx(report["fid"].value)
    with pytest.raises(ValueError, match="memorization requires a dataset by name"):
        evaluate(model, folder, ["memorization"], 60, features="tiny_classifier")


def test_sub_folders_are_the_classes_of_a_conditional_model(digits, means, tmp_path):
    images, labels = (each[:90] for each in digits)
    folder = save(tmp_path / "classes", images, labels)
    gan = keras_gan.CGAN(networks.cgan.generator((28, 28, 1), 10), image_shape=(28, 28, 1))
    order = np.argsort(labels, kind="stable")
    report = evaluate(gan, folder, ["intra_fid"], 80, features=means)
    expected = evaluate(gan, (images[order], labels[order]), ["intra_fid"], 80, features=means)
    assert report["intra_class_fid"].value == pytest.approx(
        expected["intra_class_fid"].value, rel=1e-6
    )


def test_a_classifier_is_measured_on_a_folder_of_classes(entries, digits, tmp_path):
    images, labels = (each[:50] for each in digits)
    folder = save(tmp_path / "classes", images, labels)
    report = evaluate("tiny_classifier", folder)
    right = zoo.load("tiny_classifier").classify(images).argmax(axis=1) == labels
    assert report["accuracy"].value == pytest.approx(right.mean())
    flat = save(tmp_path / "flat", images)
    with pytest.raises(ValueError, match="accuracy requires a dataset with labels"):
        evaluate("tiny_classifier", flat)


def test_a_translator_is_measured_on_a_folder_of_two_domains(entries, rng, tmp_path):
    domains = {part: rng.integers(0, 256, (5, 32, 32, 3), np.uint8) for part in ("testA", "testB")}
    for part, images in domains.items():
        save(tmp_path / "horses" / part, images)
    asked = ["l1_input", "cycle_error"]
    report = evaluate("tiny_cyclegan", tmp_path / "horses", asked)
    expected = evaluate("tiny_cyclegan", tuple(domains.values()), asked)
    assert report.metrics == expected.metrics and report.dataset == "horses"


def test_what_does_not_fit_is_told_with_both_shapes(entries, digits, means, tmp_path):
    small = save(tmp_path / "small", digits[0][:20, :20, :20])
    with pytest.raises(
        ValueError, match=r"tiny_classifier compares images \(n, 28, 28, 1\), got \(20, 20, 20, 1\)"
    ):
        evaluate(digits[0][:20, :20, :20], digits[0], ["fid"], features="tiny_classifier")
    Image.new("L", (9, 9)).save(small / "other.png")
    with pytest.raises(ValueError, match="give image_size to bring them to one size"):
        evaluate(small, small, ["fid"], features=means)
    network = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten()])
    with pytest.raises(
        ValueError, match=r"network net takes images \(n, 8, 8, 3\), got \(20, 28, 28, 1\)"
    ):
        Features(network, "net")(digits[0][:20])
    with pytest.raises(ValueError, match=r"There is no folder .*nowhere"):
        evaluate(digits[0], tmp_path / "nowhere", ["fid"], features=means)
    with pytest.raises(ValueError, match="dataset must be a name, a folder of pictures, or arrays"):
        evaluate(digits[0], object(), ["fid"], features=means)


def test_folders_are_compared_by_inception(entries, tmp_path, digits):
    folder = save(tmp_path / "photos", digits[0][:20])
    with pytest.raises(FileNotFoundError, match="weights of Inception"):
        evaluate(folder, folder)
    assert evaluation.Evaluator(folder).reference.held_out == "test"
