"""The diffs of the guides in docs are lines of the files that they name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDES = ("new_variant.md", "new_dataset.md")


@pytest.mark.parametrize("name", GUIDES)
def test_diffs_are_lines_of_the_files(name):
    guide = (ROOT / "docs" / name).read_text("utf-8")
    diffs = re.findall(r"^```diff\n--- .*\n\+\+\+ b/(.*)\n((?:\+.*\n)+)```$", guide, re.MULTILINE)
    assert len(diffs) == guide.count("```diff") > 0
    for path, diff in diffs:
        lines = (ROOT / path).read_text("utf-8").splitlines()
        assert [line for line in diff.splitlines() if line[1:] not in lines] == [], path


@pytest.mark.parametrize("name", GUIDES)
def test_files_that_are_named_exist(name):
    guide = (ROOT / "docs" / name).read_text("utf-8")
    named = set(
        re.findall(r"`((?:keras_gan|tests|tools|zoo)/[a-z_0-9/.]+\.(?:py|md|json))`", guide)
    )
    assert [path for path in named if not (ROOT / path).exists()] == []
