"""Sound to image: pairs that are made by loudness, the paper's losses, and sounds in every form."""

import keras
import numpy as np
import pytest
from keras import ops
from scipy.ndimage import map_coordinates

import keras_gan
from keras_gan.layers import LogMel, SpectralNormalization
from keras_gan.modalities import audio
from keras_gan.models.conditional.loudness import LEVEL, at_gain, limited, scaled
from keras_gan.networks import audio_to_scene

SHAPE = (28, 28, 1)


def model(classes=None, **settings):
    parts = (
        audio_to_scene.generator(SHAPE, 5, 4, 2),
        audio_to_scene.discriminator(SHAPE, 5, 2, 4, classes),
        audio_to_scene.encoder(100, 1000, 2, 5, bins=8),
        audio_to_scene.encoder(100, 1000, 2, 5, bins=8, name="listener"),
    )
    options = {"rate": 1000, "seconds": 0.1, "auxiliary_classes": classes, "seed": 0, **settings}
    return keras_gan.AudioToScene(*parts, **options)


def tones(rng, num=6):
    return rng.uniform(-0.5, 0.5, (num, 100)).astype("float32")


def relu(x):
    return np.maximum(x, 0.0)


@pytest.mark.tensorflow
def test_the_losses_are_those_of_right_generated_and_wrong_pairs(rng):
    gan = model(classes=3)
    images, fakes = rng.uniform(-1, 1, (2, 6, *SHAPE)).astype("float32")
    vectors = rng.normal(size=(6, 5)).astype("float32")
    weights, matrix = rng.normal(size=5).astype("float32"), rng.normal(size=(784, 3)) / 28
    matrix = matrix.astype("float32")
    gan.listener = lambda sounds, training: ops.convert_to_tensor(vectors)

    def discriminate(x, told, layer=None):
        logits = ops.matmul(told[0], weights[:, None]) + ops.mean(x, axis=(1, 2, 3))[:, None]
        return [logits, ops.matmul(ops.reshape(x, (6, -1)), matrix)]

    gan.discriminate = discriminate
    wrong, contradict = np.array([1, 2, 3, 4, 5, 0]), np.array([1, 1, 0, 1, 0, 1], bool)
    labels = np.array([0, 1, 2, 2, 1, 0])
    batch = {"images": images, "sounds": tones(rng), "wrong": wrong, "labels": labels}
    batch = {name: ops.convert_to_tensor(value) for name, value in batch.items()}
    batch["contradict"] = ops.convert_to_tensor(contradict[:, None])
    of_images, of_fakes = (x.mean(axis=(1, 2, 3)) for x in (images, fakes))
    right, fake = vectors @ weights + of_images, vectors @ weights + of_fakes
    other = np.where(contradict, vectors[wrong] @ weights + of_images, fake)

    def cross_entropy(x):
        logits = x.reshape(6, -1) @ matrix
        return (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(6), labels]).mean()

    expected = relu(1 - right).mean() + (relu(1 + fake).mean() + relu(1 + other).mean()) / 2
    loss = float(gan.discriminator_loss(ops.convert_to_tensor(fakes), **batch))
    assert loss == pytest.approx(expected + cross_entropy(images), rel=1e-5)
    loss = float(gan.generator_loss(ops.convert_to_tensor(fakes), **batch))
    assert loss == pytest.approx(-fake.mean() + cross_entropy(fakes), rel=1e-5)
    gan.wrong_pairs = False
    expected = relu(1 - right).mean() + relu(1 + fake).mean()
    loss = float(gan.discriminator_loss(ops.convert_to_tensor(fakes), **batch))
    assert loss == pytest.approx(expected + cross_entropy(images), rel=1e-5)


@pytest.mark.tensorflow
def test_the_score_is_a_projection_on_the_sound(rng):
    """D(x, c) is affine in c, with a slope that is A'v(x)."""
    network = audio_to_scene.discriminator(SHAPE, 5, 2, 4)
    images = rng.uniform(-1, 1, (3, *SHAPE)).astype("float32")
    a, b = rng.normal(size=(2, 3, 5)).astype("float32")
    at = lambda c: ops.convert_to_numpy(network([images, c.astype("float32")]))  # noqa: E731
    np.testing.assert_allclose(at(a + b), at(a) + at(b) - at(0.0 * a), rtol=1e-4, atol=1e-6)
    assert np.abs(at(a) - at(b)).max() > 1e-4
    kernels = [layer for layer in network.layers if layer.trainable_weights]
    assert {type(layer) for layer in kernels} == {SpectralNormalization}


