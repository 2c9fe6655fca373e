"""Weights behind a URL are fetched once, checked, and refused when they are damaged."""

import hashlib
import json
import threading

import numpy as np
import pytest

from keras_gan import zoo
from keras_gan.zoo import registry


@pytest.fixture
def served(entries, https_site):
    """The weights of tiny_dcgan behind a URL: the file that is served, and the requests it has seen."""
    url, site, requests = https_site
    (entries / "tiny_dcgan" / "model.weights.h5").rename(site / "w.h5")
    path = entries / "tiny_dcgan" / "entry.json"
    entry = json.loads(path.read_text())
    entry["weights"]["url"] = f"{url}/w.h5"
    path.write_text(json.dumps(entry))
    return site / "w.h5", requests


def cached(tmp_path):
    return sorted((tmp_path / "home").rglob("*.h5"))


def test_weights_are_fetched_once(served, tmp_path):
    path, requests = served
    images = zoo.load("tiny_dcgan").generate(2, seed=1)
    (kept,) = cached(tmp_path)
    assert kept.read_bytes() == path.read_bytes()
    np.testing.assert_array_equal(zoo.load("tiny_dcgan").generate(2, seed=1), images)
    assert len(requests) == 1


def test_damaged_cache_is_fetched_again(served, tmp_path):
    path, requests = served
    zoo.load("tiny_dcgan")
    (kept,) = cached(tmp_path)
    kept.write_bytes(b"half")
    zoo.load("tiny_dcgan")
    assert kept.read_bytes() == path.read_bytes()
    assert len(requests) == 2


def test_damaged_download_is_refused_and_not_kept(served, tmp_path):
    path, _ = served
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"weights of tiny_dcgan arrived damaged.*Try again"):
        zoo.load("tiny_dcgan")
    assert not any(p.is_file() for p in (tmp_path / "home").rglob("*"))


def test_failed_download_says_what_and_from_where(served, tmp_path):
    path, _ = served
    path.unlink()
    with pytest.raises(OSError, match=r"weights of tiny_dcgan cannot be fetched from http.*404"):
        zoo.load("tiny_dcgan")
    assert not any(p.is_file() for p in (tmp_path / "home").rglob("*"))


def test_many_may_fetch_at_once(served, tmp_path):
    card = zoo.card("tiny_dcgan")
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(registry.weights(card))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and set(found) == set(cached(tmp_path))
    assert hashlib.sha256(found[0].read_bytes()).hexdigest() == card.weights.sha256
