"""The games of the benchmark by keras_gan's `fit`."""

import time

import keras
import numpy as np

from keras_gan import backend
from tools.benchmarks.speed.games import Game


class Contestant:
    """A model that trains on random images."""

    def __init__(self, name, game: Game, options, jit_compile=False):
        self.game, self.batch = game, options.batch or game.batch
        if self.batch == 1 and options.dtype == "bfloat16":
            backend.one_thread_each()  # as `keras-gan train` does
        if options.dtype == "bfloat16":
            keras.config.set_dtype_policy("mixed_bfloat16")
        self.translates = name == "cyclegan"
        self.model = model = game.build(game.shape)
        model.compile(jit_compile=jit_compile)
        self.generator = model.generator_ab if self.translates else model.generator
        self.latent_dim = getattr(model, "latent_dim", None)
        self.random = np.random.default_rng(0)

    def images(self, count):
        return self.random.uniform(-1, 1, (count, *self.game.shape)).astype("float32")

    def train(self, steps):
        count = steps * self.batch * self.game.updates
        columns = [self.images(count) for _ in range(1 + self.translates)]
        began = time.perf_counter()
        self.model.fit(*columns, batch_size=self.batch, verbose=0)
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
        return sum(int(np.prod(v.shape)) for v in self.model.trainable_variables)

    def memory(self, _=1):
        if keras.backend.backend() == "jax":
            import jax

            return (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use")
        return None
