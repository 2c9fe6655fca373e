"""`keras-gan stylize` writes what `StyleTransfer` paints."""

import keras
import numpy as np
from PIL import Image

from keras_gan import Classifier
from keras_gan.networks import classifier
from keras_gan.style import StyleTransfer


def test_a_picture_is_painted(run, tmp_path, rng):
    keras.utils.set_random_seed(0)
    Classifier(classifier.classifier((16, 16, 3), 3, width=4, features=8), seed=0).save(
        "small.keras"
    )
    for name in ("photo.png", "painting.png"):
        Image.fromarray(rng.integers(0, 256, (40, 48, 3), np.uint8)).save(name)
    command = "stylize", "photo.png", "--style", "painting.png", "--out", "new/painted.png"
    options = ("--size", "32", "--steps", "3", "--features", "small.keras")
    code, out, err = run(*command, *options)
    assert (code, out) == (0, "Written: new/painted.png\n"), err
    expected = StyleTransfer("small.keras").transfer("photo.png", "painting.png", 32, 3)
    np.testing.assert_array_equal(np.asarray(Image.open("new/painted.png")), expected)
    for wrong, message in (
        (("--features", "mnist_classifier"), "vgg19 or a classifier of RGB images"),
        (("--weights", "file.h5"), "weights are of vgg19 only"),
        (("--size", "8"), "32<=x<=1024"),
    ):
        code, _, err = run(*command, *wrong)
        assert code == 2 and message in err and err.count("\n") == 1
