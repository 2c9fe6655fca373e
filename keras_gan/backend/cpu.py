"""The name of the CPU, for the record of a training."""

import os
import platform
from pathlib import Path


def cpu():
    """The number of cores and the model, in words."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{os.cpu_count()} cores, {names[0] if names else platform.machine()}"
