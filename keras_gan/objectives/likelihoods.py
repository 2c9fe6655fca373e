"""Likelihoods: the probability of an image under the outputs of a decoder."""

import math
from collections.abc import Callable
from typing import Any, ClassVar

import keras
from keras import ops

from keras_gan.layers.bijection import total
from keras_gan.lookup import resolve


class Likelihood(keras.layers.Layer):
    """A distribution of images around a decoder's outputs. Subclasses define `log_prob` and `mean`.

    Images are floats (n, height, width, channels) in [-1, 1] (or other examples (n, ...)). A likelihood may
    have weights, which the model trains.

    Attributes:
        parameters: outputs of the decoder for each channel of an image.
        discrete: whether `log_prob` is that of whole images of finitely many levels, which can be told in
            bits, and not of a density.
        activation: activation of the decoder's outputs.
    """

    parameters: ClassVar[int] = 1
    discrete: ClassVar[bool] = True
    activation: ClassVar[str | None] = None

    def __init__(self, **kwargs):
        super().__init__(**{"dtype": keras.config.floatx(), **kwargs})
        self.built = True

    def observe(self, images: Any, uniform: Callable[[tuple], Any]) -> Any:
        """Images as the likelihood sees them, in [-1, 1].

        Args:
            images: floats in [-1, 1].
            uniform: function of a shape that draws from U(0, 1).
        """
        return images

    def log_prob(self, outputs: Any, images: Any) -> Any:
        """Log-probability of observed images, in nats, summed over pixels and channels.

        Args:
            outputs: outputs of the decoder (n, ..., channels * parameters).
            images: observed images (n, ..., channels).

        Returns:
            (n,).
        """
        raise NotImplementedError

    def mean(self, outputs: Any) -> Any:
        """The mean image of a decoder's outputs: floats (n, ..., channels) in [-1, 1]."""
        raise NotImplementedError


@keras.saving.register_keras_serializable("keras_gan")
class Bernoulli(Likelihood):
    """Black or white pixels, of the decoder's logits of white.

    The level of a gray pixel, from 0 to 1, is taken as the probability that it is white: `observe` draws,
    afresh in each training step, a black-and-white image (Salakhutdinov and Murray 2008, section 5.2). The
    cross-entropy with gray levels themselves is no likelihood: it does not integrate to 1.
    """

    def observe(self, images, uniform):
        white = uniform(ops.shape(images)) < (images + 1.0) / 2.0
        return ops.where(white, ops.ones_like(images), -ops.ones_like(images))

    def log_prob(self, outputs, images):
        outputs = ops.cast(outputs, self.compute_dtype)
        white = (ops.cast(images, outputs.dtype) + 1.0) / 2.0
        return total(white * outputs - ops.softplus(outputs))

    def mean(self, outputs):
        return ops.tanh(ops.cast(outputs, self.compute_dtype) / 2.0)  # 2 sigmoid(x) - 1


@keras.saving.register_keras_serializable("keras_gan")
class Normal(Likelihood):
    """Normal pixels around the decoder's outputs, all of one deviation: a density, of levels in [-1, 1].

    Args:
        scale: the deviation, above 0; None to learn it, from 1, with the networks.

    Raises:
        ValueError: if `scale` is not above 0.
    """

    discrete = False
    activation = "tanh"

    def __init__(self, scale: float | None = None, **kwargs):
        if scale is not None and not scale > 0.0:
            raise ValueError(f"scale of a Normal likelihood must be above 0, got {scale}.")
        super().__init__(**kwargs)
        self.scale = scale
        if scale is None:
            self.log_scale = self.add_weight(name="log_scale", shape=(), initializer="zeros")

    def deviation(self) -> Any:
        """The deviation of a pixel, a scalar."""
        return ops.exp(self.log_scale) if self.scale is None else ops.convert_to_tensor(self.scale)

    def log_prob(self, outputs, images):
        outputs = ops.cast(outputs, self.compute_dtype)
        scale = ops.cast(self.deviation(), outputs.dtype)
        distance = (ops.cast(images, outputs.dtype) - outputs) / scale
        return total(-0.5 * ops.square(distance) - ops.log(scale) - 0.5 * math.log(2.0 * math.pi))

    def mean(self, outputs):
        return outputs

    def get_config(self):
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable("keras_gan")
class DiscretizedLogistic(Likelihood):
    """256 levels, each with a logistic distribution's probability of its interval.

    The first and the last level have what lies beyond them too (Kingma et al. 2016, equation 13 of the
    appendix; Salimans et al. 2017, equation 2, with one component). Of the decoder's outputs, the first half
    of the channels are the means, the second half the logarithms of the scales, of which none is below -7.
    """

    parameters = 2

    def log_prob(self, outputs, images):
        means, log_scales = ops.split(ops.cast(outputs, self.compute_dtype), 2, axis=-1)
        log_scales = ops.maximum(log_scales, -7.0)
        # The interval of a level reaches from half a level below it to half a level above, 1/255 each.
        levels = ops.round((ops.cast(images, means.dtype) + 1.0) * 127.5) / 127.5 - 1.0
        above = (levels - means + 1.0 / 255.0) * ops.exp(-log_scales)
        below = (levels - means - 1.0 / 255.0) * ops.exp(-log_scales)
        # s(a) - s(b) = s(a) s(-b) (1 - exp(b - a)) for the logistic function s.
        width = ops.log(-ops.expm1(below - above))
        inside = ops.log_sigmoid(above) + ops.log_sigmoid(-below) + width
        darkest, brightest = levels < -1.0 + 1.0 / 255.0, levels > 1.0 - 1.0 / 255.0
        outside = ops.where(darkest, ops.log_sigmoid(above), ops.log_sigmoid(-below))
        return total(ops.where(ops.logical_or(darkest, brightest), outside, inside))

    def mean(self, outputs):
        means, _ = ops.split(ops.cast(outputs, self.compute_dtype), 2, axis=-1)
        return ops.clip(means, -1.0, 1.0)


_NAMED = {
    "bernoulli": Bernoulli,
    "normal": Normal,
    "discretized_logistic": DiscretizedLogistic,
}


def get(likelihood: str | dict | Likelihood) -> Likelihood:
    """The likelihood of a name, of a saved config, or as it is.

    Args:
        likelihood: a `Likelihood`, its Keras config, or one of "bernoulli", "normal",
            "discretized_logistic".

    Raises:
        ValueError: on another name, with the closest ones.
    """
    return resolve("likelihood", likelihood, Likelihood, _NAMED)
