"""An entry holds the trained model, in float32, its weights rounded to float16."""

import json
import shutil

import h5py
import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy as to_numpy

import keras_gan
from keras_gan import networks, zoo
from keras_gan.zoo import pack


@pytest.fixture
def model():
    shape = (8, 8, 1)
    return keras_gan.GAN(
        networks.gan.generator(shape, latent_dim=4, units=256),
        networks.gan.discriminator(shape, units=4, pieces=2),
        seed=3,
    )


def test_float16_file_restores_the_weights_and_random_state_exactly(model, tmp_path):
    for weight in model.weights:  # values that float16 holds
        weight.assign(to_numpy(weight).astype(np.float16).astype(np.float32))
    state = np.array([4_000_000_000, 2**32 - 1], np.uint32)
    if keras.backend.backend() == "jax":
        model.seed_generator.state.assign(state)
    state = to_numpy(model.seed_generator.state)
    path, whole = tmp_path / "half.weights.h5", tmp_path / "whole.weights.h5"
    pack.save_float16(model, path)
    model.save_weights(whole)
    assert path.stat().st_size < 0.7 * whole.stat().st_size

    kinds = set()
    with h5py.File(path) as file:
        file.visititems(lambda _, item: kinds.add(getattr(item, "dtype", None)))
    integers = {state.dtype, np.dtype(model.steps.dtype)}
    assert {np.dtype("float16")} | integers == {kind for kind in kinds if kind is not None}

    expected = [to_numpy(weight) for weight in model.weights]
    for weight in model.weights:
        weight.assign(np.zeros(weight.shape))
    model.seed_generator.state.assign(np.zeros(2, state.dtype))
    model.load_weights(path)
    for weight, value in zip(model.weights, expected, strict=True):
        assert weight.dtype == "float32" or weight is model.steps
        np.testing.assert_array_equal(to_numpy(weight), value)
    np.testing.assert_array_equal(to_numpy(model.seed_generator.state), state)


def test_same_weights_make_the_same_file(model, tmp_path):
    for name in ("a.weights.h5", "b.weights.h5"):
        pack.save_float16(model, tmp_path / name)
    assert (tmp_path / "a.weights.h5").read_bytes() == (tmp_path / "b.weights.h5").read_bytes()


@pytest.mark.parametrize("value", [65520.0, -1e6, np.nan, np.inf])
def test_weights_beyond_float16_are_refused(model, tmp_path, value):
    weight = model.generator.weights[0]
    array = to_numpy(weight)
    array[0, 0] = value
    weight.assign(array)
    with pytest.raises(ValueError, match="not finite in float16"):
        pack.save_float16(model, tmp_path / "a.weights.h5")


def test_refused_weights_leave_the_entry_as_it_was(entries, packed_entries):
    folder, trained = entries / "tiny_dcgan", packed_entries[1]["tiny_dcgan"]
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    weight = trained.discriminator.weights[0]
    good = to_numpy(weight)
    weight.assign(np.full(weight.shape, 1e6))
    try:
        with pytest.raises(ValueError, match="not finite"):
            pack.pack(folder, trained, [])
    finally:
        weight.assign(good)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_pack_writes_what_tools_know_and_keeps_what_people_wrote(entries):
    folder = entries / "tiny_dcgan"
    entry = json.loads((folder / "entry.json").read_text())
    assert list(entry)[:6] == ["name", "title", "summary", "paper", "notes", "recipe"]
    assert entry["training"] | {"versions": {}} == {
        "steps": 2,
        "batches_per_step": 1,
        "epochs": 1,
        "wall_time_s": 1.5,
        "device": "CPU",
        "backend": keras.backend.backend(),
        "versions": {},
        "date": "2026-11-23",
    }
    assert entry["data"]["license"] and entry["metrics"] == {}
    assert sorted(path.name for path in folder.iterdir()) == [
        "entry.json",
        "model.json",
        "model.weights.h5",
        "samples.png",
    ]
    assert not (entries / "tiny_classifier" / "samples.png").exists()


def test_config_leaves_out_what_older_keras_would_refuse(entries):
    text = (entries / "tiny_dcgan" / "model.json").read_text()
    # Keras 3.10 knows neither; both are in the configs of 3.15, with their defaults.
    assert "quantization_config" not in text and "renorm" not in text
    model = zoo.load("tiny_dcgan")
    normalization = next(
        layer
        for layer in model.generator.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    )
    assert normalization.momentum == 0.9 and normalization.epsilon == 1e-5


