"""Classification: the task of models that tell the classes of images."""

import keras
import numpy as np
from scipy.special import softmax

from keras_gan.arguments import check_finite
from keras_gan.batching import in_batches
from keras_gan.conditions import Classes
from keras_gan.modalities.images import check, to_network
from keras_gan.tasks.labels import counted, labeled
from keras_gan.tasks.task import Signature, Task


class Classification(Task):
    """A game with a classifier of images.

    Subclasses set `network`, a model from images in [-1, 1] to logits, and define `call`, which maps the same
    images to (features, logits).
    """

    verb = "classify"
    fine_tuning_images = 10_000
    columns = ("images", "labels")
    evaluation_metrics = ("accuracy",)
    default_metrics = ("accuracy",)

    network: keras.Model

    @property
    def num_classes(self) -> int:
        """Number of classes."""
        return self.network.output_shape[-1]

    @property
    def example_shape(self):
        """(height, width, channels) of the images."""
        return self.network.input_shape[1:]

    def features(self, images: np.ndarray) -> np.ndarray:
        """Features, float32 (n, width), of images (n, height, width, channels), uint8 or in [-1, 1]."""
        return self._features_and_logits(images)[0]

    def classify(self, images: np.ndarray) -> np.ndarray:
        """Class probabilities, float32 (n, num_classes), of images (n, height, width, channels).

        Args:
            images: uint8, or floats in [-1, 1].

        Raises:
            ValueError: on images of another shape, type or range, or none, and on a network whose outputs are
                not finite.
        """
        return softmax(self._features_and_logits(images)[1], axis=1)

    def _features_and_logits(self, images):
        self._check_images(images)
        batches = [
            self.predict_on_batch(np.asarray(to_network(images[rows])))
            for rows in in_batches(len(images), 500)
        ]
        return [check_finite(np.concatenate(parts)) for parts in zip(*batches, strict=True)]

    def check_data(self, images, labels=None):
        """Raises a ValueError if images or labels do not suit the network."""
        self._check_images(images)
        Classes(self.num_classes).check(labels, len(images))

    def _check_images(self, images):
        shape = self.example_shape
        if images.shape[1:] != shape or len(images) == 0:
            raise ValueError(
                f"The classifier takes images (n, {str(shape)[1:]}, got {images.shape}."
            )
        check(images)

    def columns_of(self, source):
        return labeled(source, self.example_shape, self.num_classes)

    def classes_in(self, columns):
        return counted(columns["labels"], self.num_classes, self.class_names)

    def signatures(self):
        shape = (None, *self.example_shape)

        def classify(images):
            return {"probabilities": keras.ops.softmax(self.call(images, training=False)[1])}

        example = np.zeros((1, *self.example_shape), np.float32)
        return {
            "classify": Signature(classify, {"images": (shape, "float32")}, {"images": example})
        }

    @classmethod
    def usage(cls, name, arguments=None):
        return f"{super().usage(name, arguments)}\nprobabilities = model.classify(images)"
