"""`keras-gan tag` prints what `tag` finds."""

from pathlib import Path

import keras
import numpy as np
from PIL import Image

from keras_gan import LabelGAN


def test_pictures_are_tagged(run, rng):
    images = keras.Input((8, 8, 3))
    features = keras.layers.GlobalAveragePooling2D(name="features")(images)
    network = keras.Model(images, keras.layers.Dense(3)(features))
    network.set_weights([10.0 * np.eye(3, dtype="float32"), np.zeros(3, "float32")])
    LabelGAN(network, tag_names=["red", "green", "blue"], seed=0).save("colors.keras")
    for name, color in (("a.png", (255, 200, 0)), ("b.png", (0, 0, 0))):
        Image.new("RGB", (12, 10), color).save(name)
    code, out, err = run("tag", "colors.keras", "a.png", "b.png")
    assert (code, out) == (0, "a.png: red, green\nb.png: no tag\n"), err
    code, out, err = run("tag", "colors.keras", "a.png", "--threshold", "0.999")
    assert (code, out) == (0, "a.png: red\n"), err
    Path("bad.png").write_text("no picture")
    code, out, err = run("tag", "colors.keras", "bad.png", "a.png")
    assert code == 1 and out == "a.png: red, green\n" and "bad.png" in err
    for wrong, message in (
        (("mnist_classifier", "a.png"), "is a Classifier, which does not tag images"),
        (("colors.keras", "nowhere.png"), "nowhere.png does not exist"),
        (("colors.keras", "a.png", "--threshold", "1"), "--threshold"),
    ):
        code, _, err = run("tag", *wrong)
        assert code == 2 and message in err and err.count("\n") == 1
