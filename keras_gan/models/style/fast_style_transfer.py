"""Style transfer by one pass through a network (Johnson et al. 2016)."""

from typing import Any

import keras
from keras import ops

from keras_gan import networks
from keras_gan.game.player import Player
from keras_gan.modalities.images import to_network
from keras_gan.tasks.custom_networks import check_translator
from keras_gan.tasks.stylization import Stylization


@keras.saving.register_keras_serializable("keras_gan")
class FastStyleTransfer(Stylization):
    """Photographs in the style of one painting, by one pass through a network (Johnson et al. 2016).

    The generator learns, from photographs alone, to minimize the loss that Gatys et al. 2016 minimize for one
    image: `keras_gan.style.PerceptualLoss`, whose network and painting only the training needs. Adam at 1e-3,
    batches of 4, 40,000 steps with photographs of 256x256 pixels (section 4.1); a photograph of that size
    then takes a tenth of a second on a CPU.

    Deviations from the paper: instance normalization, as in the authors' later code (Ulyanov et al. 2016);
    the loss of `keras_gan.style`, relative and by a classifier of the zoo, where the paper has VGG-16; those
    of `networks.fast_style`.

    Args:
        generator: a built model from images to images of the same size. The paper's if None.
        objective: a `keras_gan.style.PerceptualLoss`, or an object like it: it maps photographs and images,
            both tensors in [-1, 1], to a loss and its parts, whose names are its `parts`, and is prepared by
            `prepare()`. None for a model that is not trained further.
        image_shape: (height, width, channels) of the training images.
        seed: seed of the training's random numbers.
        name: name of the model.

    Raises:
        ValueError: if the generator does not map images to images of their size; by `fit`, if there is no
            objective.

    Example:

    ```python
    photos = keras_gan.data.arrays("horse2zebra", image_size=128)[0]
    objective = keras_gan.style.PerceptualLoss("painting.jpg", size=128)
    model = keras_gan.FastStyleTransfer(objective=objective, image_shape=(128, 128, 3), seed=0)
    model.compile()
    model.fit(photos, epochs=15)
    painted = model.translate("photo.jpg")
    ```
    """

    default_batch_size = 4  # the paper's
    requires_color = True

    objective: Any = None

    def __init__(self, generator: keras.Model | None = None, **settings):
        super().__init__(**settings)
        if self.image_shape[-1] != 3:
            raise ValueError(
                f"image_shape must have 3 channels, as a style has colors; got {self.image_shape}."
            )
        self.generator = generator or networks.fast_style.generator()
        check_translator("generator", self.generator, self.image_shape)
        self.players = [
            Player(
                "generator",
                [self.generator],
                self.generator_loss,
                self.default_optimizer,
                parts=() if self.objective is None else self.objective.parts,
            )
        ]
        self.built = True

    def default_optimizer(self) -> keras.optimizers.Optimizer:
        """Adam at 1e-3."""
        return keras.optimizers.Adam(1e-3)

    def check_data(self, images):
        """Raise a ValueError if the images do not suit the model, or it has no objective to learn by."""
        super().check_data(images)
        self._objective().prepare()

    def generator_loss(self, images):
        """The objective of photographs and what the generator makes of them."""
        photos = to_network(images)
        return self._objective()(photos, self.generator(photos, training=True))

    def losses(self, photos, images):
        self._objective().prepare()
        floats = (ops.convert_to_tensor(to_network(each)) for each in (photos, images))
        return {name: float(value) for name, value in self._objective()(*floats)[1].items()}

    def _objective(self):
        if self.objective is None:
            raise ValueError(
                "A FastStyleTransfer learns by an objective: give it "
                'objective=keras_gan.style.PerceptualLoss("painting.jpg"), or on the command line --style '
                "painting.jpg."
            )
        return self.objective
