"""The game on TensorFlow: gradient tapes, variables updated in place, `tf.distribute`."""

import contextlib
import os

import keras
import tensorflow as tf

from keras_gan.backend.contract import MISSING
from keras_gan.backend.contract import NAMES as __all__  # noqa: F401
from keras_gan.backend.cpu import cpu
from keras_gan.backend.tensorflow_kernels import *  # noqa: F403


def play_step(game, data):
    """Run one training step and return its logs; Keras has already entered the replica context."""
    # At the end of a dataset of unknown length the data never comes, and nothing may be updated without it.
    given = [part for part in data if part is not None] if isinstance(data, tuple) else data
    data = tf.nest.map_structure(tf.convert_to_tensor, given)  # `train_on_batch` has arrays
    with tf.control_dependencies(tf.nest.flatten(data)):
        logs = game.step(data)
    if isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
        # Keras reduces the logs of several workers along axis 0, which a scalar does not have.
        logs = {name: tf.reshape(value, (1,)) for name, value in logs.items()}
    return logs


def value_and_grad(loss, variables, scale):
    """`loss()`, a pair (scalar, anything else), and the gradients of `scale(scalar)`."""
    return Forward(lambda: None, variables).value_and_grad(lambda _: loss(), scale)


class Forward:
    """A forward pass that is kept: the `outputs` of `fn()`, and gradients of a loss of them.

    Args:
        fn: function without arguments that returns a structure of tensors.
        variables: the variables with respect to which gradients are taken.
    """

    def __init__(self, fn, variables):
        self.tensors = [variable.value for variable in variables]
        self.tape = tf.GradientTape(watch_accessed_variables=False)
        with self.tape:
            self.tape.watch(self.tensors)
            self.outputs = fn()

    def value_and_grad(self, loss, scale):
        """`loss(outputs)`, a pair (scalar, anything else), and the gradients of `scale(scalar)`; once only.

        Gradients are divided by the number of replicas, because Keras optimizers sum over those.
        """
        with self.tape:
            value, other = loss(self.outputs)
            scaled = scale(value / replicas()[0])
        return (value, other), self.tape.gradient(scaled, self.tensors)


def gradient(fn, x):
    """The gradient of `sum(fn(x))` with respect to `x`, tensors of its structure; changes no state."""
    with keras.StatelessScope(), tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value = fn(x)
    return tape.gradient(value, x)


def compiled(fn):
    """`fn`, which maps tensors to tensors and changes no state, as one compiled graph."""
    return tf.function(fn)


def substitute(fn, pairs):
    """`fn()`, while each variable of the `(variable, value)` pairs reads as its value; changes no state."""
    with keras.StatelessScope(state_mapping=pairs):
        return fn()


def apply_if(condition, optimizer, gradients, variables):
    """`optimizer.apply(gradients, variables)` if the condition, a scalar tensor, holds; nothing otherwise."""
    if not _replica_context():
        tf.cond(condition, lambda: (optimizer.apply(gradients, variables), 0)[1], lambda: 0)
        return
    # The sum over replicas cannot be in a branch: it is applied, and taken back.
    changed = [*variables, *optimizer.variables]
    before = [tf.identity(variable.value) for variable in changed]
    optimizer.apply(gradients, variables)
    for variable, value in zip(changed, before, strict=True):
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

    signature = tf.nest.map_structure(lambda x: tf.TensorSpec(x.shape, x.dtype), batches[0])
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


def exact(value):
    """A tensor in float64."""
    return tf.cast(value, tf.float64)


def probability():
    """The module `tensorflow_probability`."""
    try:
        import tensorflow_probability

        tensorflow_probability.distributions  # noqa: B018 -- it needs tf_keras, which it imports here.
    except ImportError as error:
        raise ImportError(MISSING) from error
    return tensorflow_probability


def synchronize(game):
    """Variables are always up to date here."""


def device():
    """The hardware that training runs on, in words: the accelerators, or else the CPU."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return cpu()
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return f"{len(gpus)} x {name}"
