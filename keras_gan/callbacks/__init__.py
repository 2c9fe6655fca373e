"""Keras callbacks that watch a generator while it trains: metrics, collapse, sample grids, TensorBoard."""

from keras_gan.callbacks.evaluate import CollapseMonitor, EvaluateEvery
from keras_gan.callbacks.samples import SampleGrid
from keras_gan.callbacks.tensorboard import TensorBoard

__all__ = ["CollapseMonitor", "EvaluateEvery", "SampleGrid", "TensorBoard"]
