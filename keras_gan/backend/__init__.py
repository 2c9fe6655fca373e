"""What differs between TensorFlow and JAX: the only training code that names a backend.

Each backend module offers the same, and everything else in the library is Keras `ops`:

- `play_step(game, *args)`: plays `game.step(data)` the way this backend's `Trainer` calls `train_step`.
- `Forward(fn, variables)`: a forward pass, what it `made`, and gradients of losses of that, asked for later.
- `gradient(fn, x)`: the gradient of `sum(fn(x))` with respect to the tensor `x`, differentiable itself. What
  `fn` would change on the way (batch statistics, random state) stays as it was.
- `substitute(fn, pairs)`: `fn()`, while each variable of the `(variable, value)` pairs reads as its value.
- `normalize_batch(inputs, gamma, beta, epsilon)`: batch normalization by one kernel; None without one.
- `normalize_images(inputs, gamma, beta, epsilon)`: each image by its own statistics, likewise.
- `apply_if(condition, optimizer, gradients, variables)`: `optimizer.apply` if a scalar tensor holds.
- `compute_if(condition, fn, otherwise, state)`: the tensors of `fn()` if a scalar tensor holds, and what it
  changes of the variables `state`; else those of `otherwise()`, of the same shapes.
- `conv_stride2(inputs, kernel)`, `conv_transpose_stride2(inputs, kernel)`: convolutions of 4x4 kernels with
  stride 2 and their transposes, where they train faster than `ops.conv`; None elsewhere.
- `one_thread_each()`: to be called first of all, where operations are small: they run side by side on CPUs.
- `gather(value)`: the rows of all replicas, in order, of a tensor that holds this one's.
- `replica_mean(value)`: the mean over replicas of a tensor.
- `replicas()`: how many replicas share this step, and which of them this is.
- `replica_count()`: how many replicas will share a step.
- `distribute(strategy)`: a scope in which a model is built and trained on several devices or machines.
- `process()`: how many processes feed rows of a batch, and which of them this is.
- `is_chief()`: whether this process is the one that writes files.
- `synchronize(game)`: puts the state of a running `fit` into the game's variables.
- `device()`: what the training runs on, in words.
"""

import keras

if keras.backend.backend() == "tensorflow":
    from keras_gan.backend.tensorflow import (
        Forward,
        apply_if,
        compute_if,
        conv_stride2,
        conv_transpose_stride2,
        device,
        distribute,
        gather,
        gradient,
        is_chief,
        leaky_relu,
        normalize_batch,
        normalize_images,
        one_thread_each,
        play_step,
        process,
        replica_count,
        replica_mean,
        replicas,
        stream,
        substitute,
        synchronize,
    )
elif keras.backend.backend() == "jax":
    from keras_gan.backend.jax import (
        Forward,
        apply_if,
        compute_if,
        conv_stride2,
        conv_transpose_stride2,
        device,
        distribute,
        gather,
        gradient,
        is_chief,
        leaky_relu,
        normalize_batch,
        normalize_images,
        one_thread_each,
        play_step,
        process,
        replica_count,
        replica_mean,
        replicas,
        stream,
        substitute,
        synchronize,
    )
else:
    raise ImportError(
        f"keras_gan trains with the TensorFlow and JAX backends; KERAS_BACKEND is "
        f"{keras.backend.backend()!r}. Set KERAS_BACKEND=tensorflow or KERAS_BACKEND=jax."
    )

__all__ = [
    "Forward",
    "Pass",
    "apply_if",
    "compute_if",
    "conv_stride2",
    "conv_transpose_stride2",
    "device",
    "distribute",
    "gather",
    "gradient",
    "is_chief",
    "leaky_relu",
    "normalize_batch",
    "normalize_images",
    "one_thread_each",
    "play_step",
    "process",
    "replica_count",
    "replica_mean",
    "replicas",
    "stream",
    "substitute",
    "synchronize",
]
