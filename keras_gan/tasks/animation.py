"""Animation: the task of models that move a person's picture by landmarks."""

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.batching import in_batches
from keras_gan.game.averaging import Averaging
from keras_gan.layers import LandmarkSketch
from keras_gan.modalities import images as pictures
from keras_gan.modalities import landmarks as places
from keras_gan.modalities import video
from keras_gan.modalities.images import to_people
from keras_gan.tasks.task import Signature, Task, file_at

MAX_FRAMES = 256
"""Frames of one animation."""


class Animation(Averaging, Task):
    """A game with an embedder of portraits, and a generator that draws the person with other landmarks.

    Subclasses set `embedder`, from [images, sketches] to embeddings (n, d), `projection`, from these to
    styles (n, s), and `generator`, from [sketches, styles] to images; and `sketch`, which draws landmarks.

    Attributes:
        shots: images of a person that embeddings are a mean of in the training.
        sketch: the layer from landmarks to sketches.

    Args:
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    verb = "animate"
    fine_tuning_images = 10_000
    columns = ("images", "landmarks", "rows")
    averaged = ("embedder", "projection", "generator")
    evaluation_metrics = ("l1", "ssim")
    default_metrics = evaluation_metrics

    embedder: keras.Model
    projection: keras.Model
    generator: keras.Model
    sketch: LandmarkSketch
    shots: int

    @property
    def example_shape(self):
        """(height, width, channels) of an image."""
        return self.generator.output_shape[1:]

    # The verb.

    def animate(
        self, portraits: np.ndarray, landmarks: np.ndarray, drive: np.ndarray
    ) -> np.ndarray:
        """The person of some portraits, with other landmarks.

        Args:
            portraits: uint8 (t, height, width, channels), at least one image of the person.
            landmarks: (t, 30, 2), those of each (`keras_gan.modalities.landmarks`).
            drive: (frames, 30, 2), those that the person is to have; at most 256.

        Returns:
            uint8 (frames, height, width, channels).

        Raises:
            ValueError: on portraits of another type or size, or none, on landmarks of another number or
                shape, outside [-0.5, 1.5] or NaN, and on more than 256 frames.
        """
        drive = check_drive(drive)
        styles = self.trained("projection").predict_on_batch(self.embed(portraits, landmarks)[None])
        return drawn(self.trained("generator"), self.sketch, styles[0], drive)

    def embed(self, portraits: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
        """The embedding of a person, float32 (d,): the mean of those of the portraits.

        Args:
            portraits: as in `animate`.
            landmarks: as in `animate`.

        Raises:
            ValueError: as `animate`.
        """
        portraits, landmarks = self.check_portraits(portraits, landmarks)
        found = []
        for rows in in_batches(len(portraits), 32):
            floats = portraits[rows].astype(np.float32) / 127.5 - 1.0
            sketches = ops.convert_to_numpy(self.sketch(landmarks[rows]))
            found.append(self.trained("embedder").predict_on_batch([floats, sketches]))
        return np.concatenate(found).mean(axis=0)

    def check_portraits(self, portraits: Any, landmarks: Any) -> tuple[np.ndarray, np.ndarray]:
        """Portraits and their landmarks as arrays; a ValueError as `animate`."""
        portraits = np.asarray(portraits)
        if portraits.dtype != np.uint8:
            raise ValueError(f"portraits must be uint8, got {portraits.dtype}.")
        if portraits.shape[1:] != self.example_shape or len(portraits) == 0:
            raise ValueError(
                f"portraits must be (t, {str(self.example_shape)[1:]}, one or more, got "
                f"{portraits.shape}."
            )
        landmarks = places.check(landmarks)
        if landmarks.shape[:-2] != portraits.shape[:1]:
            raise ValueError(
                f"landmarks must be those of each portrait, ({len(portraits)}, {places.COUNT}, 2), got "
                f"{landmarks.shape}."
            )
        return portraits, landmarks

    def plot(
        self,
        path: str | os.PathLike,
        images: np.ndarray,
        landmarks: np.ndarray,
        rows: int = 6,
        scale: int | None = None,
    ) -> Path:
        """Writes a sheet as PNG: a row for each person, with portraits, and pairs of truth and animation.

        Args:
            path: the file to write.
            images: uint8 (n, m, height, width, channels), m > 1 images of each person.
            landmarks: (n, m, 30, 2).
            rows: people that are shown, at most.
            scale: size of a pixel; such that the sheet is about 1,000 pixels wide if None.

        Returns:
            The path.
        """
        seen = min(self.shots, images.shape[1] - 1)
        strips = []
        for person, points in zip(images[:rows], landmarks[:rows], strict=True):
            drive, truth = points[seen:][:4], person[seen:][:4]
            found = self.animate(person[:seen], points[:seen], drive)
            pairs = np.stack([truth, found], axis=1).reshape(-1, *self.example_shape)
            strips.append(np.concatenate([person[: min(seen, 2)], pairs]))
        return video.sheet(path, np.stack(strips), scale)

    # Training data.

    def check_data(self, images, landmarks, rows=None):
        """Raises a ValueError if images or landmarks do not suit the model, or each other."""
        images, landmarks = video.check(images, "images"), places.check(landmarks)
        if images.shape[2:] != self.example_shape or images.shape[1] <= self.shots:
            raise ValueError(
                f"images must be (n, m, {str(self.example_shape)[1:]} with m > {self.shots} of each person, "
                f"got {images.shape}."
            )
        if landmarks.shape[:-2] != images.shape[:2]:
            raise ValueError(
                f"landmarks must be those of each image, {(*images.shape[:2], places.COUNT, 2)}, got "
                f"{landmarks.shape}."
            )

    def warn_of_data(self, images, **columns):
        pictures.warn_of_range(images, "images")

    # The answers of a `Task`.

    def columns_of(self, source):
        images, landmarks = source.images_and_landmarks()
        rows = np.arange(len(images), dtype=np.int32)
        return {"images": images, "landmarks": landmarks, "rows": rows}

    def preview(self, stem, columns):
        return self.plot(file_at(stem, video.SHEET), columns["images"], columns["landmarks"])

    def signatures(self):
        """`animate` of portraits in [-1, 1] and landmarks, by other landmarks."""
        shape, points = self.example_shape, (places.COUNT, 2)
        inputs = {"portraits": shape, "landmarks": points, "drive": points}
        rng = np.random.default_rng(0)
        examples = {name: rng.random((2, *shape), np.float32) for name, shape in inputs.items()}

        def animate(portraits, landmarks, drive):
            images = self.call([portraits, landmarks, drive], training=False)
            return {"images": ops.cast(images, "float32")}

        inputs = {name: ((None, *shape), "float32") for name, shape in inputs.items()}
        return {"animate": Signature(animate, inputs, examples)}

    def call(self, inputs, training=False):
        """Images in [-1, 1], of the person of portraits in [-1, 1] with landmarks, by other landmarks."""
        portraits, landmarks, drive = inputs
        pairs = [portraits, self.sketch(landmarks)]
        embedding = ops.mean(self.trained("embedder")(pairs, training=training), 0, keepdims=True)
        styles = self.trained("projection")(embedding, training=training)
        styles = styles + ops.zeros_like(drive[:, :1, 0])  # for each frame
        return self.trained("generator")([self.sketch(drive), styles], training=training)

    @classmethod
    def usage(cls, name, arguments=None):
        return "\n".join(
            (
                super().usage(name, arguments),
                'images, landmarks = keras_gan.data.arrays("heads", "test")',
                "frames = model.animate(images[0, :4], landmarks[0, :4], landmarks[1])",
            )
        )

    @classmethod
    def commands(cls, name, arguments=None):
        return [
            f"keras-gan animate {name} --person 7 --wav speech.wav --out talk.gif",
            f"keras-gan export {name} models",
        ]


def check_drive(drive: Any) -> np.ndarray:
    """Landmarks (frames, 30, 2) of an animation as float32; a ValueError on others, or too many frames."""
    drive = places.check(drive, "drive")
    if drive.ndim != 3 or len(drive) > MAX_FRAMES:
        raise ValueError(
            f"drive must be (frames, {places.COUNT}, 2) of at most {MAX_FRAMES} frames, got {drive.shape}."
        )
    return drive


def drawn(
    generator: keras.Model, sketch: LandmarkSketch, styles: np.ndarray, drive: np.ndarray
) -> np.ndarray:
    """Frames of one person: uint8 (frames, height, width, channels).

    Args:
        generator: from [sketches, styles] to images in [-1, 1].
        sketch: from landmarks to sketches.
        styles: those of the person, (s,).
        drive: landmarks, float32 (frames, 30, 2).
    """
    found = []
    for rows in in_batches(len(drive), 32):
        sketches = ops.convert_to_numpy(sketch(drive[rows]))
        of_each = np.broadcast_to(styles, (len(sketches), len(styles)))
        found.append(to_people(generator.predict_on_batch([sketches, of_each])))
    return np.concatenate(found)
