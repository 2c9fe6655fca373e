"""Files appear whole or not at all, and come from the web only over https, checked and within a limit."""

import errno
import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from keras_gan import files
from keras_gan.files import creating, replacing


def test_linked_folders_are_followed_and_circles_are_left(tmp_path):
    real, linked = tmp_path / "real" / "cat", tmp_path / "linked"
    for folder in (real / "kittens", linked / "dog"):
        folder.mkdir(parents=True)
        (folder / "1.png").touch()
    (linked / "cat").symlink_to(real)
    (linked / "wild").symlink_to(real)
    (real / "again").symlink_to(linked)
    (linked / "dog" / "up").symlink_to("..")
    (linked / "broken").symlink_to("nowhere")
    assert {"dog/1.png", "cat/kittens/1.png", "wild/kittens/1.png"} == set(files.below(linked))
    assert files.below(linked)["dog/1.png"] == linked / "dog" / "1.png"


def test_makes_folders_and_replaces(tmp_path):
    path = tmp_path / "new" / "a.txt"
    for text in ("first", "second"):
        with replacing(path) as temporary:
            temporary.write_text(text)
        assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]


def test_the_umask_is_respected_and_permissions_are_kept(tmp_path):
    path, folder = tmp_path / "a.txt", tmp_path / "1"
    before = os.umask(0o077)
    try:
        with replacing(path) as temporary:
            temporary.write_text("secret")
        with creating(folder):
            pass
        assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
        os.umask(0o002)
        path.chmod(0o640)
        with replacing(path) as temporary:
            temporary.write_text("new")
        with replacing(tmp_path / "b.txt"):
            pass
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b.txt").stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_written_through(tmp_path, exists):
    real, link = tmp_path / "real" / "a.txt", tmp_path / "link.txt"
    link.symlink_to(real)
    if exists:
        real.parent.mkdir()
        real.write_text("old")
    with replacing(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink() and real.read_text() == "new" and os.listdir(real.parent) == ["a.txt"]


def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(OSError, match=f"{path} cannot be written: it is no file"):
            replacing(path).__enter__()
    assert (tmp_path / "pipe").is_fifo()


KILLED = """
import os, signal
from keras_gan.files import {what}
with {what}({path!r}) as temporary:
    temporary.is_dir() or temporary.write_text("half")
    print("ready", flush=True)
    input()
"""


@pytest.mark.parametrize("what", ["replacing", "creating"])
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path, what):
    path = tmp_path / "a[1].keras"
    command = [sys.executable, "-c", KILLED.format(what=what, path=str(path))]
    environ = {**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[1])}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environ, text=True, **pipes) as process:
        assert process.stdout.readline() == "ready\n"
        with replacing(path) as temporary:  # while it lives, its files stay
            temporary.write_text("new")
            assert len(list(tmp_path.glob(".*"))) == 2
        assert len(list(tmp_path.glob(".*"))) == 1
        process.kill()
    path.unlink()
    with getattr(files, what)(path):
        assert len(list(tmp_path.glob(".*"))) == 1
    assert list(tmp_path.iterdir()) == [path]


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
        assert not folder.exists() and temporary.parent.name.startswith(".")
    assert [path.name for path in folder.iterdir()] == ["model"]
    assert list(folder.parent.iterdir()) == [folder]


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
    assert path.read_bytes() == CONTENT
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
