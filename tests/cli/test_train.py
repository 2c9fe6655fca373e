"""`keras-gan train` runs recipes of entries and of files."""

import json
import os
import re
import signal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from keras_gan import load_model, zoo
from keras_gan.zoo.recipe import Recipe


@pytest.fixture
def planned(run, monkeypatch):
    """Runs `keras-gan train` up to the training: its recipe and its folder."""
    training = pytest.importorskip("keras_gan.zoo.train")
    seen = {}

    def opened(recipe, workdir, **options):
        seen.update(recipe=recipe, folder=str(workdir), options=options)
        raise ValueError("seen")

    def planned(*args):
        with monkeypatch.context() as patch:
            patch.setattr(training, "opened", opened)
            code, out, err = run("train", *args)
        assert (code, out, err) == (2, "", "keras-gan: error: seen\n"), err
        return seen["recipe"], seen["folder"], seen["options"]

    return planned


@pytest.fixture
def digits(tmp_path):
    """A folder of gray pictures in two class folders."""
    from PIL import Image

    from keras_gan import data

    folder = tmp_path / "digits"
    images, labels = data.arrays("digits", "test")
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        if label < 2:
            path = folder / ("zero", "one")[label] / f"{index}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image[..., 0]).save(path)
    return folder


@pytest.mark.parametrize("kind", ["name", "recipe", "entry"])
def test_train_runs_the_recipe(planned, entries, tmp_path, kind):
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
    seen, folder, read = planned(source, "--data", tmp_path, *options)
    name = {"name": "tiny_dcgan", "recipe": "mine", "entry": "entry"}[kind]
    assert seen == replace(recipe, start=start) and folder == f"{name}-training"
    assert read == {"data_dir": tmp_path, "skip_unreadable": False}


def test_options_change_the_recipe(planned, entries):
    recipe, folder, _ = planned(
        *("tiny_dcgan", "--seed", 7, "--batch-size", 9, "--images", 3000, "--out", "o"),
        *("--learning-rate", 0.5, "--size", "32"),
    )
    assert (recipe.seed, recipe.batch_size, folder) == (7, 9, "o")
    assert recipe.epochs == 3  # of 1,437 digits
    rates = [each["config"]["learning_rate"] for each in recipe.optimizers.values()]
    assert rates == [0.5, 0.5]
    assert recipe.image_size == (32, 32)
    assert recipe.arguments["image_shape"][:2] == [32, 32]


def test_a_model_is_trained_by_name_on_gray_pictures(planned, digits, run):
    recipe, folder, _ = planned("DCGAN", "--pictures", digits, "--size", "28")
    assert (recipe.model, folder) == ("DCGAN", "DCGAN-training")
    assert recipe.arguments["image_shape"] == [28, 28, 1]
    assert recipe.dataset == str(digits)
    recipe = planned("CGAN", "--pictures", digits)[0]
    assert recipe.arguments["class_names"] == ["one", "zero"]
    recipe = planned("StarGAN", "--pictures", digits, "--size", "16")[0]
    assert recipe.arguments == {"image_shape": [16, 16, 1], "domains": ["one", "zero"]}
    code, _, err = run("train", "DCGAN")
    assert code == 2 and "DCGAN is a model: give --pictures DIR, or train an entry of it: " in err
    for options in ((), ("--pictures", digits)):
        code, _, err = run("train", "DCGAM", *options)
        assert code == 2 and err.count("\n") == 1
        assert "There is no entry or model 'DCGAM'. Did you mean DCGAN" in err


def test_sizes_that_are_none_are_refused(run, entries):
    for size in ("0", "64x", "3x4x5", "1000000", "a"):
        code, _, err = run("train", "tiny_dcgan", "--size", size)
        assert code == 2 and err.count("\n") == 1 and "4 to 4096 pixels" in err


