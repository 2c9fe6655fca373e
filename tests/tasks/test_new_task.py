"""A kind of model that no other file of the package knows, from its recipe to its SavedModel."""

import json

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan import cli, zoo
from keras_gan.game import Player
from keras_gan.tasks import Signature, Task
from keras_gan.zoo import pack, train
from keras_gan.zoo.journal import read_log

WIDTH = 6


@keras.saving.register_keras_serializable("test_new_task")
class Whitening(Task):
    """Vectors less the mean of the data, which it learns."""

    verb = "whiten"
    columns = ("vectors",)
    example_shape = (WIDTH,)

    def __init__(self, **settings):
        super().__init__(**settings)
        self.mean = keras.layers.Dense(WIDTH, use_bias=False)
        self.mean.build((None, 1))
        sgd = lambda: keras.optimizers.SGD(0.5)  # noqa: E731
        self.players = [Player("mean", [self.mean], self.distance, sgd)]
        self.built = True

    def distance(self, vectors):
        return ops.sum(ops.mean(ops.square(self.call(vectors)), axis=0)) / 2.0

    def call(self, vectors, training=False):
        return vectors - self.mean(ops.ones_like(vectors[:, :1]))

    def whiten(self, vectors):
        return ops.convert_to_numpy(self.call(ops.convert_to_tensor(vectors)))

    def columns_of(self, source):
        images = source.images().astype("float32") / 255.0
        return {"vectors": images.reshape(len(images), -1)[:, 10 : 10 + WIDTH]}

    def signatures(self):
        inputs = {"vectors": ((None, WIDTH), "float32")}
        examples = {"vectors": np.ones((2, WIDTH), np.float32)}
        return {
            "whiten": Signature(lambda vectors: {"white": self.call(vectors)}, inputs, examples)
        }

    @classmethod
    def usage(cls, name, arguments=None):
        return f"{super().usage(name)}\nwhite = model.whiten(vectors)"


RECIPE = {
    "model": "test_new_task>Whitening",
    "dataset": "digits",
    "split": "train",
    "batch_size": 100,
    "epochs": 2,
    "seed": 0,
}


@pytest.fixture
def entry(entries, tmp_path):
    """The trained model and the columns that it learned from, packed as the entry "whitening"."""
    model = train.train(RECIPE, tmp_path / "run")
    folder = entries / "whitening"
    folder.mkdir()
    paper = {"title": "White", "authors": "Black", "year": 1999, "url": "https://x.y"}
    about = {"name": "whitening", "title": "Whitening of digits", "summary": "Centered vectors."}
    about |= {"paper": paper, "notes": [], "recipe": RECIPE}
    (folder / "entry.json").write_text(json.dumps(about))
    pack.pack(folder, model, read_log(tmp_path / "run"))
    return model, model.columns_of(keras_gan.data.source("digits"))["vectors"]


def run(*arguments):
    with pytest.raises(SystemExit) as done:
        cli.main([*map(str, arguments)])
    assert not done.value.code


def test_a_new_task_is_trained_packed_listed_and_exported(entry, tmp_path, capsys):
    model, vectors = entry
    np.testing.assert_allclose(model.whiten(vectors).mean(axis=0), 0.0, atol=0.05)
    loaded = zoo.load("whitening")
    assert "white = model.whiten(vectors)" in loaded.usage("whitening")
    np.testing.assert_allclose(loaded.whiten(vectors), model.whiten(vectors), atol=1e-3)

    run("list")
    assert "Whitening of digits" in capsys.readouterr().out
    run("info", "whitening")
    assert "test_new_task>Whitening" in capsys.readouterr().out

    run("export", "whitening", tmp_path / "out", "--format", "keras")
    again = keras_gan.load_model(tmp_path / "out" / "whitening.keras")
    np.testing.assert_array_equal(again.whiten(vectors), loaded.whiten(vectors))


@pytest.mark.tensorflow
def test_a_new_task_is_served(entry, tmp_path):
    tf = pytest.importorskip("tensorflow")
    _, vectors = entry
    run("export", "whitening", tmp_path)
    served = tf.saved_model.load(str(tmp_path / "whitening" / "1")).signatures["serving_default"]
    white = served(vectors=tf.constant(vectors))["white"].numpy()
    np.testing.assert_allclose(white, zoo.load("whitening").whiten(vectors), atol=1e-6)
