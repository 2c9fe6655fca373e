"""Projection: the search for a picture in a latent space, as a game of one player."""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.game.game import Game, Player
from keras_gan.modalities.images import check, to_network, to_people
from keras_gan.tasks.styles import StyleGeneration


@dataclass(frozen=True)
class Projection:
    """The latents whose images are closest to given pictures.

    Attributes:
        latents: (n, d), in z or, for a `StyleGeneration`, in W.
        images: uint8 (n, height, width, channels), the images of these latents.
        distances: (n,), root mean square of the difference from the pictures, in levels of 0 to 255.
    """

    latents: np.ndarray
    images: np.ndarray
    distances: np.ndarray


def project(
    model: Any,
    pictures: np.ndarray,
    steps: int = 1000,
    starts: int = 8,
    seed: int = 0,
    labels: Any = None,
) -> Projection:
    """Latents whose images come as close to given pictures as a search finds.

    Adam, at a rate of 0.1 that falls to 0 along a cosine, minimizes the mean square of the difference, from
    several starts at once, of which the best counts. It changes z; for a model of styles (StyleGAN2) w, the
    same for all layers, the first start being the mean of w (Karras et al. 2020, section 5).

    Deviations from that section: squares of pixels instead of LPIPS; no noise on w; fixed noise images.

    Args:
        model: a generative model.
        pictures: uint8, or floats in [-1, 1], (n, height, width, channels) of the size of the model's images.
        steps: steps of Adam.
        starts: random starts for each picture.
        seed: of the starts.
        labels: for a conditional model, one class for all pictures or (n,) classes.

    Returns:
        A `Projection`.

    Raises:
        ValueError: on pictures of another size, number of channels or range, labels that do not fit, or fewer
            than one step or start.
    """
    pictures = np.asarray(pictures)
    shape = model.example_shape
    if pictures.ndim != 4 or pictures.shape[1:] != shape or not len(pictures):
        raise ValueError(
            f"pictures must be (n, {str(shape)[1:]} as the images of the model, got {pictures.shape}."
        )
    check(pictures, "pictures")
    if steps < 1 or starts < 1:
        raise ValueError(f"steps and starts must be at least 1, got {steps} and {starts}.")
    num = len(pictures)
    labels = model._check_labels(labels, num)
    targets = np.asarray(to_network(pictures), np.float32).repeat(starts, axis=0)
    if labels is not None:
        labels = labels.repeat(starts)
    game = _Search(model, _starting_latents(model, num, starts, seed), targets, labels)
    rate = keras.optimizers.schedules.CosineDecay(0.1, steps)
    game.compile({"latents": keras.optimizers.Adam(rate)})
    indices = np.tile(np.arange(len(targets)), steps)
    game.fit(indices, batch_size=len(targets), shuffle=False, verbose=0)
    latents = ops.convert_to_numpy(game.variable.latents)
    images = game.decode(latents)
    errors = np.square(images.clip(-1.0, 1.0) - targets).mean(axis=(1, 2, 3)).reshape(num, starts)
    best = np.arange(num) * starts + errors.argmin(axis=1)
    images = to_people(images[best])
    gaps = images.astype(np.float64) - to_people(targets[::starts])
    distances = np.sqrt(np.square(gaps).mean(axis=(1, 2, 3)))
    return Projection(latents[best], images, distances)


def _starting_latents(model, num, starts, seed):
    """Latents (num * starts, d), the starts of one picture after the other."""
    if not isinstance(model, StyleGeneration):
        return model.latents(num * starts, seed)
    # Half way between the mean and a random w; the mean itself first.
    start = model.styles(model.latents(num * starts, seed), truncation=0.5)[:, 0]
    start[::starts] = model.styles(model.latents(1, seed), truncation=0.0)[0, 0]
    return start


class _Latents(keras.layers.Layer):
    """Latents (n, d) as a trainable variable."""

    def __init__(self, start):
        super().__init__(dtype="float32")
        self.latents = self.add_weight(shape=start.shape, initializer="zeros", name="latents")
        self.latents.assign(start)
        self.built = True


class _Search(Game):
    """A game of one player, which changes latents until their images are the targets."""

    columns = ("indices",)

    def __init__(self, model, start, targets, labels):
        super().__init__(seed=0)
        self.variable = _Latents(start)
        # In a function, so that Keras does not track the model as a part of this game.
        self.outside = lambda: (model, targets, labels)
        self.players = [Player("latents", [self.variable], self.loss_on, keras.optimizers.Adam)]
        self.built = True

    def synthesize(self, latents):
        """Images of the latents."""
        model, _, labels = self.outside()
        if isinstance(model, StyleGeneration):
            synthesis = model.sampling_generator.get_layer("synthesis")
            layers = synthesis.input_shape[1]
            return synthesis(ops.repeat(latents[:, None], layers, axis=1), training=False)
        return model(latents if labels is None else [latents, labels], training=False)

    def loss_on(self, indices):
        """The sum over starts of the mean square of the difference: each start is its own search."""
        _, targets, _ = self.outside()
        gap = self.synthesize(ops.convert_to_tensor(self.variable.latents)) - targets
        # A value beyond black or white is shown as black or white: no error where the picture is that.
        beyond = ops.logical_and(np.abs(targets) >= 1.0, gap * targets > 0.0)
        gap = ops.where(beyond, 0.0, gap)
        return ops.sum(ops.mean(ops.square(gap), axis=(1, 2, 3)))

    def decode(self, latents):
        """Images of the latents, as an array."""
        return ops.convert_to_numpy(self.synthesize(ops.convert_to_tensor(latents)))
