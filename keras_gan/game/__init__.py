"""The game: players, and the one training step of every model in this library."""

from keras_gan.game.game import Game
from keras_gan.game.player import Player

__all__ = ["Game", "Player"]
