"""How good generated images are: exact figures that say what they were measured with.

Metrics are functions of features (n, width), of class probabilities, or of images and a feature network:

    features = keras_gan.evaluation.inception()
    keras_gan.metrics.fid(features(real), features(generated), features=features.name)

`keras_gan.evaluation` asks many of them of a model at once.
"""

from keras_gan.metrics.diversity import diversity
from keras_gan.metrics.features import Features
from keras_gan.metrics.fid import fid, fid_standard_error, frechet_distance, intra_class_fid
from keras_gan.metrics.inception_score import Modes, inception_score, modes, softmax
from keras_gan.metrics.kid import kid, squared_mmd
from keras_gan.metrics.memorization import Memorization, memorization
from keras_gan.metrics.metric import Metric
from keras_gan.metrics.path_length import lerp, perceptual_path_length, slerp
from keras_gan.metrics.precision_recall import (
    density_coverage,
    nearest_neighbor_accuracy,
    precision_recall,
    support_size,
)
from keras_gan.metrics.statistics import Statistics, cached
from keras_gan.metrics.translation import translation_figures

__all__ = [
    "Features",
    "Memorization",
    "Metric",
    "Modes",
    "Statistics",
    "cached",
    "density_coverage",
    "diversity",
    "fid",
    "fid_standard_error",
    "frechet_distance",
    "inception_score",
    "intra_class_fid",
    "kid",
    "lerp",
    "memorization",
    "modes",
    "nearest_neighbor_accuracy",
    "perceptual_path_length",
    "precision_recall",
    "slerp",
    "softmax",
    "squared_mmd",
    "support_size",
    "translation_figures",
]
