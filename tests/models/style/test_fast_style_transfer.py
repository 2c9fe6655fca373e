"""FastStyleTransfer: its loss by hand, what it learns, its use, and bad input."""

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image
from translators import Half

from keras_gan import Classifier, FastStyleTransfer, load_model
from keras_gan.evaluation import evaluate
from keras_gan.networks import classifier, fast_style
from keras_gan.style import PerceptualLoss, StyleTransfer

SHAPE = (32, 32, 3)


def linear():
    """A generator of 12 weights: a matrix of the channels, and a shift."""
    layer = keras.layers.Conv2D(3, 1, kernel_initializer="zeros")
    return keras.Sequential([keras.Input((None, None, 3)), layer])


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """The path of a small classifier of RGB images."""
    keras.utils.set_random_seed(0)
    path = tmp_path_factory.mktemp("style") / "small.keras"
    Classifier(classifier.classifier((32, 32, 3), 3, width=8, features=8), seed=0).save(path)
    return str(path)


@pytest.fixture(scope="module")
def painting(tmp_path_factory):
    """The path of a painting of red and blue stripes."""
    path = tmp_path_factory.mktemp("paintings") / "stripes.png"
    stripes = np.zeros((48, 48, 3), np.uint8)
    stripes[np.arange(48) % 8 < 4] = 255, 0, 0
    stripes[np.arange(48) % 8 >= 4] = 0, 0, 255
    Image.fromarray(stripes).save(path)
    return str(path)


@pytest.fixture
def objective(network, painting):
    layers = {"style_layers": ["1", "2", "3"], "content_layers": ["2"]}
    return PerceptualLoss(painting, 32, features=network, **layers)


def test_the_loss_is_that_of_the_search_for_each_photograph(objective, network, painting, rng):
    """Of a batch it is the mean; of one image it is what `StyleTransfer` minimizes."""
    photos, images = rng.uniform(-1, 1, (2, 3, *SHAPE)).astype("float32")
    loss, parts = objective(ops.convert_to_tensor(photos), ops.convert_to_tensor(images))
    search = StyleTransfer(network, style_layers=["1", "2", "3"], content_layers=["2"])
    style = np.asarray(Image.open(painting).resize((32, 32), Image.Resampling.LANCZOS))
    style = np.float32(style[None] / 127.5 - 1.0)
    each = [
        float(search.loss_of(photo[None], style, 1.0, 0.05, 0.02)(image[None])[0])
        for photo, image in zip(photos, images, strict=True)
    ]
    assert float(loss) == pytest.approx(np.mean(each), rel=0.02)  # resized by another function
    weighted = sum(
        w * float(parts[name])
        for w, name in ((1.0, "style"), (0.05, "content"), (0.02, "variation"))
    )
    assert float(loss) == pytest.approx(weighted, rel=1e-5)
    assert float(objective(photos, photos)[1]["content"]) == 0.0
    again = PerceptualLoss.from_config(objective.get_config())
    assert float(again(photos, images)[0]) == pytest.approx(float(loss), rel=1e-6)


def test_in_bfloat16_the_loss_is_nearly_the_same(objective, rng):
    photos, images = rng.uniform(-1, 1, (2, 2, *SHAPE)).astype("float32")
    fast = PerceptualLoss(**{**objective.get_config(), "dtype": "mixed_bfloat16"})
    expected = float(objective(photos, images)[0])
    assert float(fast(photos, images)[0]) == pytest.approx(expected, rel=0.02)


def test_what_minimizes_a_loss_is_learned(rng):
    """The half of an image, of which the loss is three times the square of the gap."""
    images = rng.integers(0, 256, (64, 8, 8, 3), dtype=np.uint8)
    model = FastStyleTransfer(linear(), objective=Half(), image_shape=(8, 8, 3), seed=0)
    model.compile(keras.optimizers.Adam(0.02))
    history = model.fit(images, batch_size=8, epochs=40, verbose=0).history
    kernel, bias = model.generator.get_weights()
    np.testing.assert_allclose(kernel[0, 0], 0.5 * np.eye(3), atol=0.01)
    np.testing.assert_allclose(bias, 0.0, atol=0.01)
    assert history["generator_loss"][0] == pytest.approx(3.0 * history["generator_gap"][0])


