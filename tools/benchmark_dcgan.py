"""Training steps per second of DCGAN-64, keras_gan against PyTorch eager, on the same networks and threads.

    pip install torch  # not a dependency of keras_gan
    python tools/benchmark_dcgan.py --threads 4

The networks are those of PyTorch's DCGAN tutorial: 100 latents, 64 channels, 64x64 colour images, batch 64,
float32, Adam at 2e-4 with beta_1 0.5. Both generate once a step and show the same examples to both players.
Each runs in a process of its own, one at a time, by turns; reported are the median round and its spread.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

BATCH = 64


def keras_gan_steps(threads):
    os.environ |= {"TF_NUM_INTRAOP_THREADS": str(threads), "KERAS_BACKEND": "tensorflow"}
    import numpy as np

    import keras_gan

    gan = keras_gan.DCGAN(image_shape=(64, 64, 3), seed=0)
    gan.compile()

    def run(steps):
        images = np.random.default_rng(0).uniform(-1, 1, (BATCH * steps, 64, 64, 3))
        images = images.astype("float32")
        began = time.perf_counter()
        gan.fit(images, batch_size=BATCH, verbose=0)
        return time.perf_counter() - began

    return run


def torch_steps(threads):
    import torch
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(threads)

    def up(channels_in, channels_out, stride=2, padding=1):
        convolution = nn.ConvTranspose2d(channels_in, channels_out, 4, stride, padding, bias=False)
        return convolution, nn.BatchNorm2d(channels_out), nn.ReLU(True)

    def down(channels_in, channels_out):
        convolution = nn.Conv2d(channels_in, channels_out, 4, 2, 1, bias=False)
        return convolution, nn.BatchNorm2d(channels_out), nn.LeakyReLU(0.2, True)

    generator = nn.Sequential(
        *up(100, 512, 1, 0),
        *up(512, 256),
        *up(256, 128),
        *up(128, 64),
        nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(3, 64, 4, 2, 1, bias=False),
        nn.LeakyReLU(0.2, True),
        *down(64, 128),
        *down(128, 256),
        *down(256, 512),
        nn.Conv2d(512, 1, 4, 1, 0, bias=False),
        nn.Flatten(),
    )
    criterion = nn.BCEWithLogitsLoss()
    ones, zeros = torch.ones(BATCH, 1), torch.zeros(BATCH, 1)
    adams = [
        torch.optim.Adam(network.parameters(), 2e-4, (0.5, 0.999))
        for network in (generator, discriminator)
    ]

    def step(real):
        fake = generator(torch.randn(BATCH, 100, 1, 1))
        adams[1].zero_grad()
        criterion(discriminator(real), ones).backward()
        criterion(discriminator(fake.detach()), zeros).backward()
        adams[1].step()
        adams[0].zero_grad()
        criterion(discriminator(fake), ones).backward()
        adams[0].step()

    def run(steps):
        images = torch.rand(steps, BATCH, 3, 64, 64) * 2 - 1
        began = time.perf_counter()
        for real in images:
            step(real)
        return time.perf_counter() - began

    return run


WORKERS = {"keras_gan": keras_gan_steps, "torch": torch_steps}


def work(name, threads):
    """Answers each number of steps on standard input with the seconds they took."""
    run = WORKERS[name](threads)
    for line in sys.stdin:
        print(json.dumps(run(int(line))), flush=True)


def main(threads, rounds, steps):
    workers = {
        name: subprocess.Popen(
            [sys.executable, __file__, "--worker", name, "--threads", str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in WORKERS
    }
    rates = {name: [] for name in WORKERS}
    for round_ in range(-1, rounds):  # the first one warms up
        for name, worker in workers.items():
            worker.stdin.write(f"{steps}\n")
            worker.stdin.flush()
            rate = steps / json.loads(worker.stdout.readline())
            if round_ >= 0:
                rates[name].append(rate)
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"DCGAN-64, batch {BATCH}, float32, {threads} threads, {rounds} rounds of {steps} steps")
    for name, values in rates.items():
        print(f"{name:10} {medians[name]:6.2f} steps/s  ({min(values):.2f} to {max(values):.2f})")
    print(f"ratio      {medians['keras_gan'] / medians['torch']:6.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--worker", choices=WORKERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.worker, arguments.threads)
    else:
        main(arguments.threads, arguments.rounds, arguments.steps)
