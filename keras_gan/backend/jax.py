"""The game on JAX: one `StatelessScope` holds all state of a training step, which updates it.

`keras.StatelessScope` redirects reads and writes of variables to a mapping. `play_step` opens one over
everything the game owns; a `Forward` opens others inside it over the variables it differentiates, and carries
what changed meanwhile (batch statistics, random seeds) out as auxiliary values.
"""

import os
from contextlib import contextmanager

import jax
import keras
import numpy as np

from keras_gan.backend.contract import MISSING
from keras_gan.backend.contract import NAMES as __all__  # noqa: F401
from keras_gan.backend.cpu import cpu
from keras_gan.backend.jax_kernels import *  # noqa: F403
from keras_gan.backend.keras_private import enclosing_state


def play_step(game, state, data):
    """Run one training step from `state`; returns its logs and the new state, as `JAXTrainer` expects."""
    groups = (
        game.trainable_variables,
        game.non_trainable_variables,
        game.optimizer.variables,
        game.metrics_variables,
    )
    pairs = [
        pair
        for variables, values in zip(groups, state, strict=True)
        for pair in zip(variables, values, strict=True)
    ]
    with keras.StatelessScope(state_mapping=pairs) as scope:
        logs = game.step(jax.tree.map(jax.numpy.asarray, data))  # NumPy's where it runs eagerly
    return logs, tuple([scope.get_current_value(v) for v in variables] for variables in groups)


def _capture(fn, assignments=()):
    """`fn()` in a scope that starts as the enclosing one; returns also the changes that `fn` made in it."""
    outer = enclosing_state() or {}
    with keras.StatelessScope() as inner:
        inner.state_mapping.update(outer)
        for variable, value in assignments:
            inner.add_update((variable, value))
        result = fn()
    assigned = {id(variable) for variable, _ in assignments}
    changed = {
        key: value
        for key, value in inner.state_mapping.items()
        if key not in assigned and value is not outer.get(key)
    }
    return result, changed


def _commit(changed):
    """Hands changes that `_capture` returned on to the enclosing scope, if there is one."""
    outer = enclosing_state()
    if outer is not None:
        outer.update(changed)


def value_and_grad(loss, variables, scale):
    """`loss()`, a pair (scalar, anything else), and the gradients of `scale(scalar)`."""

    def stateless(values):
        (value, other), changed = _capture(loss, list(zip(variables, values, strict=True)))
        return scale(value), (value, other, changed)

    values = [variable.value for variable in variables]
    gradients, (value, other, changed) = jax.grad(stateless, has_aux=True)(values)
    _commit(changed)
    return (value, other), gradients


class Forward:
    """A forward pass that is kept: the `outputs` of `fn()`, and gradients of a loss of them.

    Args:
        fn: function without arguments that returns a structure of tensors.
        variables: the variables with respect to which gradients are taken.
    """

    def __init__(self, fn, variables):
        self.variables = variables
        self.values = [variable.value for variable in variables]

        def stateless(values):
            return _capture(fn, list(zip(variables, values, strict=True)))

        self.outputs, self.pull_back, changed = jax.vjp(stateless, self.values, has_aux=True)
        _commit(changed)

    def value_and_grad(self, loss, scale):
        """`loss(outputs)`, a pair (scalar, anything else), and the gradients of `scale(scalar)`.

        The gradients go through the floating outputs, and directly; integer outputs are data.
        """
        leaves, structure = jax.tree.flatten(self.outputs)
        floating = [jax.numpy.issubdtype(leaf.dtype, jax.numpy.floating) for leaf in leaves]

        def joined(floats, others):
            floats, others = iter(floats), iter(others)
            return structure.unflatten(
                next(floats if is_float else others) for is_float in floating
            )

        def parted(wanted):
            return [
                leaf for leaf, is_float in zip(leaves, floating, strict=True) if is_float == wanted
            ]

        integers = parted(False)

        def stateless(floats, values):
            assignments = list(zip(self.variables, values, strict=True))
            (value, other), changed = _capture(lambda: loss(joined(floats, integers)), assignments)
            return scale(value), (value, other, changed)

        gradients = jax.grad(stateless, argnums=(0, 1), has_aux=True)
        (of_floats, direct), (value, other, changed) = gradients(parted(True), self.values)
        _commit(changed)
        none = [np.zeros(leaf.shape, jax.dtypes.float0) for leaf in integers]
        through = self.pull_back(joined(of_floats, none))[0]
        return (value, other), jax.tree.map(jax.numpy.add, direct, through)


def gradient(fn, x):
    """The gradient of `sum(fn(x))` with respect to `x`, tensors of its structure; changes no state."""

    def total(x):
        return _capture(lambda: sum(leaf.sum() for leaf in jax.tree.leaves(fn(x))))[0]

    return jax.grad(total)(x)


