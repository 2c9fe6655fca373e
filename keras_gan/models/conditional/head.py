"""The head of one person, fine-tuned on a few images (Zakharov et al. 2019, section 3.3)."""

import os
from pathlib import Path

import keras
import numpy as np

from keras_gan.game.game import Game
from keras_gan.layers import LandmarkSketch, LearnedConstant
from keras_gan.modalities import video
from keras_gan.modalities.images import to_network
from keras_gan.modalities.landmarks import COUNT
from keras_gan.models.conditional.likeness import Likeness
from keras_gan.tasks.animation import check_drive, drawn


@keras.saving.register_keras_serializable("keras_gan")
class Head(Likeness, Game):
    """A person's own generator, made by `TalkingHead.personalize`; it is saved and loaded as a model is.

    The styles of the person, psi', are free parameters here, and so is w' = w_0 + e of the discriminator
    (section 3.3). Both are trained, with the generator and the discriminator, on the images of the person.

    Args:
        generator: as that of `networks.talking_head`.
        discriminator: as that of `networks.talking_head`.
        content: as in `TalkingHead`.
        content_weight: as in `TalkingHead`.
        feature_weight: as in `TalkingHead`.
        discriminator_steps: as in `TalkingHead`.
        objective: as in `TalkingHead`.
        penalties: as in `TalkingHead`.
        seed: seed of the training's random numbers.
        name: name of the model.
    """

    columns = ("images", "landmarks")

    def __init__(self, generator: keras.Model, discriminator: keras.Model, **settings):
        super().__init__(**settings)
        self.generator, self.discriminator = generator, discriminator
        self.sketch = LandmarkSketch(generator.output_shape[1:3])
        self.sketch.build((None, COUNT, 2))
        self.styles = LearnedConstant(generator.input_shape[1][1:], dtype=keras.config.floatx())
        self.styles.build((None, 1))
        self.start_players(
            [self.discriminator], [self.generator, self.styles], generate=self.images_of
        )
        self.built = True

    def animate(self, drive: np.ndarray) -> np.ndarray:
        """The person with other landmarks.

        Args:
            drive: (frames, 30, 2), at most 256.

        Returns:
            uint8 (frames, height, width, channels).

        Raises:
            ValueError: on landmarks of another shape, outside [-0.5, 1.5] or NaN, and on more than 256
                frames.
        """
        styles = keras.ops.convert_to_numpy(self.styles.constant)
        return drawn(self.generator, self.sketch, styles, check_drive(drive))

    def plot(self, path: str | os.PathLike, drive: np.ndarray, fps: float = 25.0) -> Path:
        """Writes an animated GIF of `animate(drive)`; the path ends in .gif."""
        return video.write(path, self.animate(drive), 1.0 / fps)

    # The game.

    def prepare(self, images, landmarks):
        """Images in [-1, 1], and sketches of their landmarks."""
        return {"truth": to_network(images), "sketches": self.sketch(landmarks)}

    def images_of(self, truth, sketches):
        """Generated images of the person with these landmarks."""
        return self.generator([sketches, self.styles(sketches)], training=True)

    def discriminator_loss(self, generated, truth, sketches):
        """Of images of the person, whom w' stands for: nobody is added to it."""
        return self.difference(generated, truth, sketches, self._nobody(truth))

    def generator_loss(self, generated, truth, sketches):
        """Of images of the person."""
        return self.likeness(generated, truth, sketches, self._nobody(truth))

    def _nobody(self, truth):
        width = self.discriminator.input_shape[2][-1]
        return keras.ops.zeros((keras.ops.shape(truth)[0], width))
