"""Data sets: by name, from TensorFlow Datasets, or from a folder of pictures.

`load` and `from_folder` give `tf.data` pipelines of images in [-1, 1]; `arrays`, `arrays_from_folder`, for
two domains `domains_from_folder`, for pictures with texts `captioned_from_folder` and for videos
`clips_from_folder` give uint8 NumPy arrays and need no TensorFlow. `info` describes a data set: its origin,
license, splits and classes. `source` is the data of a recipe, from which a model takes its columns.

    faces = keras_gan.data.load("anime_faces", batch_size=64, data_dir="~/datasets")
    images, labels = keras_gan.data.arrays("digits", image_size=28)
    photos = keras_gan.data.from_folder("photos", 64, batch_size=32)
"""

from keras_gan.data import captions
from keras_gan.data.captioned import captioned_from_folder
from keras_gan.data.cartoon import speak
from keras_gan.data.catalogue import DATASETS, DatasetInfo, info
from keras_gan.data.clips import clips_from_folder
from keras_gan.data.folders import arrays_from_folder, domains_from_folder, from_folder
from keras_gan.data.loading import arrays, load
from keras_gan.data.source import Source, source

__all__ = [
    "DATASETS",
    "DatasetInfo",
    "Source",
    "arrays",
    "arrays_from_folder",
    "captioned_from_folder",
    "captions",
    "clips_from_folder",
    "domains_from_folder",
    "from_folder",
    "info",
    "load",
    "source",
    "speak",
]
