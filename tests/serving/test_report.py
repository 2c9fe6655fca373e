"""The report beside an exported file: what it takes, how far it is from Keras, its FID or KID."""

import json

import numpy as np
import pytest
from serving.runtimes import PACKAGES, RUN, run_litert

from keras_gan import DiscoGAN, data, evaluation, metrics, networks, serving, zoo
from keras_gan.modalities.images import to_people


@pytest.mark.parametrize("format", RUN)
def test_the_report_tells_what_a_file_takes(written, format):
    path = written("tiny_cyclegan", format, direction="AtoB")
    report = json.loads(path.with_name(f"{path.name}.json").read_text())
    sides = {"onnx": "4 h, 4 w", "litert": "32, 32"}[format]
    assert report["inputs"] == {"images": f"float32 (n, {sides}, 3)"}
    path = written("tiny_cgan", format)
    report = json.loads(path.with_name(f"{path.name}.json").read_text())
    assert report["inputs"] == {"latents": "float32 (n, 100)", "labels": "int32 (n,), 0 to 2"}


@pytest.mark.parametrize("format", RUN)
def test_the_report_tells_what_was_measured(packed_entries, written, format):
    for precision in serving.FORMATS[format]:
        path = written("tiny_dcgan", format, precision=precision)
        report = json.loads(path.with_name(f"{path.name}.json").read_text())
        assert (report["format"], report["precision"]) == (format, precision)
        assert report["bytes"] == path.stat().st_size
        assert set(PACKAGES[format]) < set(report["versions"])
        model = packed_entries[1]["tiny_dcgan"]
        latents = model.latents(report["examples_compared"], seed=0)
        images = RUN[format](path, {"latents": latents})
        apart = np.abs(images - model.decode(latents))
        assert report["largest_difference"] == pytest.approx(apart.max(), abs=2e-6)
        assert report["mean_difference"] == pytest.approx(apart.mean(), abs=2e-6)


@pytest.fixture
def measured(tmp_path):
    """Exports a model for LiteRT in int8; returns the path, and the metric in the report."""
    pytest.importorskip("ai_edge_litert")

    def export(model, dataset, **options):
        measure = None if dataset is None else evaluation.ImageQuality(dataset, num=40)
        options |= {"format": "litert", "precision": "int8", "measure": measure}
        path = serving.export(model, tmp_path, **options)
        return path, json.loads(path.with_name(f"{path.name}.json").read_text())["metric"]

    return export


def fid(images, dataset):
    evaluator = evaluation.Evaluator(dataset, ["fid"], len(images), image_size=images.shape[1:3])
    return evaluator(images)["fid"].value


@pytest.mark.filterwarnings("ignore:FID with fewer images")
@pytest.mark.parametrize(("name", "dataset"), [("tiny_dcgan", "digits"), ("cgan_mnist", "mnist")])
def test_the_report_has_the_fid_of_keras_and_of_the_file(request, measured, models, name, dataset):
    request.getfixturevalue({"digits": "entries", "mnist": "data_dir"}[dataset])
    model = models[name] if name in models else zoo.load(name)
    path, found = measured(model, dataset)
    inputs = {"latents": model.latents(40, 0)}
    if model.num_classes is not None:  # the classes of real images, from all of the data set
        labels = data.arrays(dataset, "test")[1]
        inputs["labels"] = labels[np.arange(40) * len(labels) // 40]
    made = [to_people(model.decode(*inputs.values())), to_people(run_litert(path, inputs))]
    assert (made[0] != made[1]).any()
    assert found["name"].startswith("fid[") and found["dataset"] == f"{dataset} test"
    assert found["keras"] == pytest.approx(fid(made[0], dataset), rel=1e-6)
    assert found["file"] == pytest.approx(fid(made[1], dataset), rel=1e-6)
    assert found["error"] > 0.0


def test_the_report_has_the_kid_of_translations(measured, arrays, monkeypatch):
    shoes, boots = (domain[:60] for domain in arrays("sneaker2boot", "test"))
    monkeypatch.setattr(data, "arrays", lambda *_, **__: (shoes, boots))
    shape = (28, 28, 1)
    parts = [networks.discogan.generator(shape, width=2) for _ in "AB"]
    parts += [networks.dcgan.discriminator(shape, width=2) for _ in "AB"]
    model = DiscoGAN(*parts, image_shape=shape, seed=0)
    path, found = measured(model, "sneaker2boot", direction="BtoA")
    translated = run_litert(path, {"images": boots.astype(np.float32) / 127.5 - 1.0})
    classifier = zoo.load("fashion_mnist_classifier")
    for images, key in ((model.translate(boots, "BtoA"), "keras"), (to_people(translated), "file")):
        kid = metrics.kid(classifier.features(shoes), classifier.features(images), features="x")
        assert found[key] == pytest.approx(kid.value, rel=1e-6)
    assert found["name"] == "kid_BtoA[fashion_mnist_classifier,60/60]"


@pytest.mark.parametrize(
    ("name", "dataset", "why"),
    [
        ("tiny_dcgan", None, "No data set was named"),
        ("tiny_dcgan", "digit", "no data set 'digit'"),
        ("tiny_dcgan", "cifar10", "no classifier of cifar10"),
    ],
)
def test_the_report_says_why_there_is_no_fid(measured, models, entries, name, dataset, why):
    found = measured(models[name], dataset)[1]
    assert list(found) == ["missing"] and why in found["missing"]
