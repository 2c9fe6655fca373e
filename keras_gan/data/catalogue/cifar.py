"""Small color photographs: CIFAR-10."""

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.readers import below, by_class


def _class_folders(files, split):
    return by_class(below(files, split), _CIFAR10.classes)[0]


_CIFAR10 = DatasetInfo(
    name="cifar10",
    title="CIFAR-10",
    license="not stated; a subset of 80 Million Tiny Images",
    source="A. Krizhevsky 2009, University of Toronto",
    image_shape=(32, 32, 3),
    splits={"train": 50_000, "test": 10_000},
    read=_class_folders,
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
    places=("cifar10", "cifar10-jpeg"),
    tfds_name="cifar10",
    note="Metrics on a JPEG copy cannot be compared with those on the original.",
)

DATASETS = (_CIFAR10,)
