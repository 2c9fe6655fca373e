"""The folder of a training knows what is trained in it, and by whom."""

import subprocess
import sys

import numpy as np
import pytest
from msgspec.structs import replace

from keras_gan.zoo.recipe import Recipe
from keras_gan.zoo.workdir import Workdir, fingerprint

RECIPE = Recipe.parse(
    {
        "model": "DCGAN",
        "arguments": {"ema": 0.9, "penalties": ["r1"]},
        "optimizers": {"generator": {"class_name": "Adam", "config": {"learning_rate": 0.1}}},
        "dataset": "digits",
        "split": "train",
        "batch_size": 36,
        "epochs": 3,
        "seed": 0,
    }
)
PHASES = replace(
    RECIPE,
    phases=Recipe.parse(
        {
            "model": "A",
            "dataset": "a",
            "split": "train",
            "batch_size": 1,
            "epochs": 3,
            "seed": 0,
            "phases": [{"name": "a", "epochs": 1}, {"name": "b", "epochs": 2}],
        }
    ).phases,
)
COLUMNS = {"images": np.arange(12, dtype=np.uint8).reshape(3, 2, 2, 1)}


@pytest.fixture
def folder(tmp_path):
    """The folder of a training with a checkpoint."""
    import zipfile

    folder = Workdir(tmp_path / "mine")
    with folder.locked():
        folder.describe(RECIPE, COLUMNS)
        zipfile.ZipFile(folder.checkpoint, "w").close()
    return folder


def test_the_same_training_goes_on_also_for_longer(folder):
    assert folder.recipe() == RECIPE
    for same in (RECIPE, replace(RECIPE, epochs=10, steps_per_execution=5, dataset="/moved")):
        folder.check_recipe(same)
    folder.check_data(COLUMNS)


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"model": "GAN"}, 'its model was "DCGAN" and is to be "GAN"'),
        ({"batch_size": 50}, "its batch_size was 36 and is to be 50"),
        ({"start": "dcgan_mnist"}, 'its from was the default and is to be "dcgan_mnist"'),
        (
            {"arguments": {"ema": 0.9}},
            r'its arguments.penalties was \["r1"\] and is to be the default',
        ),
        (
            {"optimizers": {"generator": {"class_name": "Adam", "config": {"learning_rate": 1.0}}}},
            "its optimizers.generator.config.learning_rate was 0.1 and is to be 1.0",
        ),
    ],
)
def test_another_recipe_is_refused_with_what_differs(folder, changes, difference):
    with pytest.raises(ValueError, match=rf"mine holds another training: {difference}\. To begin"):
        folder.check_recipe(replace(RECIPE, **changes))


def test_the_last_phase_may_end_later_and_no_other(folder):
    folder.describe(PHASES, COLUMNS)
    first, last = PHASES.phases
    longer = replace(PHASES, phases=(first, replace(last, epochs=9)), epochs=10)
    folder.check_recipe(longer)
    with pytest.raises(ValueError, match="another training: its phases"):
        shifted = replace(PHASES, phases=(replace(first, epochs=2), replace(last, epochs=1)))
        folder.check_recipe(shifted)


def test_other_data_are_refused(folder):
    with pytest.raises(ValueError, match=r"the images differ \(2 now, 3 then\)\. To begin anew"):
        folder.check_data({"images": COLUMNS["images"][:2]})
    with pytest.raises(ValueError, match=r"the images differ \(3 each time\)"):
        folder.check_data({"images": COLUMNS["images"][::-1]})
    with pytest.raises(ValueError, match="the images differ"):
        folder.check_data({"images": COLUMNS["images"].reshape(3, 4, 1, 1)})
    assert fingerprint({"a": COLUMNS["images"][::-1]}) == fingerprint(
        {"a": COLUMNS["images"][::-1].copy()}
    )


def test_a_checkpoint_of_nobody_is_refused(folder):
    (folder.path / "training.json").write_text("{")
    with pytest.raises(ValueError, match=r"training\.json is damaged: .*To begin anew"):
        folder.check_recipe(RECIPE)
    (folder.path / "training.json").unlink()
    with pytest.raises(ValueError, match=r"mine lacks training\.json"):
        folder.check_recipe(RECIPE)
    folder.checkpoint.unlink()
    folder.check_recipe(RECIPE)  # There is nothing to continue.


def test_a_folder_has_one_process_and_loses_a_dead_one(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    assert fcntl
    code = (
        "import sys, time; from keras_gan.zoo.workdir import Workdir\n"
        "with Workdir(sys.argv[1]).locked():\n    print('locked', flush=True); time.sleep(600)"
    )
    folder = Workdir(tmp_path / "mine")
    other = subprocess.Popen([sys.executable, "-c", code, folder.path], stdout=subprocess.PIPE)
    other.stdout.readline()
    with pytest.raises(ValueError, match=r"Another process is training in .*mine"), folder.locked():
        pass
    other.kill()
    other.wait()
    with folder.locked():
        assert folder.path.is_dir()
    assert not folder.path.exists()  # Nothing came of it.
