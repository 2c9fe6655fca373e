"""What a latent space can do: walk through it, find directions in it, look for a picture in it.

frames = latent.walk(model, stops=5, frames=100, seed=1)
latent.write_gif("walk.gif", frames)
directions, strengths = latent.sefa(model, 5)
found = latent.project(model, pictures)
"""

from keras_gan.latent.directions import arithmetic, attribute, sefa
from keras_gan.latent.paths import linear, spherical, walk, write_gif
from keras_gan.latent.projection import Projection, project

__all__ = [
    "Projection",
    "arithmetic",
    "attribute",
    "linear",
    "project",
    "sefa",
    "spherical",
    "walk",
    "write_gif",
]
