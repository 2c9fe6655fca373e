"""What this library knows of the data sets that it calls by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keras_gan.lookup import did_you_mean

_DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class DatasetInfo:
    """A data set, as a model card speaks of it.

    Attributes:
        name: what `load` and `arrays` call it.
        title: what people call it.
        license: terms of the pictures.
        source: who made it, and where it comes from.
        image_shape: (height, width, channels) of a picture as it is stored.
        splits: split name to the number of pictures in the complete set; for two domains, of (A, B).
        classes: names of the labels 0, 1, ...; empty for a set without labels.
        domains: names of the two domains A and B; empty for a set of one.
        layout: the local files that are looked for, below the folder of data sets.
        tfds_name: its name in TensorFlow Datasets, empty if it is not there.
        note: what a figure measured on it must say.
    """

    name: str
    title: str
    license: str
    source: str
    image_shape: tuple[int, int, int]
    splits: Mapping[str, int | tuple[int, int]]
    classes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    layout: str = ""
    tfds_name: str = ""
    note: str = ""

    @property
    def split_names(self) -> tuple[str, ...]:
        """What `load` and `arrays` take as `split`: of unaligned domains, also each one alone."""
        alone = [
            split + domain
            for split, count in self.splits.items()
            if isinstance(count, tuple)
            for domain in "AB"
        ]
        return (*self.splits, *alone)

    @property
    def held_out(self) -> str:
        """The split that nothing is learned from: "test" or "val"."""
        return next(split for split in self.splits if split != "train")


DATASETS = {
    dataset.name: dataset
    for dataset in (
        DatasetInfo(
            name="digits",
            title="Optical handwritten digits 8x8",
            license="CC BY 4.0",
            source="E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository; scikit-learn's copy",
            image_shape=(8, 8, 1),
            splits={"train": 1437, "test": 360},
            classes=_DIGITS,
            note="Embedded; the split (the last 360 are for testing) is this library's.",
        ),
        DatasetInfo(
            name="mnist",
            title="MNIST",
            license="CC BY-SA 3.0",
            source="Y. LeCun, C. Cortes, C. Burges 1998, from NIST's Special Databases 1 and 3",
            image_shape=(28, 28, 1),
            splits={"train": 60_000, "test": 10_000},
            classes=_DIGITS,
            layout="mnist.npz",
            tfds_name="mnist",
        ),
        DatasetInfo(
            name="fashion_mnist",
            title="Fashion-MNIST",
            license="MIT",
            source="H. Xiao, K. Rasul, R. Vollgraf 2017, Zalando Research",
            image_shape=(28, 28, 1),
            splits={"train": 60_000, "test": 10_000},
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
            tfds_name="fashion_mnist",
        ),
        DatasetInfo(
            name="sneaker2boot",
            title="Sneakers and ankle boots of Fashion-MNIST",
            license="MIT",
            source="H. Xiao, K. Rasul, R. Vollgraf 2017, Zalando Research",
            image_shape=(28, 28, 1),
            splits={"train": (6000, 6000), "test": (1000, 1000)},
            domains=("sneaker", "ankle boot"),
            layout="fashion-mnist/train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-...",
            note="Two classes of one set; nothing says which pictures belong together.",
        ),
        DatasetInfo(
            name="cifar10",
            title="CIFAR-10",
            license="not stated; a subset of 80 Million Tiny Images",
            source="A. Krizhevsky 2009, University of Toronto",
            image_shape=(32, 32, 3),
            splits={"train": 50_000, "test": 10_000},
            classes=(
                "airplane",
                "automobile",
                "bird",
                "cat",
                "deer",
                "dog",
                "frog",
                "horse",
                "ship",
                "truck",
            ),
            layout="cifar10/train/CLASS/*.png or *.jpg, cifar10/test/CLASS/... (or cifar10-jpeg.tar.xz)",
            tfds_name="cifar10",
            note="Figures from a JPEG copy are not comparable with those from the original.",
        ),
        DatasetInfo(
            name="anime_faces",
            title="Anime faces 64x64",
            license="scraped art, for research",
            source="course data set, antoncoding/Deep_Learning_GAN",
            image_shape=(64, 64, 3),
            splits={"train": 30_087, "test": 3_344},
            layout="anime-faces-64/ID.jpg (or anime-faces-64.tar.xz)",
            note="The split (ids divisible by 10 are for testing) is this library's.",
        ),
        DatasetInfo(
            name="anime_hair",
            title="Anime faces 64x64 by the color of the hair",
            license="scraped art, for research",
            source="course data set, antoncoding/Deep_Learning_GAN",
            image_shape=(64, 64, 3),
            splits={"train": 10_293, "test": 1_125},
            classes=(
                "aqua",
                "black",
                "blonde",
                "blue",
                "brown",
                "gray",
                "green",
                "orange",
                "pink",
                "purple",
                "red",
                "white",
            ),
            layout="anime-faces-64/ID.jpg (or anime-faces-64.tar.xz), anime-faces-tags.csv",
            note="The tagged third of anime_faces, in the same split; the tags are noisy.",
        ),
        DatasetInfo(
            name="horse2zebra",
            title="horse2zebra",
            license="ImageNet pictures, for research",
            source="J.-Y. Zhu, T. Park, P. Isola, A. Efros 2017 (CycleGAN)",
            image_shape=(256, 256, 3),
            splits={"train": (1067, 1334), "test": (120, 140)},
            domains=("horse", "zebra"),
            layout="horse2zebra/trainA/*.jpg, trainB, testA, testB",
            tfds_name="cycle_gan/horse2zebra",
        ),
        DatasetInfo(
            name="horse_or_zebra",
            title="The pictures of horse2zebra by what they show",
            license="ImageNet pictures, for research",
            source="J.-Y. Zhu, T. Park, P. Isola, A. Efros 2017 (CycleGAN)",
            image_shape=(256, 256, 3),
            splits={"train": 2401, "test": 260},
            classes=("horse", "zebra"),
            layout="horse2zebra/trainA/*.jpg, trainB, testA, testB",
            note="For a classifier that judges translations.",
        ),
        DatasetInfo(
            name="maps",
            title="Maps",
            license="Google imagery, for research",
            source="P. Isola, J.-Y. Zhu, T. Zhou, A. Efros 2017 (pix2pix)",
            image_shape=(256, 256, 3),
            splits={"train": 1096, "val": 1098},
            domains=("aerial photo", "map"),
            layout="maps/train/*.jpg, maps/val/*.jpg, A and B side by side",
            note="The original pictures are 600x600; copies of 256x256 are common.",
        ),
        DatasetInfo(
            name="aerial_or_map",
            title="The pictures of maps by what they show",
            license="Google imagery, for research",
            source="P. Isola, J.-Y. Zhu, T. Zhou, A. Efros 2017 (pix2pix)",
            image_shape=(256, 256, 3),
            splits={"train": 2192, "val": 2196},
            classes=("aerial photo", "map"),
            layout="maps/train/*.jpg, maps/val/*.jpg, A and B side by side",
            note="For a classifier that judges translations.",
        ),
    )
}


def info(name: str) -> DatasetInfo:
    """What is known of a data set that this library calls by name.

    Args:
        name: one of `digits`, `mnist`, `fashion_mnist`, `sneaker2boot`, `cifar10`, `anime_faces`,
            `anime_hair`, `horse2zebra`, `horse_or_zebra`, `maps`, `aerial_or_map`.

    Raises:
        ValueError: if there is none of this name, with the closest ones.
    """
    if name not in DATASETS:
        raise unknown_name(name, DATASETS)
    return DATASETS[name]


def find_info(name: str) -> DatasetInfo | None:
    """The entry of a name, this library's or TFDS's; None if there is none."""
    by_tfds = (dataset for dataset in DATASETS.values() if dataset.tfds_name == name)
    return DATASETS.get(name) or next(by_tfds, None)


def unknown_name(name: str, names: Iterable[str], remark: str = "") -> ValueError:
    """The error about a name that is not among `names`."""
    hint, known = did_you_mean(name, names), ", ".join(DATASETS)
    return ValueError(
        f"There is no data set {name!r}. {hint or f'By name there are {known}.'}{remark}"
    )
