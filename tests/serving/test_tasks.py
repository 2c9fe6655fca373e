"""A kind of model that nothing but its own class knows is exported by its signatures."""

import keras
import numpy as np
import pytest

from keras_gan import GAN, load_model, serving
from keras_gan.game import Player
from keras_gan.tasks import Signature, Task


@keras.saving.register_keras_serializable("test_tasks")
class Doubling(Task):
    """Maps vectors to vectors twice as long; its players have nothing to learn."""

    verb = "double"
    example_shape = (3,)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.network = keras.Sequential(
            [keras.Input((3,)), keras.layers.Dense(3, kernel_initializer="identity")]
        )
        self.players = [Player("network", [self.network], self.loss, keras.optimizers.Adam)]
        self.built = True

    def loss(self, vectors):
        return keras.ops.mean(self.network(vectors))

    def call(self, vectors, training=False):
        return 2.0 * self.network(vectors)

    def signatures(self):
        inputs = {"vectors": ((None, 3), "float32")}
        examples = {"vectors": np.arange(6, dtype=np.float32).reshape(2, 3)}
        return {
            "double": Signature(lambda vectors: {"doubled": self(vectors)}, inputs, examples),
            "length": Signature(
                lambda vectors: {"length": keras.ops.norm(vectors, axis=1)}, inputs, examples
            ),
        }

    def get_config(self):
        return {"name": self.name}


VECTORS = np.array([[3.0, 0.0, 4.0]], np.float32)


@pytest.fixture
def model():
    return Doubling(name="doubling")


def test_as_a_saved_model(model, tmp_path):
    tf = pytest.importorskip("tensorflow")
    folder = serving.export(model, tmp_path)
    assert (folder / "assets.extra" / "tf_serving_warmup_requests").stat().st_size > 0
    loaded = tf.saved_model.load(str(folder))
    assert set(loaded.signatures) == {"serving_default", "length"}
    vectors = tf.constant(VECTORS)
    doubled = loaded.signatures["serving_default"](vectors=vectors)["doubled"]
    np.testing.assert_array_equal(doubled, 2.0 * VECTORS)
    np.testing.assert_array_equal(loaded.signatures["length"](vectors=vectors)["length"], [5.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="vectors must be at most 256"):
        loaded.signatures["length"](vectors=tf.zeros((257, 3)))


def test_as_a_keras_file(model, tmp_path):
    path = serving.export(model, tmp_path, format="keras")
    np.testing.assert_array_equal(load_model(path)(VECTORS), 2.0 * VECTORS)


def test_as_an_onnx_file(model, tmp_path):
    for package in ("onnx", "tf2onnx"):
        pytest.importorskip(package)
    onnxruntime = pytest.importorskip("onnxruntime")
    path = serving.export(model, tmp_path, format="onnx")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    np.testing.assert_array_equal(session.run(["doubled"], {"vectors": VECTORS})[0], 2.0 * VECTORS)


def test_a_generator_of_vectors_as_a_saved_model(tmp_path):
    tf = pytest.importorskip("tensorflow")
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    gan = GAN(generator, discriminator, name="points")
    loaded = tf.saved_model.load(str(serving.export(gan, tmp_path)))
    assert set(loaded.signatures) == {"serving_default"}
    (vectors,) = loaded.signatures["serving_default"](latents=tf.constant(VECTORS)).values()
    np.testing.assert_allclose(vectors, gan.decode(VECTORS), atol=1e-6)
