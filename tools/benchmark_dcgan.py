"""Training steps per second of DCGAN-64, keras_gan against PyTorch eager, on the same networks and threads.

    pip install torch  # not a dependency of keras_gan
    python tools/benchmark_dcgan.py --threads 4

The networks are those of PyTorch's DCGAN tutorial: 100 latents, 64 channels, 64x64 colour images, batch 64,
float32, Adam at 2e-4 with beta_1 0.5. Both generate once a step and show the same examples to both players.
Each runs in a process of its own, one at a time, by turns; reported are the median round and its spread.
"""

import time

from race import main

BATCH = 64


def keras_gan_steps(options):
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


def torch_steps(options):
    import torch
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(options.threads)

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


if __name__ == "__main__":
    workers = {"keras_gan": keras_gan_steps, "torch": torch_steps}
    main(__file__, __doc__, f"DCGAN-64, batch {BATCH}, float32", workers)
