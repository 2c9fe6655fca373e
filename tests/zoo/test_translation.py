"""Recipes of image translation: trained from folders, continued, packed small, loaded."""

import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy
from PIL import Image

from keras_gan import zoo
from keras_gan.data import folders
from keras_gan.zoo import pack, train
from keras_gan.zoo.workdir import read_log

RECIPE = {
    "model": "CycleGAN",
    "arguments": {"image_shape": [32, 32, 3], "pool_size": 4},
    "networks": {
        **{f"generator_{d}": ["resnet.generator", {"width": 2, "blocks": 1}] for d in ("ab", "ba")},
        **{f"discriminator_{d}": ["patchgan.discriminator", {"width": 2}] for d in ("a", "b")},
    },
    "split": "train",
    "image_size": 32,
    "batch_size": 1,
    "epochs": 2,
    "seed": 0,
}


@pytest.fixture
def folder(tmp_path, rng):
    """trainA with three pictures and trainB with two."""
    for domain, num in (("A", 3), ("B", 2)):
        for index in range(num):
            path = tmp_path / "pictures" / f"train{domain}" / f"{index}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (40, 36, 3), np.uint8)).save(path)
    return tmp_path / "pictures"


@pytest.mark.slow
def test_recipe_trains_on_a_folder_and_goes_on(folder, tmp_path):
    recipe = {**RECIPE, "dataset": str(folder)}
    (folder / "trainA" / "3.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"Cannot read the picture .*3\.png"):
        train.train(recipe, tmp_path / "run", epochs=1)
    with pytest.warns(UserWarning, match="Left out 1 unreadable pictures: trainA/3.png"):
        train.train(recipe, tmp_path / "run", epochs=1, skip_unreadable=True)
    model = train.train(recipe, tmp_path / "run", epochs=2, skip_unreadable=True)
    log = read_log(tmp_path / "run")
    assert [line["steps"] for line in log] == [3, 3]
    assert int(model.pool_a.count) == 4  # 3 of the first epoch, and the checkpoint kept them
    grid = np.asarray(Image.open(tmp_path / "run" / "samples" / "0002.png"))
    # Two columns, as many as there are of both domains, and four rows.
    assert grid.shape[0] * (2 + 2 * 34) == grid.shape[1] * (2 + 4 * 34)


def test_a_picture_that_disappears_leaves_the_training_as_it_was(folder, tmp_path, monkeypatch):
    recipe = {**RECIPE, "dataset": str(folder)}
    train.train(recipe, tmp_path / "run", epochs=1)
    before = {path: path.read_bytes() for path in (tmp_path / "run").rglob("*.*")}
    list_pictures = folders.files_in

    def listed(path):
        found = list_pictures(path)
        (folder / "trainB" / "1.png").unlink()
        return found

    monkeypatch.setattr(folders, "files_in", listed)
    with pytest.raises(
        ValueError, match=r"Cannot read the picture .*trainB/1\.png: .*No such file"
    ):
        train.train(recipe, tmp_path / "run")
    assert before == {path: path.read_bytes() for path in (tmp_path / "run").rglob("*.*")}


def test_pix2pix_refuses_a_folder_without_pairs(folder, tmp_path):
    recipe = {
        **RECIPE,
        "model": "Pix2Pix",
        "arguments": {"image_shape": [32, 32, 3]},
        "networks": {
            "generator": ["unet.generator", {"image_shape": [32, 32, 3], "width": 2}],
            "discriminator": ["patchgan.discriminator", {"channels": 6, "width": 2}],
        },
        "dataset": str(folder),
    }
    with pytest.raises(ValueError, match="2 has no partner of the same name"):
        train.train(recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_entry_loads_and_goes_on_training(entries, packed_entries, rng):
    model, trained = zoo.load("tiny_cyclegan"), packed_entries[1]["tiny_cyclegan"]
    for name in ("generator_ab", "generator_ba", "discriminator_a"):
        for one, other in zip(
            getattr(model, name).get_weights(), getattr(trained, name).get_weights(), strict=True
        ):
            np.testing.assert_array_equal(one, other.astype(np.float16).astype(np.float32))
    images = rng.integers(0, 256, (2, 3, 32, 32, 3), np.uint8)
    assert model.translate(images[0], "BtoA").shape == images[0].shape
    model.fit(*images, verbose=0)
    assert int(model.pool_a.count) == 3
    assert (entries / "tiny_cyclegan" / "samples.png").exists()


def test_generated_images_of_the_training_are_not_published(entries, packed_entries, rng):
    model = zoo.load("tiny_cyclegan")
    size = zoo.card("tiny_cyclegan").weights.bytes
    for pool in (model.pool_a, model.pool_b):
        pool.images.assign(rng.normal(size=pool.images.shape))
        pool.count.assign(50)
    epoch = {"steps": 1, "seconds": 1.0, "device": "", "backend": "", "versions": {}, "date": ""}
    shown = {name: np.zeros((1, 32, 32, 3), np.uint8) for name in ("images_a", "images_b")}
    card = pack.pack(entries / "tiny_cyclegan", model, [epoch], columns=shown)
    assert card.weights.bytes == pytest.approx(size, rel=0.02)
    assert not to_numpy(zoo.load("tiny_cyclegan").pool_a.images).any()
