"""Writes every card, zoo/README.md and the zoo table of README.md from the entries, and docs/recipe.md.

python -m tools.cards            # writes them
python -m tools.cards --check    # exits 1 if any is stale
"""

import argparse
import json
import sys
from pathlib import Path

from keras_gan import zoo
from keras_gan.metric import Metric
from keras_gan.zoo import registry
from keras_gan.zoo.build import model_class
from keras_gan.zoo.card import UNCERTAINTY
from keras_gan.zoo.pack import SAMPLES
from tools.pages import GENERATED, markdown_table, marked, write
from tools.recipe_page import recipe_page

ROOT = Path(__file__).parent.parent
FLOOR = (
    "Real images are as many of the training split, in the place of generated ones: what no model can be "
    "expected to beat, and what a copy of the training images would get."
)
COMPARED = ("fid[", "kid[", "precision[", "recall[", "copied[")
CARD = GENERATED.format("entry.json")
LEFT_OUT = f"{UNCERTAINTY}; [docs/metrics](../../docs/metrics.md) says what they leave out."


def documents(root):
    """The text of each generated file, by path."""
    # Without entries of one's own, which lie elsewhere.
    cards = [zoo.card(name) for name in zoo.list() if (registry.folder() / name).is_dir()]
    pages = {root / "zoo" / card.name / "README.md": page(card) for card in cards}
    pages[root / "zoo" / "README.md"] = index(cards)
    readme = root / "README.md"
    tables = [f"**{title}**\n\n{table(group, 'zoo/')}" for title, group in by_task(cards)]
    pages[readme] = marked(readme.read_text("utf-8"), "zoo", "\n\n".join(tables))
    example = max(cards, key=lambda card: len(card.recipe.networks) == 2)
    pages[root / "docs" / "recipe.md"] = recipe_page(example)
    return pages


def page(card):
    """The card of an entry."""
    kind, arguments = model_class(card.recipe.model), card.recipe.arguments
    usage = f"```python\n{kind.usage(card.name, arguments)}\n```"
    parts = [CARD, f"# {card.title}", card.summary, usage]
    parts += [f"![Samples of {card.name}]({file})" for file in samples(card)]
    if texts := card.recipe.arguments.get("shown_texts"):
        parts.append("The columns, from left to right: " + "; ".join(texts) + ".")
    parts.append(markdown_table(["", ""], card.facts.items()))
    if card.metrics:
        floor = floors(card)
        parts += ["## Metrics", markdown_table(*measured(card, floor))]
        parts.append(f"{LEFT_OUT} {card.scale}".strip())
        parts += [FLOOR] if floor else []
    if card.notes:
        parts += ["## The paper, and deviations from it", bullets(card.notes)]
    parts += ["## Training", trained(card)]
    if commands := kind.commands(card.name, arguments):
        parts += ["## Commands", "\n".join(f"    {command}" for command in commands)]
        parts.append(
            "An exported SavedModel runs in TensorFlow Serving; docs/serving lists its "
            "[signatures](../../docs/serving/README.md)."
        )
    return "\n\n".join(parts) + "\n"


def measured(card, floor):
    """Headings and rows of an entry's metrics, with those of real images, `floors`, where there are any."""
    headings = ["Metric", "Value", *["Real images"] * bool(floor), "How it was measured"]
    rows = [
        [name, each.text, *[floor.get(name, "")] * bool(floor), each.definition]
        for name, each in card.metrics.items()
    ]
    return headings, rows


def floors(card):
    """The metrics of real images of an entry's data, by name, as text; see `tools.floors`."""
    path = registry.folder() / "floors.json"
    measured = json.loads(path.read_text("utf-8")) if path.exists() else {}
    found = measured.get(card.recipe.dataset, {})
    return {name: Metric(name=name, **found[name]).text for name in card.metrics if name in found}


