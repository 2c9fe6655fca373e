"""Each layout of local files, written by the tests, and what is said when files are not as they should be."""

import lzma
import shutil
import tarfile

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data import local
from keras_gan.modalities.images import files_in

IDX_NAMES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}


def test_digits_are_those_of_scikit_learn():
    digits = pytest.importorskip("sklearn.datasets").load_digits()
    train, train_labels = data.arrays("digits")
    test, test_labels = data.arrays("digits", "test")
    images = np.concatenate([train, test])
    assert np.array_equal(images[..., 0], np.rint(digits.images * 255 / 16))
    assert np.array_equal(np.concatenate([train_labels, test_labels]), digits.target)
    assert (len(train), len(test)) == (1437, 360)
    assert train_labels.dtype == np.int32


@pytest.mark.parametrize("split", ["train", "test"])
def test_mnist(mnist, split):
    folder, arrays = mnist
    images, labels = data.arrays("mnist", split, data_dir=folder)
    assert images.dtype == np.uint8 and labels.dtype == np.int32
    assert np.array_equal(images, arrays[f"x_{split}"][..., None])
    assert np.array_equal(labels, arrays[f"y_{split}"])


def test_stacked_mnist_is_three_digits_in_one_picture(mnist):
    folder, arrays = mnist
    images, labels = data.arrays("stacked_mnist", "test", data_dir=folder)
    assert images.shape == (26_000, 28, 28, 3)
    known = {
        image.tobytes(): label
        for image, label in zip(arrays["x_test"], arrays["y_test"], strict=True)
    }
    for image, label in zip(images[:50], labels[:50], strict=True):
        digits = [
            known[np.ascontiguousarray(image[..., channel]).tobytes()] for channel in range(3)
        ]
        assert label == int("".join(map(str, digits)))
    assert data.info("stacked_mnist").classes[7] == "007"
    again = data.arrays("stacked_mnist", "test", data_dir=folder)[1]
    np.testing.assert_array_equal(again, labels)


def test_mnist_where_keras_keeps_it(mnist, tmp_path, monkeypatch):
    folder, arrays = mnist
    kept = tmp_path / ".keras" / "datasets"
    kept.mkdir(parents=True)
    shutil.move(folder / "mnist.npz", kept)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert np.array_equal(data.arrays("mnist")[1], arrays["y_train"])


def test_the_environment_variable_names_the_folder(mnist, tmp_path, monkeypatch):
    folder, arrays = mnist
    monkeypatch.setenv("KERAS_GAN_DATA", str(folder))
    assert np.array_equal(data.arrays("mnist")[1], arrays["y_train"])
    monkeypatch.setenv("KERAS_GAN_DATA", str(tmp_path / "nowhere"))
    assert np.array_equal(data.arrays("mnist", data_dir=folder)[1], arrays["y_train"])
    with pytest.raises(ValueError, match=r"KERAS_GAN_DATA must name a folder, got .*nowhere"):
        data.arrays("mnist")
    with pytest.raises(ValueError, match=r"data_dir must name a folder, got .*mnist\.npz"):
        data.arrays("mnist", data_dir=folder / "mnist.npz")


@pytest.mark.parametrize("inside", [False, True])
def test_fashion_mnist(tmp_path, rng, write_idx, inside):
    folder = tmp_path / "fashion-mnist"
    for split, count in (("train", 12), ("test", 5)):
        images = rng.integers(0, 256, (count, 28, 28), np.uint8)
        labels = rng.integers(0, 10, count, np.uint8)
        for name, array in zip(IDX_NAMES[split], (images, labels), strict=True):
            write_idx(folder / name, array)
        found = data.arrays("fashion_mnist", split, data_dir=folder if inside else tmp_path)
        assert np.array_equal(found[0], images[..., None])
        assert np.array_equal(found[1], labels)


def test_sneakers_and_boots_are_two_classes_of_fashion_mnist(tmp_path, rng, write_idx):
    images = rng.integers(0, 256, (5, 28, 28), np.uint8)
    for name, array in zip(IDX_NAMES["train"], (images, np.uint8([9, 7, 0, 9, 9])), strict=True):
        write_idx(tmp_path / "fashion-mnist" / name, array)
    sneakers, boots = data.arrays("sneaker2boot", data_dir=tmp_path)
    assert np.array_equal(sneakers[..., 0], images[[1]])
    assert np.array_equal(boots[..., 0], images[[0, 3, 4]])
    for domain, expected in (("A", sneakers), ("B", boots)):
        assert np.array_equal(
            data.arrays("sneaker2boot", f"train{domain}", data_dir=tmp_path)[0], expected
        )


def cifar10(folder, write_picture):
    """The pictures of class folders, in the order they are read, and their labels."""
    classes = data.info("cifar10").classes
    for split, count in (("train", 3), ("test", 2)):
        pixels = [
            write_picture(folder / split / name / f"{index:04d}.png")
            for name in classes
            for index in range(count)
        ]
        yield split, np.stack(pixels), np.repeat(np.arange(10), count)