def test_a_training_says_what_it_does_goes_on_and_refuses_another(run, digits, monkeypatch):
    pytest.importorskip("keras")
    monkeypatch.setenv("KERAS_GAN_HOME", "home")
    command = "train", "CGAN", "--pictures", digits, "--size", "8", "--batch-size", "8"
    command += "--images", "60", "--out", "mine"
    code, out, err = run(*command, "--tensorboard")
    assert code == 0, err
    assert len([*Path("mine/tensorboard").glob("events.out.tfevents.*")]) == 1
    assert "Images     71 of 8x8 pixels, gray" in err
    assert "Classes    one 36, zero 35" in err
    assert "Training   1 epochs of 8 steps: 64 images, 8 in a batch" in err
    assert re.search(r"Disk       \d+ MB in mine, and a sheet", err)
    assert re.search(r"Epoch 1/1: discriminator \S+, generator \S+", err)
    assert out.startswith("Written: mine/checkpoint.keras\n\nWhat now:\n")
    for line in ("generate mine", "export mine models", "train mine --epochs 2"):
        assert f"  keras-gan {line}\n" in out
    assert "evaluate" not in out  # which requires Inception's weights, or a classifier of digits
    written = [path for path in Path("mine").rglob("*") if "tensorboard" not in path.parts]
    assert sorted(path.name for path in written) == [
        *("0001.png", "checkpoint.keras", "log.jsonl", "samples", "training.json"),
    ]
    model = load_model("mine/checkpoint.keras")
    assert model.class_names == ["one", "zero"]

    code, out, _ = run("train", "mine")
    assert code == 0 and out.startswith("Finished already, after 1 epochs: mine/checkpoint.keras")
    code, out, err = run("train", "mine", "--epochs", 2)
    assert code == 0 and "going on after step 8" in err and "Epoch 2/2" in err

    code, out, err = run(*command, "--seed", "3")
    assert (code, out) == (2, "") and err.count("\n") == 1
    assert "mine holds another training: its seed was 0 and is to be 3. To begin anew" in err
    next(digits.glob("one/*")).unlink()
    code, out, err = run("train", "mine", "--epochs", 3)
    assert code == 2 and "the images differ (70 now, 71 then)" in err
    (digits / "two").mkdir()
    code, out, err = run("train", "mine", "--epochs", 3)
    assert code == 2 and "class folder two holds no pictures" in err


def test_a_training_of_some_minutes_stops_and_goes_on(run, digits):
    pytest.importorskip("keras")
    command = "train", "GAN", "--pictures", digits, "--size", "8", "--batch-size", "8", "--out", "o"
    code, _, err = run(*command, "--minutes", 0.001)
    assert code == 0, err
    assert "Training   0.001 minutes, in epochs of" in err
    assert [path.name for path in Path("o/samples").iterdir()] == ["0001.png"]
    model = load_model("o/checkpoint.keras")
    assert int(model.steps) == 1  # the step that was running
    code, _, err = run("train", "o", "--minutes", 0.001)
    assert code == 0 and int(load_model("o/checkpoint.keras").steps) == 2


@pytest.mark.slow
def test_a_training_that_diverges_says_so_and_fails(run, digits, monkeypatch):
    pytest.importorskip("keras")
    monkeypatch.setattr("keras_gan.game.guard.ALLOWED", -1)  # as if there had been one too many
    command = "train", "GAN", "--pictures", digits, "--size", "8", "--batch-size", "8", "--out", "o"
    code, out, err = run(*command)
    assert code == 1 and out == "Written: o/checkpoint.keras\n"
    assert "warning: Training stopped: the" in err and "smaller learning rate" in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_training_that_is_stopped_says_how_to_go_on(run, digits, monkeypatch, number, code):
    training = pytest.importorskip("keras_gan.cli.training")
    monkeypatch.setattr(
        training.Progress, "on_train_batch_end", lambda *_, **__: os.kill(os.getpid(), number)
    )
    command = "train", "GAN", "--pictures", digits, "--size", "8", "--batch-size", "8", "--out", "o"
    stopped, out, err = run(*command)
    assert (stopped, out) == (code, "")
    assert err.endswith("Stopped after step 1. To go on: keras-gan train o\n")
    assert int(load_model("o/checkpoint.keras").steps) == 1


