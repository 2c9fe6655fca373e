"""StarGAN: its losses by hand, its targets, its use, and what it learns."""

import keras
import numpy as np
import pytest
from keras import ops
from PIL import Image

import keras_gan
from keras_gan import StarGAN, data
from keras_gan.evaluation import evaluate
from keras_gan.evaluation.suites import domains
from keras_gan.layers import InstanceNormalization, LabelPlanes, ReflectionPadding2D
from keras_gan.networks import stargan

SHAPE = (8, 8, 1)
NAMES = ["dark", "gray", "bright"]
LOOKS = {"hair": ["black", "blue", "pink"], "eyes": ["blue", "red"]}


def shifting():
    """x + (v . [mean of x, condition]): a generator of four weights."""
    images, condition = keras.Input(SHAPE), keras.Input((3,))
    mean = keras.layers.Flatten()(keras.layers.GlobalAveragePooling2D()(images))
    both = keras.layers.Concatenate()([mean, condition])
    shift = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")(both)
    shift = keras.layers.Reshape((1, 1, 1))(shift)
    return keras.Model([images, condition], keras.layers.Add()([images, shift]))


def linear_critic():
    """2 mean(x) + 0.1 for real or generated, (1, -1, 0.5) mean(x) for the domains."""
    images = keras.Input(SHAPE)
    mean = keras.layers.GlobalAveragePooling2D()(images)
    logit = keras.layers.Dense(1, dtype="float32")
    classes = keras.layers.Dense(3, use_bias=False, dtype="float32")
    model = keras.Model(images, [logit(mean), classes(mean)])
    logit.set_weights([np.float32([[2.0]]), np.float32([0.1])])
    classes.set_weights([np.float32([[1.0, -1.0, 0.5]])])
    return model


def small(**settings):
    networks = stargan.generator(SHAPE, 3, 2, 1), stargan.discriminator(SHAPE, 3, 2, 2)
    return StarGAN(*networks, image_shape=SHAPE, domains=NAMES, seed=0, **settings)


def looking(**settings):
    width = 5 + 2 * settings.get("masked", False)
    networks = stargan.generator((None, None, 1), width, 2, 1), stargan.discriminator(SHAPE, 5, 2)
    return StarGAN(*networks, image_shape=SHAPE, domains=LOOKS, seed=0, **settings)


def cross_entropy(logits, labels):
    return (np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels]).mean()


def test_losses_are_the_papers(rng):
    generator = shifting()
    generator.set_weights([np.float32([[-0.5], [0.1], [0.2], [0.3]])])
    model = StarGAN(
        *(generator, linear_critic()),
        **{"image_shape": SHAPE, "domains": NAMES, "mirrored": False, "discriminator_steps": 1},
        seed=0,
    )
    images = rng.uniform(-0.5, 0.5, (4, *SHAPE)).astype("float32")
    labels, targets = np.array([0, 1, 2, 1]), np.array([1, 2, 1, 0])
    model.shuffled = lambda labels: ops.convert_to_tensor(np.int32(targets[:, None]))
    model.compile({name: keras.optimizers.SGD(0.0) for name in ("discriminator", "generator")})
    logs = model.fit(images, labels, batch_size=4, shuffle=False, verbose=0).history
    images = np.float64(images)

    def translate(x, labels):
        shift = -0.5 * x.mean(axis=(1, 2, 3)) + np.array([0.1, 0.2, 0.3])[labels]
        return x + shift[:, None, None, None]

    def critic(x):
        means = x.mean(axis=(1, 2, 3))
        return 2.0 * means + 0.1, means[:, None] * [1.0, -1.0, 0.5]

    fakes = translate(images, targets)
    (real, classes), (fake, of_fakes) = critic(images), critic(fakes)
    penalty = 10.0 * (2.0 / 8.0 - 1.0) ** 2  # the slope is 2 / 64 at each of 64 pixels
    expected = {
        "discriminator_adversarial": fake.mean() - real.mean() + penalty,
        "discriminator_classes": cross_entropy(classes, labels),
        "generator_adversarial": -fake.mean(),
        "generator_classes": cross_entropy(of_fakes, targets),
        "generator_reconstruction": np.abs(images - translate(fakes, labels)).mean(),
    }
    for name, value in expected.items():
        assert logs[name] == [pytest.approx(value, rel=1e-4)], name
    total = expected["discriminator_adversarial"] + expected["discriminator_classes"]
    assert logs["discriminator_loss"] == [pytest.approx(total, rel=1e-4)]
    total = expected["generator_adversarial"] + expected["generator_classes"]
    total += 10.0 * expected["generator_reconstruction"]
    assert logs["generator_loss"] == [pytest.approx(total, rel=1e-4)]


