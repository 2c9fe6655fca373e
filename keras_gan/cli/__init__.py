"""The `keras-gan` command."""

from keras_gan.cli.commands import main

__all__ = ["main"]
