"""Bijections: layers that can be inverted and know how much they stretch space, and chains of them."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class Bijection(keras.layers.Layer):
    """An invertible map x -> z with its log-determinant: the building block of normalizing flows.

    A call returns z and log |det dz/dx|, in nats, a number for each example; `inverse` maps z back to x. So
    log p(x) = log p(z) + log |det dz/dx| (Rezende and Mohamed 2015). In training, a call may use and update
    statistics of the batch; `inverse` never does.

    Input shape (n, ...), output shapes (n, ...) and (n,).
    """

    def call(self, inputs: Any, training: bool = False) -> tuple[Any, Any]:
        """Map x (n, ...) to z (n, ...) and its log-determinant (n,)."""
        raise NotImplementedError

    def inverse(self, outputs: Any) -> Any:
        """The x (n, ...) that a call outside of training maps to z (n, ...)."""
        raise NotImplementedError

    def compute_output_shape(self, input_shape):
        return tuple(input_shape), (input_shape[0],)


def of_all(log_det, inputs):
    """A log-determinant that is the same scalar for all examples of `inputs`, as (n,)."""
    return ops.broadcast_to(ops.cast(log_det, inputs.dtype), (ops.shape(inputs)[0],))


def total(values):
    """The sum (n,) of the values (n, ...) of each example."""
    return ops.sum(values, axis=tuple(range(1, len(values.shape))))


def places(shape) -> int:
    """How many positions a tensor of this shape (n, ..., channels) has: 1 for vectors."""
    return math.prod(shape[1:-1])


def serialized(layer: keras.Layer | None) -> dict | None:
    """The config of an inner layer, not built: the layer that holds it builds it."""
    config = keras.saving.serialize_keras_object(layer)
    return config and {name: value for name, value in config.items() if name != "build_config"}


def deserialized(config: dict, *names: str) -> dict:
    """A layer's config with the inner layers of these names as layers again."""
    inner = {name: keras.saving.deserialize_keras_object(config[name]) for name in names}
    return {**config, **inner}


@keras.saving.register_keras_serializable("keras_gan")
class Chain(Bijection):
    """Bijections one after the other, whose log-determinants add up.

    Args:
        bijections: the first one maps the data.
        **kwargs: arguments of any `keras.Layer`, such as `name` and `dtype`.

    Example:

    ```python
    flow = Chain([ActNorm(), AffineCoupling(DenseCoupling(64, 2), "tanh")])
    z, log_det = flow(x)
    x = flow.inverse(z)
    ```
    """

    def __init__(self, bijections: Sequence[Bijection], **kwargs):
        super().__init__(**kwargs)
        self.bijections = list(bijections)

    def build(self, input_shape):
        for bijection in self.bijections:
            bijection.build(input_shape)
            input_shape, _ = bijection.compute_output_shape(input_shape)

    def call(self, inputs, training=False):
        log_det = of_all(0.0, inputs)
        for bijection in self.bijections:
            inputs, own = bijection(inputs, training=training)
            log_det = log_det + own
        return inputs, log_det

    def inverse(self, outputs):
        for bijection in reversed(self.bijections):
            outputs = bijection.inverse(outputs)
        return outputs

    def compute_output_shape(self, input_shape):
        for bijection in self.bijections:
            input_shape, _ = bijection.compute_output_shape(input_shape)
        return tuple(input_shape), (input_shape[0],)

    def get_config(self):
        bijections = [serialized(bijection) for bijection in self.bijections]
        return {**super().get_config(), "bijections": bijections}

    @classmethod
    def from_config(cls, config):
        return cls(**deserialized(config, "bijections"))


@keras.saving.register_keras_serializable("keras_gan")
class Reverse(Bijection):
    """The last axis in reverse order, as between the parts of a masked autoregressive flow."""

    def call(self, inputs, training=False):
        return ops.flip(inputs, axis=-1), of_all(0.0, inputs)

    def inverse(self, outputs):
        return ops.flip(outputs, axis=-1)


@keras.saving.register_keras_serializable("keras_gan")
class Flatten(Bijection):
    """Examples (n, ...) as vectors (n, d)."""

    def build(self, input_shape):
        self.shape = tuple(input_shape[1:])

    def call(self, inputs, training=False):
        return ops.reshape(inputs, (-1, math.prod(self.shape))), of_all(0.0, inputs)

    def inverse(self, outputs):
        return ops.reshape(outputs, (-1, *self.shape))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], math.prod(input_shape[1:])), (input_shape[0],)
