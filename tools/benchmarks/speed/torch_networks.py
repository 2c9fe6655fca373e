"""The networks of the benchmark in plain PyTorch, layer for layer those of keras_gan.

From equal weights they give equal images and logits. CycleGAN's generator does so rotated by 180 degrees,
with its kernels: layers with stride 2 pad at the near border here, at the far one in Keras.
"""

import itertools
import math

import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


def dcgan_generator(side, latent_dim=100, width=64):
    def up(inside, outside):
        convolution = nn.ConvTranspose2d(inside, outside, 4, 2, 1, bias=False)
        return convolution, nn.BatchNorm2d(outside), nn.ReLU(True)

    widths = [width * 2**level for level in reversed(range(int(math.log2(side)) - 2))]
    pairs = itertools.pairwise(widths)
    return nn.Sequential(
        nn.Unflatten(1, (latent_dim, 1, 1)),
        nn.ConvTranspose2d(latent_dim, widths[0], 4, bias=False),
        *(nn.BatchNorm2d(widths[0]), nn.ReLU(True)),
        *(layer for pair in pairs for layer in up(*pair)),
        *(nn.ConvTranspose2d(width, 3, 4, 2, 1), nn.Tanh()),
    )


def dcgan_discriminator(side, normalize=True, width=64):
    def down(inside, outside):
        convolution = nn.Conv2d(inside, outside, 4, 2, 1, bias=not normalize)
        between = (nn.BatchNorm2d(outside),) if normalize else ()
        return convolution, *between, nn.LeakyReLU(0.2, True)

    widths = [width * 2**level for level in range(int(math.log2(side)) - 2)]
    pairs = itertools.pairwise(widths)
    return nn.Sequential(
        *(nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2, True)),
        *(layer for pair in pairs for layer in down(*pair)),
        *(nn.Flatten(), nn.Linear(16 * widths[-1], 1)),
    )


class ResidualDown(nn.Module):
    def __init__(self, inside, outside, first, stride2):
        super().__init__()
        self.first, self.stride2 = first, stride2
        self.one = spectral_norm(nn.Conv2d(inside, outside, 3, 1, 1))
        self.two = spectral_norm(nn.Conv2d(outside, outside, 3, 1, 1))
        self.shortcut = spectral_norm(nn.Conv2d(inside, outside, 1)) if stride2 else nn.Identity()

    def forward(self, x):
        hidden = self.two(F.relu(self.one(x if self.first else F.relu(x))))
        if self.stride2:
            hidden, x = F.avg_pool2d(hidden, 2), F.avg_pool2d(x, 2)
        return hidden + self.shortcut(x)


class Norm(nn.Module):
    """Batch normalization; with classes, its scales, less 1, and shifts are those of a class."""

    def __init__(self, width, classes=None):
        super().__init__()
        self.normal = nn.BatchNorm2d(width, 1e-5 if classes else 2e-5, affine=not classes)
        if classes:
            self.gain, self.bias = (nn.Embedding(classes, width) for _ in range(2))

    def forward(self, x, labels=None):
        x = self.normal(x)
        if labels is None:
            return x
        gain, bias = (of(labels)[:, :, None, None].to(x.dtype) for of in (self.gain, self.bias))
        return x * (1 + gain) + bias


class ResidualUp(nn.Module):
    """A block of SNGAN's generator; with classes, of BigGAN's."""

    def __init__(self, width, classes=None):
        super().__init__()
        wrap = spectral_norm if classes else nn.Identity()
        self.before, self.between = (Norm(width, classes) for _ in range(2))
        self.one, self.two = (wrap(nn.Conv2d(width, width, 3, 1, 1)) for _ in range(2))
        self.shortcut = wrap(nn.Conv2d(width, width, 1))

    def forward(self, x, labels=None):
        hidden = F.interpolate(F.relu(self.before(x, labels), True), scale_factor=2)
        hidden = self.two(F.relu(self.between(self.one(hidden), labels), True))
        return hidden + self.shortcut(F.interpolate(x, scale_factor=2))


class BigGenerator(nn.Module):
    def __init__(self, width, classes, latent_dim=128):
        super().__init__()
        first = spectral_norm(nn.Linear(latent_dim, 16 * width))
        self.first = nn.Sequential(first, nn.Unflatten(1, (width, 4, 4)))
        self.blocks = nn.ModuleList(ResidualUp(width, classes) for _ in range(3))
        last = spectral_norm(nn.Conv2d(width, 3, 3, 1, 1))
        self.last = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU(True), last, nn.Tanh())

    def forward(self, z, labels):
        x = self.first(z)
        for block in self.blocks:
            x = block(x, labels)
        return self.last(x)


class SumOfPlaces(nn.Module):
    def forward(self, x):
        return F.relu(x).sum((2, 3))


def sngan_generator(width=256):
    return nn.Sequential(
        *(nn.Linear(128, 16 * width), nn.Unflatten(1, (width, 4, 4))),
        *(ResidualUp(width) for _ in range(3)),
        *(nn.BatchNorm2d(width, 2e-5), nn.ReLU(True), nn.Conv2d(width, 3, 3, 1, 1), nn.Tanh()),
    )


def sngan_discriminator(width=128):
    blocks = [ResidualDown(width if i else 3, width, i == 0, i < 2) for i in range(4)]
    return nn.Sequential(*blocks, SumOfPlaces(), spectral_norm(nn.Linear(width, 1)))


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inside = nn.Sequential(
            *(nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width)),
            *(nn.ReLU(True), nn.ReflectionPad2d(1)),
            *(nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width)),
        )

    def forward(self, x):
        return x + self.inside(x)


def resnet_generator(blocks, w=64):
    return nn.Sequential(
        *(nn.ReflectionPad2d(3), nn.Conv2d(3, w, 7), nn.InstanceNorm2d(w), nn.ReLU(True)),
        *(nn.Conv2d(w, 2 * w, 3, 2, 1), nn.InstanceNorm2d(2 * w), nn.ReLU(True)),
        *(nn.Conv2d(2 * w, 4 * w, 3, 2, 1), nn.InstanceNorm2d(4 * w), nn.ReLU(True)),
        *(Residual(4 * w) for _ in range(blocks)),
        *(nn.ConvTranspose2d(4 * w, 2 * w, 3, 2, 1, 1), nn.InstanceNorm2d(2 * w), nn.ReLU(True)),
        *(nn.ConvTranspose2d(2 * w, w, 3, 2, 1, 1), nn.InstanceNorm2d(w), nn.ReLU(True)),
        *(nn.ReflectionPad2d(3), nn.Conv2d(w, 3, 7), nn.Tanh()),
    )


def patchgan():
    blocks = [nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for width, stride in ((64, 2), (128, 2), (256, 1)):
        blocks += [nn.Conv2d(width, 2 * width, 4, stride, 1), nn.InstanceNorm2d(2 * width)]
        blocks.append(nn.LeakyReLU(0.2, True))
    return nn.Sequential(*blocks, nn.Conv2d(512, 1, 4, 1, 1))
