"""A training that was cut off goes on as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops
from msgspec.structs import replace
from trainings import RECIPE, translating, weights

import keras_gan
from keras_gan.zoo import train
from keras_gan.zoo.journal import Journal
from keras_gan.zoo.workdir import read_log


class Cut(Exception):
    """The machine goes down."""


@pytest.mark.both
@pytest.mark.parametrize(
    "moment", [pytest.param("in the middle", marks=pytest.mark.slow), "before the checkpoint"]
)
def test_a_training_that_was_cut_off_goes_on(tmp_path, monkeypatch, moment):
    """Cut in its third epoch, or when that is logged and not yet in the checkpoint."""
    whole = train.train(RECIPE, tmp_path / "whole")

    def cut(*args, **kwargs):
        raise Cut

    train.train(RECIPE, tmp_path / "cut", epochs=2)
    with monkeypatch.context() as patch:
        if moment == "in the middle":
            patch.setattr(Journal, "on_train_batch_end", cut)
        else:
            patch.setattr(type(whole), "save", cut)
        with pytest.raises(Cut):
            train.train(RECIPE, tmp_path / "cut")
    resumed = train.train(RECIPE, tmp_path / "cut")
    for one, other in zip(weights(resumed), weights(whole), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    logs = [read_log(tmp_path / name) for name in ("cut", "whole")]
    assert [line["epoch"] for line in logs[0]] == [1, 2, 3]
    for one, other in zip(*logs, strict=True):
        assert one["steps_done"] == other["steps_done"] == 3 * one["epoch"]
        assert one["generator_loss"] == pytest.approx(other["generator_loss"], rel=1e-4)


@pytest.mark.parametrize("step", [pytest.param(4, marks=pytest.mark.slow), 6])
def test_sigterm_stops_after_the_step_and_the_next_call_goes_on(tmp_path, step):
    """In the middle of the second epoch, and at its end."""
    whole = train.train(RECIPE, tmp_path / "whole")
    handler = signal.getsignal(signal.SIGTERM)

    class Preempted(keras.callbacks.Callback):
        steps = 0

        def on_train_batch_begin(self, batch, logs=None):
            self.steps += 1
            if self.steps == step:
                os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit) as stopped:
        train.train(RECIPE, tmp_path / "cut", callbacks=[Preempted()])
    assert stopped.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is handler
    assert len(read_log(tmp_path / "cut")) == step // 3
    resumed = train.train(RECIPE, tmp_path / "cut")
    for one, other in zip(weights(resumed), weights(whole), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    log = read_log(tmp_path / "cut")
    assert [(line["epoch"], line["steps"], line["steps_done"]) for line in log] == [
        (1, 3, 3),
        (2, 3, 6),
        (3, 3, 9),
    ]


TRAIN = """
import json, os, signal, sys
import keras
from keras_gan.zoo import train
from keras_gan.zoo.journal import Journal
from keras_gan.zoo.workdir import read_log

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


class Hit(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.steps) == step:
            os.kill(os.getpid(), number)


recipe, folder = json.loads(sys.argv[1]), sys.argv[2]
step, number = map(int, sys.argv[3:])
try:
    train.train(recipe, folder, callbacks=[Hit()])
except KeyboardInterrupt:
    sys.exit(130)
