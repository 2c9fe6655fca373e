"""Composes docs/zoo.png, the picture of the README, from outputs of three entries.

KERAS_GAN_DATA=DIR python -m tools.picture    # needs the data set horse2zebra
"""

import numpy as np
from PIL import Image

from keras_gan import data, zoo
from keras_gan.modalities.images import to_channels
from tools.pages import DOCS

WIDTH, GAP = 1036, 4
HORSES = (33, 78, 114)  # of the test split
ZEBRAS = (68,)


def strip(images):
    """Images side by side in a row of the picture's width."""
    side = (WIDTH + GAP) // len(images) - GAP
    row = Image.new("RGB", (WIDTH, side), "white")
    for index, image in enumerate(to_channels(images, 3)):
        square = Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC)
        row.paste(square, (index * (side + GAP), 0))
    return row


def main():
    faces = zoo.load("stylegan2_anime_faces").generate(20, seed=1, truncation=0.7)
    digits = zoo.load("cgan_mnist").generate(10, seed=5, labels=np.arange(10))
    horses, zebras = data.arrays("horse2zebra", "test")
    model = zoo.load("cyclegan_horse2zebra")
    pairs = []
    for photos, direction, chosen in ((horses, "AtoB", HORSES), (zebras, "BtoA", ZEBRAS)):
        photos = photos[list(chosen)]
        for photo, translation in zip(photos, model.translate(photos, direction), strict=True):
            pairs += [photo, translation]
    rows = [strip(images) for images in (faces[:10], faces[10:], np.stack(pairs), digits)]
    height = sum(row.height + GAP for row in rows) - GAP
    picture, top = Image.new("RGB", (WIDTH, height), "white"), 0
    for row in rows:
        picture.paste(row, (0, top))
        top += row.height + GAP
    picture.save(DOCS / "zoo.png", optimize=True)


if __name__ == "__main__":
    main()
