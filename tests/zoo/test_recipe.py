"""A recipe is typed; errors are one line that names the field and what would be right."""

import msgspec
import pytest
from msgspec.structs import replace

from keras_gan import zoo
from keras_gan.zoo.recipe import Network, Phase, Recipe

RECIPE = {
    "model": "DCGAN",
    "networks": {
        "generator": ["dcgan.generator", {"width": 4}],
        "discriminator": ["dcgan.discriminator"],
    },
    "dataset": "digits",
    "split": "train",
    "batch_size": 16,
    "epochs": 3,
    "seed": 0,
}


def test_fields_have_types_and_defaults():
    recipe = Recipe.parse({**RECIPE, "from": "dcgan_mnist", "image_size": [28, 32]})
    assert recipe.networks["generator"] == Network("dcgan.generator", {"width": 4})
    assert recipe.networks["discriminator"] == Network("dcgan.discriminator", {})
    assert (recipe.start, recipe.image_size, recipe.dtype) == ("dcgan_mnist", (28, 32), "float32")
    assert (recipe.steps_per_execution, recipe.optimizers, recipe.phases) == (1, {}, ())
    assert Recipe.parse(recipe) is recipe
    assert Recipe.parse(msgspec.to_builtins(recipe)) == recipe
    with pytest.raises(AttributeError, match="immutable"):
        recipe.epochs = 4


def test_phases_add_up():
    phases = [{"name": "likelihood", "epochs": 2}, {"name": "adversarial", "epochs": 1}]
    assert Recipe.parse({**RECIPE, "phases": phases}).phases[0] == Phase("likelihood", 2)
    with pytest.raises(ValueError, match=r"epochs must be the sum of the phases' epochs, 3, got 4"):
        Recipe.parse({**RECIPE, "phases": phases, "epochs": 4})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"epochs": 0}, "recipe's epochs must be an integer >= 1, got 0"),
        ({"epochs": 2.5}, "recipe's epochs must be an integer, got 2.5"),
        ({"batch_size": True}, "recipe's batch_size must be an integer, got True"),
        ({"batch_size": "16"}, "recipe's batch_size must be an integer, got '16'"),
        (
            {"batch_size": 10**12},
            "recipe's batch_size must be an integer <= 65536, got 1000000000000",
        ),
        ({"epochs": 10**12}, "recipe's epochs must be an integer <= 1000000000, got 1000000000000"),
        ({"networks": 3}, "recipe's networks must be an object, got 3"),
        (
            {"image_size": 1e6},
            "recipe's image_size must be an integer or a list or null, got 1000000.0",
        ),
        ({"seed": -1}, "recipe's seed must be an integer >= 0, got -1"),
        ({"image_size": 3}, "recipe's image_size must be a side or .* of 4 to 4096 pixels, got 3"),
        ({"image_size": [28, 28, 3]}, r"recipe's image_size must be .*, got \(28, 28, 3\)"),
        (
            {"image_size": "28"},
            "recipe's image_size must be an integer or a list or null, got '28'",
        ),
        (
            {"dtype": "bfloat"},
            "recipe's dtype must be float32 or mixed_bfloat16 or .*, got 'bfloat'",
        ),
        ({"from": 7}, "recipe's from must be a string or null, got 7"),
        ({"networks": {"a": ["x.y"], "b": {}}}, r"recipe's networks\.b must be a list, got {}"),
        ({"networks": {"a": [3]}}, r"recipe's networks\.a\[0\] must be a string, got 3"),
        (
            {"networks": {"a": ["x.y", {}, 1]}},
            r"recipe's networks\.a must be a list of at most length 2",
        ),
        (
            {"optimizers": {"g": {}}},
            r"recipe's optimizers\.g must be an object with a class_name.*, got {}",
        ),
        (
            {"optimizers": {"g": {"class_name": "Adam", "config": 3}}},
            r"recipe's optimizers\.g must be",
        ),
        ({"optimizers": {"g": "adam"}}, r"recipe's optimizers\.g must be an object, got 'adam'"),
        ({"phases": [{"name": "a"}]}, r"recipe's phases\[0\] lacks epochs"),
        ({"epoch": 3}, r"recipe has the unknown field epoch\. Did you mean epochs"),
        ({"color": "red"}, "recipe has the unknown field color$"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(change, problem):
    with pytest.raises(ValueError, match=f"^the {problem}") as refused:
        Recipe.parse({**RECIPE, **change})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [{"dataset": "a\x1b[2J"}, {"arguments": {"name": ["\x07"]}}, {"networks": {"\x9b": []}}],
)
def test_what_a_terminal_would_obey_is_refused(change):
    with pytest.raises(ValueError, match="the recipe holds control characters") as refused:
        Recipe.parse({**RECIPE, **change})
    assert str(refused.value).isprintable()


def test_all_missing_fields_are_named():
    with pytest.raises(
        ValueError, match=r"^the recipe lacks model, split, batch_size, epochs, seed$"
    ):
        Recipe.parse({"dataset": "digits"})
    for content in ([], None, "dcgan_mnist"):
        with pytest.raises(ValueError, match=r"^the recipe must be an object, got"):
            Recipe.parse(content)


def test_published_recipes_write_and_read():
    for name in zoo.list():
        recipe = zoo.card(name).recipe
        assert Recipe.parse(msgspec.json.decode(msgspec.json.encode(recipe))) == recipe
        assert replace(recipe, epochs=1).epochs == 1
