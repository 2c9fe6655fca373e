"""Cards are typed, print well, and count as their trainings did."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from keras_gan import zoo
from keras_gan.metrics import Metric
from keras_gan.zoo import pack
from keras_gan.zoo.card import Paper
from keras_gan.zoo.recipe import Network

ROOT = Path(__file__).parents[2]


def test_card_is_typed_and_frozen(entries):
    card = zoo.card("tiny_dcgan")
    assert card.paper.year == 2026 and card.notes == ("Smaller than the paper's.",)
    assert card.training.steps == 2 and card.training.epochs == 1
    assert card.weights.bytes == (entries / "tiny_dcgan" / card.weights.file).stat().st_size
    with pytest.raises(AttributeError, match="immutable"):
        card.name = "other"


def test_card_prints_all_that_matters_in_short_lines(entries):
    definition = "Fréchet distance, 10,000 against 10,000"
    metrics = {"fid[c,10000/10000]": {"value": 12.3456, "error": 0.1234, "definition": definition}}
    pack.update(entries / "tiny_dcgan", metrics=metrics)
    text = str(zoo.card("tiny_dcgan"))
    for part in (
        "tiny_dcgan",
        "On tests",
        "2 steps of 16 examples (32 in all)",
        "12.35 ± 0.12",
        "Smaller",
        "standard error",
        "by c are not on the scale of published",
        definition[:12],
    ):
        assert part in text
    assert max(map(len, text.splitlines())) <= 100
    assert "config" not in text and "config" not in repr(zoo.card("tiny_dcgan"))


def test_citation_and_figures():
    authors = {
        "One": "One 2014",
        "One, Two": "One and Two 2014",
        "One, Two, Six": "One et al. 2014",
    }
    for names, citation in authors.items():
        assert Paper("", names, 2014, "").citation == citation
    assert Metric("fid", 0.98765, None, "").text == "0.9877"
    assert Metric("fid", 12.3, 0.25, "").text == "12.3 ± 0.25"


def test_every_entry_has_what_its_card_shows():
    for name in zoo.list():
        folder = ROOT / "zoo" / name
        card = zoo.card(name)
        assert (folder / card.weights.file).exists() or card.weights.url
        assert (folder / "samples.png").exists() or card.recipe.model == "Classifier"


def test_facts_name_the_networks_of_the_recipe(entries):
    card = zoo.card("tiny_dcgan")
    networks = {"generator": Network("dcgan.generator", {"width": 8, "latent_dim": 3})}
    r1 = {"module": "keras_gan.penalties", "class_name": "R1", "config": {"gamma": 5.0}}
    arguments = {"ema": 0.9, "penalties": [r1, "r2"]}
    recipe = replace(card.recipe, arguments=arguments, networks=networks)
    model = replace(card, recipe=recipe).facts["Model"]
    assert model == (
        "DCGAN(generator=dcgan.generator(width=8, latent_dim=3), ema=0.9, penalties=[R1(gamma=5.0), r2])"
    )


def test_facts_count_all_batches_of_a_step(entries):
    """A step of a WGAN-GP with 5 updates of the critic consumes 5 batches."""
    card = zoo.card("tiny_dcgan")
    critic = replace(card, training=replace(card.training, steps=1000, batches_per_step=5))
    assert "1,000 steps of 5 x 16 examples (80,000 in all)" in critic.facts["Training"]


def test_published_steps_see_as_many_images_as_their_epochs():
    """Of all entries: steps x batches a step x images a batch, against epochs x images in the data."""
    sizes = {"mnist": 60_000, "fashion_mnist": 60_000, "cifar10": 50_000, "sneaker2boot": 6_000}
    counted = 0
    for card in map(zoo.card, zoo.list()):
        if size := sizes.get(card.recipe.dataset):
            run = card.training
            size -= size // 10 if card.recipe.split == "fit" else 0  # the validation part
            step = run.batches_per_step * card.recipe.batch_size
            assert run.steps == run.epochs * (size // step), card.name
            counted += 1
    assert counted > 15
