"""Gradient origin networks (Bond-Taylor and Willcocks 2021)."""

import keras
import numpy as np
from keras import ops

from keras_gan import backend, networks
from keras_gan.batching import in_batches
from keras_gan.game.player import Player
from keras_gan.layers import Coordinates
from keras_gan.layers.bijection import total
from keras_gan.layers.fitted_normal import FittedNormal
from keras_gan.layers.running_mean import RunningMean
from keras_gan.modalities.images import to_network
from keras_gan.models.likelihood.bounds import Bounds, kl_to_prior
from keras_gan.models.likelihood.fitted_prior import FittedPrior
from keras_gan.objectives import likelihoods
from keras_gan.objectives.likelihoods import Likelihood
from keras_gan.tasks import custom_networks
from keras_gan.tasks.encoding import Encoding


@keras.saving.register_keras_serializable("keras_gan")
class GON(FittedPrior, Bounds):
    """A generator that encodes by its own gradient, without an encoder (Bond-Taylor and Willcocks 2021).

    The latents of an image x are one step of gradient descent from the origin, z = -rate dL(x, G(z0))/dz0 at
    z0 = 0, and the weights of G minimize L(x, G(z)) through z: the gradient of a gradient. L is the squared
    error of levels in [0, 1], summed over pixels and channels. New images are drawn from a normal
    distribution fitted to the latents of about the last 100 batches, to which `call` maps N(0, 1) numbers.

    The variational form puts `heads` in front: from z0 to means and log variances of q(z|x). L is the
    negative ELBO, in both passes, and latents of new images are N(0, I).

    Each image's gradient is that of its own loss, whatever the batch. In the authors' code it is that of a
    mean over the batch (and over the pixels too, in that without heads), so an image that is encoded alone
    has latents 64 times as long as in a batch of 64. The rate of 1/64 is that of their batches; at 1, the
    KL divergence of the first steps is 1e11 nats, on MNIST with the discretized logistic likelihood.

    At the origin the variational form takes the mean of q(z|x), in training as in `encode`. The authors' code
    draws there in training: after 750 steps on MNIST (discretized logistic, one seed), test images then had
    an ELBO of -1120 nats instead of -979. Other deviations are those of `networks.gon`.

    Args:
        generator: a built model from latents (n, latent_dim) to images in [-1, 1], or, in the variational
            form, to the parameters of p(x|z) as the likelihood takes them. Activations should be smooth:
            piecewise linear ones have no second derivative. The authors' if None.
        heads: a built model from (n, latent_dim) to (n, 2 * latent_dim); `networks.gon.heads` if None.
        image_shape: (height, width, channels) for the default generator.
        latent_dim: width of the latents for the default generator; 32, and 48 for heads, if None.
        variational: whether to train the variational form.
        likelihood: the distribution p(x|z) of the variational form: a `Likelihood`, or its name, "bernoulli",
            "normal" or "discretized_logistic".
        latent_rate: length of the step from the origin, above 0, as a multiple of the gradient.
        ema: decay of an average of the networks' weights, which is then used; None for none. The
            distribution of latents is fitted to those of the weights themselves.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if an argument does not fit.

    Warns:
        UserWarning: where all activations of the generator are piecewise linear.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("fashion_mnist")
    gon = keras_gan.GON(image_shape=(28, 28, 1), seed=0)
    gon.compile()
    gon.fit(images, batch_size=64, epochs=10)
    latents, again = gon.encode(images[:8]), gon.reconstruct(images[:8])
    ```
    """

    image_shape: tuple[int, int, int] = (32, 32, 1)
    latent_dim: int | None = None
    variational: bool = False
    likelihood: str | Likelihood = "bernoulli"
    latent_rate: float = 1 / 64

    def __init__(
        self, generator: keras.Model | None = None, heads: keras.Model | None = None, **settings
    ):
        super().__init__(**settings)
        if not self.latent_rate > 0.0:
            raise ValueError(f"latent_rate must be above 0, got {self.latent_rate}.")
        self.likelihood = likelihoods.get(self.likelihood)
        self.generator = generator or self._default_generator()
        custom_networks.check_generator(self.generator, None)
        custom_networks.warn_of_kinks("generator", self.generator)
        self.latent_dim = self.generator.input_shape[-1]
        if heads is not None and not self.variational:
            raise ValueError("heads belong to the variational form: give variational=True.")
        self.heads, self.prior, width = heads, None, self.latent_dim
        layers, self.averaged = [self.generator], ("generator",)
        if self.variational:
            self.heads = heads or networks.gon.heads(width)
            self._check_variational()
            layers += [self.heads, self.likelihood]
            self.averaged = ("generator", "heads")
        else:
            self.prior = FittedNormal(width)
            self.moments = RunningMean(0.99, dtype=keras.config.floatx())  # of 1, z and z z^T
            self.moments.build((None, 1 + width + width**2))
            layers.append(self.moments)
        self.image_shape = self.example_shape
        self.start_averages()
        self.players = [
            Player(
                "generator",
                layers,
                self.loss_on,
                self.default_optimizer,
                after_update=self.update_averages,
                parts=("reconstruction", "kl") if self.variational else (),
            )
        ]
        self.built = True

    def default_optimizer(self):
        """Adam at 1e-4."""
        return keras.optimizers.Adam(1e-4)

    # The algorithm.

    def loss_on(self, images):
        """The mean over the batch of L(x, G(z)), where z is the gradient at the origin; its parts in nats."""
        images = to_network(images)
        noise = None
        if self.variational:
            images = self.likelihood.observe(images, self.uniform)
            noise = self.normal((ops.shape(images)[0], self.latent_dim))
        pair = self.generator, self.heads
        latents = self.from_origin(images, pair, training=True)
        reconstruction, divergence = self.terms(latents, images, pair, noise, training=True)
        reconstruction = ops.mean(reconstruction)
        if self.variational:
            divergence = ops.mean(divergence)
            return reconstruction + divergence, {"reconstruction": reconstruction, "kl": divergence}
        found = ops.stop_gradient(latents)
        products = ops.reshape(found[:, :, None] * found[:, None, :], (-1, self.latent_dim**2))
        self.moments(
            ops.concatenate([ops.ones_like(found[:, :1]), found, products], axis=1), training=True
        )
        return reconstruction

    def from_origin(self, images, pair, training=False):
        """Minus the gradients (n, latent_dim) of each image's own loss at the origin, times the rate."""

        def losses(origin):
            reconstruction, divergence = self.terms(origin, images, pair, training=training)
            return reconstruction + divergence

        shape = ops.shape(images)[0], self.latent_dim
        origin = ops.zeros(shape, keras.config.floatx())
        return -self.latent_rate * backend.gradient(losses, origin)

    def terms(self, latents, images, pair, noise=None, training=False):
        """Reconstruction error and KL divergence of each image, both (n,), at latents before the heads.

        Args:
            latents: (n, latent_dim).
            images: as the likelihood observes them, (n, ...).
            pair: generator, and heads or None.
            noise: (n, latent_dim) ~ N(0, 1) of the draw of z; its mean without.
            training: whether the networks are trained.
        """
        generator, heads = pair
        divergence = 0.0
        if heads is not None:
            latents, log_variances = ops.split(heads(latents, training=training), 2, axis=-1)
            divergence = kl_to_prior(latents, log_variances)
            if noise is not None:
                latents += ops.exp(log_variances / 2.0) * noise
        outputs = generator(latents, training=training)
        if heads is not None:
            return -self.likelihood.log_prob(outputs, images), divergence
        squares = ops.square((outputs - ops.cast(images, outputs.dtype)) / 2.0)
        return total(squares), divergence

    def call(self, inputs, training=False):
        """Images in [-1, 1] for N(0, 1) numbers (n, latent_dim)."""
        latents = inputs if self.prior is None else self.prior(inputs)
        outputs = self.sampling_generator(latents, training=training)
        return self.likelihood.mean(outputs) if self.variational else outputs

    # The trained model.

    def posteriors(self, observed):
        """Means and deviations of q(z|x) of images as the likelihood observes them."""
        if not self.variational:
            raise ValueError("Only the variational form of a GON has a likelihood of images.")
        heads = self.trained("heads")
        found = heads.predict(self._encoded(observed), batch_size=500, verbose=0)
        means, log_variances = np.split(found, 2, axis=1)
        return means, np.exp(log_variances / 2.0)

    def encode(self, images):
        """The latents of images, by one gradient step from the origin.

        Args:
            images: (n, height, width, channels), uint8 or floats in [-1, 1].

        Returns:
            float32 (n, latent_dim); in the variational form the means and deviations of q(z|x), such a pair.

        Raises:
            ValueError: on images that do not suit the model.
        """
        if self.variational:
            return super().encode(images)
        images = np.asarray(images)
        self.check_data(images)
        return self._encoded(ops.convert_to_numpy(to_network(images)))

    def latents_of(self, images):
        return super().latents_of(images) if self.variational else self.encode(images)

    def reconstruct(self, images):
        if self.variational:
            return super().reconstruct(images)
        return self.images_of(self.encode(images))

    def render(self, latents: np.ndarray, size: int | tuple[int, int]) -> np.ndarray:
        """Images of any size, by a generator that is a function of coordinates (`networks.siren`).

        Args:
            latents: (n, latent_dim), as `encode` returns them (means, in the variational form).
            size: side, or (height, width).

        Returns:
            uint8 (n, height, width, channels).

        Raises:
            ValueError: if the generator has no layer `Coordinates`, or latents another shape.
        """
        if not any(isinstance(layer, Coordinates) for layer in self.generator.layers):
            raise ValueError(
                "Images of any size require a generator with a layer Coordinates: see networks.siren."
            )
        size = (size, size) if isinstance(size, int) else tuple(size)
        latents = np.asarray(latents)
        if latents.shape[1:] != (self.latent_dim,):
            raise ValueError(f"latents must be (n, {self.latent_dim}), got {latents.shape}.")
        network = networks.siren.resized(self.sampling_generator, size)
        found = network.predict(latents, batch_size=8, verbose=0)
        if self.variational:
            found = ops.convert_to_numpy(self.likelihood.mean(found))
        return self.to_people(found)

    def fit_prior(self):
        """Fits the normal distribution of new latents to the moments of those of the last batches."""
        weight, *sums = np.float64(ops.convert_to_numpy(self.moments.mean))
        if weight > 0.0:
            mean, products = np.split(np.divide(sums, weight), [self.latent_dim])
            self.prior.fit_moments(
                mean, products.reshape(self.prior.root.shape) - np.outer(mean, mean)
            )

    @property
    def own_metrics(self):
        """Metrics that the model measures of itself: those of a likelihood in the variational form alone."""
        return super().own_metrics if self.variational else Encoding.own_metrics

    @property
    def example_shape(self):
        """Shape of an example, without the batch axis: of images (height, width, channels)."""
        *sides, channels = self.generator.output_shape[1:]
        return (*sides, channels // (self.likelihood.parameters if self.variational else 1))

    def _encoded(self, images):
        pair = self.trained("generator"), self.trained("heads") if self.variational else None
        parts = [
            ops.convert_to_numpy(self.from_origin(ops.convert_to_tensor(images[rows]), pair))
            for rows in in_batches(len(images), 500)
        ]
        return np.concatenate(parts)

    def _default_generator(self):
        shape = tuple(self.image_shape)
        if not self.variational:
            return networks.gon.generator(shape, self.latent_dim or 32)
        parameters, activation = self.likelihood.parameters, self.likelihood.activation
        width = self.latent_dim or 48
        return networks.gon.generator(
            shape, width, 32, parameters=parameters, activation=activation
        )

    def _check_variational(self):
        self.check_outputs()
        width = self.latent_dim
        custom_networks.check_kind("network heads", self.heads)
        if self.heads.input_shape != (None, width) or self.heads.output_shape != (None, 2 * width):
            raise ValueError(
                f"heads must map (n, {width}) to (n, {2 * width}), got {self.heads.input_shape} to "
                f"{self.heads.output_shape}."
            )
