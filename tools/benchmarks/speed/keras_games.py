"""The games of the benchmark by keras_gan's `fit`, and by train steps in the style of keras.io's examples."""

import time

import keras
import numpy as np

from keras_gan import backend
from keras_gan.game.feeding import Batches
from tools.benchmarks.speed import keras_io
from tools.benchmarks.speed.games import Game


class Contestant:
    """A model that trains on random images."""

    def __init__(self, name, game: Game, options, jit_compile=False, by_hand=False):
        self.game, self.batch, self.by_hand = game, options.batch or game.batch, by_hand
        if self.batch == 1 and options.dtype == "bfloat16" and not by_hand:
            backend.one_thread_each()  # as `keras-gan train` does
        if options.dtype == "bfloat16":
            keras.config.set_dtype_policy("mixed_bfloat16")
        self.translates = name == "cyclegan"
        model = game.build(game.shape)
        if by_hand:
            self.trained = keras_io.by_hand(model, game)
            self.generator, self.rows = self.trained.generator, self.batch * game.updates
        else:
            model.compile(jit_compile=jit_compile)
            self.trained, self.rows = model, self.batch
            self.generator = model.generator_ab if self.translates else model.generator
        self.latent_dim = getattr(model, "latent_dim", None)
        self.random = np.random.default_rng(0)

    def images(self, count):
        return self.random.uniform(-1, 1, (count, *self.game.shape)).astype("float32")

    def train(self, steps):
        count = steps * self.batch * self.game.updates
        columns = [self.images(count) for _ in range(1 + self.translates)]
        data, size = columns, {"batch_size": self.rows}
        if self.by_hand:
            # Keras's own reading of arrays waits after an epoch, which is not the cost of a step.
            named = dict(zip("ab", columns, strict=False))
            data, size = [backend.stream(Batches(named, self.rows))], {}
        began = time.perf_counter()
        self.trained.fit(*data, **size, verbose=0)
        return time.perf_counter() - began

    def generate(self, count):
        if self.translates:
            inputs = self.images(self.batch)
        else:
            inputs = self.random.normal(size=(self.batch, self.latent_dim)).astype("float32")
        began = time.perf_counter()
        for _ in range(count):
            self.generator.predict_on_batch(inputs)
        return time.perf_counter() - began

    def weights(self, _=1):
        """The number of trainable weights."""
        return sum(int(np.prod(v.shape)) for v in self.trained.trainable_variables)

    def memory(self, _=1):
        if keras.backend.backend() == "jax":
            import jax

            return (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use")
        return None
