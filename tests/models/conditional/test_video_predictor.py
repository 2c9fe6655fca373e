"""VideoPredictor: its losses by hand, what it learns of open futures, its use, and bad input."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import VideoPredictor, data, load_model
from keras_gan.evaluation import evaluate
from keras_gan.modalities import images as pictures
from keras_gan.modalities import video
from keras_gan.models.conditional.video_predictor import TINY, _scales, gradient_difference
from keras_gan.networks import next_frame

SHAPE = (8, 8, 1)


def small(noise_dim=0, **settings):
    networks = (
        next_frame.generator(SHAPE, 2, 2, noise_dim=noise_dim),
        next_frame.discriminator(SHAPE, 2, 2),
    )
    return VideoPredictor(*networks, seed=0, **settings)


def test_the_gradient_difference_of_a_step_and_a_ramp():
    """A step of 3 from left to right, and a ramp to it: gradients (0, 3, 0) and (1, 1, 1)."""
    step = np.broadcast_to(np.float32([0, 0, 3, 3])[:, None], (2, 5, 4, 1))
    ramp = np.broadcast_to(np.float32([0, 1, 2, 3])[:, None], (2, 5, 4, 1))
    loss = gradient_difference(ops.convert_to_tensor(step), ops.convert_to_tensor(ramp))
    assert float(loss) == pytest.approx((1 + 2 + 1) / 3)
    turned = (ops.convert_to_tensor(x.transpose(0, 2, 1, 3).copy()) for x in (ramp, step))
    assert float(gradient_difference(*turned)) == pytest.approx((1 + 2 + 1) / 3)


@pytest.mark.parametrize("power", [1, 2])
def test_losses_are_the_papers(power, rng):
    model = small(power=power, adversarial_weight=0.3, gradient_weight=0.7, distance_weight=2.0)
    seen, truth = rng.uniform(-1, 1, (5, 2, *SHAPE)), rng.uniform(-1, 1, (5, *SHAPE))
    seen, truth = (ops.convert_to_tensor(x.astype("float32")) for x in (seen, truth))
    generated = model.predictions(seen, truth)
    (fake,) = generated["frames"]
    logits = {
        name: np.asarray(model.discriminator([seen, frames]), np.float64)
        for name, frames in (("real", truth), ("fake", fake))
    }
    softplus = lambda x: np.log1p(np.exp(x)).mean()  # noqa: E731
    loss = float(model.discriminator_loss(generated, seen, truth))
    assert loss == pytest.approx(softplus(-logits["real"]) + softplus(logits["fake"]), rel=1e-5)
    loss, parts = model.generator_loss(generated, seen, truth)
    gap = np.asarray(fake, np.float64) - np.asarray(truth)
    expected = {
        "adversarial": softplus(-logits["fake"]),
        "distance": (np.abs(gap) ** power).mean(),
        "gradients": float(gradient_difference(fake, truth)),
    }
    assert {name: float(part) for name, part in parts.items()} == pytest.approx(expected, rel=1e-5)
    total = 0.3 * expected["adversarial"] + 2.0 * expected["distance"] + 0.7 * expected["gradients"]
    assert float(loss) == pytest.approx(total, rel=1e-5)


def test_the_discriminator_sees_the_past_and_teaches_the_generator(rng):
    """Mistakes of well-known implementations: a frame judged alone, a term without a gradient."""
    model = small(adversarial_weight=1.0, distance_weight=0.0, gradient_weight=0.0)
    truth = ops.convert_to_tensor(rng.uniform(-1, 1, (3, *SHAPE)).astype("float32"))
    seen = [rng.uniform(-1, 1, (3, 2, *SHAPE)).astype("float32") for _ in range(2)]
    one, other = (np.asarray(model.discriminator([ops.convert_to_tensor(x), truth])) for x in seen)
    assert np.abs(one - other).min() > 1e-6
    before = model.generator.get_weights()
    model.compile()
    model.fit(rng.integers(0, 256, (16, 3, *SHAPE), dtype=np.uint8), batch_size=8, verbose=0)
    assert all((a != b).any() for a, b in zip(before, model.generator.get_weights(), strict=True))


def test_the_mode_seeking_term_by_hand(rng):
    model = small(noise_dim=3, diversity=0.5, adversarial_weight=0.0)
    seen = ops.convert_to_tensor(rng.uniform(-1, 1, (4, 2, *SHAPE)).astype("float32"))
    truth = ops.zeros((4, *SHAPE))
    draws = [ops.convert_to_tensor(rng.normal(size=(4, 3)).astype("float32")) for _ in range(2)]
    model.normal = lambda shape: draws[1]
    frames = [model._generated(seen, noise) for noise in draws]
    _, parts = model.generator_loss({"frames": frames[0], "noise": draws[0]}, seen, truth)
    change = np.abs(np.asarray(frames[0][0] - frames[1][0])).mean(axis=(1, 2, 3))
    step = np.abs(np.asarray(draws[0] - draws[1])).mean(axis=1)
    assert float(parts["diversity"]) == pytest.approx((1 / (change / step + TINY)).mean(), rel=1e-4)


def test_a_squared_error_predicts_the_mean_of_the_futures_and_noise_one_of_them():
    """White frames are followed by a bright left or a bright right half, with equal chances."""
    left, right = np.zeros((2, *SHAPE), np.uint8)
    left[:, :4], right[:, 4:] = 255, 255
    white = np.full((2, *SHAPE), 255, np.uint8)
    clips = np.stack([np.concatenate([white, half[None]]) for half in (left, right)] * 64)
    terms = {"adversarial_weight": 1.0, "distance_weight": 0.0, "gradient_weight": 0.0}
    keras.utils.set_random_seed(0)
    mean = small(adversarial_weight=0.0, gradient_weight=0.0)
    networks = (
        next_frame.generator(SHAPE, 2, 4, noise_dim=4),
        next_frame.discriminator(SHAPE, 2, 8),
    )
    wasserstein = {"objective": "wasserstein", "penalties": ["gradient_penalty"]}
    gan = VideoPredictor(*networks, **terms, **wasserstein, seed=0)
    for model, epochs in ((mean, 40), (gan, 110)):
        model.compile(keras.optimizers.Adam(3e-3, beta_1=0.5))
        model.fit(clips, batch_size=32, epochs=epochs, verbose=0)
    found = mean.predict_next(white).astype(int)
    assert np.abs(found - 128).max() < 25
    draws = gan.predict_next(white, draws=64, seed=0).astype(int)
    side = draws[..., :4, 0].mean(axis=(1, 2)) - draws[..., 4:, 0].mean(axis=(1, 2))
    assert (np.abs(side) > 180).mean() > 0.8  # one half, not the mean of both
    assert 0.2 < (side > 0).mean() < 0.8  # either


def test_videos_go_on(rng, tmp_path):
    model = small(noise_dim=2, ema=0.9)
    clips = rng.integers(0, 256, (3, 5, *SHAPE), dtype=np.uint8)
    one = model.predict_next(clips, seed=1)
    np.testing.assert_array_equal(one, model.predict_next(clips[:, -2:], seed=1))
    found = model.continue_video(clips, steps=3, seed=1)
    assert found.shape == (3, 3, *SHAPE)
    np.testing.assert_array_equal(found[:, 0], one)
    assert model.continue_video(clips[0], 2).shape == (2, *SHAPE)
    draws = model.predict_next(clips[0], draws=4, seed=1)
    assert draws.shape == (4, *SHAPE)
    model.save(tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.continue_video(clips, 3, seed=1), found)
    assert model.plot(tmp_path / "strips.png", clips).stat().st_size > 0


def test_the_truth_at_each_scale(rng):
    truth = rng.normal(size=(2, 8, 8, 1)).astype("float32")
    predictions = [ops.zeros((2, side, side, 1)) for side in (2, 4, 8)]
    found = _scales(ops.convert_to_tensor(truth), predictions)
    halves = truth.reshape(2, 4, 2, 4, 2, 1).mean(axis=(2, 4))
    np.testing.assert_allclose(found[1], halves, atol=1e-6)
    quarters = halves.reshape(2, 2, 2, 2, 2, 1).mean(axis=(2, 4))
    np.testing.assert_allclose(found[0], quarters, atol=1e-6)
    np.testing.assert_array_equal(found[2], truth)


def test_several_scales_are_trained_together(rng):
    shape = (32, 32, 1)
    networks = (
        next_frame.multiscale_generator(shape, 2, 2),
        next_frame.multiscale_discriminator(shape, 2, 2),
    )
    model = VideoPredictor(*networks, penalties=["gradient_penalty"], seed=0)
    model.compile()
    clips = rng.integers(0, 256, (4, 3, *shape), dtype=np.uint8)
    before = [network.get_weights() for network in networks]
    model.fit(clips / 127.5 - 1.0, batch_size=2, verbose=0)  # NumPy's float64
    for old, network in zip(before, networks, strict=True):
        assert any((a != b).any() for a, b in zip(old, network.get_weights(), strict=True))


@pytest.mark.slow
def test_the_networks_of_the_paper():
    shape = (32, 32, 3)
    networks = next_frame.multiscale_generator(shape), next_frame.multiscale_discriminator(shape)
    model = VideoPredictor(*networks, seed=0)
    kernels = [w.shape for w in model.generator.weights if len(w.shape) == 4]
    assert kernels[:4] == [(3, 3, 12, 128), (3, 3, 128, 256), (3, 3, 256, 128), (3, 3, 128, 3)]
    assert kernels[-6:] == [
        *((7, 7, 15, 128), (5, 5, 128, 256), (5, 5, 256, 512)),
        *((5, 5, 512, 256), (5, 5, 256, 128), (7, 7, 128, 3)),
    ]
    sides = [shape[1] for shape in model.generator.output_shape]
    assert sides == [4, 8, 16, 32]
    assert [each.shape for each in model.discriminator.outputs] == [(None, 1)] * 4
    frames = np.zeros((1, 4, *shape), np.uint8)
    assert model.predict_next(frames).shape == (1, *shape)


def test_a_report_beside_copying(rng):
    model = VideoPredictor(
        next_frame.generator((16, 16, 1), 2, 2), next_frame.discriminator((16, 16, 1), 2, 2)
    )
    clips = rng.integers(0, 256, (4, 3, 16, 16, 1), dtype=np.uint8)
    clips[:, 2, 8:] = clips[:, 1, 8:]
    report = evaluate(model, clips)
    names = [metric.metric for metric in report.metrics]
    assert names[:4] == ["psnr", "psnr_copying", "psnr_moving", "psnr_moving_copying"]
    assert len(names) == 10
    assert report["psnr_copying"].value > report["psnr_moving_copying"].value + 2.5
    with pytest.raises(ValueError, match="more than 2 frames"):
        evaluate(model, clips[:, :2])


def test_clips_come_from_folders_and_named_sets(rng, tmp_path):
    frames = rng.integers(0, 256, (7, 8, 8, 1), dtype=np.uint8)
    video.write(tmp_path / "one.gif", frames, scale=1)
    for index in range(3):
        pictures.write(tmp_path / "two" / f"{index}.png", frames[index])
    source = data.source(tmp_path)
    columns = small().columns_of(source)
    # Three frames each, one frame after the other of seven, and a folder of three.
    assert columns["clips"].shape == (6, 3, 8, 8, 1) and source.clip_count(3) == 6
    np.testing.assert_array_equal(columns["clips"][4], video.read(tmp_path / "one.gif", 1)[4:])
    with pytest.raises(ValueError, match="digits holds pictures, not clips"):
        small().columns_of(data.source("digits"))
    with pytest.raises(ValueError, match=r"two has 3 frames, of which a clip takes 4"):
        data.clips_from_folder(tmp_path, 4)
    with pytest.warns(UserWarning, match="Left out a video: .*two has 3 frames"):
        assert len(data.clips_from_folder(tmp_path, 4, skip_unreadable=True)) == 3
    (tmp_path / "two" / "0.png").rename(tmp_path / "still.jpg")
    with pytest.raises(ValueError, match=r"must hold animated GIFs.*; got .*still\.jpg"):
        data.clips_from_folder(tmp_path, 2)
    (tmp_path / "still.jpg").unlink()
    (tmp_path / "one.gif").rename(tmp_path / "two" / "one.gif")
    with pytest.raises(ValueError, match=r"sub-folders of single frames; got .*one\.gif"):
        data.clips_from_folder(tmp_path, 2)
    (tmp_path / "none").mkdir()
    with pytest.raises(ValueError, match="must hold videos"):
        data.clips_from_folder(tmp_path / "none", 2)
    with pytest.raises(ValueError, match="images are of"):
        data.arrays("pacman", "test", image_size=32)


def test_bad_input_is_refused(rng):
    model, frames = small(), rng.integers(0, 256, (2, 3, *SHAPE), dtype=np.uint8)
    model.compile()
    networks = next_frame.generator(SHAPE, 2, 2), next_frame.discriminator(SHAPE, 2, 2)
    for call, message in (
        (lambda: model.predict_next(frames[:, :1]), r"at least 2 of \(8, 8, 1\), got \(1, 8"),
        (lambda: model.predict_next(frames[:, :, :4]), "frames must be at least 2"),
        (lambda: model.predict_next(frames / 255.0 + 1.0), "got float64"),
        (lambda: model.predict_next(frames, draws=2), "sees one future"),
        (lambda: model.continue_video(frames, steps=0), "steps must be"),
        (lambda: model.fit(frames[:, :2], verbose=0), "clips must have more than 2 frames"),
        (lambda: model.fit(frames[:, 0], verbose=0), r"clips must be \(n, frames"),
        (lambda: VideoPredictor(*networks, power=3), "power must be 1 or 2"),
        (lambda: VideoPredictor(*networks, diversity=1.0), "without noise"),
        (lambda: VideoPredictor(*networks, gradient_weight=-1.0), "must not be negative"),
        (lambda: VideoPredictor(networks[0], next_frame.discriminator(SHAPE, 3)), "must take"),
        (lambda: next_frame.generator((12, 8, 1)), "halved 3 times"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
