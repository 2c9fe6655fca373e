"""`python -m keras_gan.serving MODEL.keras ARGUMENTS`: `export`, for a process of another backend."""

import sys

from keras_gan.serving.export import answer

answer(*sys.argv[1:])
