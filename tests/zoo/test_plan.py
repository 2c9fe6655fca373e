"""Recipes of models by name, and recipes that are fitted to the pictures at hand."""

import math
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from keras_gan import data, zoo
from keras_gan.zoo import plan, train
from keras_gan.zoo.recipe import Recipe


def pictures(folder, counts, mode="RGB"):
    """A source of small pictures: sub-folder to number."""
    for name, count in counts.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            Image.new(mode, (4, 4)).save(folder / name / f"{index}.bmp")
    return data.source(folder)


def half_life(recipe, batches=1):
    """Images after which a moving average has half forgotten."""
    return recipe.batch_size * batches * math.log(0.5) / math.log(recipe.arguments["ema"])


def test_fine_tuning_is_planned_in_images(tmp_path):
    name = "stylegan2_anime_faces"
    own = replace(zoo.card(name).recipe, start=name)
    recipe = plan.fitted(own, pictures(tmp_path, {"": 300}))
    seen = 300 * recipe.rounds * recipe.epochs
    assert 45_000 <= seen < 45_000 + 300 * recipe.rounds
    assert 15 <= recipe.epochs <= 20  # so many sheets of samples
    assert recipe.batch_size == 16
    assert half_life(recipe) == pytest.approx(45_000 / 20, rel=0.02)
    assert recipe.arguments["augmentation"] == "diffaugment"
    rates = [each["config"]["learning_rate"] for each in recipe.optimizers.values()]
    assert rates == [0.00188235, 0.0016]  # the first ones of their schedules
    assert recipe.dataset == str(tmp_path)


def test_a_long_half_life_is_kept_only_where_the_training_is_long(tmp_path):
    name = "dcgan_anime_faces"
    own = zoo.card(name).recipe
    source = pictures(tmp_path, {"": 60})
    assert half_life(plan.fitted(own, source)) == pytest.approx(16 * 30_000 / 20, rel=0.1)
    short = plan.fitted(own, source, images=10_000)
    assert half_life(short) == pytest.approx(10_000 / 20, rel=0.1)
    assert 60 * short.rounds * short.epochs >= 10_000
    tuned = plan.fitted(replace(own, start=name), source)
    assert half_life(tuned) == pytest.approx(45_000 / 20, rel=0.1)


@pytest.mark.parametrize(("count", "size"), [(100, 64), (63, 32), (5, 4), (1, 4)])
def test_batches_fit_few_pictures(tmp_path, count, size):
    recipe = plan.fitted(zoo.card("dcgan_anime_faces").recipe, pictures(tmp_path, {"": count}))
    assert recipe.batch_size == size
    assert recipe.rounds * count >= size
    given = plan.fitted(zoo.card("dcgan_anime_faces").recipe, data.source(tmp_path), batch_size=128)
    assert given.batch_size == 128 and given.rounds * count >= 128


def test_many_pictures_are_not_augmented(tmp_path, monkeypatch):
    own, source = zoo.card("dcgan_anime_faces").recipe, pictures(tmp_path, {"": 8})
    monkeypatch.setattr(plan, "FEW", 8)
    assert "augmentation" not in plan.fitted(own, source).arguments
    monkeypatch.setattr(plan, "FEW", 9)
    assert "augmentation" in plan.fitted(own, source).arguments
    chosen = replace(own, arguments={**own.arguments, "augmentation": "ada"})
    assert plan.fitted(chosen, source).arguments["augmentation"] == "ada"
    assert (
        "augmentation" not in plan.fitted(zoo.card("msggan_anime_faces").recipe, source).arguments
    )


def test_translations_count_the_larger_domain(tmp_path):
    name = "cyclegan_horse2zebra"
    source = pictures(tmp_path, {"trainA": 6, "trainB": 20, "testA": 90})
    recipe = plan.fitted(replace(zoo.card(name).recipe, start=name), source)
    assert recipe.rounds == math.ceil(5_000 / 20 / 20)
    assert 5_000 <= recipe.epochs * recipe.rounds * 20 < 5_300
    assert {each["config"]["learning_rate"] for each in recipe.optimizers.values()} == {0.0002}
    with pytest.raises(ValueError, match="no pictures for the split train"):
        plan.fitted(zoo.card(name).recipe, pictures(tmp_path / "other", {"cat": 1}))


