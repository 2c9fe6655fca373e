"""The networks of flows: the parameters of the papers' code, round trips, and what does not fit."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan.networks import flow, glow, maf, realnvp

NETWORKS = {
    "glow": lambda: glow.generator((8, 8, 1), 2, 1, 4),
    "realnvp": lambda: realnvp.generator((4, 8, 2), 2, 1, 3),
    "vectors": lambda: realnvp.dense_generator(3, 4, 8),
    "maf": lambda: maf.generator((4, 4, 1), 2, (16,)),
    "maf_of_vectors": lambda: maf.generator((3,), 3, (8, 8)),
}


def trainable(network):
    return sum(math.prod(variable.shape) for variable in network.trainable_variables)


def test_glow_has_the_parameters_of_the_authors_code():
    assert trainable(glow.generator((28, 28, 1), levels=2, depth=16, width=128)) == 915_684
    # A step of the first level for CIFAR-10, of 12 channels and 512 hidden ones.
    one = trainable(glow.generator((2, 2, 3), 1, 2)) - trainable(glow.generator((2, 2, 3), 1, 1))
    assert one == 352_044


@pytest.mark.slow
def test_glow_for_cifar10_has_the_parameters_of_the_authors_code():
    assert trainable(glow.generator()) == 44_603_604


def test_masked_autoregressive_flows_have_the_parameters_of_the_authors_code():
    assert trainable(maf.generator((28, 28, 1), 5, (512, 512))) == 7_352_640
    assert trainable(maf.generator()) == 17_311_040


@pytest.mark.parametrize("name", NETWORKS)
def test_encoding_and_generating_are_inverse(name, rng):
    network = NETWORKS[name]()
    layer, size = network.get_layer("flow"), network.input_shape[-1]
    data = rng.uniform(-0.99, 0.99, (20, *network.output_shape[1:])).astype("float32")
    layer.encode(data, training=True)
    for variable in network.trainable_variables:
        variable.assign(variable + rng.normal(0.0, 0.03, variable.shape))
    latents, log_det = layer.encode(data)
    assert (latents.shape, log_det.shape) == ((20, size), (20,))
    back = network(ops.convert_to_numpy(latents).copy())
    np.testing.assert_allclose(ops.convert_to_numpy(back), data, atol=1e-4)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_file_holds_the_network(name, rng, tmp_path):
    network = NETWORKS[name]()
    network.save(tmp_path / "network.keras")
    latents = rng.normal(size=(2, network.input_shape[-1])).astype("float32")
    for other in (
        keras.saving.load_model(tmp_path / "network.keras"),
        keras.models.clone_model(network),
    ):
        other.set_weights(network.get_weights())
        for a, b in zip((network(latents),), (other(latents),), strict=True):
            np.testing.assert_array_equal(ops.convert_to_numpy(a), ops.convert_to_numpy(b))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"28 x 28 pixels allow at most 2 levels, got 3.*levels=2"):
        glow.generator((28, 28, 1), levels=3)
    with pytest.raises(ValueError, match=r"must be \(height, width, channels\), got \(2,\)"):
        glow.generator((2,))
    with pytest.raises(ValueError, match="width must be a whole number of at least 1, got 0"):
        glow.generator((4, 4, 1), 1, 1, 0)
    with pytest.raises(ValueError, match="at most 0 further scales, got 1"):
        realnvp.generator((5, 4, 1))
    with pytest.raises(ValueError, match="size must be a whole number of at least 2, got 1"):
        realnvp.dense_generator(1)
    with pytest.raises(ValueError, match="mades must be a whole number of at least 1"):
        maf.generator((2,), 0)
    with pytest.raises(ValueError, match=r"\(height, width, channels\) or \(d,\), got \(28, 28\)"):
        maf.generator((28, 28))


def test_any_bijection_makes_a_generator():
    from keras_gan.layers import Reverse

    network = flow.generator(Reverse(), (3,))
    assert ops.convert_to_numpy(network(np.array([[1.0, 2.0, 3.0]]))).tolist() == [[3.0, 2.0, 1.0]]
