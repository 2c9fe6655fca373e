"""Prediction: the task of models that say what comes next in a video."""

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan.arguments import check_count, check_seed
from keras_gan.batching import in_batches
from keras_gan.latent import sampling
from keras_gan.modalities import video
from keras_gan.modalities.images import to_levels, to_people
from keras_gan.tasks.custom_networks import shapes_of
from keras_gan.tasks.labels import inputs_of, rows_of
from keras_gan.tasks.task import Signature, Task, file_at

DRAWS = 3  # predictions that a sheet shows, of a model with noise


class Prediction(Task):
    """A game with a generator of the frame that follows some others.

    Subclasses set `generator`, a model from frames (n, past, height, width, channels) [and noise
    (n, noise_dim)] to predictions, the last of which is that of the frame.

    Attributes:
        past: number of frames that a prediction is made from.
        noise_dim: width of the noise that tells one future from another; 0 for a model of one future.

    Args:
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    verb = "predict_next"
    fine_tuning_images = 10_000
    columns = ("clips",)
    evaluation_metrics = ("psnr", "ssim", "sharpness_difference")
    default_metrics = evaluation_metrics

    generator: keras.Model
    past: int
    noise_dim: int

    @property
    def sampling_generator(self) -> keras.Model:
        """The generator that predictions are drawn from."""
        return self.generator

    @property
    def example_shape(self):
        """(height, width, channels) of a frame."""
        return shapes_of(self.generator.input_shape)[0][2:]

    def predict_next(
        self, frames: np.ndarray, draws: int | None = None, seed: int | None = None
    ) -> np.ndarray:
        """The frame that comes next.

        Args:
            frames: uint8, or floats in [-1, 1], (n, frames, height, width, channels), or without the first
                axis; at least `past` frames, of which the last ones count.
            draws: how many futures, of a model with noise; one, without an axis, if None.
            seed: seed of the noise; fresh randomness if None.

        Returns:
            uint8 (n, height, width, channels); with `draws` (n, draws, height, width, channels); without the
            first axis for frames without it.

        Raises:
            ValueError: on too few frames, or of another size, type or range, and on `draws` of a model
                without noise.
        """
        frames = np.asarray(frames)
        if frames.ndim == 4:
            return self.predict_next(frames[None], draws, seed)[0]
        seen = self._seen(frames)
        if draws is None:
            return self._predicted(seen, self._noise(len(seen), seed))
        if check_count("draws", draws) > 1 and not self.noise_dim:
            raise ValueError("draws must be 1 or None: the model has no noise and sees one future.")
        noise = self._noise(len(seen) * draws, seed)
        futures = self._predicted(seen.repeat(draws, axis=0), noise)
        return futures.reshape(len(seen), draws, *self.example_shape)

    def continue_video(
        self, frames: np.ndarray, steps: int = 16, seed: int | None = None
    ) -> np.ndarray:
        """Frames that follow, each predicted from those before it.

        Args:
            frames: as in `predict_next`.
            steps: number of frames.
            seed: seed of the noise; fresh randomness if None.

        Returns:
            uint8 (n, steps, height, width, channels), or without the first axis.

        Raises:
            ValueError: as `predict_next`, and if `steps` < 1.
        """
        frames = np.asarray(frames)
        if frames.ndim == 4:
            return self.continue_video(frames[None], steps, seed)[0]
        check_count("steps", steps)
        seen = self._seen(frames)
        found = []
        noise = self._noise(len(seen) * steps, seed)
        for rows in in_batches(len(seen) * steps, len(seen)):
            found.append(self._predicted(seen, rows_of(noise, rows)))
            seen = np.concatenate([seen[:, 1:], found[-1][:, None]], axis=1)
        return np.stack(found, axis=1)

    def _noise(self, num, seed):
        if not self.noise_dim:
            return None
        return sampling.normal(check_seed(seed), num, self.noise_dim)

    def _seen(self, frames):
        """The last `past` frames, uint8."""
        frames = video.check(frames, "frames")
        if frames.shape[2:] != self.example_shape or frames.shape[1] < self.past:
            raise ValueError(
                f"frames must be at least {self.past} of {self.example_shape}, got {frames.shape[1:]}."
            )
        return to_levels(frames[:, -self.past :])

    def _predicted(self, seen, noise):
        """Predictions, uint8 (n, height, width, channels), of uint8 frames."""
        found = []
        for rows in in_batches(len(seen), 100):
            floats = seen[rows].astype(np.float32) / 127.5 - 1.0
            inputs = inputs_of(floats, rows_of(noise, rows))
            found.append(to_people(_finest(self.sampling_generator.predict_on_batch(inputs))))
        return np.concatenate(found)

    def plot(
        self, path: str | os.PathLike, clips: np.ndarray, rows: int = 8, scale: int | None = None
    ) -> Path:
        """Writes film strips as PNG: in each row a clip's past, what came next, and what is predicted.

        Args:
            path: the file to write.
            clips: uint8 (n, frames, height, width, channels) of more than `past` frames.
            rows: clips that are shown, at most.
            scale: size of a pixel; such that the sheet is about 1,000 pixels wide if None.

        Returns:
            The path.
        """
        shown = clips[:rows, : self.past + 1]
        futures = self.predict_next(shown[:, :-1], DRAWS if self.noise_dim else 1, seed=0)
        return video.sheet(path, np.concatenate([shown, futures], axis=1), scale)

    # Training data.

    def check_data(self, clips):
        """Raise a ValueError if the clips do not suit the model."""
        video.check(clips)
        if clips.shape[2:] != self.example_shape or clips.shape[1] <= self.past:
            raise ValueError(
                f"clips must have more than {self.past} frames of {self.example_shape}, got "
                f"{clips.shape[1:]}."
            )

    # The answers of a `Task`.

    @classmethod
    def examples_in(cls, source, split):
        """The number of clips, of as many frames as the class takes by default."""
        return source.clip_count(cls.past + 1)

    def columns_of(self, source):
        return {"clips": source.clips(self.past + 1, self.example_shape)}

    def preview(self, stem, columns):
        return self.plot(file_at(stem, video.SHEET), columns["clips"])

    def signatures(self):
        """`predict_next` of frames in [-1, 1], and of noise if the model has any."""
        shape = (self.past, *self.example_shape)
        inputs = {"frames": ((None, *shape), "float32")}
        examples = {"frames": np.zeros((2, *shape), np.float32)}
        if self.noise_dim:
            inputs["noise"] = ((None, self.noise_dim), "float32")
            examples["noise"] = sampling.normal(0, 2, self.noise_dim)

        def predict_next(frames, noise=None):
            outputs = self.call(inputs_of(frames, noise), training=False)
            return {"predictions": keras.ops.cast(outputs, "float32")}

        return {"predict_next": Signature(predict_next, inputs, examples)}

    @classmethod
    def usage(cls, name, arguments=None):
        return f"{super().usage(name, arguments)}\nframes = model.continue_video(clip, steps=16, seed=1)"

    @classmethod
    def commands(cls, name, arguments: Any = None):
        return [
            f"keras-gan predict {name} clip.gif --steps 16 --out next.gif",
            f"keras-gan export {name} models",
        ]

    def call(self, inputs, training=False):
        """The next frame, in [-1, 1], of frames [and noise]."""
        return _finest(self.sampling_generator(inputs, training=training))


def _finest(predictions):
    """The last of predictions at several scales; a network of one scale returns it alone."""
    return keras.tree.flatten(predictions)[-1]
