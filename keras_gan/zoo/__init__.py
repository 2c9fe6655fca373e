"""Zoo: trained models that load by name.

    keras_gan.zoo.list()                            # ["cgan_mnist", "dcgan_anime_faces", ...]
    print(keras_gan.zoo.card("dcgan_anime_faces"))  # paper, data, license, recipe, metrics
    model = keras_gan.zoo.load("dcgan_anime_faces") # ready for generate and for fit
    model = keras_gan.zoo.load("cats-training")     # the folder of a training, or a .keras file

An entry is a folder with an `entry.json` (see `Card`), a `model.json` (the serialized Keras config), its
weights and its samples. `keras_gan.zoo.train` trains a model by a recipe.
"""

from keras_gan.zoo.card import Card
from keras_gan.zoo.registry import card, list
from keras_gan.zoo.trained import Trained, find, load

__all__ = ["Card", "Trained", "card", "find", "list", "load"]
