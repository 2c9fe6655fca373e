"""Pictures of two domains, for translation, and for classifiers that tell the domains apart."""

import numpy as np

from keras_gan.data.catalogue.dataset import DatasetInfo
from keras_gan.data.pictures import Pictures, Split
from keras_gan.data.readers import below, by_class, by_domain, pictures

_HORSE2ZEBRA = DatasetInfo(
    name="horse2zebra",
    title="horse2zebra",
    license="ImageNet pictures, for research",
    source="J.-Y. Zhu, T. Park, P. Isola, A. Efros 2017 (CycleGAN)",
    image_shape=(256, 256, 3),
    splits={"train": (1067, 1334), "test": (120, 140)},
    read=by_domain,
    domains=("horse", "zebra"),
    layout="horse2zebra/trainA/*.jpg, trainB, testA, testB",
    places=("horse2zebra",),
    tfds_name="cycle_gan/horse2zebra",
)


def _domain_as_class(files, split):
    """Pictures of both domains, labeled 0 in A and 1 in B."""
    folders = (f"{split}A", f"{split}B")
    found = {
        f"{folder}/{name}": file
        for folder in folders
        for name, file in below(files, folder).items()
    }
    return by_class(found, folders)[0]


_HORSE_OR_ZEBRA = DatasetInfo(
    name="horse_or_zebra",
    title="The pictures of horse2zebra by what they show",
    license=_HORSE2ZEBRA.license,
    source=_HORSE2ZEBRA.source,
    image_shape=(256, 256, 3),
    splits={"train": 2401, "test": 260},
    read=_domain_as_class,
    classes=_HORSE2ZEBRA.domains,
    layout=_HORSE2ZEBRA.layout,
    places=_HORSE2ZEBRA.places,
    note="For a classifier that measures translations.",
)


def _side_by_side(files, split):
    return Split(tuple(_halves(files, split, (half,)) for half in (0, 1)))


def _halves(files, split, halves):
    """The left halves (0) of all pictures of a split, the right ones (1), or one after the other."""
    whole = pictures(below(files, split))
    sources, names = (list(each) * len(halves) for each in (whole.sources, whole.names))
    return Pictures(sources, 3, [half for half in halves for _ in whole.sources], names)


_MAPS = DatasetInfo(
    name="maps",
    title="Maps",
    license="Google imagery, for research",
    source="P. Isola, J.-Y. Zhu, T. Zhou, A. Efros 2017 (pix2pix)",
    image_shape=(256, 256, 3),
    splits={"train": 1096, "val": 1098},
    read=_side_by_side,
    domains=("aerial photo", "map"),
    layout="maps/train/*.jpg, maps/val/*.jpg, A and B side by side",
    places=("maps",),
    note="The original pictures are 600x600; copies of 256x256 are common.",
)


def _side_as_class(files, split):
    """Both halves of the pictures, labeled 0 on the left and 1 on the right."""
    found = _halves(files, split, (0, 1))
    return Split((found,), np.array(found.halves, np.int32))


_AERIAL_OR_MAP = DatasetInfo(
    name="aerial_or_map",
    title="The pictures of maps by what they show",
    license=_MAPS.license,
    source=_MAPS.source,
    image_shape=(256, 256, 3),
    splits={"train": 2192, "val": 2196},
    read=_side_as_class,
    classes=_MAPS.domains,
    layout=_MAPS.layout,
    places=_MAPS.places,
    note="For a classifier that measures translations.",
)

DATASETS = (_HORSE2ZEBRA, _HORSE_OR_ZEBRA, _MAPS, _AERIAL_OR_MAP)
