"""Log-mel spectrograms of sounds."""

import keras
import numpy as np
from keras import ops

FLOOR = 1e-6
"""Power below which a band counts as silent: -60 dB."""


@keras.saving.register_keras_serializable("keras_gan")
class LogMel(keras.layers.Layer):
    """Log-mel spectrogram: 10 log10(max(power, 1e-6)) of mel bands, in dB.

    The power is that of `keras.layers.MelSpectrogram`: short-time Fourier transforms of Hann windows, whose
    squares are summed by triangles on the mel scale. The transforms are convolutions with cosines and sines,
    as runtimes of exported files have no other. Of Keras's layer the option `power_to_db` cuts off what lies
    far below the maximum of the whole batch: here each sound is for itself. Nor is a sound normalized: a gain
    of g dB adds g dB, above the floor.

    Args:
        rate: samples per second.
        fft: samples of a window.
        stride: samples from one window to the next.
        bins: number of mel bands.
        low: lower edge of the first band, in Hz.
        high: upper edge of the last band, in Hz; half of `rate` if None.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`. Under policies of less than 32
            bits, spectrograms are float32.

    Input shape (n, samples), output shape (n, 1 + samples // stride, bins).
    """

    def __init__(
        self,
        rate: int = 8000,
        fft: int = 256,
        stride: int = 128,
        bins: int = 40,
        low: float = 50.0,
        high: float | None = None,
        **kwargs,
    ):
        policy = keras.dtype_policies.get(kwargs.pop("dtype", None) or keras.config.dtype_policy())
        exact = "float64" if policy.compute_dtype == "float64" else "float32"
        super().__init__(dtype=exact, **kwargs)
        self.rate, self.fft, self.stride, self.bins = rate, fft, stride, bins
        self.low, self.high = low, high
        time, frequencies = np.arange(fft)[:, None], np.arange(fft // 2 + 1)
        window = 0.5 - 0.5 * np.cos(2.0 * np.pi * time / fft)
        angles = 2.0 * np.pi * (time * frequencies % fft) / fft
        self.waves = np.concatenate([window * np.cos(angles), window * np.sin(angles)], axis=1)
        triangles = keras.layers.MelSpectrogram(dtype=exact).linear_to_mel_weight_matrix(
            bins, fft // 2 + 1, rate, low, high or rate / 2
        )
        self.triangles = ops.convert_to_numpy(triangles)

    def call(self, inputs):
        half = self.fft // 2
        padded = ops.pad(inputs, ((0, 0), (half, half)), "reflect")[..., None]
        waves = ops.cast(self.waves[:, None], padded.dtype)
        squares = ops.square(ops.conv(padded, waves, self.stride, "valid"))
        power = squares[..., : half + 1] + squares[..., half + 1 :]
        bands = ops.matmul(power, ops.cast(self.triangles, power.dtype))
        return 10.0 * ops.log10(ops.maximum(bands, FLOOR))

    def compute_output_shape(self, input_shape):
        num, samples = input_shape
        return num, 1 + samples // self.stride, self.bins

    def get_config(self):
        names = ("rate", "fft", "stride", "bins", "low", "high")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
