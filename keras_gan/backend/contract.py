"""The functions that each backend offers. Everything else in the library is Keras `ops`.

Steps and gradients:

- `play_step(game, *args)`: runs `game.step(batch)` the way this backend's `Trainer` calls `train_step`.
- `value_and_grad(loss, variables, scale)`: `loss()`, a pair (scalar, anything else), and the gradients of
  `scale(scalar)` with respect to the variables.
- `Forward(fn, variables)`: a forward pass that is kept. `outputs` is what `fn()` returned, a structure of
  tensors; `value_and_grad(loss, scale)` is as above, of `loss(outputs)`, through the floating outputs and
  directly. Integer outputs, such as tokens, are data.
- `gradient(fn, x)`: the gradient of `sum(fn(x))` with respect to the tensor `x`, differentiable itself. State
  that `fn` would change on the way (batch statistics, random numbers) stays as it was.
- `compiled(fn)`: `fn`, which maps tensors to tensors and changes no state, as one compiled graph.
- `substitute(fn, pairs)`: `fn()`, while each variable of the `(variable, value)` pairs reads as its value.
- `apply_if(condition, optimizer, gradients, variables)`: `optimizer.apply` if a scalar tensor holds.
- `compute_if(condition, fn, otherwise, state)`: the tensors of `fn()` if a scalar tensor holds, with the
  changes that it makes to the variables `state`; else those of `otherwise()`, of the same shapes.
- `exact(value)`: a tensor in float64, or the most exact type that the backend's configuration has.
- `probability()`: the module of TensorFlow Probability for this backend; an ImportError where it is missing.
- `synchronize(game)`: copies the state of a running `fit` into the game's variables.
- `stream(batches)`: a `PyDataset` of equal batches, in the form that `fit` reads fastest.

Devices:

- `distribute(strategy)`: a scope in which a model is built and trained on several devices or machines.
- `replicas()`: the number of replicas that share this step, and the index of this one.
- `replica_count()`: the number of replicas that will share a step, outside of one.
- `replica_mean(value)`: the mean of a tensor over replicas.
- `gather(value)`: the rows of all replicas, in order, of a tensor that holds those of this one.
- `process()`: the number of processes that feed rows of a batch, and the index of this one.
- `is_chief()`: whether this process is the one that writes files.
- `one_thread_each()`: use one thread for each operation and run operations in parallel. Call it before
  TensorFlow starts; it helps where operations are small.
- `device()`: the hardware that training runs on, in words.

Kernels, each None where Keras's own operations are as fast:

- `normalize_batch(inputs, gamma, beta, epsilon)`: batch normalization, with the batch's mean and variance.
- `normalize_images(inputs, gamma, beta, epsilon)`: normalization of each image by its own statistics.
- `conv_stride2(inputs, kernel)`, `conv_transpose_stride2(inputs, kernel)`: convolutions of 4x4 kernels with
  stride 2 and their transposes.
- `leaky_relu(inputs, slope)`: with a second derivative that costs nothing (never None).
"""

NAMES = [
    "Forward",
    "apply_if",
    "compiled",
    "compute_if",
    "conv_stride2",
    "conv_transpose_stride2",
    "device",
    "distribute",
    "exact",
    "gather",
    "gradient",
    "is_chief",
    "leaky_relu",
    "normalize_batch",
    "normalize_images",
    "one_thread_each",
    "play_step",
    "probability",
    "process",
    "replica_count",
    "replica_mean",
    "replicas",
    "stream",
    "substitute",
    "synchronize",
    "value_and_grad",
]

MISSING = "TensorFlow Probability is missing, or tf-keras: pip install keras_gan[probability]"
