"""Normalizing flows: invertible generators with an exact density (Dinh et al. 2017)."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan.backend.keras_private import flatten_layers
from keras_gan.game.game import Player
from keras_gan.layers import Inverse
from keras_gan.models.likelihood import probability
from keras_gan.models.likelihood.densities import LEVELS, ExactDensity, log_density
from keras_gan.networks.flow import generator as generator_of
from keras_gan.tasks.custom_networks import check_generator


@keras.saving.register_keras_serializable("keras_gan")
class Flow(ExactDensity):
    """A generator that can be inverted: z ~ N(0, I) becomes x = f^-1(z), and x has a density that is exact.

    log p(x) = log N(f(x); 0, I) + log |det df/dx|; one player, "flow", maximizes it. Images are dequantized
    by noise that is fresh in every step: x + u / 127.5, u ~ U(-1/2, 1/2), for the 256 levels of [-1, 1]. The
    loss is in bits for each pixel and channel, -log2 p(x) / d + log2(127.5), which bounds the bits of the
    levels themselves from above (Theis et al. 2016, section 3.1); uniform noise has 8. Vectors, such as the
    points of a plane, are taken as they are, and the loss is in nats for each.

    `RealNVP`, `Glow` and `MAF` are flows with the networks of their papers. Layers compute in float32 or
    float64: log-determinants are sums over all pixels, and inverses undo many layers one by one, so that the
    rounding of 16 bits would be much of the result.

    Args:
        generator: a built model from latents to examples, with a layer "flow", as those of
            `keras_gan.networks.flow`, `glow`, `realnvp` and `maf`. The paper's, for a model of a paper.
        bijector: in place of a generator, a bijector of TensorFlow Probability that maps latents to examples
            of `image_shape`, or vectors, of the same shape; `keras_gan.backend.probability()` has its module.
        networks: the built Keras layers and models that the bijector calls: they are trained and saved.
        image_shape: (height, width, channels) of the paper's network or the bijector's images, or (d,) of
            vectors.
        dequantize: whether images hold 256 levels, to which noise is added; False for images that are
            continuous, whose loss is in nats for each.
        ema: decay, in (0, 1), of a moving average of the weights, which the trained model then uses; None
            for no average.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the network does not fit or computes in 16 bits, both or none of generator and
            bijector are given, or an argument is unknown or out of range.

    Example:

    ```python
    moons, _ = sklearn.datasets.make_moons(10_000, noise=0.05)
    flow = keras_gan.RealNVP(image_shape=(2,), seed=0)
    flow.compile()
    flow.fit(moons.astype("float32"), batch_size=200, epochs=20)
    flow.log_prob(moons[:8].astype("float32"))  # nats
    flow.generate(1000, seed=1)
    ```
    """

    averages_state = False  # what batches set, such as the first shifts, is no path to average

    image_shape: tuple[int, ...] = (28, 28, 1)
    dequantize: bool = True

    def __init__(
        self,
        generator: keras.Model | None = None,
        *,
        bijector: Any = None,
        networks: Sequence[keras.Layer] = (),
        **settings,
    ):
        super().__init__(**settings)
        if generator is not None and bijector is not None:
            raise ValueError("generator and bijector must not both be given.")
        if bijector is None and networks:
            raise ValueError("networks must be given with the bijector that calls them.")
        self.bijector, self.networks = bijector, list(networks)
        if bijector is not None:
            if self.ema is not None:
                raise ValueError("ema must be None for a bijector, which has no copy to average.")
            wrapped = probability.Bijector(bijector, self.networks)
            generator = generator_of(wrapped, tuple(self.image_shape))
        self.generator = generator or self.default_generator(tuple(self.image_shape))
        self._check_network()
        self.image_shape = self.example_shape
        self.start_averages()
        self.start_encoding()
        self.players = [
            Player(
                "flow",
                [self.generator],
                self.loss_on,
                self.default_optimizer,
                after_update=self.update_averages,
            )
        ]
        self.built = True

    # The paper's network and optimizer; variants override these.

    def default_generator(self, image_shape: tuple[int, ...]) -> keras.Model:
        """The paper's network; a `Flow` itself has none."""
        raise ValueError(
            "Flow requires a generator or a bijector; RealNVP, Glow and MAF have networks of their own."
        )

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 1e-3."""
        return keras.optimizers.Adam(1e-3)

    # The algorithm.

    def prepare(self, images):
        """The examples as floats; images with their noise."""
        images = ops.cast(self.as_floats(images), keras.config.floatx())
        if self.in_bits:
            images = images + (self.uniform(ops.shape(images)) - 0.5) / LEVELS
        return {"images": images}

    def loss_on(self, images):
        """The negative log-likelihood, a mean over the batch: bits/dim of images, nats of others."""
        loss = -ops.mean(log_density(*self.layer.encode(images, training=True)))
        return self._bits(loss) if self.in_bits else loss

    def get_config(self):
        """The arguments of the constructor.

        Raises:
            NotImplementedError: for a bijector of TensorFlow Probability, which has no config.
        """
        if self.bijector is not None:
            raise NotImplementedError(
                "A flow of a bijector of TensorFlow Probability is not saved whole, as that has no config. "
                "Use save_weights, and load_weights of a flow that is made in the same way."
            )
        return super().get_config()

    def _check_network(self):
        check_generator(self.generator, None)
        names = [layer.name for layer in self.generator.layers]
        if not ("flow" in names and isinstance(self.layer, Inverse)):
            raise ValueError(
                f'The generator must have a layer "flow", a keras_gan.layers.Inverse; it has {names}.'
            )
        layers = flatten_layers(self.generator)
        found = {x.compute_dtype for x in layers if not isinstance(x, keras.Model)}
        if half := found & {"float16", "bfloat16"}:
            raise ValueError(
                f"A flow must compute in float32 or float64, got {min(half)}: log-determinants are sums over "
                "all pixels, and inverses undo many layers, so that rounding would be much of the result."
            )
