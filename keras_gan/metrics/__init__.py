"""Metrics: how good generated images are, as values that say how they were measured.

Metrics are functions of features (n, width), of class probabilities, or of images and a feature network:

    features = keras_gan.evaluation.inception()
    keras_gan.metrics.fid(features(real), features(generated), features=features.name)

`keras_gan.evaluation` measures many of them of a model in one call.
"""

from keras_gan.metric import Metric
from keras_gan.metrics.disentanglement import disentanglement
from keras_gan.metrics.diversity import diversity
from keras_gan.metrics.features import Features
from keras_gan.metrics.fid import fid, fid_standard_error, frechet_distance, intra_class_fid
from keras_gan.metrics.inception_score import inception_score
from keras_gan.metrics.kid import kid, squared_mmd
from keras_gan.metrics.labels import macro_f1, micro_f1, possible, subset_accuracy
from keras_gan.metrics.memorization import Memorization, memorization
from keras_gan.metrics.modes import Modes, modes
from keras_gan.metrics.path_length import perceptual_path_length
from keras_gan.metrics.pixels import psnr, sharpness_difference, ssim
from keras_gan.metrics.precision_recall import (
    density_coverage,
    nearest_neighbor_accuracy,
    precision_recall,
    support_size,
)
from keras_gan.metrics.reconstruction import reconstruction_error
from keras_gan.metrics.retrieval import retrieval
from keras_gan.metrics.statistics import Statistics
from keras_gan.metrics.translation import (
    cycle_error,
    cycle_shuffled,
    l1,
    l1_input,
    l1_shuffled,
    sharpness,
    target_accuracy,
)

__all__ = [
    "Features",
    "Memorization",
    "Metric",
    "Modes",
    "Statistics",
    "cycle_error",
    "cycle_shuffled",
    "density_coverage",
    "disentanglement",
    "diversity",
    "fid",
    "fid_standard_error",
    "frechet_distance",
    "inception_score",
    "intra_class_fid",
    "kid",
    "l1",
    "l1_input",
    "l1_shuffled",
    "macro_f1",
    "memorization",
    "micro_f1",
    "modes",
    "nearest_neighbor_accuracy",
    "perceptual_path_length",
    "possible",
    "precision_recall",
    "psnr",
    "reconstruction_error",
    "retrieval",
    "sharpness",
    "sharpness_difference",
    "squared_mmd",
    "ssim",
    "subset_accuracy",
    "support_size",
    "target_accuracy",
]
