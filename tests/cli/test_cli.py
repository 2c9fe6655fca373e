"""The command does what it says; an error is one line and exit code 2."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from keras_gan import Classifier, StyleGAN2, cli, evaluation, load_model, networks, serving, zoo
from keras_gan.modalities.images import grid
from keras_gan.zoo import registry

ROOT = Path(__file__).parents[2]
COMMANDS = [
    "list",
    "info",
    "generate",
    "interpolate",
    "walk",
    "project",
    "translate",
    "evaluate",
    "train",
    "export",
    "demo",
]


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Runs the command in an empty folder: exit code, stdout, stderr."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")

    def run(*args):
        with pytest.raises(SystemExit) as stop:
            cli.main([str(arg) for arg in args])
        printed = capsys.readouterr()
        return stop.value.code or 0, printed.out, printed.err

    return run


def pixels(path):
    return np.asarray(Image.open(path))


def test_runs_as_a_module():
    command = [sys.executable, "-m", "keras_gan", "frobnicate"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    expected = "keras-gan: error: No such command 'frobnicate'.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


def test_help_and_version(run):
    for args in ((), ("--help",)):
        code, out, _ = run(*args)
        assert code == 0
        for name in COMMANDS:
            assert re.search(rf"^  {name} +[A-Z][^.]+\.", out, re.MULTILINE), name
    assert run("--version")[1].startswith("keras-gan, version ")


def test_list_and_info(run, entries):
    code, out, _ = run("list")
    assert code == 0 and [line.split()[0] for line in out.splitlines()] == zoo.list()
    code, out, _ = run("info", "tiny_dcgan")
    assert code == 0 and out == f"{zoo.card('tiny_dcgan')}\n"


def test_generate_writes_the_grid_of_the_seed(run, entries):
    code, out, err = run("generate", "tiny_dcgan", "--num", 4, "--seed", 3, "--scale", 2)
    assert (code, out) == (0, "Written: tiny_dcgan.png\n"), err
    image = pixels("tiny_dcgan.png")
    assert image.shape == (124, 124)
    first = zoo.load("tiny_dcgan").generate(4, seed=3)[0, ..., 0]
    np.testing.assert_array_equal(image[4:60:2, 4:60:2], first)


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
    asked, load = ("--num", 4, "--truncation", 0.5), zoo.load
    assert "DCGAN does not support truncation" in run("generate", "tiny_dcgan", *asked)[2]
    monkeypatch.setattr(zoo, "load", lambda name: model if name == "tiny_dcgan" else load(name))
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
    assert run("generate", "tiny_cgan", "--num", 6)[0] == 0
    assert pixels("tiny_cgan.png").shape == (2 * 10 + 2, 3 * 10 + 2)


def test_walk_writes_an_animation(run, entries):
    code, out, _ = run("walk", "tiny_dcgan", "--stops", 2, "--frames", 4, "--scale", 2)
    assert (code, out) == (0, "Written: tiny_dcgan-walk.gif\n")
    with Image.open("tiny_dcgan-walk.gif") as picture:
        assert (picture.size, picture.n_frames) == ((56, 56), 4)
    assert run("walk", "tiny_cgan", "--frames", 6, "--out", "walk.gif")[0] == 0


def test_project_writes_pictures_beside_what_is_found(run, entries):
    image = zoo.load("tiny_cgan").generate(1, seed=1, labels=2)[0]
    Image.fromarray(image[..., 0]).save("two.png")
    Image.fromarray(image[..., 0]).convert("RGB").save("color.png")
    Image.new("L", (9, 8)).save("wide.png")
    project = ("project", "tiny_cgan", "--steps", 5, "--starts", 2, "--label", 2)
    code, out, _ = run(*project, "two.png")
    assert code == 0 and re.fullmatch(
        r"Written: tiny_cgan-projection/two.png \(RMS error \d+\.\d of 255\)\n", out
    )
    both = pixels("tiny_cgan-projection/two.png")
    latents = np.load("tiny_cgan-projection/two.npy")
    assert both.shape == (8, 16)
    np.testing.assert_array_equal(both[:, :8], image[..., 0])
    found = zoo.load("tiny_cgan").decode(latents[None], 2)[0, ..., 0]
    assert np.abs((found + 1.0) * 127.5 - both[:, 8:]).max() <= 1.0
    for name, message in (("wide", "9x8 pixels of mode L"), ("color", "8x8 pixels of mode RGB")):
        code, _, err = run(*project, f"{name}.png")
        assert code == 2 and f"{name}.png has {message}; those of tiny_cgan have 8x8, gray" in err
    code, _, err = run(*project[:-2], "two.png")
    assert code == 2 and "--label must be 0 to 2" in err


def test_interpolate_writes_a_row_or_a_row_of_each_class(run, entries):
    code, out, _ = run("interpolate", "tiny_dcgan", "--steps", 3, "--seed-b", 5)
    assert (code, out) == (0, "Written: tiny_dcgan-interpolation.png\n")
    image = pixels("tiny_dcgan-interpolation.png").astype(int)
    assert image.shape == (32, 92)
    last = zoo.load("tiny_dcgan").generate(1, seed=5)[0, ..., 0]
    assert np.abs(image[2:30, 62:90] - last).max() <= 1
    assert run("interpolate", "tiny_cgan", "--steps", 4, "--out", "rows.png")[0] == 0
    assert pixels("rows.png").shape == (3 * 10 + 2, 4 * 10 + 2)
    assert run("interpolate", "tiny_cgan", "--label", 1, "--out", "row.png")[0] == 0
    assert pixels("row.png").shape == (12, 8 * 10 + 2)


@pytest.fixture
def photos(tmp_path, rng):
    """A folder with two pictures, one of them in a sub-folder, and a file that is none."""
    folder = tmp_path / "photos"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.png", "deep/b.jpg"):
        Image.fromarray(rng.integers(0, 256, (12, 20, 3), np.uint8)).save(folder / name)
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


def test_translate_keeps_names_and_reports_what_it_cannot_read(run, entries, photos, tmp_path):
    before = {path: path.read_bytes() for path in photos.rglob("*") if path.is_file()}
    code, out, err = run("translate", "tiny_cyclegan", photos, "--out", "made")
    assert (code, out) == (1, "Written: made (2 of 3 pictures)\n")
    last = err.strip().splitlines()[-1]
    assert last.startswith("keras-gan: warning: Cannot read the picture") and "broken.png" in last
    made = tmp_path / "cwd" / "made"
    files = [path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()]
    assert sorted(files) == ["a.png", "deep/b.jpg"]
    expected = zoo.load("tiny_cyclegan").translate(photos / "a.png")
    np.testing.assert_array_equal(pixels(made / "a.png"), expected)
    assert {path: path.read_bytes() for path in before} == before


def test_translate_files_in_the_other_direction_and_side_by_side(run, entries, photos):
    picture = photos / "a.png"
    args = ("--out", "made", "--direction", "BtoA", "--compare")
    code, out, _ = run("translate", "tiny_cyclegan", picture, *args)
    assert (code, out) == (0, "Written: made (1 of 1 pictures)\n")
    both = pixels("made/a.png")
    assert both.shape == (12, 40, 3)
    np.testing.assert_array_equal(both[:, :20], pixels(picture))
    expected = zoo.load("tiny_cyclegan").translate(picture, "BtoA")
    np.testing.assert_array_equal(both[:, 20:], expected)


def test_translate_never_overwrites_what_it_reads(run, entries, photos, tmp_path):
    (tmp_path / "cwd" / "a.png").write_bytes((photos / "a.png").read_bytes())
    before = sorted(photos.rglob("*"))
    for args, message in (
        ((photos, "--out", photos), "would overwrite the picture"),
        ((photos / "deep" / ".." / "a.png", "--out", photos), "would overwrite the picture"),
        ((photos / "a.png", "a.png", "--out", "made"), "Two pictures would both be written"),
    ):
        code, _, err = run("translate", "tiny_cyclegan", *args)
        assert code == 2 and message in err and err.count("\n") == 1
    assert sorted(photos.rglob("*")) == before


def test_evaluate_prints_and_writes_the_report(run, entries):
    args = ("evaluate", "tiny_dcgan", "--metrics", "fid,modes", "--num", 50)
    code, out, err = run(*args, "--out", "reports/tiny.json")
    assert code == 0, err
    report = evaluation.evaluate("tiny_dcgan", metrics=["fid", "modes"], num=50)
    assert out == f"{report}\nWritten: reports/tiny.json\n"
    assert json.loads(Path("reports/tiny.json").read_text()) == report.to_dict()
    code, out, _ = run(
        "evaluate", "tiny_dcgan", "--metrics", "fid", "--num", 50, "--split", "train"
    )
    assert code == 0 and "fid[tiny_classifier,50/1437 train]" in out
    code, out, _ = run("evaluate", "tiny_classifier")
    assert code == 0 and "accuracy[digits test,360]" in out


def test_evaluate_warns_in_one_line(run, entries):
    code, _, err = run("evaluate", "tiny_dcgan", "--metrics", "fid", "--num", 5)
    assert code == 0 and err.count("\n") == 1
    assert err.startswith("keras-gan: warning: FID with fewer images than features")


def test_evaluate_without_weights_of_inception_says_how_to_get_them(run, entries):
    code, _, err = run("evaluate", "tiny_dcgan", "--features", "inception")
    assert code == 2 and "tools/convert_inception.py" in err and err.count("\n") == 1


@pytest.mark.parametrize("kind", ["name", "recipe", "entry"])
def test_train_runs_the_recipe(run, entries, tmp_path, monkeypatch, kind):
    training = pytest.importorskip("keras_gan.zoo.train")
    seen = {}
    monkeypatch.setattr(
        training,
        "train",
        lambda recipe, out, **options: seen.update(options, recipe=recipe, out=out),
    )
    recipe = zoo.card("tiny_dcgan").recipe
    source = tmp_path / "mine.json"
    source.write_bytes(msgspec.json.encode(recipe))
    source = {
        "name": "tiny_dcgan",
        "recipe": source,
        "entry": entries / "tiny_dcgan" / "entry.json",
    }[kind]
    start = "tiny_dcgan" if kind == "name" else None
    options = ("--from", start) if start else ()
    code, out, _ = run("train", source, "--epochs", 3, "--data", tmp_path, *options)
    folder = "mine-training" if kind == "recipe" else "tiny_dcgan-training"
    assert (code, out) == (0, f"Written: {folder}/checkpoint.keras\n")
    assert seen.pop("recipe") == replace(recipe, start=start) and str(seen.pop("out")) == folder
    assert seen == {"epochs": 3, "data_dir": tmp_path, "skip_unreadable": False}


def test_train_on_a_full_disk_is_one_line_and_keeps_the_checkpoint(run, entries, request):
    pytest.importorskip("keras")
    shape = {"image_shape": [28, 28, 1], "width": 2}
    networks = {part: [f"dcgan.{part}", shape] for part in ("generator", "discriminator")}
    recipe = {"model": "DCGAN", "networks": networks, "epochs": 1, "seed": 0}
    recipe |= {"dataset": "digits", "split": "test", "image_size": 28, "batch_size": 100}
    Path("mine.json").write_text(json.dumps(recipe))
    assert run("train", "mine.json")[0] == 0
    folder = Path("mine-training")
    before = (folder / "checkpoint.keras").read_bytes()
    files = sorted(folder.rglob("*"))
    request.getfixturevalue("full_disk")
    code, _, err = run("train", "mine.json", "--epochs", 30)
    assert code == 2
    assert re.fullmatch(r"keras-gan: error: .*too large: '.*/checkpoint\.keras'\n", err)
    assert (folder / "checkpoint.keras").read_bytes() == before
    assert set(folder.rglob("*")) - set(files) == {folder / "samples" / "0002.png"}
    assert int(load_model(folder / "checkpoint.keras").steps) == 3


def test_train_by_a_strategy(run, entries, monkeypatch):
    keras, training = pytest.importorskip("keras"), pytest.importorskip("keras_gan.zoo.train")
    under_tensorflow = keras.backend.backend() == "tensorflow"
    seen = []

    def train(*args, **options):
        if under_tensorflow:
            from tensorflow import distribute

            seen.append(type(distribute.get_strategy()).__name__)
        else:
            seen.append(type(keras.distribution.distribution()).__name__)

    monkeypatch.setattr(training, "train", train)
    own, others = "mirrored", "data_parallel"
    if not under_tensorflow:
        own, others = others, own
    assert run("train", "tiny_dcgan", "--strategy", own)[0] == 0
    assert seen == ["MirroredStrategy" if under_tensorflow else "DataParallel"]
    code, _, err = run("train", "tiny_dcgan", "--strategy", others)
    assert code == 2 and err.count("\n") == 1
    assert f"strategy must be {own}" in err and f"got '{others}'" in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["list", "--frob"], "No such option"),
        (["info"], "Missing argument 'NAME'"),
        (["info", "tiny_dcgam"], "Did you mean tiny_dcgan"),
        (["generate", "tiny_dcgam"], "Did you mean tiny_dcgan"),
        (["generate", "tiny_dcgan", "--num", "0"], "--num"),
        (["generate", "tiny_dcgan", "--num", "many"], "--num"),
        (["generate", "tiny_dcgan", "--seed", "-1"], "--seed"),
        (["generate", "tiny_dcgan", "--label", "1"], "not conditional"),
        (["generate", "tiny_dcgan", "--label", "1", "--out", "folder"], "not conditional"),
        (["generate", "tiny_cgan", "--label", "3"], "0 to 2"),
        (["generate", "tiny_cgan", "--label", "3", "--out", "folder"], "0 to 2"),
        (["generate", "tiny_dcgan", "--out", "grid.jpg"], "must be a .png file"),
        (["generate", "tiny_classifier"], "is a Classifier, which does not generate images"),
        (["interpolate", "tiny_dcgan", "--steps", "1"], "--steps"),
        (["interpolate", "tiny_dcgan", "--out", "folder"], "must be a .png file"),
        (["walk", "tiny_dcgan", "--stops", "1"], "--stops"),
        (["walk", "tiny_dcgan", "--frames", "3"], "at least as many as the 6 stops, got 3"),
        (["walk", "tiny_dcgan", "--out", "walk.mp4"], "must be a .gif file"),
        (["walk", "tiny_cgan", "--label", "3"], "0 to 2"),
        (["project", "tiny_dcgan", "nowhere.png", "--out", "x"], "nowhere.png does not exist"),
        (["project", "tiny_dcgan", "list.json", "--out", "x"], "Cannot read the picture"),
        (["project", "tiny_classifier", "list.json", "--out", "x"], "does not generate images"),
        (["translate", "tiny_cyclegam", ".", "--out", "x"], "Did you mean tiny_cyclegan"),
        (["translate", "tiny_cyclegan", "nowhere", "--out", "x"], "nowhere does not exist"),
        (["translate", "tiny_cyclegan", ".", "--out", "x"], "holds no pictures"),
        (["translate", "tiny_cyclegan", "--out", "x"], "Missing argument 'PICTURES...'"),
        (["translate", "tiny_cyclegan", "list.json"], "Missing option '--out'"),
        (
            ["translate", "tiny_dcgan", "list.json", "--out", "x"],
            "which does not translate images. Try: keras-gan generate tiny_dcgan, keras-gan export",
        ),
        (
            ["translate", "tiny_cyclegan", "list.json", "--out", "x", "--direction", "AtoC"],
            "must be AtoB or BtoA",
        ),
        (["evaluate", "tiny_dcgam"], "Did you mean tiny_dcgan"),
        (["evaluate", "tiny_dcgan", "--num", "1"], "--num"),
        (["evaluate", "tiny_dcgan", "--metrics", "fid,kit"], "Did you mean kid"),
        (["evaluate", "tiny_dcgan", "--metrics", "label_accuracy"], "a conditional model"),
        (["evaluate", "tiny_dcgan", "--split", "val"], "no 'val'"),
        (["evaluate", "tiny_dcgan", "--features", "tiny_cgan"], "a classifier of the zoo"),
        (["evaluate", "tiny_dcgan", "--data", "nowhere"], "--data must be a folder, got nowhere"),
        (["evaluate", "tiny_dcgan", "--out", "report.txt"], "must be a .json file"),
        (["evaluate", "tiny_classifier", "--metrics", "fid"], "a model that generates"),
        (["train", "missing.json"], "missing.json"),
        (["train", "broken.json"], "broken.json is not JSON"),
        (["train", "deep.json"], "deep.json is not JSON"),
        (["train", "list.json"], "list.json: the recipe must be an object"),
        (["train", "short.json"], "short.json: the recipe lacks dataset, split"),
        (["train", "tiny_dcgan", "--data", "nowhere"], "--data must be a folder, got nowhere"),
        (["train", "tiny_dcgan", "--epochs", "0"], "--epochs"),
        (["train", "tiny_dcgan", "--from", "tiny_dcgam"], "no entry 'tiny_dcgam' in the zoo"),
    ],
)
def test_errors_are_one_line_and_leave_nothing(run, entries, tmp_path, args, message):
    cwd = tmp_path / "cwd"
    (cwd / "broken.json").write_text("{")
    (cwd / "deep.json").write_text("[" * 100_000)
    (cwd / "list.json").write_text("[]")
    (cwd / "short.json").write_text('{"model": "GAN"}')
    before = sorted(cwd.rglob("*"))
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith("keras-gan: error: ") and err.endswith("\n") and err.count("\n") == 1
    assert message in err
    assert sorted(cwd.rglob("*")) == before


def test_path_that_cannot_be_written_is_refused_before_the_model_loads(
    run, entries, monkeypatch, tmp_path
):
    monkeypatch.setattr(registry, "restore", lambda *_: pytest.fail("long work began"))
    (tmp_path / "cwd" / "file").write_text("")
    for out in ("file/grid.png", "file", "/proc/grid.png", "/proc/folder"):
        code, _, err = run("generate", "tiny_dcgan", "--out", out)
        assert code == 2 and "cannot be written" in err, out
    for command, name in (
        ("interpolate", "grid.png"),
        ("evaluate", "report.json"),
        ("train", "grid.png"),
    ):
        code, _, err = run(command, "tiny_dcgan", "--out", f"file/sub/{name}")
        assert code == 2 and "cannot be written" in err, command


def test_damaged_weights_are_one_line(run, entries):
    (entries / "tiny_dcgan" / "model.weights.h5").write_bytes(b"half")
    code, _, err = run("generate", "tiny_dcgan")
    assert code == 2 and "weights of tiny_dcgan are damaged" in err and err.count("\n") == 1


@pytest.mark.tensorflow
def test_export_writes_versions(run, entries, tmp_path):
    code, out, err = run("export", "tiny_cyclegan", "models")
    assert (code, out, err) == (0, "Written: models/tiny_cyclegan/1\n", "")
    code, out, _ = run("export", "tiny_cyclegan", "models", "--version", 4)
    assert (code, out) == (0, "Written: models/tiny_cyclegan/4\n")
    assert (tmp_path / "cwd" / "models" / "tiny_cyclegan" / "4" / "saved_model.pb").exists()
    assert "tiny_cyclegan" in (tmp_path / "cwd" / "models" / "models.config").read_text()
    code, _, err = run("export", "tiny_cyclegan", "models", "--version", 4)
    assert code == 2 and err == ("keras-gan: error: models/tiny_cyclegan/4 exists already.\n")


def test_export_as_a_keras_file(run, entries):
    code, out, _ = run("export", "tiny_dcgan", "models", "--format", "keras")
    assert (code, out) == (0, "Written: models/tiny_dcgan.keras\n")
    made = load_model("models/tiny_dcgan.keras").generate(2, seed=1)
    np.testing.assert_array_equal(made, zoo.load("tiny_dcgan").generate(2, seed=1))


@pytest.mark.tensorflow
def test_export_for_a_runtime(run, entries, tmp_path):
    pytest.importorskip("ai_edge_litert")
    args = ("export", "tiny_cgan", "models", "--format", "litert", "--precision", "int8")
    code, out, err = run(*args)
    assert (code, out, err) == (0, "Written: models/tiny_cgan-int8.tflite\n", "")
    files = sorted(path.name for path in (tmp_path / "cwd" / "models").iterdir())
    assert files == ["tiny_cgan-int8.tflite", "tiny_cgan-int8.tflite.json"]


@pytest.mark.tensorflow
def test_export_of_a_direction(run, entries, tmp_path):
    pytest.importorskip("ai_edge_litert")
    args = ("export", "tiny_cyclegan", "models", "--format", "litert", "--direction", "BtoA")
    code, out, err = run(*args)
    assert (code, out, err) == (0, "Written: models/tiny_cyclegan-BtoA.tflite\n", "")


def test_export_shows_progress_on_a_terminal_and_hides_libraries():
    code = """
