"""The study's methods have one architecture and their own hyper-parameters, and its table is right."""

import numpy as np
import pytest

from keras_gan.zoo import train
from tools.studies import study


def kernels(network):
    return sorted(tuple(w.shape) for w in network.trainable_weights if w.name == "kernel")


def test_one_architecture():
    """Equal kernels in all; only improved GAN's last layer sees more, what its new layer adds."""
    models = {
        method: train.build(study.recipe(method, seed=0, epochs=1)) for method in study.METHODS
    }
    first = models["NS"]
    for method, model in models.items():
        assert kernels(model.generator) == kernels(first.generator), method
        if method != "Improved GAN":
            assert kernels(model.discriminator) == kernels(first.discriminator), method
        kinds = {type(layer).__name__ for layer in model.discriminator.layers}
        if method in ("WGAN-GP", "DRAGAN", "R3GAN"):
            assert not any("Normalization" in kind for kind in kinds), method
    rates = {
        method: float(model.optimizers["discriminator"].learning_rate)
        for method, model in models.items()
    }
    assert rates["WGAN"] == pytest.approx(5e-5)
    assert rates["WGAN-GP"] == pytest.approx(1e-4)
    assert rates["NS"] == rates["SNGAN"] == pytest.approx(2e-4)


def test_table():
    """Mean and standard deviation by hand; sorted by FID; runs of another budget do not count."""

    def row(method, seed, fid, epochs=10):
        figures = dict.fromkeys(study.COLUMNS, 0.5) | {"fid": fid}
        return {"method": method, "seed": seed, "epochs": epochs, **figures, "seconds": 20.0}

    rows = [row("NS", 0, 10.0), row("NS", 1, 14.0), row("WGAN", 0, 9.0), row("MM", 0, 1.0, 99)]
    lost = dict.fromkeys(study.COLUMNS) | {"method": "LSGAN", "seed": 0, "epochs": 10}
    lines = study.table([*rows, {**lost, "seconds": 20.0}], 10).splitlines()[2:]
    assert [line.split(" | ")[0] for line in lines] == ["| WGAN", "| NS", "| LSGAN"]
    assert f"| 2 | 12.0 ± {np.sqrt(8):.1f} |" in lines[1]
    assert lines[2].endswith("| 1 | - | - | - | - | - | - | 20.0 |")
