"""Journal of a training: its log, previews, weights and checkpoint, and the stop by a signal."""

import importlib
import json
import math
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import keras
import numpy as np

from keras_gan import backend
from keras_gan.files import replacing
from keras_gan.zoo.workdir import Workdir


def shown(columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Eight rows of each column, which previews and samples show: of all, as data may be sorted."""
    return {name: column[:: max(1, len(column) // 8)][:8] for name, column in columns.items()}


class Journal(keras.callbacks.Callback):
    """Writes a preview, the log and the checkpoint after each epoch, the checkpoint last.

    After an epoch that was cut short, by `stop`, it writes the log and the checkpoint; and the preview, where
    the time was over. Where callbacks before
    it log a FID ("fid", or "fid_..." of several directions, whose sum counts), the best model is kept, too.

    Args:
        folder: the `Workdir` to write to.
        batch_size: the batch size, for the log.
        columns: the training data, of which previews show some rows.
        log: the lines of the epochs that are finished.
        unfinished: `steps` and `seconds` of an epoch that was cut short and is continued.
        minutes: time after which the training stops; None for no such end.
    """

    def __init__(
        self,
        folder: Workdir,
        batch_size: int,
        columns: Mapping[str, np.ndarray],
        log: Sequence[dict[str, Any]],
        unfinished: dict[str, Any],
        minutes: float | None = None,
    ):
        super().__init__()
        self.folder = folder
        self.batch_size = batch_size
        self.shown = shown(columns)
        self.log = list(log)
        self.before = unfinished
        self.stopped = False
        self.deadline = math.inf if minutes is None else time.monotonic() + 60 * minutes

    def stop(self):
        """Stops the training at the end of the step that is running."""
        self.stopped = True
        self.model.stop_training = True

    @contextmanager
    def stopping_at(self, *numbers: int) -> Iterator[None]:
        """Stops the training in the block at a signal, and passes that on after the block.

        A second signal is not waited for.

        Args:
            *numbers: the signals.

        Raises:
            KeyboardInterrupt: after the block, if SIGINT arrived.
            SystemExit: with code 128 + its number, if another signal arrived.
        """
        if threading.current_thread() is not threading.main_thread():
            yield  # Only the main thread receives signals.
            return
        arrived = []

        def stop(number, frame):
            arrived.append(number)
            signal.signal(number, handlers[number])
            self.stop()

        handlers = {number: signal.signal(number, stop) for number in numbers}
        try:
            yield
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        if signal.SIGINT in arrived:
            raise KeyboardInterrupt
        if arrived:
            raise SystemExit(128 + arrived[0])

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()
        self.steps = 0

    def on_train_batch_end(self, batch, logs=None):
        # Where executions of several steps do not fill an epoch, Keras counts on beyond it.
        self.steps = min(batch + 1, self.params["steps"])
        if time.monotonic() >= self.deadline:
            self.stop()
        if self.stopped:  # The training loop may have reset it.
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.start
        unfinished = self.stopped and self.steps < self.params["steps"]
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
        if not unfinished or time.monotonic() >= self.deadline:
            self.model.preview(self.folder.path / "samples" / f"{epoch + 1:04d}", self.shown)
        with replacing(self.folder.log) as temporary:
            temporary.write_text("".join(json.dumps(line) + "\n" for line in self.log))
        self.model.save(self.folder.checkpoint)
        if _fid(line) < min(map(_fid, self.log[:-1]), default=math.inf):
            with replacing(self.folder.best) as temporary:
                shutil.copyfile(self.folder.checkpoint, temporary)


def _fid(line):
    """The FID in a line of the log, infinite if it was not measured; small is good."""
    found = [value for name, value in line.items() if name == "fid" or name.startswith("fid_")]
    return sum(found) if found and all(map(math.isfinite, found)) else math.inf
