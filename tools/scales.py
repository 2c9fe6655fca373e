"""Composes docs/translation/scales.png: what each size of a translation does to photographs.

KERAS_GAN_DATA=DIR python -m tools.scales    # needs the data set horse2zebra
"""

import numpy as np

from keras_gan import data, zoo
from keras_gan.modalities.images import enlarge, resize, sheet
from tools.pages import DOCS

PHOTOS = (33, 78, 114)  # of the test split, 256 pixels a side
SHOWN = (192, 192)


def main():
    horses = data.arrays("horse2zebra", "test")[0][list(PHOTOS)]
    model = zoo.load("cyclegan_horse2zebra")
    rows = []
    for horse in horses:
        large = enlarge(horse[None], 4)[0]  # as a camera takes it: the horse has 4 times the pixels
        translations = (model.translate(large, size=size) for size in (None, 128, "full"))
        rows += [resize(image, SHOWN) for image in (large, *translations)]
    sheet(DOCS / "translation" / "scales.png", np.stack(rows), columns=4, scale=1)


if __name__ == "__main__":
    main()
