"""`keras-gan stylize` writes what `StyleTransfer` paints, and `train --style` learns it."""

from pathlib import Path

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


def test_a_painting_is_the_style_of_a_training(run, rng):
    """From a folder of photographs and a painting to painted photographs; another painting is refused."""
    Path("photos").mkdir()
    for index in range(6):
        picture = Image.fromarray(rng.integers(0, 256, (40, 50, 3), dtype=np.uint8))
        picture.save(f"photos/{index}.png")
    for name in ("painting.png", "other.png"):
        Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(name)
    command = "train", "FastStyleTransfer", "--pictures", "photos", "--size", "32", "--out", "mine"
    command += "--images", "12", "--batch-size", "2"
    code, _, err = run(*command, "--style", "painting.png")
    assert code == 0, err
    code, out, err = run("translate", "mine", "photos", "--out", "painted")
    assert (code, out) == (0, "Written: painted (6 of 6 pictures)\n"), err
    assert Image.open("painted/0.png").size == (40, 32)
    code, _, err = run(*command, "--style", "other.png")
    assert code == 2 and err.count("\n") == 1 and "arguments" in err
    code, _, err = run(*command[:-4], "--out", "new")
    assert code == 2 and err.splitlines()[-1].endswith("on the command line --style painting.jpg.")
    code, _, err = run("train", "DCGAN", "--pictures", "photos", "--style", "painting.png")
    assert code == 2 and "--style is for a FastStyleTransfer, not for a DCGAN" in err