def trained(card):
    """How to train the entry again, and where its own training deviated from the recipe."""
    if not card.deviations:
        return f"`keras-gan train {card.name}` runs the recipe of these weights."
    text = f"`keras-gan train {card.name}` runs the recipe. The training of these weights deviated from it:"
    return f"{text}\n\n{bullets(card.deviations)}"


def samples(card):
    """The names of the files of an entry that show samples, none or one."""
    return sorted(path.name for path in (registry.folder() / card.name).glob(f"{SAMPLES}.*"))


def bullets(sentences):
    """A list in Markdown."""
    return "\n".join(f"- {sentence}" for sentence in sentences)


def index(cards):
    """The text of zoo/README.md."""
    parts = [CARD, "# The zoo"]
    for title, group in by_task(cards):
        parts += [f"## {title}", table(group, "")]
    parts += side_by_side(cards)
    parts.append("## Samples")
    parts += [
        f"[![{card.title}]({card.name}/{file})]({card.name}/README.md)"
        for card in cards
        for file in samples(card)
    ]
    return "\n\n".join(parts) + "\n"


def by_task(cards):
    """Titles and cards of the tasks, classifiers last."""
    groups = {}
    for card in cards:
        groups.setdefault(model_class(card.recipe.model).verb, []).append(card)
    for verb in sorted(groups, key=lambda verb: (verb == "classify", verb)):
        note = ": feature networks of the metrics" if verb == "classify" else ""
        yield f"Models that {verb}{note}", groups[verb]


def side_by_side(cards):
    """Headings and tables that compare entries of the same data, the smallest FID first."""
    groups = {}
    for card in cards:
        if any(name.startswith("fid[") for name in card.metrics):
            groups.setdefault(card.data.title, []).append(card)
    for title, rivals in groups.items():
        if len(rivals) > 1:
            names = [
                name
                for name in rivals[0].metrics
                if name.startswith(COMPARED) and not name.endswith("train]")
            ]
            shared = [name for name in names if all(name in card.metrics for card in rivals)]
            rivals.sort(key=lambda card: card.metrics[shared[0]].value)
            floor = floors(rivals[0])
            yield f"## {title}, side by side"
            yield markdown_table(
                ["Entry", *(name.replace("[", "<br>[") for name in names)],
                [
                    [
                        linked(card),
                        *(
                            card.metrics[name].text if name in card.metrics else ""
                            for name in names
                        ),
                    ]
                    for card in rivals
                ]
                + ([["real images", *(floor.get(name, "") for name in names)]] if floor else []),
            )


def table(cards, prefix):
    """A table of entries; links start with `prefix`."""
    return markdown_table(
        ["Entry", "What it is", "Paper", "Data", "Metric", "Size"],
        [
            [
                linked(card, prefix),
                card.title,
                f"[{card.paper.citation}]({card.paper.url})",
                card.data.title,
                headline(card),
                f"{card.weights.bytes / 1e6:.1f} MB",
            ]
            for card in cards
        ],
    )


def linked(card, prefix=""):
    """An entry's name with a link to its card."""
    return f"[{card.name}]({prefix}{card.name}/README.md)"


def headline(card):
    """The metric that says most: the target accuracy of translations, or else the first one."""
    shown = [f"{name} {metric.text}" for name, metric in card.metrics.items()] or [""]
    return next((each for each in shown if each.startswith("target_accuracy")), shown[0])


def update(root, check=False):
    """Writes stale files, or with `check` only names them; returns whether there were any."""
    stale = {
        path: text
        for path, text in documents(root).items()
        if not path.exists() or path.read_text("utf-8") != text
    }
    for path, text in stale.items():
        if not check:
            write(path, text)
        print("stale:" if check else "written:", path.relative_to(root))
    return bool(stale)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing, exit 1 if any is stale"
    )
    check = parser.parse_args().check
    sys.exit(update(ROOT, check) and check)


if __name__ == "__main__":
    main()
