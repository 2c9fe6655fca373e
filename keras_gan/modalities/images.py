"""Images: uint8, 0 to 255, for people, and floats in [-1, 1] for networks."""

import math
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from keras_gan.arguments import check_finite, check_levels
from keras_gan.files import below, replacing
from keras_gan.modalities.decoding import MAX_PIXELS, decode
from keras_gan.modalities.sheets import PADDING, sheet_scale

SUFFIXES = frozenset((".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"))
"""Endings of the files that are read."""
SHEET = ".png"
"""Ending of a sheet."""

Size = tuple[int, int]
"""(height, width) in pixels."""


def check(images: Any, name: str = "images") -> np.ndarray:
    """Images (n, height, width, channels) as an array, uint8 or floats in [-1, 1].

    Args:
        images: the images.
        name: what they are called in the error.

    Raises:
        ValueError: on another shape or type, values out of range, or no images.
    """
    images = np.asarray(images)
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(f"{name} must be images (n, height, width, channels), got {images.shape}.")
    check_levels(images, name, "uint8")
    return images


def warn_of_range(images: np.ndarray, name: str = "images"):
    """Warns of images, as `check` takes them, that look as if they were in [0, 1]: no float is negative."""
    if images.dtype.kind == "f" and images.size and images.min() >= 0:
        warnings.warn(
            f"{name} hold no negative value and look like [0, 1], but floats must be in [-1, 1]: give "
            "2 * x - 1, or uint8.",
            stacklevel=4,
        )


def to_network(images: Any) -> Any:
    """uint8 tensor to floats in [-1, 1]; floats pass unchanged. Runs inside the training step."""
    from keras import backend, ops  # here, so that data are read without Keras

    if backend.standardize_dtype(images.dtype) == "uint8":
        return ops.cast(images, backend.floatx()) / 127.5 - 1.0
    return images


def to_people(images: np.ndarray) -> np.ndarray:
    """Floats in [-1, 1] to uint8, rounded to the nearest level; values outside are clipped.

    Raises:
        ValueError: on NaN or infinity, which are no level.
    """
    check_finite(images)
    return np.clip(np.rint((images + 1.0) * 127.5), 0, 255).astype(np.uint8)


def to_levels(images: np.ndarray) -> np.ndarray:
    """Images, as `check` takes them, as uint8: floats in [-1, 1] to the nearest level."""
    return images if images.dtype == np.uint8 else to_people(images)


def read(
    source: str | os.PathLike | bytes | Image.Image,
    channels: int = 3,
    size: Size | None = None,
    half: int | None = None,
    name: str | None = None,
) -> np.ndarray:
    """An image of a file: turned as its EXIF orientation says, on white where it is transparent.

    Args:
        source: path of a file, its content, or a picture of Pillow's.
        channels: 1 (gray) or 3 (RGB).
        size: (height, width) that the image is scaled to cover, by antialiased bicubic interpolation, and
            cropped to around its center; as it is stored if None.
        half: 0 for the left half of the picture or 1 for the right one; the whole picture if None.
        name: what the picture is called in an error; its path if None.

    Returns:
        uint8 (height, width, channels).

    Raises:
        ValueError: if it cannot be decoded, is of none of `decoding.FORMATS`, has more than
            `decoding.MAX_PIXELS` or levels out of range; it names the picture.
    """
    try:
        image = decode(source, channels, size)
    except (OSError, SyntaxError, ValueError) as error:
        if name is None:
            named = isinstance(source, (str, os.PathLike))
            name = os.fspath(source) if named else f"of {type(source).__name__}"
        raise ValueError(f"Cannot read the picture {name}: {error}") from error
    if half is not None:
        middle = image.width // 2
        image = image.crop((half * middle, 0, (half + 1) * middle, image.height))
    return _as_array(_fit(image, size))


def write(path: str | os.PathLike, image: np.ndarray) -> Path:
    """Writes one image in the format that the path ends in, whole or not at all.

    Args:
        path: where to write, ending in .png, .jpg or another format of Pillow; the folder is made if need be,
            a file that is there is replaced.
        image: uint8 (height, width, 1 or 3 channels).

    Returns:
        The path.

    Raises:
        ValueError: if the ending is that of no format.
        OSError: if the path cannot be written.
    """
    return _save(path, image, quality=95)


def sheet(
    path: str | os.PathLike,
    images: np.ndarray,
    columns: int | None = None,
    scale: int | None = None,
) -> Path:
    """Writes `grid(images, columns)` as PNG, whole or not at all, each pixel repeated `scale` times.

    Args:
        path: where to write.
        images: uint8 (n, height, width, channels); of 2 channels the first is shown, of 5 or more three.
        columns: images in a row; the smallest square that holds them all if None.
        scale: size of a pixel; such that the sheet is about 1,000 pixels wide if None.

    Returns:
        The path.

    Raises:
        ValueError: if `images` is not a non-empty uint8 array of that shape, or the sheet is too large.
        OSError: if the path cannot be written.
    """
    scale = sheet_scale(images.shape, columns, scale)
    canvas = grid(images, columns)
    if (channels := canvas.shape[-1]) not in (1, 3, 4):
        canvas = canvas[..., : 1 if channels == 2 else 3]
    return _save(path, canvas.repeat(scale, axis=0).repeat(scale, axis=1), format="PNG")


