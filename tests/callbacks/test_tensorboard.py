"""TensorBoard finds the logs of every epoch and the samples in files that TensorFlow's own readers accept."""

import csv
import io
import math

import keras
import numpy as np
import pytest
from PIL import Image

import keras_gan
from keras_gan import TensorBoard

SHAPE = (8, 8, 1)


@pytest.fixture
def images(rng):
    return rng.integers(0, 256, (32, *SHAPE), np.uint8)


def events(folder):
    """The events of the one file in a folder, read and checked by TensorFlow."""
    tensorflow = pytest.importorskip("tensorflow")
    (path,) = folder.iterdir()
    assert path.name.startswith("events.out.tfevents.")
    records = tensorflow.data.TFRecordDataset(str(path)).as_numpy_iterator()
    return [tensorflow.compat.v1.Event.FromString(record) for record in records]


def test_logs_and_samples_are_events(gan, images, tmp_path):
    history = gan.fit(
        images, batch_size=16, epochs=3, verbose=0, callbacks=[TensorBoard(tmp_path, every=2)]
    ).history
    head, *found = events(tmp_path)
    assert head.file_version == "brain.Event:2"
    values = [(event.step, event.summary.value[0]) for event in found]
    for name, expected in history.items():
        curve = {step: value.simple_value for step, value in values if value.tag == name}
        assert curve == pytest.approx(dict(enumerate(expected, 1)), rel=1e-6)
    ((step, samples),) = [each for each in values if each[1].tag == "samples"]
    assert step == 2
    with Image.open(io.BytesIO(samples.image.encoded_image_string)) as picture:
        assert picture.size == (samples.image.width, samples.image.height)
        assert picture.size[0] > 8 * 8


def test_a_training_that_goes_on_adds_to_its_file_and_values_that_are_not_finite_are_left_out(
    gan, images, tmp_path
):
    class Late(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["fid"] = math.nan if epoch == 0 else 3.0

    board = TensorBoard(tmp_path)
    for start in (0, 1):
        options = {"initial_epoch": start, "epochs": start + 1, "verbose": 0, "batch_size": 16}
        gan.fit(images, callbacks=[Late(), board], **options)
    fids = [e for e in events(tmp_path) if e.summary.value and e.summary.value[0].tag == "fid"]
    assert [(event.step, event.summary.value[0].simple_value) for event in fids] == [(2, 3.0)]


def test_a_translator_shows_the_rows_that_it_is_given(entries, rng, tmp_path):
    model = keras_gan.zoo.load("tiny_cyclegan")
    columns = {name: rng.integers(0, 256, (2, 32, 32, 3), np.uint8) for name in model.columns}
    model.fit(columns, batch_size=1, verbose=0, callbacks=[TensorBoard(tmp_path / "a", columns)])
    tags = [event.summary.value[0].tag for event in events(tmp_path / "a")[1:]]
    assert tags[-1] == "samples" and "discriminator_loss" in tags
    with pytest.raises(ValueError, match="columns must hold 'images_a' for samples of this Cycle"):
        model.fit(columns, batch_size=1, verbose=0, callbacks=[TensorBoard(tmp_path / "b")])


def test_grids_are_at_least_an_epoch_apart():
    with pytest.raises(ValueError, match="every must be at least 1 epoch, got 0"):
        TensorBoard(every=0)


def test_losses_are_in_the_file_of_csvlogger(gan, images, tmp_path):
    logger = keras.callbacks.CSVLogger(tmp_path / "log.csv")
    options = {"batch_size": 16, "epochs": 2, "verbose": 0, "callbacks": [logger]}
    history = gan.fit(images, **options).history
    with open(tmp_path / "log.csv") as file:
        lines = list(csv.DictReader(file))
    assert [line["epoch"] for line in lines] == ["0", "1"]
    for name, values in history.items():
        assert [float(line[name]) for line in lines] == pytest.approx(values)
