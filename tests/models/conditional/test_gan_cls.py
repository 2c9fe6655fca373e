"""GAN-CLS: three kinds of pairs, two of them wrong; texts that are right by chance do not count as wrong."""

import keras
import numpy as np
import pytest
from keras import ops

import keras_gan
from keras_gan.models.conditional.gan_cls import _agree
from keras_gan.networks import gan_cls, text

SHAPE = (8, 8, 3)
WORDS = ["blue", "eyes", "hair", "red"]


def model(**settings):
    parts = (
        gan_cls.generator(SHAPE, 5, 4, 4, 3, augmented="conditioning_augmentation" in settings),
        gan_cls.discriminator(SHAPE, 5, 4, 3),
        text.encoder(4, 4, 5, 4, 3),
        text.image_encoder(SHAPE, 5, 4),
    )
    options = {"vocabulary": WORDS, "text_length": 4, "seed": 0, **settings}
    return keras_gan.GANCLS(*parts, **options)


def scores(gan, rng):
    """Makes the discriminator a function without batch statistics, D = <text, w> + mean(x); returns w."""
    weights = rng.normal(size=5).astype("float32")
    gan.discriminate = lambda x, h, layer=None: [
        ops.matmul(h, weights[:, None]) + ops.mean(x, axis=(1, 2, 3))[:, None]
    ]
    return weights


def softplus(x):
    return np.log1p(np.exp(x))


@pytest.mark.tensorflow
def test_the_losses_are_the_papers(rng):
    gan = model(interpolation=1.0)
    images, fakes = rng.uniform(-1, 1, (2, 6, *SHAPE)).astype("float32")
    h, wrong = rng.normal(size=(2, 6, 5)).astype("float32")
    contradict = np.array([1, 1, 0, 1, 0, 1], bool)[:, None]
    weights = scores(gan, rng)
    right, fake, other = (
        t @ weights + x.mean(axis=(1, 2, 3)) for x, t in ((images, h), (fakes, h), (images, wrong))
    )
    other = np.where(contradict[:, 0], other, fake)
    batch = {"images": images, "texts": h, "wrong": wrong, "contradict": contradict}
    batch = {name: ops.convert_to_tensor(value) for name, value in batch.items()}
    loss = float(gan.discriminator_loss(ops.convert_to_tensor(fakes), **batch))
    expected = softplus(-right).mean() + (softplus(fake).mean() + softplus(other).mean()) / 2
    assert loss == pytest.approx(expected, rel=1e-5)
    gan.wrong_pairs = False
    loss = float(gan.discriminator_loss(ops.convert_to_tensor(fakes), **batch))
    assert loss == pytest.approx(softplus(-right).mean() + softplus(fake).mean(), rel=1e-5)

    gan.interpolation = 0.0
    own = float(gan.generator_loss(ops.convert_to_tensor(fakes), **batch))
    assert own == pytest.approx(softplus(-fake).mean(), rel=1e-5)
    gan.discriminate = lambda x, h, layer=None: [ops.matmul(h, weights[:, None])]
    gan.interpolation = 2.0
    means = (h[:3] + h[3:]) / 2.0
    both = float(gan.generator_loss(ops.convert_to_tensor(fakes), **batch))
    expected = softplus(-(h @ weights)).mean() + 2.0 * softplus(-(means @ weights)).mean()
    assert both == pytest.approx(expected, rel=1e-4)


