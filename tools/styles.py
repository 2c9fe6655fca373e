"""Composes docs/style/sheet.jpg: photographs in the style of paintings, by `StyleTransfer`.

    KERAS_GAN_DATA=DIR python -m tools.styles [--features NAME] [--out FILE]

DIR holds the data set horse2zebra, and a folder "paintings" of pictures.
"""

import argparse
import os
from pathlib import Path

import numpy as np

from keras_gan import data
from keras_gan.modalities.images import grid, read, resize, write
from keras_gan.style import StyleTransfer
from tools.pages import DOCS

PHOTOS = (33, 78, 114, 5)  # of the test split's horses
PAINTINGS = (
    "van_gogh_starry_night_1889",
    "monet_haystacks",
    "munch_scream_1893",
    "monet_water_lilies",
)
SIZE = 192


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", default="cifar10_classifier")
    parser.add_argument("--out", type=Path, default=DOCS / "style" / "sheet.jpg")
    args = parser.parse_args()
    folder = Path(os.environ["KERAS_GAN_DATA"]) / "paintings"
    paintings = [read(folder / f"{name}.jpg", 3) for name in PAINTINGS]
    photos = data.arrays("horse2zebra", "test")[0][list(PHOTOS)]
    transfer = StyleTransfer(args.features)
    cells = [np.full((SIZE, SIZE, 3), 255, np.uint8), *(resize(x, (SIZE, SIZE)) for x in paintings)]
    for photo in photos:
        painted = [transfer.transfer(photo, painting, SIZE) for painting in paintings]
        cells += [resize(photo, (SIZE, SIZE)), *painted]
    write(args.out, grid(np.stack(cells), columns=1 + len(paintings)))


if __name__ == "__main__":
    main()
