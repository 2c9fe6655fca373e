"""Data sets in local files: where they are looked for, and how their layouts are read."""

import csv
import gzip
import lzma
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from keras_gan.data.catalogue import DATASETS, DatasetInfo
from keras_gan.data.pictures import Pictures
from keras_gan.modalities.images import is_image_file

Files = Mapping[str, Path | bytes]


@dataclass(frozen=True)
class Split:
    """One split of a data set.

    Attributes:
        domains: the pictures; two entries for two domains A and B.
        labels: int32 class ids, one for each picture, or None.
        aligned: whether the pictures of A and B with the same index belong together.
    """

    domains: tuple[Pictures, ...]
    labels: np.ndarray | None = None
    aligned: bool = True


def find(info: DatasetInfo, split: str, data_dir: str | os.PathLike | None) -> Split | None:
    """Reads a split from local files.

    Args:
        info: the data set.
        split: the name of the split; for two domains also that of one domain's ("trainA").
        data_dir: the folder that holds the data set's own (or that one itself); the folder that the
            environment variable KERAS_GAN_DATA names, if any, when None.

    Returns:
        The split, or None if there are no local files of the data set.

    Raises:
        ValueError: if the split does not exist, `data_dir` is no folder, or the files are not as they
            should be.
    """
    if split not in info.split_names:
        known = ", ".join(info.split_names)
        raise ValueError(f"{info.name} has the splits {known}; there is no {split!r}.")
    if info.name == "digits":
        return _digits(split)
    layout = _LAYOUTS[info.name]
    folders = [*_given_folders(data_dir), *map(Path, layout.elsewhere)]
    for folder in folders:
        for place in layout.places:
            files = _files(folder.expanduser(), place)
            if files:
                try:
                    if layout.table:
                        files |= {layout.table: _beside(folder.expanduser(), layout.table)}
                    return layout.read(files, split)
                except ValueError as error:
                    raise ValueError(f"{info.name} in {folder}: {error}") from error
    return None


def _tree(folder):
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in paths}


def _given_folders(data_dir):
    folder = data_dir or os.environ.get("KERAS_GAN_DATA")
    if not folder:
        return []
    if not Path(folder).expanduser().is_dir():
        said = "data_dir" if data_dir else "the environment variable KERAS_GAN_DATA"
        raise ValueError(f"{said} must name a folder, got {str(folder)!r}.")
    return [Path(folder)]


def _files(folder, place) -> Files | None:
    """The files of a data set: a file, a folder or an archive named `place` in `folder`, or `folder`."""
    path = folder / place
    if folder.name == place and not path.exists():
        path = folder
    if path.is_file():
        return {path.name: path}
    if path.is_dir():
        return _tree(path)
    for archive in sorted(folder.glob(f"{place}.t*")):
        if archive.suffixes[-1] in (".tar", ".tgz", ".txz") or ".tar" in archive.suffixes:
            return _members(archive, place)
    return None


def _beside(folder, name):
    """A file in the folder of data sets, which is `folder` or, if that is the data set's own, its parent."""
    for path in (folder / name, folder.parent / name):
        if path.is_file():
            return path
    raise ValueError(f"there is no {name} beside the pictures.")


def _members(archive, place):
    files = {}
    try:
        with tarfile.open(archive) as members:
            for member in members:
                if member.isfile():
                    name = member.name.removeprefix("./").removeprefix(f"{place}/")
                    files[name] = members.extractfile(member).read()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        raise ValueError(f"Cannot read the archive {archive}: {error}") from error
    return files


def _digits(split):
    with resources.files(__package__).joinpath("digits.npz").open("rb") as file:
        arrays = dict(np.load(file, allow_pickle=False))
    part = slice(0, 1437) if split == "train" else slice(1437, None)
    return _labelled(arrays["images"][part, ..., None], arrays["labels"][part])


