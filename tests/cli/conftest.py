"""A command run in an empty folder."""

import pytest

from keras_gan import cli


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Runs the command in an empty folder: exit code, stdout, stderr."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")

    def run(*args):
        with pytest.raises(SystemExit) as stop:
            cli.main([str(arg) for arg in args])
        printed = capsys.readouterr()
        return stop.value.code or 0, printed.out, printed.err

    return run
