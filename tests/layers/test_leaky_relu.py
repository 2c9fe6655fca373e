"""Leaky ReLU: Keras's values and gradients, and a second derivative that costs nothing."""

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import backend
from keras_gan.layers import LeakyReLU


def test_values_and_gradients_of_both_orders_are_those_by_hand(rng):
    layer = LeakyReLU(0.2)
    points, kernel = (rng.normal(size=shape).astype("float32") for shape in ((3, 4), (4, 5)))
    hidden = points @ kernel
    slopes = np.where(hidden > 0, 1.0, 0.2)
    np.testing.assert_allclose(layer(hidden), hidden * slopes, rtol=1e-6)

    weight = keras.Variable(kernel)

    def penalty():
        """Of f(x) = sum leaky(x W): |grad f|^2 = |slopes W'|^2."""
        x = ops.convert_to_tensor(points)
        gradients = backend.gradient(lambda x: ops.sum(layer(x @ weight), axis=1), x)
        return ops.sum(ops.square(gradients)), None

    (value, _), (gradient,) = backend.value_and_grad(penalty, [weight], lambda value: value)
    np.testing.assert_allclose(value, np.sum((slopes @ kernel.T) ** 2), rtol=1e-5)
    np.testing.assert_allclose(gradient, 2 * (slopes @ kernel.T).T @ slopes, rtol=1e-5)


@pytest.mark.tensorflow
@pytest.mark.parametrize("of_slopes", [False, True])
def test_rows_may_be_gathered_from_what_is_differentiated_twice(of_slopes):
    """In a graph their slopes come back as rows and indices, of the activations or of the slopes."""
    import tensorflow as tf

    layer, scale = LeakyReLU(0.2), keras.Variable([3.0])

    def rows(values):
        return ops.take(values, [0, 0, 2], axis=0)

    @tf.function
    def slope():
        """Of sum (d/dx s leaky(x))^2 over rows of x, repeated before the derivative or after it."""

        def penalty():
            x = tf.constant([[1.0], [5.0], [-1.0]])
            if of_slopes:
                found = rows(backend.gradient(lambda x: layer(x) * scale, x))
            else:
                found = backend.gradient(lambda x: rows(layer(x * scale)), x)
            return ops.sum(ops.square(found)), None

        return backend.value_and_grad(penalty, [scale], lambda value: value)

    (value, _), (gradient,) = slope()
    first = 2.0 if of_slopes else 2.0**2  # Twice in the sum, or twice in the slope.
    np.testing.assert_allclose(value, 9.0 * (first + 0.2**2), rtol=1e-6)
    np.testing.assert_allclose(gradient, [6.0 * (first + 0.2**2)], rtol=1e-6)


@pytest.mark.tensorflow
def test_a_penalty_is_not_taken_back_through_the_forward_pass():
    """It would meet the first kernel once more there, with zeros."""
    import tensorflow as tf

    def products(kind):
        critic = keras.Sequential(
            [keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), kind(), keras.layers.Conv2D(1, 6)]
        )

        @tf.function
        def slopes(images):
            return backend.value_and_grad(
                lambda: (ops.mean(ops.square(backend.gradient(critic, images))), None),
                critic.trainable_variables,
                lambda value: value,
            )[1]

        graph = slopes.get_concrete_function(tf.TensorSpec((2, 8, 8, 3))).graph
        return [op.type for op in graph.get_operations()].count("Conv2DBackpropFilter")

    assert products(LeakyReLU) == products(keras.layers.LeakyReLU) - 1
