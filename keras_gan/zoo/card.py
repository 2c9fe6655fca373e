"""What is known of an entry of the zoo: the typed content of its `entry.json`."""

import textwrap
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Paper:
    """The paper that an entry follows. `authors` are last names, separated by ", "."""

    title: str
    authors: str
    year: int
    url: str

    @property
    def citation(self) -> str:
        """As in running text: "Radford et al. 2015"."""
        first, *others = self.authors.split(", ")
        if len(others) > 1:
            first += " et al."
        elif others:
            first += f" and {others[0]}"
        return f"{first} {self.year}"


@dataclass(frozen=True)
class Data:
    """The data that an entry has learned from."""

    title: str
    license: str
    source: str


@dataclass(frozen=True)
class Training:
    """The run that made the weights: its length, what it ran on, when (ISO date), and what was selected."""

    steps: int
    epochs: int
    wall_time_s: float
    device: str
    backend: str
    versions: dict[str, str]
    date: str
    selected: str | None = None


@dataclass(frozen=True)
class Metric:
    """A measured figure, its spread (None if it has none), and how exactly it was measured."""

    value: float
    spread: float | None
    definition: str

    def __str__(self):
        return f"{self.value:.4g}" + ("" if self.spread is None else f" ± {self.spread:.2g}")


@dataclass(frozen=True)
class Weights:
    """The file of the weights beside `entry.json`, or to be fetched from `url` where it is not there."""

    file: str
    sha256: str
    bytes: int
    url: str | None = None


@dataclass(frozen=True)
class Card:
    """All that is known of an entry; `print(card)` for people.

    Attributes:
        name: by which it loads; also the name of its folder.
        title: model, data and image size, in words.
        summary: one sentence.
        paper: the paper that it follows.
        notes: sentences: what the paper used, and where the entry deviates from it.
        recipe: how it was trained, as `keras_gan.zoo.train.train` takes it.
        model: the serialized Keras config of the model.
        training: the run that made the weights.
        data: the data that it has learned from.
        metrics: its figures by name.
        weights: file and checksum of its weights.
    """

    name: str
    title: str
    summary: str
    paper: Paper
    notes: tuple[str, ...]
    recipe: dict[str, Any]
    model: dict[str, Any] = field(repr=False)
    training: Training
    data: Data
    metrics: dict[str, Metric]
    weights: Weights

    @classmethod
    def from_json(cls, entry: Any) -> "Card":
        """The card of a parsed `entry.json`.

        Raises:
            ValueError: naming the field that is missing, unknown or of another type.
        """
        card = _typed(cls, entry, "")
        check_recipe(card.recipe)
        return card

    @property
    def facts(self) -> dict[str, str]:
        """What a person wants to know beside the metrics, by heading."""
        recipe, run = self.recipe, self.training
        networks = {
            part: f"{name}({_arguments(of)})"
            for part, (name, of) in recipe.get("networks", {}).items()
        }
        arguments = _arguments({**networks, **recipe.get("arguments", {})})
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        return {
            "Paper": f"{self.paper.authors} ({self.paper.year}). {self.paper.title}. {self.paper.url}",
            "Model": f"{recipe['model']}({arguments})",
            "Data": f"{self.data.title}, split {recipe['split']}. {self.data.source}",
            "License": f"{self.data.license} (the data)",
            "Training": (
                f"{run.epochs} epochs, {run.steps:,} steps of {recipe['batch_size']} images, "
                f"{recipe.get('dtype', 'float32')}, seed {recipe['seed']}"
                + (f"; {run.selected}" if run.selected else "")
            ),
            "Run": (
                f"{_duration(run.wall_time_s)} on {run.device}, {run.date}; "
                f"{run.backend} backend; {versions}"
            ),
            "Weights": f"{self.weights.bytes / 1e6:.1f} MB, float16, sha256 {self.weights.sha256}",
        }

    def __str__(self):
        indent = max(map(len, self.facts)) + 2
        lines = [f"{self.name}: {self.title}", "", *textwrap.wrap(self.summary, 100), ""]
        facts = [f"{name:<{indent}}{text}" for name, text in self.facts.items()]
        # The names of metrics are too long for that column.
        metrics = [f"{name} {m} ({m.definition})" for name, m in self.metrics.items()]
        for paragraphs in filter(None, (facts, metrics)):
            for text in paragraphs:
                lines += textwrap.wrap(text, 100, subsequent_indent=" " * indent, **_WHOLE_WORDS)
            lines.append("")
        for note in self.notes:
            lines += textwrap.wrap(f"- {note}", 100, subsequent_indent="  ", **_WHOLE_WORDS)
        return "\n".join(lines).rstrip()


def check_recipe(recipe: Any):
    """Raises a ValueError if a recipe is no object, lacks a field that all have, or begins from no name."""
    _expect(isinstance(recipe, dict), "the recipe", "an object", recipe)
    required = ("model", "dataset", "split", "batch_size", "epochs", "seed")
    if missing := [name for name in required if name not in recipe]:
        raise ValueError(f"the recipe lacks {', '.join(missing)}")
    start = recipe.get("from", "")
    _expect(isinstance(start, str), "the recipe's from", "an entry's name or a file", start)


_WHOLE_WORDS = {"break_long_words": False, "break_on_hyphens": False}


def _arguments(values):
    return ", ".join(f"{name}={value}" for name, value in values.items())


def _duration(seconds):
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} s"


def _typed(kind, value, where):
    """`value`, parsed from JSON, as `kind`: a dataclass, a container of a type, or a plain type."""
    if is_dataclass(kind):
        _expect(isinstance(value, dict), where, "an object", value)
        hints = get_type_hints(kind)
        known = {f.name: f.default is MISSING for f in fields(kind)}
        missing = [name for name, required in known.items() if required and name not in value]
        unknown = sorted(set(value) - set(known))
        if missing or unknown:
            problems = [f"lacks {', '.join(missing)}"] * bool(missing)
            problems += [f"has the unknown {', '.join(unknown)}"] * bool(unknown)
            raise ValueError(f"{where or 'the entry'} {' and '.join(problems)}")
        inside = f"{where}." if where else ""
        return kind(**{name: _typed(hints[name], v, inside + name) for name, v in value.items()})
    origin, parts = get_origin(kind), get_args(kind)
    if origin is tuple:
        _expect(isinstance(value, list), where, "a list", value)
        return tuple(_typed(parts[0], item, f"{where}[{i}]") for i, item in enumerate(value))
    if origin is dict:
        _expect(isinstance(value, dict), where, "an object", value)
        return {name: _typed(parts[1], item, f"{where}.{name}") for name, item in value.items()}
    if origin is UnionType:
        return None if value is None else _typed(parts[0], value, where)
    if kind is not Any:
        plain = (int, float) if kind is float else kind
        _expect(
            isinstance(value, plain) and not isinstance(value, bool), where, kind.__name__, value
        )
    return value


def _expect(condition, where, wanted, value):
    if not condition:
        raise ValueError(f"{where or 'the entry'} must be {wanted}, got {str(value)[:40]!r}")
