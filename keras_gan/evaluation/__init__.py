"""Evaluation: measures a model, by name or in memory, against a data set.

report = keras_gan.evaluation.evaluate("dcgan_fashion_mnist", metrics=["fid", "prdc"])
"""

from keras_gan.evaluation.evaluate import Evaluator, evaluate, image_size
from keras_gan.evaluation.extractor import classifier_of, classifiers_of
from keras_gan.evaluation.image_quality import ImageQuality
from keras_gan.evaluation.inception import inception
from keras_gan.evaluation.report import Report
from keras_gan.evaluation.truncation_curve import truncation_curve

__all__ = [
    "Evaluator",
    "ImageQuality",
    "Report",
    "classifier_of",
    "classifiers_of",
    "evaluate",
    "image_size",
    "inception",
    "truncation_curve",
]
