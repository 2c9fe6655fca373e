"""Keras's private surface is still there: a failure here names what a new version of Keras has renamed."""

import keras
import pytest

from keras_gan.backend import keras_private


def test_flatten_layers_finds_layers_at_any_depth():
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="deep")])
    outer = keras.Sequential([keras.Input((2,)), inner])
    names = [layer.name for layer in keras_private.flatten_layers(outer)]
    assert "deep" in names and outer.name not in names


def test_learning_rate_variable_holds_the_rate():
    optimizer = keras.optimizers.Adam(0.25)
    assert float(keras_private.learning_rate_variable(optimizer)) == 0.25


def test_enclosing_state_is_that_of_the_scope_around():
    variable = keras.Variable(1.0)
    assert keras_private.enclosing_state() is None
    with keras.StatelessScope(state_mapping=[(variable, keras.ops.convert_to_tensor(2.0))]):
        assert float(keras_private.enclosing_state()[id(variable)]) == pytest.approx(2.0)


@pytest.mark.tensorflow
def test_overridden_method_is_that_of_keras():
    assert callable(keras.Model._maybe_symbolic_build)


def test_keras_tracks_the_loss_where_it_is_dropped():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    assert isinstance(model._loss_tracker, keras.metrics.Mean)


def test_the_last_operation_is_that_of_the_innermost_network():
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, name="last")])
    outer = keras.Sequential([keras.Input((2,)), inner])
    assert keras_private.last_operation(outer).name == "last"


def test_code_is_copied_but_not_where_a_file_is_loaded_safely():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x)])
    with keras_private.copying_code():
        assert len(keras.models.clone_model(network).layers) == 1
    refused = pytest.raises(ValueError, match="Lambda")
    with keras_private.SafeModeScope(True), keras_private.copying_code(), refused:
        keras.models.clone_model(network)
