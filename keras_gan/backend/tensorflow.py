"""The game on TensorFlow: gradient tapes, variables updated in place, `tf.distribute`."""

import tensorflow as tf

from keras_gan.backend.cpu import cpu


def play_turn(game, data):
    """Plays one turn and returns its logs; Keras has already entered the replica context."""
    # At the end of a dataset of unknown length the data never comes, and nothing may move without it.
    with tf.control_dependencies(tf.nest.flatten(data)):
        logs = game.turn(data)
    if isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
        # Keras reduces the logs of several workers along axis 0, which a scalar does not have.
        logs = {name: tf.reshape(value, (1,)) for name, value in logs.items()}
    return logs


def value_and_grad(fn, variables, scale):
    """The scalar `fn()`, and the gradients of `scale(fn()) / replicas` with respect to `variables`."""
    tensors = [variable.value for variable in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        value = fn()
        scaled = scale(value / replicas()[0])
    return value, tape.gradient(scaled, tensors)


def gradient(fn, x):
    """The gradient of `sum(fn(x))` with respect to `x`, of the shape of `x`."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        value = fn(x)
    return tape.gradient(value, x)


def replicas():
    """`(count, index)`: the replicas in sync, and this one's index (an int or a scalar tensor)."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return 1, 0
    return context.num_replicas_in_sync, context.replica_id_in_sync_group


def device():
    """What the training runs on, in words: the accelerators, or else the CPU."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return cpu()
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
    return f"{len(gpus)} x {name}"
