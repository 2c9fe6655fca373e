"""Speed of generating and translating, as users call it, beside PyTorch eager on the same networks.

    pip install torch                            # no dependency of keras_gan
    python -m tools.benchmarks.speed.generation [MODEL ...] [--dtype bfloat16] [--rounds 3]

Measured are `model.generate(n)` and `model.translate(images)`, from a number or uint8 images to uint8
images; PyTorch draws latents, runs the generator in inference mode, and converts to uint8 likewise. Both have
random weights, and a process for each model and precision; the two take turns. Reported are milliseconds a
call, the median of the rounds, and PyTorch's time over ours. All models in both precisions replace the table
of docs/benchmarks/README.md.
"""

import argparse
import os
import statistics
import time
from datetime import date

import numpy as np

from tools.benchmarks.speed.race import Process, answer, one_of
from tools.pages import machine, markdown_table, publish, versions

MODULE = "tools.benchmarks.speed.generation"
MODELS = {
    "dcgan": "DCGAN-64",
    "wgan_gp": "WGAN-GP-32",
    "stylegan2": "StyleGAN2-64",
    "biggan": "BigGAN-32",
    "cyclegan": "CycleGAN-128",
}
BATCHES = (1, 8, 64)
DTYPES = ("float32", "bfloat16")
SHORTEST = 0.5  # seconds of calls in a round
STYLES = {"channel_base": 8192, "channel_max": 256}  # a quarter of the authors' widths
CLASSES = 10


class Timed:
    """A contestant that answers how many seconds a call takes, for a batch size."""

    def train(self, batch):
        count, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < SHORTEST:
            assert len(self.call(batch)) == batch
            count += 1
        return took / count


class Ours(Timed):
    """A model of keras_gan."""

    def __init__(self, name, dtype):
        import keras

        if dtype == "bfloat16":
            keras.config.set_dtype_policy("mixed_bfloat16")
        import keras_gan
        from keras_gan.networks import biggan, stylegan2

        def styles(shape):
            generator = stylegan2.generator(shape, 256, mapping_layers=2, **STYLES)
            return keras_gan.StyleGAN2(generator, stylegan2.discriminator(shape, **STYLES))

        def big(shape):
            options = {"num_classes": CLASSES, "width": 32}
            generator = biggan.generator(shape, hierarchical=False, **options)
            return keras_gan.BigGAN(generator, biggan.discriminator(shape, **options))

        self.model = {
            "dcgan": lambda: keras_gan.DCGAN(image_shape=(64, 64, 3)),
            "wgan_gp": lambda: keras_gan.WGANGP(image_shape=(32, 32, 3)),
            "stylegan2": lambda: styles((64, 64, 3)),
            "biggan": lambda: big((32, 32, 3)),
            "cyclegan": lambda: keras_gan.CycleGAN(image_shape=(128, 128, 3)),
        }[name]()

    def call(self, batch):
        if self.model.verb == "translate":
            return self.model.translate(photos(batch))
        labels = None if self.model.num_classes is None else 3
        return self.model.generate(batch, labels=labels)


class Torch(Timed):
    """The same generator in PyTorch."""

    def __init__(self, name, dtype):
        import torch

        from tools.benchmarks.speed import torch_networks, torch_styles

        self.torch, self.name = torch, name
        self.half = dtype == "bfloat16"
        network = {
            "dcgan": lambda: torch_networks.dcgan_generator(64),
            "wgan_gp": lambda: torch_networks.dcgan_generator(32),
            "stylegan2": lambda: torch_styles.Generator([256, 256, 256, 256, 128], 256, 2),
            "biggan": lambda: torch_networks.BigGenerator(128, CLASSES),
            "cyclegan": lambda: torch_networks.resnet_generator(6),
        }[name]()
        self.network = network.to(memory_format=torch.channels_last).eval()
        self.latent_dim = {"stylegan2": 256, "biggan": 128}.get(name, 100)

    def call(self, batch):
        torch = self.torch
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            if self.name == "cyclegan":
                inputs = torch.from_numpy(photos(batch)).permute(0, 3, 1, 2)  # channels last
                images = self.network(inputs.float() / 127.5 - 1.0)
            else:
                latents = torch.randn(batch, self.latent_dim)
                labels = [torch.full((batch,), 3)] if self.name == "biggan" else []
                images = self.network(latents, *labels)
            scaled = (images.float() + 1.0).mul_(127.5).round_().clamp_(0.0, 255.0)
            return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()


def photos(batch):
    return np.random.default_rng(0).integers(0, 256, (batch, 128, 128, 3), np.uint8)


CONTESTANTS = {"keras_gan": Ours, "PyTorch eager": Torch}


def measured(name, dtype, rounds):
    """Contestant and batch size to the median of its seconds a call."""
    processes = [Process(each, [name, "--dtype", dtype], MODULE) for each in CONTESTANTS]
    seconds = {(p.name, batch): [] for p in processes for batch in BATCHES}
    for round_ in range(-1, rounds):  # the first one warms up
        for batch in BATCHES:
            for process in processes:
                took = process.ask("train", batch)
                if process.error:
                    raise SystemExit(f"{process.name}, {name}: {process.error}")
                if round_ >= 0:
                    seconds[process.name, batch].append(took)
    for process in processes:
        process.close()
    return {key: statistics.median(values) for key, values in seconds.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "models", nargs="*", type=one_of(MODELS), metavar="MODEL", help=", ".join(MODELS)
    )
    parser.add_argument("--dtype", choices=DTYPES, help="both if none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        answer(lambda: CONTESTANTS[options.worker](*options.models, options.dtype))
        return
    rows = []
    for dtype in [options.dtype] if options.dtype else DTYPES:
        for name in options.models or MODELS:
            found = measured(name, dtype, options.rounds)
            for batch in BATCHES:
                ours, torch = found["keras_gan", batch], found["PyTorch eager", batch]
                cells = [MODELS[name], dtype, batch, f"{1e3 * ours:.1f}", f"{1e3 * torch:.1f}"]
                rows.append([*cells, f"{torch / ours:.2f}"])
                print(*rows[-1], sep="  ", flush=True)
    headings = ["Model", "Precision", "Images", "ms a call", "PyTorch eager", "Times as fast"]
    caption = f"{machine()}, {os.cpu_count()} threads, {date.today()}; "
    caption += f"{versions('keras', 'tensorflow', 'torch')}."
    if not (options.models or options.dtype):
        publish("benchmarks", "generation", f"{markdown_table(headings, rows)}\n\n{caption}")


if __name__ == "__main__":
    main()
