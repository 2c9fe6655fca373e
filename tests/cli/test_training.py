"""Lines of a training on the way: the time left for the whole of it, and the next commands."""

import re
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from keras_gan import zoo
from keras_gan.zoo import pack

training = pytest.importorskip("keras_gan.cli.training")


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    now = [1000.0]
    monkeypatch.setattr(training.time, "monotonic", lambda: now[0])
    return now


def epochs(progress, clock, count, seconds, steps=10):
    """Runs the callback through epochs of steps that each take so many seconds."""
    progress.set_params({"steps": steps})
    for epoch in range(count):
        progress.on_epoch_begin(epoch)
        for batch in range(steps):
            clock[0] += seconds
            progress.on_train_batch_end(batch, {"critic_loss": 0.5, "steps": 3.0})
        progress.on_epoch_end(epoch, {"critic_loss": 0.25})


def test_the_time_left_is_that_of_the_whole_training(clock, capsys):
    progress = training.Progress(epochs=4, minutes=None)
    epochs(progress, clock, 4, seconds=10.0)
    assert capsys.readouterr().err.splitlines() == [
        "Time       about 7 min in all, at the speed so far",
        "Epoch 1/4: critic 0.25, 5 min left",
        "Epoch 2/4: critic 0.25, 3 min left",
        "Epoch 3/4: critic 0.25, 100 s left".replace("100 s", "2 min"),
        "Epoch 4/4: critic 0.25, 0 s left",
    ]


def test_the_first_steps_which_are_traced_do_not_count(clock, capsys):
    progress = training.Progress(epochs=2, minutes=None)
    clock[0] += 300.0
    epochs(progress, clock, 1, seconds=1.0)
    assert capsys.readouterr().err.splitlines() == [
        "Time       about 5 min in all, at the speed so far",
        "Epoch 1/2: critic 0.25, 10 s left",
    ]


def test_a_training_of_minutes_ends_with_them(clock, capsys):
    progress = training.Progress(epochs=1, minutes=2)
    epochs(progress, clock, 2, seconds=3.0)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "Epoch 2: critic 0.25, 60 s left"


def test_an_epoch_that_was_cut_short_is_not_told(clock, capsys):
    progress = training.Progress(epochs=2, minutes=None)
    progress.set_params({"steps": 10})
    progress.on_epoch_begin(0)
    progress.on_train_batch_end(3)
    progress.on_epoch_end(0)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("start", "side", "expected"),
    [
        ("tiny_dcgan", 28, ["keras-gan evaluate mine --features tiny_classifier"]),
        ("tiny_dcgan", 32, []),
        (None, 28, []),
    ],
)
def test_own_pictures_are_measured_by_the_classifier_of_the_start(entries, start, side, expected):
    card = zoo.card("tiny_classifier")
    pack.update(
        entries / card.name, recipe=replace(card.recipe, arguments={"image_shape": [28, 28, 1]})
    )
    model = SimpleNamespace(
        default_metrics=("fid",), verb="generate", example_shape=(side, side, 1)
    )
    recipe = replace(zoo.card("tiny_dcgan").recipe, dataset="/pictures", start=start)
    found = training._measuring(SimpleNamespace(model=model, recipe=recipe), "mine")
    assert found == expected


def test_a_terminal_has_a_bar(clock, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress = training.Progress(epochs=2, minutes=None)
    epochs(progress, clock, 1, seconds=10.0)
    (task,) = progress.bar.tasks
    assert (task.description, task.completed) == ("Epoch 1/2", 0.5)
    assert (task.fields["left"], task.fields["losses"]) == ("2 min left", "critic 0.5")
    progress.close()
    assert progress.bar is None
    assert re.search("about 3 min in all|^$", capsys.readouterr().err) is not None
