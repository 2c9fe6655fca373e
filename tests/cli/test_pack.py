"""`keras-gan pack` makes an entry of a training, which all commands take by its name."""

import zipfile

import pytest

from keras_gan import evaluation, files, zoo


def test_pack_makes_an_entry_with_metrics_and_a_file(run, entries, training, tmp_path):
    args = ("pack", training, "--name", "mine", "--metrics", "fid", "--num", 50)
    code, out, err = run(*args, "--out", "mine.zip")
    assert code == 0, err
    folder, path = tmp_path / "home" / "zoo" / "mine", tmp_path / "cwd" / "mine.zip"
    assert out.splitlines() == [
        f"Packed: {folder}",
        f"Written: mine.zip (sha256 {files.checksum(path)})",
        "",
        "What now:",
        "  keras-gan info mine",
        "  keras-gan generate mine",
        "  keras-gan export mine models",
    ]
    card = zoo.card("mine")
    (metric,) = card.metrics.values()
    expected = evaluation.evaluate("mine", metrics=["fid"], num=50).metrics[0]
    assert metric.name == expected.name == "fid[tiny_classifier,50/360]"
    assert metric.value == pytest.approx(expected.value, rel=1e-4)
    assert "mine " in run("list")[1] and run("info", "mine")[1] == f"{card}\n"
    assert run("generate", "mine", "--num", 1)[0] == 0
    with zipfile.ZipFile(path) as file:
        assert "mine/samples.png" in file.namelist()
    code, _, err = run(*args)
    assert code == 2 and f"There is an entry mine already: {folder}" in err


def test_pack_without_a_feature_network_says_why_there_are_no_metrics(
    run, entries, training, tmp_path
):
    assert run("generate", "tiny_dcgan", "--num", 20, "--out", "photos")[0] == 0
    code, out, err = run("pack", training, "--name", "mine", "--data", "photos")
    assert code == 0 and out.startswith("Packed: ")
    assert err.startswith(
        "keras-gan: warning: The entry has no metrics. There are no weights of Inc"
    )
    assert err.count("\n") == 1 and not zoo.card("mine").metrics
    assert zoo.card("mine").data.title == "photos"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("tiny_dcgan", "--name", "mine"), "no folder of a training that has finished an epoch"),
        (("tiny_dcgan",), "Missing option '--name'"),
        (("tiny_dcgan", "--name", "a.b"), "name must consist of letters"),
        (("tiny_dcgan", "--name", "tiny_cgan"), "There is an entry tiny_cgan already"),
        (("tiny_dcgan", "--name", "mine", "--out", "x.zip"), "--out must be called mine.zip"),
        (("tiny_dcgan", "--name", "mine", "--data", "nowhere"), "--data must be a folder"),
    ],
)
def test_pack_refuses_in_one_line(run, entries, tmp_path, args, message):
    code, out, err = run("pack", *args)
    assert (code, out) == (2, "") and message in err and err.count("\n") == 1
    assert not list((tmp_path / "cwd").iterdir()) and not (tmp_path / "home" / "zoo").exists()
