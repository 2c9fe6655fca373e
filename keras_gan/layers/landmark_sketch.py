"""Sketches of landmarks: lines in colors, drawn by tensors."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.modalities import landmarks


@keras.saving.register_keras_serializable("keras_gan")
class LandmarkSketch(keras.layers.Layer):
    """Draws landmarks as lines between them: an image, in the graph, so that models take coordinates.

    A pixel has the color of its nearest line times exp(-d^2 / thickness^2), where d is the distance of its
    center from that line; colors are mapped from 0 to 255 to [0, 1], and 0 is black.

    Args:
        image_size: (height, width) of the sketch.
        lines: pairs of landmarks that a line joins; those of `keras_gan.modalities.landmarks` if None.
        colors: a color for each line, three levels from 0 to 255; as `lines` if None.
        thickness: of a line, in pixels.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Input shape (n, landmarks, 2), places (x, y) as fractions of width and height; output shape (n, height,
    width, 3).

    Raises:
        ValueError: if there are not as many colors as lines.

    Example:

    ```python
    sketches = LandmarkSketch((64, 64))(landmarks)
    ```
    """

    def __init__(
        self,
        image_size: Sequence[int],
        lines: Sequence[Sequence[int]] | None = None,
        colors: Sequence[Sequence[int]] | None = None,
        thickness: float = 1.0,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.image_size = tuple(image_size)
        own_lines, own_colors = _of_parts(landmarks.PARTS)
        self.lines = [tuple(line) for line in (own_lines if lines is None else lines)]
        self.colors = [tuple(color) for color in (own_colors if colors is None else colors)]
        if len(self.lines) != len(self.colors):
            raise ValueError(
                f"There must be a color for each line, got {len(self.colors)} and {len(self.lines)}."
            )
        self.thickness = thickness

    def call(self, inputs):
        inputs = ops.cast(inputs, "float32")
        height, width = self.image_size
        # Places in pixels, whose centers lie at 0.5, 1.5 and so on: of all lines at once, (n, lines, 1).
        first, last = (
            ops.take(inputs, np.array(ends, np.int32), axis=1)
            for ends in zip(*self.lines, strict=True)
        )
        ax, ay = first[..., :1] * width, first[..., 1:] * height
        ux, uy = last[..., :1] * width - ax, last[..., 1:] * height - ay
        px, py = (np.arange(side, dtype=np.float32) + 0.5 for side in (width, height))
        # With p from a: |p|^2 and p.u are sums over the two axes.
        px, py = px - ax, py - ay
        squares = (px**2)[:, :, None] + (py**2)[:, :, :, None]
        products = (px * ux)[:, :, None] + (py * uy)[:, :, :, None]
        length = (ux**2 + uy**2)[..., None]
        along = ops.clip(products / ops.maximum(length, 1e-6), 0.0, 1.0)
        distances = squares - along * (2.0 * products - along * length)
        nearest = ops.argmin(distances, axis=1)
        distances = ops.maximum(ops.min(distances, axis=1), 0.0)
        colors = ops.take(np.array(self.colors, np.float32) / 255.0, nearest, axis=0)
        sketch = colors * ops.exp(-distances / self.thickness**2)[..., None]
        return ops.cast(sketch, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], *self.image_size, 3)

    def get_config(self):
        names = "image_size", "lines", "colors", "thickness"
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


def _of_parts(parts: Mapping[Any, Any]):
    """All lines, and the color of each."""
    lines = [line for each in parts.values() for line in each]
    return lines, [color for color, each in parts.items() for _ in each]
