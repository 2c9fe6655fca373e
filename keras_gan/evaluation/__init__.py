"""Evaluation: measures a model, by name or in memory, against a data set.

report = keras_gan.evaluation.evaluate("dcgan_fashion_mnist", metrics=["fid", "prdc"])
"""

from keras_gan.evaluation.evaluate import Evaluator, Report, evaluate
from keras_gan.evaluation.image_quality import ImageQuality
from keras_gan.evaluation.inception import inception
from keras_gan.evaluation.truncation_curve import truncation_curve

__all__ = [
    "Evaluator",
    "ImageQuality",
    "Report",
    "evaluate",
    "inception",
    "truncation_curve",
]