"""


def process(recipe, folder, step, number):
    """A process of its own that trains, and is sent a signal in that step."""
    arguments = [json.dumps(recipe), str(folder), str(step), str(int(number))]
    return subprocess.Popen(
        [sys.executable, "-c", TRAIN, *arguments], stderr=subprocess.PIPE, text=True
    )


def test_a_training_that_started_from_weights_goes_on_in_its_first_epoch(tmp_path):
    """The weights have steps of their own, which do not count."""
    card = keras_gan.zoo.card("dcgan_mnist")
    recipe = replace(
        card.recipe, start=card.name, dataset="digits", split="test", batch_size=120, epochs=1
    )

    class Preempted(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 1:
                os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train.train(recipe, tmp_path, callbacks=[Preempted()])
    assert read_log(tmp_path) == []
    assert int(train.train(recipe, tmp_path).steps) == 3
    assert [(line["steps"], line["steps_done"]) for line in read_log(tmp_path)] == [(3, 3)]


@pytest.mark.parametrize("moment", ["log", pytest.param("checkpoint", marks=pytest.mark.slow)])
def test_a_kill_between_the_log_and_the_checkpoint_loses_no_step(tmp_path, monkeypatch, moment):
    """After a stop in the first epoch, another in which only the log is written."""
    whole = train.train(RECIPE, tmp_path / "whole")

    class Preempted(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit):
        train.train(RECIPE, tmp_path / "cut", callbacks=[Preempted()])

    def cut(*args, **kwargs):
        raise Cut

    with monkeypatch.context() as patch:
        kind = type(whole)
        patch.setattr(kind, *("save", cut) if moment == "checkpoint" else ("preview", cut))
        with pytest.raises(Cut):
            train.train(RECIPE, tmp_path / "cut")
    resumed = train.train(RECIPE, tmp_path / "cut")
    for one, other in zip(weights(resumed), weights(whole), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert [line["steps_done"] for line in read_log(tmp_path / "cut")] == [3, 6, 9]


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("task", ["generation", "translation", "classification"])
def test_killed_processes_end_where_an_undisturbed_one_does(tmp_path, task):
    """Bit for bit: killed in step 1 of 9, stopped by SIGTERM in step 2, by SIGINT in step 5, killed in 7.

    Other tasks than generation are stopped in the first epoch, and killed in the last.
    """
    recipe = RECIPE
    if task == "translation":
        recipe = translating(tmp_path / "pictures")
    if task == "classification":
        recipe = {name: RECIPE[name] for name in ("dataset", "split", "image_size", "batch_size")}
        recipe |= {"model": "Classifier", "epochs": 3, "seed": 0}
    undisturbed = process(recipe, tmp_path / "whole", 0, 0)
    signals = (1, signal.SIGKILL), (2, signal.SIGTERM), (5, signal.SIGINT), (7, signal.SIGKILL)
    codes = [-signal.SIGKILL, 143, 130, -signal.SIGKILL]
    if task != "generation":
        signals, codes = signals[1::2], codes[1::2]
    ended = [process(recipe, tmp_path / "cut", *each).wait() for each in (*signals, (0, 0))]
    assert ended == [*codes, 0] and undisturbed.wait() == 0
    log = read_log(tmp_path / "cut")
    assert [(line["epoch"], line["steps"], line["steps_done"]) for line in log] == [
        (1, 3, 3),
        (2, 3, 6),
        (3, 3, 9),
    ]
    whole, cut = (
        keras_gan.load_model(tmp_path / name / "checkpoint.keras") for name in ("whole", "cut")
    )
    for one, other in zip(
        [*whole.variables, *whole.optimizer.variables],
        [*cut.variables, *cut.optimizer.variables],
        strict=True,
    ):
        np.testing.assert_array_equal(ops.convert_to_numpy(one), ops.convert_to_numpy(other))
    samples = [
        sorted(path.name for path in (tmp_path / name / "samples").glob("*"))
        for name in ("cut", "whole")
    ]
    assert (
        samples[0]
        == samples[1]
        == [f"000{epoch}.png" for epoch in (1, 2, 3) if task != "classification"]
    )


def test_what_was_cut_short_is_not_loaded(tmp_path):
    """A file that a kill left beside the checkpoint; and a checkpoint that something else has cut."""
    train.train(RECIPE, tmp_path, epochs=1)
    checkpoint = tmp_path / "checkpoint.keras"
    short = checkpoint.read_bytes()[:-100]
    leftover = tmp_path / ".checkpoint.keras.writing-abcdefgh" / "checkpoint.keras"
    leftover.parent.mkdir()
    leftover.write_bytes(short)
    assert int(train.train(RECIPE, tmp_path, epochs=2).steps) == 6
    assert not leftover.exists()
    log = tmp_path / "log.jsonl"
    lines = log.read_text()
    log.write_text(lines[:-10])
    with pytest.raises(ValueError, match=r"log\.jsonl is damaged: .*Remove it and the checkpoint"):
        train.train(RECIPE, tmp_path)
    log.write_text(lines)
    checkpoint.write_bytes(short)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=r"checkpoint\.keras is damaged\. Remove it to start"):
        train.train(RECIPE, tmp_path)
    assert before == {path: path.read_bytes() for path in before}


def test_a_log_without_a_checkpoint_is_of_another_training(tmp_path):
    (tmp_path / "log.jsonl").write_text(json.dumps({"epoch": 1, "steps_done": 3}) + "\n")
    train.train(RECIPE, tmp_path, epochs=1)
    assert len(read_log(tmp_path)) == 1