def _mnist(files, split):
    (path,) = files.values()
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return _labelled(arrays[f"x_{split}"][..., None], arrays[f"y_{split}"])
    except (
        KeyError,
        ValueError,
        EOFError,
        MemoryError,
        OSError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise ValueError(f"the arrays are not as Keras has them: {error}") from error


def _idx_pair(files, split):
    stem = "train" if split == "train" else "t10k"
    images, labels = (f"{stem}-images-idx3-ubyte.gz", f"{stem}-labels-idx1-ubyte.gz")
    for name in (images, labels):
        if name not in files:
            raise ValueError(f"there is no {name}, which the split {split!r} needs.")
    return _labelled(_idx(files[images], 3)[..., None], _idx(files[labels], 1))


def _sneakers_and_boots(files, split):
    whole, info = _idx_pair(files, split.rstrip("AB")), DATASETS["sneaker2boot"]
    images, classes = whole.domains[0].sources, DATASETS["fashion_mnist"].classes
    domains = info.domains["AB".index(split[-1]) :][:1] if split[-1] in "AB" else info.domains
    chosen = [images[whole.labels == classes.index(domain)] for domain in domains]
    return Split(tuple(Pictures(part, 1) for part in chosen), aligned=False)


def _idx(path, rank):
    """An idx file of bytes: 0, 0, type 8, rank, the big-endian sizes, then the data."""
    try:
        with gzip.open(path) as file:
            data = file.read()
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"cannot read {path.name}: {error}") from error
    shape = np.frombuffer(data[4 : 4 + 4 * rank], ">u4")
    if data[:4] != bytes((0, 0, 8, rank)) or len(data) != 4 + 4 * rank + np.prod(
        shape, dtype=np.int64
    ):
        raise ValueError(
            f"{path.name} is not an idx file of {rank}-dimensional bytes, or was cut short."
        )
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def _labelled(images, labels):
    if images.dtype != np.uint8 or images.ndim != 4 or len(images) != len(labels):
        raise ValueError(
            f"images must be uint8 (n, height, width), one for each label, got {images.dtype} "
            f"{images.shape[:-1]} and {len(labels)} labels"
        )
    return Split((Pictures(images, images.shape[-1]),), labels.astype(np.int32))


def by_class(files: Files, classes: Sequence[str] = ()) -> tuple[Split, Sequence[str]]:
    """Pictures in class folders.

    Args:
        files: the pictures; the first folder in a name is the class.
        classes: the classes 0, 1, ...; the folders there are, sorted, if empty.

    Returns:
        The split, and the classes.

    Raises:
        ValueError: if a picture lies in no folder or in that of another class.
    """
    folders = [name.split("/")[0] if "/" in name else None for name in files]
    if None in folders:
        loose = list(files)[folders.index(None)]
        raise ValueError(f"{loose} lies in no class folder: a label is the name of a sub-folder.")
    classes = classes or sorted(set(folders))
    if unknown := sorted(set(folders) - set(classes)):
        raise ValueError(f"{', '.join(unknown)} is no class; there are {', '.join(classes)}.")
    ids = {name: index for index, name in enumerate(classes)}
    return Split(
        (_pictures(files),), np.array([ids[folder] for folder in folders], np.int32)
    ), classes


def _cifar10(files, split):
    return by_class(_below(files, split), DATASETS["cifar10"].classes)[0]


def _flat(files, split):
    ids = {}
    for name in filter(is_image_file, files):
        stem = Path(name).stem
        if not stem.isdecimal():
            raise ValueError(
                f"anime-faces-64 holds pictures named ID.jpg, ID a number; got {name}."
            )
        ids[name] = int(stem)
    chosen = [
        name for name in sorted(ids, key=ids.get) if (ids[name] % 10 == 0) == (split == "test")
    ]
    return Split((_pictures({name: files[name] for name in chosen}),))


def _hair(files, split):
    """The tagged ones of the anime faces, labeled with the color of the hair."""
    name, classes = "anime-faces-tags.csv", DATASETS["anime_hair"].classes
    with files.pop(name).open(newline="", encoding="utf-8") as file:
        colors = {row.get("id"): row.get("hair") for row in csv.DictReader(file)}
    if unknown := sorted({str(color) for color in colors.values()} - set(classes)):
        raise ValueError(
            f"{name} must hold a column 'hair' with {', '.join(classes)}; got {', '.join(unknown)}."
        )
    faces = {name: file for name, file in files.items() if Path(name).stem in colors}
    (pictures,) = _flat(faces, split).domains
    labels = [classes.index(colors[Path(name).stem]) for name in pictures.names]
    return Split((pictures,), np.array(labels, np.int32))


