"""Every batch of a dataset is checked, in eager steps and in compiled ones."""

import keras
import numpy as np
import pytest
from game.games import conditional, images, tiny

from keras_gan import CycleGAN


def sources(batches):
    """A `PyDataset` and, where TensorFlow is the backend, a `tf.data.Dataset` of batches."""

    class Source(keras.utils.PyDataset):
        def __len__(self):
            return len(batches)

        def __getitem__(self, index):
            batch = batches[index]
            return batch if isinstance(batch, tuple) else (batch,)

    yield Source()
    tf = pytest.importorskip("tensorflow")

    def generate():
        yield from batches

    signature = tf.nest.map_structure(
        lambda x: tf.TensorSpec((None, *x.shape[1:]), x.dtype), batches[0]
    )
    yield tf.data.Dataset.from_generator(generate, output_signature=signature)


def test_what_a_dataset_has_itself_is_not_given_besides():
    gan = tiny()
    gan.compile()
    for source in sources([images(4)] * 2):
        for name, value in {"y": np.zeros(8, int), "batch_size": 7, "initial_step": 1}.items():
            with pytest.raises(ValueError, match=f"{name} must not be given where x is a dataset"):
                gan.fit(source, verbose=0, **{name: value})


@pytest.mark.parametrize(
    "eagerly", [True, pytest.param(False, marks=[pytest.mark.graph, pytest.mark.slow])]
)
@pytest.mark.parametrize("steps", [1, 2])
def test_every_batch_of_a_dataset_is_checked(eagerly, steps):
    good, bad = images(4), images(4, 0, 255)
    for source in sources([good] * 5 + [bad]):
        gan = tiny(discriminator_steps=steps)
        gan.compile(run_eagerly=eagerly)
        with pytest.raises(ValueError, match=r"In a batch of the dataset.*\[-1, 1\], got float32"):
            gan.fit(source, verbose=0)
    nan = np.where(np.arange(4).reshape(4, 1, 1, 1) == 2, np.nan, good).astype("float32")
    for source in sources([good] * 3 + [nan]):
        gan = tiny()
        gan.compile(run_eagerly=eagerly)
        with pytest.raises(ValueError, match=r"In a batch of the dataset.*nan"):
            gan.fit(source, verbose=0)


@pytest.mark.slow_under_jax
def test_labels_of_every_batch_are_checked():
    gan = conditional()
    x = np.zeros((4, 28, 28, 1), "uint8")
    good, bad = (x, np.array([0, 1, 2, 0])), (x, np.array([0, 1, 99, 0]))
    for source in sources([good] * 3 + [bad]):
        gan.compile()
        with pytest.raises(ValueError, match="labels must be class ids from 0 to 2, got 0 to 99"):
            gan.fit(source, verbose=0)


def test_both_domains_of_every_batch_are_checked():
    def network(channels, **options):
        layer = keras.layers.Conv2D(channels, 3, padding="same", **options)
        return keras.Sequential([keras.Input((None, None, 3)), layer])

    translators = [network(3, activation="tanh") for _ in "AB"]
    model = CycleGAN(*translators, *(network(1) for _ in "AB"), image_shape=(8, 8, 3), pool_size=0)
    model.compile()
    good = np.zeros((1, 8, 8, 3), "float32")
    for source in sources([(good, good)] * 3 + [(good, good + 2)]):
        with pytest.raises(ValueError, match="images of B must be"):
            model.fit(source, verbose=0)


def test_a_dataset_that_suits_is_unchanged_by_the_checks():
    losses = []
    for source in [images(16), *sources(np.split(images(16), 4))]:
        keras.utils.set_random_seed(0)
        gan = tiny()
        gan.compile()
        options = {"batch_size": 4, "shuffle": False} if isinstance(source, np.ndarray) else {}
        history = gan.fit(source, epochs=2, verbose=0, **options).history
        losses.append(history["discriminator_loss"] + history["generator_loss"])
    for other in losses[1:]:
        assert other == pytest.approx(losses[0], rel=1e-5)
