"""Sampling: the latents of a generator, and the examples of given latents."""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np

from keras_gan.arguments import check_count, check_finite, check_seed
from keras_gan.batching import in_batches
from keras_gan.conditions import KEYWORDS, Classes, Condition
from keras_gan.game.averaging import Averaging
from keras_gan.latent import sampling
from keras_gan.latent.paths import spherical
from keras_gan.modalities.images import check, to_people
from keras_gan.tasks.custom_networks import shapes_of
from keras_gan.tasks.labels import check_class_names, inputs_of, rows_of
from keras_gan.tasks.task import Task


class Sampling(Averaging, Task):
    """A game with a generator from latents to examples.

    Subclasses set `generator`, a model from latents (n, latent_dim) [and labels (n,)] to examples, and
    `num_classes`, whose names `class_names` may have, and define `call`, which maps the same inputs to the
    examples that are shown to people. One with another condition than classes overrides `condition`; what is
    called `labels` below is then a value of it: a text, say. A model that supports truncation overrides
    `draw`, `truncated` and `allows_truncation`, and has in `truncations` the range that is of use. One that
    synthesizes images from something else than latents also overrides `synthesize` and `path_between`.
    """

    averaged = ("generator",)

    generator: keras.Model
    num_classes: int | None = None
    class_names: Sequence[str] | None = None
    truncations: ClassVar[tuple[float, float] | None] = None
    truncation_rule: ClassVar[str | None] = None  # `allows_truncation` in words: "lie in [0, 1]"
    shown_truncation: ClassVar[float | None] = None  # of the samples in its card
    supports_labels: ClassVar[bool] = False  # whether networks may take labels
    path_between = staticmethod(spherical)  # from one input of `synthesize` to another

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        if self.num_classes is not None and not self.supports_labels:
            raise ValueError(f"{type(self).__name__} is not conditional: num_classes must be None.")
        self.class_names = check_class_names(self.class_names, self.num_classes)

    @property
    def condition(self) -> Condition | None:
        """What the model is told beside its latents: class labels, if any."""
        if self.num_classes is None:
            return None
        return Classes(self.num_classes, tuple(self.class_names or ()))

    @property
    def sampling_generator(self) -> keras.Model:
        """The generator that samples are drawn from: the averaged one where there is one."""
        return self.trained("generator")

    @property
    def latent_dim(self) -> int:
        """Width of the latents."""
        return shapes_of(self.generator.input_shape)[0][-1]

    @property
    def example_shape(self) -> tuple[int, ...]:
        """Shape of an example, without the batch axis: of images (height, width, channels)."""
        return self.generator.output_shape[1:]

    @property
    def generates_images(self) -> bool:
        """Whether examples are images (height, width, channels)."""
        return len(self.example_shape) == 3

    def latents(self, num: int, seed: int | None = None) -> np.ndarray:
        """`num` latents (num, latent_dim) ~ N(0, 1), the same for the same seed on every machine.

        Args:
            num: how many, at least 1.
            seed: 0 to 2**63 - 1; fresh randomness if None.

        Raises:
            ValueError: if `num` < 1 or `seed` is out of range.
        """
        return sampling.normal(check_seed(seed), check_count("num", num), self.latent_dim)

    def decode(self, latents: np.ndarray, labels=None) -> np.ndarray:
        """Examples of given latents, as the network outputs them.

        Args:
            latents: (n, latent_dim).
            labels: for a conditional model, one class id for all or (n,) class ids; one text or (n,) texts
                for one of texts.

        Returns:
            float32 (n, ...); images lie in [-1, 1].

        Raises:
            ValueError: on latents of another width, or labels out of range, missing or not wanted.
        """
        latents = np.asarray(latents, np.float32)
        if latents.ndim != 2 or latents.shape[1] != self.latent_dim:
            raise ValueError(f"latents must be (n, {self.latent_dim}), got {latents.shape}.")
        labels = self._check_labels(labels, len(latents))
        batches = [
            self.predict_on_batch(inputs_of(latents[rows], rows_of(labels, rows)))
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
                f"{type(self).__name__} does not support truncation. Models that do: StyleGAN2, BigGAN, Glow."
            )
        return self.latents(num, seed)

    def synthesize(self, latents: np.ndarray, labels=None) -> np.ndarray:
        """Images of given latents.

        Args:
            latents: (n, latent_dim), as `draw` returns them.
            labels: as in `decode`.

        Returns:
            uint8 (n, height, width, channels); floats (n, ...) where examples are no images.

        Raises:
            ValueError: on latents of another shape, labels out of range, missing or not wanted, or a network
                that generates NaN or infinity.
        """
        labels = self._check_labels(labels, len(latents))
        chunks = [
            self.to_people(self.decode(latents[rows], rows_of(labels, rows)))
            for rows in in_batches(len(latents), 1000)
        ]
        return np.concatenate(chunks)

    def to_people(self, examples: np.ndarray) -> np.ndarray:
        """Examples, as the network outputs them, as people are shown them: images as uint8.

        Raises:
            ValueError: on NaN or infinity.
        """
        return to_people(examples) if self.generates_images else check_finite(examples)

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

    @classmethod
    def learns_labels(cls, arguments):
        """Whether the class has a number of classes, or the recipe gives it one."""
        return isinstance(cls.num_classes, int) or any("num_classes" in each for each in arguments)

    def check_data(self, images, labels=None):
        """Raise a ValueError if images (or other examples) or labels do not suit the networks."""
        shape = self.example_shape
        if images.shape[1:] != shape:
            raise ValueError(f"The model takes examples (n, {str(shape)[1:]}, got {images.shape}.")
        if self.generates_images:
            check(images)
        self._check_labels(labels, len(images))

    def _check_labels(self, labels, num):
        """What the model is told of `num` examples, as networks take it; None of an unconditional model."""
        if self.condition is not None:
            return self.condition.check(labels, num)
        if labels is not None:
            raise ValueError("labels were given, but the model is not conditional.")
        return None

    def _stated(self, labels, others):
        """The value of the model's condition among arguments of `generate`, by their names."""
        given = {**others, "labels": labels}
        own = self.condition.keyword if self.condition else None
        for name, value in given.items():
            if name not in KEYWORDS:
                raise TypeError(
                    f"There is no argument {name!r}. Conditions are {', '.join(KEYWORDS)}."
                )
            if value is not None and name != own:
                told = f"takes {own}" if own else "is not conditional"
                raise ValueError(
                    f"{name} {'were' if name == 'labels' else 'was'} given, but the model {told}."
                )
        return given.get(own)
