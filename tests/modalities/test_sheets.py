"""Sheets are shown large, but are never larger than pictures may be."""

import numpy as np
import pytest
from PIL import Image

from keras_gan.modalities.images import sheet
from keras_gan.modalities.sheets import sheet_scale


@pytest.mark.parametrize(
    ("num", "side", "width"), [(64, 28, 968), (64, 64, 1060), (1, 8, 996), (9, 512, 1544)]
)
def test_a_sheet_is_about_1000_pixels_wide(tmp_path, num, side, width):
    path = sheet(tmp_path / "grid.png", np.zeros((num, side, side, 1), np.uint8))
    assert Image.open(path).size == (width, width)


def test_a_sheet_of_too_many_pixels_is_refused_before_it_exists():
    with pytest.raises(ValueError, match=r"at most 50,000,000 pixels, got .* of 1,000,000 images"):
        sheet_scale((1_000_000, 28, 28, 1))
    with pytest.raises(ValueError, match="take fewer images or a smaller scale"):
        sheet_scale((64, 64, 64, 3), scale=50)
