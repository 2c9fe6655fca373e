"""StyleGAN2: what is regularized and how strongly, styles, truncation."""

import keras
import numpy as np
import pytest
import variants
from keras import ops
from PIL import Image

from keras_gan import StyleGAN2
from keras_gan.penalties import R1

SHAPE = (8, 8, 3)


def make(**settings):
    model = variants.make("StyleGAN2", **{"penalties": [R1(1.0, every=16)], **settings})
    model.compile()
    return model


def numpy(x):
    return ops.convert_to_numpy(x)


def test_adam_is_corrected_for_the_further_updates():
    """c = k / (k + 1), on the rate and on the betas as exponent: 16 / 17 and 4 / 5."""
    model = make()
    for name, share in (("discriminator", 16 / 17), ("generator", 0.8)):
        adam = model.optimizers[name]
        assert float(adam.learning_rate) == pytest.approx(0.002 * share)
        assert (adam.beta_1, adam.beta_2) == (0.0, pytest.approx(0.99**share))
        assert adam.epsilon == 1e-8
    plain = make(path_length=0.0).optimizers["generator"]
    assert (float(plain.learning_rate), plain.beta_2) == (pytest.approx(0.002), 0.99)


def test_r1_is_configuration_f():
    (penalty,) = StyleGAN2.penalties
    assert penalty.get_config() == R1(10.0, every=16).get_config()


@pytest.mark.slow
def test_regularizers_update_in_every_16th_and_4th_step(rng):
    model = make()
    images = rng.integers(0, 256, (4 * 18, *SHAPE), dtype=np.uint8)
    history = model.fit(images, batch_size=4, verbose=0).history
    assert int(model.optimizers["discriminator"].iterations) == 18 + 2
    assert int(model.optimizers["generator"].iterations) == 18 + 5
    assert history["discriminator_regularizer"][0] > 0.0
    assert history["generator_regularizer"][0] > 0.0


def test_path_lengths_are_those_of_the_jacobian(rng):
    """For a synthesis that is linear in the styles, images = styles A, the gradient is A y."""
    model = make()
    count, width = model.generator.get_layer("synthesis").input_shape[1:]
    matrix = rng.normal(size=(count * width, 8 * 8 * 3)).astype("float32")

    class Linear:
        input_shape, output_shape = (None, count, width), (None, *SHAPE)

        def __call__(self, styles, training):
            return ops.reshape(ops.reshape(styles, (-1, count * width)) @ matrix, (-1, *SHAPE))

    noise = rng.normal(size=(5, *SHAPE)).astype("float32")
    kind = type("LinearStyles", (StyleGAN2,), {"synthesis": property(lambda self: Linear())})
    model.__class__ = kind
    model.normal = lambda shape: ops.convert_to_tensor(noise)
    styles = ops.convert_to_tensor(rng.normal(size=(5, count, width)).astype("float32"))
    gradients = (noise.reshape(5, -1) / 8.0) @ matrix.T
    squares = (gradients.reshape(5, count, width) ** 2).sum(axis=2)
    lengths = np.sqrt(squares.mean(axis=1))
    np.testing.assert_allclose(numpy(model.path_lengths(styles)), lengths, rtol=1e-4)


def test_path_length_penalty_is_the_distance_from_the_running_mean():
    """By hand: lengths 1, 3, then 4, 8; a = 0.01 * 2, then a + 0.01 (6 - a); twice the mean square."""
    model = make()
    for lengths, mean in (([1.0, 3.0], 0.02), ([4.0, 8.0], 0.02 + 0.01 * (6.0 - 0.02))):
        model.path_lengths = lambda styles, lengths=lengths: ops.convert_to_tensor(lengths)
        penalty = float(model.path_length_penalty(np.zeros((3, *SHAPE), np.uint8)))
        assert float(model.mean_length.mean) == pytest.approx(mean, rel=1e-4)
        assert penalty == pytest.approx(2.0 * np.mean((np.array(lengths) - mean) ** 2), rel=1e-4)


def test_r1_penalty_of_a_linear_discriminator(rng):
    model = make(penalties=[R1(3.0, every=16)])
    slopes = rng.normal(size=SHAPE).astype("float32")
    model.discriminate = lambda x, labels: [ops.sum(x * slopes, axis=(1, 2, 3))[:, None]]
    images = rng.integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    assert float(model.discriminator_regularizer(images)) == pytest.approx(
        1.5 * np.sum(slopes**2), rel=1e-4
    )


