"""What the benchmarks of training steps share: each contestant in a process of its own, by turns."""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path


def main(file, doc, title, workers, add_options=lambda parser: None):
    """Runs the contestants, or is one of them where `--worker` says so.

    Args:
        file: the program that calls.
        doc: its docstring.
        title: what is measured, in words.
        workers: name to a function from the options to one that takes a number of steps, makes them, and
            returns the seconds they took. The rates of the first are divided by those of the second.
        add_options: adds options of the program's own to the parser.
    """
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--worker", choices=workers, help=argparse.SUPPRESS)
    add_options(parser)
    options = parser.parse_args()
    if options.worker:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        os.environ["TF_NUM_INTRAOP_THREADS"] = str(options.threads)
        sys.path.insert(0, str(Path(__file__).parents[1]))
        work(workers[options.worker](options))
    else:
        race(file, title, workers, options)


def work(run):
    """Answers each number of steps on standard input with the seconds they took."""
    for line in sys.stdin:
        print(json.dumps(run(int(line))), flush=True)


def race(file, title, workers, options):
    """Prints the median rates of all contestants, their spread, and the ratio of the first two."""
    processes = {
        name: subprocess.Popen(
            [sys.executable, file, *sys.argv[1:], "--worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in workers
    }
    rates = {name: [] for name in workers}
    for round_ in range(-1, options.rounds):  # the first one warms up
        for name, process in processes.items():
            process.stdin.write(f"{options.steps}\n")
            process.stdin.flush()
            rate = options.steps / json.loads(process.stdout.readline())
            if round_ >= 0:
                rates[name].append(rate)
    for process in processes.values():
        process.stdin.close()
        process.wait()
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"{title}, {options.threads} threads, {options.rounds} rounds of {options.steps} steps")
    for name, values in rates.items():
        print(f"{name:10} {medians[name]:6.2f} steps/s  ({min(values):.2f} to {max(values):.2f})")
    first, second = list(medians.values())[:2]
    print(f"ratio      {first / second:6.2f}")
