"""The losses of images that are to look like those of one person (Zakharov et al. 2019, section 3.2)."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_gan.game.adversaries import Adversaries
from keras_gan.game.player import Player


class Likeness(Adversaries):
    """A `Game` whose generator is to match images of a person, and deceive a discriminator: a mixin.

    The discriminator D minimizes the hinge loss of images x and of generated ones G:

        relu(1 - D(x)) + relu(1 + D(G))

    and the generator

        content_weight |x - G| - D(G) + feature_weight * sum over blocks l of |V_l(x) - V_l(G)|

    where V_l are the maps of D. Absolute values are means over their elements.

    Args:
        content: what compares images with those they are to be: a function, registered with Keras, of two
            tensors (n, height, width, channels) in [-1, 1], the true images first, to a scalar. None for
            the mean absolute difference.
        content_weight: weight of the content.
        feature_weight: weight of the discriminator's features.
        discriminator_steps: updates of the discriminator in a step.
        objective: as in `keras_gan.game.adversaries.Adversaries`.
        penalties: as in `keras_gan.game.adversaries.Adversaries`.
    """

    objective = "hinge"
    content: Any = None
    content_weight: float = 10.0
    feature_weight: float = 10.0
    discriminator_steps: int = 2

    discriminator: keras.Model

    def start_players(
        self, discriminating: Sequence[keras.Layer], generating: Sequence[keras.Layer], **options
    ):
        """Sets the players, which update the variables of these layers.

        Args:
            discriminating: layers of the discriminator.
            generating: layers of the generator.
            **options: arguments of its `Player`, of which `parts` are beside those of its losses here.
        """
        parts = ("content", "adversarial", "features", *options.pop("parts", ()))
        self.players = [
            Player(
                "discriminator",
                discriminating,
                self.discriminator_loss,
                lambda: keras.optimizers.Adam(2e-4, beta_1=0.5),
                updates=self.discriminator_steps,
                after_update=lambda applied: self.after_discriminators([self.discriminator]),
            ),
            Player(
                "generator",
                generating,
                self.generator_loss,
                lambda: keras.optimizers.Adam(5e-5, beta_1=0.5),
                parts=parts,
                **options,
            ),
        ]

    def judged(self, images, sketches, people):
        """Logits (n, 1) of images, and the discriminator's maps after each block."""
        logits, *maps = self.discriminator([images, sketches, people], training=True)
        return logits, [ops.cast(each, keras.config.floatx()) for each in maps]

    def difference(self, generated, truth, sketches, people):
        """The discriminator's loss: of generated images and true ones, with landmarks, of people."""

        def critic(images):
            return self.judged(images, sketches, people)[0]

        return self.critic_loss(critic, truth, generated)

    def likeness(self, generated, truth, sketches, people):
        """The generator's loss, and its parts by name; arguments as in `difference`."""
        logits, maps = self.judged(generated, sketches, people)
        real_logits, real_maps = self.judged(truth, sketches, people)
        compare = self.content or absolute_difference
        parts = {
            "content": compare(truth, generated),
            "adversarial": self.objective.generator_loss(logits, real_logits),
            "features": sum(map(absolute_difference, real_maps, maps)),
        }
        loss = self.content_weight * parts["content"] + parts["adversarial"]
        return loss + self.feature_weight * parts["features"], parts


def absolute_difference(one, other):
    """The mean of |one - other|, a scalar."""
    return ops.mean(ops.abs(one - other))
