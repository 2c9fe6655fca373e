"""`keras-gan evaluate` prints and writes the report of `evaluation.evaluate`."""

import json
from pathlib import Path

from keras_gan import evaluation


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
