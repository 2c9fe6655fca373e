"""TensorBoard: losses, metrics and samples of a training as event files, under every backend."""

import math
import os
import socket
import struct
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from keras_gan.callbacks.samples import at_least_1


class TensorBoard(keras.callbacks.Callback):
    """Writes the logs of every epoch, and a grid of samples, for TensorBoard.

    `keras.callbacks.TensorBoard` requires TensorFlow, and shows no samples. To watch the training:
    `pip install tensorboard`, then `tensorboard --logdir logs`. Values are drawn over the number of the
    epoch, the first one at 1; those that are not finite are left out. Metrics are seen if their callback,
    such as `EvaluateEvery`, comes before this one.

    Args:
        folder: folder of the event files; each training adds one, so that a continued training is one curve.
        columns: a few rows of data, by the names of the model's `columns`, for a model whose samples need
            inputs: `{"images_a": horses[:8], "images_b": zebras[:8]}` for one that translates.
        every: epochs from one grid of samples to the next.

    Raises:
        ValueError: if `every` is below 1, or `columns` lack what the samples need.

    Example:

    ```python
    gan.fit(images, epochs=20, callbacks=[keras_gan.TensorBoard("logs")])
    ```
    """

    def __init__(
        self,
        folder: str | os.PathLike = "logs",
        columns: Mapping[str, np.ndarray] | None = None,
        *,
        every: int = 1,
    ):
        super().__init__()
        self.folder = Path(folder)
        self.columns = dict(columns or {})
        self.every = at_least_1(every)
        self.events = None

    def on_train_begin(self, logs=None):
        """Begins a file, with the first of the training's calls of `fit`."""
        self.events = self.events or EventFile(self.folder)

    def on_epoch_end(self, epoch, logs=None):
        """Writes the logs and the samples."""
        for name, value in (logs or {}).items():
            if math.isfinite(value):
                self.events.scalar(name, float(value), epoch + 1)
        if (epoch + 1) % self.every == 0:
            with tempfile.TemporaryDirectory() as scratch:
                path = self._preview(Path(scratch) / "samples")
                if path is not None:
                    self.events.picture("samples", path.read_bytes(), epoch + 1)

    def _preview(self, stem):
        try:
            return self.model.preview(stem, self.columns)
        except KeyError as error:
            kind = type(self.model).__name__
            raise ValueError(f"columns must hold {error} for samples of this {kind}.") from error


class EventFile:
    """A file of TensorBoard's events: records of TFRecord, each an `Event` of Protocol Buffers.

    The formats are those of tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto.

    Args:
        folder: the folder to make the file in.
    """

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        stamp = f"{time.time():.6f}.{socket.gethostname()}.{os.getpid()}"
        self.path = folder / f"events.out.tfevents.{stamp}"
        self._write(_field(3, b"brain.Event:2"))

    def scalar(self, name: str, value: float, step: int):
        """Adds a point of the curve `name`."""
        self._add(_field(1, name.encode()) + _field(2, value), step)

    def picture(self, name: str, png: bytes, step: int):
        """Adds a picture, the content of a PNG file."""
        width, height = struct.unpack(">II", png[16:24])
        image = _field(1, height) + _field(2, width) + _field(3, 3) + _field(4, png)
        self._add(_field(1, name.encode()) + _field(4, image), step)

    def _add(self, value, step):
        self._write(_field(2, step) + _field(5, _field(1, value)))

    def _write(self, event):
        event = b"\x09" + struct.pack("<d", time.time()) + event  # the first field is a double
        length = struct.pack("<Q", len(event))
        with self.path.open("ab") as file:
            file.write(length + _checksum(length) + event + _checksum(event))


def _field(number, value):
    """A field of Protocol Buffers: an int as varint, a float of 32 bits, or bytes with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value):
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes((*digits, value))


def _checksum(content):
    """The masked CRC-32C of a record."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 255]
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _entry(value):
    for _ in range(8):
        value = value >> 1 ^ 0x82F63B78 * (value & 1)
    return value


_TABLE = [_entry(value) for value in range(256)]
