"""Folders of pictures with a table of texts."""

import numpy as np
import pytest
from PIL import Image

from keras_gan import data
from keras_gan.data.captioned import TABLE


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cats").mkdir()
    for index, name in enumerate(("b.png", "a.png", "cats/c.jpg")):
        Image.new("RGB", (10, 6), (60 * index, 0, 0)).save(tmp_path / name)
    return tmp_path


def write(folder, *lines, header="file_name,text"):
    (folder / TABLE).write_text("\n".join([header, *lines]), encoding="utf-8")


def test_pictures_come_with_their_texts(folder):
    write(folder, "a.png,Red", 'cats/c.jpg,"a cat, red"', "b.png,black", "a.png,dark red")
    images, texts = data.captioned_from_folder(folder, 4)
    assert images.shape == (3, 4, 4, 3)
    assert images[:, 0, 0, 0].tolist() == pytest.approx([60, 0, 120], abs=3)
    assert texts.tolist() == [["Red", "dark red"], ["black", "black"], ["a cat, red", "a cat, red"]]
    source = data.source(folder, image_size=4)
    found, again, attributes = source.images_and_texts((4, 4, 3))
    np.testing.assert_array_equal(found, images)
    assert again.tolist() == texts.tolist() and attributes is None


def test_a_model_learns_the_words_of_a_folder(folder):
    from keras_gan import GANCLS

    write(folder, "a.png,Red!", 'cats/c.jpg,"a cat, red"', "b.png,black", "a.png,dark red")
    assert GANCLS.arguments_of(data.source(folder)) == {
        "vocabulary": ["a", "black", "cat", "dark", "red"],
        "text_length": 3,
        "shown_texts": [],
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a.png,red", "b.png,red"], r"no text of cats/c\.jpg \(1 of 3"),
        (["a.png,red", "d.png,red"], r"names d\.png, which is not in"),
        (["a.png,"], "no text in line 2"),
        (["a.png"], "no text in line 2"),
    ],
)
def test_tables_that_do_not_fit_are_refused(folder, lines, said):
    write(folder, *lines)
    with pytest.raises(ValueError, match=said):
        data.captioned_from_folder(folder, 4)


def test_a_folder_without_such_a_table_is_refused(folder):
    with pytest.raises(ValueError, match=r"wanted in metadata\.csv"):
        data.captioned_from_folder(folder, 4)
    write(folder, header="file,caption")
    with pytest.raises(ValueError, match="must have the columns file_name and text"):
        data.captioned_from_folder(folder, 4)
    (folder / TABLE).write_bytes(b"file_name,text\na.png,\xff\xfe\n")
    with pytest.raises(ValueError, match="Cannot read"):
        data.captioned_from_folder(folder, 4)
