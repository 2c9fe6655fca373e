"""What differs between TensorFlow and JAX: the only training code that names a backend.

Each backend module offers the same five functions, and everything else in the library is Keras `ops`:

- `play_turn(game, *args)`: plays `game.turn(data)` the way this backend's `Trainer` calls `train_step`.
- `value_and_grad(fn, variables, scale)`: the value of `fn()`, and the gradients of `scale(fn())` with respect
  to `variables`, divided by the number of replicas because Keras optimizers sum over them.
- `gradient(fn, x)`: the gradient of `sum(fn(x))` with respect to the tensor `x`, differentiable itself.
- `replicas()`: how many replicas share this step, and which of them this is.
- `device()`: what the training runs on, in words.
"""

import keras

if keras.backend.backend() == "tensorflow":
    from keras_gan.backend.tensorflow import (
        device,
        gradient,
        play_turn,
        replicas,
        value_and_grad,
    )
elif keras.backend.backend() == "jax":
    from keras_gan.backend.jax import (
        device,
        gradient,
        play_turn,
        replicas,
        value_and_grad,
    )
else:
    raise ImportError(
        f"keras_gan trains with the TensorFlow and JAX backends; KERAS_BACKEND is "
        f"{keras.backend.backend()!r}. Set KERAS_BACKEND=tensorflow or KERAS_BACKEND=jax."
    )

__all__ = ["device", "gradient", "play_turn", "replicas", "value_and_grad"]
