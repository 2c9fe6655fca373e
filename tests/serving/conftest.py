"""Exported models, and what they must answer: small generators and translators, and a real entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from serving.c_api import CSession
from serving.runtimes import PACKAGES

from keras_gan import (
    BigGAN,
    CycleGAN,
    DiscoGAN,
    DualGAN,
    Pix2Pix,
    StyleGAN2,
    networks,
    serving,
    zoo,
)

REAL = "cgan_mnist"
SEED = 5
FAST = (
    "tiny_cgan",
    "tiny_cyclegan",
)  # Tests that need the export of another model, or of all, are slow.
EXPORTS = {"exported", "sessions", "translators", "written", "server"}
OF_FAST = {
    "test_the_graph_draws_as_many_numbers_as_it_may",
    "test_memory_is_bounded_whatever_the_request",
}


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by -m
def pytest_collection_modifyitems(items):
    for item in items:
        ours = Path(__file__).parent in item.path.parents
        if ours and EXPORTS & set(item.fixturenames) and item.originalname not in OF_FAST:
            name = item.callspec.params.get("name") if hasattr(item, "callspec") else None
            if name not in FAST or "server" in item.fixturenames:
                item.add_marker("slow")


class Made(Mapping):
    """Name to what `make(name)` makes when it is first wanted."""

    def __init__(self, names, make):
        self.names, self.make, self.known = list(names), make, {}

    def __getitem__(self, name):
        if name not in self.known:
            if name not in self.names:
                raise KeyError(name)
            self.known[name] = self.make(name)
        return self.known[name]

    def __iter__(self):
        return iter(self.names)

    def __len__(self):
        return len(self.names)


@dataclass
class Exported:
    """An export, and requests of every signature with the images that Keras makes for them."""

    name: str
    folder: Path
    model: object
    requests: dict
    expected: dict


@pytest.fixture(scope="session")
def directory(tmp_path_factory):
    """The folder of all models."""
    return tmp_path_factory.mktemp("serving") / "models"


@pytest.fixture(scope="session")
def truncated():
    """Name to model, of those that take a truncation; each truncation gives images of its own."""
    square = (32, 32, 3)
    biggan = [networks.biggan.generator(square, 3, 8, 2, embedding_dim=4)]
    biggan += [networks.biggan.discriminator(square, 3, 2)]
    stylegan2 = [networks.stylegan2.generator(square, 8, 128, 8, 2)]
    stylegan2 += [networks.stylegan2.discriminator(square, 128, 8)]
    models = {
        "tiny_biggan": BigGAN(*biggan, num_classes=3, seed=0, name="tiny_biggan"),
        "tiny_stylegan2": StyleGAN2(*stylegan2, seed=0, name="tiny_stylegan2"),
    }
    mapping = models["tiny_stylegan2"].ema_generator.get_layer("mapping")
    mapping.get_layer("mean").mean.assign(np.linspace(-1.0, 1.0, 8))
    return models


@pytest.fixture(scope="session")
def generators(packed_entries, truncated, directory):
    """Name to `Exported`, of models that make images from latents."""
    pytest.importorskip("tensorflow")
    small = packed_entries[1] | truncated

    def make(name):
        if name == REAL:
            model, folder = zoo.load(name), serving.export(name, directory)
        else:
            model, folder = small[name], serving.export(small[name], directory)
        conditional = model.num_classes is not None
        latents = model.latents(3, SEED)
        labels, label = np.array([2, 0, 1], np.int32), np.array(1, np.int32)
        sample = {"num": np.array(4, np.int32), "seed": np.array(SEED, np.int64)}
        sample |= {"label": label} if conditional else {}
        sample |= {"truncation": np.array(0.7, np.float32)} if name in truncated else {}
        requests = {
            "serving_default": {"latents": latents, **({"labels": labels} if conditional else {})},
            "sample": sample,
            "sample_png": sample,
        }
        options = {"truncation": 0.7} if name in truncated else {}
        drawn = model.generate(4, SEED, 1 if conditional else None, **options)
        expected = {
            "serving_default": model.generate(3, SEED, labels if conditional else None),
            "sample": drawn,
            "sample_png": drawn,
        }
        return Exported(name, folder, model, requests, expected)

    return Made(["tiny_dcgan", "tiny_cgan", *truncated, REAL], make)


@pytest.fixture(scope="session")
def small_translators():
    """Name to model: networks of any size and of one, in color and gray, of both directions and of one."""
    gray, colors = (32, 32, 1), (32, 32, 3)
    cyclegan = [networks.resnet.generator(width=2, blocks=1) for _ in "AB"]
    cyclegan += [networks.patchgan.discriminator(width=2) for _ in "AB"]
    discogan = [networks.discogan.generator(colors, width=2) for _ in "AB"]
    discogan += [networks.dcgan.discriminator(colors, width=2) for _ in "AB"]
    pix2pix = networks.unet.generator(gray, width=2), networks.patchgan.discriminator(2, width=2)
    models = {
        "tiny_cyclegan": CycleGAN(*cyclegan, image_shape=colors, seed=0, name="tiny_cyclegan"),
        "tiny_discogan": DiscoGAN(*discogan, image_shape=colors, seed=0, name="tiny_discogan"),
        "tiny_pix2pix": Pix2Pix(
            *pix2pix, direction="BtoA", image_shape=gray, seed=0, name="tiny_pix2pix"
        ),
    }
    rng = np.random.default_rng(0)
    for model in models.values():
        for network in model.generators.values():
            for weight in network.weights:
                if "kernel" in weight.path:  # so that an image can be told from others
                    weight.assign(rng.normal(0.0, 0.2, weight.shape))
    return models


@pytest.fixture(scope="session")
def translators(small_translators, directory):
    """Name to `Exported`, of models that translate images."""
    pytest.importorskip("tensorflow")
    from keras_gan.serving.tensorflow.decoding import to_png

    def make(name):
        model = small_translators[name]
        folder = serving.export(model, directory)
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (2, 40, 33, model.image_shape[-1]), np.uint8)
        requests, expected = {}, {}
        for direction in model.generators:
            further = requests and direction
            of_images = f"translate_{direction}" if further else "serving_default"
            of_files = "translate_image_bytes" + (f"_{direction}" if further else "")
            requests[of_images] = {"images": images}
            requests[of_files] = {"image_bytes": to_png(images).numpy()}
            expected[of_images] = expected[of_files] = model.translate(
                images, direction, size="full"
            )
        return Exported(name, folder, model, requests, expected)

    return Made(small_translators, make)


@pytest.fixture(scope="session")
def exported(generators, translators):
    """Name to `Exported`, of all models."""
    parts = {name: part for part in (generators, translators) for name in part}
    return Made(parts, lambda name: parts[name][name])


@pytest.fixture(scope="session")
def sessions(exported):
    """Name to the session of TensorFlow's C API that has loaded the model."""
    return Made(exported, lambda name: CSession(exported[name].folder))


@pytest.fixture(scope="session")
def models(packed_entries, truncated, small_translators):
    """Name to model, of all small ones."""
    shape = (32, 32, 3)
    parts = [networks.unet.generator(shape, width=2) for _ in "AB"]
    parts += [networks.patchgan.discriminator(width=2) for _ in "AB"]
    dualgan = DualGAN(*parts, image_shape=shape, seed=0, name="tiny_dualgan")
    return packed_entries[1] | truncated | small_translators | {"tiny_dualgan": dualgan}


@pytest.fixture(scope="session")
def written(models, tmp_path_factory):
    """Writes each file once: a function of name and options of the export that returns its path."""
    directory, known = tmp_path_factory.mktemp("runtimes"), {}

    def write(name, format, **options):
        for package in PACKAGES[format]:
            pytest.importorskip(package)
        key = name, format, *options.items()
        if key not in known:
            known[key] = serving.export(models[name], directory, format=format, **options)
        return known[key]

    return write
