"""The parts of TensorFlow that have no public name."""

from tensorflow.lite.python.convert_phase import ConverterError

__all__ = ["ConverterError"]
