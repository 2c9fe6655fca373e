"""The generator of StyleGAN2 in plain PyTorch, layer for layer that of keras_gan."""

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


class Generator(nn.Module):
    """Mapping and synthesis network, with one style for all layers."""

    def __init__(self, widths, width, depth):
        super().__init__()
        self.mapping, self.synthesis = Mapping(width, depth), Synthesis(widths, width)
        self.count = 2 * len(widths)

    def forward(self, latents):
        return self.synthesis(self.mapping(latents)[:, None].expand(-1, self.count, -1))
