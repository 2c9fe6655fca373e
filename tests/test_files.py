"""Files appear whole or not at all, and come from the web only over https, checked and within a limit."""

import errno
import hashlib
import os
import socket

import pytest

from keras_gan import files
from keras_gan.files import creating, replacing


def test_makes_folders_and_replaces(tmp_path):
    path = tmp_path / "new" / "a.txt"
    for text in ("first", "second"):
        with replacing(path) as temporary:
            temporary.write_text(text)
        assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o644


def test_keeps_the_old_file_and_nothing_else_when_the_block_fails(tmp_path):
    path = tmp_path / "a.weights.h5"
    path.write_text("old")
    with pytest.raises(OSError, match="full"), replacing(path) as temporary:
        temporary.write_text("ne")
        assert temporary.name.endswith(".weights.h5")
        raise OSError("disk full")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_error_of_a_full_disk_names_the_file(tmp_path):
    path = tmp_path / "a.txt"
    with (
        pytest.raises(OSError, match=r"No space left on device: '.*/a\.txt'") as full,
        replacing(path),
    ):
        raise OSError(errno.ENOSPC, "Can't write data (file write failed: ...)")
    assert full.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    path, synced = tmp_path / "a.txt", []
    path.write_text("old")

    def fsync(handle):
        synced.append((os.fstat(handle).st_size, path.read_text()))

    monkeypatch.setattr(os, "fsync", fsync)
    with replacing(path) as temporary:
        temporary.write_text("new!")
    assert synced == [(4, "old")] and path.read_text() == "new!"


def test_a_folder_is_there_whole_or_not_at_all(tmp_path):
    folder = tmp_path / "models" / "a" / "1"
    with creating(folder) as temporary:
        (temporary / "model").write_text("new")
        assert not folder.exists() and temporary.name.startswith(".")
    assert [path.name for path in folder.iterdir()] == ["model"]
    assert list(folder.parent.iterdir()) == [folder]
    assert folder.stat().st_mode & 0o777 == 0o755


def test_a_folder_that_fails_takes_along_those_made_for_it(tmp_path):
    (tmp_path / "models").mkdir()
    folder = tmp_path / "models" / "a" / "1"
    with pytest.raises(OSError, match="full"), creating(folder) as temporary:
        (temporary / "model").write_text("ne")
        raise OSError("disk full")
    assert list(tmp_path.rglob("*")) == [tmp_path / "models"]


def test_a_folder_that_is_there_stays(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "model").write_text("old")
    with pytest.raises(FileExistsError, match="1 exists already"), creating(tmp_path / "1"):
        pytest.fail("The block must not run.")
    assert (tmp_path / "1" / "model").read_text() == "old"


CONTENT = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def site(https_site):
    url, folder, requests = https_site
    (folder / "a.bin").write_bytes(CONTENT)
    return url, folder, requests


def test_a_file_is_fetched_once(site, tmp_path, capfd):
    url, _, requests = site
    path = tmp_path / "home" / "a.bin"
    for _ in range(2):
        assert files.fetch(f"{url}/a.bin", path, SHA256, len(CONTENT)) == path
    assert path.read_bytes() == CONTENT and path.stat().st_mode & 0o777 == 0o644
    assert requests == ["/a.bin"]
    assert capfd.readouterr() == ("", "")


def test_a_kept_file_of_another_checksum_is_fetched_again(site, tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"half")
    files.fetch(f"{site[0]}/a.bin", path, SHA256, len(CONTENT))
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("content", "max_bytes", "message"),
    [
        (b"captive portal", 10**6, f"its SHA-256 is .*, not {SHA256}"),
        (CONTENT + b"!", len(CONTENT), "the file is larger than 256,000 bytes"),
        (bytes(10**7), 256_000, "the file is larger than 256,000 bytes"),
    ],
)
def test_a_wrong_file_is_not_kept(site, tmp_path, content, max_bytes, message):
    url, folder, _ = site
    (folder / "a.bin").write_bytes(content)
    path = tmp_path / "home" / "a.bin"
    with pytest.raises(
        ValueError, match=rf"The map arrived damaged from {url}/a\.bin: {message}\. Try again"
    ):
        files.fetch(f"{url}/a.bin", path, SHA256, max_bytes, "The map")
    assert list(path.parent.iterdir()) == []


def test_the_download_stops_at_the_limit(site, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        files._Limited,
        "write",
        lambda self, chunk, write=files._Limited.write: (write(self, chunk), written.append(chunk)),
    )
    (site[1] / "a.bin").write_bytes(bytes(10**8))
    with pytest.raises(ValueError, match="larger than"):
        files.fetch(f"{site[0]}/a.bin", tmp_path / "a.bin", SHA256, 200_000)
    assert sum(map(len, written)) <= 200_000


def test_a_failed_download_names_the_address_and_the_path(site, tmp_path):
    path = tmp_path / "none.bin"
    with pytest.raises(
        OSError, match=rf"The map cannot be fetched from {site[0]}/none\.bin: 404.*put at {path}"
    ):
        files.fetch(f"{site[0]}/none.bin", path, SHA256, 10, "The map")
    assert not path.exists()


def test_a_server_of_an_unknown_certificate_is_refused(site, tmp_path, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(OSError, match=r"cannot be fetched.*certificate verify failed"):
        files.fetch(f"{site[0]}/a.bin", tmp_path / "a.bin", SHA256, len(CONTENT))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/a", "file:///etc/hostname", "ftp://host/a"])
def test_only_https_is_fetched(tmp_path, monkeypatch, url):
    monkeypatch.setattr(socket, "socket", None)  # nothing is asked of a network
    with pytest.raises(ValueError, match=f"over https only, not from {url}"):
        files.fetch(url, tmp_path / "a", SHA256, 10)


def test_a_redirect_away_from_https_is_not_followed(site, tmp_path):
    url, _, requests = site
    with pytest.raises(ValueError, match=r"over https only, not from http://127\.0\.0\.1:9/a"):
        files.fetch(f"{url}/to/http://127.0.0.1:9/a", tmp_path / "a", SHA256, 10)
    files.fetch(f"{url}/to/{url}/a.bin", tmp_path / "a", SHA256, len(CONTENT))
    assert requests[-2:] == [f"/to/{url}/a.bin", "/a.bin"]


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("KERAS_GAN_HOME", "~/kept")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert files.cache() == tmp_path / "kept"
    monkeypatch.delenv("KERAS_GAN_HOME")
    assert files.cache() == tmp_path / ".cache" / "keras_gan"