def test_mixed_precision_training_becomes_a_float32_entry(entries):
    folder = entries / "mixed"
    shutil.copytree(entries / "tiny_dcgan", folder)
    entry = json.loads((folder / "entry.json").read_text())
    entry["name"] = "mixed"
    (folder / "entry.json").write_text(json.dumps(entry))
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        shape = (28, 28, 1)
        mixed = keras_gan.DCGAN(
            networks.dcgan.generator(shape, width=8),
            networks.dcgan.discriminator(shape, width=8),
            seed=0,
        )
        mixed.compile(steps_per_execution=4)
    finally:
        keras.config.set_dtype_policy("float32")
    assert mixed.generator.layers[0].compute_dtype == "bfloat16"
    log = [{"steps": 1, "seconds": 1.0, "device": "", "backend": "", "versions": {}, "date": ""}]
    pack.pack(folder, mixed, log)

    assert "bfloat16" not in (folder / "model.json").read_text()
    loaded = zoo.load("mixed")
    assert {layer.compute_dtype for layer in loaded._flatten_layers()} == {"float32"}
    assert loaded.steps_per_execution == 1
    # bfloat16 has 8 bits: images of both differ by little.
    difference = loaded.generate(8, seed=1).astype(int) - mixed.generate(8, seed=1)
    assert np.abs(difference).mean() < 1


def test_a_release_keeps_what_rescaling_needs():
    """Keras's Rescaling cannot be read from a config that leaves out its defaults."""
    family, shape = networks.stylegan2, (8, 8, 1)
    nets = family.generator(shape, 4, 32, 4, 1), family.discriminator(shape, 32, 4)
    model = keras_gan.StyleGAN2(*nets, seed=0, augmentation="diffaugment")
    release = pack.in_float32(model)
    np.testing.assert_array_equal(release.generate(2, seed=1), model.generate(2, seed=1))


def test_samples_are_truncated_where_a_model_can(model, tmp_path):
    shape = (8, 8, 3)
    truncates = keras_gan.StyleGAN2(
        networks.stylegan2.generator(shape, 6, 32, 4, 2),
        networks.stylegan2.discriminator(shape, 32, 4),
        seed=0,
    )
    for each, options in ((model, {}), (truncates, {"truncation": 0.7})):
        each.samples(tmp_path / pack.SAMPLES, {})
        expected = each.plot(tmp_path / "expected.png", scale=8, **options)
        assert (tmp_path / "samples.png").read_bytes() == expected.read_bytes()
    other = truncates.plot(tmp_path / "other.png", scale=8)
    assert (tmp_path / "samples.png").read_bytes() != other.read_bytes()


@pytest.mark.slow
def test_a_release_has_standing_statistics():
    """A published BigGAN has the statistics of its own weights, not those of training."""
    family, shape = networks.biggan, (32, 32, 3)
    nets = family.generator(shape, 3, 20, 2), family.discriminator(shape, 3, 2)
    model = keras_gan.BigGAN(*nets, num_classes=3, ema=0.9, seed=0)
    release, expected = pack.to_release(model), pack.in_float32(model)
    means = [
        variable for variable in release.ema_generator.variables if variable.name == "moving_mean"
    ]
    assert any(np.abs(mean).max() > 0 for mean in means)
    expected.standing_statistics()
    latents = release.latents(4, seed=1)
    np.testing.assert_allclose(
        release.synthesize(latents, [0, 1, 2, 0]).astype(int),
        expected.synthesize(latents, [0, 1, 2, 0]),
        atol=1,
    )


def test_a_card_names_all_machines_of_a_training(entries, packed_entries):
    gpu = {"device": "1 x GPU", "backend": "jax", "versions": {"keras": "3.1", "jax": "0.1"}}
    cpu = {"device": "2 cores", "backend": "tensorflow", "versions": {"keras": "3.2"}}
    log = [
        {"steps": 3, "seconds": seconds, "date": f"2026-01-0{day}", **where}
        for day, (seconds, where) in enumerate([(1.0, gpu), (1.0, gpu), (60.0, cpu)], 1)
    ]
    run = pack.pack(entries / "tiny_dcgan", packed_entries[1]["tiny_dcgan"], log).training
    assert run.device == "1 x GPU (2 of 3 epochs) and 2 cores (1 of 3 epochs)"
    assert run.backend == "jax and tensorflow"
    assert run.versions == {"keras": "3.2", "jax": "0.1"}
    assert (run.steps, run.epochs, run.wall_time_s, run.date) == (9, 3, 62.0, "2026-01-03")