def test_cifar10(tmp_path, write_picture):
    for split, images, labels in list(cifar10(tmp_path / "cifar10", write_picture)):
        found = data.arrays("cifar10", split, data_dir=tmp_path)
        assert np.array_equal(found[0], images)
        assert np.array_equal(found[1], labels)


@pytest.mark.parametrize("root", [".", "cifar10-jpeg"])
def test_cifar10_in_an_archive(tmp_path, write_picture, root):
    expected = list(cifar10(tmp_path / "unpacked", write_picture))
    with tarfile.open(tmp_path / "cifar10-jpeg.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "unpacked", root)
    for split, images, labels in expected:
        found = data.arrays("cifar10", split, data_dir=tmp_path)
        assert np.array_equal(found[0], images)
        assert np.array_equal(found[1], labels)


@pytest.mark.parametrize("packed", [False, True])
def test_anime_faces_are_split_by_their_ids(tmp_path, write_picture, packed):
    folder = tmp_path / "anime-faces-64"
    pixels = {index: write_picture(folder / f"{index}.png") for index in (0, 1, 2, 9, 10, 11, 100)}
    (folder / "notes.txt").write_text("no picture")
    if packed:
        with tarfile.open(tmp_path / "anime-faces-64.tar.gz", "w:gz") as archive:
            archive.add(folder, folder.name)
        shutil.rmtree(folder)
    for split, ids in (("train", (1, 2, 9, 11)), ("test", (0, 10, 100))):
        images, labels = data.arrays("anime_faces", split, data_dir=tmp_path)
        assert labels is None
        assert np.array_equal(images, [pixels[index] for index in ids])


@pytest.mark.parametrize("own_folder", [False, True])
def test_anime_hair_is_the_tagged_faces(tmp_path, write_picture, own_folder):
    folder = tmp_path / "anime-faces-64"
    pixels = {index: write_picture(folder / f"{index}.png") for index in (1, 2, 3, 10)}
    data_dir = folder if own_folder else tmp_path
    with pytest.raises(ValueError, match=r"anime_hair in .*no anime-faces-tags\.csv beside"):
        data.arrays("anime_hair", data_dir=data_dir)
    tags = tmp_path / "anime-faces-tags.csv"
    tags.write_text("id,hair,eyes\n3,white,red\n10,aqua,blue\n2,blonde,pink\n")
    images, labels = data.arrays("anime_hair", data_dir=data_dir)
    assert np.array_equal(images, [pixels[2], pixels[3]])
    assert labels.tolist() == [2, 11]
    assert data.arrays("anime_hair", "test", data_dir=data_dir)[1].tolist() == [0]
    looks = data.arrays("anime_looks", data_dir=data_dir)[1]
    classes = data.info("anime_looks").classes
    assert [classes[label] for label in looks] == ["blonde hair, pink eyes", "white hair, red eyes"]
    assert data.arrays("anime_eyes", data_dir=data_dir)[1].tolist() == [7, 9]
    source = data.source("anime_tags", data_dir=data_dir)
    names = [
        [name for name, has in zip(source.class_names, row, strict=True) if has]
        for row in source.images_and_tags()[1]
    ]
    assert names == [["blonde hair", "pink eyes"], ["white hair", "red eyes"]]
    with pytest.raises(ValueError, match="has no labels"):
        source.images_and_labels()
    with pytest.raises(ValueError, match="anime_hair has no tags"):
        data.source("anime_hair", data_dir=data_dir).images_and_tags()
    tags.write_text("id,hair\n3,plaid\n")
    with pytest.raises(ValueError, match=r"'hair' with aqua, black.*got plaid"):
        data.arrays("anime_hair", data_dir=data_dir)


def test_horse2zebra(tmp_path, write_picture):
    pixels = {
        part: [write_picture(tmp_path / "horse2zebra" / part / f"{i}.png") for i in range(count)]
        for part, count in (("trainA", 3), ("trainB", 5), ("testA", 1), ("testB", 2))
    }
    for split in ("train", "test"):
        horses, zebras = data.arrays("horse2zebra", split, data_dir=tmp_path)
        assert np.array_equal(horses, pixels[split + "A"])
        assert np.array_equal(zebras, pixels[split + "B"])
    zebras, labels = data.arrays("horse2zebra", "trainB", data_dir=tmp_path)
    assert np.array_equal(zebras, pixels["trainB"]) and labels is None
    images, labels = data.arrays("horse_or_zebra", data_dir=tmp_path)
    assert np.array_equal(images, pixels["trainA"] + pixels["trainB"])
    assert labels.tolist() == [0, 0, 0, 1, 1, 1, 1, 1]


def test_maps(tmp_path, write_picture):
    pixels = [write_picture(tmp_path / "maps" / "val" / f"{i}.png", size=(6, 12)) for i in range(3)]
    photos, maps = data.arrays("maps", "val", data_dir=tmp_path)
    assert np.array_equal(photos, np.stack(pixels)[:, :, :6])
    assert np.array_equal(maps, np.stack(pixels)[:, :, 6:])
    images, labels = data.arrays("aerial_or_map", "val", data_dir=tmp_path)
    assert np.array_equal(images, np.concatenate([photos, maps]))
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_unknown_split():
    with pytest.raises(ValueError, match="digits has the splits train, test; there is no 'val'"):
        data.arrays("digits", "val")


def test_pictures_are_found_at_any_depth_in_order(tmp_path):
    for name in ("b.PNG", "a/c.jpeg", "a/b/d.webp", "text.txt", "._b.png", ".cache/e.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(files_in(tmp_path)) == ["a/b/d.webp", "a/c.jpeg", "b.PNG"]


def test_files_cut_short_are_refused_by_name(tmp_path, mnist, write_idx, rng):
    folder, _ = mnist
    path = folder / "mnist.npz"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(ValueError, match=r"mnist in .*: the arrays are not as Keras has them"):
        data.arrays("mnist", data_dir=folder)
    images, labels = (tmp_path / "fashion-mnist" / name for name in IDX_NAMES["train"])
    write_idx(images, np.zeros((4, 28, 28), np.uint8))
    with pytest.raises(ValueError, match=rf"fashion_mnist in .*there is no {labels.name}, which"):
        data.arrays("fashion_mnist", data_dir=tmp_path)
    write_idx(labels, np.zeros(3, np.uint8))
    with pytest.raises(ValueError, match=r"one for each label, got .* and 3 labels"):
        data.arrays("fashion_mnist", data_dir=tmp_path)
    write_idx(images, np.zeros((4, 28), np.uint8))
    with pytest.raises(
        ValueError, match=r"images-idx3.* is not an idx file of 3-dimensional bytes"
    ):
        data.arrays("fashion_mnist", data_dir=tmp_path)
    images.write_bytes(images.read_bytes()[:-9])
    with pytest.raises(ValueError, match=r"cannot read .*images-idx3"):
        data.arrays("fashion_mnist", data_dir=tmp_path)
    (tmp_path / "anime-faces-64.tar.xz").write_bytes(lzma.compress(rng.bytes(5000))[:3000])
    with pytest.raises(ValueError, match=r"Cannot read the archive .*anime-faces-64"):
        data.arrays("anime_faces", data_dir=tmp_path)


def test_arrays_that_disappear_are_named(mnist, monkeypatch):
    folder, _ = mnist
    files = local._files

    def found(*place):
        listed = files(*place)
        (folder / "mnist.npz").unlink(missing_ok=True)
        return listed

    monkeypatch.setattr(local, "_files", found)
    with pytest.raises(ValueError, match=r"mnist in .*No such file or directory: '.*mnist\.npz'"):
        data.arrays("mnist", data_dir=folder)


def test_linked_folders_are_classes_domains_and_data_sets(tmp_path, write_picture):
    for name in ("cat", "dog"):
        write_picture(tmp_path / "real" / name / "1.png")
    for link, real in (("pets/cat", "cat"), ("sides/trainA", "cat"), ("sides/trainB", "dog")):
        (tmp_path / link).parent.mkdir(exist_ok=True)
        (tmp_path / link).symlink_to(tmp_path / "real" / real)
    write_picture(tmp_path / "pets" / "dog" / "1.png")
    assert data.arrays_from_folder(tmp_path / "pets", 8, labels=True)[1].tolist() == [0, 1]
    assert [len(x) for x in data.domains_from_folder(tmp_path / "sides", 8)] == [1, 1]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "horse2zebra").symlink_to(tmp_path / "sides")
    found = data.arrays("horse2zebra", data_dir=tmp_path / "data", image_size=8)
    assert [len(x) for x in found] == [1, 1]


def test_a_layout_without_its_pictures_is_refused(tmp_path, write_picture):
    write_picture(tmp_path / "maps" / "val" / "1.png")
    with pytest.raises(ValueError, match=r"maps in .* no pictures in train/"):
        data.arrays("maps", data_dir=tmp_path)
    write_picture(tmp_path / "cifar10" / "train" / "horse" / "1.png")
    assert data.arrays("cifar10", data_dir=tmp_path)[1].tolist() == [7]
    write_picture(tmp_path / "cifar10" / "train" / "zebra" / "1.png")
    with pytest.raises(ValueError, match="zebra is no class; there are airplane, "):
        data.arrays("cifar10", data_dir=tmp_path)
    write_picture(tmp_path / "cifar10" / "train" / "loose.png")
    with pytest.raises(ValueError, match=r"loose\.png is in no class folder"):
        data.arrays("cifar10", data_dir=tmp_path)
    write_picture(tmp_path / "anime-faces-64" / "miku.png")
    with pytest.raises(ValueError, match=r"ID a number; got miku\.png"):
        data.arrays("anime_faces", data_dir=tmp_path)
