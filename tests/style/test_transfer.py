"""Style transfer: its features, its searches, and bad input."""

import keras
import numpy as np
import pytest
from PIL import Image

from keras_gan import Classifier
from keras_gan.networks import classifier
from keras_gan.style import StyleTransfer, features_of
from keras_gan.style import features as of_style
from keras_gan.style.losses import gram


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """The path of a small classifier of RGB images."""
    keras.utils.set_random_seed(0)
    path = tmp_path_factory.mktemp("style") / "small.keras"
    Classifier(classifier.classifier((16, 16, 3), 3, width=8, features=8), seed=0).save(path)
    return str(path)


@pytest.fixture
def small(network):
    return StyleTransfer(network, style_layers=["1", "2", "3"], content_layers=["1"])


@pytest.fixture
def pictures(rng):
    """Colored noise and a gradient, 32 by 40 pixels."""
    noise = rng.integers(0, 256, (32, 40, 3), dtype=np.uint8)
    ramp = np.broadcast_to(np.linspace(0, 255, 40)[None, :, None], (32, 40, 3))
    return ramp.astype(np.uint8), noise


def test_features_are_the_activations_of_the_classifier_with_average_pooling(network, rng):
    model, found = keras.saving.load_model(network), features_of(network)
    assert [*found.output] == ["1", "2", "3", "4", "5", "6"]
    images = rng.uniform(-1, 1, (2, 16, 16, 3)).astype("float32")
    relus = [layer for layer in model.network.layers if isinstance(layer, keras.layers.ReLU)]
    second = keras.Model(model.network.inputs, relus[1].output).predict_on_batch(images)
    features = found.predict_on_batch(images)
    np.testing.assert_allclose(features["2"], second, atol=1e-5)  # before the first pooling
    pooled = second.reshape(2, 8, 2, 8, 2, -1).mean(axis=(2, 4))
    names = [layer.name for layer in model.network.layers]
    pooling = next(x for x in model.network.layers if isinstance(x, keras.layers.MaxPooling2D))
    after = pooled
    for layer in model.network.layers[names.index(pooling.name) + 1 :]:
        after = layer(after, training=False) if layer.weights else layer(after)
        if layer is relus[2]:
            break
    np.testing.assert_allclose(features["3"], after, atol=1e-5)
    assert found.predict_on_batch(rng.normal(size=(1, 24, 40, 3)))["1"].shape[1:3] == (24, 40)


def test_the_content_alone_is_found_from_noise(small, pictures):
    """The picture itself, by the features of its first layer: over 25 dB."""
    content, style = pictures
    weights = {"style_weight": 0.0, "content_weight": 1.0, "variation_weight": 0.0}
    found = small.transfer(content, style, 32, 300, **weights, start="noise")
    error = np.square(found.astype(float) - content).mean()
    assert 10 * np.log10(255**2 / error) > 25


@pytest.mark.parametrize(("optimizer", "steps"), [("lbfgs", 60), ("adam", 60)])
def test_the_style_comes_close_and_the_content_stays(small, pictures, optimizer, steps):
    content, style = pictures
    found = small.transfer(content, style, 32, steps, optimizer=optimizer)
    assert found.shape == content.shape and found.dtype == np.uint8
    of = lambda image: small.perception(np.float32(image[None] / 127.5 - 1.0))  # noqa: E731
    wanted = of(style)
    for name in small.perception.style_layers:
        gap = [
            float(
                np.square(
                    keras.ops.convert_to_numpy(gram(of(image)[name]) - gram(wanted[name]))
                ).sum()
            )
            for image in (content, found)
        ]
        assert gap[1] < 0.1 * gap[0]
    if optimizer == "lbfgs":
        assert np.corrcoef(found.ravel().astype(float), content.ravel())[0, 1] > 0.5
        np.testing.assert_array_equal(found, small.transfer(content, style, 32, steps))


def test_pictures_of_other_sizes_are_scaled(small, tmp_path, rng):
    Image.fromarray(rng.integers(0, 256, (50, 75), np.uint8)).save(tmp_path / "gray.png")
    style = rng.integers(0, 256, (64, 40, 4), np.uint8)
    found = small.transfer(tmp_path / "gray.png", style, 40, 2)
    assert found.shape == (40, 60, 3)


@pytest.mark.slow
def test_vgg19_has_its_layers_and_reads_a_file_of_its_form(tmp_path, rng, monkeypatch):
    network = keras.applications.VGG19(include_top=False, weights=None)
    assert network.count_params() == 20_024_384
    deepest = network.get_layer("block5_conv1")
    assert keras.Model(network.inputs, deepest.output).count_params() == 12_944_960
    path = tmp_path / "vgg19.weights.h5"
    network.save_weights(path)
    with pytest.raises(ValueError, match=f"of MD5 {of_style.MD5}; .* is another one"):
        features_of("vgg19", path)
    import hashlib

    monkeypatch.setattr(of_style, "MD5", hashlib.md5(path.read_bytes()).hexdigest())
    found = StyleTransfer("vgg19", path).perception.network
    assert sorted(found.output) == ["1_1", "2_1", "3_1", "4_1", "4_2", "5_1"]
    images = rng.uniform(-1, 1, (1, 32, 48, 3)).astype("float32")
    first = keras.Model(network.inputs, network.get_layer("block1_conv1").output)
    shown = (images[..., ::-1] + 1) * 127.5 - np.float32([103.939, 116.779, 123.68])
    expected = first.predict_on_batch(shown)
    np.testing.assert_allclose(
        found.predict_on_batch(images)["1_1"], expected, rtol=1e-5, atol=1e-4
    )


def test_without_a_network_the_embedded_features_are_named(monkeypatch):
    def unreachable(**kwargs):
        raise Exception("URL fetch failure on https://storage.googleapis.com")

    monkeypatch.setattr(keras.applications, "VGG19", unreachable)
    with pytest.raises(
        OSError, match=r"80 MB, which failed: URL fetch .* 'cifar10_classifier' needs no"
    ):
        features_of("vgg19")


PICTURE = np.zeros((40, 40, 3), np.uint8)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"content": PICTURE[:20]},
            r"content must be .* at least 32 pixels a side, got \(20, 40, 3\)",
        ),
        ({"style": PICTURE[:, :20]}, "style must be a picture"),
        ({"size": 16}, "size must be 32 to 1024 pixels"),
        ({"steps": 0}, "steps must be"),
        ({"style_weight": -1.0}, "must not be negative"),
        ({"start": "style"}, "no start 'style'"),
        ({"optimizer": "sgd"}, "no optimizer 'sgd'"),
        ({"content": "nowhere.png"}, "nowhere.png"),
    ],
)
def test_bad_arguments_are_refused(small, options, message):
    with pytest.raises(ValueError, match=message):
        small.transfer(**{"content": PICTURE, "style": PICTURE, **options})


def test_bad_features_are_refused(network):
    with pytest.raises(ValueError, match=r"no layer of the features '9'\. There are 1, 2, 3"):
        StyleTransfer(network, style_layers=["9"])
    with pytest.raises(ValueError, match="weights are of vgg19 only"):
        StyleTransfer(network, "file.h5")
    with pytest.raises(
        ValueError, match="vgg19 or a classifier of RGB images, got mnist_classifier"
    ):
        StyleTransfer("mnist_classifier")
