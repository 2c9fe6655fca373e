"""Generation: the task of models from latents to images."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

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
        return ("images",) if self.num_classes is None else ("images", "labels")

    def generate(
        self,
        num: int,
        seed: int | None = None,
        labels: int | str | Sequence[int | str] | None = None,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Generates images.

        Args:
            num: how many, at least 1.
            seed: the same seed gives the same images on every call; fresh ones if None.
            labels: for a conditional model, one class for all or `num` classes: ids, or names where the
                model has `class_names`.
            truncation: for a model that supports it, how far latents may lie from the typical one (a
                fraction of the distance for `StyleGAN2`, a threshold on latents for `BigGAN`, a temperature
                for `Flow`): less gives better and less diverse images; None for as far as in training.

        Returns:
            uint8 (num, height, width, channels); floats (num, ...), as the network outputs them, of a model
            whose examples are no images.

        Raises:
            ValueError: if `num` < 1, labels are out of range, missing or not wanted, the model does not
                support the truncation, or its network generates NaN or infinity.
        """
        return self.synthesize(self.draw(num, seed, truncation), labels)

    def generate_batches(
        self,
        num: int,
        seed: int | None = None,
        labels: int | str | Sequence[int | str] | None = None,
        truncation: float | None = None,
        batch_size: int = 100,
    ) -> Iterator[np.ndarray]:
        """The images of `generate`, `batch_size` at a time, so that they need not be in memory together.

        Args:
            num: as in `generate`.
            seed: as in `generate`.
            labels: as in `generate`.
            truncation: as in `generate`.
            batch_size: images in an array.

        Raises:
            ValueError: as `generate` does, at once.
        """
        inputs = self.draw(num, seed, truncation)
        labels = self._check_labels(labels, num)
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

        Returns:
            uint8 (steps, height, width, channels), or floats as `generate`.

        Raises:
            ValueError: if `steps` < 2, or the label or the truncation does not fit.
        """
        check_count("steps", steps, least=2)
        a, b = (self.draw(1, seed, truncation)[0] for seed in (seed_a, seed_b))
        return self.synthesize(self.path_between(a, b, np.linspace(0.0, 1.0, steps)), label)

    def plot(
        self,
        path: str | os.PathLike,
        num: int = 64,
        seed: int | None = 0,
        labels: int | str | Sequence[int | str] | None = None,
        columns: int | None = None,
        scale: int | None = None,
        truncation: float | None = None,
    ) -> Path:
        """Writes a grid of generated images as PNG.

        Args:
            path: the file to write.
            num: number of images.
            seed: their seed, as for `generate`.
            labels: their classes, as for `generate`; a conditional model goes through its classes if None.
            columns: images in a row; a square, or a column for each class, if None.
            scale: size of a pixel; such that the grid is about 1,000 pixels wide if None.
            truncation: as in `generate`.

        Returns:
            The path.

        Raises:
            ValueError: as `generate` does, and if examples are no images.
        """
        if not self.generates_images:
            raise ValueError(
                f"The examples {self.example_shape} of this model are no images to plot: use generate."
            )
        if self.num_classes is not None and labels is None:
            labels = np.arange(num) % self.num_classes
            columns = columns or self.num_classes
        scale = sheet_scale((num, *self.example_shape), columns, scale)
        return sheet(path, self.generate(num, seed, labels, truncation), columns, scale)

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
        return self.plot(file_at(stem, SHEET)) if self.generates_images else None

    def samples(self, stem, columns):
        if not self.generates_images:
            return None
        num = 64 if self.num_classes is None else 8 * self.num_classes
        scale = max(1, 64 // self.example_shape[0])
        truncation = self.shown_truncation
        return self.plot(file_at(stem, SHEET), num, scale=scale, truncation=truncation)

    def signatures(self):
        inputs = {"latents": ((None, self.latent_dim), "float32")}
        examples = {"latents": self.latents(64, seed=0)}
        if self.num_classes is not None:
            inputs["labels"] = ((None,), "int32")
            examples["labels"] = np.arange(64, dtype=np.int32) % self.num_classes

        def generate(latents, labels=None):
            images = self.call(inputs_of(latents, labels), training=False)
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
