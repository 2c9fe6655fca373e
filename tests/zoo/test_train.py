"""A recipe is built and trained, and goes on after it was cut off as if nothing had happened."""

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
from PIL import Image

import keras_gan
from keras_gan.penalties import WeightClipping
from keras_gan.zoo import train
from keras_gan.zoo.journal import Journal
from keras_gan.zoo.workdir import read_log

RECIPE = {
    "model": "DCGAN",
    "arguments": {"ema": 0.9},
    "networks": {
        "generator": ["dcgan.generator", {"image_shape": [28, 28, 1], "width": 4}],
        "discriminator": ["dcgan.discriminator", {"image_shape": [28, 28, 1], "width": 4}],
    },
    "dataset": "digits",
    "split": "test",
    "image_size": 28,
    "batch_size": 120,
    "epochs": 3,
    "seed": 0,
}


class Cut(Exception):
    """The machine goes down."""


def weights(model):
    return [ops.convert_to_numpy(weight) for weight in model.weights]


def test_networks_of_a_recipe():
    model = train.build(RECIPE)
    assert model.generator.layers[0].units == 7 * 7 * 8
    assert model.ema == 0.9
    for name in ("resnet", "dcgan.networks", "other.generator"):
        with pytest.raises(ValueError, match=rf"names the network '{name}'.* dcgan, "):
            train.build({**RECIPE, "networks": {"generator": [name, {}]}})
    with pytest.raises(ValueError, match=r"does not suit DCGAN.*depth"):
        train.build({**RECIPE, "networks": {"generator": ["dcgan.generator", {"depth": 3}]}})


def test_arguments_of_a_recipe_may_be_serialized():
    clipping = keras.saving.serialize_keras_object(WeightClipping(0.1))
    arguments = {
        **RECIPE["arguments"],
        "objective": "wasserstein",
        "penalties": [clipping, "weight_clipping"],
    }
    model = train.build({**RECIPE, "arguments": json.loads(json.dumps(arguments))})
    assert [type(penalty) for penalty in model.penalties] == 2 * [WeightClipping]
    assert [penalty.limit for penalty in model.penalties] == [0.1, 0.01]


def test_a_training_may_begin_from_an_entry(tmp_path):
    name = "dcgan_mnist"
    own = replace(keras_gan.zoo.card(name).recipe, start=name, dataset="digits", split="test")
    begun, entry = train.build(own), keras_gan.zoo.load(name)
    for network in (begun.generator, begun.ema_generator):  # The average begins at the network.
        for begins, trained in zip(weights(network), weights(entry.generator), strict=True):
            np.testing.assert_array_equal(begins, trained)
    assert int(begun.steps) == 0
    assert train.train(own, tmp_path, epochs=1).optimizers["generator"].iterations > 0

    with pytest.raises(ValueError, match=r"no entry 'dcgan_mnits'.* dcgan_mnist"):
        train.build(replace(own, start="dcgan_mnits"))
    with pytest.raises(ValueError, match=r"A DCGAN cannot start from gan_mnist, which is a GAN"):
        train.build(replace(own, start="gan_mnist"))
    with pytest.raises(ValueError, match=r"the recipe's from must be a string or null, got 7"):
        train.build({**RECIPE, "from": 7})
    with pytest.raises(ValueError, match=rf"cannot start from {name}: its networks differ"):
        train.build({**RECIPE, "from": name})


def test_a_training_may_begin_from_a_file_or_folder_of_another(tmp_path):
    trained = train.train(RECIPE, tmp_path, epochs=1)
    file = tmp_path / "1.weights.h5"
    trained.save_weights(file)
    for start in (file, tmp_path / "checkpoint.keras", tmp_path):
        begun = train.build({**RECIPE, "seed": 1, "from": str(start)})
        for begins, ends in zip(weights(begun.generator), weights(trained.generator), strict=True):
            np.testing.assert_array_equal(begins, ends)

    for damaged in (file, tmp_path / "checkpoint.keras"):
        damaged.write_bytes(damaged.read_bytes()[:1000])
        with pytest.raises(ValueError, match=rf"{damaged.name}.* is damaged"):
            train.build({**RECIPE, "from": str(damaged)})
    file.unlink()
    with pytest.raises(ValueError, match=r"no file .*1.weights.h5"):
        train.build({**RECIPE, "from": str(file)})


def test_averages_start_at_weights_that_have_none(tmp_path):
    file = tmp_path / "plain.weights.h5"
    plain = train.build({**RECIPE, "arguments": {}})
    plain.save_weights(file)
    begun = train.build({**RECIPE, "seed": 1, "from": str(file)})
    for network in (begun.generator, begun.ema_generator):
        for begins, saved in zip(weights(network), weights(plain.generator), strict=True):
            np.testing.assert_array_equal(begins, saved)
    bare = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    bare.save_weights(file)
    with pytest.raises(ValueError, match=r"plain.weights.h5: its networks differ"):
        train.build({**RECIPE, "from": str(file)})


