"""`keras-gan generate`, `interpolate`, `walk` and `project` write the images of the model."""

import re
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from keras_gan import GAN, AudioToScene, StyleGAN2, networks, zoo
from keras_gan.modalities import audio
from keras_gan.modalities.images import grid
from keras_gan.networks import audio_to_scene


def pixels(path):
    return np.asarray(Image.open(path))


def test_generate_writes_the_grid_of_the_seed(run, entries):
    code, out, err = run("generate", "tiny_dcgan", "--num", 4, "--seed", 3, "--scale", 2)
    assert (code, out) == (0, "Written: tiny_dcgan.png\n"), err
    image = pixels("tiny_dcgan.png")
    assert image.shape == (124, 124)
    first = zoo.load("tiny_dcgan").generate(4, seed=3)[0, ..., 0]
    np.testing.assert_array_equal(image[4:60:2, 4:60:2], first)


def test_generate_takes_a_file_or_the_folder_of_a_training(run, entries, tmp_path):
    training = tmp_path / "cwd" / "cats-training"
    training.mkdir()
    zoo.load("tiny_dcgan").save(training / "checkpoint.keras")
    expected = zoo.load("tiny_dcgan").generate(1, seed=0)[0, ..., 0]
    for path, out in (
        ("cats-training", "cats-training"),
        (training / "checkpoint.keras", "checkpoint"),
    ):
        code, printed, err = run("generate", path, "--num", 1, "--scale", 1)
        assert (code, printed) == (0, f"Written: {out}.png\n"), err
        np.testing.assert_array_equal(pixels(f"{out}.png")[2:-2, 2:-2], expected)
    assert run("walk", "cats-training", "--stops", 2, "--frames", 2)[0] == 0
    code, out, _ = run("info", "cats-training")
    assert code == 0 and out.startswith("cats-training: DCGAN\n")
    code, _, err = run("translate", "cats-training", "cats-training.png", "--out", "x")
    assert code == 2 and "Try: keras-gan generate cats-training, " in err


def test_grids_are_shown_large_and_numbers_are_bounded(run, entries):
    assert run("generate", "tiny_dcgan", "--num", 4)[0] == 0
    assert pixels("tiny_dcgan.png").shape == (992, 992)
    for asked, message in (
        (("--num", 10**9), "is not in the range"),
        (("--num", 10**6), "A sheet must have at most 50,000,000 pixels"),
        (("--scale", 500), "is not in the range"),
        (("--seed", 2**63), "is not in the range"),
    ):
        code, out, err = run("generate", "tiny_dcgan", *asked)
        assert (code, out, err.count("\n")) == (2, "", 1) and message in err, err


def test_rows_and_animations_that_are_too_large_are_refused_at_once(run, entries):
    for asked, message in (
        (("interpolate", "tiny_dcgan", "--steps", 10**6), "A sheet must have at most"),
        (("walk", "tiny_dcgan", "--frames", 10**5), "is not in the range"),
        (("walk", "tiny_dcgan", "--frames", 500, "--stops", 2, "--scale", 64), "take fewer frames"),
    ):
        code, _, err = run(*asked)
        assert code == 2 and err.count("\n") == 1 and message in err, err


def test_generate_into_a_folder_writes_single_images(run, entries):
    code, out, _ = run("generate", "tiny_dcgan", "--num", 102, "--out", "many")
    assert (code, out) == (0, "Written: many\n")
    expected = zoo.load("tiny_dcgan").generate(102, seed=0)
    for index in (0, 99, 100, 101):
        got = pixels(f"many/{index:05d}.png").astype(int)
        assert np.abs(got - expected[index, ..., 0]).max() <= 1


