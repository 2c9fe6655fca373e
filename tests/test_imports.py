"""Imports: one way between the rooms of the package, and no more than is needed."""

import subprocess
import sys

ABOVE = ("callbacks", "cli", "data", "evaluation", "metrics", "serving", "zoo")
"""Rooms that no model needs."""


def test_a_model_imports_little_of_the_package():
    code = "import sys, keras_gan.models.images.wgan; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.split(".")[0] == "keras_gan"}
    assert "keras_gan.models.images.wgan" in ours
    assert len(ours) <= 70
    assert not [name for name in ours if name.split(".")[1:2] and name.split(".")[1] in ABOVE]


def test_keras_finds_every_registered_class():
    """Also those of a model that nobody has imported, in either order of the imports."""
    look = "print(*sorted(keras.saving.get_custom_objects()))"
    found = [
        subprocess.run([sys.executable, "-c", f"{code}; {look}"], capture_output=True, text=True)
        for code in (
            "import keras, keras_gan",
            "import keras_gan, keras; keras_gan.load_model",
            "import keras_gan, keras; keras_gan.WGAN",
        )
    ]
    names = [set(done.stdout.split()) for done in found]
    assert names[0] == names[1] == names[2]
    assert {"keras_gan>StyleGAN2", "keras_gan>SpectralNormalization", "keras_gan>Hinge"} <= names[0]
    assert "keras_gan>ConstantThenLinear" in names[0]
