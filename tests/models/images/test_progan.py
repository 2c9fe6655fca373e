"""ProGAN: its schedule, growing and fading, what it computes at any time, resuming."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import ProGAN
from keras_gan.networks import progan, stylegan2
from keras_gan.objectives import Wasserstein

SHAPE = (16, 16, 3)


def numpy(x):
    return ops.convert_to_numpy(x)


def make(seen=0, shape=SHAPE, **kwargs):
    """Blocks of 40 images that fade in and 20 that do not; where it is after `seen`."""
    networks = progan.generator(shape, 6, 64, 8), progan.discriminator(shape, 64, 8)
    options = {"fade_images": 40, "stable_images": 20, "seed": 0}
    model = ProGAN(*networks, **{**options, **kwargs})
    model.compile(run_eagerly=True)  # or it would compile anew with each block
    model.images_seen.assign(seen)
    model._grow()
    return model


def pictures(rng, num):
    return rng.integers(0, 256, (num, *SHAPE), dtype=np.uint8)


def pooled(images, times=1):
    for _ in range(times):
        n, height, width, channels = images.shape
        images = images.reshape(n, height // 2, 2, width // 2, 2, channels).mean(axis=(2, 4))
    return images


def repeated(images):
    return images.repeat(2, axis=1).repeat(2, axis=2)


def test_the_defaults_are_the_papers():
    model = make()
    assert model.objective.get_config() == Wasserstein(0.001).get_config()
    (penalty,) = model.penalties
    assert (type(penalty).__name__, penalty.weight, penalty.norm) == ("GradientPenalty", 10.0, 1.0)
    assert model.batches_per_step == 1
    assert model.ema == 0.999
    for adam in model.optimizers.values():
        assert float(adam.learning_rate) == pytest.approx(1e-3)
        assert (adam.beta_1, adam.beta_2, adam.epsilon) == (0.0, 0.99, 1e-8)


@pytest.mark.parametrize(
    ("seen", "side", "alpha"),
    [
        *[(0, 4, 1.0), (19, 4, 1.0), (20, 8, 0.0), (50, 8, 0.75), (60, 8, 1.0), (79, 8, 1.0)],
        *[(80, 16, 0.0), (90, 16, 0.25), (120, 16, 1.0), (10_000, 16, 1.0)],
    ],
)
def test_the_schedule_is_of_images_seen(seen, side, alpha):
    """20 of 4x4, 40 in which 8x8 fades in, 20 of 8x8, 40 in which 16x16 fades in, and all others."""
    model = make(seen)
    assert model.side_after(seen) == model.side == side
    assert model.alpha == pytest.approx(alpha)
    expected = {8: alpha if side == 8 else float(side > 8), 16: alpha if side == 16 else 0.0}
    for network in (model.generator, model.discriminator, model.ema_generator):
        for block, value in expected.items():
            fade = network.get_layer(f"fade_{block}")
            assert float(numpy(fade.alpha)) == pytest.approx(value)


@pytest.mark.parametrize("seen", [10, 30, 50, 70, 90, 200])
def test_the_grown_part_computes_what_the_whole_network_does(seen, rng):
    """The generator's images with pixels repeated, the logits of images averaged."""
    model = make(seen)
    latents = model.latents(5, seed=1)
    images = numpy(progan.grown_generator(model.generator, model.side)(latents))
    assert images.shape == (5, model.side, model.side, 3)
    times = int(np.log2(16 / model.side))
    whole = numpy(model.generator(latents))
    for _ in range(times):
        images = repeated(images)
    np.testing.assert_allclose(images, whole, atol=1e-5)
    reals = rng.normal(size=(5, *SHAPE)).astype("float32")
    logits = progan.grown_logits(model.discriminator, ops.convert_to_tensor(pooled(reals, times)))
    np.testing.assert_allclose(numpy(logits), numpy(model.discriminator(reals)), atol=1e-4)


def test_a_block_that_is_not_faded_in_changes_nothing_and_one_that_is_is_all():
    """At alpha 0 images are those of before, doubled; at 1 those of the new layer alone; between, between."""
    model = make(79)
    latents = model.latents(3, seed=1)
    before = numpy(progan.grown_generator(model.generator, 8)(latents))
    new = numpy(
        keras.Model(model.generator.inputs, model.generator.get_layer("rgb_16").output)(latents)
    )
    for seen, expected in (
        (80, repeated(before)),
        (90, 0.75 * repeated(before) + 0.25 * new),
        (120, new),
    ):
        model.images_seen.assign(seen)
        model._grow()
        grown = numpy(progan.grown_generator(model.generator, 16)(latents))
        np.testing.assert_allclose(grown, expected, atol=1e-6)


