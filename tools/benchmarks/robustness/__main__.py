"""Robustness of training, by one command each.

python -m tools.benchmarks.robustness equality  # one device, several devices, both backends
python -m tools.benchmarks.robustness kill      # interruptions
"""

import argparse
import importlib

COMMANDS = ("equality", "kill")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    modules = {name: importlib.import_module(f"{__package__}.{name}") for name in COMMANDS}
    for name, module in modules.items():
        module.add_arguments(commands.add_parser(name, description=module.__doc__.splitlines()[0]))
    args = parser.parse_args()
    modules[args.command].run(args)


if __name__ == "__main__":
    main()