@pytest.mark.tensorflow
def test_the_matching_loss_is_the_cross_entropy_of_similarities(rng):
    gan = model()
    images = rng.uniform(-1, 1, (4, *SHAPE)).astype("float32")
    tokens = np.array([[4, 2, 0, 0], [1, 2, 0, 0], [4, 2, 1, 3], [1, 3, 0, 0]], "int32")
    right = np.eye(4, dtype=bool)
    right[0, 2] = right[2, 0] = True  # "red eyes" holds of both
    loss = float(gan.matching_loss(images, tokens, right))
    a, b = (
        ops.convert_to_numpy(network(x, training=True))
        for network, x in ((gan.image_encoder, images), (gan.encoder, tokens))
    )
    np.testing.assert_allclose(np.linalg.norm(b, axis=1), 5**0.5, rtol=1e-5)
    similarities = a @ b.T / 5 / 0.1
    losses = []
    for table, allowed in ((similarities, right), (similarities.T, right.T)):
        for i in range(4):
            counted = [j for j in range(4) if j == i or not allowed[i, j]]
            losses.append(np.log(np.exp(table[i, counted]).sum()) - table[i, i])
    assert loss == pytest.approx(np.mean(losses), rel=1e-4)


@pytest.mark.tensorflow
def test_a_text_is_wrong_if_it_contradicts_the_image():
    truths = np.array([[0, 1], [2, 1], [0, -1]])
    stated = np.array([[0, 1], [-1, 1], [2, -1], [0, 3]])
    expected = [[True, True, False, False], [False, True, True, False], [True, True, False, True]]
    assert ops.convert_to_numpy(_agree(ops.array(truths), ops.array(stated))).tolist() == expected


@pytest.mark.tensorflow
def test_prepare_draws_a_text_and_the_next_images_as_the_wrong_one(rng):
    gan = model(mirrored=False)
    gan.begin("adversarial")
    images = rng.integers(0, 256, (3, *SHAPE)).astype("uint8")
    tokens = np.array([[[4, 2, 0, 0]], [[1, 2, 0, 0]], [[1, 3, 0, 0]]], "int32")
    attributes = np.array([[[0, -1]], [[1, -1]], [[-1, 1]]])
    batch = gan.prepare(images, tokens, attributes)
    vectors = ops.convert_to_numpy(gan.encoder(tokens[:, 0]))
    np.testing.assert_allclose(batch["texts"], vectors, rtol=1e-5)
    np.testing.assert_allclose(batch["wrong"], vectors[[1, 2, 0]], rtol=1e-5)
    # "blue eyes" contradicts the first; "blue hair" says nothing against the second.
    assert ops.convert_to_numpy(batch["contradict"])[:, 0].tolist() == [True, False, False]
    again = gan.prepare(images, tokens)  # without attributes, other words are wrong
    assert ops.convert_to_numpy(again["contradict"])[:, 0].tolist() == [True, True, True]


@pytest.mark.tensorflow
def test_the_divergence_of_the_text_is_that_of_normal_distributions(rng):
    gan = model(conditioning_augmentation=1.0)
    h = rng.normal(size=(4, 5)).astype("float32")
    mean, log = (
        h @ ops.convert_to_numpy(gan.generator.get_layer(name).kernel)
        for name in ("text_mean", "text_log_deviation")
    )
    expected = ((mean**2 + np.exp(2 * log) - 1) / 2 - log).sum(axis=1).mean()
    assert float(gan._divergence(h)) == pytest.approx(expected, rel=1e-4)


def test_the_papers_networks_have_the_authors_sizes():
    assert round(gan_cls.generator().count_params() / 1e6, 1) == 18.8
    assert round(gan_cls.discriminator().count_params() / 1e6, 1) == 3.9