def compiled(fn):
    """`fn`, which maps tensors to tensors and changes no state, as one compiled graph."""
    return jax.jit(fn)


def substitute(fn, pairs):
    """`fn()`, while each variable of the `(variable, value)` pairs reads as its value."""
    result, changed = _capture(fn, pairs)
    _commit(changed)
    return result


def apply_if(condition, optimizer, gradients, variables):
    """`optimizer.apply(gradients, variables)` if the condition, a scalar tensor, holds; nothing otherwise."""
    changed = [*variables, *optimizer.variables]
    before = [variable.value for variable in changed]
    count = len(variables)
    after, state = optimizer.stateless_apply(before[count:], gradients, before[:count])
    for variable, old, new in zip(changed, before, [*after, *state], strict=True):
        variable.assign(jax.numpy.where(condition, new, old))


def compute_if(condition, fn, otherwise, state):
    """`fn()` and what it changes if the condition, a scalar tensor, holds; else `otherwise()`."""
    outer = enclosing_state() or {}

    def apart():
        return _capture(fn)

    def nothing():
        changes = jax.eval_shape(apart)[1]
        return otherwise(), {key: outer[key] for key in changes}

    result, changed = jax.lax.cond(condition, apart, nothing)
    _commit(changed)
    return result


def one_thread_each():
    """Nothing: XLA decides."""


def gather(value):
    """`value` itself: a JAX program sees the global batch."""
    return value


def replica_mean(value):
    """`value` itself: a JAX program sees the global batch."""
    return value


def replicas():
    """`(1, 0)`: under `keras.distribution` a JAX program sees the global batch."""
    return 1, 0


def replica_count():
    """How many devices a batch is shared among."""
    distribution = keras.distribution.distribution()
    return distribution.device_mesh.shape[0] if distribution else 1


class _ByChannels(keras.distribution.ModelParallel):
    """Batches shared out over machines, and kernels, by output channels, over the devices of each."""

    def __init__(self):
        shape = jax.process_count(), jax.local_device_count()
        mesh = keras.distribution.DeviceMesh(shape, ["batch", "channels"])
        super().__init__(layout_map=keras.distribution.LayoutMap(mesh), batch_dim_name="batch")

    def get_variable_layout(self, variable):
        shape, parts = variable.shape, self.device_mesh.shape[1]
        if len(shape) < 2 or shape[-1] % parts:
            return super().get_variable_layout(variable)
        axes = [None] * (len(shape) - 1) + ["channels"]
        return keras.distribution.TensorLayout(axes, self.device_mesh)


@contextmanager
def distribute(strategy):
    """The scope of "data_parallel": each device has all weights and some rows of a batch.

    Of "model_parallel": the devices of a machine share out the weights, and machines the rows. Both go over
    all devices, of all processes that JAX finds in its environment.
    """
    kinds = {"data_parallel": keras.distribution.DataParallel, "model_parallel": _ByChannels}
    if strategy not in kinds:
        raise ValueError(
            f"strategy must be data_parallel or model_parallel under JAX, got {strategy!r}."
        )
    if "KERAS_DISTRIBUTION_JOB_ADDRESSES" in os.environ:
        keras.distribution.initialize()
    keras.distribution.set_distribution(kinds[strategy]())
    try:
        yield
    finally:
        keras.distribution.set_distribution(None)


def process():
    """`(count, index)`: how many processes feed rows of a batch, and which of them this is."""
    return (jax.process_count(), jax.process_index()) if replica_count() > 1 else (1, 0)


def stream(batches):
    """A `PyDataset` as `fit` reads it: as it is."""
    return batches


def is_chief():
    """Whether this process is the one that writes files."""
    return jax.process_index() == 0


def exact(value):
    """A tensor in float64 where `jax_enable_x64` is set, else in float32."""
    return jax.numpy.asarray(
        keras.ops.convert_to_tensor(value), jax.dtypes.canonicalize_dtype(float)
    )


def probability():
    """The module `tensorflow_probability.substrates.jax`."""
    from jax._src import core
    from jax.interpreters import xla

    if not hasattr(xla, "pytype_aval_mappings"):
        # It looks for this table where it was until JAX 0.7.
        xla.pytype_aval_mappings = core.pytype_aval_mappings
    try:
        import tensorflow_probability.substrates.jax as module
    except ImportError as error:
        raise ImportError(MISSING) from error
    return module


def synchronize(game):
    """Puts the state of a running `fit` into the game's variables."""
    game.jax_state_sync()


def device():
    """The hardware that training runs on, in words: the accelerators, or else the CPU."""
    devices = jax.devices()
    return cpu() if devices[0].platform == "cpu" else f"{len(devices)} x {devices[0].device_kind}"
