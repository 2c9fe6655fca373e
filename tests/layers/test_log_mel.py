"""Log-mel spectrograms: each sound for itself, and loudness as an addition."""

import keras
import numpy as np
from keras import ops
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

from keras_gan.layers import LogMel


def sounds(rng, num=3):
    return rng.normal(0.0, 0.1, (num, 8000)).astype("float32")


def triangles(rate, fft, bins, low, high):
    """Weights (fft / 2 + 1, bins) of frequencies in mel bands."""
    mel = lambda hertz: 1127.0 * np.log(1.0 + hertz / 700.0)  # noqa: E731
    edges = np.linspace(mel(low), mel(high), bins + 2)
    places = mel(np.linspace(0.0, rate / 2, fft // 2 + 1))[:, None]
    up = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    weights = np.maximum(0.0, np.minimum(up, down))
    weights[0] = 0.0
    return weights


def test_it_is_what_scipy_computes(rng):
    layer, waves = LogMel(8000, 256, 128, 40, 50.0, 4000.0), sounds(rng)
    found = ops.convert_to_numpy(layer(waves))
    assert found.shape == layer.compute_output_shape((3, 8000)) == (3, 63, 40)
    padded = np.pad(waves.astype("float64"), ((0, 0), (128, 128)), "reflect")
    transform = ShortTimeFFT(hann(256, sym=False), 128, fs=8000, phase_shift=None)
    spectra = transform.stft(padded, p0=1, p1=64).transpose(0, 2, 1)
    power = np.abs(spectra) ** 2 @ triangles(8000, 256, 40, 50.0, 4000.0)
    np.testing.assert_allclose(found, 10 * np.log10(np.maximum(power, 1e-6)), atol=0.02)


def test_a_sound_is_the_same_beside_others(rng):
    layer, waves = LogMel(), sounds(rng)
    waves[1] *= 1e-3
    together = ops.convert_to_numpy(layer(waves))
    alone = ops.convert_to_numpy(layer(waves[1:2]))
    np.testing.assert_allclose(together[1:2], alone, atol=1e-3)
    assert together[0].max() - together[1].min() > 60.0


def test_a_gain_is_added_and_silence_is_the_floor(rng):
    layer, waves = LogMel(), sounds(rng)
    loud, quiet = (ops.convert_to_numpy(layer(each)) for each in (waves, waves * 10 ** (-12 / 20)))
    np.testing.assert_allclose(loud - quiet, 12.0, atol=0.01)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(np.zeros((1, 800), "float32"))), -60.0)


def test_it_is_float32_and_restored_by_its_config(rng):
    with_policy = keras.dtype_policies.DTypePolicy("mixed_bfloat16")
    layer = LogMel(4000, 128, 64, 8, 20.0, 1500.0, dtype=with_policy)
    again, waves = LogMel.from_config(layer.get_config()), sounds(rng)
    assert layer(waves).dtype == again(waves).dtype == layer(waves).dtype
    assert keras.backend.standardize_dtype(layer(waves).dtype) == "float32"
    np.testing.assert_array_equal(*(ops.convert_to_numpy(each(waves)) for each in (layer, again)))
