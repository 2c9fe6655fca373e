"""Translators as SavedModels: pictures of any size and kind are translated as by Keras, others refused."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from keras_gan.tasks.tiling import AREA

tf = pytest.importorskip("tensorflow")

NAMES = ["tiny_cyclegan", "tiny_discogan", "tiny_pix2pix"]


def encode(image, format="PNG", **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def photograph(height=40, width=33, mode="RGB"):
    """A picture of soft colors, which JPEG hardly changes."""
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 256, (5, 4, len(mode)), np.uint8), mode)
    return small.resize((width, height), Image.Resampling.BICUBIC)


def files(values):
    return {"image_bytes": np.array(values, object)}


def assert_close(images, expected):
    assert images.shape == expected.shape and images.dtype == np.uint8
    assert np.abs(images.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "size",
    [(3, 32, 32), (2, 8, 9), (1, 31, 100), (1, 257, 64), (1, 10, 2000)],
    ids=lambda size: "x".join(map(str, size)),
)
def test_images_of_any_size(sessions, exported, name, size):
    model = exported[name].model
    images = np.random.default_rng(0).integers(0, 256, (*size, model.image_shape[-1]), np.uint8)
    made = sessions[name].run("serving_default", {"images": images})["images"]
    assert_close(made, model.translate(images, size="full"))
    assert made.std() > 3


@pytest.mark.parametrize("name", NAMES)
def test_files_of_several_sizes_in_each_direction(sessions, exported, name, tmp_path):
    model = exported[name].model
    contents = [encode(photograph(40, 33)), encode(photograph(20, 70), "JPEG", quality=95)]
    for signature, direction in zip(
        [s for s in exported[name].requests if "bytes" in s], model.generators, strict=True
    ):
        made = sessions[name].run(signature, files(contents))["image_bytes"]
        for content, png in zip(contents, made, strict=True):
            (tmp_path / "picture").write_bytes(content)
            image = np.asarray(Image.open(io.BytesIO(png)))
            expected = model.translate(tmp_path / "picture", direction, size="full")
            assert_close(image.reshape(expected.shape), expected)


def with_orientation(number, order="<"):
    exif = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    exif += struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, number, 0, 0)
    return encode(photograph(), "JPEG", quality=95, exif=b"Exif\0\0" + exif)


KINDS = {
    "gray JPEG": lambda: encode(photograph().convert("L"), "JPEG", quality=95),
    "CMYK JPEG": lambda: encode(photograph().convert("CMYK"), "JPEG", quality=95),
    "progressive JPEG": lambda: encode(photograph(), "JPEG", quality=95, progressive=True),
    "gray PNG": lambda: encode(photograph().convert("L")),
    "transparent PNG": lambda: encode(photograph(mode="RGBA")),
    "transparent gray PNG": lambda: encode(photograph(mode="RGBA").convert("LA")),
    "palette PNG": lambda: encode(photograph().quantize(16)),
    "transparent palette PNG": lambda: encode(photograph().quantize(16), transparency=3),
    "black and white PNG": lambda: encode(photograph().convert("1")),
    "16 bits PNG": lambda: encode(
        Image.fromarray(np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32))
    ),
    **{f"turned by {n}": lambda n=n: with_orientation(n) for n in range(1, 9)},
    "turned by 6, big endian": lambda: with_orientation(6, ">"),
    "turned by 0": lambda: with_orientation(0),
}


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_read_as_pillow_reads_them(kind, tmp_path):
    from keras_gan.data.pictures import Pictures
    from keras_gan.serving.tensorflow.decoding import decode

    content = KINDS[kind]()
    for channels in (1, 3):
        image = decode(tf.constant(content), channels).numpy()
        assert_close(image, Pictures([content], channels).read(0))


def png_header(width, height):
    """A PNG file of some bytes that claims to be large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_header(width, height):
    content = encode(photograph(), "JPEG")
    place = content.index(b"\xff\xc0") + 5
    return content[:place] + struct.pack(">HH", height, width) + content[place + 4 :]


def bomb(side):
    """A whole PNG file, a thousandth of what it decodes to."""
    return encode(Image.new("L", (side, side)), optimize=True)


def pixels(*shape):
    return {"images": np.zeros(shape, np.uint8)}


