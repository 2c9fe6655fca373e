"""Variational autoencoders (Kingma and Welling 2014; Higgins et al. 2017)."""

from functools import partial

import keras
import numpy as np
from keras import ops

from keras_gan import networks
from keras_gan.arguments import check_count
from keras_gan.batching import in_batches
from keras_gan.game.game import Player
from keras_gan.modalities.images import to_network
from keras_gan.models.likelihood.bounds import Bounds, kl_to_prior
from keras_gan.objectives import likelihoods
from keras_gan.objectives.likelihoods import Likelihood
from keras_gan.tasks import custom_networks


@keras.saving.register_keras_serializable("keras_gan")
class VAE(Bounds):
    """An encoder q(z|x) and a decoder p(x|z), trained together on a bound of log p(x).

    ELBO(x) = E_q(z|x) [log p(x|z)] - KL(q(z|x) | N(0, I)) <= log p(x), in nats, summed over pixels (Kingma
    and Welling 2014, equation 10). q is normal with a diagonal covariance; in training one z is drawn for
    each image, as mean + deviation * noise. With the defaults this is the paper's MNIST experiment: one
    hidden layer of 500 tanh units in each network, 20 latents, Bernoulli pixels.

    `beta` > 1 weighs the KL divergence more, for latents that are less dependent on each other (beta-VAE,
    Higgins et al. 2017, equation 4). Metrics, such as `elbo`, are always those of beta = 1.

    Deviations from the paper: Adam at 1e-3 instead of Adagrad, whose rate was chosen on the first iterations;
    no weight decay, which the paper's prior on the weights is. The mean image is shown, not a draw from
    p(x|z).

    Args:
        encoder: a built model from images in [-1, 1] to (n, 2 * latent_dim): means and log variances of
            q(z|x). The paper's if None.
        generator: the decoder: a built model from latents (n, latent_dim) to the parameters of p(x|z), as
            the likelihood takes them. The paper's if None.
        image_shape: (height, width, channels) of the paper's networks, where none are given.
        latent_dim: width of the latents of the paper's networks, where none are given.
        likelihood: the distribution p(x|z): a `keras_gan.objectives.likelihoods.Likelihood`, or its name,
            "bernoulli", "normal" or "discretized_logistic".
        beta: weight of the KL divergence in the loss, at least 0.
        ema: decay, in (0, 1), of a moving average of both networks' weights, which the trained model then
            uses; None for no average.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the networks do not fit together or to the likelihood, or an argument is unknown or
            out of range.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("digits", image_size=28)
    vae = keras_gan.VAE(image_shape=(28, 28, 1), seed=0)
    vae.compile()
    vae.fit(images, batch_size=100, epochs=20)
    vae.generate(16, seed=1)
    vae.reconstruct(images[:8])
    vae.elbo(images)["elbo"].mean()  # nats
    ```
    """

    averaged = ("encoder", "generator")

    image_shape: tuple[int, int, int] = (28, 28, 1)
    latent_dim: int = 20
    likelihood: str | Likelihood = "bernoulli"
    beta: float = 1.0

    def __init__(
        self,
        encoder: keras.Model | None = None,
        generator: keras.Model | None = None,
        **settings,
    ):
        super().__init__(**settings)
        if not self.beta >= 0.0:
            raise ValueError(f"beta must not be negative, got {self.beta}.")
        self.likelihood = likelihoods.get(self.likelihood)
        shape, width = tuple(self.image_shape), check_count("latent_dim", self.latent_dim)
        self.encoder = encoder or networks.vae.encoder(shape, width)
        self.generator = generator or networks.vae.decoder(
            shape,
            width,
            parameters=self.likelihood.parameters,
            activation=self.likelihood.activation,
        )
        self.latent_dim = self._check_networks()
        self.image_shape = self.example_shape
        self.start_averages()
        self.players = [
            Player(
                "vae",
                [self.encoder, self.generator, self.likelihood],
                self.loss_on,
                self.default_optimizer,
                after_update=self.update_averages,
                parts=("reconstruction", "kl"),
            )
        ]
        self.built = True

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 1e-3."""
        return keras.optimizers.Adam(1e-3)

    # The algorithm.

    def loss_on(self, images):
        """The negative ELBO, with `beta`, a mean over the batch; its parts are in nats too."""
        images = self.likelihood.observe(to_network(images), self.uniform)
        means, log_variances = ops.split(self.encoder(images, training=True), 2, axis=-1)
        noise = self.normal(ops.shape(means))
        outputs = self.generator(means + ops.exp(log_variances / 2.0) * noise, training=True)
        reconstruction = -ops.mean(self.likelihood.log_prob(outputs, images))
        divergence = ops.mean(kl_to_prior(means, log_variances))
        loss = reconstruction + self.beta * divergence
        return loss, {"reconstruction": reconstruction, "kl": divergence}

    def call(self, inputs, training=False):
        """Mean images of p(x|z), in [-1, 1], for latents."""
        return self.likelihood.mean(self.sampling_generator(inputs, training=training))

    # Use of the trained model.

    @property
    def example_shape(self):
        """Shape of an example, without the batch axis: of images (height, width, channels)."""
        *sides, channels = self.generator.output_shape[1:]
        return (*sides, channels // self.likelihood.parameters)

    def posteriors(self, observed):
        """Means and deviations of q(z|x) of images as the likelihood observes them."""
        predict = partial(keras.Model.predict_on_batch, self.trained("encoder"))
        parts = np.concatenate([predict(observed[rows]) for rows in in_batches(len(observed), 500)])
        means, log_variances = np.split(parts, 2, axis=1)
        return means, np.exp(log_variances / 2.0)

    def _check_networks(self):
        """The width of the latents; a ValueError if the networks do not fit together."""
        custom_networks.check_kind("encoder", self.encoder)
        custom_networks.check_generator(self.generator, None)
        self.check_outputs()
        if self.encoder.input_shape[1:] != self.example_shape:
            raise ValueError(
                f"The generator outputs examples {self.example_shape}, but the encoder takes "
                f"{self.encoder.input_shape[1:]}."
            )
        latent_dim = self.generator.input_shape[-1]
        if self.encoder.output_shape != (None, 2 * latent_dim):
            raise ValueError(
                f"The encoder must return (n, {2 * latent_dim}), means and log variances of the generator's "
                f"{latent_dim} latents; got {self.encoder.output_shape}."
            )
        return latent_dim
