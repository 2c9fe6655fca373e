"""TalkingHead: its losses by hand, what it draws, its use, personal heads, and bad input."""

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image

from keras_gan import TalkingHead, load_model
from keras_gan.evaluation import evaluate
from keras_gan.models.conditional.head import Head
from keras_gan.networks import talking_head

SHAPE = (8, 8, 3)


def small(**settings):
    networks = (
        talking_head.embedder(SHAPE, 8),
        talking_head.generator(SHAPE, 4, halvings=1, blocks=1),
        talking_head.discriminator(SHAPE, 8),
    )
    settings = {"num_people": 6, "shots": 2, "seed": 0, **settings}
    return TalkingHead(*networks, **settings)


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture
def people(rng):
    """Images (6, 4, 8, 8, 3) of six people, and their landmarks."""
    images = rng.integers(0, 256, (6, 4, *SHAPE), dtype=np.uint8)
    return images, rng.uniform(0.2, 0.8, (6, 4, 30, 2)).astype("float32")


def prepared(model, people):
    images, landmarks = people
    tensors = map(ops.convert_to_tensor, (images, landmarks, np.arange(6, dtype=np.int32)))
    return model.prepare(*tensors)


def number(value):
    return float(ops.convert_to_numpy(value))


def test_the_image_to_draw_is_not_among_those_that_are_seen():
    """Each image and its landmarks hold the person's number and their own."""
    model = small(shots=3)
    images = np.zeros((6, 5, *SHAPE), np.uint8)
    images[..., 0] = (10 * np.arange(6)[:, None] + np.arange(5))[..., None, None]
    landmarks = np.zeros((6, 5, 30, 2), np.float32)
    landmarks[..., 0] = images[..., 0, 0, 0, None] / 100.0
    model.sketch = lambda points: points
    drawn = []
    for _ in range(40):
        batch = {
            name: ops.convert_to_numpy(each)
            for name, each in prepared(model, (images, landmarks)).items()
        }
        target = np.rint((batch["truth"][:, 0, 0, 0] + 1) * 127.5).astype(int)
        seen = np.rint((batch["seen"][:, :, 0, 0, 0] + 1) * 127.5).astype(int)
        assert (target // 10 == np.arange(6)).all() and (seen // 10 == np.arange(6)[:, None]).all()
        every = np.concatenate([target[:, None], seen], axis=1)
        assert all(len(set(row)) == 4 for row in every)
        np.testing.assert_allclose(batch["sketches"][:, 0, 0] * 100, target, atol=1e-3)
        np.testing.assert_allclose(batch["seen_sketches"][:, :, 0, 0] * 100, seen, atol=1e-3)
        drawn.append(target % 10)
    counts = np.bincount(np.ravel(drawn), minlength=5)
    assert np.abs(counts / counts.sum() - 0.2).max() < 0.1  # each image is to be drawn as often


def test_losses_are_the_papers(people):
    model = small(content_weight=3.0, feature_weight=5.0, match_weight=7.0)
    batch = prepared(model, people)
    generated = model.heads(**batch)
    who = ops.convert_to_numpy(model.people.embeddings)
    pair = [batch["sketches"], ops.convert_to_tensor(who)]
    # After the call the power method has gone on: the networks' own state is that of the last call.
    for layer in model._flatten_layers():
        if hasattr(layer, "iterations"):
            layer.iterations = 30

    def run(images):
        return [
            np.float64(x) for x in map(ops.convert_to_numpy, model.discriminator([images, *pair]))
        ]

    truth, fake = batch["truth"], generated["images"]
    (real_logits, *real_maps), (logits, *maps) = run(truth), run(fake)
    match = np.abs(ops.convert_to_numpy(generated["embeddings"]) - who).mean()
    hinge = np.maximum(1 - real_logits, 0).mean() + np.maximum(1 + logits, 0).mean()
    loss = number(model.discriminator_loss(generated, **batch))
    assert loss == pytest.approx(hinge + 7.0 * match, rel=1e-3)
    total, parts = model.generator_loss(generated, **batch)
    expected = {
        "content": np.abs(ops.convert_to_numpy(truth) - ops.convert_to_numpy(fake)).mean(),
        "adversarial": -logits.mean(),
        "features": sum(np.abs(a - b).mean() for a, b in zip(real_maps, maps, strict=True)),
        "match": match,
    }
    assert {name: number(part) for name, part in parts.items()} == pytest.approx(expected, rel=1e-3)
    weights = {"content": 3.0, "adversarial": 1.0, "features": 5.0, "match": 7.0}
    assert number(total) == pytest.approx(
        sum(weights[name] * expected[name] for name in weights), rel=1e-3
    )


def test_an_embedding_is_the_mean_of_those_of_the_images(people):
    model = small()
    batch = prepared(model, people)
    found = ops.convert_to_numpy(model.heads(**batch)["embeddings"])
    of_each = [
        ops.convert_to_numpy(model.embedder([batch["seen"][:, at], batch["seen_sketches"][:, at]]))
        for at in range(2)
    ]
    np.testing.assert_allclose(found, sum(of_each) / 2, rtol=0.05, atol=0.05)
    images, landmarks = people
    both = model.embed(images[0, :2], landmarks[0, :2])
    one, other = (model.embed(images[0, at, None], landmarks[0, at, None]) for at in range(2))
    np.testing.assert_allclose(both, (one + other) / 2, rtol=1e-4, atol=1e-5)


def test_the_embedder_learns_by_the_content_alone(people):
    """A mistake of well-known implementations: an embedding that nothing uses."""
    model = small(match_weight=0.0, feature_weight=0.0)
    images, landmarks = people
    model.compile({"generator": keras.optimizers.Adam(1e-3)})
    before = [network.get_weights() for network in (model.embedder, model.projection)]
    model.fit(images, landmarks, batch_size=3, epochs=2, verbose=0)
    for old, network in zip(before, (model.embedder, model.projection), strict=True):
        assert any((a != b).any() for a, b in zip(old, network.get_weights(), strict=True))
    drive = landmarks[0]
    one, other = (model.animate(images[at], landmarks[at], drive) for at in range(2))
    assert (one != other).any()


@keras.saving.register_keras_serializable("tests")
def squared(truth, images):
    return ops.mean(ops.square(truth - images))


def test_a_model_is_saved_with_its_content(people, tmp_path):
    model = small(content=squared, ema=0.9)
    images, landmarks = people
    model.compile()
    history = model.fit(images, landmarks, batch_size=3, verbose=0).history
    assert {"discriminator_loss", "generator_content", "generator_match"} <= set(history)
    frames = model.animate(images[0, :3], landmarks[0, :3], landmarks[1])
    assert frames.shape == (4, *SHAPE) and frames.dtype == np.uint8
    model.save(tmp_path / "heads.keras")
    again = load_model(tmp_path / "heads.keras")
    assert again.content is squared
    np.testing.assert_array_equal(
        again.animate(images[0, :3], landmarks[0, :3], landmarks[1]), frames
    )
    model.plot(tmp_path / "sheet.png", images, landmarks, rows=2, scale=1)
    assert Image.open(tmp_path / "sheet.png").size == (6 * 10 + 2, 2 * 10 + 2)


def test_the_signature_is_the_verb(people):
    model = small()
    images, landmarks = people
    inputs = {
        "portraits": images[0, :3] / np.float32(127.5) - 1.0,
        "landmarks": landmarks[0, :3],
        "drive": landmarks[1],
    }
    found = model.signatures()["animate"].function(
        **{name: ops.convert_to_tensor(each) for name, each in inputs.items()}
    )["images"]
    expected = model.animate(images[0, :3], landmarks[0, :3], landmarks[1])
    found = np.rint((ops.convert_to_numpy(found) + 1.0) * 127.5)
    np.testing.assert_allclose(found, expected, atol=1)


def test_a_head_begins_where_the_model_is_and_leaves_it_so(people):
    model = small(match_weight=2.0, content_weight=4.0)
    images, landmarks = people
    model.compile()
    before = [ops.convert_to_numpy(variable) for variable in model.variables]
    head = model.personalize(images[0, :3], landmarks[0, :3], steps=0)
    np.testing.assert_array_equal(
        head.animate(landmarks[1]), model.animate(images[0, :3], landmarks[0, :3], landmarks[1])
    )
    # w' = w_0 + e.
    embedding = model.embed(images[0, :3], landmarks[0, :3])
    sketches = ops.convert_to_numpy(model.sketch(landmarks[0]))
    floats = images[0] / np.float32(127.5) - 1.0
    judged = [
        network.predict_on_batch([floats, sketches, np.broadcast_to(who, (4, len(who)))])[0]
        for network, who in ((model.discriminator, embedding), (head.discriminator, 0 * embedding))
    ]
    np.testing.assert_allclose(*judged, rtol=1e-4, atol=1e-5)
    rates = keras.optimizers.Adam(1e-2)
    trained = model.personalize(images[0, :3], landmarks[0, :3], steps=1, seed=1, optimizers=rates)
    again = model.personalize(images[0, :3], landmarks[0, :3], steps=1, seed=1, optimizers=rates)
    assert int(trained.steps) == 1 and trained.content_weight == 4.0
    for name in ("generator", "discriminator", "styles"):
        pairs = zip(
            getattr(head, name).get_weights(), getattr(trained, name).get_weights(), strict=True
        )
        assert any((a != b).any() for a, b in pairs), name
    np.testing.assert_allclose(
        *(each.animate(landmarks[0]).astype(int) for each in (trained, again)), atol=1
    )
    for old, variable in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, ops.convert_to_numpy(variable))


