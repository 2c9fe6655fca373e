"""StyleGAN2 (Karras et al. 2020)."""

from dataclasses import replace

import keras
from keras import ops

from keras_gan import backend, networks
from keras_gan.models.images.gan import GAN
from keras_gan.penalties import R1, interval
from keras_gan.tasks.custom_networks import check_layers
from keras_gan.tasks.styles import StyleGeneration

PATH_LENGTH_EVERY = 4  # training steps


@keras.saving.register_keras_serializable("keras_gan")
class StyleGAN2(StyleGeneration, GAN):
    """A generator of styles: latents become w, and w controls each layer (Karras et al. 2019, 2020).

    The non-saturating game, regularized lazily: the discriminator has a further update on R1 in every 16th
    step, the generator one on the lengths of paths in w in every 4th (`path_length_penalty`), and Adam's
    rate and betas are corrected for these (appendix B of 2020). Adam has a rate of 0.002 and betas 0 and
    0.99. With probability `style_mixing` the later layers have the w of other latents, from a random layer
    on.

    R1's default weight suits images of 1024 pixels. The rule of the authors' later code, 0.0002 height^2 /
    batch_size (Karras et al. 2020b, appendix C), gives 0.0256 for 32 images of 64 pixels. On anime faces of
    that size, 16 in a batch, its 0.0512 let the discriminator win, and 0.5 did not: see
    zoo/stylegan2_anime_faces.

    Deviations from the paper: the discriminator is updated first, on the examples that the generator is
    then updated on, as in `GAN`; groups of the minibatch's standard deviation are neighbors; the running
    mean of w is averaged with the generator's weights. The decay of that average is the authors' half-life
    of 10,000 images, at batches of 32.

    Args:
        path_length: the weight of the path length penalty; 2 in the authors' code, 0 for none.
        style_mixing: probability of mixing, 0.9 in the paper.
        **kwargs: as in `GAN`. A generator has layers "mapping" and "synthesis" as `networks.stylegan2`'s; the
            default networks take images of 8, 16, 32, ... pixels a side.

    Raises:
        ValueError: as `GAN` does, on a weight that is negative, and on a model that is to be conditional.

    Example:

    ```python
    r1 = keras_gan.penalties.R1(0.5, every=16)
    gan = keras_gan.StyleGAN2(image_shape=(64, 64, 3), penalties=[r1], seed=0)
    gan.compile()
    gan.fit(keras_gan.data.load("anime_faces", batch_size=32), epochs=100)
    faces = gan.generate(16, seed=1, truncation=0.7)
    styles = gan.styles(gan.latents(2, seed=1))
    styles[0, 4:] = styles[1, 4:]  # the first face, in the finer styles of the second
    mixed = gan.synthesize(styles[:1])
    ```
    """

    shown_truncation = 0.7  # as in the figures of Karras et al. 2019

    supports_labels = False
    image_shape = (64, 64, 3)
    penalties = (R1(10.0, every=16),)
    path_length: float = 2.0
    style_mixing: float = 0.9
    ema = 0.998

    def __init__(self, generator=None, discriminator=None, **settings):
        super().__init__(generator, discriminator, **settings)
        if not (self.path_length >= 0.0 and 0.0 <= self.style_mixing <= 1.0):
            raise ValueError(
                "path_length must not be negative and style_mixing must lie in [0, 1], got "
                f"{self.path_length} and {self.style_mixing}."
            )
        self.mean_length = MeanLength()
        discriminator, generator = self.players
        if self.path_length:
            generator = replace(
                generator,
                layers=[self.generator, self.mean_length],
                regularizer=self.path_length_penalty,
                regularize_every=PATH_LENGTH_EVERY,
            )
        self.players = [discriminator, generator]

    def default_generator(self, image_shape):
        """`networks.stylegan2.generator`."""
        return networks.stylegan2.generator(image_shape)

    def default_discriminator(self, image_shape):
        """`networks.stylegan2.discriminator`."""
        return networks.stylegan2.discriminator(image_shape)

    def default_discriminator_optimizer(self):
        """Adam at 0.002 with betas 0 and 0.99, corrected for the updates on lazy penalties."""
        return _adam(interval(self.penalties))

    def default_generator_optimizer(self):
        """Adam at 0.002 with betas 0 and 0.99, corrected for the updates on path lengths."""
        return _adam(PATH_LENGTH_EVERY if self.path_length else 1)

    # The algorithm.

    def fakes(self, images, labels=None):
        """Generated images, as many as there are `images`, of mixed styles from fresh latents."""
        return self.synthesis(self.training_styles(ops.shape(images)[0]), training=True)

    def training_styles(self, num):
        """Styles (num, layers, latent_dim) for an update, mixed with probability `style_mixing`.

        The layer from which on the second latents count is the same for the whole batch, on all replicas.
        """
        count = self.synthesis.input_shape[1]
        first = self.mapping(self.training_latents(num), training=True)  # updates the mean of w
        second = self.mapping(self.training_latents(num), training=False)
        mix, place = self.mixing_numbers()
        crossover = ops.where(mix < self.style_mixing, 1.0 + ops.floor(place * (count - 1)), count)
        of_first = ops.cast(ops.arange(count), crossover.dtype) < crossover
        return ops.where(of_first[None, :, None], first[:, None], second[:, None])

    def mixing_numbers(self):
        """Two numbers ~ U(0, 1), the same on all replicas: whether styles are mixed, and from which layer."""
        numbers = keras.random.uniform((2,), seed=self.seed_generator)
        return numbers[:1], numbers[1:]

    def path_length_penalty(self, images, labels=None):
        """path_length E (|J' y| - a)^2 over styles and noise images y (Karras et al. 2020, equation 4).

        J is the Jacobian of the synthesis at the styles, |J' y| the length of the gradient of the sum of
        images times y, squares being averaged over layers; y ~ N(0, 1) / height; a is the running mean of the
        lengths, of decay 0.01. As in the authors' code, half a batch is enough.
        """
        styles = self.training_styles((ops.shape(images)[0] + 1) // 2)
        lengths = self.path_lengths(styles)
        return self.path_length * ops.mean(ops.square(lengths - self.mean_length(lengths)))

    def path_lengths(self, styles):
        """|J' y| (n,) at styles (n, layers, latent_dim), with fresh noise y."""
        shape = self.synthesis.output_shape[1:]
        noise = self.normal((ops.shape(styles)[0], *shape)) / (shape[0] * shape[1]) ** 0.5

        def projected(styles):
            return ops.sum(self.synthesis(styles, training=True) * noise, axis=(1, 2, 3))

        gradients = backend.gradient(projected, styles)
        return ops.sqrt(ops.mean(ops.sum(ops.square(gradients), axis=2), axis=1) + 1e-12)

    def check_networks(self):
        super().check_networks()
        check_layers("generator", self.generator, ["mapping", "synthesis"], "stylegan2")


def _adam(every):
    """Adam whose rate and betas are corrected for an update more in every `every`-th step, if that is not 1.

    c = k / (k + 1) is the factor of the rate, and the exponent of the betas.
    """
    correction = every / (every + 1) if every > 1 else 1.0
    return keras.optimizers.Adam(0.002 * correction, 0.0, 0.99**correction, 1e-8)


class MeanLength(keras.layers.Layer):
    """The running mean a of path lengths (n,), of decay 0.01 and counting these."""

    def __init__(self):
        super().__init__(dtype=keras.config.floatx())
        self.mean = self.add_weight(
            shape=(), initializer="zeros", trainable=False, aggregation="mean", name="mean"
        )
        self.built = True

    def call(self, lengths):
        mean = self.mean + 0.01 * (backend.replica_mean(ops.mean(lengths)) - self.mean)
        self.mean.assign(mean)
        return mean
