"""`python -m keras_gan.serving MODEL.keras`: a job of `export`, for a model of another backend."""

import sys
from pathlib import Path

from keras_gan.serving.export import run_job

run_job(Path(sys.argv[1]))
