"""Generation: the task of models that make examples from latents."""

import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np

from keras_gan.batching import in_batches
from keras_gan.game.averaging import Averaging
from keras_gan.latent import sampling
from keras_gan.latent.paths import spherical
from keras_gan.modalities.images import SHEET, check, sheet, to_people
from keras_gan.tasks.task import Signature, Task, file_at


class Generation(Averaging, Task):
    """A game with a generator.

    Subclasses set `generator`, a model from latents (n, latent_dim) [and labels (n,)] to examples, and
    `num_classes`, and define `call`, which maps the same inputs to the examples that are shown to people.
    A model that supports truncation overrides `draw`, `truncated` and `allows_truncation`, and has in
    `truncations` the range that is of use. One that synthesizes images from something else than latents also
    overrides `synthesize` and `path_between`.
    """

    verb = "generate"
    default_metrics = ("fid", "kid", "prdc")

    generator: keras.Model
    num_classes: int | None = None
    truncations: ClassVar[tuple[float, float] | None] = None
    truncation_rule: ClassVar[str | None] = None  # `allows_truncation` in words: "lie in [0, 1]"
    shown_truncation: ClassVar[float | None] = None  # of the samples in its card
    path_between = staticmethod(spherical)  # from one input of `synthesize` to another

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the arrays that `fit` takes."""
        return ("images",) if self.num_classes is None else ("images", "labels")

    @property
    def latent_dim(self) -> int:
        """Width of the latents."""
        return self._generator_inputs[0][-1]

    @property
    def example_shape(self) -> tuple[int, ...]:
        """Shape of an example, without the batch axis: of images (height, width, channels)."""
        return self.generator.output_shape[1:]

    @property
    def _generator_inputs(self):
        shape = self.generator.input_shape
        return shape if isinstance(shape, list) else [shape]

    def latents(self, num: int, seed: int | None = None) -> np.ndarray:
        """`num` latents (num, latent_dim) ~ N(0, 1), the same for the same seed on every machine.

        Args:
            num: how many, at least 1.
            seed: 0 to 2**63 - 1; fresh randomness if None.

        Raises:
            ValueError: if `num` < 1 or `seed` is out of range.
        """
        if num < 1:
            raise ValueError(f"num must be at least 1, got {num}.")
        if seed is None:
            seed = secrets.randbits(63)
        elif not 0 <= seed < 2**63:
            raise ValueError(f"seed must not be negative, nor 2**63 or above, got {seed}.")
        return sampling.normal(int(seed), num, self.latent_dim)

    def decode(self, latents: np.ndarray, labels=None) -> np.ndarray:
        """Examples of given latents, as the network outputs them.

        Args:
            latents: (n, latent_dim).
            labels: for a conditional model, one class id for all or (n,) class ids.

        Returns:
            float32 (n, ...); images lie in [-1, 1].

        Raises:
            ValueError: on latents of another width, or labels out of range, missing or not wanted.
        """
        latents = np.asarray(latents, np.float32)
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
            raise ValueError(f"latents must be (n, {self.latent_dim}), got {latents.shape}.")
        condition = self._condition(self._check_labels(labels, len(latents)))
        batches = [
            self.predict_on_batch(inputs_of(latents[rows], [c[rows] for c in condition]))
            for rows in in_batches(len(latents), 100)
        ]
        return np.concatenate(batches)

    def draw(
        self, num: int, seed: int | None = None, truncation: float | None = None
    ) -> np.ndarray:
        """Random inputs of `synthesize`: latents; styles, of a `StyleGAN2`.

        Args:
            num: how many, at least 1.
            seed: 0 to 2**63 - 1; fresh randomness if None. Fewer of a seed are the first of more.
            truncation: see `generate`.

        Returns:
            float32 (num, ...).

        Raises:
            ValueError: if `num` < 1, `seed` is out of range, or the model does not support the truncation.
        """
        if truncation is not None:
            raise ValueError(
                f"{type(self).__name__} does not support truncation. Models that do: StyleGAN2, BigGAN."
            )
        return self.latents(num, seed)

    def synthesize(self, latents: np.ndarray, labels=None) -> np.ndarray:
        """Images of given latents.

        Args:
            latents: (n, latent_dim), as `draw` returns them.
            labels: for a conditional model, one class id for all or (n,) class ids.

        Returns:
            uint8 (n, height, width, channels).

        Raises:
            ValueError: on latents of another shape, or labels out of range, missing or not wanted.
        """
        labels = self._check_labels(labels, len(latents))
        chunks = [
            to_people(self.decode(latents[rows], None if labels is None else labels[rows]))
            for rows in in_batches(len(latents), 1000)
        ]
        return np.concatenate(chunks)

    def generate(
        self,
        num: int,
        seed: int | None = None,
        labels: int | Sequence[int] | None = None,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Generates images.

        Args:
            num: how many, at least 1.
            seed: the same seed gives the same images on every call; fresh ones if None.
            labels: for a conditional model, one class id for all or `num` class ids.
            truncation: for a model that supports it, how far latents may lie from the typical one (a
                fraction of the distance for `StyleGAN2`, a threshold on latents for `BigGAN`): less gives
                better and less diverse images; None for as far as in training.

        Returns:
            uint8 (num, height, width, channels).

        Raises:
            ValueError: if `num` < 1, labels are out of range, missing or not wanted, or the model does not
                support the truncation.
        """
        return self.synthesize(self.draw(num, seed, truncation), labels)

    def generate_batches(
        self,
        num: int,
        seed: int | None = None,
        labels: int | Sequence[int] | None = None,
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
            self.synthesize(inputs[rows], None if labels is None else labels[rows])
            for rows in in_batches(num, batch_size)
        )

    def interpolate(
        self,
        seed_a: int,
        seed_b: int,
        steps: int = 8,
        label: int | None = None,
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
            uint8 (steps, height, width, channels).

        Raises:
            ValueError: if `steps` < 2, or the label or the truncation does not fit.
        """
        if steps < 2:
            raise ValueError(f"steps must be at least 2, got {steps}.")
        a, b = (self.draw(1, seed, truncation)[0] for seed in (seed_a, seed_b))
        return self.synthesize(self.path_between(a, b, np.linspace(0.0, 1.0, steps)), label)

    def plot(
        self,
        path: str | os.PathLike,
        num: int = 64,
        seed: int | None = 0,
        labels: int | Sequence[int] | None = None,
        columns: int | None = None,
        scale: int = 1,
        truncation: float | None = None,
    ) -> Path:
        """Writes a grid of generated images as PNG.

        Args:
            path: the file to write.
            num: number of images.
            seed: their seed, as for `generate`.
            labels: their classes, as for `generate`; a conditional model goes through its classes if None.
            columns: images in a row; a square, or a column for each class, if None.
            scale: size of a pixel.
            truncation: as in `generate`.

        Returns:
            The path.
        """
        if self.num_classes is not None and labels is None:
            labels = np.arange(num) % self.num_classes
            columns = columns or self.num_classes
        return sheet(path, self.generate(num, seed, labels, truncation), columns, scale)

    def allows_truncation(self, truncation: Any) -> Any:
        """Whether a truncation, a number or a scalar tensor, is in range for the model."""
        return False

    def truncated(self, latents: Any, labels: Any, truncation: Any) -> Any:
        """Examples of truncated latents, in Keras operations, for graphs.

        Args:
            latents: tensor (n, latent_dim) ~ N(0, 1).
            labels: tensor (n,) of class ids, or None.
            truncation: scalar tensor that `allows_truncation`.

        Returns:
            Tensor (n, ...); images lie in [-1, 1].
        """
        raise NotImplementedError(f"{type(self).__name__} does not support truncation.")

    # The answers of a `Task`.

    @property
    def evaluation_metrics(self):
        """Metrics of the images; of a conditional model also those that compare classes."""
        conditional = () if self.num_classes is None else ("intra_fid", "label_accuracy")
        return (*METRICS, *conditional)

    def columns_of(self, source):
        if self.num_classes is None:
            return {"images": source.images()}
        images, labels = source.images_and_labels()
        return {"images": images, "labels": labels}

    def preview(self, stem, columns):
        return self.plot(file_at(stem, SHEET), scale=2)

    def samples(self, stem, columns):
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
            condition = [] if labels is None else [labels]
            images = self.call(inputs_of(latents, condition), training=False)
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

    def _condition(self, labels):
        """The labels as extra network inputs: none for an unconditional model."""
        return [] if self.num_classes is None else [labels]

    # What does not fit is refused.

    def check_data(self, images, labels=None):
        """Raise a ValueError if images (or other examples) or labels do not suit the networks."""
        shape = self.example_shape
        if images.shape[1:] != shape:
            raise ValueError(f"The model takes examples (n, {str(shape)[1:]}, got {images.shape}.")
        if len(shape) == 3:
            check(images)
        if self.num_classes is not None:
            self._check_labels(labels, len(images))

    def _check_labels(self, labels, num):
        if self.num_classes is None:
            if labels is not None:
                raise ValueError("labels were given, but the model is not conditional.")
            return None
        classes = f"class ids from 0 to {self.num_classes - 1}"
        if labels is None:
            raise ValueError(f"The model is conditional: labels must be given, {classes}.")
        labels = np.asarray(labels)
        if labels.ndim == 0:
            labels = np.full(num, labels)
        if labels.shape != (num,) or not np.issubdtype(labels.dtype, np.integer):
            raise ValueError(
                f"labels must be {classes}, one or {num} of them; got {labels.dtype} {labels.shape}."
            )
        if labels.min() < 0 or labels.max() >= self.num_classes:
            raise ValueError(f"labels must be {classes}, got {labels.min()} to {labels.max()}.")
        return labels.astype(np.int32)


def inputs_of(first, condition):
    """What a network of one input, or of an input and labels, is called with."""
    return [first, *condition] if condition else first


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
)
"""Metrics that any model of images can be evaluated by."""