@pytest.mark.parametrize(
    ("mix", "place", "crossover"), [(0.95, 0.5, 4), (0.5, 0.0, 1), (0.5, 0.5, 2), (0.5, 0.99, 3)]
)
def test_styles_are_mixed_from_a_random_layer_on(mix, place, crossover):
    """Of 4 layers; with the probability that is asked for; never from the first layer on."""
    model = make(style_mixing=0.9)
    model.mixing_numbers = lambda: (ops.full((1,), mix), ops.full((1,), place))
    styles = numpy(model.training_styles(3))
    assert styles.shape == (3, 4, 6)
    same = np.all(styles == styles[:, :1], axis=(0, 2))
    np.testing.assert_array_equal(same, np.arange(4) < crossover)


def test_truncation_moves_w_towards_the_mean(rng):
    model = make(ema=None)
    mean = model.generator.get_layer("mapping").get_layer("mean").mean
    mean.assign(rng.normal(size=6))
    latents = model.latents(3, seed=1)
    whole, half, none = (model.styles(latents, psi) for psi in (1.0, 0.5, 0.0))
    assert whole.shape == (3, 4, 6)
    np.testing.assert_allclose(half, (whole + none) / 2.0, atol=1e-5)
    np.testing.assert_allclose(none, np.broadcast_to(numpy(mean), (3, 4, 6)), atol=1e-6)
    images = model.generate(3, seed=1, truncation=0.0)
    np.testing.assert_array_equal(images[0], images[1])
    decoded = model.decode(latents)
    whole = model.synthesize(whole) / 127.5 - 1.0
    np.testing.assert_allclose(np.clip(decoded, -1, 1), whole, atol=0.005)


def test_interpolation_is_straight_in_w(rng):
    model = make(ema=None)
    model.generator.get_layer("mapping").get_layer("mean").mean.assign(rng.normal(size=6))
    first, last = (model.styles(model.latents(1, seed), 0.5)[0] for seed in (1, 2))
    expected = model.synthesize(np.stack([first, (first + last) / 2.0, last]))
    way = model.interpolate(1, 2, steps=3, truncation=0.5).astype(int)
    assert np.abs(way - expected).max() <= 1


def test_plots_are_truncated_too(tmp_path):
    model = make()
    paths = [model.plot(tmp_path / f"{psi}.png", 4, truncation=psi) for psi in (1.0, 0.0)]
    whole, none = (np.asarray(Image.open(path)) for path in paths)
    assert whole.shape == none.shape
    assert (whole != none).any()


def test_mapping_does_not_depend_on_the_length_of_latents(rng):
    model = make()
    latents = model.latents(3, seed=1)
    np.testing.assert_allclose(model.styles(latents), model.styles(7.0 * latents), rtol=1e-4)


def test_each_layer_may_have_a_style_of_its_own():
    model = make()
    styles = model.styles(model.latents(2, seed=1))
    mixed = styles[:1].copy()
    mixed[0, 2:] = styles[1, 2:]
    images = [model.synthesize(s)[0] for s in (styles[:1], styles[1:], mixed)]
    assert (images[2] != images[0]).any()
    assert (images[2] != images[1]).any()


@pytest.mark.slow
@pytest.mark.graph
def test_learns_the_color_of_plain_images(rng):
    colors = np.array([0.6, -0.2, -0.7]) + rng.normal(0.0, 0.03, (640, 1, 1, 3))
    images = np.clip(colors * np.ones((1, *SHAPE)), -1, 1).astype("float32")
    model = make(penalties=[R1(3.0, every=16)], ema=0.95)
    adam = lambda: keras.optimizers.Adam(0.005, 0.0, 0.99)  # noqa: E731
    model.compile({"discriminator": adam(), "generator": adam()})
    model.fit(images, batch_size=16, epochs=10, verbose=0)
    samples = model.decode(model.latents(100, seed=0))
    np.testing.assert_allclose(samples.mean(axis=(0, 1, 2)), [0.6, -0.2, -0.7], atol=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make(num_classes=3), "not conditional"),
        (lambda: make(path_length=-1.0), "must not be negative"),
        (lambda: make(style_mixing=1.5), r"style_mixing must lie in \[0, 1\]"),
        (lambda: make().generate(1, truncation=1.5), r"truncation must lie in \[0, 1\], got 1.5"),
        (lambda: make().generate(1, labels=3), "not conditional"),
        (lambda: make().styles(np.zeros((1, 7))), r"latents must be \(n, 6\), got \(1, 7\)"),
        (lambda: make().synthesize(np.zeros((1, 3, 6))), r"\(n, 4, 6\), got \(1, 3, 6\)"),
        (
            lambda: StyleGAN2(
                keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]),
                keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]),
            ),
            "lacks the layers .'mapping', 'synthesis'.",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
