"""The backend's gradients against closed forms, and what happens to state inside them."""

import sys

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import Game, Player, backend
from keras_gan.game.feeding import Batches


def test_gradient_of_a_cubic():
    x = ops.convert_to_tensor(np.array([[1.0, -2.0], [0.5, 3.0]], "float32"))
    gradient = backend.gradient(lambda x: ops.sum(x**3, axis=1), x)
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), 3 * ops.convert_to_numpy(x) ** 2)


def test_compiled_functions_are_those_that_were_given():
    value_and_gradient = backend.compiled(lambda x: (x**2, backend.gradient(lambda x: x**2, x)))
    value, gradient = value_and_gradient(ops.convert_to_tensor(np.array([3.0], "float32")))
    assert (float(value[0]), float(gradient[0])) == (9.0, 6.0)


def test_gradient_is_differentiable():
    x = ops.convert_to_tensor(np.array([1.0, -2.0], "float32"))
    second = backend.gradient(lambda x: backend.gradient(lambda x: x**3, x), x)
    np.testing.assert_allclose(ops.convert_to_numpy(second), 6 * ops.convert_to_numpy(x))


class Penalized(Game):
    """Minimizes (w - 1)^2 by way of the gradient of w x, and counts the draws of its seed."""

    def __init__(self):
        super().__init__(seed=0)
        self.line = keras.layers.Dense(1, use_bias=False)
        self.line.build((None, 1))
        self.norm = keras.layers.BatchNormalization(momentum=0.5, center=False, scale=False)
        self.norm.build((None, 1))
        self.players = [
            Player("line", [self.line], self.loss_on, lambda: keras.optimizers.SGD(0.25))
        ]
        self.built = True

    def loss_on(self, examples):
        keras.random.normal((1,), seed=self.seed_generator)
        self.norm(examples, training=True)
        slopes = backend.gradient(lambda x: self.line(x), examples)
        return ops.mean((slopes - 1.0) ** 2)


def test_second_order_step_and_state_updates():
    game = Penalized()
    game.line.set_weights([np.array([[3.0]])])
    game.compile()
    examples = np.array([[1.0], [3.0]], "float32")
    logs = game.fit(examples, batch_size=2, verbose=0).history
    # d/dw (w - 1)^2 = 4 at w = 3: one step of 0.25 goes to 2.
    assert logs["line_loss"] == [4.0]
    assert game.line.get_weights()[0].item() == pytest.approx(2.0)
    # The moving mean went half-way from 0 to 2, the moving variance from 1 to 1, the seed one draw on.
    assert game.norm.get_weights()[0].item() == pytest.approx(1.0)
    assert game.norm.get_weights()[1].item() == pytest.approx(1.0)
    assert ops.convert_to_numpy(game.seed_generator.state).tolist() == [0, 1]


@pytest.mark.tensorflow
def test_arrays_are_streamed_without_tuning():
    """The thread that tunes would be waited for at the end of an epoch."""
    batches = Batches({"a": np.arange(7), "b": np.arange(7.0)}, 2)
    stream = backend.stream(batches)
    assert not stream.options().autotune.enabled and stream.cardinality() == 3
    for epoch in range(2):
        batches.begin(epoch)
        for (batch,), (expected,) in zip(stream, batches, strict=True):
            for name in "ab":
                np.testing.assert_array_equal(batch[name], expected[name])


def test_device_says_what_it_is():
    assert "cores" in backend.device() or " x " in backend.device()


def test_missing_tensorflow_probability_is_named_with_its_extra(monkeypatch):
    for name in ("tensorflow_probability", "tensorflow_probability.substrates.jax"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"pip install keras_gan\[probability\]"):
        backend.probability()


def test_exact_tensors_have_the_most_digits():
    kind = keras.backend.standardize_dtype(backend.exact(np.float32(0.5)).dtype)
    under_jax = keras.backend.backend() == "jax"
    assert kind == ("float32" if under_jax else "float64")
