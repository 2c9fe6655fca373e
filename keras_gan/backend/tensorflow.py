"""The game on TensorFlow: gradient tapes, variables updated in place, `tf.distribute`."""

import contextlib
import os

import keras
import tensorflow as tf

from keras_gan.backend.cpu import cpu


def play_step(game, data):
    """Plays one turn and returns its logs; Keras has already entered the replica context."""
    # At the end of a dataset of unknown length the data never comes, and nothing may move without it.
    with tf.control_dependencies(tf.nest.flatten(data)):
        logs = game.step(data)
    if isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
        # Keras reduces the logs of several workers along axis 0, which a scalar does not have.
        logs = {name: tf.reshape(value, (1,)) for name, value in logs.items()}
    return logs


class Forward:
    """A forward pass: what `fn()` made, and the gradients of its losses with respect to `variables`."""

    def __init__(self, fn, variables):
        self.tensors = [variable.value for variable in variables]
        self.tape = tf.GradientTape(watch_accessed_variables=False)
        with self.tape:
            self.tape.watch(self.tensors)
            self.outputs = fn()

    def value_and_grad(self, loss, scale):
        """The scalar `loss(made)`, and the gradients of `scale(loss(made))`, through `made` and directly.

        They are divided by the number of replicas, because Keras optimizers sum over those. Once only.
        """
        with self.tape:
            value = loss(self.outputs)
            scaled = scale(value / replicas()[0])
        return value, self.tape.gradient(scaled, self.tensors)


def gradient(fn, x):
    """The gradient of `sum(fn(x))` with respect to `x`, tensors of its structure; changes no state."""
    with keras.StatelessScope(), tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value = fn(x)
    return tape.gradient(value, x)


def substitute(fn, pairs):
    """`fn()`, while each variable of the `(variable, value)` pairs reads as its value; changes no state."""
    with keras.StatelessScope(state_mapping=pairs):
        return fn()


