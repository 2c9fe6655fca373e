"""Custom networks: what does not fit, or follows another convention, is said when the model is made."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_gan import GAN, Classifier, CycleGAN, Pix2Pix

SHAPE = (8, 8, 1)


def generator(last="tanh", inputs=((4,),), shape=SHAPE):
    inputs = [keras.Input(each) for each in inputs]
    hidden = layers.Flatten()(inputs[0])
    pixels = layers.Dense(int(np.prod(shape)), last)(hidden)
    return keras.Model(inputs, layers.Reshape(shape)(pixels))


def discriminator(units=1, last=None, inputs=(SHAPE,)):
    inputs = [keras.Input(each) for each in inputs]
    return keras.Model(inputs, layers.Dense(units, last)(layers.Flatten()(inputs[0])))


def translator(channels, last="tanh"):
    layer = layers.Conv2D(channels, 3, padding="same", activation=last)
    return keras.Sequential([keras.Input((None, None, channels)), layer])


def patches(channels, units=1):
    layer = layers.Conv2D(units, 3, padding="same")
    return keras.Sequential([keras.Input((None, None, channels)), layer])


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(64)
        self.build((None, 4))

    def build(self, shape):
        self.dense.build(shape)
        self.built = True

    def call(self, latents):
        return keras.ops.reshape(self.dense(latents), (-1, *SHAPE))


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        (lambda: (Subclassed(), discriminator()), "generator must be a functional keras.Model"),
        (lambda: (generator(), Subclassed()), "discriminator must be a functional keras.Model"),
        (
            lambda: (keras.Sequential([layers.Dense(64)]), discriminator()),
            "built by a keras.Input; got Sequential, which is not built",
        ),
        (
            lambda: (generator(inputs=[(1, 1, 16)]), discriminator()),
            r"must take latents \(n, latent_dim\), got \(None, 1, 1, 16\)",
        ),
        (
            lambda: (generator(inputs=[(4,), ()]), discriminator()),
            r"num_classes=None requires a generator of 1 input\(s\), latents; got 2",
        ),
        (
            lambda: (generator(), discriminator(units=2)),
            r"discriminator must return logits \(n, 1\).*got \(None, 2\)",
        ),
        (
            lambda: (generator(), discriminator(inputs=[(4, 4, 1)])),
            r"outputs examples \(8, 8, 1\), but the discriminator takes \(4, 4, 1\)",
        ),
        (
            lambda: (generator(), discriminator(inputs=[SHAPE, ()])),
            r"discriminator must have 1 input\(s\), got 2",
        ),
    ],
)
def test_networks_that_do_not_fit_are_refused_when_the_model_is_made(networks, message):
    with pytest.raises(ValueError, match=message):
        GAN(*networks())


@pytest.mark.parametrize("wanted", [{"inputs": [(4,)]}, {"inputs": [(4,), (3,)]}])
def test_labels_enter_a_generator_as_class_ids(wanted):
    with pytest.raises(ValueError, match=r"latents and labels; got 1|labels \(n,\), class ids"):
        GAN(generator(**wanted), discriminator(), num_classes=3)


def test_a_map_of_logits_is_as_good_as_one():
    with_patches = keras.Sequential([keras.Input(SHAPE), layers.Conv2D(1, 3)])
    assert GAN(generator(), with_patches).example_shape == SHAPE


@pytest.mark.parametrize("end", ["sigmoid", "softmax", layers.Activation("sigmoid")])
def test_a_squashed_discriminator_is_warned_of(end):
    critic = discriminator(last=end) if isinstance(end, str) else discriminator()
    if not isinstance(end, str):
        critic = keras.Sequential([keras.Input(SHAPE), critic, end])
    with pytest.warns(UserWarning, match="discriminator ends in a .*objectives take logits"):
        GAN(generator(), critic)


def test_a_generator_of_dark_pixels_cannot_end_in_a_sigmoid(recwarn):
    unshaped = generator(last="sigmoid").layers[1:-1]  # its last layer is a reshape
    pixels = keras.Sequential([keras.Input((4,)), *unshaped, layers.Reshape(SHAPE)])
    squashed = keras.Sequential([keras.Input((4,)), pixels, layers.Activation("sigmoid")])
    with pytest.warns(UserWarning, match="generator ends in a sigmoid.*tanh"):
        GAN(squashed, discriminator())
    with pytest.warns(UserWarning, match="generator_ab ends in a sigmoid"):
        CycleGAN(
            translator(3, "sigmoid"), translator(3), patches(3), patches(3), image_shape=(8, 8, 3)
        )
    recwarn.clear()
    GAN(generator(), discriminator())
    vectors = keras.Sequential([keras.Input((4,)), layers.Dense(2, "sigmoid")])
    GAN(vectors, keras.Sequential([keras.Input((2,)), layers.Dense(1)]))
    assert not [each for each in recwarn if each.category is UserWarning]


def test_translators_are_named_by_their_arguments():
    with pytest.raises(ValueError, match="discriminator_b must return logits"):
        CycleGAN(translator(3), translator(3), patches(3), patches(3, 2), image_shape=(8, 8, 3))
    with pytest.raises(ValueError, match="generator must be a functional"):
        Pix2Pix(Subclassed(), patches(6), image_shape=(8, 8, 3))


def test_a_classifier_needs_features():
    with pytest.raises(ValueError, match=r"network lacks the layers \['features'\]"):
        Classifier(discriminator(units=10))
    with pytest.raises(ValueError, match="network must be a functional"):
        Classifier(Subclassed())


def test_a_layer_with_code_can_be_averaged():
    doubled = [keras.Input((4,)), layers.Lambda(lambda x: 2 * x), layers.Dense(64)]
    network = keras.Sequential([*doubled, layers.Reshape(SHAPE)])
    gan = GAN(network, discriminator(), ema=0.9, seed=0)
    latents = gan.latents(2, seed=0)
    np.testing.assert_allclose(
        gan.decode(latents), network.predict_on_batch(latents), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("channels", [2, 4, 5])
def test_a_translator_of_other_channels_translates_arrays_of_them(channels, tmp_path):
    shape = (8, 8, channels)
    model = Pix2Pix(translator(channels), patches(2 * channels), image_shape=shape)
    images = np.random.default_rng(0).integers(0, 256, (3, *shape)).astype("uint8")
    translated = model.translate(images)
    assert translated.shape == images.shape and translated.dtype == np.uint8
    assert model.plot(tmp_path / "grid.png", images, images).is_file()
    with pytest.raises(ValueError, match=f"images must have {channels} channels, got"):
        model.translate(images[..., :1])


def test_a_game_of_vectors_generates_floats(tmp_path):
    vectors = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
    gan = GAN(vectors, keras.Sequential([keras.Input((2,)), layers.Dense(1)]), seed=0)
    examples = gan.generate(5, seed=1)
    assert examples.dtype == np.float32
    np.testing.assert_array_equal(examples, gan.decode(gan.latents(5, seed=1)))
    assert gan.interpolate(1, 2, steps=3).shape == (3, 2)
    with pytest.raises(ValueError, match=r"examples \(2,\) of this model are no images to plot"):
        gan.plot(tmp_path / "vectors.png")
    assert gan.preview(tmp_path / "vectors", {}) is None


# NaN.


def poisoned(network):
    network.set_weights([np.full_like(weight, np.nan) for weight in network.get_weights()])
    return network


def test_nan_of_a_network_is_an_error():
    message = "network's outputs hold NaN or infinity"
    gan = GAN(poisoned(generator()), discriminator())
    with pytest.raises(ValueError, match=message):
        gan.generate(2, seed=0)
    model = Pix2Pix(poisoned(translator(3)), patches(6), image_shape=(8, 8, 3))
    with pytest.raises(ValueError, match=message):
        model.translate(np.zeros((1, 8, 8, 3), np.uint8))
    vectors = poisoned(keras.Sequential([keras.Input((4,)), layers.Dense(2)]))
    with pytest.raises(ValueError, match=message):
        GAN(vectors, keras.Sequential([keras.Input((2,)), layers.Dense(1)])).generate(1)


# Data that looks wrong.


def test_images_in_the_unit_interval_are_warned_of(recwarn):
    gan = GAN(generator(), discriminator(), seed=0)
    gan.compile()
    images = np.random.default_rng(0).random((8, *SHAPE)).astype("float32")
    with pytest.warns(UserWarning, match=r"images .* look like \[0, 1\].*2 \* x - 1"):
        gan.fit(images, batch_size=4, verbose=0)
    recwarn.clear()
    gan.fit(2 * images - 1, batch_size=4, verbose=0)
    gan.fit((255 * images).astype("uint8"), batch_size=4, verbose=0)
    assert not [each for each in recwarn if "[0, 1]" in str(each.message)]


def test_channels_first_is_refused_when_a_model_is_made():
    keras.config.set_image_data_format("channels_first")
    try:
        with pytest.raises(ValueError, match=r"set_image_data_format\(.channels_last.\)"):
            GAN()
    finally:
        keras.config.set_image_data_format("channels_last")
