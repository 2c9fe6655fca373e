"""The signatures of a task as TensorFlow graphs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_gan.tasks.task import Signature, Task

MAX_NUM = 256
"""Rows of a request, which bounds the server's memory."""

Requests = list[tuple[str, dict[str, np.ndarray]]]


def graph_of(signature: Signature) -> tf.types.experimental.PolymorphicFunction:
    """A signature as a `tf.function` of tensors with the names, shapes and dtypes of its inputs."""
    names = list(signature.inputs)
    specs = [tf.TensorSpec(*about, name) for name, about in signature.inputs.items()]

    @tf.function(input_signature=specs)
    def graph(*tensors):
        given = dict(zip(names, tensors, strict=True))
        several = {name: each for name, each in given.items() if each.shape.rank}
        bounds = [at_most(tf.shape(each)[0], name) for name, each in several.items()]
        with tf.control_dependencies(bounds):
            return signature.function(**{name: tf.identity(each) for name, each in given.items()})

    return graph


def at_most(num, name):
    """The assertion that an input has at most `MAX_NUM` rows."""
    return tf.debugging.assert_less_equal(num, MAX_NUM, f"{name} must be at most {MAX_NUM}.")


class Served:
    """The functions that a SavedModel offers: the `signatures` of the model's task, the first as default.

    Attributes:
        signatures: name to `tf.function`.
        tables: lookup tables that these read, which a SavedModel must hold.

    Args:
        model: a model with signatures, under the TensorFlow backend.
    """

    tables: Sequence[Any] = ()

    def __init__(self, model: Task):
        neutral = model.signatures()
        self._examples = [signature.examples for signature in neutral.values()]
        _, *others = neutral
        names = ["serving_default", *others]
        graphs = map(graph_of, neutral.values())
        self.signatures: dict[str, Any] = dict(zip(names, graphs, strict=True))

    def requests(self, num: int) -> Requests:
        """Requests that warm a server up, as (signature, inputs): one of a single row for each signature.

        Args:
            num: size of the largest batch that the server runs.
        """
        rows = [{name: value[:1] for name, value in each.items()} for each in self._examples]
        return [
            (name, inputs) for name, inputs in zip(self.signatures, rows, strict=True) if inputs
        ]
