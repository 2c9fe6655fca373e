"""Entries are found, loaded as they were trained, and refused when they are damaged."""

import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy

from keras_gan import zoo
from keras_gan.zoo import registry

WEIGHTS = "model.weights.h5"


def edit(path, change):
    """Changes an `entry.json`: `change` gets its content."""
    entry = json.loads(path.read_text())
    change(entry)
    path.write_text(json.dumps(entry))


def test_list_is_sorted_and_leaves_out_what_is_not_trained(entries):
    edit(entries / "tiny_cgan" / "entry.json", lambda entry: entry.pop("weights"))
    (entries / "README.md").write_text("# The zoo")
    (entries / "__pycache__").mkdir()
    assert zoo.list() == ["tiny_classifier", "tiny_cyclegan", "tiny_dcgan"]
    with pytest.raises(ValueError, match="no entry 'tiny_cgan'"):
        zoo.load("tiny_cgan")


def test_list_may_be_of_a_pattern_and_of_a_task(entries):
    assert zoo.list("*c*gan") == ["tiny_cgan", "tiny_cyclegan", "tiny_dcgan"]
    assert zoo.list(task="generation") == ["tiny_cgan", "tiny_dcgan"]
    assert zoo.list("tiny_d*", task="generation") == ["tiny_dcgan"]
    assert zoo.list(task="translation") == ["tiny_cyclegan"]
    assert zoo.list(task="classification") == ["tiny_classifier"]
    assert zoo.list("dcgan") == zoo.list("*", task="translation")[1:] == []
    with pytest.raises(ValueError, match=r"no task 'generating'. Did you mean generation"):
        zoo.list(task="generating")


def test_unknown_name_gets_the_closest(entries):
    with pytest.raises(ValueError, match=r"no entry 'tiny_dcgam'.*Did you mean tiny_dcgan"):
        zoo.card("tiny_dcgam")
    with pytest.raises(
        ValueError, match="There are tiny_cgan, tiny_classifier, tiny_cyclegan, tiny_dcgan"
    ):
        zoo.load("zzzz")
    with pytest.raises(ValueError, match="no entry"):
        zoo.card("../entries/tiny_dcgan")


def test_loads_the_trained_model(entries, packed_entries):
    trained = packed_entries[1]["tiny_dcgan"]
    loaded = zoo.load("tiny_dcgan")
    assert type(loaded) is type(trained)
    assert loaded.ema == 0.9 and loaded.name == "tiny_dcgan"
    assert len(loaded.weights) == len(trained.weights) > 20
    for ours, theirs in zip(loaded.weights, trained.weights, strict=True):
        ours, theirs = to_numpy(ours), to_numpy(theirs)
        assert ours.dtype == theirs.dtype in (np.float32, np.int32, np.int64)
        # float16 has 11 bits; below 6.1e-5 it is absolute.
        np.testing.assert_allclose(ours, theirs, rtol=2**-11, atol=2**-25)
    difference = loaded.generate(8, seed=1).astype(int) - trained.generate(8, seed=1)
    assert np.abs(difference).max() <= 1
    np.testing.assert_array_equal(
        to_numpy(loaded.seed_generator.state), to_numpy(trained.seed_generator.state)
    )
    assert to_numpy(loaded.seed_generator.state)[1] > 0, "the trained model had drawn numbers"


def test_loaded_model_is_compiled_as_trained_and_fits(entries):
    loaded = zoo.load("tiny_dcgan")
    assert loaded.compiled
    adam = loaded.optimizers["generator"]
    assert isinstance(adam, keras.optimizers.Adam) and adam.beta_1 == 0.5
    assert float(adam.learning_rate) == pytest.approx(2e-4) and int(adam.iterations) == 0
    before = [to_numpy(v) for v in loaded.trainable_weights]
    images = np.random.default_rng(1).integers(0, 256, (16, 28, 28, 1), np.uint8)
    history = loaded.fit(images, batch_size=16, verbose=0).history
    assert all(np.isfinite(values).all() for values in history.values())
    after = [to_numpy(v) for v in loaded.trainable_weights]
    assert all(np.any(a != b) for a, b in zip(before, after, strict=True))


def test_conditional_model_and_classifier_load(entries, packed_entries):
    cgan = zoo.load("tiny_cgan")
    expected = packed_entries[1]["tiny_cgan"].generate(3, seed=1, labels=[0, 1, 2])
    assert np.abs(cgan.generate(3, seed=1, labels=[0, 1, 2]).astype(int) - expected).max() <= 1
    assert isinstance(cgan.optimizers["generator"], keras.optimizers.SGD)
    images = np.random.default_rng(1).integers(0, 256, (4, 28, 28, 1), np.uint8)
    probabilities = zoo.load("tiny_classifier").classify(images)
    expected = packed_entries[1]["tiny_classifier"].classify(images)
    np.testing.assert_allclose(probabilities, expected, atol=1e-3)


def test_loads_in_float32_whatever_the_session(entries):
    expected = zoo.load("tiny_dcgan").generate(4, seed=1)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        loaded = zoo.load("tiny_dcgan")
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
    finally:
        keras.config.set_dtype_policy("float32")
    assert {layer.compute_dtype for layer in loaded._flatten_layers()} == {"float32"}
    np.testing.assert_array_equal(loaded.generate(4, seed=1), expected)


