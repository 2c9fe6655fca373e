"""Exports of models that are told sounds: samples, or the bytes of a WAV file."""

import numpy as np
import pytest

from keras_gan import AudioToScene, serving
from keras_gan.modalities import audio
from keras_gan.networks import audio_to_scene

pytestmark = pytest.mark.slow
tf = pytest.importorskip("tensorflow")


@pytest.fixture(scope="module")
def model():
    shape = (28, 28, 1)
    parts = (
        audio_to_scene.generator(shape, 5, 4, 2),
        audio_to_scene.discriminator(shape, 5, 2, 4),
        audio_to_scene.encoder(100, 1000, 2, 5, bins=8),
        audio_to_scene.encoder(100, 1000, 2, 5, bins=8, name="listener"),
    )
    return AudioToScene(*parts, rate=1000, seconds=0.1, ema=0.9, seed=0, name="sounds")


@pytest.fixture(scope="module")
def served(model, tmp_path_factory):
    folder = serving.export(model, tmp_path_factory.mktemp("exported"))
    return tf.saved_model.load(str(folder)).signatures


def request(**values):
    types = {"seed": tf.int64, "num": tf.int32}
    return {name: tf.constant(value, types.get(name)) for name, value in values.items()}


def test_the_saved_model_says_what_keras_says(model, served, rng):
    sounds = rng.uniform(-0.9, 0.9, (3, 100)).astype("float32")
    latents = model.latents(3, seed=1)
    found = served["serving_default"](**request(latents=latents, sounds=sounds))["images"]
    expected = model.synthesize(latents, sounds)
    assert np.abs(found.numpy().astype(int) - expected).max() <= 1
    found = served["sample"](**request(num=2, seed=5, sound=sounds[0]))["images"]
    expected = model.generate(2, seed=5, sound=sounds[0])
    assert np.abs(found.numpy().astype(int) - expected).max() <= 1
    (pngs,) = served["sample_png"](**request(num=2, seed=5, sound=sounds[0])).values()
    decoded = tf.image.decode_png(pngs[0]).numpy().astype(int)
    assert np.abs(decoded - expected[0]).max() <= 1


@pytest.mark.parametrize("samples", [60, 100, 230])
def test_files_are_decoded_as_python_reads_them(samples, model, served, rng, tmp_path):
    sound = rng.uniform(-0.5, 0.5, samples)
    sound[: samples // 3] *= 0.1
    file = audio.write(tmp_path / "a.wav", sound, 1000)
    found = served["sample_wav"](**request(num=2, seed=3, wav_bytes=file.read_bytes()))["images"]
    (told,) = model.condition.check([audio.of_length(audio.read(file), 100)], 1)
    expected = model.generate(2, seed=3, sound=told)
    assert np.abs(found.numpy().astype(int) - expected).max() <= 1


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (np.zeros(100), "silent"),
        (np.full(100, 1.5), "must lie in"),
        (np.full(100, np.nan), "must lie in|NaN|not finite"),
    ],
)
def test_sounds_that_do_not_fit_are_refused(sound, said, served):
    sound = sound.astype("float32")
    with pytest.raises(tf.errors.InvalidArgumentError, match=said):
        served["sample"](**request(num=1, seed=0, sound=sound))
    one = request(latents=np.zeros((1, 4), "float32"), sounds=sound[None])
    with pytest.raises(tf.errors.InvalidArgumentError, match=said):
        served["serving_default"](**one)


def test_files_that_do_not_fit_are_refused(served, tmp_path, rng):
    tone = rng.uniform(-0.5, 0.5, 100)
    other = audio.write(tmp_path / "a.wav", tone, 8000).read_bytes()
    for content, said in ((b"no sound", "WAV|RIFF"), (other, "1000 samples per second")):
        with pytest.raises(tf.errors.InvalidArgumentError, match=said):
            served["sample_wav"](**request(num=1, seed=0, wav_bytes=content))


def test_an_onnx_file_says_what_keras_says(model, tmp_path):
    """`export` compares them."""
    pytest.importorskip("tf2onnx")
    assert serving.export(model, tmp_path, format="onnx").exists()


def test_a_litert_file_says_what_keras_says(model, tmp_path):
    """`export` compares them."""
    pytest.importorskip("ai_edge_litert")
    assert serving.export(model, tmp_path, format="litert").exists()
