"""TensorFlow Probability and flows: its bijectors as layers, and flows as its distributions."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan import backend
from keras_gan.layers import Bijection


class Bijector(Bijection):
    """A bijector of TensorFlow Probability, from latents to examples, as a layer the other way.

    Args:
        bijector: the bijector.
        networks: the built layers and models that it calls.
        **kwargs: arguments of any `keras.Layer`, such as `name`.

    Raises:
        ValueError: if a network is not built.
    """

    def __init__(self, bijector: Any, networks: Sequence[keras.Layer], **kwargs):
        super().__init__(**kwargs)
        for network in networks:
            if not network.built:
                raise ValueError(f"The network {network.name} of a bijector must be built.")
        self.bijector, self.networks = bijector, list(networks)

    def call(self, inputs, training=False):
        log_det = self.bijector.inverse_log_det_jacobian(inputs, event_ndims=len(inputs.shape) - 1)
        log_det = ops.broadcast_to(log_det, (ops.shape(inputs)[0],))
        return self.bijector.inverse(inputs), log_det

    def inverse(self, outputs):
        return self.bijector.forward(outputs)


def distribution(generator: keras.Model) -> Any:
    """The distribution of a flow: N(0, I) through the bijector that its generator is.

    Args:
        generator: a generator with a layer "flow", as those of `keras_gan.networks.flow`.

    Raises:
        ImportError: where TensorFlow Probability is not installed.
    """
    tfp = backend.probability()
    layer, shape = generator.get_layer("flow"), tuple(generator.output_shape[1:])
    size, kind = math.prod(shape), layer.compute_dtype

    def encoded(examples):
        outer = ops.shape(examples)[: -len(shape)]
        latents, log_det = layer.encode(ops.reshape(examples, (-1, *shape)))
        return ops.reshape(latents, (*outer, size)), ops.reshape(log_det, outer)

    def decoded(latents):
        outer = ops.shape(latents)[:-1]
        return ops.reshape(layer(ops.reshape(latents, (-1, size))), (*outer, *shape))

    bijector = tfp.bijectors.Inline(
        forward_fn=decoded,
        inverse_fn=lambda examples: encoded(examples)[0],
        inverse_log_det_jacobian_fn=lambda examples: encoded(examples)[1],
        forward_event_shape_fn=lambda latents: (*latents[:-1], *shape),
        forward_event_shape_tensor_fn=lambda latents: (*latents[:-1], *shape),
        inverse_event_shape_fn=lambda examples: (*examples[: -len(shape)], size),
        inverse_event_shape_tensor_fn=lambda examples: (*examples[: -len(shape)], size),
        forward_min_event_ndims=1,
        inverse_min_event_ndims=len(shape),
        is_constant_jacobian=False,
        name="flow",
    )
    zeros = ops.zeros((size,), kind)
    base = tfp.distributions.MultivariateNormalDiag(zeros, ops.ones_like(zeros))
    return tfp.distributions.TransformedDistribution(base, bijector, name="flow")
