"""Small gray pictures: digits, MNIST, Fashion-MNIST."""

import gzip
import zipfile
import zlib
from importlib import resources

import numpy as np

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.pictures import Pictures, Split
from keras_gan.data.readers import labeled

NUMERALS = tuple("0123456789")
_LARGEST = 2**28  # bytes of an array when it is unpacked; MNIST's has 47 million


def _digits(files, split):
    with resources.files("keras_gan.data").joinpath("digits.npz").open("rb") as file:
        arrays = dict(np.load(file, allow_pickle=False))
    part = slice(0, 1437) if split == "train" else slice(1437, None)
    return labeled(arrays["images"][part, ..., None], arrays["labels"][part])


_DIGITS = DatasetInfo(
    name="digits",
    title="Optical handwritten digits 8x8",
    license="CC BY 4.0",
    source="E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository; scikit-learn's copy",
    image_shape=(8, 8, 1),
    splits={"train": 1437, "test": 360},
    read=_digits,
    classes=NUMERALS,
    note="Embedded; the split (the last 360 are for testing) is this library's.",
)


def keras_arrays(files, split):
    """A split of the one file, as Keras has it: arrays x_train, y_train, x_test, y_test."""
    (path,) = files.values()
    try:
        with np.load(path, allow_pickle=False) as arrays:
            if max(member.file_size for member in arrays.zip.infolist()) > _LARGEST:
                raise ValueError("unpacked, they are far too large")
            return labeled(arrays[f"x_{split}"][..., None], arrays[f"y_{split}"])
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


MNIST = DatasetInfo(
    name="mnist",
    title="MNIST",
    license="CC BY-SA 3.0",
    source="Y. LeCun, C. Cortes, C. Burges 1998, from NIST's Special Databases 1 and 3",
    image_shape=(28, 28, 1),
    splits={"train": 60_000, "test": 10_000},
    read=keras_arrays,
    classes=NUMERALS,
    layout="mnist.npz",
    places=("mnist.npz",),
    elsewhere=("~/.keras/datasets",),
    tfds_name="mnist",
)


def _stacked(files, split):
    whole = keras_arrays(files, split)
    images, labels = whole.domains[0].sources, whole.labels
    rows = np.random.default_rng(0).integers(0, len(images), (_STACKED.splits[split], 3))
    stacked = np.concatenate([images[rows[:, channel]] for channel in range(3)], axis=-1)
    return labeled(stacked, labels[rows] @ np.array([100, 10, 1]))


_STACKED = DatasetInfo(
    name="stacked_mnist",
    title="Stacked MNIST",
    license=MNIST.license,
    source=f"{MNIST.source}; stacked as by L. Metz, B. Poole, D. Pfau, J. Sohl-Dickstein 2017",
    image_shape=(28, 28, 3),
    splits={"train": 128_000, "test": 26_000},
    read=_stacked,
    classes=tuple(f"{number:03d}" for number in range(1000)),
    layout=MNIST.layout,
    places=MNIST.places,
    elsewhere=MNIST.elsewhere,
    note="Three digits at random in red, green and blue: 1,000 equally likely classes, to count modes.",
)


def _idx_files(files, split):
    stem = "train" if split == "train" else "t10k"
    images, labels = (f"{stem}-images-idx3-ubyte.gz", f"{stem}-labels-idx1-ubyte.gz")
    for name in (images, labels):
        if name not in files:
            raise ValueError(f"there is no {name}, which the split {split!r} needs.")
    return labeled(_idx(files[images], 3)[..., None], _idx(files[labels], 1))


def _idx(path, rank):
    """An idx file of bytes: 0, 0, type 8, rank, the big-endian sizes, then the data."""
    try:
        with gzip.open(path) as file:
            data = file.read(_LARGEST)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"cannot read {path.name}: {error}") from error
    start = 4 + 4 * rank
    shape = np.frombuffer(data[4:start], ">u4")
    size = np.prod(shape, dtype=np.int64)
    if data[:4] != bytes((0, 0, 8, rank)) or len(data) != start + size:
        raise ValueError(
            f"{path.name} is not an idx file of {rank}-dimensional bytes, or was cut short."
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


_FASHION_MNIST = DatasetInfo(
    name="fashion_mnist",
    title="Fashion-MNIST",
    license="MIT",
    source="H. Xiao, K. Rasul, R. Vollgraf 2017, Zalando Research",
    image_shape=(28, 28, 1),
    splits={"train": 60_000, "test": 10_000},
    read=_idx_files,
    classes=(
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    layout="fashion-mnist/train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-...",
    places=("fashion-mnist",),
    elsewhere=("~/.keras/datasets", "/usr/share/datasets"),
    tfds_name="fashion_mnist",
)


def _two_classes(files, split):
    whole = _idx_files(files, split.rstrip("AB"))
    ids = [_FASHION_MNIST.classes.index(name) for name in _SNEAKER2BOOT.domains]
    if split[-1] in "AB":
        ids = [ids["AB".index(split[-1])]]
    images = whole.domains[0].sources
    return Split(tuple(Pictures(images[whole.labels == label], 1) for label in ids), aligned=False)


_SNEAKER2BOOT = DatasetInfo(
    name="sneaker2boot",
    title="Sneakers and ankle boots of Fashion-MNIST",
    license=_FASHION_MNIST.license,
    source=_FASHION_MNIST.source,
    image_shape=(28, 28, 1),
    splits={"train": (6000, 6000), "test": (1000, 1000)},
    read=_two_classes,
    domains=("sneaker", "ankle boot"),
    layout=_FASHION_MNIST.layout,
    places=_FASHION_MNIST.places,
    elsewhere=_FASHION_MNIST.elsewhere,
    note="Two classes of one set; nothing says which pictures belong together.",
)

DATASETS = (_DIGITS, MNIST, _STACKED, _FASHION_MNIST, _SNEAKER2BOOT)
