"""Style transfer by optimization of an image (Gatys et al. 2016)."""

import os
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan import backend
from keras_gan.arguments import check_count
from keras_gan.lookup import check_name
from keras_gan.minimization import minimize
from keras_gan.modalities.images import to_people
from keras_gan.style.features import EMBEDDED
from keras_gan.style.perceptual import Perception, check_size, check_weights, picture

STARTS = ("content", "noise")
OPTIMIZERS = ("lbfgs", "adam")


class StyleTransfer:
    """Repaints a picture after another one: its content, in the style of a painting (Gatys et al. 2016).

    The image is changed until its features are those of the content in deep layers, and their Gram matrices
    those of the style in all. No network is trained, and each picture takes its own search: seconds for each
    of about 50 evaluations of 256x256 pixels on a CPU.

    Deviations from the paper: relative losses (`keras_gan.style.losses`), which suit any network; a total
    variation (Mahendran and Vedaldi 2015), against speckles; by default a start at the content, not at noise,
    and the features of a small classifier of the zoo in place of VGG-19.

    Args:
        features: "vgg19", the paper's network, or a classifier as for `keras_gan.zoo.load`.
        weights: for "vgg19", a local copy of its weights; downloaded if None.
        style_layers: names of the layers whose Gram matrices are compared; of VGG-19 the paper's, 1_1 to 5_1.
        content_layers: names of those whose features are compared; of VGG-19 the paper's, 4_2.

    Raises:
        ValueError: if there is no such network or layer.

    Example:

    ```python
    transfer = keras_gan.style.StyleTransfer()
    painted = transfer.transfer("photo.jpg", "painting.jpg", size=256)
    ```
    """

    def __init__(
        self,
        features: str | os.PathLike = EMBEDDED,
        weights: str | os.PathLike | None = None,
        style_layers: Sequence[str] | None = None,
        content_layers: Sequence[str] | None = None,
    ):
        self.perception = Perception(features, weights, style_layers, content_layers)

    def transfer(
        self,
        content: Any,
        style: Any,
        size: int = 256,
        steps: int = 50,
        style_weight: float = 1.0,
        content_weight: float = 0.02,
        variation_weight: float = 0.02,
        start: str = "content",
        optimizer: str = "lbfgs",
        seed: int = 0,
        progress: Any = lambda text: None,
    ) -> np.ndarray:
        """The content in the style.

        Args:
            content: the path of a picture, a picture of Pillow's, or an array uint8 (height, width, 1, 3 or
                4). Both pictures are scaled to the same size.
            style: a picture likewise.
            size: shorter side to work at, from 32 to 1024 pixels; strokes are larger in a smaller picture.
            steps: evaluations of the network and its gradient, at most.
            style_weight: weight of the style, a mean over its layers.
            content_weight: weight of the content, a mean over its layers.
            variation_weight: weight of the total variation.
            start: "content", or "noise" as in the paper.
            optimizer: "lbfgs" as in the paper, or "adam" at a rate of 0.08.
            seed: of the noise.
            progress: called with a short status text after each evaluation.

        Returns:
            uint8 (height, width, 3).

        Raises:
            ValueError: on a picture that cannot be read or is under 32 pixels, a negative weight, or an
                argument that is unknown or out of range.
        """
        check_count("steps", steps)
        check_name("start", start, STARTS)
        check_name("optimizer", optimizer, OPTIMIZERS)
        check_size(size)
        weights = style_weight, content_weight, variation_weight
        check_weights(weights)
        content, style = (picture(*each, size) for each in (("content", content), ("style", style)))
        loss = self.loss_of(content, style, *weights)
        first = content
        if start == "noise":
            first = np.random.default_rng(seed).uniform(-1.0, 1.0, content.shape)
        told = {"count": 0}

        def evaluate(image):
            value, gradient = loss(image)
            told["count"] += 1
            progress(f"{told['count']} of {steps}: loss {float(value):.3g}")
            return value, gradient

        if optimizer == "adam":
            return to_people(_by_adam(evaluate, first, steps))[0]
        return to_people(minimize(evaluate, first, steps, bounds=(-1.0, 1.0), slope=0.0).x)[0]

    def loss_of(self, content: np.ndarray, style: np.ndarray, *weights: float) -> Any:
        """The loss of images, as a compiled function from a tensor to its value and its gradient.

        Args:
            content: float32 (1, height, width, 3) in [-1, 1].
            style: float32 (1, height, width, 3) in [-1, 1], of any size.
            *weights: of style, content and total variation.
        """
        style, content = self.perception.style(self.perception(style)), self.perception(content)

        def loss(image):
            parts = self.perception.losses(image, style, content)
            return sum(w * part for w, part in zip(weights, parts.values(), strict=True))

        return backend.compiled(lambda image: (loss(image), backend.gradient(loss, image)))


def _by_adam(evaluate, start, steps):
    """The image (1, height, width, 3) that so many steps of Adam lead to, clipped after each."""
    image = keras.Variable(start, dtype="float32")
    adam = keras.optimizers.Adam(0.08)
    adam.build([image])
    for _ in range(steps):
        _, gradient = evaluate(ops.convert_to_tensor(image))
        adam.apply([gradient])
        image.assign(ops.clip(image, -1.0, 1.0))
    return ops.convert_to_numpy(image)