@pytest.mark.slow
def test_a_head_comes_to_look_like_its_person(people, tmp_path):
    """One color that the model has never seen."""
    model = small(discriminator_steps=1)
    landmarks = people[1][0, :2]
    portraits = np.full((2, *SHAPE), (250, 10, 130), np.uint8)

    def error(frames):
        return np.abs(frames.astype(int) - portraits).mean()

    before = error(model.animate(portraits, landmarks, landmarks))
    head = model.personalize(portraits, landmarks, steps=20, optimizers=keras.optimizers.Adam(1e-2))
    assert error(head.animate(landmarks)) < 0.5 * before
    head.save(tmp_path / "me.keras")
    again = load_model(tmp_path / "me.keras")
    assert isinstance(again, Head)
    np.testing.assert_array_equal(again.animate(landmarks), head.animate(landmarks))
    head.plot(tmp_path / "talk.gif", landmarks)
    assert Image.open(tmp_path / "talk.gif").n_frames == 2


def test_bad_input_is_refused(people):
    model = small()
    model.compile()
    images, landmarks = people
    one, points = images[0], landmarks[0]
    networks = model.generator, model.discriminator
    for call, message in (
        (lambda: model.animate(one[:3], points, points), r"those of each portrait, \(3, 30, 2\)"),
        (lambda: model.animate(one[:0], points[:0], points), "one or more, got"),
        (
            lambda: model.animate(one, points[:, :29], points),
            r"landmarks must be \(\.\.\., 30, 2\)",
        ),
        (lambda: model.animate(one, points + 1.0, points), r"in \[-0\.5, 1\.5\]"),
        (lambda: model.animate(one, points * np.nan, points), "got .nan, nan"),
        (
            lambda: model.animate(one / 255.0, points, points),
            "portraits must be uint8, got float64",
        ),
        (lambda: model.animate(one[:, :4], points, points), r"portraits must be \(t, 8, 8, 3\)"),
        (lambda: model.animate(images, landmarks, points), r"portraits must be \(t, 8, 8, 3\)"),
        (lambda: model.animate(one, points, points[0]), r"drive must be \(frames, 30, 2\)"),
        (lambda: model.animate(one, points, points[:0]), "drive must be"),
        (lambda: model.animate(one, points, points.repeat(65, 0)), "at most 256 frames"),
        (lambda: model.personalize(one, points, steps=-1), "steps must be"),
        (lambda: model.personalize(one, points[:2]), "those of each portrait"),
        (lambda: model.fit(images, verbose=0), "landmarks must be given"),
        (lambda: model.fit(images[:, :2], landmarks[:, :2], verbose=0), "with m > 2"),
        (lambda: model.fit(images, landmarks[:, :3], verbose=0), "those of each image"),
        (
            lambda: model.fit(images, (landmarks, np.arange(6) + 1), verbose=0),
            "rows must be 0 to 5",
        ),
        (lambda: model.fit(images, (landmarks, np.ones(6)), verbose=0), "rows must be integers"),
        (lambda: small(match_weight=-1.0), "must not be negative"),
        (lambda: small(shots=0), "shots must be"),
        (
            lambda: TalkingHead(talking_head.embedder((16, 16, 3), 4), *networks),
            "embedder must take",
        ),
        (
            lambda: TalkingHead(talking_head.embedder(SHAPE, 4), *networks),
            "discriminator must take",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_a_report_beside_copying_and_another_person(rng):
    networks = (
        talking_head.embedder((16, 16, 3), 8),
        talking_head.generator((16, 16, 3), 4, None, halvings=2, blocks=1),
        talking_head.discriminator((16, 16, 3), 8),
    )
    model = TalkingHead(*networks, num_people=3, shots=2)
    images = rng.integers(0, 256, (3, 4, 16, 16, 3), dtype=np.uint8)
    landmarks = rng.uniform(0.2, 0.8, (3, 4, 30, 2)).astype("float32")
    landmarks[:, 2], landmarks[:, 3] = landmarks[:, 1], landmarks[:, 0] + 0.001
    report = evaluate(model, (images, landmarks))
    names = [metric.name for metric in report.metrics]
    assert names[:3] == ["l1[pixels,6]", "l1_copying[pixels,6]", "l1_swapped[pixels,6]"]
    assert [name.partition("[")[0] for name in names[3:]] == [
        "ssim",
        "ssim_copying",
        "ssim_swapped",
    ]
    truth, nearest = images[:, 2:].astype(int), images[:, [1, 0]].astype(int)
    assert report["l1_copying"].value == pytest.approx(np.abs(truth - nearest).mean() / 255)
    drawn = [model.animate(images[at, :2], landmarks[at, :2], landmarks[at, 2:]) for at in range(3)]
    assert report["l1"].value == pytest.approx(np.abs(truth - np.stack(drawn)).mean() / 255)
    assert report["l1_swapped"].value != report["l1"].value
    with pytest.raises(ValueError, match="images of people and their landmarks"):
        evaluate(model, images)
    with pytest.raises(ValueError, match="with m > 2"):
        evaluate(model, (images[:, :2], landmarks[:, :2]))
    with pytest.raises(ValueError, match="digits has no landmarks"):
        evaluate(model, "digits")