@pytest.mark.both
@pytest.mark.parametrize("moment", ["in the middle", "before the checkpoint"])
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


@pytest.mark.parametrize("step", [4, 6])
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


def test_the_best_model_is_kept_where_the_fid_is_measured(tmp_path):
    class Measured(keras.callbacks.Callback):
        fids = (5.0, 3.0, 4.0)

        def on_epoch_end(self, epoch, logs=None):
            logs["fid"] = self.fids[epoch]

    train.train(RECIPE, tmp_path, epochs=1, callbacks=[Measured()])
    train.train(RECIPE, tmp_path, callbacks=[Measured()])
    assert int(keras_gan.load_model(tmp_path / "best.keras").steps) == 6
    assert int(keras_gan.load_model(tmp_path / "checkpoint.keras").steps) == 9
    found = [path.name for path in tmp_path.iterdir()]
    assert sorted(found) == [
        *("best.keras", "checkpoint.keras", "log.jsonl", "samples", "training.json"),
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


@pytest.mark.parametrize("moment", ["log", "checkpoint"])
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


def test_what_only_training_needs_may_differ_from_the_start(tmp_path):
    """Pools of images of another size, and an augmentation that the weights were trained without."""
    recipe = translating(tmp_path / "pictures")
    larger = {**recipe, "arguments": {**recipe["arguments"], "image_shape": [40, 40, 3]}}
    begun = train.build(larger)
    start = train.build({**recipe, "seed": 1, "from": recipe["from"]})
    for one, other in zip(weights(begun.generator_ab), weights(start.generator_ab), strict=True):
        np.testing.assert_array_equal(one, other)

    file = tmp_path / "plain.weights.h5"
    train.build(RECIPE).save_weights(file)
    for name in ("diffaugment", "ada"):
        arguments = {**RECIPE["arguments"], "augmentation": name}
        augmented = train.build({**RECIPE, "arguments": arguments, "from": str(file)})
        assert type(augmented.augmentation).__name__.lower() == name


def translating(folder):
    """A recipe of unequal, few, rectangular pictures of two domains, which starts from weights."""
    for name, count in (("trainA", 5), ("trainB", 9)):
        (folder / name).mkdir(parents=True)
        for index in range(count):
            Image.new("RGB", (20 + index, 16), (25 * index, 0, 99)).save(
                folder / name / f"{index}.png"
            )
    networks = {
        f"generator_{way}": ["resnet.generator", {"width": 2, "blocks": 1}] for way in ("ab", "ba")
    }
    networks |= {f"discriminator_{each}": ["patchgan.discriminator", {"width": 2}] for each in "ab"}
    recipe = {
        "model": "CycleGAN",
        "arguments": {"image_shape": [32, 48, 3], "pool_size": 4},
        "networks": networks,
        **{"dataset": str(folder), "split": "train", "batch_size": 3, "epochs": 3, "seed": 0},
    }
    weights = str(folder / "start.weights.h5")
    model = train.build({**recipe, "seed": 1})
    model.steps.assign(1000)
    model.save_weights(weights)
    return {**recipe, "from": weights}


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("task", ["generation", "translation", "classification"])
def test_killed_processes_end_where_an_undisturbed_one_does(tmp_path, task):
    """Bit for bit: killed in step 1 of 9, stopped by SIGTERM in step 2, by SIGINT in step 5, killed in 7."""
    recipe = RECIPE
    if task == "translation":
        recipe = translating(tmp_path / "pictures")
    if task == "classification":
        recipe = {name: RECIPE[name] for name in ("dataset", "split", "image_size", "batch_size")}
        recipe |= {"model": "Classifier", "epochs": 3, "seed": 0}
    undisturbed = process(recipe, tmp_path / "whole", 0, 0)
    signals = (1, signal.SIGKILL), (2, signal.SIGTERM), (5, signal.SIGINT), (7, signal.SIGKILL)
    codes = [process(recipe, tmp_path / "cut", *each).wait() for each in (*signals, (0, 0))]
    assert codes == [-signal.SIGKILL, 143, 130, -signal.SIGKILL, 0] and undisturbed.wait() == 0
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


@pytest.mark.slow
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's threads")
@pytest.mark.parametrize(
    ("batch_size", "dtype", "threads"),
    [(1, "mixed_bfloat16", 1), (1, "float32", 0), (64, "mixed_bfloat16", 0)],
)
def test_operations_on_single_images_get_a_thread_each(tmp_path, batch_size, dtype, threads):
    """The threads of a fresh process, in which nothing ran before: 0 are as many as there are cores."""
    recipe = {**RECIPE, "batch_size": batch_size, "dtype": dtype, "epochs": 1}
    code = (
        "import json, sys, tensorflow; from keras_gan.zoo import train;"
        "train.train(json.loads(sys.argv[1]), sys.argv[2]);"
        "print(tensorflow.config.threading.get_intra_op_parallelism_threads())"
    )
    environment = {key: value for key, value in os.environ.items() if "INTRAOP" not in key}
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(recipe), str(tmp_path / "run")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == str(threads)
