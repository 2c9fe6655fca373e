"""Weights that do not come with the package are found where KERAS_GAN_ZOO says, and checked."""

import shutil

import numpy as np
import pytest

from keras_gan import zoo

PLACE = "tiny_dcgan/model.weights.h5"


@pytest.fixture
def elsewhere(entries, tmp_path):
    """A folder that the weights of tiny_dcgan have been moved to, and images of theirs."""
    images = zoo.load("tiny_dcgan").generate(2, seed=1)
    folder = tmp_path / "elsewhere"
    (folder / "tiny_dcgan").mkdir(parents=True)
    shutil.move(entries / PLACE, folder / PLACE)
    return folder, images


def test_missing_weights_say_where_they_are_looked_for(elsewhere, monkeypatch):
    monkeypatch.delenv("KERAS_GAN_ZOO", raising=False)
    assert "tiny_dcgan" in zoo.list() and zoo.card("tiny_dcgan").title == "The tiny_dcgan"
    with pytest.raises(
        ValueError, match=rf"The weights of tiny_dcgan are missing: .*{PLACE}\. "
    ) as error:
        zoo.load("tiny_dcgan")
    assert f"Set KERAS_GAN_ZOO to a folder or an https address that holds {PLACE}" in str(
        error.value
    )


def test_a_folder_of_weights(elsewhere, monkeypatch):
    folder, images = elsewhere
    monkeypatch.setenv("KERAS_GAN_ZOO", str(folder))
    np.testing.assert_array_equal(zoo.load("tiny_dcgan").generate(2, seed=1), images)
    content = (folder / PLACE).read_bytes()
    for change, problem in ((content[:-1], "has .* bytes instead of"), (None, "is not there")):
        (folder / PLACE).unlink()
        if change is not None:
            (folder / PLACE).write_bytes(change)
        with pytest.raises(
            ValueError, match=f"tiny_dcgan: .*{PLACE} {problem}.*; KERAS_GAN_ZOO is"
        ):
            zoo.load("tiny_dcgan")


def test_an_https_address_of_weights(elsewhere, https_site, monkeypatch):
    folder, images = elsewhere
    url, site, requests = https_site
    shutil.copytree(folder, site / "zoo")
    monkeypatch.setenv("KERAS_GAN_ZOO", f"{url}/zoo/")
    for _ in range(2):
        np.testing.assert_array_equal(zoo.load("tiny_dcgan").generate(2, seed=1), images)
    assert requests == [f"/zoo/{PLACE}"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/zoo", "ftp://127.0.0.1/zoo"])
def test_other_addresses_are_refused(elsewhere, monkeypatch, address):
    monkeypatch.setenv("KERAS_GAN_ZOO", address)
    with pytest.raises(ValueError, match=f"over https only, not from {address}/{PLACE}"):
        zoo.load("tiny_dcgan")
