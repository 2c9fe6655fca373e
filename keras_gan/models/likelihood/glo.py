"""Generative latent optimization (Bojanowski et al. 2018)."""

import keras
import msgspec
import numpy as np

from keras_gan import networks
from keras_gan.arguments import check_count
from keras_gan.game.player import Player
from keras_gan.layers.fitted_normal import FittedNormal
from keras_gan.layers.learned_latents import LearnedLatents
from keras_gan.lookup import check_name
from keras_gan.metric import named
from keras_gan.modalities.images import to_network
from keras_gan.models.likelihood.fitted_prior import FittedPrior
from keras_gan.objectives.distances import DISTANCES, LEVELS
from keras_gan.tasks import custom_networks


@keras.saving.register_keras_serializable("keras_gan")
class GLO(FittedPrior):
    """A generator that learns a latent for each training image, without a discriminator or an encoder.

    min over G of the mean over images x_i of min over z_i in Z of distance(G(z_i), x_i), where Z is the unit
    ball (Bojanowski et al. 2018). Generator and latents descend the gradient together, the latents at ten
    times the rate; after each update, latents outside the ball are moved to its surface.

    New images are drawn from one normal distribution with a full covariance, fitted to the learned latents at
    the end of each epoch. So everywhere else (`latents`, `decode`, paths, directions, `project`, exports)
    latents are N(0, 1) numbers, which `call` maps to that distribution, and into the ball.

    `fit(images)` numbers the images; each must keep its number, so a model goes on with the same images in
    the same order. `fit(images, rows)` and datasets of (images, rows) say which latent each image has.

    A training's file holds the latents of all images; a released model only their mean and covariance.

    The optimizer should be plain gradient descent: momentum, as in Adam, moves the latents of images that are
    not in the batch. Several devices need `num_images`, so that the latents are made where the networks are.

    Rates, projection and the mean of the loss over pixels are those of a reimplementation,
    github.com/tneumann/minimal_glo. Deviations from it: the latents begin on the sphere instead of at the
    images' principal components, and the pyramid's filter (`keras_gan.objectives.distances`).

    Args:
        generator: a built model from latents (n, latent_dim) to examples; `networks.dcgan.generator` if None.
        image_shape: (height, width, channels) for the default generator.
        latent_dim: width of the latents for the default generator.
        distance: "laplacian", Lap1 of Laplacian pyramids (`keras_gan.objectives.distances`), or "l2".
        latent_rate: learning rate of the latents, as a multiple of the generator's.
        num_images: number of training images; that of the first `fit` if None.
        ema: decay of a moving average of the generator's weights, which is then used; None for none.
        seed: seed of the latents' first values and of the order of the images.
        name: name of the model.

    Raises:
        ValueError: if an argument does not fit.

    Example:

    ```python
    images, _ = keras_gan.data.arrays("fashion_mnist")
    glo = keras_gan.GLO(image_shape=(28, 28, 1), seed=0)
    glo.compile()
    glo.fit(images, batch_size=128, epochs=25)
    known, new = glo.reconstruct([0, 1, 2]), glo.generate(16, seed=1)
    ```
    """

    columns = ("images", "rows")

    image_shape: tuple[int, int, int] = (64, 64, 3)
    latent_dim: int = 128
    distance: str = "laplacian"
    latent_rate: float = 10.0
    num_images: int | None = None

    def __init__(self, generator: keras.Model | None = None, **settings):
        super().__init__(**settings)
        check_name("distance", self.distance, DISTANCES)
        if not self.latent_rate > 0.0:
            raise ValueError(f"latent_rate must be above 0, got {self.latent_rate}.")
        width = check_count("latent_dim", self.latent_dim)
        self.generator = generator or networks.dcgan.generator(tuple(self.image_shape), width)
        custom_networks.check_generator(self.generator, None)
        self.latent_dim = self.generator.input_shape[-1]
        self.image_shape = shape = self.example_shape
        if self.distance == "laplacian" and not (len(shape) == 3 and min(shape[:2]) >= 2**LEVELS):
            raise ValueError(
                f'distance="laplacian" compares images of at least {2**LEVELS} pixels a side, and the '
                f'generator outputs examples {shape}: use distance="l2".'
            )
        if self.generates_images:
            custom_networks.warn_of_range("generator", self.generator)
        self.learned = LearnedLatents(self.latent_dim, self.latent_rate)
        self.prior = FittedNormal(self.latent_dim, in_ball=True)
        if self.num_images is not None:
            check_count("num_images", self.num_images, 2)
            self.learned.start(self.num_images, self.seed_generator)
        self.start_averages()
        self.players = [
            Player(
                "generator",
                [self.generator, self.learned],
                self.reconstruction_loss,
                self.default_optimizer,
                after_update=self.update_averages,
            )
        ]
        self.built = True

    def default_optimizer(self):
        """Gradient descent at 1, for the loss as a mean over batch and pixels; the latents have 10."""
        return keras.optimizers.SGD(1.0)

    def reconstruction_loss(self, images, rows):
        """Distance of the images that the latents of these rows generate from the training images."""
        generated = self.generator(self.learned(rows), training=True)
        images = keras.ops.cast(to_network(images), generated.dtype)
        return DISTANCES[self.distance](generated - images)

    # Training.

    def complete(self, columns):
        """The columns with the rows of the images; makes the latents before the first training."""
        images = columns["images"]
        if self.num_images is None:
            super().check_data(images)
            rows = columns.get("rows")
            if rows is not None:
                self._check_rows(rows, len(images))
            self._start(len(images) if rows is None else int(np.max(rows)) + 1)
        if "rows" not in columns:
            if len(images) != self.num_images:
                raise ValueError(
                    f"The model has latents of {self.num_images:,} images, each by its row, got "
                    f"{len(images):,} images: give the same ones, or the rows of some."
                )
            columns = {**columns, "rows": np.arange(len(images), dtype=np.int32)}
        return columns

    def _start(self, num):
        self.num_images = check_count("num_images", num, 2)
        self.learned.start(num, self.seed_generator)
        if self.compiled:
            self.recompile()

    def check_data(self, images, rows=None):
        """Raises a ValueError if images do not suit the generator, or rows the images."""
        super().check_data(images)
        if rows is None or self.num_images is None:
            missing = "rows" if rows is None else "num_images"
            raise ValueError(
                f"A GLO learns a latent for each image, and {missing} are not given: fit it on an array of "
                "images; or make it with num_images, and give batches of images and their rows."
            )
        rows = self._check_rows(rows, len(images))
        if rows.min() < 0 or rows.max() >= self.num_images:
            raise ValueError(
                f"rows must be 0 to {self.num_images - 1}, the model's images, got {rows.min()} to "
                f"{rows.max()}."
            )

    def _check_rows(self, rows, num):
        rows = np.asarray(rows)
        if rows.shape != (num,) or rows.dtype.kind not in "iu":
            raise ValueError(
                f"rows must be integers ({num},), one for each image, got {rows.dtype} {rows.shape}."
            )
        return rows

    def fit_prior(self):
        """Fits the normal distribution that new images are drawn from to the learned latents."""
        self.prior.fit(self.learned_latents)

    # The trained model.

    @property
    def learned_latents(self) -> np.ndarray:
        """The latents of the training images, float (num_images, latent_dim), in the unit ball.

        Raises:
            ValueError: if there are none: before a training, and in a released model.
        """
        if self.learned.table is None:
            raise ValueError(
                "The model has no latents of training images: it was not trained yet, or is a released one, "
                "which keeps their mean and covariance only. keras_gan.latent.project finds those of images."
            )
        return self.learned.values()

    def reconstruct(self, rows) -> np.ndarray:
        """Images of the learned latents of training images.

        Args:
            rows: (n,) integers, 0 to `num_images` - 1.

        Returns:
            uint8 (n, height, width, channels); floats where examples are no images.

        Raises:
            ValueError: if there is no such row, or the model has no learned latents.
        """
        latents, rows = self.learned_latents, np.asarray(rows)
        if (
            rows.ndim != 1
            or rows.dtype.kind not in "iu"
            or not ((rows >= 0) & (rows < len(latents))).all()
        ):
            raise ValueError(
                f"rows must be (n,) integers from 0 to {len(latents) - 1}, got {rows!r}."
            )
        return self.images_of(latents[rows])

    def call(self, inputs, training=False):
        """Examples for N(0, 1) numbers (n, latent_dim)."""
        return self.sampling_generator(self.prior(inputs), training=training)

    def columns_of(self, source):
        images = source.images(self.example_shape)
        return {"images": images, "rows": np.arange(len(images), dtype=np.int32)}

    def measure_training(self, source):
        """The error of the images of the learned latents, of the first 10,000 rows."""
        # Here, as a training needs no metrics.
        from keras_gan.metrics.reconstruction import reconstruction_error

        images = self.columns_of(source)["images"][:10_000]
        found = reconstruction_error(self.reconstruct(np.arange(len(images))), images)
        name = named("reconstruction", "learned latents", len(images))
        return [msgspec.structs.replace(found, name=name)]

    def prepare_release(self):
        """Keeps mean and covariance of the learned latents, and drops these: they belong to the data set."""
        if self.learned.table is not None:
            self.fit_prior()
            self.learned.drop()
            self.num_images = None