def test_the_recipe_of_an_entry_is_printed_to_be_edited(run, entries, planned):
    code, out, _ = run("recipe", "tiny_dcgan")
    assert code == 0 and Recipe.parse(json.loads(out)) == zoo.card("tiny_dcgan").recipe
    Path("mine.json").write_text(out)
    assert planned("mine.json")[0] == zoo.card("tiny_dcgan").recipe


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
    last = err.splitlines()[-1]
    assert re.fullmatch(r"keras-gan: error: .*too large: '.*/checkpoint\.keras'", last)
    assert (folder / "checkpoint.keras").read_bytes() == before
    assert set(folder.rglob("*")) - set(files) <= {folder / "samples" / "0002.png"}
    assert int(load_model(folder / "checkpoint.keras").steps) == 3


@pytest.mark.slow
@pytest.mark.both
def test_train_by_a_strategy(run, entries, monkeypatch):
    keras, training = pytest.importorskip("keras"), pytest.importorskip("keras_gan.zoo.train")
    under_tensorflow = keras.backend.backend() == "tensorflow"
    seen = []

    def opened(*args, **options):
        if under_tensorflow:
            from tensorflow import distribute

            seen.append(type(distribute.get_strategy()).__name__)
        else:
            seen.append(type(keras.distribution.distribution()).__name__)
        raise ValueError("seen")

    monkeypatch.setattr(training, "opened", opened)
    own, others = "mirrored", "data_parallel"
    if not under_tensorflow:
        own, others = others, own
    assert "seen" in run("train", "tiny_dcgan", "--strategy", own)[2]
    assert seen == ["MirroredStrategy" if under_tensorflow else "DataParallel"]
    code, _, err = run("train", "tiny_dcgan", "--strategy", others)
    assert code == 2 and err.count("\n") == 1
    assert f"strategy must be {own}" in err and f"got '{others}'" in err


@pytest.mark.slow
def test_few_pictures_of_unequal_domains_and_rectangles_train_a_translator(run, tmp_path):
    pytest.importorskip("keras")
    from PIL import Image

    for name, count in (("trainA", 2), ("trainB", 5)):
        for index in range(count):
            path = tmp_path / "seasons" / name / f"{index}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40 + index, 30), (0, 50 * index, 90)).save(path)
    recipe = {
        "model": "CycleGAN",
        "arguments": {"image_shape": [32, 48, 3], "pool_size": 4},
        "networks": {
            **{f"generator_{way}": ["resnet.generator", {"width": 2}] for way in ("ab", "ba")},
            **{f"discriminator_{each}": ["patchgan.discriminator", {"width": 2}] for each in "ab"},
        },
        **{"dataset": "horse2zebra", "split": "train", "batch_size": 1, "epochs": 1, "seed": 0},
    }
    for way in ("ab", "ba"):
        recipe["networks"][f"generator_{way}"][1]["blocks"] = 1
    Path("mine.json").write_text(json.dumps(recipe))
    code, out, err = run("train", "mine.json", "--pictures", tmp_path / "seasons")
    assert code == 0, err
    assert "Images_a   2 of 48x32 pixels, RGB\nImages_b   5 of 48x32 pixels, RGB" in err
    assert "Training   1 epochs of 5 steps: 5 images" in err
    with Image.open("mine-training/samples/0001.png") as sheet:
        # As many of each domain: two columns of two pictures and their translations.
        assert sheet.width * (4 * 34 + 2) == sheet.height * (2 * 50 + 2)
    assert "  keras-gan translate mine-training photo.jpg --out translated\n" in out
    weights = str(Path("mine-training").resolve())
    command = "train", "mine.json", "--pictures", tmp_path / "seasons", "--from", weights
    code, out, err = run(*command, "--size", "40", "--out", "larger")
    assert code == 0, err
    assert f"from {weights}" in err and "of 40x40 pixels" in err


def test_class_folders_are_the_domains_of_a_translation(run, digits):
    command = "train", "StarGAN", "--pictures", digits, "--size", "8", "--batch-size", "4"
    code, out, err = run(*command, "--images", "80", "--out", "mine")
    assert code == 0, err
    assert "Classes    one 36, zero 35" in err
    assert "translate mine photo.jpg --to" in out
    code, out, err = run("translate", "mine", digits / "one", "--to", "zero", "--out", "zeros")
    assert (code, out) == (0, "Written: zeros (36 of 36 pictures)\n"), err