def test_truncation_is_that_of_the_model(run, entries, monkeypatch):
    shape = (8, 8, 3)
    model = StyleGAN2(
        networks.stylegan2.generator(shape, 6, 32, 4, 2),
        networks.stylegan2.discriminator(shape, 32, 4),
        seed=0,
    )
    asked = ("--num", 4, "--truncation", 0.5, "--scale", 1)
    assert "DCGAN does not support truncation" in run("generate", "tiny_dcgan", *asked)[2]
    monkeypatch.setattr(zoo.Trained, "load", lambda self: model)
    assert run("generate", "tiny_dcgan", *asked)[0] == 0
    assert run("generate", "tiny_dcgan", *asked, "--out", "single")[0] == 0
    expected = model.generate(4, seed=0, truncation=0.5)
    assert (model.generate(4, seed=0) != expected).any()
    np.testing.assert_array_equal(pixels("tiny_dcgan.png"), grid(expected))
    for index, image in enumerate(expected):
        np.testing.assert_array_equal(pixels(f"single/{index:05d}.png"), image)
    assert run("interpolate", "tiny_dcgan", *asked[2:])[0] == 0
    way = model.interpolate(0, 1, truncation=0.5)
    np.testing.assert_array_equal(pixels("tiny_dcgan-interpolation.png"), grid(way, 8))
    walked = run("walk", "tiny_dcgan", "--frames", 6, "--truncation", 0, "--out", "still.gif")
    assert walked[0] == 0
    with Image.open("still.gif") as still:
        assert still.n_frames == 1  # All frames are the mean image, and a GIF holds what changes.
    code, _, err = run("generate", "tiny_dcgan", "--truncation", 2)
    assert (code, err) == (2, "keras-gan: error: truncation must lie in [0, 1], got 2.0.\n")


def test_conditional_model_goes_through_its_classes_or_keeps_to_one(run, entries, tmp_path):
    assert run("generate", "tiny_cgan", "--num", 4, "--out", "all")[0] == 0
    names = [f"{i:05d}-{label}.png" for i, label in enumerate((0, 1, 2, 0))]
    assert sorted(path.name for path in (tmp_path / "cwd" / "all").iterdir()) == names
    assert run("generate", "tiny_cgan", "--num", 2, "--label", 2, "--out", "twos")[0] == 0
    expected = zoo.load("tiny_cgan").generate(2, seed=0, labels=2)
    got = pixels("twos/00001-2.png").astype(int)
    assert np.abs(got - expected[1, ..., 0]).max() <= 1
    assert run("generate", "tiny_cgan", "--num", 6, "--scale", 1)[0] == 0
    assert pixels("tiny_cgan.png").shape == (2 * 10 + 2, 3 * 10 + 2)


def test_interpolate_writes_a_row_or_a_row_of_each_class(run, entries):
    code, out, _ = run("interpolate", "tiny_dcgan", "--steps", 3, "--seed-b", 5, "--scale", 1)
    assert (code, out) == (0, "Written: tiny_dcgan-interpolation.png\n")
    image = pixels("tiny_dcgan-interpolation.png").astype(int)
    assert image.shape == (32, 92)
    last = zoo.load("tiny_dcgan").generate(1, seed=5)[0, ..., 0]
    assert np.abs(image[2:30, 62:90] - last).max() <= 1
    assert run("interpolate", "tiny_cgan", "--steps", 4, "--out", "rows.png", "--scale", 1)[0] == 0
    assert pixels("rows.png").shape == (3 * 10 + 2, 4 * 10 + 2)
    assert run("interpolate", "tiny_cgan", "--label", 1, "--out", "row.png", "--scale", 1)[0] == 0
    assert pixels("row.png").shape == (12, 8 * 10 + 2)


def test_walk_writes_an_animation(run, entries):
    code, out, _ = run("walk", "tiny_dcgan", "--stops", 2, "--frames", 4, "--scale", 2)
    assert (code, out) == (0, "Written: tiny_dcgan-walk.gif\n")
    with Image.open("tiny_dcgan-walk.gif") as picture:
        assert (picture.size, picture.n_frames) == ((56, 56), 4)
    assert run("walk", "tiny_cgan", "--frames", 6, "--out", "walk.gif")[0] == 0