def test_sounds_are_brought_to_one_loudness_and_then_to_a_gain(rng):
    sounds = tones(rng, 3) * np.array([[1.0], [0.01], [0.3]], "float32")
    gains = np.array([0.0, -6.0, -24.0], "float32")
    found = ops.convert_to_numpy(at_gain(ops.convert_to_tensor(sounds), gains))
    levels = np.sqrt(np.square(found).mean(axis=1))
    np.testing.assert_allclose(20 * np.log10(levels / LEVEL), gains, atol=1e-4)
    np.testing.assert_allclose(found[1] / found[1, 0], sounds[1] / sounds[1, 0], rtol=1e-5)


@pytest.mark.parametrize("shape", [(28, 28, 1), (12, 9, 3)])
def test_images_are_made_smaller_about_their_center(shape, rng):
    images = rng.uniform(-1, 1, (3, *shape)).astype("float32")
    sizes = np.array([1.0, 0.73, 0.5], "float32")
    found = ops.convert_to_numpy(scaled(ops.convert_to_tensor(images), ops.array(sizes)))
    np.testing.assert_allclose(found[0], images[0], atol=1e-6)
    for image, result, size in zip(images, found, sizes, strict=True):
        axes = [(np.arange(s) - (s - 1) / 2) / size + (s - 1) / 2 for s in shape[:2]]
        at = np.meshgrid(*axes, indexing="ij")
        for channel in range(shape[2]):
            padded = np.pad(image[..., channel] + 1.0, 1)
            places = [axis + 1 for axis in at]
            expected = map_coordinates(padded, places, order=1, mode="grid-constant") - 1.0
            np.testing.assert_allclose(result[..., channel], expected, atol=1e-5)
    ink = (found + 1.0).sum(axis=(1, 2, 3)) / (images + 1.0).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(ink, sizes**2, rtol=0.15)


