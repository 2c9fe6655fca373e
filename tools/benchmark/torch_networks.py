"""The networks of the benchmark in plain PyTorch, layer for layer those of keras_gan."""

import itertools
import math

import torch
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


class ResidualUp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.shortcut = nn.Conv2d(width, width, 1)
        self.inside = nn.Sequential(
            *(nn.BatchNorm2d(width), nn.ReLU(True), nn.Upsample(scale_factor=2)),
            *(nn.Conv2d(width, width, 3, 1, 1), nn.BatchNorm2d(width), nn.ReLU(True)),
            nn.Conv2d(width, width, 3, 1, 1),
        )

    def forward(self, x):
        return self.inside(x) + self.shortcut(F.interpolate(x, scale_factor=2))


class ResidualDown(nn.Module):
    def __init__(self, inside, outside, first, halve):
        super().__init__()
        self.first, self.halve = first, halve
        self.one = spectral_norm(nn.Conv2d(inside, outside, 3, 1, 1))
        self.two = spectral_norm(nn.Conv2d(outside, outside, 3, 1, 1))
        self.shortcut = spectral_norm(nn.Conv2d(inside, outside, 1)) if halve else nn.Identity()

    def forward(self, x):
        hidden = self.two(F.relu(self.one(x if self.first else F.relu(x))))
        if self.halve:
            hidden, x = F.avg_pool2d(hidden, 2), F.avg_pool2d(x, 2)
        return hidden + self.shortcut(x)


class SumOfPlaces(nn.Module):
    def forward(self, x):
        return F.relu(x).sum((2, 3))


def sngan_generator(width=256):
    return nn.Sequential(
        *(nn.Linear(128, 16 * width), nn.Unflatten(1, (width, 4, 4))),
        *(ResidualUp(width) for _ in range(3)),
        *(nn.BatchNorm2d(width), nn.ReLU(True), nn.Conv2d(width, 3, 3, 1, 1), nn.Tanh()),
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


# StyleGAN2.


def activate(x):
    return F.leaky_relu(x, 0.2) * math.sqrt(2)


def blur(x, border, gain=1.0):
    """The filter [1, 3, 3, 1] / 8 along both axes, each channel for itself."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], device=x.device, dtype=x.dtype) / 8
    kernel = (taps[:, None] * taps[None]).expand(x.shape[1], 1, 4, 4) * gain
    return F.conv2d(x, kernel, padding=border, groups=x.shape[1])


class Dense(nn.Module):
    def __init__(self, inside, outside, multiplier=1.0, bias=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outside, inside) / multiplier)
        self.bias = nn.Parameter(torch.full((outside,), bias / multiplier))
        self.scale, self.multiplier = multiplier / math.sqrt(inside), multiplier

    def forward(self, x):
        return F.linear(x, self.weight * self.scale, self.bias * self.multiplier)


class Convolution(nn.Module):
    def __init__(self, inside, outside, size, halve=False, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outside, inside, size, size))
        self.bias = nn.Parameter(torch.zeros(outside)) if bias else None
        self.scale, self.halve, self.size = 1 / math.sqrt(inside * size**2), halve, size

    def forward(self, x):
        kernel = self.weight * self.scale
        if self.halve:
            return F.conv2d(blur(x, (self.size + 1) // 2), kernel, self.bias, 2)
        return F.conv2d(x, kernel, self.bias, padding=self.size // 2)


class Modulated(nn.Module):
    def __init__(self, inside, outside, size, w, upsample=False, demodulate=True):
        super().__init__()
        self.affine = Dense(w, inside, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outside, inside, size, size))
        self.bias = nn.Parameter(torch.zeros(outside))
        self.scale, self.size = 1 / math.sqrt(inside * size**2), size
        self.upsample, self.demodulate = upsample, demodulate

    def forward(self, x, w):
        styles, kernel = self.affine(w), self.weight * self.scale
        x = x * styles[:, :, None, None].to(x.dtype)
        if self.upsample:
            x = blur(F.conv_transpose2d(x, kernel.transpose(0, 1), stride=2), 1, 4.0)
        else:
            x = F.conv2d(x, kernel, padding=self.size // 2)
        if self.demodulate:
            norms = (styles.square() @ kernel.square().sum((2, 3)).T + 1e-8).rsqrt()
            x = x * norms[:, :, None, None].to(x.dtype)
        return x + self.bias[:, None, None]


class Noisy(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self.convolution = Modulated(*args, **kwargs)
        self.strength = nn.Parameter(torch.zeros(()))

    def forward(self, x, w):
        x = self.convolution(x, w)
        noise = torch.randn(len(x), 1, *x.shape[2:], device=x.device, dtype=x.dtype)
        return activate(x + noise * self.strength)


class Mapping(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = nn.ModuleList(Dense(width, width, 0.01) for _ in range(depth))

    def forward(self, z):
        z = z * (z.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        for layer in self.layers:
            z = activate(layer(z))
        return z


class Synthesis(nn.Module):
    def __init__(self, widths, w):
        super().__init__()
        self.constant = nn.Parameter(torch.randn(1, widths[0], 4, 4))
        self.first = Noisy(widths[0], widths[0], 3, w)
        pairs = list(itertools.pairwise(widths))
        self.ups = nn.ModuleList(Noisy(a, b, 3, w, upsample=True) for a, b in pairs)
        self.convolutions = nn.ModuleList(Noisy(b, b, 3, w) for _, b in pairs)
        self.colours = nn.ModuleList(Modulated(b, 3, 1, w, demodulate=False) for b in widths)

    def forward(self, styles):
        x = self.first(self.constant.expand(len(styles), -1, -1, -1), styles[:, 0])
        images = self.colours[0](x, styles[:, 1])
        for level, (up, convolution) in enumerate(zip(self.ups, self.convolutions, strict=True), 1):
            x = convolution(up(x, styles[:, 2 * level - 1]), styles[:, 2 * level])
            zeros = F.pad(images[:, :, :, None, :, None], (0, 1, 0, 0, 0, 1))
            spread = zeros.reshape(len(x), 3, *x.shape[2:])
            images = blur(F.pad(spread, (2, 1, 2, 1)), 0, 4.0)
            images = images + self.colours[level](x, styles[:, 2 * level + 1])
        return images


class Halve(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.skip = Convolution(inside, outside, 1, halve=True, bias=False)
        self.one = Convolution(inside, inside, 3)
        self.two = Convolution(inside, outside, 3, halve=True)

    def forward(self, x):
        return (activate(self.two(activate(self.one(x)))) + self.skip(x)) * math.sqrt(0.5)


class Judge(nn.Module):
    def __init__(self, widths):
        super().__init__()
        self.first = Convolution(3, widths[-1], 1)
        pairs = zip(widths[:0:-1], widths[-2::-1], strict=True)
        self.blocks = nn.Sequential(*(Halve(*pair) for pair in pairs))
        self.last = Convolution(widths[0] + 1, widths[0], 3)
        self.dense, self.logit = Dense(16 * widths[0], widths[0]), Dense(widths[0], 1)

    def forward(self, images):
        x = self.blocks(activate(self.first(images)))
        groups = x.reshape(-1, 4, *x.shape[1:])
        deviations = (groups.var(1, correction=0) + 1e-8).sqrt().mean((1, 2, 3))
        maps = deviations.repeat_interleave(4)[:, None, None, None].expand(-1, 1, 4, 4)
        x = activate(self.last(torch.cat([x, maps], 1)))
        return self.logit(activate(self.dense(x.flatten(1))))
