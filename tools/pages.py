"""Pages of measurements: replaces the part between two marks, and describes the machine and the packages."""

import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tabulate import tabulate

from keras_gan.files import replacing

DOCS = Path(__file__).parents[1] / "docs"


def publish(page, name, text):
    """Writes Markdown between the marks of that name in docs/PAGE/README.md."""
    path = DOCS / page / "README.md"
    write(path, marked(path.read_text("utf-8"), name, text))


def marked(page, name, text):
    """The page with `text` between its marks <!-- NAME --> and <!-- /NAME -->.

    Raises:
        ValueError: if the page has no such marks.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"The page has no marks {begin} and {end}.")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def markdown_table(headings, rows):
    """A Markdown table, not padded: cells are long. Line breaks become spaces, and "|" is escaped."""
    rows = [[" ".join(str(cell).split()).replace("|", "\\|") for cell in row] for row in rows]
    text = tabulate(rows, headings, "github", disable_numparse=True, stralign=None)
    first, _, *others = text.splitlines()
    return "\n".join([first, "|---" * len(headings) + "|", *others])


def write(path, text):
    """Writes a text file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8")


def machine():
    """The name of the GPU, or else of the CPU."""
    if shutil.which("nvidia-smi"):
        query = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
        return subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((x.split(": ")[1] for x in lines if x.startswith("model name")), cpu)
    return cpu


def versions(*packages):
    """Names and versions of those packages that are installed."""
    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)