@pytest.mark.parametrize(
    ("name", "inputs", "message"),
    [
        ("tiny_cyclegan", pixels(0, 32, 32, 3), "at least one image"),
        ("tiny_cyclegan", pixels(1, 7, 32, 3), "at least 8 pixels"),
        ("tiny_cyclegan", pixels(1, 1024, 1025, 3), "at most 1048576 pixels"),
        ("tiny_pix2pix", pixels(1, 8, 2**17, 1), "sides rounded up to multiples of"),
        ("tiny_cyclegan", pixels(1, 32, 32, 1), "not compatible"),
        ("tiny_pix2pix", pixels(1, 32, 32, 3), "not compatible"),
        ("tiny_cyclegan", pixels(32, 32, 3), "not compatible"),
        ("tiny_cyclegan", files([b""]), "must be JPEG or PNG"),
        ("tiny_cyclegan", files([b"no picture"]), "must be JPEG or PNG"),
        ("tiny_cyclegan", files([b"GIF89a"]), "must be JPEG or PNG"),
        ("tiny_cyclegan", files([b"\xff\xd8\xff"]), "JPEG"),
        ("tiny_cyclegan", files([b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(40)]), "JPEG"),
        ("tiny_cyclegan", files([b"\x89PNG\r\n\x1a\n"]), "at least 8 pixels"),
        ("tiny_cyclegan", files([encode(photograph(7, 30))]), "at least 8 pixels"),
        ("tiny_cyclegan", files([encode(photograph())[:-300]]), "PNG"),
        ("tiny_cyclegan", files([encode(photograph(), "JPEG")[:-300]]), "JPEG"),
        ("tiny_cyclegan", files([png_header(32, 32)]), "PNG"),
        ("tiny_cyclegan", files([png_header(2**31 - 1, 2**31 - 1)]), "at most 1048576 pixels"),
        ("tiny_cyclegan", files([png_header(2**32 - 1, 9)]), "at least 8 pixels"),
        ("tiny_cyclegan", files([jpeg_header(65500, 65500)]), "at most 1048576 pixels"),
        ("tiny_cyclegan", files([bomb(8000)]), "at most 1048576 pixels"),
        ("tiny_cyclegan", files([encode(photograph()), b"no picture"]), "must be JPEG or PNG"),
    ],
)
def test_the_graph_refuses_bad_input_and_goes_on(sessions, exported, name, inputs, message):
    invalid_argument = 3
    signature = "serving_default" if "images" in inputs else "translate_image_bytes"
    with pytest.raises(ValueError, match=f"(?s)^{invalid_argument}: .*{message}"):
        sessions[name].run(signature, inputs)
    images = exported[name].requests["serving_default"]
    made = sessions[name].run("serving_default", images)["images"]
    assert_close(made, exported[name].expected["serving_default"])


def test_memory_is_bounded_whatever_the_request(translators):
    """Of a request of more pixels than the network is given at once, it is given a part at a time."""
    from keras_gan.serving.tensorflow.translation import _Direction

    each = translators["tiny_cyclegan"]
    direction, seen = _Direction(each.model.generators["AtoB"]), []
    network = direction._network

    def watched(images, training):
        tf.py_function(lambda count: seen.append(int(count)), [tf.shape(images)[0]], [])
        return network(images, training=training)

    direction._network = watched
    images = np.random.default_rng(0).integers(0, 256, (5, 512, 1000, 3), np.uint8)
    assert 2 * 512 * 1000 <= AREA < 3 * 512 * 1000
    made = tf.function(direction.of_images)(tf.constant(images))["images"].numpy()
    assert seen == [2, 2, 1]
    assert_close(made, each.model.translate(images, size="full"))


def test_network_of_one_size_with_instance_normalization():
    """Its images are not cut into tiles, which would have to share statistics: larger ones are refused."""
    from keras_gan import CycleGAN, networks
    from keras_gan.serving.tensorflow.translation import ServedTranslation

    shape = (32, 32, 3)
    parts = [networks.resnet.generator(shape, width=2, blocks=1) for _ in "AB"]
    parts += [networks.patchgan.discriminator(width=2) for _ in "AB"]
    model = CycleGAN(*parts, image_shape=shape, seed=0)
    translate = ServedTranslation(model).signatures["serving_default"]
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 32, 3), np.uint8)
    assert_close(translate(images)["images"].numpy(), model.translate(images, size="full"))
    with pytest.raises(tf.errors.InvalidArgumentError, match="at most 32 x 32 pixels"):
        translate(np.zeros((1, 33, 32, 3), np.uint8))
