"""The games of the benchmark as one writes them in PyTorch: the same updates as keras_gan's, by hand."""

import itertools
import random
import time
from contextlib import nullcontext

import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from tools.benchmarks.speed import torch_networks as networks
from tools.benchmarks.speed.games import Game

OBJECTIVES = {
    "binary": (
        lambda real, fake: F.softplus(-real).mean() + F.softplus(fake).mean(),
        lambda fake: F.softplus(-fake).mean(),
    ),
    "hinge": (
        lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean(),
        lambda fake: -fake.mean(),
    ),
    "wasserstein": (lambda real, fake: fake.mean() - real.mean(), lambda fake: -fake.mean()),
}


class Contestant:
    """A game whose `networks` a subclass builds and whose `step` it writes.

    Channels last everywhere; on a GPU TF32, and bfloat16 by autocast where asked for. With `compiles`, what
    the networks compute is compiled, but for gradients of gradients, which torch.compile does not have.
    """

    def __init__(self, game: Game, options, compiles: bool):
        torch.manual_seed(0)
        torch.set_num_threads(options.threads)
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
        self.game, self.batch = game, options.batch or game.batch
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.half = options.dtype == "bfloat16"
        self.build()
        self.networks = [self.place(network) for network in self.networks]
        rate, *betas = game.adam
        self.adams = [
            torch.optim.Adam(
                itertools.chain(*(n.parameters() for n in networks)), rate, tuple(betas)
            )
            for networks in self.players()
        ]
        self.run = [torch.compile(n) for n in self.networks] if compiles else self.networks

    def place(self, x):
        """On the device, channels last where there are channels."""
        if isinstance(x, torch.Tensor) and x.ndim != 4:
            return x.to(self.device)
        return x.to(self.device, memory_format=torch.channels_last)

    def players(self):
        generator, discriminator = self.networks
        return [generator], [discriminator]

    def autocast(self):
        return torch.autocast(self.device, torch.bfloat16) if self.half else nullcontext()

    def latents(self):
        return torch.randn(self.batch, self.latent_dim, device=self.device)

    def images(self, count):
        """`count` minibatches."""
        height, width, channels = self.game.shape
        return torch.rand(count, self.batch, channels, height, width) * 2 - 1

    def train(self, steps):
        minibatches = self.images(steps * self.game.updates).split(self.game.updates)
        began = time.perf_counter()
        for step in minibatches:
            self.step([self.place(real) for real in step])
        self.wait()
        return time.perf_counter() - began

    @torch.no_grad()
    def generate(self, count):
        self.networks[0].eval()
        began = time.perf_counter()
        for _ in range(count):
            with self.autocast():
                self.run[0](self.latents())
        self.wait()
        took = time.perf_counter() - began
        self.networks[0].train()
        return took

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def weights(self, _=1):
        """The number of trainable weights."""
        return sum(p.numel() for network in self.networks for p in network.parameters())

    def memory(self, _=1):
        return torch.cuda.max_memory_allocated() if self.device == "cuda" else None

    def flops(self, _=1):
        """Floating point operations in a step, by PyTorch's count of convolutions and products."""
        self.run = self.networks
        with FlopCounterMode(display=False) as counter:
            self.train(1)
        return counter.get_total_flops()

    def peak(self, _=1):
        """The device's peak in FLOP per second: the better of a large product and a large convolution."""
        dtype = torch.bfloat16 if self.half else torch.float32
        matrix = torch.randn(4096, 4096, device=self.device, dtype=dtype)
        images = self.place(torch.randn(64, 256, 32, 32)).to(dtype)
        kernel = self.place(torch.randn(256, 256, 3, 3)).to(dtype)
        tasks = {
            2 * 4096**3: lambda: matrix @ matrix,
            2 * 64 * 32 * 32 * 256 * 256 * 9: lambda: F.conv2d(images, kernel, padding=1),
        }
        rates = []
        for flops, task in tasks.items():
            for _ in range(5):
                self.wait()
                began = time.perf_counter()
                task()
                self.wait()
                rates.append(flops / (time.perf_counter() - began))
        return max(rates)


def update(adam, loss):
    """One optimizer update."""
    adam.zero_grad()
    loss.backward()
    adam.step()


def frozen(network, is_frozen=True):
    for parameter in network.parameters():
        parameter.requires_grad_(not is_frozen)


