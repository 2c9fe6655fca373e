"""A task that nobody has heard of: trained by a recipe, packed, listed, described, exported."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import ops

from keras_gan import cli, zoo
from keras_gan.game import Player
from keras_gan.tasks.task import Signature, Task, file_at
from keras_gan.zoo import pack, train
from keras_gan.zoo.workdir import read_log


@keras.saving.register_keras_serializable("tests")
class Gaussian(Task):
    """Vectors ~ N(mean, 1), with the mean of the data."""

    verb = "imagine"
    columns = ("vectors",)

    def __init__(self, width, seed=None, **kwargs):
        super().__init__(seed=seed, **kwargs)
        self.width = width
        self.mean = keras.layers.Dense(width, use_bias=False)
        self.mean.build((None, 1))
        adam = lambda: keras.optimizers.Adam(0.5)  # noqa: E731
        self.built = True
        self.players = [Player("mean", [self.mean], self.distance, adam)]

    def distance(self, vectors):
        return ops.mean(ops.square(vectors - self.mean(ops.ones((1, 1)))))

    def imagine(self, num):
        mean = ops.convert_to_numpy(self.mean(ops.ones((1, 1))))
        return mean + np.random.default_rng(0).normal(size=(num, self.width))

    def columns_of(self, source):
        images = source.images().astype("float32")
        return {"vectors": images.reshape(len(images), -1)[:, : self.width]}

    def preview(self, stem, columns):
        path = file_at(stem, ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savetxt(path, self.imagine(3), delimiter=",")
        return path

    def signatures(self):
        def deviate(vectors):
            return {"deviations": vectors - self.mean(ops.ones((1, 1)))}

        inputs = {"vectors": ((None, self.width), "float32")}
        return {"deviate": Signature(deviate, inputs)}

    @classmethod
    def usage(cls, name, arguments=None):
        return f"{super().usage(name)}\nvectors = model.imagine(5)"

    @classmethod
    def commands(cls, name, arguments=None):
        return [f"keras-gan info {name}"]

    def get_config(self):
        return {"width": self.width, "seed": self.seed, "name": self.name}


@keras.saving.register_keras_serializable("tests")
class InPhases(Gaussian):
    """A Gaussian that is trained in two phases, with an optimizer each."""

    def __init__(self, width, **kwargs):
        super().__init__(width, **kwargs)
        (player,), self.players = self.players, []
        fine = lambda: keras.optimizers.Adam(0.01)  # noqa: E731
        self.phases = {"coarse": [player], "fine": [replace(player, name="fine", optimizer=fine)]}


RECIPE = {
    "model": "tests>Gaussian",
    "arguments": {"width": 5},
    "dataset": "digits",
    "split": "test",
    "batch_size": 60,
    "epochs": 2,
    "seed": 0,
}
ENTRY = {
    "name": "gaussian",
    "title": "A Gaussian",
    "summary": "Vectors.",
    "paper": {"title": "Theoria motus", "authors": "Gauss", "year": 1809, "url": "https://x.y"},
    "notes": [],
    "recipe": RECIPE,
}


@pytest.fixture
def gaussian(entries, tmp_path):
    """The packed entry, and the trained model."""
    model = train.train(RECIPE, tmp_path / "run")
    folder = entries / "gaussian"
    folder.mkdir()
    (folder / "entry.json").write_text(json.dumps(ENTRY))
    pack.pack(folder, model, read_log(tmp_path / "run"))
    return folder, model


def test_it_trains_and_shows_its_work(tmp_path):
    model = train.train(RECIPE, tmp_path)
    assert [line["steps"] for line in read_log(tmp_path)] == [6, 6]
    assert {path.name for path in (tmp_path / "samples").iterdir()} == {"0001.csv", "0002.csv"}
    assert np.abs(model.mean.get_weights()[0]).max() > 1


def test_it_is_an_entry_like_the_others(gaussian, capsys):
    folder, model = gaussian
    assert {path.name for path in folder.iterdir()} == {
        "entry.json",
        "model.json",
        "model.weights.h5",
        "samples.csv",
    }
    loaded = zoo.load("gaussian")
    np.testing.assert_allclose(loaded.imagine(2), model.imagine(2), atol=1e-2)
    assert "12 steps of 60 examples" in str(zoo.card("gaussian"))
    with pytest.raises(SystemExit):
        cli.main(["list"])
    assert "gaussian" in capsys.readouterr().out


@pytest.fixture
def run(capsys):
    """Runs the command: exit code, stdout, stderr."""

    def run(*args):
        with pytest.raises(SystemExit) as stop:
            cli.main([*args])
        return stop.value.code or 0, *capsys.readouterr()

    return run


def test_the_command_line_describes_it_and_exports_it(gaussian, run, tmp_path):
    tf = pytest.importorskip("tensorflow")
    code, out, _ = run("info", "gaussian")
    assert code == 0 and out.startswith("gaussian: A Gaussian")
    for command, message in (
        (
            "generate",
            "is a Gaussian, which does not generate images. Try: keras-gan info gaussian.",
        ),
        ("evaluate", "There are no metrics for a Gaussian."),
    ):
        code, out, err = run(command, "gaussian")
        assert (code, out) == (2, "") and message in err and err.count("\n") == 1
    code, out, _ = run("export", "gaussian", str(tmp_path / "models"))
    assert (code, out) == (0, f"Written: {tmp_path}/models/gaussian/1\n")
    deviate = tf.saved_model.load(out.split()[1]).signatures["serving_default"]
    mean = zoo.load("gaussian").mean.get_weights()[0]
    (deviations,) = deviate(vectors=tf.constant(mean)).values()
    np.testing.assert_allclose(deviations, 0.0 * mean, atol=1e-6)
    assert run("export", "gaussian", str(tmp_path), "--format", "keras")[0] == 0
    assert (tmp_path / "gaussian.keras").is_file()


def test_a_recipe_names_a_task(tmp_path):
    with pytest.raises(ValueError, match=r"no model 'DCGAM'.*Did you mean DCGAN"):
        train.build({**RECIPE, "model": "DCGAM"})
    for name in ("tests>Gausian", "load_model"):
        with pytest.raises(ValueError, match="model"):
            train.build({**RECIPE, "model": name})


def test_a_recipe_runs_phases_and_resumes_in_each(tmp_path):
    phases = [{"name": "coarse", "epochs": 2}, {"name": "fine", "epochs": 2}]
    recipe = {**RECIPE, "model": "tests>InPhases", "epochs": 4, "phases": phases}
    with pytest.raises(ValueError, match="must name phases of tests>InPhases: coarse, fine"):
        train.train({**recipe, "phases": []}, tmp_path / "none")
    whole = train.train(recipe, tmp_path / "whole")
    for epochs in (1, 3, 4):
        cut = train.train(recipe, tmp_path / "cut", epochs=epochs)
    np.testing.assert_allclose(cut.mean.get_weights()[0], whole.mean.get_weights()[0], rtol=1e-5)
    for name in ("cut", "whole"):
        log = read_log(tmp_path / name)
        assert [line["steps_done"] for line in log] == [6, 12, 18, 24]
        assert ["fine_loss" in line for line in log] == [False, False, True, True]
