"""Options that several commands share, and the checks that are made before long work begins."""

import tempfile
from pathlib import Path
from typing import Any

import click

from keras_gan import zoo
from keras_gan.cli import console
from keras_gan.zoo.trained import is_pictures

# Numbers have upper bounds, beyond which they are mistakes that would take all memory, or days.
AT_LEAST_1 = click.IntRange(min=1, max=1_000_000)
AT_LEAST_2 = click.IntRange(min=2, max=1_000_000)
LENGTH = click.IntRange(min=1, max=10**9)  # of a training
SEED = click.IntRange(min=0, max=2**63 - 1)


class _Trained(click.ParamType):
    """An entry's name, a `.keras` file or the folder of a training, as the `zoo.Trained` that it names."""

    name = "model"

    def convert(self, value, param, context):
        return value if isinstance(value, zoo.Trained) else zoo.find(value)


trained = click.argument("trained", metavar="NAME|PATH", type=_Trained())
trained_or_none = click.argument("trained", metavar="[NAME|PATH]", type=_Trained(), required=False)
pictures = click.argument("pictures", nargs=-1, required=True, type=Path)
data = click.option(
    "--data", type=Path, help="Folder of data sets, or of the pictures to use instead."
)
features = click.option(
    "--features",
    metavar="NAME|PATH",
    help="Network whose features are compared: inception, or a classifier.  "
    "[default: the data set's classifier; inception for a folder of pictures]",
)
scale = click.option(
    "--scale",
    type=click.IntRange(min=1, max=64),
    help="Enlarge each pixel to a square of this side.  [default: such that a grid is about 1,000 pixels "
    "wide, a single image as it is]",
)
text = click.option("--text", help="Text of the images, for a model of texts.")
sound = click.option(
    "--sound", type=Path, help="WAV file with the sound of the images, for a model of sounds."
)
truncation = click.option(
    "--truncation",
    type=float,
    help="Smaller values give better and less diverse images: 0 to 1 for StyleGAN2, above 0 for BigGAN.",
)


def load(trained: zoo.Trained, task: str) -> Any:
    """A trained model, which must be one that a command is for.

    Args:
        trained: what `zoo.find` has found; weights that are not on this machine are downloaded, which a
            terminal shows by a progress bar.
        task: name of the task's class in `keras_gan.tasks`, as "Translation".

    Raises:
        ValueError: if its files are damaged, or its task is another one.
    """
    trained.fetch()
    with console.working(f"Loading {trained.given}"):
        from keras_gan import tasks

        model = trained.load()
    if not isinstance(model, getattr(tasks, task)):
        verb, kind = getattr(tasks, task).verb.split("_")[0], type(model).__name__
        others = model.commands(trained.given) or [f"keras-gan info {trained.given}"]
        raise ValueError(
            f"{trained.given} is a {kind}, which does not {verb} images. Try: {', '.join(others)}."
        )
    return model


def check_folder(option: str, folder: Path | None):
    """Raises a ValueError if an option's folder was given and is none."""
    if folder is not None and not folder.is_dir():
        raise ValueError(f"{option} must be a folder, got {folder}.")


def pictures_or_sets(
    folder: Path | None, trained: zoo.Trained | None
) -> tuple[Path | None, Path | None]:
    """The value of --data as (folder of pictures, folder of data sets), of which one is None.

    It is a folder of data sets if it holds that of the model's recipe, or no pictures.

    Raises:
        ValueError: if it is no folder.
    """
    check_folder("--data", folder)
    if folder is None:
        return None, None
    from keras_gan.data import DATASETS, local

    known = trained and trained.recipe and DATASETS.get(trained.recipe.dataset)
    if is_pictures(folder) and not (known and local.holds(folder, known)):
        return folder, None
    return None, folder


def check_suffix(out: Path, suffix: str) -> Path:
    """The value of --out; a ValueError if it is not a file with that suffix."""
    if out.suffix.lower() != suffix or out.is_dir():
        raise ValueError(f"--out must be a {suffix} file, got {out}.")
    return out


def check_writable(path: Path):
    """Raises an OSError, and leaves nothing, if `path` cannot be written."""
    try:
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror}.") from error


def files_of(pictures: tuple[Path, ...]) -> dict[Path, str]:
    """Picture files, each with its name below the folder that stands for it.

    Args:
        pictures: files, and folders, which stand for all pictures below them.

    Raises:
        ValueError: if a path does not exist or a folder holds no pictures.
    """
    from keras_gan.modalities.images import files_in

    names = {}
    for path in pictures:
        if not path.exists():
            raise ValueError(f"{path} does not exist.")
        found = files_in(path) if path.is_dir() else {path.name: path}
        if not found:
            raise ValueError(f"{path} holds no pictures.")
        names |= {file: name for name, file in found.items()}
    return names


def file_jobs(pictures: tuple[Path, ...], out: Path) -> dict[Path, Path]:
    """Each picture file, mapped to the file in `out` that its result is written to.

    Args:
        pictures: files, and folders, which stand for all pictures below them.
        out: folder of the results; names and sub-folders are kept.

    Raises:
        ValueError: if a path does not exist or a folder holds no pictures, or a result would overwrite a
            picture or another result.
    """
    jobs = {file: out / name for file, name in files_of(pictures).items()}
    read, written = ([path.resolve() for path in paths] for paths in (jobs, jobs.values()))
    if overwritten := set(read) & set(written):
        raise ValueError(f"--out would overwrite the picture {min(overwritten)}.")
    if twice := {path for path in written if written.count(path) > 1}:
        raise ValueError(f"Two pictures would both be written to {min(twice)}.")
    return jobs
