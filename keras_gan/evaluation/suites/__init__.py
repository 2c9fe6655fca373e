"""Suites: the metrics of each task.

A suite is a module of four names:

- `METRICS`: name to a function from a sample, an object of named fields, to a list of `Metric`.
- `default(model, reference)`: names of the metrics to measure where none are named.
- `check(model, metrics, reference)`: raises a ValueError, before long work, if one of the metrics does not
  suit the model, the data or the feature network.
- `samples(model, metrics, reference, num, seed)`: yields pairs of an ending of the metrics' names ("" for a
  model of one sample) and a sample of which all the metrics are measured.
"""

from types import ModuleType
from typing import Any

from keras_gan.evaluation.suites import (
    animation,
    classification,
    domains,
    generation,
    prediction,
    stylization,
    tagging,
    translation,
)
from keras_gan.tasks.animation import Animation
from keras_gan.tasks.classification import Classification
from keras_gan.tasks.domain_translation import DomainTranslation
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.prediction import Prediction
from keras_gan.tasks.stylization import Stylization
from keras_gan.tasks.tagging import Tagging
from keras_gan.tasks.task import Task
from keras_gan.tasks.translation import Translation

SUITES = {
    Generation: generation,
    Translation: translation,
    DomainTranslation: domains,
    Stylization: stylization,
    Classification: classification,
    Tagging: tagging,
    Prediction: prediction,
    Animation: animation,
}
"""Task to its suite."""


def suite_of(model: Any) -> ModuleType:
    """The suite of a model; of generated images, the one of generation.

    Raises:
        ValueError: if there is no suite for the model's task.
    """
    if not isinstance(model, Task):
        return generation
    for task, suite in SUITES.items():
        if isinstance(model, task):
            return suite
    raise ValueError(f"There are no metrics for a {type(model).__name__}.")
