"""Speed of training and generating: keras_gan against PyTorch, on one machine.

    pip install torch jax                        # not dependencies of keras_gan
    python -m tools.benchmarks.speed             # all games, and docs/benchmarks/README.md
    python -m tools.benchmarks.speed dcgan --threads 4 --rounds 5 --steps 8 --batch 64 --dtype bfloat16

Contestants, each in a process of its own, take turns: keras_gan on TensorFlow (graph, and XLA) and JAX, and
the same networks in PyTorch, eager and compiled. All must train equally many weights. The first round warms
up. Reported are the median rate, the smallest and the largest, peak memory (resident on a CPU), and the share
of the machine's own peak: the better rate of a large matrix product and a large convolution in the same run,
where a step's floating point operations are those that PyTorch counts. A contestant that fails, or whose
second step takes more than a minute, is named with the reason and left out.
"""

import argparse
import json
import os
from datetime import date

from tools.benchmarks.speed.games import GAMES
from tools.benchmarks.speed.race import answer, one_of, race
from tools.pages import DOCS, machine, markdown_table, publish, versions, write

PACKAGES = ("keras", "tensorflow", "jax", "torch")
CONTESTANTS = {
    "keras_gan, TensorFlow": ("tensorflow", {}),
    "keras_gan, TensorFlow XLA": ("tensorflow", {"jit_compile": True}),
    "keras_gan, JAX": ("jax", {"jit_compile": True}),
    "PyTorch eager": ("torch", {"compiles": False}),
    "torch.compile": ("torch", {"compiles": True}),
}
HEADINGS = ["Model", "Contestant", "Steps/s", "from, to", "Times eager", "Images/s", "MB"]
HEADINGS.append("Share of peak")


def work(options):
    """The process of the contestant that `options.worker` names."""
    (name,), game = options.games, GAMES[options.games[0]]
    backend, choices = CONTESTANTS[options.worker]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    os.environ["KERAS_BACKEND"] = "jax" if backend == "jax" else "tensorflow"

    def create():
        if backend == "torch":
            from tools.benchmarks.speed.torch_games import contestant

            return contestant(name, game, options, **choices)
        from tools.benchmarks.speed.keras_games import Contestant

        return Contestant(name, game, options, **choices)

    answer(create)


def rows(game, results, batch):
    """The table rows of a game."""
    peaks = [own["peak"] for own in results.values() if own.get("peak")]
    flops = next((own["flops"] for own in results.values() if own.get("flops")), None)
    eager = results.get("PyTorch eager", {}).get("train")
    for name, own in results.items():
        if "error" in own:
            yield [game.title, name, own["error"], *[""] * 5]
            continue
        rate, slowest, fastest = own["train"]
        times = f"{rate / eager[0]:.2f}" if eager else ""
        share = f"{rate * flops / max(peaks):.0%}" if peaks and flops else ""
        images, megabytes = own["generate"][0] * batch, own["memory"] / 1e6
        cells = [
            f"{game.title}, batch {batch}",
            name,
            f"{rate:.2f}",
            f"{slowest:.2f}, {fastest:.2f}",
        ]
        yield [*cells, times, f"{images:.0f}", f"{megabytes:.0f}", share]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "games", nargs="*", type=one_of(GAMES), metavar="GAME", help=", ".join(GAMES)
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, help="training steps in a round")
    parser.add_argument("--batch", type=int, help="images in a minibatch; the paper's if none")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument(
        "--contestants",
        nargs="+",
        choices=CONTESTANTS,
        default=list(CONTESTANTS),
        metavar="NAME",
        help="; ".join(CONTESTANTS),
    )
    parser.add_argument("--dry-run", action="store_true", help="print, and leave the page as it is")
    parser.add_argument("--worker", choices=CONTESTANTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if min(options.threads, options.rounds, options.steps or 1) < 1:
        parser.error("--threads, --rounds and --steps must be at least 1.")
    if options.worker:
        work(options)
        return
    path = DOCS / "benchmarks" / "benchmark.json"
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    here = f"{machine()}, {options.threads} threads, {options.dtype}"
    for name in options.games or GAMES:
        game = GAMES[name]
        arguments = [name, "--threads", str(options.threads), "--dtype", options.dtype]
        arguments += ["--batch", str(options.batch)] if options.batch else []
        steps = options.steps or game.steps
        results = race(options.contestants, arguments, options.rounds, steps)
        lines = list(rows(game, results, options.batch or game.batch))
        print(markdown_table(HEADINGS, lines), flush=True)
        rounds = f"{options.rounds} rounds of {steps} steps"
        caption = f"{game.title}: {date.today()}, {rounds}; {versions(*PACKAGES)}."
        kept.setdefault(here, {})[name] = {"caption": caption, "results": results, "rows": lines}
        if not options.dry_run:
            write(path, json.dumps(kept, indent=1) + "\n")
    if not options.dry_run:
        publish("benchmarks", "benchmark", tables(kept))


def tables(kept):
    """The tables of the page, one per machine."""
    parts = []
    for here, games in kept.items():
        table = markdown_table(HEADINGS, [row for game in games.values() for row in game["rows"]])
        captions = sorted({game["caption"] for game in games.values()})
        parts.append("\n".join([f"### {here}", "", table, "", *captions]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
