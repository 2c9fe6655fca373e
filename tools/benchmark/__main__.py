"""Training and generating with keras_gan against what one would use instead, in one run on one machine.

    pip install torch torch-mimicry tensorboard jax  # not dependencies of keras_gan
    python tools/benchmark                           # all games, and docs/benchmarks/README.md
    python tools/benchmark dcgan --threads 4 --rounds 5 --steps 8 --batch 64 --dtype bfloat16

Contestants, each in a process of its own, take turns: keras_gan on TensorFlow (graph, and XLA) and JAX;
the same networks in PyTorch, eager and compiled; and train steps as keras.io's examples write them. All
train as many weights, or the race is not run. The first round warms up; reported are the median rate,
the smallest and the largest, peak memory (resident on a CPU), and the share of the machine's own peak,
which is the better rate of a large matrix product and a large convolution in the same run. A turn's
floating point operations are those that PyTorch counts. A contestant that fails, or whose second turn takes
more than a minute, is named with the reason and asked no more.
"""

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1]))

from games import GAMES
from pages import DOCS, machine, publish, versions, write
from race import answer, race

PACKAGES = ("keras", "tensorflow", "jax", "torch", "torch-mimicry")
CONTESTANTS = {
    "keras_gan, TensorFlow": ("tensorflow", {}),
    "keras_gan, TensorFlow XLA": ("tensorflow", {"jit_compile": True}),
    "keras_gan, JAX": ("jax", {"jit_compile": True}),
    "PyTorch eager": ("torch", {"compiles": False}),
    "torch.compile": ("torch", {"compiles": True}),
    "torch-mimicry": ("mimicry", {}),
    "keras.io's style": ("tensorflow", {"by_hand": True}),
}
HEAD = """\
| Model | Contestant | Steps/s | from, to | Times eager | Images/s | MB | Share of peak |
|---|---|---|---|---|---|---|---|"""


def work(options):
    """Is the contestant that `options.worker` names."""
    (name,), game = options.games, GAMES[options.games[0]]
    backend, choices = CONTESTANTS[options.worker]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    os.environ |= {
        "KERAS_BACKEND": "jax" if backend == "jax" else "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }

    def make():
        if backend == "torch":
            from torch_games import contestant

            return contestant(name, game, options, **choices)
        if backend == "mimicry":  # It imports what PyTorch 2 has dropped.
            sys.modules["torch._six"] = SimpleNamespace(PY3=True, string_classes=(str,))
            from mimicry_games import Contestant
        else:
            from keras_games import Contestant
        return Contestant(name, game, options, **choices)

    answer(make)


def rows(game, figures, batch):
    """The lines of the table about a game."""
    peaks = [own["peak"] for own in figures.values() if own.get("peak")]
    flops = next((own["flops"] for own in figures.values() if own.get("flops")), None)
    eager = figures.get("PyTorch eager", {}).get("train")
    for name, own in figures.items():
        if "error" in own:
            yield f"| {game.title} | {name} | {own['error']} | | | | | |"
            continue
        rate, slowest, fastest = own["train"]
        times = f"{rate / eager[0]:.2f}" if eager else ""
        share = f"{rate * flops / max(peaks):.0%}" if peaks and flops else ""
        yield (
            f"| {game.title}, batch {batch} | {name} | {rate:.2f} | {slowest:.2f}, {fastest:.2f} | {times} | "
            f"{own['generate'][0] * batch:.0f} | {own['memory'] / 1e6:.0f} | {share} |"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "games", nargs="*", choices=GAMES, metavar="GAME", help=f"of {', '.join(GAMES)}"
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, help="turns in a round")
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
        figures = race(options.contestants, arguments, options.rounds, options.steps or game.steps)
        lines = list(rows(game, figures, options.batch or game.batch))
        print("\n".join([HEAD, *lines]), flush=True)
        rounds = f"{options.rounds} rounds of {options.steps or game.steps} turns"
        said = f"{game.title}: {date.today()}, {rounds}; {versions(*PACKAGES)}."
        kept.setdefault(here, {})[name] = {"said": said, "figures": figures, "lines": lines}
        write(path, json.dumps(kept, indent=1) + "\n")
    publish("benchmarks", "benchmark", tables(kept))


def tables(kept):
    """The tables of the README, a machine each."""
    parts = []
    for here, games in kept.items():
        lines = [line for game in games.values() for line in game["lines"]]
        saids = sorted({game["said"] for game in games.values()})
        parts.append("\n".join([f"### {here}", "", HEAD, *lines, "", *saids]))
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