def test_project_writes_picture_image_and_difference_side_by_side(run, entries):
    image = zoo.load("tiny_cgan").generate(1, seed=1, labels=2)[0]
    Image.fromarray(image[..., 0]).save("two.png")
    Image.fromarray(image[..., 0].repeat(3, 1).repeat(3, 0)).convert("RGB").save("large.png")
    Image.fromarray(255 * np.indices((8, 8)).sum(0).astype(np.uint8) % 2).save("chess.png")
    project = ("project", "tiny_cgan", "--steps", 5, "--starts", 2, "--label", 2)
    code, out, _ = run(*project, "two.png", "large.png")
    assert code == 0 and re.fullmatch(
        r"Written: tiny_cgan-projection/two.png \(RMS error \d+\.\d of 255.*\)", out.splitlines()[0]
    )
    shown = pixels("tiny_cgan-projection/two.png")[::31, ::31]  # a pixel is 31 pixels wide
    assert shown.shape == (12, 32)
    picture, found, error = (shown[2:10, left : left + 8].astype(int) for left in (2, 12, 22))
    np.testing.assert_array_equal(picture, image[..., 0])
    np.testing.assert_array_equal(error, np.abs(picture - found))
    latents = np.load("tiny_cgan-projection/two.npy")
    decoded = zoo.load("tiny_cgan").decode(latents[None], 2)[0, ..., 0]
    assert np.abs((decoded + 1.0) * 127.5 - found).max() <= 1.0
    large = pixels("tiny_cgan-projection/large.png")[::31, ::31][2:10, 2:10]
    assert np.abs(large.astype(int) - image[..., 0]).max() <= 40
    assert "of 255: the model cannot generate this picture)" in run(*project, "chess.png")[1]
    code, _, err = run(*project[:-2], "two.png")
    assert code == 2 and "--label must be 0 to 2" in err


def test_a_generator_of_vectors_is_refused(run, entries, monkeypatch):
    generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    monkeypatch.setattr(zoo.Trained, "load", lambda self: GAN(generator, discriminator))
    for command in ("generate", "interpolate", "walk"):
        code, _, err = run(command, "tiny_dcgan")
        assert code == 2 and "generates arrays of shape (2,), not images" in err


def test_a_model_of_sounds_has_a_column_for_each(run, entries, monkeypatch, rng):
    parts = (
        audio_to_scene.generator((28, 28, 1), 5, 4, 2),
        audio_to_scene.discriminator((28, 28, 1), 5, 2, 4),
        *(audio_to_scene.encoder(100, 1000, 2, 5, bins=8) for _ in range(2)),
    )
    model = AudioToScene(*parts, rate=1000, seconds=0.1)
    code, _, err = run("generate", "tiny_dcgan", "--sound", "one.wav")
    assert code == 2 and "is no model of sounds: it takes no --sound" in err
    monkeypatch.setattr(zoo.Trained, "load", lambda self: model)
    for name in ("one", "two"):
        audio.write(f"{name}.wav", rng.uniform(-0.5, 0.5, 100), 1000)
    sounds = "--sound", "one.wav", "--sound", "two.wav"
    assert (
        run("generate", "tiny_dcgan", *sounds, "--num", 6, "--out", "a.png", "--scale", 1)[0] == 0
    )
    shown = pixels("a.png")
    assert shown.shape == (3 * 30 + 2, 2 * 30 + 2)
    (expected,) = model.generate(6, 0, sound=["one.wav", "two.wav"] * 3)[3:4]
    np.testing.assert_array_equal(shown[32:60, 32:60], expected[..., 0])
    assert run("generate", "tiny_dcgan", *sounds, "--num", 2, "--out", "b")[0] == 0
    assert {path.name for path in Path("b").iterdir()} == {"00000-one.png", "00001-two.png"}
    for command in ("interpolate", "walk"):
        options = ("--stops", 2, "--frames", 3) if command == "walk" else ()
        assert run(command, "tiny_dcgan", "--sound", "one.wav", *options)[0] == 0
    for options, said in (
        ((), "--sound must be given"),
        (("--text", "one", *sounds), "is no model of texts"),
        (("--sound", "none.wav"), "Cannot read the sound none.wav"),
    ):
        code, _, err = run("generate", "tiny_dcgan", *options)
        assert code == 2 and said in err
