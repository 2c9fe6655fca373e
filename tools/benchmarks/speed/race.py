"""A race: contestants in processes of their own, which run one at a time, in rotation."""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys

LIMIT = 60.0  # seconds a step; slower contestants are left out


def one_of(names):
    """A type of argparse: one of these names.

    Under nargs="*", `choices` end in an error where no name is given (Python 3.11).
    """

    def check(name):
        if name not in names:
            raise argparse.ArgumentTypeError(f"must be of {', '.join(names)}; got {name}")
        return name

    return check


def answer(create):
    """Answers requests {"do": method, "count": n} on standard input with what the method returns.

    Args:
        create: returns the contestant, whose `train` and `generate` map a count to seconds.
    """
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not mix with answers
    contestant = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            contestant = contestant or create()
            if request["do"] == "memory":
                reply = (
                    contestant.memory() or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
                )
            else:
                reply = getattr(contestant, request["do"])(request["count"])
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}"}
        print(json.dumps(reply), file=out, flush=True)


class Process:
    """A contestant in its process; after an error it gets no further request."""

    def __init__(self, name, arguments, module=__package__):
        self.name = name
        self.error = None
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, "--worker", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what, count=1):
        if self.error:
            return None
        self.process.stdin.write(json.dumps({"do": what, "count": count}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        reply = json.loads(line) if line else {"error": "its process ended"}
        if isinstance(reply, dict) and "error" in reply:
            self.error = reply["error"]
            return None
        return reply

    def begin(self):
        """Runs one step to compile, and a second one, which must not take more than `LIMIT`."""
        self.ask("train")
        took = self.ask("train")
        if took and took > LIMIT:
            self.error = f"too slow: {took:.0f} s a step"

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def race(names, arguments, rounds, steps):
    """Runs the contestants.

    Returns:
        Name to its results: "train" and "generate" with median, smallest and largest rate per second over the
        rounds, the first not counted, "memory" in bytes and "flops" where known; or to its "error".

    Raises:
        SystemExit: if they do not all train as many weights.
    """
    processes = [Process(name, arguments) for name in names]
    weights = {process.name: process.ask("weights") for process in processes}
    if len(set(weights.values()) - {None}) > 1:
        raise SystemExit(f"The contestants train different numbers of weights: {weights}.")
    for process in processes:
        process.begin()
    seconds = {(name, what): [] for name in names for what in ("train", "generate")}
    for round_ in range(-1, rounds):  # the first one warms up
        for process in processes:
            for what in ("train", "generate"):
                took = process.ask(what, steps)
                if took and round_ >= 0:
                    seconds[process.name, what].append(took)
        print(f"round {round_ + 1} of {rounds}", file=sys.stderr, flush=True)
    results = {}
    for process in processes:
        own = {"memory": process.ask("memory")}
        error = process.error  # before the counts below, which may fail without harm
        if process.name == "PyTorch eager":
            own |= {what: process.ask(what) for what in ("peak", "flops")}
        for what in ("train", "generate"):
            if rates := sorted(steps / took for took in seconds[process.name, what]):
                own[what] = [statistics.median(rates), rates[0], rates[-1]]
        results[process.name] = {"error": error} if error else own
        process.close()
    return results