@pytest.mark.parametrize("damage", ["truncated", "altered", "missing"])
def test_damaged_weights_are_refused_by_name(entries, damage):
    path = entries / "tiny_dcgan" / WEIGHTS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(content[:-100] if damage == "truncated" else content)
    problem = {
        "truncated": "damaged: .* bytes instead of .*git checkout",
        "altered": "damaged: .* sha256 .*git checkout",
        "missing": "missing: .*Set KERAS_GAN_ZOO to a folder",
    }[damage]
    with pytest.raises(ValueError, match=f"weights of tiny_dcgan are {problem}"):
        zoo.load("tiny_dcgan")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda e: e.pop("paper"), "lacks paper"),
        (lambda e: e["paper"].pop("url"), "paper lacks url"),
        (lambda e: e.update(color="red"), "unknown field color"),
        (lambda e: e["paper"].update(year="2014"), "paper.year must be an integer, got '2014'"),
        (lambda e: e.update(notes="one"), "notes must be a list"),
        (lambda e: e.update(notes=[1]), r"notes\[0\] must be a string"),
        (
            lambda e: e.update(metrics={"fid": {"value": 1.0}}),
            r"metrics\.fid lacks error",
        ),
        (lambda e: e["recipe"].pop("split"), "recipe lacks split"),
        (lambda e: e["recipe"].update(epochs=0), "recipe.epochs must be an integer >= 1, got 0"),
        (lambda e: e["recipe"].update(epoch=1), "recipe has the unknown field epoch"),
        (lambda e: e.update(name="other"), "describes 'other'"),
    ],
)
def test_malformed_entry_is_refused_by_field(entries, change, problem):
    path = entries / "tiny_dcgan" / "entry.json"
    edit(path, change)
    with pytest.raises(ValueError, match=f"tiny_dcgan/entry.json is damaged: .*{problem}"):
        zoo.card("tiny_dcgan")


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.pop("config"),
        lambda model: model.update(registered_name="keras_gan>Nothing"),
        lambda model: model["config"]["generator"]["config"]["layers"].pop(1),
        lambda model: model["config"]["generator"]["config"]["layers"][1]["config"].update(
            units="9"
        ),
        lambda model: model["compile_config"].pop("optimizers"),
    ],
)
def test_model_that_keras_cannot_make_is_refused(entries, change):
    edit(entries / "tiny_dcgan" / "model.json", change)
    with pytest.raises(
        ValueError, match=r"entry tiny_dcgan is damaged, or Keras .* does not support it"
    ):
        zoo.load("tiny_dcgan")


@pytest.mark.parametrize("text", ["", '{"name": ', "[1]", "[" * 100_000])
def test_entry_that_is_no_json_object_is_refused(entries, text):
    (entries / "tiny_dcgan" / "entry.json").write_text(text)
    with pytest.raises(ValueError, match=r"tiny_dcgan/entry.json is damaged"):
        zoo.card("tiny_dcgan")


def test_an_entry_that_cannot_be_read_is_left_out_of_the_list(entries):
    (entries / "tiny_dcgan" / "entry.json").unlink()
    (entries / "tiny_dcgan" / "entry.json").mkdir()
    (entries / "tiny_cgan" / "entry.json").write_bytes(b"\xff\xfe{}")
    with pytest.warns(UserWarning, match=r"Left out an entry: .*tiny_cgan/entry.json is damaged"):
        assert zoo.list() == ["tiny_classifier", "tiny_cyclegan"]


@pytest.mark.parametrize("text", ["", "[1]", '{"name": "tiny_dcgan", "weights": {}}'])
def test_a_damaged_entry_is_left_out_of_the_list(entries, text):
    (entries / "tiny_dcgan" / "entry.json").write_text(text)
    with pytest.warns(UserWarning, match=r"Left out an entry: .*tiny_dcgan/entry.json is damaged"):
        assert zoo.list() == ["tiny_cgan", "tiny_classifier", "tiny_cyclegan"]
    assert zoo.load("tiny_cgan").num_classes == 3


def test_entry_without_its_model_is_refused(entries):
    (entries / "tiny_dcgan" / "model.json").unlink()
    with pytest.raises(ValueError, match=r"tiny_dcgan/model.json is damaged: .*git checkout"):
        zoo.load("tiny_dcgan")


def test_weights_come_from_the_entry_alone(entries, tmp_path):
    path = entries / "tiny_dcgan" / WEIGHTS
    path.rename(tmp_path / WEIGHTS)
    for place in (f"../../{WEIGHTS}", str(tmp_path / WEIGHTS)):
        edit(path.with_name("entry.json"), lambda e, place=place: e["weights"].update(file=place))
        with pytest.raises(
            ValueError, match="entry tiny_dcgan is damaged: its weights lie elsewhere"
        ):
            zoo.load("tiny_dcgan")


def test_config_cannot_bring_code(entries):
    def add_lambda(model):
        layers = model["config"]["generator"]["config"]["layers"]
        code = keras.saving.serialize_keras_object(keras.layers.Lambda(lambda x: x))
        layers.append(code)

    edit(entries / "tiny_dcgan" / "model.json", add_lambda)
    with pytest.raises(ValueError, match=r"unsafe|safe_mode|[Ll]ambda"):
        zoo.load("tiny_dcgan")


def test_list_and_card_import_no_backend():
    code = (
        "import sys; from keras_gan import zoo; [zoo.card(name) for name in zoo.list()]; "
        "print({'keras', 'tensorflow', 'jax', 'numpy'} & set(sys.modules))"
    )
    root = Path(registry.__file__).parents[2]
    printed = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert printed.stdout == "set()\n", printed.stderr
