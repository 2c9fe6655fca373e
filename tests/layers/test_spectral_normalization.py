"""Spectral normalization against SVD, and its gradient against the paper's closed form."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from keras_gan import Game, Player, backend
from keras_gan.layers import SpectralNormalization

KINDS = {
    "dense": (lambda: layers.Dense(7), (5,), -1),
    "conv1d": (lambda: layers.Conv1D(6, 3), (8, 4), -1),
    "conv2d": (lambda: layers.Conv2D(6, 3, 2, "same"), (8, 8, 4), -1),
    "transpose": (lambda: layers.Conv2DTranspose(6, 4, 2, "same"), (5, 5, 3), -2),
}
EACH = pytest.mark.parametrize("kind", KINDS)


def largest_singular_value(kernel, axis):
    kernel = np.moveaxis(np.asarray(kernel), axis, 0)
    return np.linalg.svd(kernel.reshape(len(kernel), -1), compute_uv=False)[0]


def wrapped(kind, **kwargs):
    make, shape, axis = KINDS[kind]
    layer = SpectralNormalization(make(), **kwargs)
    layer.build((None, *shape))
    return layer, np.random.default_rng(0).normal(size=(3, *shape)).astype("float32"), axis


@EACH
def test_largest_singular_value_is_one_after_50_updates(kind):
    layer, inputs, axis = wrapped(kind)
    before = ops.convert_to_numpy(layer.kernel)
    for _ in range(50):
        layer(inputs, training=True)
    normalized = ops.convert_to_numpy(layer.normalized_kernel())
    assert largest_singular_value(normalized, axis) == pytest.approx(1.0, abs=0.02)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer.kernel), before)


@EACH
def test_output_is_that_of_the_layer_with_the_divided_kernel(kind):
    layer, inputs, axis = wrapped(kind, iterations=200)
    plain = KINDS[kind][0]()
    plain.build(inputs.shape)
    kernel = ops.convert_to_numpy(layer.kernel)
    bias = np.arange(plain.bias.shape[0], dtype="float32")
    plain.set_weights([kernel / largest_singular_value(kernel, axis), bias])
    layer.layer.bias.assign(bias)
    outputs, expected = (ops.convert_to_numpy(f(inputs)) for f in (layer, plain))
    np.testing.assert_allclose(outputs, expected, rtol=1e-3, atol=1e-3)


def test_embeddings():
    layer = SpectralNormalization(layers.Embedding(10, 4), iterations=50)
    rows = ops.convert_to_numpy(layer(np.arange(10)))
    assert np.linalg.svd(rows, compute_uv=False)[0] == pytest.approx(1.0, abs=0.02)


def test_only_training_calls_update():
    layer, inputs, _ = wrapped("dense")
    before = ops.convert_to_numpy(layer.u)
    once, again = (ops.convert_to_numpy(layer(inputs)) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    tensor = ops.convert_to_tensor(inputs)
    backend.gradient(lambda x: layer(x, training=True), tensor)  # as in a gradient penalty
    np.testing.assert_array_equal(ops.convert_to_numpy(layer.u), before)
    layer(inputs, training=True)
    updated = ops.convert_to_numpy(layer.u)
    kernel = ops.convert_to_numpy(layer.kernel)
    v = kernel @ before / np.linalg.norm(kernel @ before)
    np.testing.assert_allclose(updated, kernel.T @ v / np.linalg.norm(kernel.T @ v), rtol=1e-4)


class Steps(Game):
    """Moves a normalized dense layer by the gradient of the sum of its outputs, weighted."""

    def __init__(self, layer, weights):
        super().__init__(seed=0)
        self.layer = layer
        self.players = [
            Player(
                "layer",
                [layer],
                lambda examples: ops.sum(weights * layer(examples, training=True)),
                lambda: keras.optimizers.SGD(1.0),
            )
        ]
        self.built = True


def test_gradient_is_the_papers(rng):
    """(dL/dW_SN - <dL/dW_SN, W_SN> u v') / sigma (equations 9 to 12), when u and v have converged."""
    layer, _, _ = wrapped("dense", iterations=200)
    inputs, weights = rng.normal(size=(4, 5)).astype("float32"), rng.normal(size=(4, 7))
    kernel = ops.convert_to_numpy(layer.kernel)
    left, singular, right = np.linalg.svd(kernel)
    of_normalized = inputs.T @ weights
    correction = np.sum(of_normalized * kernel) / singular[0] * np.outer(left[:, 0], right[0])
    expected = (of_normalized - correction) / singular[0]
    game = Steps(layer, weights.astype("float32"))
    game.compile()
    game.fit(inputs, batch_size=4, shuffle=False, verbose=0)
    step = kernel - ops.convert_to_numpy(layer.kernel)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(step, expected, rtol=1e-3, atol=1e-3)


def test_mixed_precision_normalizes_in_full(rng):
    policy = "mixed_bfloat16"
    layer = SpectralNormalization(layers.Dense(7, dtype=policy), iterations=50)
    model = keras.Sequential([keras.Input((5,)), layer], name="mixed")
    outputs = model(rng.normal(size=(2, 5)).astype("float32"))
    assert keras.backend.standardize_dtype(outputs.dtype) == "bfloat16"
    assert keras.backend.standardize_dtype(layer.normalized_kernel().dtype) == "float32"
    normalized = ops.convert_to_numpy(layer.normalized_kernel())
    assert largest_singular_value(normalized, -1) == pytest.approx(1.0, abs=1e-3)


def test_saves_its_vector(tmp_path):
    model = keras.Sequential([keras.Input((5,)), SpectralNormalization(layers.Dense(3), 2)])
    inputs = np.ones((2, 5), "float32")
    model(inputs, training=True)
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    assert restored.layers[0].iterations == 2
    np.testing.assert_allclose(restored.predict(inputs, verbose=0), model(inputs), rtol=1e-5)
    np.testing.assert_array_equal(*(ops.convert_to_numpy(m.layers[0].u) for m in (model, restored)))


@pytest.mark.parametrize("layer", [layers.LayerNormalization(), layers.SeparableConv2D(3, 3)])
def test_other_layers_are_refused(layer):
    with pytest.raises(ValueError, match=f"wraps dense.*got {type(layer).__name__}"):
        SpectralNormalization(layer)


def test_iterations_are_positive():
    with pytest.raises(ValueError, match="iterations must be at least 1, got 0"):
        SpectralNormalization(layers.Dense(1), iterations=0)