def test_a_style_is_learned_and_used(objective, network, tmp_path, rng):
    """The style comes three times as close on photographs that were not seen."""
    ramps = np.linspace(0, 255, 32)[None, :, None, None] * rng.uniform(0, 1, (24, 1, 1, 3))
    images = np.broadcast_to(ramps, (24, *SHAPE)).astype(np.uint8)
    keras.utils.set_random_seed(0)
    generator = fast_style.generator(width=4, blocks=1)
    model = FastStyleTransfer(generator, objective=objective, image_shape=SHAPE, seed=0)
    model.compile(keras.optimizers.Adam(5e-3))
    model.fit(images[:16], batch_size=4, epochs=20, verbose=0)
    model.save(tmp_path / "stripes.keras")
    model = load_model(tmp_path / "stripes.keras")
    report = evaluate(model, (images[16:], np.zeros(8, int)), features=network)
    assert report["style"].value < report["style_before"].value / 3.0
    assert 0.0 <= report["kept"].value <= 1.0
    photo = np.asarray(Image.fromarray(images[0]).resize((50, 40)))
    assert model.translate(photo).shape == (32, 40, 3)
    assert model.translate(photo, size="full").shape == (40, 50, 3)
    np.testing.assert_array_equal(model.translate([photo])[0], model.translate(photo))
    assert model.plot(tmp_path / "grid.png", images[:3]).stat().st_size > 0


def test_a_model_is_used_without_its_painting(objective, painting, tmp_path, rng):
    objective = PerceptualLoss(**{**objective.get_config(), "painting": "nowhere.png"})
    generator = fast_style.generator(width=2, blocks=1)
    model = FastStyleTransfer(generator, objective=objective, image_shape=SHAPE, seed=0)
    model.compile()
    model.save(tmp_path / "model.keras")
    images = rng.integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    model = load_model(tmp_path / "model.keras")
    assert model.translate(images).shape == images.shape
    with pytest.raises(ValueError, match=r"no painting nowhere\.png, also not in a folder"):
        model.fit(images, verbose=0)


def test_a_painting_is_found_in_the_folder_of_data_sets(objective, painting, monkeypatch):
    folder, _, name = painting.rpartition("/")
    monkeypatch.setenv("KERAS_GAN_DATA", folder)
    PerceptualLoss(**{**objective.get_config(), "painting": name}).prepare()


def test_bad_input_is_refused(network, painting, rng):
    model = FastStyleTransfer(linear(), image_shape=(8, 8, 3))
    model.compile()
    images = rng.integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    with pytest.raises(ValueError, match=r"objective=keras_gan\.style\.PerceptualLoss"):
        model.fit(images, verbose=0)
    for wrong in (images[:, :4], images[:0]):
        with pytest.raises(ValueError, match=r"takes images \(n, 8, 8, 3\)"):
            model.fit(wrong, verbose=0)
    with pytest.raises(ValueError, match="3 channels"):
        FastStyleTransfer(image_shape=(8, 8, 1))
    flat = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten()])
    with pytest.raises(ValueError, match="must generate images"):
        FastStyleTransfer(flat, image_shape=(8, 8, 3))
    for wrong, message in (
        ({"size": 16}, "size must be 32 to 1024"),
        ({"content_weight": -1.0}, "must not be negative"),
    ):
        with pytest.raises(ValueError, match=message):
            PerceptualLoss(painting, **wrong)
    with pytest.raises(ValueError, match="no layer of the features '9'"):
        PerceptualLoss(painting, features=network, style_layers=["9"]).prepare()
