"""Keras callbacks that watch a generator while it trains: metrics, collapse, sample grids."""

from keras_gan.callbacks.evaluate import CollapseMonitor, EvaluateEvery
from keras_gan.callbacks.samples import SampleGrid

__all__ = ["CollapseMonitor", "EvaluateEvery", "SampleGrid"]
