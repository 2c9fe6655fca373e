"""`keras-gan evaluate` prints and writes the report of `evaluation.evaluate`."""

import json
from pathlib import Path

from PIL import Image

from keras_gan import data, evaluation


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


def test_evaluate_folders(run, entries, tmp_path):
    images, _ = data.arrays("digits", "test", image_size=28)
    for index, image in enumerate(images[:80]):
        folder = tmp_path / "cwd" / ("a" if index < 40 else "b")
        folder.mkdir(exist_ok=True)
        Image.fromarray(image[..., 0]).save(folder / f"{index:02}.png")
    options = ("--features", "tiny_classifier", "--metrics", "fid")
    code, out, err = run("evaluate", "a", "b", *options)
    assert code == 0, err
    assert out.startswith("a and b\n") and "fid[tiny_classifier,40/40]" in out
    assert run("evaluate", "a", "--data", "b", *options)[1] == out
    code, out, err = run("evaluate", "tiny_dcgan", "--data", "b", "--num", 40, *options)
    assert code == 0 and out.startswith("tiny_dcgan and b\n"), err
    assert run("evaluate", "tiny_dcgan", "b", "--num", 40, *options)[1] == out
    code, _, err = run("evaluate", "a", *options)
    assert code == 2 and "dataset must be given for the pictures in a" in err
    code, _, err = run("evaluate", "a", "b", "--size", 30, *options)
    assert (
        code == 2 and "images (n, 28, 28, 1), got (40, 30, 30, 3)" in err and err.count("\n") == 1
    )
    code, _, err = run("evaluate", "a", "b")
    assert code == 2 and "--features" not in err and "weights of Inception" in err
