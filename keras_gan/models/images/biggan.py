"""BigGAN (Brock et al. 2019)."""

import keras
import numpy as np
from keras import ops
from scipy.special import ndtr, ndtri

from keras_gan import networks
from keras_gan.backend.keras_private import flatten_layers
from keras_gan.layers import SpectralNormalization
from keras_gan.models.images.sagan import SAGAN
from keras_gan.tasks.labels import inputs_of


@keras.saving.register_keras_serializable("keras_gan")
class BigGAN(SAGAN):
    """SAGAN grown wide: hierarchical latents, a shared embedding, orthogonal weights (Brock et al. 2019).

    The setting for ImageNet (appendix C): two updates of the discriminator in a step, Adam at 2e-4 for it and
    at 5e-5 for the generator, betas 0 and 0.999, a moving average of decay 0.9999, orthogonal regularization
    of the generator. The authors' setting for CIFAR-10 has four updates on batches of 50, 2e-4 for both
    players, no orthogonal regularization, and `networks.biggan` with `hierarchical=False`. Samples are drawn
    with truncated latents (section 3.1), and with statistics of batch normalization that belong to the
    averaged weights and to the truncation (`standing_statistics`).

    Deviations from the paper: those of `GAN`; the average starts with the first step; labels of generated
    images are those of the real batch instead of uniform ones; the default networks are for 32x32 and
    have no attention. The authors' CIFAR-10 setting draws weights from N(0, 0.02) and starts its average
    after 1,000 steps.

    Args:
        orthogonal: the weight beta of `orthogonal_penalty`; 1e-4 in the paper, 0 for none.
        **kwargs: as in `GAN`; `num_classes` is 10 by default, and `fit` wants (images, labels). The default
            networks take images of 32, 64 or 128 pixels a side.

    Raises:
        ValueError: as `GAN` does, and if `orthogonal` is negative.

    Example:

    ```python
    images, labels = keras_gan.data.arrays("cifar10")
    gan = keras_gan.BigGAN(num_classes=10, discriminator_steps=4, orthogonal=0.0, seed=0)
    adam = lambda: keras.optimizers.Adam(2e-4, 0.0, 0.999)
    gan.compile({"discriminator": adam(), "generator": adam()})
    gan.fit(images, labels, batch_size=50, epochs=500)
    gan.standing_statistics(truncation=1.0)
    ships = gan.generate(16, labels=8, truncation=1.0)
    ```
    """

    discriminator_steps = 2
    ema = 0.9999
    orthogonal: float = 1e-4
    truncations = (0.04, 2.0)  # of figure 2 of the paper
    truncation_rule = "be positive"

    def __init__(self, generator=None, discriminator=None, **settings):
        super().__init__(generator, discriminator, **settings)
        if self.orthogonal < 0.0:
            raise ValueError(f"orthogonal must not be negative, got {self.orthogonal}.")

    def default_generator(self, image_shape):
        """`networks.biggan.generator`."""
        return networks.biggan.generator(image_shape, self.num_classes)

    def default_discriminator(self, image_shape):
        """`networks.biggan.discriminator`."""
        return networks.biggan.discriminator(image_shape, self.num_classes)

    def default_discriminator_optimizer(self):
        """Adam at 2e-4 with betas 0 and 0.999."""
        return keras.optimizers.Adam(2e-4, 0.0, 0.999)

    def default_generator_optimizer(self):
        """Adam at 5e-5 with betas 0 and 0.999."""
        return keras.optimizers.Adam(5e-5, 0.0, 0.999)

    def generator_loss(self, fakes, images, labels=None):
        """Loss of the generator, with `orthogonal` times the orthogonal penalty."""
        loss = super().generator_loss(fakes, images, labels)
        return loss + self.orthogonal * self.orthogonal_penalty() if self.orthogonal else loss

    def orthogonal_penalty(self):
        """The sum over kernels W of |W'W - diag(W'W)|^2: how alike filters are (equation 3 of the paper).

        The columns of W are the kernel's filters. The authors' code applies the gradient of half of it, at
        the same weight. All embeddings are left out; the authors leave out the shared one only, so that in
        networks that are not hierarchical they penalize those of the gains.
        """
        total = 0.0
        for kernel in self.generator.trainable_variables:
            if kernel.name == "kernel":
                filters = ops.reshape(kernel, (-1, kernel.shape[-1]))
                products = ops.matmul(ops.transpose(filters), filters)
                off = products * (1.0 - ops.eye(kernel.shape[-1], dtype=products.dtype))
                total += ops.sum(ops.square(off))
        return total

    def standing_statistics(
        self,
        batches: int = 16,
        batch_size: int = 64,
        seed: int = 0,
        truncation: float | None = None,
    ):
        """Computes the sampling generator's batch statistics for its own weights.

        They are averages over batches of latents and uniform classes (appendix E of the paper), where
        otherwise they would be those of the weights in training. Call it after training, and before images
        are generated at another truncation, whose statistics differ.

        Args:
            batches: number of batches to average over.
            batch_size: examples in each.
            seed: of latents and classes.
            truncation: of the latents, as in `latents`.

        Raises:
            ValueError: if `truncation` is not positive.
        """
        network = self.sampling_generator
        layers = flatten_layers(network)
        normalizations = [x for x in layers if isinstance(x, keras.layers.BatchNormalization)]
        statistics = [v for x in normalizations for v in (x.moving_mean, x.moving_variance)]
        vectors = [x.u for x in layers if isinstance(x, SpectralNormalization)]
        vectors_before = [ops.convert_to_numpy(u) for u in vectors]
        momenta = [layer.momentum for layer in normalizations]
        trainable, network.trainable = network.trainable, True  # or statistics would not be updated
        for layer in normalizations:
            layer.momentum = 0.0  # moving statistics are those of the last batch
        latents = self.latents(batches * batch_size, seed, truncation)
        labels = np.random.default_rng(seed).integers(0, self.num_classes, len(latents))
        totals = [0.0 for _ in statistics]
        for i in range(batches):
            batch = slice(i * batch_size, (i + 1) * batch_size)
            network(inputs_of(latents[batch], labels[batch]), training=True)
            found = map(ops.convert_to_numpy, statistics)
            totals = [total + value for total, value in zip(totals, found, strict=True)]
        for variable, total in zip(statistics, totals, strict=True):
            variable.assign(total / batches)
        for layer, momentum in zip(normalizations, momenta, strict=True):
            layer.momentum = momentum
        for u, value in zip(vectors, vectors_before, strict=True):
            u.assign(value)
        network.trainable = trainable

    def prepare_release(self):
        """Sets the statistics of the sampling generator: see `standing_statistics`."""
        self.standing_statistics()

    def latents(
        self, num: int, seed: int | None = None, truncation: float | None = None
    ) -> np.ndarray:
        """`Generation.latents`, where given N(0, 1) truncated to [-truncation, truncation] (section 3.1).

        Args:
            num: as in `Generation.latents`.
            seed: as in `Generation.latents`.
            truncation: the threshold beyond which nothing is drawn, in (0, inf): less gives better and less
                diverse images. The paper goes from 2 down to 0.04. Unlike StyleGAN2's it is no fraction:
                1 keeps the 68 % of a normal distribution within one standard deviation. None for all.

        Raises:
            ValueError: as `Generation.latents`, and if `truncation` is not positive.
        """
        if truncation is None:
            return super().latents(num, seed)
        if not truncation > 0.0:
            raise ValueError(
                "truncation must be positive, a threshold on normal latents in (0, inf), got "
                f"{truncation}. The paper's are 0.04 to 2."
            )
        # Instead of drawing again what lies outside, the quantiles of normal numbers are squeezed.
        low, high = ndtr(-truncation), ndtr(truncation)
        quantiles = low + (high - low) * ndtr(super().latents(num, seed).astype(np.float64))
        return ndtri(quantiles).astype(np.float32)

    draw = latents  # truncated by themselves

    def allows_truncation(self, truncation):
        """Whether the threshold is positive."""
        return truncation > 0.0

    def truncated(self, latents, labels, truncation):
        """Images of latents (n, latent_dim) that are truncated as in `latents`, in Keras operations."""

        def share_below(z):  # the distribution function of N(0, 1), in float64 as SciPy's
            return 0.5 + 0.5 * ops.erf(ops.cast(z, "float64") * 0.5**0.5)

        low, high = share_below(-truncation), share_below(truncation)
        quantiles = low + (high - low) * share_below(latents)
        latents = ops.cast(2.0**0.5 * ops.erfinv(2.0 * quantiles - 1.0), "float32")
        return self.call(inputs_of(latents, labels))
