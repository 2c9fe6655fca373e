"""Latent spaces: paths through them, directions in them, the latents of a picture.

frames = latent.walk(model, stops=5, frames=100, seed=1)
video.write("walk.gif", frames)  # of keras_gan.modalities
directions, strengths = latent.sefa(model, 5)
found = latent.project(model, pictures)
"""

from keras_gan.lazy import lazy

_NAMES = {
    "Projection": "projection",
    "arithmetic": "directions",
    "attribute": "directions",
    "linear": "paths",
    "project": "projection",
    "sefa": "directions",
    "spherical": "paths",
    "walk": "paths",
}

__all__ = [*_NAMES]
__getattr__, __dir__ = lazy(__name__, _NAMES)
