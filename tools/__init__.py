"""Scripts of this repository, run from its root: `python -m tools.cards --help`."""

import os

# TensorFlow reads it when it is imported: errors alone are printed.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
