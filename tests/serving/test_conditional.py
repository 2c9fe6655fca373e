"""Exports of models that tag images, predict frames, or animate people."""

import numpy as np
import pytest

from keras_gan import LabelGAN, TalkingHead, VideoPredictor, serving
from keras_gan.networks import classifier, next_frame, talking_head

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def models():
    shape, rng = (8, 8, 1), np.random.default_rng(0)
    frames = rng.uniform(-1, 1, (2, 2, *shape)).astype(np.float32)
    noise = rng.normal(size=(2, 3)).astype(np.float32)
    tagger = LabelGAN(classifier.classifier(shape, 3, 4, 8, stages=2), seed=0, name="tagger")
    networks = (
        next_frame.generator(shape, 2, 2, noise_dim=3),
        next_frame.discriminator(shape, 2, 2),
    )
    predictor = VideoPredictor(*networks, seed=0, name="predictor")
    shape, points = (8, 8, 3), rng.uniform(0.2, 0.8, (5, 30, 2)).astype(np.float32)
    networks = (
        talking_head.embedder(shape, 8),
        talking_head.generator(shape, 4, halvings=1, blocks=1),
        talking_head.discriminator(shape, 8),
    )
    animator = TalkingHead(*networks, num_people=3, shots=2, seed=0, name="animator")
    portraits = rng.uniform(-1, 1, (2, *shape)).astype(np.float32)
    pose = {"portraits": portraits, "landmarks": points[:2], "drive": points[2:]}
    return {
        "animator": (animator, pose, np.asarray(animator([*pose.values()]))),
        "tagger": (tagger, {"images": frames[:, 0]}, tagger.probabilities(frames[:, 0])),
        "predictor": (
            predictor,
            {"frames": frames, "noise": noise},
            predictor.predict_on_batch([frames, noise]),
        ),
    }


@pytest.mark.parametrize("name", ["tagger", "predictor", "animator"])
def test_the_saved_model_says_what_keras_says(models, name, tmp_path):
    tf = pytest.importorskip("tensorflow")
    model, inputs, expected = models[name]
    loaded = tf.saved_model.load(str(serving.export(model, tmp_path)))
    given = {key: tf.constant(value) for key, value in inputs.items()}
    (found,) = loaded.signatures["serving_default"](**given).values()
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("name", ["tagger", "predictor", "animator"])
@pytest.mark.parametrize(("format", "package"), [("onnx", "tf2onnx"), ("litert", "ai_edge_litert")])
def test_files_say_what_keras_says(models, name, format, package, tmp_path):
    """`export` compares them."""
    pytest.importorskip(package)
    assert serving.export(models[name][0], tmp_path, format=format).exists()