def normalize_batch(inputs, gamma, beta, epsilon):
    """Batch-normalized images (n, height, width, channels), and the batch's mean and (biased) variance.

    None for inputs that TensorFlow's kernel does not take.
    """
    if len(inputs.shape) != 4 or inputs.dtype == tf.float64:
        return None
    outputs, mean, unbiased = _normalize(inputs, gamma, beta, epsilon)
    count = tf.cast(tf.size(inputs) // inputs.shape[-1], unbiased.dtype)
    return outputs, mean, unbiased * (count - 1.0) / count


def normalize_images(inputs, gamma, beta, epsilon):
    """Images (n, height, width, channels), each channel of each of them normalized by its own statistics.

    None for inputs that TensorFlow's kernel does not take.
    """
    if len(inputs.shape) != 4 or inputs.dtype == tf.float64 or inputs.shape[-1] is None:
        return None
    channels = inputs.shape[-1]
    gamma = tf.ones(channels) if gamma is None else tf.convert_to_tensor(gamma)
    beta = tf.zeros(channels) if beta is None else tf.convert_to_tensor(beta)
    if inputs.shape[0] == 1:
        return _normalize(inputs, gamma, beta, epsilon)[0]
    num, height, width, _ = tf.unstack(tf.shape(inputs))
    # The channels of many images are those of one.
    beside = tf.transpose(inputs, (1, 2, 0, 3))
    one = tf.reshape(beside, (1, height, width, num * channels))
    outputs = _normalize(one, tf.tile(gamma, [num]), tf.tile(beta, [num]), epsilon)[0]
    outputs = tf.transpose(tf.reshape(outputs, tf.shape(beside)), (2, 0, 1, 3))
    return tf.ensure_shape(outputs, inputs.shape)


def _normalize(inputs, gamma, beta, epsilon):
    """The batch normalized, its mean and its unbiased variance, through which no gradient goes."""

    @tf.custom_gradient
    def normalize(x, gamma, beta):
        outputs, mean, unbiased, *kept = tf.raw_ops.FusedBatchNormV3(
            x=x, scale=gamma, offset=beta, mean=[], variance=[], epsilon=epsilon
        )
        return (outputs, mean, unbiased), lambda dy, *_: slopes(x, gamma, dy, *kept)

    @tf.custom_gradient
    def slopes(x, gamma, dy, *kept):
        *found, _, _ = tf.raw_ops.FusedBatchNormGradV3(
            y_backprop=dy,
            x=x,
            scale=gamma,
            reserve_space_1=kept[0],
            reserve_space_2=kept[1],
            reserve_space_3=kept[2],
            epsilon=epsilon,
        )

        def second_order(*upstream):
            # TensorFlow's own is off by about a percent.
            inputs = [x, gamma, dy]
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                plain = _slopes(*inputs, epsilon)
            return *tape.gradient(plain, inputs, upstream), *(None for _ in kept)

        return tuple(found), second_order

    return normalize(inputs, tf.convert_to_tensor(gamma), tf.convert_to_tensor(beta))


def _slopes(x, gamma, dy, epsilon):
    """The gradients of batch normalization with respect to its inputs, scales and offsets."""
    kind = x.dtype
    x, dy = tf.cast(x, tf.float32), tf.cast(dy, tf.float32)
    mean, variance = tf.nn.moments(x, (0, 1, 2))
    scale = tf.math.rsqrt(variance + epsilon)
    normalized = (x - mean) * scale
    along = tf.reduce_mean(dy * normalized, (0, 1, 2))
    level = tf.reduce_mean(dy, (0, 1, 2))
    dx = gamma * scale * (dy - level - normalized * along)
    count = tf.cast(tf.size(x) // tf.size(gamma), tf.float32)
    return tf.cast(dx, kind), along * count, level * count


def leaky_relu(inputs, slope):
    """`keras.ops.leaky_relu` without the zeros that TensorFlow takes back from its second derivative."""

    @tf.custom_gradient
    def activate(x):
        # A gather hands back its slopes as rows and their indices.
        return tf.nn.leaky_relu(x, slope), lambda dy: slopes(x, tf.convert_to_tensor(dy))

    @tf.custom_gradient
    def slopes(x, dy):
        found = tf.raw_ops.LeakyReluGrad(gradients=dy, features=x, alpha=slope)
        return found, lambda upstream: (None, slopes(x, tf.convert_to_tensor(upstream)))

    return activate(inputs)


def apply_if(condition, optimizer, gradients, variables):
    """`optimizer.apply(gradients, variables)` if the condition, a scalar tensor, holds; nothing otherwise."""
    if not _replica_context():
        tf.cond(condition, lambda: (optimizer.apply(gradients, variables), 0)[1], lambda: 0)
        return
    # The sum over replicas cannot be in a branch: it is applied, and taken back.
    moved = [*variables, *optimizer.variables]
    before = [tf.identity(variable.value) for variable in moved]
    optimizer.apply(gradients, variables)
    for variable, value in zip(moved, before, strict=True):
        variable.assign(tf.where(condition, variable.value, value))


def compute_if(condition, fn, otherwise, state):
    """`fn()` and what it changes if the condition, a scalar tensor, holds; else `otherwise()`."""
    if not _replica_context():
        return tf.cond(condition, fn, otherwise)
    # What replicas exchange cannot be in a branch: it is computed, and what it changed taken back.
    before = [tf.identity(variable.value) for variable in state]
    result = fn()
    for variable, value in zip(state, before, strict=True):
        variable.assign(tf.where(condition, variable.value, value))
    return result


def one_thread_each():
    """Operations get a thread each and run side by side, in place of one after the other with all threads.

    Nothing once TensorFlow is at work, or where the environment says how many threads.
    """
    if "TF_NUM_INTRAOP_THREADS" not in os.environ:
        with contextlib.suppress(RuntimeError):
            tf.config.threading.set_intra_op_parallelism_threads(1)


def gather(value):
    """The rows of all replicas in sync, in order, of a tensor (n, ...) that holds this one's."""
    context = _replica_context()
    return context.all_gather(value, axis=0) if context else value


def conv_stride2(inputs, kernel):
    """Images (n, height, width, in) under a 4x4 kernel (4, 4, in, out) with stride 2, padding "same".

    None where TensorFlow's own gradient is as fast: oneDNN's in bfloat16 is not, for small images on CPUs.
    """
    kernel = tf.convert_to_tensor(kernel)
    if not _slow(inputs, kernel, largest=16) or any(side % 2 for side in inputs.shape[1:3]):
        return None

    @tf.custom_gradient
    def convolve(x, w):
        def gradients(dy):
            dx = tf.nn.conv2d_transpose(dy, w, tf.shape(x), 2, "SAME")
            return dx, _kernel_gradient(x, dy)

        return tf.nn.conv2d(x, w, 2, "SAME"), gradients

    return convolve(inputs, kernel)


def conv_transpose_stride2(inputs, kernel):
    """The transpose of `halve`: images (n, height, width, in), kernel (4, 4, out, in)."""
    kernel = tf.convert_to_tensor(kernel)
    if not _slow(inputs, kernel, largest=8):
        return None

    @tf.custom_gradient
    def convolve(x, w):
        def gradients(dy):
            return tf.nn.conv2d(dy, w, 2, "SAME"), _kernel_gradient(dy, x)

        num, height, width, _ = tf.unstack(tf.shape(x))
        shape = (num, 2 * height, 2 * width, w.shape[2])
        return tf.nn.conv2d_transpose(x, w, shape, 2, "SAME"), gradients

    return convolve(inputs, kernel)


def _slow(inputs, kernel, largest):
    sides = inputs.shape[1:3]
    small = None not in sides and max(sides) <= largest
    known = inputs.dtype == kernel.dtype == tf.bfloat16
    return small and known and not tf.config.list_physical_devices("GPU")


def _kernel_gradient(large, small):
    """Of `halve`, with inputs `large` (n, 2h, 2w, in) and the slope `small` (n, h, w, out) of its outputs."""
    height, width, out = small.shape[1:]
    # A kernel of 4x4 pixels is one of 2x2 blocks of 2x2 pixels, and the stride is a block.
    blocks = tf.nn.space_to_depth(tf.pad(large, [[0, 0], [1, 1], [1, 1], [0, 0]]), 2)
    rows = tf.reshape(small, (-1, out))
    depth = blocks.shape[-1]
    products = [
        tf.matmul(
            tf.reshape(blocks[:, i : i + height, j : j + width], (-1, depth)),
            rows,
            transpose_a=True,
        )
        for i in (0, 1)
        for j in (0, 1)
    ]
    gradient = tf.reshape(tf.stack(products), (2, 2, 2, 2, depth // 4, out))
    return tf.reshape(tf.transpose(gradient, (0, 2, 1, 3, 4, 5)), (4, 4, depth // 4, out))


def replica_mean(value):
    """The mean of a tensor over the replicas in sync."""
    context = _replica_context()
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, value) if context else value


def replicas():
    """`(count, index)`: the replicas in sync, and this one's index (an int or a scalar tensor)."""
    context = _replica_context()
    return (context.num_replicas_in_sync, context.replica_id_in_sync_group) if context else (1, 0)


def _replica_context():
    """Of a replica that is not alone; None otherwise."""
    context = tf.distribute.get_replica_context()
    return context if context and context.num_replicas_in_sync > 1 else None


def replica_count():
    """How many replicas a batch is shared among, asked outside of a step."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def distribute(strategy):
    """The scope of "mirrored", "multiworker" (whose machines `TF_CONFIG` names) or "tpu"."""
    if strategy == "tpu":
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver("")
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
        return tf.distribute.TPUStrategy(resolver).scope()
    kinds = {
        "mirrored": tf.distribute.MirroredStrategy,
        "multiworker": tf.distribute.MultiWorkerMirroredStrategy,
    }
    if strategy not in kinds:
        raise ValueError(
            f"strategy must be mirrored, multiworker or tpu under TensorFlow, got {strategy!r}."
        )
    return kinds[strategy]().scope()


def process():
    """`(1, 0)`: `tf.data` shards the batches of several processes by itself."""
    return 1, 0


def stream(batches):
    """A `PyDataset` of equal batches as `fit` reads it: a `tf.data.Dataset` that is not tuned while it runs.

    Keras makes one that is, and at the end of an epoch waits for the thread that tunes it, which wakes after
    5 ms, 10 ms, 20 ms and so on: epochs took up to twice as long (seen with TensorFlow 2.21).
    """

    def generate():
        return (batches[index] for index in range(len(batches)))

    signature = tuple(tf.TensorSpec(column.shape, column.dtype) for column in batches[0])
    dataset = tf.data.Dataset.from_generator(generate, output_signature=signature)
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(batches)))
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.prefetch(2).with_options(options)


def is_chief():
    """Whether this process is the one that writes files."""
    resolver = tf.distribute.get_strategy().cluster_resolver
    return (
        resolver is None
        or resolver.task_type in (None, "", "chief")
        or (resolver.task_type == "worker" and resolver.task_id == 0)
    )


def synchronize(game):
    """Variables are always up to date here."""


def device():
    """What the training runs on, in words: the accelerators, or else the CPU."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return cpu()
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return f"{len(gpus)} x {name}"