def to_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Images of 1 (gray), 3 (RGB) or 4 (RGBA) channels as images of 1 or 3; with `channels` as they are.

    Gray becomes RGB of three equal channels; what is transparent becomes white; RGB becomes gray by the
    weights of ITU-R 601, as in Pillow.

    Args:
        images: uint8 (..., height, width, 1, 3 or 4), or of `channels`.
        channels: 1 or 3, or the channels that the images have.

    Returns:
        uint8 (..., height, width, channels).

    Raises:
        ValueError: where neither is so.
    """
    given = images.shape[-1]
    if given == channels:
        return images
    if given not in (1, 3, 4) or channels not in (1, 3):
        known = "1, 3 or 4" if channels in (1, 3) else channels
        raise ValueError(f"images must have {known} channels, got {images.shape}.")
    if given == 4:
        share = images[..., 3:] / 255.0
        images = np.rint(images[..., :3] * share + 255.0 * (1.0 - share)).astype(np.uint8)
    if images.shape[-1] == channels:
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=-1)
    gray = np.rint(images @ np.array([0.299, 0.587, 0.114]))
    return gray.astype(np.uint8)[..., None]


def grid(images: np.ndarray, columns: int | None = None, padding: int = PADDING) -> np.ndarray:
    """Tiles images into one.

    Args:
        images: uint8 (n, height, width, channels).
        columns: images in a row; the smallest square that holds them all if None.
        padding: white pixels around each image.

    Returns:
        uint8 (rows * (height + padding) + padding, columns * (width + padding) + padding, channels).

    Raises:
        ValueError: if `images` is not a non-empty uint8 array of that shape.
    """
    if images.ndim != 4 or images.dtype != np.uint8 or len(images) == 0:
        raise ValueError(
            f"images must be a non-empty uint8 array (n, height, width, channels), "
            f"got {images.dtype} {images.shape}."
        )
    num, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(num))
    rows = math.ceil(num / columns)
    cell_height, cell_width = height + padding, width + padding
    canvas = np.full(
        (rows * cell_height + padding, columns * cell_width + padding, channels), 255, np.uint8
    )
    for index, image in enumerate(images):
        top, left = padding + index // columns * cell_height, padding + index % columns * cell_width
        canvas[top : top + height, left : left + width] = image
    return canvas


def resize(image: np.ndarray, size: Size | None) -> np.ndarray:
    """A uint8 image (height, width, channels), scaled to cover `size` and cropped around its center."""
    if size is None or image.shape[:2] == tuple(size):
        return image
    if image.shape[-1] not in (1, 3):
        return np.concatenate(
            [resize(each, size) for each in np.split(image, image.shape[-1], -1)], -1
        )
    return _as_array(_fit(_as_picture(image), size))


def enlarge(images: np.ndarray, factor: float) -> np.ndarray:
    """uint8 images (n, height, width, channels) of `factor` times the size, their proportions kept.

    Raises:
        ValueError: if each would have more than `decoding.MAX_PIXELS`.
    """
    size = tuple(max(1, round(side * factor)) for side in images.shape[1:3])
    if math.prod(size) > MAX_PIXELS:
        raise ValueError(
            f"images must have at most {MAX_PIXELS:,} pixels, got {size[1]} x {size[0]}."
        )
    return np.stack([resize(image, size) for image in images])


def is_image_file(name: str) -> bool:
    """Whether a relative path ends as an image does, and neither it nor a folder in it is hidden."""
    hidden = any(part.startswith(".") for part in name.split("/"))
    return not hidden and Path(name).suffix.lower() in SUFFIXES


def files_in(folder: str | os.PathLike) -> dict[str, Path]:
    """The image files below a folder, relative name to path, in order of the names.

    Linked sub-folders are followed. Hidden files are left out.
    """
    files = below(folder)
    return {name: files[name] for name in sorted(files) if is_image_file(name)}


def _save(path, image, **options):
    with replacing(path) as temporary:
        _as_picture(image).save(temporary, **options)
    return Path(path)


def _fit(image, size):
    """Scales by antialiased bicubic interpolation, after cropping to the wanted proportions."""
    if size is None or (image.height, image.width) == tuple(size):
        return image
    height, width = size
    scale = min(image.height / height, image.width / width)
    top = max(0.0, (image.height - height * scale) / 2)
    left = max(0.0, (image.width - width * scale) / 2)
    box = (left, top, image.width - left, image.height - top)
    return image.resize((width, height), Image.Resampling.BICUBIC, box=box)


def _as_picture(array):
    return Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array)


def _as_array(image):
    array = np.asarray(image)
    return array[..., None] if array.ndim == 2 else array
