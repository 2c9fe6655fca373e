"""Card of a zoo entry: the typed content of its `entry.json`."""

import textwrap
from typing import Any

import msgspec

from keras_gan.metric import Metric
from keras_gan.zoo.recipe import Recipe
from keras_gan.zoo.typed import parse


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The paper that an entry follows. `authors` are last names, separated by ", "."""

    title: str
    authors: str
    year: int
    url: str

    @property
    def citation(self) -> str:
        """The reference in running text: "Radford et al. 2015"."""
        first, *others = self.authors.split(", ")
        if len(others) > 1:
            first += " et al."
        elif others:
            first += f" and {others[0]}"
        return f"{first} {self.year}"


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data set that an entry was trained on."""

    title: str
    license: str
    source: str


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The run that the weights come from.

    Attributes:
        steps: training steps up to these weights.
        batches_per_step: batches that a step consumes: 5 for a WGAN with 5 updates of the critic.
        epochs: epochs up to these weights.
        wall_time_s: their duration in seconds.
        device: the hardware; with several machines, how many epochs ran on each.
        backend: the Keras backend.
        versions: package to version.
        date: day of the last epoch, ISO 8601.
        selected: how these weights were chosen among those of the run.
    """

    steps: int
    batches_per_step: int
    epochs: int
    wall_time_s: float
    device: str
    backend: str
    versions: dict[str, str]
    date: str
    selected: str | None = None


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of the weights beside `entry.json`; if it is not there, it is fetched from `url`."""

    file: str
    sha256: str
    bytes: int
    url: str | None = None


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an entry of the zoo says about itself; `print(card)` shows it.

    Attributes:
        name: the name that it loads by, and of its folder.
        title: model, data and image size, in words.
        summary: one sentence.
        paper: the paper that it follows, or null.
        notes: sentences: the setting of the paper, and where the entry deviates from it.
        deviations: sentences: where the training of these weights deviated from the recipe.
        recipe: the settings of the training, for `keras_gan.zoo.train.train`.
        training: the run that the weights come from.
        data: the data set that it was trained on.
        metrics: metric values by name.
        weights: file and checksum of its weights.
    """

    name: str
    title: str
    summary: str
    paper: Paper | None
    notes: tuple[str, ...]
    deviations: tuple[str, ...] = ()
    recipe: Recipe
    training: Training
    data: Data
    metrics: dict[str, Metric]
    weights: Weights

    @classmethod
    def parse(cls, content: Any) -> "Card":
        """The card of a parsed `entry.json`.

        Raises:
            ValueError: in one line: which field is missing, unknown or wrong, and what would be right.
        """
        if isinstance(content, dict) and isinstance(content.get("metrics"), dict):
            metrics = {
                name: {"name": name, **metric} if isinstance(metric, dict) else metric
                for name, metric in content["metrics"].items()
            }
            content = {**content, "metrics": metrics}
        return parse(cls, content, "the entry")

    @property
    def facts(self) -> dict[str, str]:
        """The lines of the card beside its metrics, by heading."""
        recipe, run = self.recipe, self.training
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        batches = f"{run.batches_per_step} x " if run.batches_per_step > 1 else ""
        examples = run.steps * run.batches_per_step * recipe.batch_size
        paper = self.paper
        paper = paper and f"{paper.authors} ({paper.year}). {paper.title}. {paper.url}"
        return {
            **({"Paper": paper} if paper else {}),
            "Model": constructor(recipe),
            "Data": f"{self.data.title}, split {recipe.split}. {self.data.source}",
            **({"Classes": ", ".join(recipe.class_names)} if recipe.class_names else {}),
            "License": f"{self.data.license} (the data)",
            "Training": (
                f"{run.epochs} epochs, {run.steps:,} steps of {batches}{recipe.batch_size} example"
                f"{'s' * (recipe.batch_size > 1)} ({examples:,} in all), {recipe.dtype}, seed {recipe.seed}"
                + (f"; {run.selected}" if run.selected else "")
            ),
            "Run": (
                f"{duration(run.wall_time_s)} on {run.device}, {run.date}; "
                f"{run.backend} backend; {versions}"
            ),
            "Weights": f"{self.weights.bytes / 1e6:.1f} MB, float16, sha256 {self.weights.sha256}",
        }

    @property
    def scale(self) -> str:
        """A sentence on metrics whose values are not on the scale of published ones; empty if all are."""
        compared = [each for each in self.metrics.values() if each.metric.startswith(_OF_FEATURES)]
        networks = dict.fromkeys(each.features for each in compared)
        networks = [name for name in networks if not name.startswith("inception")]
        return bool(networks) * (
            f"FID, KID and inception score by {' and '.join(networks)} are not on the scale of published "
            "ones, which are by Inception."
        )

    def __str__(self):
        indent = max(map(len, self.facts)) + 2
        lines = [f"{self.name}: {self.title}", "", *textwrap.wrap(self.summary, 100), ""]
        facts = [f"{name:<{indent}}{text}" for name, text in self.facts.items()]
        # The names of metrics are too long for that column.
        metrics = [f"{name} {m.text} ({m.definition})" for name, m in self.metrics.items()]
        if metrics:
            metrics.append(f"{UNCERTAINTY}. {self.scale}".strip())
        for paragraphs in filter(None, (facts, metrics)):
            for text in paragraphs:
                lines += textwrap.wrap(text, 100, subsequent_indent=" " * indent, **_WHOLE_WORDS)
            lines.append("")
        lines += _bullets(self.notes)
        if self.deviations:
            lines += ["", "The training of these weights deviated from the recipe:", ""]
            lines += _bullets(self.deviations)
        return "\n".join(lines).rstrip()


def constructor(recipe: Recipe) -> str:
    """The model of a recipe as Python would create it: `DCGAN(ema=0.999)`."""
    networks = {
        part: f"{network.function}({_arguments(network.arguments)})"
        for part, network in recipe.networks.items()
    }
    arguments = {k: value for k, value in recipe.arguments.items() if k != "class_names"}
    return f"{recipe.model}({_arguments({**networks, **arguments})})"


UNCERTAINTY = (
    "± is the standard error over draws of the images, brackets hold the 95% interval of a fraction"
)


_OF_FEATURES = ("fid", "intra_class_fid", "kid", "inception_score")

_WHOLE_WORDS = {"break_long_words": False, "break_on_hyphens": False}


def _bullets(sentences):
    for sentence in sentences:
        yield from textwrap.wrap(f"- {sentence}", 100, subsequent_indent="  ", **_WHOLE_WORDS)


def _arguments(values):
    return ", ".join(f"{name}={_python(value)}" for name, value in values.items())


def _python(value):
    """A value of a recipe as Python would create it: `R1(gamma=5.0)` for a serialized object."""
    if isinstance(value, dict) and "class_name" in value:
        return f"{value['class_name']}({_arguments(value['config'])})"
    if isinstance(value, list):
        return f"[{', '.join(map(_python, value))}]"
    return str(value)


def duration(seconds: float) -> str:
    """A duration in words: "4.3 h", "12.0 min", "50 s"."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"
