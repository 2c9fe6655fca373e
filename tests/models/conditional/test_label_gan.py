"""LabelGAN: its losses by hand, what it learns, its use, and bad input."""

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image
from scipy.special import expit

from keras_gan import LabelGAN, load_model
from keras_gan.evaluation import evaluate

SHAPE = (8, 8, 3)


def tagger(tags=4, shape=SHAPE):
    """Features are the means of the channels; logits are linear in them."""
    images = keras.Input(shape)
    features = keras.layers.GlobalAveragePooling2D(name="features")(images)
    return keras.Model(images, keras.layers.Dense(tags)(features))


def linear_critic(tags, features=None):
    inputs = [keras.Input((tags,))] + ([keras.Input((features,))] if features else [])
    both = keras.layers.Concatenate()(inputs) if features else inputs[0]
    return keras.Model(inputs if features else inputs[0], keras.layers.Dense(1)(both))


@pytest.mark.parametrize("conditional", [False, True])
def test_losses_are_the_papers(conditional, rng):
    model = LabelGAN(
        tagger(),
        linear_critic(4, 3 if conditional else None),
        conditional=conditional,
        adversarial_weight=0.7,
        penalties=(),
        mirrored=False,
    )
    images = rng.uniform(-1, 1, (6, *SHAPE)).astype("float32")
    tags = rng.integers(0, 2, (6, 4)).astype("float32")
    features = images.mean(axis=(1, 2))
    kernel, bias = model.network.get_weights()
    logits = features @ kernel + bias
    sets = expit(logits)
    weight, shift = model.discriminator.get_weights()

    def critic(vectors):
        return np.concatenate([vectors, features], 1)[:, : len(weight)] @ weight + shift

    batch = [ops.convert_to_tensor(each) for each in (images, tags)]
    generated = model.label_sets(*batch)
    loss = float(model.discriminator_loss(generated, *batch))
    assert loss == pytest.approx(critic(sets).mean() - critic(tags).mean(), abs=1e-5)
    loss, parts = model.classifier_loss(generated, *batch)
    entropy = -(tags * np.log(sets) + (1 - tags) * np.log(1 - sets)).sum(axis=1).mean()
    assert float(parts["classes"]) == pytest.approx(entropy, rel=1e-5)
    assert float(loss) == pytest.approx(entropy - 0.7 * critic(sets).mean(), rel=1e-5)


def test_sets_that_occur_are_found_where_no_tag_is_likely(rng):
    """Each image has one of three tags, the one that its color shows in 45 of 100 cases.

    Cross-entropy alone finds these probabilities, of which none reaches 1/2: no tag, which never occurs.
    """
    shown = np.arange(600) % 3
    images = np.full((600, *SHAPE), 100, np.uint8)
    images[np.arange(600), :, :, shown] = 200
    tag = np.where(np.arange(600) % 200 < 35, shown, rng.integers(0, 3, 600))
    tags, likely = np.eye(3, dtype=int)[tag], np.eye(3)[shown] * 0.175 + 0.275
    found = {}
    for weight in (0.0, 1.0):
        keras.utils.set_random_seed(0)
        model = LabelGAN(tagger(3), adversarial_weight=weight, seed=0)
        rates = {"discriminator": 2e-3, "classifier": 5e-3}
        names = [player.name for player in model.players]
        model.compile({name: keras.optimizers.Adam(rates[name], beta_1=0.5) for name in names})
        model.fit(images, tags, batch_size=60, epochs=60, verbose=0)
        found[weight] = model.probabilities(images)
    np.testing.assert_allclose(found[0.0], likely, atol=0.08)
    np.testing.assert_array_equal(found[1.0] >= 0.5, np.eye(3)[shown])


@pytest.fixture
def model():
    """Tells whether a picture is red, green or blue."""
    model = LabelGAN(tagger(3), tag_names=["red", "green", "blue"], seed=0)
    model.network.set_weights([10.0 * np.eye(3, dtype="float32"), np.zeros(3, "float32")])
    return model


def test_pictures_are_tagged(model, tmp_path):
    images = np.zeros((3, *SHAPE), np.uint8)
    images[0, ..., :2], images[1, ..., 2] = (255, 200), 255
    assert model.tag(images) == [("red", "green"), ("blue",), ()]
    assert model.tag(images, threshold=0.999) == [("red",), ("blue",), ()]
    picture = Image.fromarray(images[0]).resize((20, 12))
    picture.save(tmp_path / "yellow.png")
    for given in (picture, tmp_path / "yellow.png", str(tmp_path / "yellow.png")):
        assert model.tag(given) == ("red", "green")
    assert model.tag([picture, tmp_path / "yellow.png", images[0]]) == [("red", "green")] * 3
    assert model.tag(images[1]) == ("blue",)
    model.save(tmp_path / "colors.keras")
    assert load_model(tmp_path / "colors.keras").tag(images) == model.tag(images)


def test_a_report_on_tags(model, rng):
    images = rng.integers(0, 256, (40, *SHAPE), dtype=np.uint8)
    true = (images.mean(axis=(1, 2)) >= 127.5).astype(int)
    report = evaluate(model, (images, true))
    names = [metric.metric for metric in report.metrics]
    assert names == ["micro_f1", "macro_f1", "subset_accuracy"]
    assert all(metric.value == 1.0 for metric in report.metrics)
    with pytest.raises(ValueError, match=r"tags \(n, 3\) of 0 and 1"):
        evaluate(model, (images, true[:, 0]))
    with pytest.raises(ValueError, match="possible requires a named dataset"):
        evaluate(model, (images, true), ["possible"])


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        (np.zeros((4, 2), int), r"\(4, 3\) of them; got int64 \(4, 2\)"),
        (np.full((4, 3), 2), "tags must be 0 or 1"),
        (np.full((4, 3), 0.5), "tags must be 0 or 1"),
        (np.zeros(4, int), r"got int64 \(4,\)"),
    ],
)
def test_bad_tags_are_refused(model, tags, message):
    model.compile()
    with pytest.raises(ValueError, match=message):
        model.fit(np.zeros((4, *SHAPE), np.uint8), tags, verbose=0)


def test_bad_arguments_are_refused(model):
    images = np.zeros((8, *SHAPE), np.uint8)
    model.compile()
    with pytest.warns(UserWarning, match="No image has the tags blue"):
        model.fit(images, np.tile([1, 1, 0], (8, 1)), batch_size=4, verbose=0)
    for call, message in (
        (lambda: model.tag(images, 1.0), r"threshold must lie in \(0, 1\)"),
        (lambda: model.tag(images[:, :4]), r"takes images \(n, 8, 8, 3\)"),
        (lambda: model.tag("nowhere.png"), "nowhere.png"),
        (lambda: LabelGAN(tagger(3), tag_names=["a", "b"]), "tag_names must be 3 different names"),
        (lambda: LabelGAN(tagger(3), adversarial_weight=-1.0), "must not be negative"),
        (lambda: LabelGAN(tagger(3), linear_critic(4)), r"must take"),
        (lambda: LabelGAN(tagger(3), linear_critic(3), conditional=True), "must take"),
        (lambda: LabelGAN(tagger(3), linear_critic(3, 4), conditional=True), "must take"),
        (lambda: LabelGAN(linear_critic(4)), "lacks the layers"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