def test_targets_are_the_labels_of_the_batch_in_another_order():
    """So that only combinations are asked for that exist: here never black hair with blue eyes."""
    model = looking()
    labels = np.int32([[0, 1], [1, 0], [2, 0], [2, 1], [1, 1]])
    orders = [ops.convert_to_numpy(model.shuffled(ops.convert_to_tensor(labels))) for _ in range(5)]
    for order in orders:
        assert sorted(map(tuple, order)) == sorted(map(tuple, labels))
    assert len({order.tobytes() for order in orders}) > 1


@pytest.mark.parametrize("padding", ["zeros", "reflection"])
def test_a_label_is_lost_under_padding_by_reflection(padding, rng):
    """Instance normalization takes away what is the same everywhere; zeros at the border let it through."""
    images, labels = keras.Input((16, 16, 1)), keras.Input((2,))
    hidden = LabelPlanes()([images, labels])
    if padding == "reflection":
        hidden = ReflectionPadding2D(3)(hidden)
    border = "same" if padding == "zeros" else "valid"
    hidden = InstanceNormalization()(keras.layers.Conv2D(4, 7, padding=border)(hidden))
    network = keras.Model([images, labels], hidden)
    x = rng.uniform(-1, 1, (1, 16, 16, 1)).astype("float32").repeat(2, axis=0)
    one, other = network.predict_on_batch([x, np.eye(2, dtype="float32")])
    difference = np.abs(one - other).max()
    assert difference < 1e-4 if padding == "reflection" else difference > 0.1


@pytest.mark.slow
@pytest.mark.graph
def test_learns_the_level_of_each_domain(rng):
    """Images are a pattern around the level of their domain: translations have it and the new level."""
    levels = np.array([-0.5, 0.0, 0.5])
    labels = rng.integers(0, 3, 600)
    pattern = rng.uniform(-0.3, 0.3, (600, *SHAPE))
    pattern -= pattern.mean(axis=(1, 2, 3), keepdims=True)
    images = np.float32(pattern + levels[labels][:, None, None, None])
    inputs = keras.Input(SHAPE)
    hidden = keras.layers.GlobalAveragePooling2D()(inputs)
    hidden = keras.layers.Dense(32, "tanh")(hidden)
    heads = keras.layers.Dense(1, dtype="float32"), keras.layers.Dense(3, dtype="float32")
    critic = keras.Model(inputs, [head(hidden) for head in heads])
    model = StarGAN(shifting(), critic, image_shape=SHAPE, domains=NAMES, seed=0)
    model.compile(
        {name: keras.optimizers.Adam(0.01, 0.5) for name in ("discriminator", "generator")}
    )
    model.fit(images, labels, batch_size=30, epochs=60, verbose=0)
    for place, level in enumerate(levels):
        made = model.translate(images[:50], to=NAMES[place]) / 127.5 - 1.0
        np.testing.assert_allclose(made, pattern[:50] + level, atol=0.1)


# Use.


def test_translations_to_a_name_a_place_or_a_label_are_the_same(rng):
    model = small()
    images = rng.integers(0, 256, (3, *SHAPE), dtype=np.uint8)
    made = model.translate(images, to="gray")
    assert made.shape == images.shape
    np.testing.assert_array_equal(made, model.translate(images, to=1))
    np.testing.assert_array_equal(made, model.translate_labels(images, np.ones(3, int)))
    strips = model.translate(images, to="all")
    assert strips.shape == (3, 8, 24, 1)
    np.testing.assert_array_equal(strips[:, :, 8:16], made)


def test_what_is_not_named_stays_as_the_discriminator_recognizes_it(rng):
    model = looking()
    images = rng.integers(0, 256, (4, *SHAPE), dtype=np.uint8)
    labels = model.recognize(images)
    logits = model.discriminator.predict_on_batch(np.float32(images) / 127.5 - 1.0)[1]
    np.testing.assert_array_equal(labels[:, 0], logits[:, :3].argmax(axis=1))
    labels[:, 1] = 1
    made = model.translate(images, to="red")
    np.testing.assert_array_equal(made, model.translate_labels(images, labels))
    both = {"hair": "pink", "eyes": "red"}
    labels[:, 0] = 2
    np.testing.assert_array_equal(
        model.translate(images, to=both), model.translate_labels(images, labels)
    )


def test_a_masked_model_learns_and_translates_what_is_partly_known(rng):
    model = looking(masked=True, discriminator_steps=1)
    images = rng.integers(0, 256, (8, *SHAPE), dtype=np.uint8)
    labels = np.int32([[0, -1], [-1, 1]] * 4)
    model.compile()
    model.fit(images, labels, batch_size=4, verbose=0)
    unknown = np.int32([[-1, 1]] * 8)
    np.testing.assert_array_equal(
        model.translate(images, to="red"), model.translate_labels(images, unknown)
    )