def test_real_images_are_averaged_and_fade_like_generated_ones(rng):
    images = pictures(rng, 3)
    floats = images / 127.5 - 1.0
    for seen, expected in (
        (0, pooled(floats, 2)),
        (20, repeated(pooled(floats, 2))),
        (50, 0.25 * repeated(pooled(floats, 2)) + 0.75 * pooled(floats)),
        (200, floats),
    ):
        prepared = make(seen).prepare(images=ops.convert_to_tensor(images))["images"]
        np.testing.assert_allclose(numpy(prepared), expected, atol=1e-5)


@pytest.mark.slow
def test_fit_grows_where_the_images_say_so(rng):
    """Also within an epoch; layers that have not grown do not move; Adam starts anew with a block."""
    model = make()
    shapes, steps = [], []
    prepare = model.prepare
    model.prepare = lambda **batch: (
        shapes.append(prepare(**batch)["images"].shape[1]) or prepare(**batch)
    )
    last = numpy(model.generator.get_layer("rgb_16").input._keras_history.operation.kernel)

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            steps.append((int(logs["images_seen"]), self.model.side))

        def on_epoch_end(self, epoch, logs=None):
            kernel = self.model.generator.get_layer("rgb_16").input._keras_history.operation.kernel
            if epoch == 0:  # 48 images: 8x8 fades in
                np.testing.assert_array_equal(numpy(kernel), last)

    history = model.fit(pictures(rng, 48), batch_size=8, epochs=3, verbose=0, callbacks=[Watch()])
    assert steps == [(n, model.side_after(n)) for n in range(8, 145, 8)]
    assert sorted(set(shapes)) == [4, 8, 16]
    assert history.history["images_seen"] == [48, 96, 144]
    assert int(model.images_seen) == 144
    # The last fade ended after 120 images.
    assert [int(o.iterations) for o in model.optimizers.values()] == [3, 3]
    kernel = model.generator.get_layer("rgb_16").input._keras_history.operation.kernel
    assert (numpy(kernel) != last).any()
    for adam in model.optimizers.values():
        assert float(adam.learning_rate) == pytest.approx(1e-3)


@pytest.mark.slow
def test_optimizers_start_anew_where_a_fade_begins_and_ends_but_schedules_go_on(rng, tmp_path):
    """Fades from 20 to 60 and from 80 to 120 images; a rate that falls with every update of 8 images."""
    images, rates = pictures(rng, 136), [1.0 / (1 + step) for step in range(17)]
    schedule = keras.optimizers.schedules.InverseTimeDecay(1.0, 1, 1.0)
    adam = lambda: keras.optimizers.Adam(schedule, 0.0, 0.99)  # noqa: E731
    model, counted = make(), []
    model.compile({"discriminator": adam(), "generator": adam()}, run_eagerly=True)

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            optimizer = self.model.optimizers["generator"]
            counted.append(int(optimizer.iterations))
            used.append(float(optimizer.learning_rate))

    used = []
    fit = lambda model, x: model.fit(  # noqa: E731
        x, batch_size=8, verbose=0, shuffle=False, callbacks=[Watch()]
    )
    fit(model, images[:72])
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    fit(restored, images[72:])
    # Those of 24 and 64 images, then of 80 and 120, are the first past a change.
    assert counted == [1, 2, 0, 1, 2, 3, 4, 0, 1, 0, 1, 2, 3, 4, 0, 1, 2]
    # After each update the rate is that of the next.
    np.testing.assert_allclose(used, [*rates[1:], 1.0 / 18.0], rtol=1e-5)


