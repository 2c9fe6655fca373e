"""Decoding of pictures: files of known formats, checked before their pixels take memory."""

import io
import os

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "TIFF", "WEBP")
"""Formats that are decoded, by content. Pillow has others; it runs Ghostscript on PostScript, for one."""

MAX_PIXELS = 50_000_000
"""Pixels that a picture may have: larger ones are refused before they are decoded."""

# A JPEG that is more than so many times too large is decoded at 1/2, 1/4 or 1/8 of its size, which the
# result does not show and which makes photographs several times faster to read.
_DRAFT = 3
_BITS, _PHOTOMETRIC, _WHITE_IS_ZERO = 258, 262, 0  # tags of TIFF


def decode(
    source: str | os.PathLike | bytes | Image.Image,
    channels: int,
    size: tuple[int, int] | None = None,
) -> Image.Image:
    """A picture, rotated as its EXIF orientation says, on white where it is transparent.

    Levels of more than 8 bits are scaled to 8. Where a file does not say their range, it is 0 to 1 for floats
    and 0 to 65,535 for integers of 32 bits.

    Args:
        source: path of a file, its content, or a picture of Pillow's.
        channels: 1 (gray) or 3 (RGB).
        size: (height, width) that the picture will be scaled to cover, if it will: a much larger JPEG is then
            decoded at a fraction of its size.

    Returns:
        A picture of Pillow's mode L or RGB.

    Raises:
        OSError: if it cannot be read, or is of none of `FORMATS`.
        ValueError: if it has more than `MAX_PIXELS`, or levels out of range.
        SyntaxError: from Pillow, on a damaged file.
    """
    with _opened(source) as image:
        if size is not None:
            image.draft(None, (_DRAFT * max(size),) * 2)
        tags = getattr(image, "tag_v2", {})  # of a TIFF
        image = ImageOps.exif_transpose(image)
        if image.mode == "F" or image.mode.startswith("I"):  # which Pillow would clip, not scale
            image = _in_8_bits(image, tags)
        if image.has_transparency_data:
            image = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
        return image.convert("L" if channels == 1 else "RGB")


def _opened(source):
    """The picture, of which only the header has been read."""
    if isinstance(source, Image.Image):
        return source.copy()
    try:
        opened = io.BytesIO(source) if isinstance(source, bytes) else source
        image = Image.open(opened, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ValueError(f"it has more than {MAX_PIXELS:,} pixels") from error
    if (pixels := image.width * image.height) > MAX_PIXELS:
        image.close()
        raise ValueError(
            f"it has {image.width} x {image.height} = {pixels:,} pixels, more than {MAX_PIXELS:,}"
        )
    return image


def _in_8_bits(image, tags):
    """A gray picture of more than 8 bits in mode L; `tags` are those of a TIFF."""
    levels = np.asarray(image)
    low, high = levels.min(), levels.max()
    if image.mode == "F":
        if not (low >= 0 and high <= 1):  # NaN is neither
            raise ValueError(f"its floats must be from 0 to 1, got {low:.4g} to {high:.4g}")
        levels = np.rint(levels * 255.0)
    elif image.mode == "I":
        # Levels of 8 bits in integers of 32 would become black.
        if not (low >= 0 and high < 2**16 and (high > 255 or high == 0)):
            raise ValueError(
                "its integers of 32 bits must be levels of 16 bits, 0 to 65,535, got "
                f"{low} to {high}: save it with 8 or 16 bits"
            )
        levels = levels >> 8
    else:
        (bits,) = tags.get(_BITS, (16,))
        levels = levels >> (bits - 8)
    levels = levels.astype(np.uint8)
    return Image.fromarray(255 - levels if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO else levels)
