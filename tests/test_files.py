"""Files appear whole or not at all."""

import errno
import os

import pytest

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