@pytest.mark.slow
def test_goes_on_in_the_middle_of_a_fade_as_if_uninterrupted(rng, tmp_path):
    """40 images, half of the first fade, then 48 more, into the next."""
    images, more = pictures(rng, 40), pictures(rng, 48)
    fit = lambda model, x: model.fit(x, batch_size=8, verbose=0, shuffle=False)  # noqa: E731
    model = make()
    fit(model, images)
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    assert (restored.side, restored.alpha) == (model.side, model.alpha)
    assert restored.alpha == pytest.approx(0.5)
    latents = model.latents(3, seed=1)
    np.testing.assert_array_equal(restored.decode(latents), model.decode(latents))
    expected, actual = (fit(m, more).history for m in (model, restored))
    for name, values in expected.items():
        assert actual[name] == pytest.approx(values, rel=1e-5)
    for a, b in zip(model.get_weights(), restored.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_losses_by_hand_in_the_middle_of_a_fade(rng):
    """-E f(x) + E f(G(z)) + 0.001 E f(x)^2 and, without the penalty's random points, nothing else."""
    model = make(50)
    model.penalties = ()
    reals = ops.convert_to_tensor(rng.normal(size=(6, 8, 8, 3)).astype("float32"))
    fakes = model.fakes(reals)
    assert fakes.shape == (6, 8, 8, 3)
    real, fake = (numpy(progan.grown_logits(model.discriminator, x)) for x in (reals, fakes))
    expected = fake.mean() - real.mean() + 0.001 * (real**2).mean()
    assert float(model.discriminator_loss(fakes, reals)) == pytest.approx(expected, rel=1e-4)
    assert float(model.generator_loss(fakes, reals)) == pytest.approx(-fake.mean(), rel=1e-4)


@pytest.mark.parametrize("updated", [0, 1])
def test_an_update_changes_what_has_grown_of_the_player_and_only_that(updated, rng):
    model = make(30)
    updated, other = model.players[updated], model.players[1 - updated]
    model.compile({other.name: keras.optimizers.SGD(0.0)}, run_eagerly=True)
    groups = [player.variables for player in (updated, other)]
    before = [[numpy(v) for v in group] for group in groups]
    model.fit(pictures(rng, 8), batch_size=8, verbose=0)
    changed = [(a != numpy(v)).any() for a, v in zip(before[0], groups[0], strict=True)]
    part = {
        "generator": lambda: progan.grown_generator(model.generator, 8),
        "discriminator": lambda: progan.discriminator((8, 8, 3), 64, 8),
    }[updated.name]()
    # Not the bias of the logit, which cancels but for the drift, nor what is 0 at first.
    assert 0.75 * len(part.trainable_variables) <= sum(changed) <= len(part.trainable_variables)
    for a, v in zip(before[1], groups[1], strict=True):
        np.testing.assert_array_equal(a, numpy(v))


@pytest.mark.slow
@pytest.mark.graph
def test_learns_the_color_of_plain_images(rng):
    colors = np.array([0.6, -0.2, -0.7]) + rng.normal(0.0, 0.03, (640, 1, 1, 3))
    images = np.clip(colors * np.ones((1, 8, 8, 3)), -1, 1).astype("float32")
    model = make(shape=(8, 8, 3), fade_images=640, stable_images=640, ema=0.95)
    adam = lambda: keras.optimizers.Adam(0.005, 0.0, 0.99)  # noqa: E731
    model.compile({"discriminator": adam(), "generator": adam()})
    model.fit(images, batch_size=16, epochs=6, verbose=0)
    samples = model.decode(model.latents(100, seed=0))
    np.testing.assert_allclose(samples.mean(axis=(0, 1, 2)), [0.6, -0.2, -0.7], atol=0.1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make(num_classes=3), "not conditional"),
        (lambda: make(fade_images=0), "fade_images must be a whole number of at least 1, got 0"),
        (lambda: make(stable_images=1.5), "stable_images must be a whole number"),
        (
            lambda: make().fit(np.zeros((8, 8, 8, 3), np.uint8), verbose=0),
            r"grows to 16 pixels a side, past the data's resolution: images are \(8, 8, 3\)",
        ),
        (
            lambda: make().fit(np.zeros((8, 32, 32, 3), np.uint8), verbose=0),
            r"takes examples \(n, 16, 16, 3\), got \(8, 32, 32, 3\)",
        ),
        (lambda: ProGAN(image_shape=(28, 28, 1)), r"4 \* 2\^k pixels a side"),
        (
            lambda: ProGAN(
                stylegan2.generator((8, 8, 3), 8, 8, 2, 1), progan.discriminator((8, 8, 3), 8, 2)
            ),
            "The generator lacks the layers .'fade_8'.",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
