"""The networks of StyleGAN2 in plain PyTorch, layer for layer those of keras_gan.

From equal weights they give equal images and logits; kernels of layers that double are turned by 180 degrees.
"""

import itertools
import math

import torch
import torch.nn.functional as F
from torch import nn


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
        self.colors = nn.ModuleList(Modulated(b, 3, 1, w, demodulate=False) for b in widths)

    def forward(self, styles):
        x = self.first(self.constant.expand(len(styles), -1, -1, -1), styles[:, 0])
        images = self.colors[0](x, styles[:, 1])
        for level, (up, convolution) in enumerate(zip(self.ups, self.convolutions, strict=True), 1):
            x = convolution(up(x, styles[:, 2 * level - 1]), styles[:, 2 * level])
            zeros = F.pad(images[:, :, :, None, :, None], (0, 1, 0, 0, 0, 1))
            spread = zeros.reshape(len(x), 3, *x.shape[2:])
            images = blur(F.pad(spread, (2, 1, 2, 1)), 0, 4.0)
            images = images + self.colors[level](x, styles[:, 2 * level + 1])
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
