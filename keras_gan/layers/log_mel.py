"""Log-mel spectrograms of sounds."""

import keras
from keras import ops

FLOOR = 1e-6
"""Power below which a band counts as silent: -60 dB."""


@keras.saving.register_keras_serializable("keras_gan")
class LogMel(keras.layers.Layer):
    """Log-mel spectrogram: 10 log10(max(power, 1e-6)) of mel bands, in dB.

    The power is that of `keras.layers.MelSpectrogram`: short-time Fourier transforms of Hann windows, whose
    squares are summed by triangles on the mel scale. Its option `power_to_db` is not used, as it cuts off
    what lies far below the maximum of the whole batch: here each sound is for itself. Nor is a sound
    normalized: a gain of g dB adds g dB, above the floor.

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
        self.power = keras.layers.MelSpectrogram(
            fft_length=fft,
            sequence_stride=stride,
            sampling_rate=rate,
            num_mel_bins=bins,
            min_freq=low,
            max_freq=high,
            power_to_db=False,
            dtype=exact,
        )

    def build(self, input_shape):
        self.power.build(input_shape)

    def call(self, inputs):
        power = ops.swapaxes(self.power(inputs), 1, 2)
        return 10.0 * ops.log10(ops.maximum(power, FLOOR))

    def compute_output_shape(self, input_shape):
        num, samples = input_shape
        return num, 1 + samples // self.stride, self.bins

    def get_config(self):
        names = ("rate", "fft", "stride", "bins", "low", "high")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