def test_pictures_of_any_size_are_translated(rng, tmp_path):
    model = looking()
    photo = rng.integers(0, 256, (30, 21, 1), dtype=np.uint8)
    assert model.translate(photo, to="pink").shape == (11, 8, 1)
    assert model.translate(photo, to="red", size="full").shape == photo.shape
    Image.fromarray(photo[..., 0]).save(tmp_path / "photo.png")
    assert model.translate(tmp_path, to="all")["photo.png"].shape == (11, 5 * 8, 1)
    assert model.plot(tmp_path / "sheet.png", rng.integers(0, 256, (2, *SHAPE), np.uint8)).exists()


def test_settings_of_groups_are_saved(rng, tmp_path):
    model = looking()
    model.save(tmp_path / "model.keras")
    restored = keras_gan.load_model(tmp_path / "model.keras")
    images = rng.integers(0, 256, (2, *SHAPE), dtype=np.uint8)
    np.testing.assert_array_equal(
        restored.translate(images, to="pink"), model.translate(images, to="pink")
    )


def test_metrics_count_what_the_classifier_recognizes(rng):
    """A judge that looks at one pixel for the hair, and at another one for the eyes."""
    probabilities = np.zeros((4, 6))
    probabilities[np.arange(4), [0, 3, 4, 5]] = 1.0

    class Network:
        name, class_names = "judge", None

    judged = domains._judged(looking(), Network(), probabilities)
    np.testing.assert_array_equal(judged["hair"], [0, 1, 2, 2])
    np.testing.assert_array_equal(judged["eyes"], [0, 1, 0, 1])
    images, labels = rng.integers(0, 256, (6, *SHAPE), dtype=np.uint8), np.arange(6) % 3
    model = small()
    report = evaluate(model, (images, labels), ["cycle_error", "l1_input", "sharpness"])
    pairs = [(row, place) for place in range(3) for row in range(6) if labels[row] != place]
    rows, places = np.array(pairs).T
    made = model.translate_labels(images[rows], places).astype(float)
    back = model.translate_labels(np.uint8(made), labels[rows]).astype(float)
    assert report["l1_input"].value == pytest.approx(np.abs(made - images[rows]).mean() / 255)
    assert report["cycle_error"].value == pytest.approx(np.abs(back - images[rows]).mean() / 255)


def test_a_data_set_of_all_combinations_is_learned_from():
    source = data.source("digits", "test", image_size=8)
    model = StarGAN(
        *(stargan.generator(SHAPE, 7, 2, 1), stargan.discriminator(SHAPE, 7, 2)),
        **{"image_shape": SHAPE, "domains": {"tens": "abcde", "ones": "xy"}},
    )
    images, labels = source.images_and_labels()
    columns = model.columns_of(source)
    np.testing.assert_array_equal(columns["images"], images)
    np.testing.assert_array_equal(columns["labels"], np.stack([labels // 2, labels % 2], axis=1))


# Bad input.

IMAGES = np.zeros((4, *SHAPE), np.uint8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: StarGAN(image_shape=SHAPE), "at least two that exclude each other"),
        (lambda: small().fit(IMAGES), r"labels \(n,\) of the images must be given"),
        (lambda: small().fit(IMAGES, np.full(4, 3)), "labels must be 0 to 2, got 3 to 3"),
        (lambda: small().fit(IMAGES[:, :4], np.zeros(4, int)), r"takes images \(n, 8, 8, 1\)"),
        (lambda: small().translate(IMAGES), "to must name one of dark, gray, bright"),
        (lambda: small().translate(IMAGES, to="grey"), "Did you mean gray"),
        (
            lambda: small().translate_pair(IMAGES, direction="AtoB"),
            "direction is no option of a StarGAN",
        ),
        (lambda: small(class_weight=-1.0), "must not be negative"),
        (lambda: small(penalties=[keras_gan.penalties.R1(1.0, every=2)]), "every must be 1"),
        (lambda: stargan.generator((6, 8, 1)), "multiples of 4"),
        (lambda: stargan.discriminator((12, 8, 1), 3, 2, 3), "multiples of 8 .* 3 halvings"),
        (
            lambda: StarGAN(stargan.generator(SHAPE, 4, 2, 1), image_shape=SHAPE, domains=NAMES),
            r"images and conditions \(n, 3\)",
        ),
        (
            lambda: StarGAN(
                None, stargan.discriminator(SHAPE, 4, 2), image_shape=SHAPE, domains=NAMES
            ),
            "logits of 3 attributes",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
