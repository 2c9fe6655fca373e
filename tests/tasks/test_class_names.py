"""Names of classes are part of a conditional model, and labels may be names."""

import numpy as np
import pytest

import keras_gan
from keras_gan import networks
from keras_gan.conditions import Classes


def conditional(**settings):
    parts = networks.cgan.generator((8, 8, 1), 3), networks.cgan.discriminator((8, 8, 1), 3)
    return keras_gan.CGAN(*parts, num_classes=3, seed=0, **settings)


def test_labels_are_ids_or_names():
    classes = Classes(3, ("cat", "dog", "10"))
    for given, ids in (("dog", [1, 1]), (["10", "cat"], [2, 0]), (1, [1, 1]), ([0, 2], [0, 2])):
        labels = classes.check(given, 2)
        assert labels.dtype == np.int32 and labels.tolist() == ids
    with pytest.raises(ValueError, match=r"no class 'dig'\. Did you mean dog"):
        classes.check("dig", 2)
    with pytest.raises(ValueError, match="the model has no names of classes, got 'dog'"):
        Classes(3).check("dog", 2)


def test_a_model_is_saved_with_the_names_of_its_classes(tmp_path):
    model = conditional(class_names=("cat", "dog", "hen"))
    model.compile()
    model.save(tmp_path / "model.keras")
    loaded = keras_gan.load_model(tmp_path / "model.keras")
    assert loaded.class_names == ["cat", "dog", "hen"]
    np.testing.assert_array_equal(
        loaded.generate(2, seed=0, labels="hen"), model.generate(2, seed=0, labels=2)
    )


def test_names_that_do_not_fit_are_refused():
    for names in (["cat", "dog"], ["cat", "dog", "dog"]):
        with pytest.raises(ValueError, match="class_names must be 3 different names"):
            conditional(class_names=names)
    with pytest.raises(ValueError, match="the model is not conditional"):
        keras_gan.DCGAN(image_shape=(28, 28, 1), class_names=["cat"])


def test_the_conditional_entries_have_names():
    for name in keras_gan.zoo.list():
        recipe = keras_gan.zoo.card(name).recipe
        if "num_classes" in recipe.arguments:
            assert len(recipe.class_names) == recipe.arguments["num_classes"]
    assert keras_gan.zoo.load("biggan_cifar10").class_names[6] == "frog"