import os, sys, time
from keras_gan import cli, serving

def work(*args, progress, **options):
    os.write(2, b"noise")
    print("python noise", file=sys.stderr)
    progress("half done")
    time.sleep(0.5)
    return "x"

serving.export = work
cli.main(["export", "gan_mnist", "models"])
"""
    terminal, stderr = os.openpty()
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr)
    told = os.read(terminal, 10_000)
    assert done.returncode == 0 and done.stdout == b"Written: x\n"
    assert b"Exporting gan_mnist" in told and b"half done" in told and b"noise" not in told
    assert told.endswith(b"\x1b[2K")  # The line is erased.


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("tiny_dcgam", "models"), "There is no entry 'tiny_dcgam'"),
        (("tiny_dcgan", "models", "--format", "onyx"), "'onyx' is not one of"),
        (("tiny_dcgan", "models", "--precision", "int8"), "precision must be one of float32"),
        (("tiny_dcgan", "models", "--version", "0"), "0 is not in the range"),
        (("tiny_dcgan", "models", "--format", "keras", "--version", "2"), "version must be None"),
        (("tiny_dcgan", "models", "--direction", "AtoB"), "direction must be None except for"),
        (("tiny_dcgan", "entries/file"), "cannot be written"),
        (("tiny_dcgan",), "Missing argument 'DIR'"),
    ],
)
def test_export_refuses_in_one_line(run, entries, tmp_path, args, message):
    (tmp_path / "cwd" / "entries").write_text("")
    code, out, err = run("export", *args)
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1
    assert [path.name for path in (tmp_path / "cwd").iterdir()] == ["entries"]


@pytest.mark.tensorflow
def test_export_of_a_model_without_signatures_is_refused(run, entries, tmp_path, monkeypatch):
    monkeypatch.setattr(Classifier, "signatures", lambda self: {})
    code, _, err = run("export", "tiny_classifier", "models")
    assert code == 2 and "has no signatures to export" in err and err.count("\n") == 1
    assert not list((tmp_path / "cwd").iterdir())


@pytest.mark.tensorflow
def test_export_names_the_extra_that_is_missing(run, entries, monkeypatch):
    monkeypatch.setitem(sys.modules, "ai_edge_litert", None)
    code, _, err = run("export", "tiny_dcgan", "models", "--format", "litert")
    assert code == 2 and "pip install 'keras_gan[litert]'" in err and err.count("\n") == 1


def test_demo_refuses_in_one_line(run, entries, monkeypatch):
    code, _, err = run("demo", "tiny_dcgam")
    assert code == 2 and "There is no entry 'tiny_dcgam'" in err and err.count("\n") == 1
    code, _, err = run("demo", "tiny_dcgan", "--port", 0)
    assert code == 2 and "0 is not in the range" in err and err.count("\n") == 1
    monkeypatch.setitem(sys.modules, "gradio", None)
    monkeypatch.delitem(sys.modules, "keras_gan.serving.demo", raising=False)
    monkeypatch.delattr(serving, "demo", raising=False)
    code, _, err = run("demo", "tiny_dcgan")
    assert code == 2 and "pip install 'keras_gan[demo]'" in err and err.count("\n") == 1


def test_demo_of_an_entry_without_images_or_on_a_port_in_use(run, entries):
    pytest.importorskip("gradio")
    code, _, err = run("demo", "tiny_classifier")
    assert code == 2 and "which generates no images" in err and err.count("\n") == 1
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = run("demo", "tiny_dcgan", "--port", taken.getsockname()[1])
    assert code == 2 and "port" in err and err.count("\n") == 1


def test_interruption_is_no_traceback(run, entries, monkeypatch):
    def interrupt(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(zoo, "load", interrupt)
    code, _, err = run("generate", "tiny_dcgan")
    assert code == 130 and err.strip() == "keras-gan: error: interrupted"


@pytest.mark.tensorflow
def test_tensorflow_adds_nothing_to_an_error(entries, tmp_path):
    code = (
        "import pathlib, sys; from keras_gan import cli; from keras_gan.zoo import registry; "
        f"registry.folder = lambda: pathlib.Path({str(entries)!r}); "
        "cli.main(['generate', 'tiny_cgan', '--label', '3', '--out', 'folder'])"
    )
    environ = {"PYTHONPATH": str(ROOT), "KERAS_BACKEND": "tensorflow", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    expected = "keras-gan: error: --label must be a class of tiny_cgan, 0 to 2, got 3.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)
