"""Sensitivity of the anime entries' feature networks: the FID of real faces, spoiled in known ways.

KERAS_GAN_DATA=DIR python -m tools.studies.sensitivity    # the table and the picture of docs/metrics.md

The faces of the test split, all altered in the same way, stand in the place of generated images, against
10,000 of the training split. A network that looks at faces tells boxed eyes from whole ones; one that looks
at hair and texture hardly does.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from keras_gan import data, zoo
from keras_gan.metrics import Features, fid
from keras_gan.modalities.images import sheet
from tools.pages import DOCS, markdown_table, marked, write

JUDGES = "anime_hair_classifier", "anime_face_classifier"
SHOWN = 12
NUM = 10_000


def boxed(faces, top, bottom, left, right):
    """Faces with a box of its own mean color."""
    faces = faces.copy()
    box = faces[:, top:bottom, left:right]
    box[:] = np.rint(box.mean(axis=(1, 2), keepdims=True))
    return faces


def blurred(faces, deviation):
    """Faces convolved with a Gaussian of so many pixels."""
    smooth = gaussian_filter(faces.astype(np.float32), (0, deviation, deviation, 0))
    return np.rint(smooth).astype(np.uint8)


def mirrored(faces):
    """Faces whose right half is the mirror image of the left."""
    return np.concatenate([faces[:, :, :32], faces[:, :, 31::-1]], axis=2)


def upside_down(faces):
    """Faces whose eyes, nose and mouth are upside down."""
    return np.concatenate([faces[:, :24], faces[:, 57:23:-1], faces[:, 58:]], axis=1)


ALTERED = {
    "as they are": lambda faces: faces,
    "a box over both eyes": lambda faces: boxed(faces, 30, 44, 12, 52),
    "a box over one eye": lambda faces: boxed(faces, 30, 44, 12, 31),
    "a box over the mouth": lambda faces: boxed(faces, 47, 56, 24, 40),
    "a box over the inner face": lambda faces: boxed(faces, 26, 58, 14, 50),
    "the inner face upside down": upside_down,
    "the right half a mirror image": mirrored,
    "blurred by half a pixel": lambda faces: blurred(faces, 0.5),
    "blurred by a pixel": lambda faces: blurred(faces, 1.0),
}


def main():
    train, test = (data.arrays("anime_faces", split)[0] for split in ("train", "test"))
    train = train[np.random.default_rng(0).permutation(len(train))[:NUM]]
    rows = [[name] for name in ALTERED]
    for name in JUDGES:
        network = Features(zoo.load(name).features, name)
        real, floor = network(train), None
        for row, alter in zip(rows, ALTERED.values(), strict=True):
            found = fid(real, network(alter(test)), features=name)
            floor = floor or found.value
            row += [found.text, f"{found.value / floor:.3g}"]
    headings = ["Real faces"]
    for name in JUDGES:
        headings += [f"FID by {name}", "times the floor"]
    table = markdown_table(headings, rows)
    page = DOCS / "metrics.md"
    write(page, marked(page.read_text("utf-8"), "sensitivity", table))
    shown = [alter(test[:SHOWN]) for alter in ALTERED.values()]
    sheet(DOCS / "sensitivity.png", np.concatenate(shown), columns=SHOWN)


if __name__ == "__main__":
    main()
