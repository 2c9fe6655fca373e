"""Training steps per second of CycleGAN, keras_gan against PyTorch eager, on the same networks and threads.

    pip install torch  # not a dependency of keras_gan
    python tools/benchmark_cyclegan.py --threads 4 --size 128 --blocks 6
    KERAS_BACKEND=jax python tools/benchmark_cyclegan.py --size 256 --blocks 9 --dtype bfloat16  # on a GPU

The networks, losses, history and optimizers are those of the paper, for minibatches of 1, without jitter.
PyTorch runs as the authors' code does, with channels last; on a GPU with TF32 and, where asked for, autocast
to bfloat16. Each runs in a process of its own, one at a time, by turns; reported are the median round and its
spread.
"""

import itertools
import random
import time

from race import main


def keras_gan_steps(options):
    import keras
    import numpy as np

    import keras_gan
    from keras_gan.networks import patchgan, resnet

    keras.config.set_dtype_policy(
        "mixed_bfloat16" if options.dtype == "bfloat16" else options.dtype
    )
    generators = [resnet.generator(width=options.width, blocks=options.blocks) for _ in "AB"]
    critics = [patchgan.discriminator() for _ in "AB"]
    shape = (options.size, options.size, 3)
    model = keras_gan.CycleGAN(*generators, *critics, image_shape=shape, jittered=False, seed=0)
    model.compile(steps_per_execution=options.execute)

    def run(steps):
        domains = np.random.default_rng(0).uniform(-1, 1, (2, steps, *shape)).astype("float32")
        began = time.perf_counter()
        model.fit(*domains, verbose=0)
        return time.perf_counter() - began

    return run


def torch_steps(options):
    import torch
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    device = "cuda" if torch.cuda.is_available() else "cpu"
    w = options.width

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            half = [nn.ReflectionPad2d(1), nn.Conv2d(4 * w, 4 * w, 3), nn.InstanceNorm2d(4 * w)]
            other = [nn.ReflectionPad2d(1), nn.Conv2d(4 * w, 4 * w, 3), nn.InstanceNorm2d(4 * w)]
            self.inside = nn.Sequential(*half, nn.ReLU(True), *other)

        def forward(self, x):
            return x + self.inside(x)

    def generator():
        return nn.Sequential(
            *(nn.ReflectionPad2d(3), nn.Conv2d(3, w, 7), nn.InstanceNorm2d(w), nn.ReLU(True)),
            *(nn.Conv2d(w, 2 * w, 3, 2, 1), nn.InstanceNorm2d(2 * w), nn.ReLU(True)),
            *(nn.Conv2d(2 * w, 4 * w, 3, 2, 1), nn.InstanceNorm2d(4 * w), nn.ReLU(True)),
            *(Residual() for _ in range(options.blocks)),
            *(nn.ConvTranspose2d(4 * w, 2 * w, 3, 2, 1, 1), nn.InstanceNorm2d(2 * w)),
            *(nn.ReLU(True), nn.ConvTranspose2d(2 * w, w, 3, 2, 1, 1), nn.InstanceNorm2d(w)),
            *(nn.ReLU(True), nn.ReflectionPad2d(3), nn.Conv2d(w, 3, 7), nn.Tanh()),
        )

    def critic():
        blocks = [nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2, True)]
        for width, stride in ((64, 2), (128, 2), (256, 1)):
            blocks += [nn.Conv2d(width, 2 * width, 4, stride, 1), nn.InstanceNorm2d(2 * width)]
            blocks.append(nn.LeakyReLU(0.2, True))
        return nn.Sequential(*blocks, nn.Conv2d(512, 1, 4, 1, 1))

    def place(network):
        return network.to(device, memory_format=torch.channels_last)

    to_b, to_a = (place(generator()) for _ in "AB")
    critic_a, critic_b = (place(critic()) for _ in "AB")
    adams = [
        torch.optim.Adam(itertools.chain(*(n.parameters() for n in networks)), 2e-4, (0.5, 0.999))
        for networks in ((to_a, to_b), (critic_a, critic_b))
    ]
    l1, mse = nn.L1Loss(), nn.MSELoss()
    pools = [[], []]

    def remembered(pool, image):
        if len(pool) < 50:
            pool.append(image.detach())
            return image
        if random.random() < 0.5:
            return image
        index = random.randrange(50)
        old, pool[index] = pool[index], image.detach()
        return old

    def judge(network, image, target):
        logits = network(image).float()
        return mse(logits, torch.full_like(logits, target))

    def step(a, b):
        with torch.autocast(device, torch.bfloat16, enabled=options.dtype == "bfloat16"):
            for network in (critic_a, critic_b):
                network.requires_grad_(False)
            fake_a, fake_b = to_a(b), to_b(a)
            loss = judge(critic_a, fake_a, 1.0) + judge(critic_b, fake_b, 1.0)
            loss = loss + 10 * (l1(to_a(fake_b), a) + l1(to_b(fake_a), b))
            loss = loss + 5 * (l1(to_a(a), a) + l1(to_b(b), b))
        adams[0].zero_grad()
        loss.backward()
        adams[0].step()
        adams[1].zero_grad()
        pairs = ((critic_a, a, fake_a, pools[0]), (critic_b, b, fake_b, pools[1]))
        for network, real, fake, pool in pairs:
            network.requires_grad_(True)
            seen = remembered(pool, fake.detach())
            with torch.autocast(device, torch.bfloat16, enabled=options.dtype == "bfloat16"):
                loss = (judge(network, real, 1.0) + judge(network, seen, 0.0)) / 2
            loss.backward()
        adams[1].step()

    def run(steps):
        shape = (2, steps, 1, 3, options.size, options.size)
        domains = torch.rand(shape) * 2 - 1
        began = time.perf_counter()
        for a, b in zip(*domains, strict=True):
            step(*(x.to(device, memory_format=torch.channels_last) for x in (a, b)))
        if device == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - began

    return run


def add_options(parser):
    parser.add_argument("--size", type=int, default=128, help="side of the images")
    parser.add_argument("--width", type=int, default=64, help="of the generators")
    parser.add_argument("--blocks", type=int, default=6, help="of the generators")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--execute", type=int, default=1, help="keras_gan's steps_per_execution")


if __name__ == "__main__":
    workers = {"keras_gan": keras_gan_steps, "torch": torch_steps}
    main(__file__, __doc__, "CycleGAN, batch 1", workers, add_options)
