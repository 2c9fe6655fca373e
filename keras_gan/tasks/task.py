"""The base class of every kind of model: the verb it has for its users, and answers about itself.

The zoo, the command line, the exports and the evaluation ask a model these questions instead of guessing its
kind. A new kind of model is a subclass of `Task`, and none of those has to know it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np

from keras_gan.game.game import Game
from keras_gan.metric import Metric
from keras_gan.modalities.images import warn_of_range


@dataclass(frozen=True)
class Signature:
    """A function of tensors that an exported model offers, written in `keras.ops` for every backend.

    Attributes:
        function: takes the inputs by keyword, as tensors, and returns a dictionary of named output tensors.
        inputs: name of each input to its (shape, dtype), with None for a dimension that may vary.
        examples: name of each input to an array to try the function with, of at least one row.
    """

    function: Callable[..., dict[str, Any]]
    inputs: Mapping[str, tuple[tuple[int | None, ...], str]]
    examples: Mapping[str, np.ndarray] = field(default_factory=dict)


class Task(Game):
    """A game whose trained model people use by one verb, such as `generate`.

    Attributes:
        verb: name of the method that a trained model is used by; the command of `keras-gan` is named alike.
        fine_tuning_images: images that a training from trained weights sees at least, in all its epochs.
        supports_augmentation: whether the model takes an `augmentation` of what its discriminator sees.
        requires_color: whether images must be RGB, also where all pictures are gray.
        evaluation_metrics: names of the metrics that `keras_gan.evaluation` can measure of such a model.
        default_metrics: those that are measured where none are named.
        own_metrics: those that the model measures of itself, on real data; see `measure`.
        names_setting: the setting that names the classes of a model of labels.
    """

    verb: ClassVar[str]
    fine_tuning_images: ClassVar[int]
    supports_augmentation: ClassVar[bool] = False
    requires_color: ClassVar[bool] = False
    evaluation_metrics: ClassVar[tuple[str, ...]] = ()
    default_metrics: ClassVar[tuple[str, ...]] = ()
    own_metrics: ClassVar[tuple[str, ...]] = ()
    names_setting: ClassVar[str] = "class_names"

    def __init__(self, **settings: Any):
        if (order := keras.config.image_data_format()) != "channels_last":
            raise ValueError(
                "Images are (height, width, channels) in this library, but Keras is configured for "
                f'{order}: call keras.config.set_image_data_format("channels_last") first.'
            )
        super().__init__(**settings)

    @property
    def example_shape(self) -> tuple[int, ...]:
        """Shape of one example that the model generates or takes, without the batch axis."""
        raise NotImplementedError

    def warn_of_data(self, **columns):
        for name, values in columns.items():
            if values.ndim in (4, 5):  # images, clips
                warn_of_range(values, name)

    # Training by a recipe.

    @classmethod
    def examples_in(cls, source: Any, split: str) -> int:
        """The number of examples in an epoch.

        Args:
            source: the data set or folder, a `keras_gan.data.Source`.
            split: the split of the recipe.
        """
        return sum(source.counts().values())

    @classmethod
    def learns_labels(cls, arguments: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the model of a recipe learns from labels.

        Args:
            arguments: those of the class in the recipe, and those of each network.
        """
        return "labels" in cls.columns

    @classmethod
    def arguments_of(cls, source: Any) -> dict[str, Any]:
        """Arguments of the class that follow from a folder of pictures, for a training from random weights.

        Args:
            source: the folder, a `keras_gan.data.Source`.
        """
        return {}

    def columns_of(self, source: Any) -> dict[str, np.ndarray]:
        """The arrays that the model learns from, by the names of `columns`.

        Args:
            source: the data set or folder of the recipe, a `keras_gan.data.Source`.

        Raises:
            ValueError: if the source has no such data.
        """
        raise NotImplementedError

    def classes_in(self, columns: Mapping[str, np.ndarray]) -> dict[str, int]:
        """How many examples there are of each class, by name; empty for a model without labels."""
        return {}

    def preview(self, stem: Path, columns: Mapping[str, np.ndarray]) -> Path | None:
        """Writes a sample of the model's work, to watch a training by.

        Args:
            stem: the file to write, without its ending.
            columns: a few rows of the training data.

        Returns:
            The file, or None if there is nothing to show.
        """
        return None

    def samples(self, stem: Path, columns: Mapping[str, np.ndarray]) -> Path | None:
        """Writes the samples that an entry of the zoo shows.

        Args:
            stem: the file to write, without its ending.
            columns: rows of the data set's held-out part, for a model that needs inputs.

        Returns:
            The file, or None if there is nothing to show.
        """
        return self.preview(stem, columns)

    # Evaluation.

    def measure(self, metric: str, images: np.ndarray) -> Metric:
        """One of the model's `own_metrics`.

        Args:
            metric: its name.
            images: real images, uint8 (n, height, width, channels), that were not trained on.

        Raises:
            NotImplementedError: on another metric.
        """
        raise NotImplementedError(f"{type(self).__name__} has no metric {metric} of its own.")

    def measure_training(self, source: Any) -> list[Metric]:
        """Metrics on the training data that a released model lacks the state for.

        Args:
            source: the data that it was trained on, a `keras_gan.data.Source`.
        """
        return []

    # Publishing.

    def prepare_release(self):
        """Drops, in place, state that only training needs, and completes what only use needs."""

    def signatures(self) -> dict[str, Signature]:
        """The functions that an export offers, by name, the default one first; none cannot be exported."""
        return {}

    @classmethod
    def usage(cls, name: str, arguments: Mapping[str, Any] | None = None) -> str:
        """Lines of Python that use an entry of the zoo, for its card.

        Args:
            name: the entry's name.
            arguments: arguments of the constructor in the entry's recipe.
        """
        return f'import keras_gan\n\nmodel = keras_gan.zoo.load("{name}")'

    @classmethod
    def commands(cls, name: str, arguments: Mapping[str, Any] | None = None) -> list[str]:
        """Command lines that use an entry of the zoo, for its card; see `usage`."""
        return []


def file_at(stem: Path, ending: str) -> Path:
    """`stem` with an ending, whatever dots it holds."""
    return stem.with_name(stem.name + ending)
