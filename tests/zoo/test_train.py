"""A recipe is built and trained, from the beginning or from weights."""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from msgspec.structs import replace
from trainings import RECIPE, translating, weights

import keras_gan
from keras_gan.penalties import WeightClipping
from keras_gan.zoo import train


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
