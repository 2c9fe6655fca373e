"""Generation: the task of models from latents to images."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan.arguments import check_count
from keras_gan.batching import in_batches
from keras_gan.modalities.images import SHEET, sheet
from keras_gan.modalities.sheets import sheet_scale
from keras_gan.tasks.labels import counted, inputs_of, labeled, rows_of
from keras_gan.tasks.sampling import Sampling
from keras_gan.tasks.task import Signature, file_at


class Generation(Sampling):
    """A game with a generator, whose trained model generates images.

    For the attributes that subclasses define, see `Sampling`.
    """

    verb = "generate"
    fine_tuning_images = 45_000
    default_metrics = ("fid", "kid", "prdc")

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the arrays that `fit` takes."""
        return ("images",) if self.condition is None else ("images", self.condition.column)

    def generate(
        self,
        num: int | None = None,
        seed: int | None = None,
        labels: int | str | Sequence[int | str] | None = None,
        truncation: float | None = None,
        **condition: Any,
    ) -> np.ndarray:
        """Generates images.

        Args:
            num: how many, at least 1; if None, as many as labels, texts or sounds are given.
            seed: the same seed gives the same images on every call; fresh ones if None.
            labels: for a model of classes, one class for all or `num` classes: ids, or names where the
                model has `class_names`.
            truncation: for a model that supports it, how far latents may lie from the typical one (a
                fraction of the distance for `StyleGAN2`, a threshold on latents for `BigGAN`, a temperature
                for `Flow`): less gives better and less diverse images; None for as far as in training.
            **condition: for a model of texts, `text`: one for all or `num` texts, of words that it knows;
                for a model of sounds, `sound`: one for all or `num` of them, paths of WAV files or samples,
                floats in [-1, 1] or int16 at the model's rate.

        Returns:
            uint8 (num, height, width, channels); floats (num, ...), as the network outputs them, of a model
            whose examples are no images.

        Raises:
            ValueError: if `num` < 1, labels are out of range, missing or not wanted, the model does not
                support the truncation, or its network generates NaN or infinity.
        """
        told = self._stated(labels, condition)
        num = self._number(num, told)
        return self.synthesize(self.draw(num, seed, truncation), told)

    def generate_batches(
        self,
        num: int,
        seed: int | None = None,
        labels: int | str | Sequence[int | str] | None = None,
        truncation: float | None = None,
        batch_size: int = 100,
        **condition: Any,
    ) -> Iterator[np.ndarray]:
        """The images of `generate`, `batch_size` at a time, so that they need not be in memory together.

        Args:
            num: as in `generate`.
            seed: as in `generate`.
            labels: as in `generate`.
            truncation: as in `generate`.
            batch_size: images in an array.
            **condition: as in `generate`.

        Raises:
            ValueError: as `generate` does, at once.
        """
        inputs = self.draw(num, seed, truncation)
        labels = self._check_labels(self._stated(labels, condition), num)
        return (
            self.synthesize(inputs[rows], rows_of(labels, rows))
            for rows in in_batches(num, batch_size)
        )

    def interpolate(
        self,
        seed_a: int,
        seed_b: int,
        steps: int = 8,
        label: int | str | None = None,
        truncation: float | None = None,
        **condition: Any,
    ) -> np.ndarray:
        """Images on the way from one random image to another.

        The path between latents is the great circle through both (White 2016); between styles, of a
        `StyleGAN2`, a straight line.

        Args:
            seed_a: seed of the first image, `generate(1, seed_a)`.
            seed_b: seed of the last image, `generate(1, seed_b)`.
            steps: number of images, both ends included, at least 2.
            label: the class of them all, for a conditional model.
            truncation: as in `generate`.
            **condition: for a model of texts or of sounds, `text` or `sound`: one for all images.

        Returns:
            uint8 (steps, height, width, channels), or floats as `generate`.

        Raises:
            ValueError: if `steps` < 2, or the label or the truncation does not fit.
        """
        check_count("steps", steps, least=2)
        a, b = (self.draw(1, seed, truncation)[0] for seed in (seed_a, seed_b))
        told = self._stated(label, condition)
        return self.synthesize(self.path_between(a, b, np.linspace(0.0, 1.0, steps)), told)

    def _number(self, num, told):
        """The number of images: `num`, or that of the values that the model is told."""
        num = self.condition.count(told) if num is None and self.condition else num
        if num is None:
            raise ValueError("num must be given: how many images to generate, at least 1.")
        return num

    def plot(
        self,
        path: str | os.PathLike,
        num: int | None = None,
        seed: int | None = 0,
        labels: int | str | Sequence[int | str] | None = None,
        columns: int | None = None,
        scale: int | None = None,
        truncation: float | None = None,
        **condition: Any,
    ) -> Path:
        """Writes a grid of generated images as PNG.

        Args:
            path: the file to write.
            num: number of images; if None, as many as labels, texts or sounds are given, or 64.
            seed: their seed, as for `generate`.
            labels: their classes, as for `generate`; a conditional model goes through its classes if None.
            columns: images in a row; a square, or a column for each class, if None.
            scale: size of a pixel; such that the grid is about 1,000 pixels wide if None.
            truncation: as in `generate`.
            **condition: as in `generate`.

        Returns:
            The path.

        Raises:
            ValueError: as `generate` does, and if examples are no images.
        """
        if not self.generates_images:
            raise ValueError(
                f"The examples {self.example_shape} of this model are no images to plot: use generate."
            )
        told = self._stated(labels, condition)
        if num is None:
            num = (self.condition and self.condition.count(told)) or 64
        if told is None and self.num_classes is not None:
            told = np.arange(num) % self.num_classes
            columns = columns or self.num_classes
        scale = sheet_scale((num, *self.example_shape), columns, scale)
        images = self.synthesize(self.draw(num, seed, truncation), told)
        return sheet(path, images, columns, scale)

    # The answers of a `Task`.

    @property
    def evaluation_metrics(self):
        """Metrics of the images, those that compare classes of a conditional model, and `own_metrics`."""
        conditional = () if self.num_classes is None else ("intra_fid", "label_accuracy")
        return (*METRICS, *conditional, *self.own_metrics)

    def columns_of(self, source):
        if self.num_classes is None:
            return {"images": source.images(self.example_shape)}
        return labeled(source, self.example_shape, self.num_classes)

    def classes_in(self, columns):
        if self.num_classes is None:
            return {}
        return counted(columns["labels"], self.num_classes, self.class_names)

    def preview(self, stem, columns):
        return self._shown(stem, columns)

    def samples(self, stem, columns):
        scale = max(1, 64 // self.example_shape[0])
        return self._shown(stem, columns, 8, scale=scale, truncation=self.shown_truncation)

    def _shown(self, stem, columns, rows=None, **options):
        """A sheet of 64 images, or of so many rows of a column for each value of the condition."""
        if not self.generates_images:
            return None
        values = None if self.condition is None else self.condition.shown(columns)
        if values is None:
            return self.plot(file_at(stem, SHEET), 64, **options)
        num = rows * len(values) if rows else 64
        told = {self.condition.keyword: values[np.arange(num) % len(values)]}
        return self.plot(file_at(stem, SHEET), num, columns=len(values), **told, **options)

    def signatures(self):
        inputs = {"latents": ((None, self.latent_dim), "float32")}
        examples = {"latents": self.latents(64, seed=0)}
        if self.condition is not None:
            column = self.condition.column
            inputs[column] = ((None, *self.condition.shape), self.condition.dtype)
            examples[column] = self.condition.examples(64)

        def generate(latents, **told):
            images = self.call(inputs_of(latents, *told.values()), training=False)
            return {"images": keras.ops.cast(images, "float32")}

        return {"generate": Signature(generate, inputs, examples)}

    @classmethod
    def usage(cls, name, arguments=None):
        options = ", labels=3" if "num_classes" in (arguments or {}) else ""
        psi = cls.shown_truncation
        options += "" if psi is None else f", truncation={psi}"
        return f"{super().usage(name, arguments)}\nimages = model.generate(16, seed=1{options})"

    @classmethod
    def commands(cls, name, arguments=None):
        return [f"keras-gan generate {name}", f"keras-gan export {name} models"]


METRICS = (
    "fid",
    "kid",
    "prdc",
    "is",
    "diversity",
    "modes",
    "memorization",
    "nn_accuracy",
    "support",
    "ppl",
    "sharpness",
)
"""Metrics that any model of images can be evaluated by."""
