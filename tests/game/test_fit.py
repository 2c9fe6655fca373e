"""`fit`: the arrays, datasets and labels that it takes, and those that it refuses."""

import numpy as np
import pytest
from game.games import SHAPE, Weighing, images, tiny
from keras import ops

from keras_gan import GAN
from keras_gan.game.feeding import Batches, as_batch


def sources(images, labels):
    """The kinds of data that fit takes, six batches of four each."""
    yield Batches({"examples": images, "labels": labels}, 4, shuffle=False)
    tf = pytest.importorskip("tensorflow")
    yield tf.data.Dataset.from_tensor_slices((images, labels)).batch(4)
    yield tf.data.Dataset.from_tensor_slices((images, labels)).batch(4, drop_remainder=True)


def test_fit_takes_arrays_datasets_and_labels():
    examples = np.arange(24, dtype="float32")[:, None]

    class Labeled(Weighing):
        columns = ("examples", "labels")

        def loss_of(self, layer):
            return lambda examples, labels: (
                ops.mean(layer(examples)) + 100.0 * ops.mean(ops.cast(labels, "float32"))
            )

    def losses(*args, **kwargs):
        game = Labeled(critic_moves=2)
        game.compile()
        history = game.fit(*args, shuffle=False, verbose=0, **kwargs).history
        return history["critic_loss"][0], history["other_loss"][0]

    labels = np.tile([0, 1], 12)
    expected = losses(examples, labels, batch_size=4)
    # The critic sees every example, half of them labeled 1, the other player the odd ones.
    assert expected == (50 + 11.5, 100 + 12.0)
    for source in sources(examples, labels):
        assert losses(source) == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"x": np.zeros((3, 1), "float32"), "batch_size": 4}, "consumes 4 examples"),
        ({"x": [1, 2, 3]}, "must be a NumPy array"),
        ({"x": np.zeros((8, 1)), "y": np.zeros(7, int), "batch_size": 2}, "learns from 1 column"),
        ({"x": np.zeros((8, 1)), "validation_split": 0.5}, "no meaning in a game"),
    ],
)
def test_fit_refuses_data_that_does_not_suit(data, message):
    game = Weighing()
    game.compile()
    with pytest.raises(ValueError, match=message):
        game.fit(**data)


@pytest.mark.tensorflow
def test_empty_dataset_is_refused():
    import tensorflow as tf

    game = Weighing()
    game.compile()
    with pytest.raises(ValueError, match="empty"):
        game.fit(tf.data.Dataset.from_tensor_slices(np.zeros((0, 1), "float32")).batch(4))


def drawn(model, **kwargs):
    """The first pixels of the examples that a `fit` of 10 images, 4 in a batch, draws."""
    model.seen = []
    x = np.broadcast_to(np.arange(10).reshape(10, 1, 1, 1), (10, *SHAPE)).astype("uint8")
    model.fit(x, batch_size=4, verbose=0, **kwargs)
    return [int(value) for value in model.seen]


class Seeing(GAN):
    """A GAN that keeps the first pixel of every example, in eager steps."""

    def step(self, data):
        batch = as_batch(self.columns, data)
        self.seen.extend(ops.convert_to_numpy(batch["images"])[:, 0, 0, 0])
        return super().step(data)


@pytest.mark.tensorflow
def test_fit_in_a_loop_draws_the_orders_of_one_fit():
    whole, loop = tiny(Seeing), tiny(Seeing)
    for model in (whole, loop):
        model.compile(run_eagerly=True)
    epochs = drawn(whole, epochs=4)
    assert [x for _ in range(4) for x in drawn(loop)] == epochs
    assert len({tuple(epochs[i : i + 8]) for i in range(0, 32, 8)}) == 4
    assert set(epochs) == set(range(10))  # others are left out each time


@pytest.mark.tensorflow
def test_unseeded_models_draw_orders_of_their_own():
    orders = []
    for _ in range(2):
        model = tiny(Seeing, seed=None)
        model.compile(run_eagerly=True)
        orders.append(drawn(model))
    assert orders[0] != orders[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, got 0"),
        ({"batch_size": 4.0}, r"batch_size must be a whole number of at least 1, got 4\.0"),
        ({"epochs": 0}, "epochs must be a whole number of at least 1, got 0"),
        ({"initial_epoch": -1}, "initial_epoch must be a whole number of at least 0, got -1"),
        ({"class_weight": {0: 1.0}}, "class_weight has no meaning in a game: its losses weigh"),
    ],
)
def test_fit_refuses_arguments_out_of_range(arguments, message):
    gan = tiny()
    gan.compile()
    with pytest.raises(ValueError, match=message):
        gan.fit(images(8), **{"batch_size": 4, "verbose": 0, **arguments})
    assert int(gan.steps) == 0
