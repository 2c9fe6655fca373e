"""Journal of a training: its log, previews, weights and checkpoint, and the stop by a signal."""

import importlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_gan import backend
from keras_gan.files import replacing

SHOWN = 8  # rows of each column in a preview


class Journal(keras.callbacks.Callback):
    """Writes a preview, weights, the log and the checkpoint after each epoch, the checkpoint last.

    After an epoch that a signal has cut short, it writes the log and the checkpoint.

    Args:
        workdir: the folder to write to.
        batch_size: the batch size, for the log.
        every: epochs from one file of weights to the next.
        columns: the training data, of which previews show the first rows.
        log: the lines of the epochs that are finished.
        unfinished: the line of an epoch that was cut short and is continued, or None.
    """

    def __init__(
        self,
        workdir: Path,
        batch_size: int,
        every: int,
        columns: Mapping[str, np.ndarray],
        log: Sequence[dict[str, Any]] = (),
        unfinished: dict[str, Any] | None = None,
    ):
        super().__init__()
        self.workdir = workdir
        self.batch_size = batch_size
        self.every = every
        self.shown = {name: column[:SHOWN] for name, column in columns.items()}
        self.log = list(log)
        self.before = unfinished or {"steps": 0, "seconds": 0.0}  # of the present epoch
        self.signal = None

    @contextmanager
    def stopping_at(self, number: int) -> Iterator[None]:
        """Stops the training in the block at the end of the step in which the signal arrives, then exits.

        Raises:
            SystemExit: with code 128 + `number`, after the block, if the signal arrived.
        """

        def stop(*_):
            self.signal = number
            self.model.stop_training = True

        if threading.current_thread() is not threading.main_thread():
            yield  # Only the main thread receives signals.
            return
        handler = signal.signal(number, stop)
        try:
            yield
        finally:
            signal.signal(number, handler)
        if self.signal:
            raise SystemExit(128 + number)

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()
        self.steps = 0

    def on_train_batch_end(self, batch, logs=None):
        self.steps = batch + 1
        if self.signal:  # The training loop may have reset it.
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.start
        unfinished = self.signal and self.steps < self.params["steps"]
        line = {
            "epoch": epoch + 1,
            "steps_done": int(self.model.steps),
            **{name: float(value) for name, value in (logs or {}).items()},
            "steps": self.before["steps"] + self.steps,
            "seconds": round(self.before["seconds"] + seconds, 2),
            "batch_size": self.batch_size,
            "device": backend.device(),
            "backend": keras.backend.backend(),
            "versions": {
                name: importlib.import_module(name).__version__
                for name in ("keras", keras.backend.backend(), "numpy")
            },
            "date": date.today().isoformat(),
            **({"unfinished": True} if unfinished else {}),
        }
        self.before = {"steps": 0, "seconds": 0.0}
        self.log.append(line)
        if not unfinished:
            self._show(epoch + 1)
        with replacing(self.workdir / "log.jsonl") as temporary:
            temporary.write_text("".join(json.dumps(line) + "\n" for line in self.log))
        self.model.save(self.workdir / "checkpoint.keras")

    def _show(self, epoch):
        self.model.preview(self.workdir / "samples" / f"{epoch:04d}", self.shown)
        if epoch % self.every == 0:
            (self.workdir / "weights").mkdir(exist_ok=True)
            self.model.save_weights(self.workdir / "weights" / f"{epoch:04d}.weights.h5")


def read_log(workdir: str | os.PathLike) -> list[dict[str, Any]]:
    """The lines of the epochs that a training in `workdir` has finished."""
    return [line for line in read_lines(workdir) if "unfinished" not in line]


def read_lines(workdir: str | os.PathLike) -> list[dict[str, Any]]:
    """All lines of the log in `workdir`, an epoch that was cut short included.

    Raises:
        ValueError: if the log is damaged.
    """
    log = Path(workdir) / "log.jsonl"
    try:
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    except ValueError as error:
        raise ValueError(
            f"{log} is damaged: {error}. Remove it and the checkpoint to start the training anew."
        ) from error