def _domains(files, split):
    wanted = [split] if split[-1] in "AB" else [split + "A", split + "B"]
    return Split(tuple(_pictures(_below(files, name)) for name in wanted), aligned=False)


def _by_domain(files, split):
    """Pictures of both domains, labeled with theirs."""
    folders = (f"{split}A", f"{split}B")
    parts = [(folder, _below(files, folder)) for folder in folders]
    labeled = {f"{folder}/{name}": file for folder, part in parts for name, file in part.items()}
    return by_class(labeled, folders)[0]


def domains(files: Files, split: str, paired: bool) -> Split:
    """Pictures of two domains, in the folders SPLITA and SPLITB.

    Args:
        files: the pictures; the first folder in a name is the domain's.
        split: "train", say.
        paired: whether pictures of the same name, but for its ending, are pairs.

    Raises:
        ValueError: if a domain is empty, or a picture of a pair has no partner.
    """
    parts = [_below(files, split + domain) for domain in "AB"]
    if paired:
        stems = [{_stem(name) for name in part} for part in parts]
        if alone := sorted(stems[0] ^ stems[1]):
            raise ValueError(
                f"{alone[0]} has no partner of the same name in the other domain ({len(alone)} have none): "
                f"the pictures of {split}A and {split}B are not pairs."
            )
        parts = [{name: part[name] for name in sorted(part, key=_stem)} for part in parts]
    return Split(tuple(_pictures(part) for part in parts), aligned=paired)


def _stem(name):
    """The name of a picture without its ending."""
    return str(Path(name).with_suffix(""))


def _side_by_side(files, split):
    return Split(tuple(_halves(files, split, (half,)) for half in (0, 1)))


def _by_half(files, split):
    """Both halves of the pictures, labeled with their side."""
    pictures = _halves(files, split, (0, 1))
    return Split((pictures,), np.array(pictures.halves, np.int32))


def _halves(files, split, halves):
    """The left halves (0) of all pictures of a split, the right ones (1), or one after the other."""
    whole = _pictures(_below(files, split))
    sources, names = (list(each) * len(halves) for each in (whole.sources, whole.names))
    return Pictures(sources, 3, [half for half in halves for _ in whole.sources], names)


def _below(files, folder):
    """The pictures in a folder of a data set, in order."""
    names = sorted(name for name in files if name.startswith(f"{folder}/") and is_image_file(name))
    if not names:
        raise ValueError(f"there are no pictures in {folder}/.")
    return {name.removeprefix(f"{folder}/"): files[name] for name in names}


def _pictures(files):
    return Pictures(
        list(files.values()), 3, names=[_label(name, file) for name, file in files.items()]
    )


def _label(name, file):
    return str(file) if isinstance(file, Path) else name


@dataclass(frozen=True)
class _Layout:
    """Names of the file, folder or archive, how it is read, and what else to look for.

    Attributes:
        elsewhere: further folders to look in.
        table: name of a file with labels, beside the folder or archive.
    """

    places: tuple[str, ...]
    read: Callable[[Files, str], Split]
    elsewhere: tuple[str, ...] = ()
    table: str = ""


_LAYOUTS = {
    "mnist": _Layout(("mnist.npz",), _mnist, ("~/.keras/datasets",)),
    "fashion_mnist": _Layout(
        ("fashion-mnist",), _idx_pair, ("~/.keras/datasets", "/usr/share/datasets")
    ),
    "sneaker2boot": _Layout(
        ("fashion-mnist",), _sneakers_and_boots, ("~/.keras/datasets", "/usr/share/datasets")
    ),
    "cifar10": _Layout(("cifar10", "cifar10-jpeg"), _cifar10),
    "anime_faces": _Layout(("anime-faces-64",), _flat),
    "anime_hair": _Layout(("anime-faces-64",), _hair, table="anime-faces-tags.csv"),
    "horse2zebra": _Layout(("horse2zebra",), _domains),
    "horse_or_zebra": _Layout(("horse2zebra",), _by_domain),
    "maps": _Layout(("maps",), _side_by_side),
    "aerial_or_map": _Layout(("maps",), _by_half),
}
