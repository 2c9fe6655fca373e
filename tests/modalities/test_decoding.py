"""Files of pictures from strangers: other formats and too many pixels are refused before they are decoded."""

import io
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan.modalities import decoding
from keras_gan.modalities.images import read


def encoded(array, format="TIFF", **options):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, format=format, **options)
    return buffer.getvalue()


def gray_levels(array, **options):
    return read(encoded(array, **options), channels=1)[..., 0].tolist()


POSTSCRIPT = """%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 8 8
(RAN) (w) file closefile showpage
"""


@pytest.mark.parametrize("as_bytes", [False, True])
def test_postscript_named_jpg_is_not_run(tmp_path, as_bytes):
    photo, ran = tmp_path / "photo.jpg", tmp_path / "ran"
    photo.write_text(POSTSCRIPT.replace("RAN", str(ran)))
    with pytest.raises(ValueError, match="Cannot read the picture"):
        read(photo.read_bytes() if as_bytes else photo)
    assert not ran.exists()


@pytest.mark.parametrize("format", ["PCX", "PPM", "TGA", "ICO", "SGI"])
def test_formats_that_were_not_meant_are_refused(format):
    with pytest.raises(ValueError, match="Cannot read the picture of bytes"):
        read(encoded(np.zeros((16, 16, 3), np.uint8), format))


@pytest.mark.parametrize("format", decoding.FORMATS)
def test_each_format_is_read(format):
    picture = read(encoded(np.full((16, 16, 3), 200, np.uint8), format))
    assert np.abs(picture.astype(int) - 200).max() <= 1


def test_every_file_is_opened_with_the_formats():
    package = Path(keras_gan.__file__).parent
    opens = re.compile(r"Image\.open\((?!.*formats=FORMATS)")
    assert not [path for path in package.rglob("*.py") if opens.search(path.read_text("utf-8"))]


def png_that_claims(width, height):
    content = bytearray(encoded(np.zeros((1, 1), np.uint8), "PNG"))
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((10_001, 5_000), "it has 10001 x 5000 = 50,005,000 pixels, more than 50,000,000"),
        ((30_000, 30_000), "it has more than 50,000,000 pixels"),
    ],
)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch, size, message):
    monkeypatch.setattr(Image.core, "zip_decoder", None)
    with pytest.raises(ValueError, match=message):
        read(png_that_claims(*size), size=(8, 8))


def test_levels_of_16_bits_are_scaled():
    assert gray_levels(np.uint16([[0, 25_600, 65_535]])) == [[0, 100, 255]]
    assert gray_levels(np.int32([[0, 25_600, 65_535]])) == [[0, 100, 255]]
    assert gray_levels(np.uint16([[0, 25_600, 65_535]]), tiffinfo={262: 0}) == [[255, 155, 0]]


def test_floats_from_0_to_1_are_scaled():
    assert gray_levels(np.float32([[0.0, 0.5, 1.0]])) == [[0, 128, 255]]


def test_levels_of_12_bits_are_scaled():
    content = encoded(np.uint16([[0, 0]]))
    # BitsPerSample (258), a short, from 16 to 12: two levels in three bytes.
    twelve = content.replace(
        b"\x02\x01\x03\x00\x01\x00\x00\x00\x10", b"\x02\x01\x03\x00\x01\x00\x00\x00\x0c"
    )
    assert twelve != content
    picture = bytearray(twelve)
    picture[-4:-1] = bytes([0xFF, 0xF0, 0x00])
    assert read(bytes(picture), channels=1)[0, :, 0].tolist() == [255, 0]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.float32([[0, 200.0]]), "its floats must be from 0 to 1, got 0 to 200"),
        (np.float32([[0, np.nan]]), "its floats must be from 0 to 1"),
        (np.int32([[0, 70_000]]), "must be levels of 16 bits, 0 to 65,535, got 0 to 70000"),
        (np.int32([[-1, 700]]), "must be levels of 16 bits, 0 to 65,535, got -1 to 700"),
        (np.int32([[0, 200]]), "got 0 to 200: save it with 8 or 16 bits"),
    ],
)
def test_levels_whose_range_is_unknown_are_refused_by_name(tmp_path, array, message):
    (tmp_path / "deep.tif").write_bytes(encoded(array))
    with pytest.raises(ValueError, match=rf"Cannot read the picture .*deep\.tif: .*{message}"):
        read(tmp_path / "deep.tif")