@pytest.mark.tensorflow
def test_texts_are_strings_in_fit_and_in_generate(rng):
    gan = model()
    gan.compile()
    images = rng.integers(0, 256, (8, *SHAPE)).astype("uint8")
    texts = np.array([["red eyes", "blue hair"]] * 8)
    before = [ops.convert_to_numpy(v) for v in gan.generator.variables]
    gan.fit(images, texts, batch_size=4, verbose=0)
    for a, b in zip(before, gan.generator.variables, strict=True):
        np.testing.assert_array_equal(a, b)  # in "matching", it rests
    encoder = [ops.convert_to_numpy(v) for v in gan.encoder.variables]
    gan.begin("adversarial")
    gan.fit(images, texts, batch_size=4, verbose=0)
    for a, b in zip(encoder, gan.encoder.variables, strict=True):
        np.testing.assert_array_equal(a, b)  # and then the encoder does
    one = gan.generate(2, seed=1, text="Red eyes!")
    assert one.shape == (2, *SHAPE) and one.dtype == np.uint8
    np.testing.assert_array_equal(one, gan.generate(text=["red eyes"] * 2, seed=1))
    way = gan.interpolate(1, 1, 3, text=("red eyes", "blue hair"))
    np.testing.assert_array_equal(way[0], gan.generate(1, 1, text="red eyes")[0])
    np.testing.assert_array_equal(way[2], gan.generate(1, 1, text="blue hair")[0])
    np.testing.assert_array_equal(
        gan.interpolate(1, 2, 3, text="red eyes")[2], gan.generate(1, 2, text="red eyes")[0]
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"labels": 1, "num": 2}, "labels were given, but the model takes text"),
        ({"sound": "a.wav", "num": 2}, "sound was given, but the model takes text"),
        ({"num": 2}, "text must be given"),
        ({"text": "red eyes"}, "num must be given"),
    ],
)
def test_what_a_model_of_texts_is_told_is_checked(options, said):
    with pytest.raises(ValueError, match=said):
        model().generate(**options)
    with pytest.raises(TypeError, match="no argument 'txt'"):
        model().generate(2, txt="red eyes")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"vocabulary": []}, "at least one"),
        ({"text_length": 3}, r"encoder must map \(None, 3\)"),
        ({"packing": 2}, "packing"),
        ({"interpolation": -1.0}, "must not be negative"),
        ({"objective": "relativistic"}, "interpolation must be 0"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        model(**settings)


def test_data_that_does_not_fit_is_refused(rng):
    gan = model()
    gan.compile()
    images = rng.integers(0, 256, (4, *SHAPE)).astype("uint8")
    texts = np.array(["red eyes"] * 4)
    for columns, said in (
        ((images,), "texts must be given"),
        ((images, np.array(["green eyes"] * 4)), "'green'"),
        ((images, texts[:3]), "equally many"),
        ((images, (texts, np.zeros((4, 2)))), "attributes must be integers"),
        ((images[:, :4], texts), "8, 8, 3"),
    ):
        with pytest.raises(ValueError, match=said):
            gan.fit(*columns, batch_size=2, verbose=0)


@pytest.mark.slow
@pytest.mark.graph
def test_a_text_decides_the_color(rng):
    """Plain pictures of two colors, told by texts of which half the words are fillers."""
    keras.utils.set_random_seed(0)
    colors = rng.integers(0, 2, 512)
    images = np.where(colors[:, None, None, None] == 1, [200, 40, 40], [40, 40, 200])
    images = np.clip(images + rng.normal(0, 20, (512, *SHAPE)), 0, 255).astype("uint8")
    texts = np.array(["red eyes" if color else "eyes blue" for color in colors])
    parts = (
        gan_cls.generator(SHAPE, 8, 8, 16, 8),
        gan_cls.discriminator(SHAPE, 8, 16, 8),
        text.encoder(4, 4, 8, 8, 8),
        text.image_encoder(SHAPE, 8, 8),
    )
    gan = keras_gan.GANCLS(*parts, vocabulary=WORDS, text_length=4, ema=0.98, seed=0)
    adam = {
        f"adversarial/{name}": keras.optimizers.Adam(1e-3, 0.5)
        for name in ("discriminator", "generator")
    }
    gan.compile(adam)
    gan.fit(images, texts, batch_size=32, epochs=5, verbose=0)
    gan.begin("adversarial")
    gan.fit(images, texts, batch_size=32, epochs=40, verbose=0)
    red, blue = (gan.generate(50, 0, text=text).mean(axis=(1, 2)) for text in ("red", "blue hair"))
    assert (red[:, 0] > red[:, 2]).mean() > 0.95
    assert (blue[:, 0] < blue[:, 2]).mean() > 0.95