class Adversaries(Contestant):
    """DCGAN, SNGAN and WGAN-GP.

    The last discriminator update shares its images with the generator's update.
    """

    def build(self):
        side, name = self.game.shape[0], self.game.build.__name__
        self.latent_dim = 128 if name == "sngan" else 100
        self.penalized = name == "wgan_gp"
        if name == "sngan":
            self.networks = [networks.sngan_generator(), networks.sngan_discriminator()]
        else:
            critic = networks.dcgan_discriminator(side, normalize=not self.penalized)
            self.networks = [networks.dcgan_generator(side), critic]
        self.critic_loss, self.generator_loss = OBJECTIVES[self.game.objective]

    def step(self, minibatches):
        generator, discriminator = self.run
        for update_, real in enumerate(minibatches, 1):
            last = update_ == len(minibatches)
            with self.autocast(), nullcontext() if last else torch.no_grad():
                fake = generator(self.latents())
            with self.autocast():
                seen = fake.detach()
                loss = self.critic_loss(*self.logits(real, seen))
            if self.penalized:
                loss = loss + self.penalty(real, seen.float())
            update(self.adams[1], loss)
        frozen(self.networks[1])
        with self.autocast():
            loss = self.generator_loss(discriminator(fake).float())
        update(self.adams[0], loss)
        frozen(self.networks[1], False)

    def logits(self, real, fake):
        """In one pass unless batches are normalized; torch.compile fails on spectral norms in two."""
        discriminator = self.run[1]
        if self.game.objective == "binary":
            return discriminator(real).float(), discriminator(fake).float()
        return discriminator(torch.cat([real, fake])).float().chunk(2)

    def penalty(self, real, fake):
        between = torch.lerp(fake, real, torch.rand(len(real), 1, 1, 1, device=self.device))
        between.requires_grad_(True)
        total = self.networks[1](between).sum()
        (gradient,) = torch.autograd.grad(total, between, create_graph=True)
        return 10 * (gradient.flatten(1).norm(dim=1) - 1).square().mean()


class Cycle(Contestant):
    """CycleGAN, in the order of the authors' code: generators first, then discriminators on the history."""

    latent_dim = None

    def build(self):
        blocks = 6 if self.game.shape[0] <= 128 else 9
        generators = [networks.resnet_generator(blocks) for _ in "AB"]
        self.networks = [*generators, networks.patchgan(), networks.patchgan()]
        self.pools = [[], []]

    def players(self):
        return self.networks[:2], self.networks[2:]

    def latents(self):
        return self.place(self.images(1)[0])

    def train(self, steps):
        pairs = self.images(2 * steps).split(2)
        began = time.perf_counter()
        for pair in pairs:
            self.step([self.place(image) for image in pair])
        self.wait()
        return time.perf_counter() - began

    def remembered(self, pool, image):
        if len(pool) < 50:
            pool.append(image)
            return image
        if random.random() < 0.5:
            return image
        index = random.randrange(50)
        old, pool[index] = pool[index], image
        return old

    def step(self, pair):
        (a, b), (to_a, to_b, critic_a, critic_b) = pair, self.run

        def against(critic, image, target):
            logits = critic(image).float()
            return F.mse_loss(logits, torch.full_like(logits, target))

        for network in self.networks[2:]:
            frozen(network)
        with self.autocast():
            fake_a, fake_b = to_a(b), to_b(a)
            loss = against(critic_a, fake_a, 1.0) + against(critic_b, fake_b, 1.0)
            loss = loss + 10 * (F.l1_loss(to_a(fake_b), a) + F.l1_loss(to_b(fake_a), b))
            loss = loss + 5 * (F.l1_loss(to_a(a), a) + F.l1_loss(to_b(b), b))
        update(self.adams[0], loss)
        for network in self.networks[2:]:
            frozen(network, False)
        with self.autocast():
            loss = 0.0
            for critic, real, fake, pool in (
                (critic_a, a, fake_a, self.pools[0]),
                (critic_b, b, fake_b, self.pools[1]),
            ):
                seen = self.remembered(pool, fake.detach())
                loss = loss + (against(critic, real, 1.0) + against(critic, seen, 0.0)) / 2
        update(self.adams[1], loss)


def contestant(name, game, options, compiles):
    return {"cyclegan": Cycle}.get(name, Adversaries)(game, options, compiles)
