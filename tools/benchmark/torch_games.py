"""The games of the benchmark as one writes them in PyTorch: the same moves as keras_gan makes, by hand."""

import copy
import itertools
import math
import random
import time
from contextlib import nullcontext

import torch
import torch.nn.functional as F
import torch_networks as networks
import torch_styles
from games import BIG, STYLES, Game
from torch.utils.flop_counter import FlopCounterMode

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
        self.steps = 0

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

    def labels(self):
        """What networks are told besides: a column of classes, if the game has any."""
        if not self.game.classes:
            return []
        return [torch.randint(self.game.classes, (self.batch,), device=self.device)]

    def images(self, count):
        """`count` minibatches."""
        height, width, channels = self.game.shape
        return torch.rand(count, self.batch, channels, height, width) * 2 - 1

    def train(self, turns):
        minibatches = self.images(turns * self.game.moves).split(self.game.moves)
        began = time.perf_counter()
        for turn in minibatches:
            self.step([self.place(real) for real in turn])
            self.steps += 1
        self.wait()
        return time.perf_counter() - began

    @torch.no_grad()
    def generate(self, count):
        self.networks[0].eval()
        began = time.perf_counter()
        for _ in range(count):
            with self.autocast():
                self.run[0](self.latents(), *self.labels())
        self.wait()
        took = time.perf_counter() - began
        self.networks[0].train()
        return took

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def weights(self, _=1):
        """How many numbers are trained."""
        return sum(p.numel() for network in self.networks for p in network.parameters())

    def memory(self, _=1):
        return torch.cuda.max_memory_allocated() if self.device == "cuda" else None

    def flops(self, _=1):
        """Of a turn, as PyTorch counts convolutions and matrix products, back and forth.

        Lazy regularizers count in their share: over 16 turns.
        """
        turns = 16 if isinstance(self, Styles) else 1
        self.run, self.steps = self.networks, 0
        with FlopCounterMode(display=False) as counter:
            self.train(turns)
        return counter.get_total_flops() / turns

    def peak(self, _=1):
        """The most that the device does, in FLOP a second: of a large product and a large convolution."""
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
    """One move."""
    adam.zero_grad()
    loss.backward()
    adam.step()


def frozen(network, is_frozen=True):
    for parameter in network.parameters():
        parameter.requires_grad_(not is_frozen)


@torch.no_grad()
def follow(averages, networks, decay):
    """Moves averages of networks, of their weights and of what they keep in normalizing."""
    for average, network in zip(averages, networks, strict=False):
        pairs = (
            [x for x in (*n.parameters(), *n.buffers()) if x.is_floating_point()]
            for n in (average, network)
        )
        torch._foreach_lerp_(*pairs, 1 - decay)


class Adversaries(Contestant):
    """DCGAN, SNGAN, WGAN-GP and BigGAN.

    The last move of the discriminator shares its images with the generator's.
    """

    def build(self):
        side, name = self.game.shape[0], self.game.make.__name__
        self.latent_dim = 128 if name in ("sngan", "biggan") else 100
        self.penalized = name == "wgan_gp"
        if name == "sngan":
            self.networks = [networks.sngan_generator(), networks.sngan_discriminator()]
        elif name == "biggan":
            width, classes = 4 * BIG["width"], BIG["num_classes"]
            critic = networks.Projection(width, classes)
            self.networks = [networks.BigGenerator(width, classes), critic]
        else:
            critic = networks.dcgan_discriminator(side, normalize=not self.penalized)
            self.networks = [networks.dcgan_generator(side), critic]
        self.judge, self.deceive = OBJECTIVES[self.game.objective]
        self.averages = [self.place(copy.deepcopy(self.networks[0]))] if self.game.ema else []

    def step(self, minibatches):
        generator, discriminator = self.run
        for move, real in enumerate(minibatches, 1):
            last, labels = move == len(minibatches), self.labels()
            with self.autocast(), nullcontext() if last else torch.no_grad():
                fake = generator(self.latents(), *labels)
            with self.autocast():
                seen = fake.detach()
                loss = self.judge(*self.logits(real, seen, labels))
            if self.penalized:
                loss = loss + self.penalty(real, seen.float())
            update(self.adams[1], loss)
        frozen(self.networks[1])
        with self.autocast():
            loss = self.deceive(discriminator(fake, *labels).float())
        update(self.adams[0], loss)
        frozen(self.networks[1], False)
        follow(self.averages, self.networks, self.game.ema)

    def logits(self, real, fake, labels):
        """In one pass unless batches are normalized; torch.compile fails on spectral norms in two."""
        discriminator = self.run[1]
        if self.game.objective == "binary":
            return discriminator(real).float(), discriminator(fake).float()
        labels = [torch.cat([column, column]) for column in labels]
        return discriminator(torch.cat([real, fake]), *labels).float().chunk(2)

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

    def train(self, turns):
        pairs = self.images(2 * turns).split(2)
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
        (a, b), (to_a, to_b, judge_a, judge_b) = pair, self.run

        def against(judge, image, target):
            logits = judge(image).float()
            return F.mse_loss(logits, torch.full_like(logits, target))

        for network in self.networks[2:]:
            frozen(network)
        with self.autocast():
            fake_a, fake_b = to_a(b), to_b(a)
            loss = against(judge_a, fake_a, 1.0) + against(judge_b, fake_b, 1.0)
            loss = loss + 10 * (F.l1_loss(to_a(fake_b), a) + F.l1_loss(to_b(fake_a), b))
            loss = loss + 5 * (F.l1_loss(to_a(a), a) + F.l1_loss(to_b(b), b))
        update(self.adams[0], loss)
        for network in self.networks[2:]:
            frozen(network, False)
        with self.autocast():
            loss = 0.0
            for judge, real, fake, pool in (
                (judge_a, a, fake_a, self.pools[0]),
                (judge_b, b, fake_b, self.pools[1]),
            ):
                seen = self.remembered(pool, fake.detach())
                loss = loss + (against(judge, real, 1.0) + against(judge, seen, 0.0)) / 2
        update(self.adams[1], loss)