def test_a_conditional_model_learns_the_names_of_class_folders(tmp_path):
    source = pictures(tmp_path, {"cat": 3, "dog": 2})
    recipe = plan.of_model("CGAN", source)
    assert recipe.arguments["num_classes"] == 2
    assert plan.fitted(recipe, source).arguments["class_names"] == ["cat", "dog"]
    recipe = plan.of_model("BigGAN", source)
    assert {each.arguments["num_classes"] for each in recipe.networks.values()} == {2}
    with pytest.raises(ValueError, match=r"has 10 classes, and .* has 2 class folders: cat, dog\."):
        plan.fitted(zoo.card("cgan_mnist").recipe, source)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="class folder empty holds no pictures"):
        plan.of_model("CGAN", source)


def test_the_recipe_of_a_model_is_that_of_its_entry_resized(tmp_path):
    source = pictures(tmp_path, {"": 2})
    recipe = plan.of_model("DCGAN", source)
    assert recipe.arguments["image_shape"] == [64, 64, 3] and recipe.image_size == (64, 64)
    assert recipe.batch_size == zoo.card("dcgan_anime_faces").recipe.batch_size
    recipe = plan.of_model("DCGAN", source, (28, 28))
    assert recipe.arguments["image_shape"] == [28, 28, 3]
    gray = pictures(tmp_path / "gray", {"": 2}, "L")
    assert plan.of_model("DCGAN", gray, (28, 28)).arguments["image_shape"] == [28, 28, 1]
    recipe = plan.of_model("StyleGAN2", source, (32, 32))
    shapes = [recipe.arguments["image_shape"]]
    shapes += [each.arguments["image_shape"] for each in recipe.networks.values()]
    assert shapes == 3 * [[32, 32, 3]]
    with pytest.raises(ValueError, match=r"no entry or model 'DCGAM'.*DCGAN"):
        plan.of_model("DCGAM", source)


def test_a_model_without_an_entry_has_the_settings_of_its_paper(tmp_path):
    recipe = plan.of_model("SAGAN", pictures(tmp_path, {"": 2}), (32, 32))
    assert recipe.networks == {} and recipe.optimizers == {}
    assert recipe.arguments["image_shape"] == [32, 32, 3]
    fitted = plan.fitted(recipe, data.source(tmp_path))
    assert fitted.epochs * fitted.rounds * 2 >= 450_000


def test_images_that_do_not_fill_a_batch_are_not_counted(tmp_path):
    own = replace(zoo.card("dcgan_mnist").recipe, batch_size=8)
    recipe = plan.with_images(own, pictures(tmp_path, {"": 12}), 100)
    assert recipe.epochs == 13  # of one step of 8 images


def test_one_learning_rate_is_that_of_all_players():
    networks = {part: [f"dcgan.{part}", {"width": 2}] for part in ("generator", "discriminator")}
    recipe = Recipe.parse(
        {
            "model": "DCGAN",
            "networks": networks,
            "dataset": "digits",
            "split": "train",
            "batch_size": 4,
            "epochs": 1,
            "seed": 0,
        }
    )
    model = train.build(plan.with_learning_rate(recipe, 0.5))
    assert {float(one.learning_rate) for one in model.optimizers.values()} == {0.5}
    assert {float(one.beta_1) for one in model.optimizers.values()} == {0.5}  # as in the paper


def test_phases_keep_their_proportions():
    recipe = Recipe.parse(
        {
            "model": "GAN",
            "dataset": "digits",
            "split": "test",
            "batch_size": 4,
            "epochs": 4,
            "phases": [{"name": "a", "epochs": 1}, {"name": "b", "epochs": 3}],
            "seed": 0,
        }
    )
    longer = plan.with_images(recipe, data.source("digits", "test"), 8 * 360)
    assert [phase.epochs for phase in longer.phases] == [2, 6] and longer.epochs == 8


def test_every_entry_without_classes_can_be_fitted_to_a_folder(tmp_path):
    pictures(tmp_path, {"trainA": 3, "trainB": 2})
    for name in zoo.list():
        if plan.is_conditional(zoo.card(name).recipe):
            continue
        recipe = plan.fitted(zoo.card(name).recipe, data.source(tmp_path))
        assert Recipe.parse(replace(recipe)).dataset == str(Path(tmp_path))
