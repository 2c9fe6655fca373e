"""The answers of the tasks: what the zoo, the exports and the command line ask a model."""

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan import data
from keras_gan.networks import cgan, gan, patchgan, resnet
from keras_gan.tasks import (
    Animation,
    Classification,
    Generation,
    ImageToImage,
    Prediction,
    Tagging,
)

SHAPE = (8, 8, 1)


def conditional():
    return keras_gan.CGAN(
        cgan.generator(SHAPE, num_classes=10, latent_dim=4),
        cgan.discriminator(SHAPE, num_classes=10),
        num_classes=10,
    )


def translator():
    generators = [resnet.generator((None, None, 3), blocks=1, width=2) for _ in "AB"]
    discriminators = [patchgan.discriminator(3, width=2) for _ in "AB"]
    return keras_gan.CycleGAN(*generators, *discriminators, image_shape=(24, 24, 3), pool_size=2)


def classifier():
    return keras_gan.Classifier(image_shape=(16, 16, 1), num_classes=10)


@pytest.mark.parametrize("name", keras_gan.models.__all__)
def test_every_model_has_one_task_and_its_verb(name):
    model = getattr(keras_gan, name)
    tasks = Animation, Classification, Generation, ImageToImage, Prediction, Tagging
    (task,) = [task for task in tasks if issubclass(model, task)]
    assert callable(getattr(model, task.verb))


def test_models_take_their_columns_from_a_named_data_set():
    digits = data.source("digits", "test", image_size=8)
    images, labels = data.arrays("digits", "test", image_size=8)
    plain = keras_gan.GAN(gan.generator(SHAPE), gan.discriminator(SHAPE))
    for model in (plain, conditional(), classifier()):
        columns = model.columns_of(digits)
        assert tuple(columns) == model.columns
        np.testing.assert_array_equal(columns["images"], images)
        if "labels" in columns:
            np.testing.assert_array_equal(columns["labels"], labels)


def test_a_translation_takes_two_domains_of_a_folder_in_its_own_size(tmp_path):
    for name, level in (("trainA/1", 0), ("trainA/2", 50), ("trainB/1", 100)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (20, 12), (level,) * 3).save(tmp_path / f"{name}.png")
    columns = translator().columns_of(data.source(tmp_path))
    assert {name: images.shape for name, images in columns.items()} == {
        "images_a": (2, 24, 24, 3),
        "images_b": (1, 24, 24, 3),
    }


def test_what_a_source_lacks_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no data set of two domains"):
        translator().columns_of(data.source("digits"))
    Image.new("L", (8, 8)).save(tmp_path / "1.png")
    with pytest.raises(ValueError, match="is in no class folder"):
        conditional().columns_of(data.source(tmp_path, image_size=8))


def test_previews_and_samples_are_written_beside_the_stem(tmp_path):
    assert conditional().preview(tmp_path / "0.1", {}) == tmp_path / "0.1.png"
    assert Image.open(tmp_path / "0.1.png").size == (10 * (10 * 10 + 2), 10 * (10 * 7 + 2))
    images = np.zeros((3, 24, 24, 3), np.uint8)
    columns = {"images_a": images, "images_b": images}
    assert translator().samples(tmp_path / "samples", columns) == tmp_path / "samples.png"
    assert Image.open(tmp_path / "samples.png").size == (2 * (3 * 26 + 2), 2 * (4 * 26 + 2))
    assert classifier().preview(tmp_path / "none", {}) is None


@pytest.mark.parametrize("make", [conditional, translator, classifier])
def test_signatures_say_what_the_verb_does(make):
    model = make()
    for name, signature in model.signatures().items():
        assert set(signature.examples) == set(signature.inputs)
        for key, (shape, dtype) in signature.inputs.items():
            given = signature.examples[key]
            assert given.dtype == dtype
            assert all(s in (None, g) for s, g in zip(shape, given.shape, strict=True))
        inputs = {k: keras.ops.convert_to_tensor(v) for k, v in signature.examples.items()}
        (output,) = signature.function(**inputs).values()
        output = keras.ops.convert_to_numpy(output)
        if name == "generate":
            expected = model.decode(*signature.examples.values())
        elif name == "classify":
            expected = model.classify(*signature.examples.values())
        else:
            generator = model.generators[name.removeprefix("translate_")]
            expected = generator.predict_on_batch(*signature.examples.values())
        np.testing.assert_allclose(output, expected, atol=1e-5)


def test_cards_show_lines_that_run():
    usage = keras_gan.StyleGAN2.usage("faces")
    assert usage.splitlines()[-1] == "images = model.generate(16, seed=1, truncation=0.7)"
    usage = keras_gan.CGAN.usage("digits", {"num_classes": 10})
    assert usage.splitlines()[-1] == "images = model.generate(16, seed=1, labels=3)"
    for model in (keras_gan.CGAN, keras_gan.CycleGAN, keras_gan.Classifier):
        compile(model.usage("name"), "card", "exec")


def test_batches_are_the_images_of_generate():
    model = conditional()
    labels = np.arange(7)
    batches = list(model.generate_batches(7, seed=3, labels=labels, batch_size=3))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate(batches), model.generate(7, 3, labels))
    with pytest.raises(ValueError, match="labels must be given"):
        model.generate_batches(7)