class Styles(Contestant):
    """StyleGAN2: mixing, R1 every 16 turns, path lengths every 4, a moving average of the generator."""

    latent_dim = 256

    def build(self):
        levels = range(2, int(math.log2(self.game.shape[0])) + 1)
        widths = [min(STYLES["channel_base"] // 2**k, STYLES["channel_max"]) for k in levels]
        self.count = 2 * len(widths)
        synthesis = torch_styles.Synthesis(widths, self.latent_dim)
        mapping = torch_styles.Mapping(self.latent_dim, 2)
        self.networks = [mapping, synthesis, torch_styles.Judge(widths)]
        self.averages = [self.place(copy.deepcopy(n)) for n in self.networks[:2]]
        self.mean_length = torch.zeros((), device=self.device)

    def players(self):
        return self.networks[:2], self.networks[2:]

    def styles(self):
        first, second = self.run[0](self.latents()), self.run[0](self.latents())
        crossover = random.randrange(1, self.count) if random.random() < 0.9 else self.count
        of_first = (torch.arange(self.count, device=self.device) < crossover)[None, :, None]
        return torch.where(of_first, first[:, None], second[:, None])

    @torch.no_grad()
    def generate(self, count):
        began = time.perf_counter()
        for _ in range(count):
            with self.autocast():
                w = self.run[0](self.latents())
                self.run[1](w[:, None].expand(-1, self.count, -1))
        self.wait()
        return time.perf_counter() - began

    def step(self, minibatches):
        (real,), (_, synthesis, judge) = minibatches, self.run
        with self.autocast():
            fake = synthesis(self.styles()).float()
            loss = F.softplus(judge(fake.detach()).float()) + F.softplus(-judge(real).float())
        update(self.adams[1], loss.mean())
        if self.steps % 16 == 0:
            real = real.detach().requires_grad_(True)
            total = self.networks[2](real).sum()
            (gradient,) = torch.autograd.grad(total, real, create_graph=True)
            update(self.adams[1], 16 * 0.0128 * gradient.square().sum((1, 2, 3)).mean())
        frozen(self.networks[2])
        with self.autocast():
            loss = F.softplus(-judge(fake).float()).mean()
        update(self.adams[0], loss)
        frozen(self.networks[2], False)
        if self.steps % 4 == 0:
            update(self.adams[0], 4 * 2.0 * self.path_length())
        follow(self.averages, self.networks, self.game.ema)

    def path_length(self):
        styles = self.styles()[: self.batch // 2]
        images = self.networks[1](styles)
        noise = torch.randn_like(images) / self.game.shape[0]
        (gradient,) = torch.autograd.grad((images * noise).sum(), styles, create_graph=True)
        lengths = (gradient.square().sum(2).mean(1) + 1e-12).sqrt()
        self.mean_length.lerp_(lengths.detach().mean(), 0.01)
        return (lengths - self.mean_length).square().mean()


def contestant(name, game, options, compiles):
    kinds = {"cyclegan": Cycle, "stylegan2": Styles}
    return kinds.get(name, Adversaries)(game, options, compiles)
