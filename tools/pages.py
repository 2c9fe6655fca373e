"""Where the tools write what they measured: a page's parts between marks, and what they ran on."""

import os
import platform
import shutil
import subprocess
import sys
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from keras_gan.files import replacing

DOCS = Path(__file__).parents[1] / "docs"


def publish(page, name, text):
    """Puts Markdown between the marks of that name in docs/PAGE/README.md."""
    path = DOCS / page / "README.md"
    write(path, marked(path.read_text("utf-8"), name, text))


def marked(page, name, text):
    """The page with another text between the marks of that name.

    Raises:
        ValueError: if it has no such marks.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"The page has no marks {begin} and {end}.")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def markdown_table(headings, rows):
    """A table in Markdown, of rows of text."""
    lines = [f"| {' | '.join(headings)} |", "|---" * len(headings) + "|"]
    return "\n".join(lines + [f"| {' | '.join(map(_cell, row))} |" for row in rows])


def _cell(text):
    return " ".join(text.split()).replace("|", "\\|")


def write(path, text):
    """A file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8")


def machine():
    """What this runs on."""
    if shutil.which("nvidia-smi"):
        query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((x.split(": ")[1] for x in lines if x.startswith("model name")), cpu)
    return cpu


def versions(*packages):
    """Those that are installed, with their versions."""
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def occasion(*packages):
    """A sentence for below a table: where and when it was measured, and with which packages."""
    return f"{machine()}, {os.cpu_count()} cores, {date.today()}; {versions(*packages)}."
