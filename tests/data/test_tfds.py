"""Data sets by their TFDS names, mocked by TFDS itself; and those that cannot be had."""

import sys
import urllib.error
import urllib.request

import numpy as np
import pytest

from keras_gan import data
from keras_gan.data import pipeline, tfds

tensorflow_datasets = pytest.importorskip("tensorflow_datasets")


@pytest.fixture
def mocked(monkeypatch):
    """TFDS makes up ten examples of any data set; nothing is asked of the network."""
    monkeypatch.setattr(tfds, "_check_reachable", lambda name, urls: None)
    with tensorflow_datasets.testing.mock_data(num_examples=10):
        yield


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No host can be found, and TFDS must not try to download."""

    def urlopen(request, timeout):
        raise urllib.error.URLError("Name or service not known")

    def download(*args, **kwargs):
        raise AssertionError("TFDS tries to download without a network, for minutes")

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    builder = tensorflow_datasets.core.DatasetBuilder
    monkeypatch.setattr(builder, "download_and_prepare", download)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "shape", "classes"),
    [
        ("mnist", (28, 28, 1), 10),
        ("fashion_mnist", (28, 28, 1), 10),
        ("cifar10", (32, 32, 3), 10),
        ("celeb_a", (218, 178, 3), None),
    ],
)
def test_arrays(mocked, name, shape, classes):
    images, labels = data.arrays(name)
    assert images.dtype == np.uint8 and images.shape == (10, *shape)
    assert images.std() > 50
    if classes is None:
        assert labels is None
    else:
        assert labels.dtype == np.int32 and labels.shape == (10,)
        assert 0 <= labels.min() <= labels.max() < classes


@pytest.mark.parametrize("held", [True, False])
def test_load(mocked, monkeypatch, held):
    monkeypatch.setattr(pipeline, "IN_MEMORY", 2**30 if held else 0)
    dataset = data.load("celeb_a", image_size=(40, 32), batch_size=4, shuffle=False)
    batches = list(dataset.as_numpy_iterator())
    assert [batch.shape for batch in batches] == [(4, 40, 32, 3), (4, 40, 32, 3), (2, 40, 32, 3)]
    expected = data.arrays("celeb_a", image_size=(40, 32))[0] / 127.5 - 1.0
    np.testing.assert_allclose(np.concatenate(batches), expected, atol=1e-6)


@pytest.mark.parametrize("held", [True, False])
def test_load_with_labels(mocked, monkeypatch, held):
    monkeypatch.setattr(pipeline, "IN_MEMORY", 2**30 if held else 0)
    images, labels = next(iter(data.load("cifar10", batch_size=8)))
    assert images.shape == (8, 32, 32, 3) and labels.shape == (8,) and labels.dtype == "int32"
    (image,) = data.load("cifar10", labels=False).take(1)
    assert image.shape == (32, 32, 3)


@pytest.mark.parametrize("name", ["horse2zebra", "cycle_gan/horse2zebra"])
@pytest.mark.parametrize("held", [True, False])
def test_two_domains(mocked, monkeypatch, name, held):
    monkeypatch.setattr(pipeline, "IN_MEMORY", 2**30 if held else 0)
    horses, zebras = next(iter(data.load(name, image_size=16, batch_size=2)))
    assert horses.shape == zebras.shape == (2, 16, 16, 3)
    assert next(iter(data.load(name, "testA", batch_size=2))).shape == (2, 256, 256, 3)


def test_pictures_of_many_sizes_need_a_size(mocked):
    with pytest.raises(ValueError, match="give image_size"):
        data.load("cycle_gan/apple2orange", batch_size=2)
    batch = next(iter(data.load("cycle_gan/apple2orange", image_size=16, batch_size=2)))
    assert [part.shape for part in batch] == [(2, 16, 16, 3)] * 2


def test_a_set_without_images_is_refused(mocked):
    with pytest.raises(
        ValueError, match="imdb_reviews has no 8-bit images; its features are text, label"
    ):
        data.arrays("imdb_reviews")


def test_unknown_names_get_the_closest_of_ours_and_of_tfds():
    with pytest.raises(ValueError, match=r"no data set 'celeba'.*Did you mean .*celeb_a"):
        data.arrays("celeba")
    with pytest.raises(ValueError, match=r"no data set 'fashon_mnist'.*Did you mean fashion_mnist"):
        data.arrays("fashon_mnist")


def test_a_missing_set_without_network_names_both_ways_out(offline):
    message = (
        r"data set mnist is not here: storage\.googleapis\.com cannot be reached \(Name or service not "
        r"known\)\. To use it, put it into a folder .*as mnist\.npz.* data_dir= .*KERAS_GAN_DATA, or let "
        r"TensorFlow Datasets download it"
    )
    with pytest.raises(FileNotFoundError, match=message):
        data.arrays("mnist", data_dir=offline)


def test_a_missing_set_that_is_ours_alone_names_its_layout(offline):
    with pytest.raises(
        FileNotFoundError, match=r"anime_faces is not here: .*anime-faces-64/ID\.jpg"
    ) as error:
        data.arrays("anime_faces", data_dir=offline)
    assert "TensorFlow Datasets" not in str(error.value)


def test_a_missing_set_of_tfds_alone_names_the_network(offline):
    with pytest.raises(
        FileNotFoundError, match=r"celeb_a is not here: drive\.google\.com cannot be.*from_folder"
    ):
        data.arrays("celeb_a", data_dir=offline)


def test_a_host_that_answers_an_error_is_within_reach(offline, monkeypatch):
    def urlopen(request, timeout):
        raise urllib.error.HTTPError(request.full_url, 405, "no HEAD here", None, None)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    with pytest.raises(AssertionError, match="TFDS tries to download"):
        data.arrays("mnist", data_dir=offline)


def test_without_tfds(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(
        FileNotFoundError, match=r"mnist is not here: tensorflow-datasets is not installed"
    ):
        data.arrays("mnist", data_dir=tmp_path)
    with pytest.raises(
        ValueError, match=r"no data set 'celeb_a'.*which has more, is not installed"
    ):
        data.arrays("celeb_a", data_dir=tmp_path)
