"""Sketches of landmarks against lines that are drawn pixel by pixel."""

import numpy as np
import pytest
from keras import ops

from keras_gan.layers import LandmarkSketch
from keras_gan.modalities import landmarks


def distance(point, a, b):
    """From a point to the line between a and b."""
    u = b - a
    along = np.clip((point - a) @ u / max(u @ u, 1e-12), 0.0, 1.0)
    return np.linalg.norm(point - a - along * u)


def drawn(points, layer):
    height, width = layer.image_size
    places, sketch = points * [width, height], np.zeros((height, width, 3))
    for row in range(height):
        for column in range(width):
            center = np.array([column + 0.5, row + 0.5])
            gaps = [distance(center, places[a], places[b]) for a, b in layer.lines]
            nearest = int(np.argmin(gaps))
            weight = np.exp(-((gaps[nearest] / layer.thickness) ** 2))
            sketch[row, column] = weight * np.array(layer.colors[nearest]) / 255.0
    return sketch


def test_pixels_have_the_color_of_the_nearest_line(rng):
    points = rng.uniform(-0.1, 1.1, (2, 5, 2)).astype("float32")
    points[1, 4] = points[1, 3]  # a line of no length
    colors = [(255, 0, 0), (255, 0, 0), (10, 20, 30)]
    layer = LandmarkSketch((7, 11), [(0, 1), (1, 2), (3, 4)], colors, thickness=1.5)
    found = ops.convert_to_numpy(layer(ops.convert_to_tensor(points)))
    assert found.shape == (2, 7, 11, 3) == layer.compute_output_shape(points[:2].shape)
    for sketch, each in zip(found, points, strict=True):
        np.testing.assert_allclose(sketch, drawn(each, layer), atol=2e-4)


def test_the_face_is_drawn_by_default(rng):
    layer = LandmarkSketch.from_config(LandmarkSketch((16, 16)).get_config())
    assert len(layer.lines) == sum(map(len, landmarks.PARTS.values())) == 26
    points = rng.uniform(0.2, 0.8, (1, 30, 2)).astype("float32")
    found = ops.convert_to_numpy(layer(ops.convert_to_tensor(points)))
    np.testing.assert_allclose(found[0], drawn(points[0], layer), atol=2e-4)
    with pytest.raises(ValueError, match="a color for each line, got 1 and 2"):
        LandmarkSketch((8, 8), [(0, 1), (1, 2)], [(1, 2, 3)])
