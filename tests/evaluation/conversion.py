"""The script that converts Inception's weights, which imports PyTorch and is no part of a package."""

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "convert_inception.py"


def converter(torch):
    """tools/convert_inception.py as a module, with a module, or what stands in for it, as its `torch`."""
    spec = importlib.util.spec_from_file_location(SCRIPT.stem, SCRIPT)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torch", torch)
        spec.loader.exec_module(module)
    return module
