import numpy as np
import pytest

from keras_gan import data
from keras_gan.data.pictures import Split
from keras_gan.data.readers import pictures


def test_info_of_digits_agrees_with_its_arrays():
    info = data.info("digits")
    for split, count in info.splits.items():
        images, labels = data.arrays("digits", split)
        assert images.shape == (count, *info.image_shape)
        assert set(labels) == set(range(len(info.classes)))


@pytest.mark.parametrize("name", data.DATASETS)
def test_every_entry_is_complete(name):
    info = data.info(name)
    assert info.name == name
    assert info.title and info.license and info.source and info.splits
    assert bool(info.layout) == bool(info.places)
    assert len(info.domains) in (0, 2)
    with pytest.raises(AttributeError):
        info.license = "another"


def test_a_data_set_is_its_description_with_a_reader(tmp_path, write_picture, monkeypatch):
    pixels = {name: write_picture(tmp_path / "moons" / f"{name}.png") for name in ("io", "mimas")}
    moons = data.DatasetInfo(
        name="moons",
        title="Moons",
        license="CC0",
        source="this test",
        image_shape=(6, 6, 3),
        splits={"train": 1, "test": 1},
        read=lambda files, split: Split(
            (
                pictures(
                    {
                        name: file
                        for name, file in files.items()
                        if ("io" in name) == (split == "train")
                    }
                ),
            )
        ),
        layout="moons/*.png",
        places=("moons",),
    )
    monkeypatch.setitem(data.DATASETS, "moons", moons)
    for split, name in (("train", "io"), ("test", "mimas")):
        images, labels = data.arrays("moons", split, data_dir=tmp_path)
        assert np.array_equal(images[0], pixels[name]) and labels is None
    with pytest.raises(ValueError, match=r"no data set 'moon'\. Did you mean moons"):
        data.arrays("moon", data_dir=tmp_path)


def test_unaligned_domains_are_splits_of_their_own():
    names = data.info("horse2zebra").split_names
    assert names == ("train", "test", "trainA", "trainB", "testA", "testB")
    assert data.info("maps").split_names == ("train", "val")


def test_unknown_name_gets_the_closest():
    with pytest.raises(ValueError, match=r"no data set 'anime_face'.*Did you mean anime_faces"):
        data.info("anime_face")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("mnist", "train"),
        ("mnist", "test"),
        ("stacked_mnist", "test"),
        ("fashion_mnist", "train"),
        ("sneaker2boot", "test"),
        ("cifar10", "test"),
        ("anime_faces", "test"),
        ("anime_hair", "train"),
        ("anime_hair", "test"),
        ("anime_eyes", "test"),
        ("anime_looks", "test"),
        ("anime_tags", "test"),
        ("horse2zebra", "test"),
        ("horse_or_zebra", "test"),
        ("maps", "train"),
        ("aerial_or_map", "train"),
    ],
)
def test_info_agrees_with_the_real_data(name, split, arrays):
    images, second = arrays(name, split)
    info = data.info(name)
    count = info.splits[split]
    counts = count if isinstance(count, tuple) else (count, count)
    assert images.shape == (counts[0], *info.image_shape)
    if info.tagged:
        assert second.shape == (counts[0], len(info.classes))
        assert set(np.unique(second)) == {0, 1} and second.any(axis=0).all()
    elif info.classes:
        assert second.shape == (counts[0],)
        missing = set(range(len(info.classes))) - set(np.unique(second))
        assert second.min() >= 0 and second.max() < len(info.classes)
        assert not missing or name == "anime_looks"  # not all pairs of colors were drawn
    if info.domains:
        assert second.shape == (counts[1], *info.image_shape)
