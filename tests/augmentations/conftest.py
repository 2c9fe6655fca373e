"""Images to augment."""

import pytest

SHAPE = (12, 16, 3)


@pytest.fixture
def images(rng):
    return rng.uniform(-1, 1, size=(40, *SHAPE)).astype("float32")