@pytest.mark.tensorflow
def test_pairs_have_one_label_and_wrong_ones_contradict(rng):
    gan = model()
    labels = np.repeat([1, 2, 3], 20)  # 0 would be black
    levels = 10 * labels[:, None] + rng.integers(0, 10, (60, 4))
    images = np.broadcast_to(levels[..., None, None, None], (60, 4, *SHAPE)).astype("uint8")
    sounds = tones(rng, 60)
    batch = gan.prepare(images, ops.convert_to_tensor(sounds), labels)
    batch = {name: ops.convert_to_numpy(value) for name, value in batch.items()}
    center = np.rint((batch["images"][:, 14, 14, 0] + 1.0) * 127.5)
    assert (center // 10 == labels).all()
    assert len(set(zip(center, labels, strict=True))) > 15  # not those of the own row alone
    gains = 20 * np.log10(np.sqrt(np.square(batch["sounds"]).mean(axis=1)) / LEVEL)
    assert gains.min() >= -24.001 and gains.max() <= 0.001 and np.ptp(gains) > 18
    shown = (batch["images"][..., 0] > -1.0 + 1e-6).any(axis=1).sum(axis=1)
    np.testing.assert_allclose(shown / 28, 0.5 + 0.5 * (gains + 24) / 24, atol=0.08)
    wrong = batch["wrong"]
    same = labels[wrong] == labels
    assert (~same | (np.abs(gains - gains[wrong]) >= 8.0))[batch["contradict"][:, 0]].all()
    assert batch["contradict"].all() and 0.3 < same.mean() < 0.7


@pytest.mark.tensorflow
def test_without_labels_an_image_goes_with_the_sound_of_its_row(rng):
    gan = model(gain_range=0.0)
    images = np.broadcast_to(np.arange(8)[:, None, None, None], (8, *SHAPE)).astype("uint8")
    batch = gan.prepare(images, tones(rng, 8))
    np.testing.assert_allclose(
        batch["images"], images.astype("float32") / 127.5 - 1.0, rtol=1e-5, atol=1e-6
    )
    wrong = ops.convert_to_numpy(batch["wrong"])
    assert (wrong != np.arange(8)).all() and ops.convert_to_numpy(batch["contradict"]).all()
    assert "labels" not in batch
    alone = gan.prepare(images[:1], tones(rng, 1))
    assert not ops.convert_to_numpy(alone["contradict"]).any()


def test_pairs_to_measure_by_are_those_of_the_training(rng):
    images = np.full((5, 3, *SHAPE), 200, np.uint8)
    shown, sounds = model().pairs(images, audio.to_people(tones(rng, 5)))
    assert (shown.dtype, shown.shape, sounds.shape) == (np.uint8, (15, *SHAPE), (15, 100))
    gains = 20 * np.log10(np.sqrt(np.square(sounds).mean(axis=1)) / LEVEL)
    assert np.ptp(gains) > 10.0
    lit = (shown[..., 0] > 0).any(axis=1).sum(axis=1)
    np.testing.assert_allclose(lit / 28, 0.5 + 0.5 * (gains + 24) / 24, atol=0.08)


def test_each_player_hears_for_itself():
    gan = model()
    of_discriminator, of_generator = gan.players
    assert gan.listener in of_discriminator.layers and gan.encoder in of_generator.layers
    assert gan.encoder not in of_discriminator.layers
    assert [player.updates for player in model(generator_steps=5).players] == [1, 5]


def test_averages_are_of_the_generator_and_its_encoder(rng):
    gan = model(ema=0.9)
    gan.ema_encoder.set_weights([0.0 * w for w in gan.ema_encoder.get_weights()])
    images = gan.generate(1, seed=0, sound=tones(rng, 2)[0])
    np.testing.assert_array_equal(images, gan.generate(1, seed=0, sound=tones(rng, 2)[1]))


def test_the_networks_have_the_sizes_that_they_say():
    encoder = audio_to_scene.encoder()
    assert encoder.output_shape == (None, 128) and encoder.count_params() == 87_200
    (front,) = [layer for layer in encoder.layers if isinstance(layer, LogMel)]
    assert (front.rate, front.fft, front.stride, front.bins) == (8000, 256, 128, 40)
    discriminator = audio_to_scene.discriminator((64, 64, 3), classes=9)
    assert discriminator.output_shape == [(None, 1), (None, 9)]
    assert audio_to_scene.generator((64, 64, 3)).output_shape == (None, 64, 64, 3)


@pytest.mark.tensorflow
def test_sounds_are_files_or_samples_in_fit_and_in_generate(rng, tmp_path):
    gan = model()
    gan.compile()
    images = rng.integers(0, 256, (8, 2, *SHAPE)).astype("uint8")
    sounds = tones(rng, 8)
    files = [audio.write(tmp_path / f"{i}.wav", x, 1000) for i, x in enumerate(sounds)]
    labels = np.arange(8) % 2
    gan.fit(images, np.array([str(file) for file in files]), batch_size=4, verbose=0)
    gan.fit(images, (audio.to_people(sounds), labels), batch_size=4, verbose=0)
    gan.fit(images[:, 0], (sounds, labels), batch_size=4, verbose=0)
    one = gan.generate(2, seed=1, sound=files[0])
    assert one.shape == (2, *SHAPE) and one.dtype == np.uint8
    np.testing.assert_array_equal(one, gan.generate(sound=[str(files[0])] * 2, seed=1))
    np.testing.assert_array_equal(one, gan.generate(2, seed=1, sound=audio.to_people(sounds[0])))
    assert len(gan.generate(sound=sounds)) == 8
    way = gan.interpolate(1, 1, 3, sound=(files[0], files[1]))
    np.testing.assert_array_equal(way[2], gan.generate(1, 1, sound=files[1])[0])
    gan.plot(tmp_path / "sheet.png", sound=files[:3], columns=3)
    columns = {"images": images, "sounds": sounds, "labels": labels}
    assert gan.samples(tmp_path / "samples", columns).exists()
    assert 'sound="seven.wav"' in gan.usage("a") and "--sound" in gan.commands("a")[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"num": 2, "labels": 1}, "labels were given, but the model takes sound"),
        ({"num": 2, "text": "seven"}, "text was given, but the model takes sound"),
        ({"num": 2}, "sound must be given"),
        ({"sound": "seven.wav"}, "num must be given"),
        ({"num": 2, "sound": np.zeros(100)}, "silent"),
    ],
)
def test_what_a_model_of_sounds_is_told_is_checked(options, said):
    with pytest.raises(ValueError, match=said):
        model().generate(**options)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"seconds": 0.2}, r"encoder must map \(None, 200\)"),
        ({"packing": 2}, "packing"),
        ({"gain_range": -1.0}, "gain_range must not be negative"),
        ({"smallest": 0.0}, "smallest must lie"),
        ({"generator_steps": 0}, "generator_steps"),
        ({"classes": 3, "auxiliary_classes": None}, "must have the outputs"),
        ({"auxiliary_classes": 3}, "must have the outputs"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        model(**settings)


def test_data_that_does_not_fit_is_refused(rng):
    gan, judged = model(), model(classes=3)
    images, sounds = rng.integers(0, 256, (4, *SHAPE)).astype("uint8"), tones(rng, 4)
    labels = np.arange(4)
    for each, columns, said in (
        (gan, (images,), "sounds must be given"),
        (gan, (images, sounds[:3]), "equally many"),
        (gan, (images, sounds * 0.0), "silent"),
        (gan, (images, sounds + 2.0), "floats in"),
        (gan, (images, np.array(["nowhere.wav"] * 4)), "Cannot read the sound nowhere.wav"),
        (gan, (images[:, :4], sounds), "28, 28, 1"),
        (gan, (images, (sounds, labels + 0.5)), "labels must be integers"),
        (judged, (images, sounds), "labels must be given"),
        (judged, (images, (sounds, labels)), "labels must be 0 to 2, got 0 to 3"),
    ):
        each.compile()
        with pytest.raises(ValueError, match=said):
            each.fit(*columns, batch_size=2, verbose=0)


@pytest.mark.slow
@pytest.mark.graph
def test_what_is_heard_decides_the_picture_and_how_loud_its_size(rng):
    """Low tones are bars that stand, high ones bars that lie; the louder, the longer."""
    keras.utils.set_random_seed(0)
    labels = rng.integers(0, 2, 512)
    hertz = np.where(labels == 1, 400.0, 100.0) * rng.uniform(0.8, 1.2, 512)
    sounds = 0.5 * np.sin(2 * np.pi * hertz[:, None] * np.arange(100) / 1000)
    images = np.zeros((512, *SHAPE), "uint8")
    images[labels == 0, 2:26, 11:17], images[labels == 1, 11:17, 2:26] = 250, 250
    parts = (
        audio_to_scene.generator(SHAPE, 16, 8, 16),
        audio_to_scene.discriminator(SHAPE, 16, 8, 16),
        audio_to_scene.encoder(100, 1000, 8, 16, bins=16),
        audio_to_scene.encoder(100, 1000, 8, 16, bins=16, name="listener"),
    )
    gan = keras_gan.AudioToScene(*parts, rate=1000, seconds=0.1, ema=0.98, seed=0)
    adam = {name: keras.optimizers.Adam(1e-3, 0.5) for name in ("discriminator", "generator")}
    gan.compile(adam, steps_per_execution=8)
    gan.fit(images, (sounds, labels), batch_size=32, epochs=30, verbose=0)
    ink = []
    for gain in (-24.0, -12.0, 0.0):
        told = ops.convert_to_numpy(at_gain(sounds[:64], np.full(64, gain)))
        shown = gan.generate(sound=told, seed=1).astype(float)[..., 0]
        tall, wide = (shown.max(axis=axis).sum(axis=1) for axis in (2, 1))
        assert ((wide > tall) == (labels[:64] == 1)).mean() > 0.95, gain
        ink.append(shown.sum(axis=(1, 2)).mean())
    np.testing.assert_allclose(np.sqrt(np.array(ink) / ink[2]), [0.5, 0.75, 1.0], atol=0.1)


@pytest.mark.tensorflow
def test_sounds_beyond_the_loudness_of_the_training_count_as_its_ends(rng):
    sounds = rng.uniform(-0.1, 0.1, (3, 200)).astype("float32")
    loud = np.sqrt(np.square(sounds).mean(axis=1, keepdims=True))
    sounds *= LEVEL * 10 ** (np.array([[6.0], [-10.0], [-30.0]]) / 20.0) / loud
    found = ops.convert_to_numpy(limited(sounds, 24.0))
    gains = 20 * np.log10(np.sqrt(np.square(found).mean(axis=1)) / LEVEL)
    np.testing.assert_allclose(gains, [0.0, -10.0, -24.0], atol=1e-3)
    np.testing.assert_allclose(found[1], sounds[1], rtol=1e-4)
