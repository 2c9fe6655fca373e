"""Folders of pictures: gray or RGB, classes by name, numbers of pictures without reading them."""

import numpy as np
import pytest
from PIL import Image

from keras_gan import data


@pytest.fixture
def folder(tmp_path):
    """Two dogs in RGB, and a cat in gray."""
    for name, color in (("dog/1.png", (255, 0, 0)), ("dog/2.png", (0, 0, 255)), ("cat/1.png", 10)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        mode = "L" if isinstance(color, int) else "RGB"
        Image.new(mode, (8, 6), color).save(tmp_path / name)
    return tmp_path


def test_pictures_are_read_with_as_many_channels_as_are_asked_for(folder):
    gray, labels = data.arrays_from_folder(folder, (6, 8), labels=True, channels=1)
    assert gray.shape == (3, 6, 8, 1) and list(labels) == [0, 1, 1]
    # Red and blue in gray by ITU-R 601, and gray as it is.
    assert [int(image.mean()) for image in gray] == [10, 76, 29]
    assert data.arrays_from_folder(folder, 8)[0].shape == (3, 8, 8, 3)


def test_a_dataset_of_gray_pictures(folder):
    pytest.importorskip("tensorflow")
    dataset = data.from_folder(folder, 8, channels=1, labels=True, shuffle=False)
    assert dataset.element_spec[0].shape == (8, 8, 1)
    assert dataset.class_names == ["cat", "dog"]


def test_domains_of_gray_pictures(tmp_path):
    for name in ("trainA/1.png", "trainB/1.png", "trainB/2.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    a, b = data.domains_from_folder(tmp_path, 8, channels=1)
    assert (a.shape, b.shape) == ((1, 8, 8, 1), (2, 8, 8, 1))
    assert data.source(tmp_path).counts() == {"trainA": 1, "trainB": 2}


def test_an_empty_class_is_an_error(folder):
    (folder / "bird").mkdir()
    (folder / ".hidden").mkdir()
    with pytest.raises(ValueError, match="class folder bird holds no pictures"):
        data.arrays_from_folder(folder, 8, labels=True)
    with pytest.raises(ValueError, match="class folder bird holds no pictures"):
        data.source(folder).counts(labels=True)
    assert len(data.arrays_from_folder(folder, 8)[0]) == 3  # Without labels it does not matter.


def test_a_source_counts_and_names_its_classes(folder):
    source = data.source(folder)
    assert source.counts() == {"cat": 1, "dog": 2} and source.class_names == ("cat", "dog")
    Image.new("L", (8, 8)).save(folder / "loose.png")
    assert source.counts() == {"": 1, "cat": 1, "dog": 2}
    digits = data.source("digits", "test")
    assert digits.counts() == {"": 360}
    assert digits.class_names == tuple("0123456789")
    assert data.source("horse2zebra").counts() == {"trainA": 1067, "trainB": 1334}


def test_a_source_brings_pictures_to_the_shape_of_a_model(folder):
    source = data.source(folder)
    assert source.images((4, 4, 1)).shape == (3, 4, 4, 1)
    assert data.source(folder, image_size=6).images((4, 4, 1)).shape == (3, 6, 6, 1)
    images, labels = source.images_and_labels((4, 4, 3))
    assert images.shape == (3, 4, 4, 3) and labels.dtype == np.int32


def test_a_folder_is_gray_if_all_of_its_pictures_are(folder):
    assert not data.source(folder).is_gray()
    assert data.source(folder / "cat").is_gray()
    assert not data.source("digits").is_gray()
    (folder / "cat" / "2.png").write_text("no picture")
    with pytest.raises(ValueError, match=r"Cannot read the picture .*2\.png"):
        data.source(folder / "cat").is_gray()
