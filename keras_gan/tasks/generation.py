"""What every model that makes examples from latents is for: generate, interpolate, plot."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from keras_gan.game.game import Game
from keras_gan.latent import sampling
from keras_gan.latent.paths import spherical
from keras_gan.modalities.images import check_range, to_uint8, write_grid


class Sampler(Game):
    """A game with a generator.

    Subclasses set `generator`, a model from latents (n, latent_dim) [and labels (n,)] to examples, and
    `num_classes`, and define `call`, which maps the same inputs to the examples that are shown to people.
    One that can truncate overrides `points`, and has in `truncations` the range that is of use. One whose
    images are made from something else than latents overrides `points`, `render` and `between`.
    """

    num_classes: int | None = None
    truncations: tuple[float, float] | None = None
    shown_truncation: float | None = None  # of the samples in its card
    between = staticmethod(spherical)  # the way from one point to another

    @property
    def latent_dim(self) -> int:
        """Width of the latents."""
        return self._generator_inputs[0][-1]

    @property
    def example_shape(self) -> tuple[int, ...]:
        """Shape of an example, without the first axis: of images (height, width, channels)."""
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
        """Examples for given latents, as the network makes them.

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
            self.predict_on_batch(
                inputs_of(latents[i : i + 100], [c[i : i + 100] for c in condition])
            )
            for i in range(0, len(latents), 100)
        ]
        return np.concatenate(batches)

    def points(
        self, num: int, seed: int | None = None, truncation: float | None = None
    ) -> np.ndarray:
        """What images are made from: latents; styles, of a `StyleGAN2`.

        Args:
            num: as in `latents`.
            seed: as in `latents`.
            truncation: as in `generate`.

        Returns:
            float32 (num, ...).

        Raises:
            ValueError: as `generate` does.
        """
        if truncation is not None:
            raise ValueError(f"{type(self).__name__} knows no truncation; StyleGAN2 and BigGAN do.")
        return self.latents(num, seed)

    def render(self, points: np.ndarray, labels=None) -> np.ndarray:
        """uint8 images (n, height, width, channels) of given points (n, ...), a thousand at a time.

        Args:
            points: as `points` makes them.
            labels: as in `generate`.

        Raises:
            ValueError: on points of another shape, or labels as in `generate`.
        """
        labels = self._check_labels(labels, len(points))
        chunks = [
            to_uint8(
                self.decode(points[i : i + 1000], None if labels is None else labels[i : i + 1000])
            )
            for i in range(0, len(points), 1000)
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
            truncation: for a model that knows it, how far latents may lie from the typical one, as in
                `StyleGAN2.styles` and `BigGAN.latents`: less gives better and less diverse images; None for
                as far as in training.

        Returns:
            uint8 (num, height, width, channels).

        Raises:
            ValueError: if `num` < 1, labels are out of range, missing or not wanted, or the model does not
                know or allow the truncation.
        """
        return self.render(self.points(num, seed, truncation), labels)

    def interpolate(
        self,
        seed_a: int,
        seed_b: int,
        steps: int = 8,
        label: int | None = None,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Images on the way between two points.

        The way between latents is the great circle through both (White 2016); between styles, of a
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
        a, b = (self.points(1, seed, truncation)[0] for seed in (seed_a, seed_b))
        return self.render(self.between(a, b, np.linspace(0.0, 1.0, steps)), label)

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
        return write_grid(path, self.generate(num, seed, labels, truncation), columns, scale)

    def _condition(self, labels):
        """The labels as extra network inputs: none for an unconditional model."""
        return [] if self.num_classes is None else [labels]

    # What does not fit is refused.

    def check_data(self, examples, labels=None):
        """Raises a ValueError if examples or labels do not suit the networks."""
        shape = self.example_shape
        if examples.shape[1:] != shape:
            raise ValueError(
                f"The model takes examples (n, {str(shape)[1:]}, got {examples.shape}."
            )
        if len(shape) == 3:
            check_range(examples)
        if self.num_classes is not None:
            self._check_labels(labels, len(examples))

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
