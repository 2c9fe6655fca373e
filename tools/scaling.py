"""How training would scale, on paper: what a turn computes and what it communicates, and what follows.

    python tools/scaling.py  # writes the table of docs/training

Counts multiplications of convolutions and dense layers from their shapes (attention's are left out), and the
bytes of gradients that devices exchange; the speeds below are those of the machine's data sheet. Nothing here
was measured.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from pages import publish

from keras_gan import layers, networks

PEAK = 989e12  # multiplications and additions a second of an H100 SXM in bfloat16, dense
SHARE = 0.3  # of the peak that a turn is assumed to reach
INSIDE, BETWEEN = (
    450e9,
    50e9,
)  # bytes a second and direction: NVLink in a machine of 8, 400 Gb/s beyond
LATENCY = 20e-6  # seconds of one exchange, times the logarithm of the number of devices
DEVICES = 8, 64, 512


def products(network):
    """Multiplications for one example, of the convolutions and dense layers."""
    total = 0
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            total += products(layer)
            continue
        inner = layer.layer if isinstance(layer, layers.SpectralNormalization) else layer
        kernel = getattr(inner, "kernel", None)
        if kernel is not None:
            transposed = isinstance(inner, keras.layers.Conv2DTranspose)
            places = (layer.input if transposed else layer.output).shape[1:-1]
            total += int(np.prod(kernel.shape)) * int(np.prod(places, initial=1))
    return total


def normalizations(network):
    """Layers that exchange statistics of the batch."""
    own = [isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers]
    return sum(own)


def weights(network):
    return sum(int(np.prod(variable.shape)) for variable in network.trainable_variables)


# Passes in units of one forward pass; a backward pass is two, one where only the inputs' gradient is wanted.
# The discriminator's move: the generator once, both kinds of images there and back. The generator's move: the
# discriminator there and back to its inputs, the generator back.


def gan(generator, discriminator, batch, moves=1):
    """Of a turn: products an example, gradients' bytes of each exchange, exchanges of statistics, batch."""
    forward = moves if moves > 1 else 1
    cost = (forward + 2) * products(generator) + (6 * moves + 2) * products(discriminator)
    statistics = 2 * (
        forward * normalizations(generator) + 3 * moves * normalizations(discriminator)
    )
    return cost, [4 * weights(discriminator)] * moves + [4 * weights(generator)], statistics, batch


def cyclegan(generator, discriminator, size, batch):
    """Each generator makes a translation, a cycle and an identity, and goes back through them."""
    generator, discriminator = (
        keras.models.clone_model(network, input_tensors=keras.Input((size, size, 3)))
        for network in (generator, discriminator)
    )
    cost = 2 * (9 * products(generator) + 8 * products(discriminator))
    return cost, [8 * weights(discriminator), 8 * weights(generator)], 0, batch


def seconds(cost, gradients, statistics, batch, devices):
    """Of computing a turn, of moving bytes in it (a ring's all-reduce), and of waiting for exchanges."""
    computing = 2 * cost * batch / (PEAK * SHARE)
    bandwidth = INSIDE if devices <= 8 else BETWEEN
    moving = sum(2 * (devices - 1) / devices * size / bandwidth for size in gradients)
    waiting = LATENCY * np.log2(devices) * (len(gradients) + statistics)
    return computing, moving, waiting


def games():
    """Name to what `gan` or `cyclegan` count."""
    dcgan, biggan = networks.dcgan, networks.biggan
    photos, thousand = (128, 128, 3), {"num_classes": 1000, "width": 96, "attention": 64}
    return {
        "DCGAN-64, 128 a device": gan(
            dcgan.generator((64, 64, 3)), dcgan.discriminator((64, 64, 3)), 128
        ),
        "BigGAN-128, 32 a device": gan(
            biggan.generator(photos, latent_dim=120, **thousand),
            biggan.discriminator(photos, **thousand),
            32,
            moves=2,
        ),
        "CycleGAN-256, 1 a device": cyclegan(
            networks.resnet.generator((256, 256, 3)), networks.patchgan.discriminator(), 256, 1
        ),
    }


def table():
    """Markdown."""
    heads = "".join(f" {devices} devices |" for devices in DEVICES)
    lines = [
        f"| Model | TFLOP a turn | MB exchanged | Exchanges | ms computing |{heads}",
        "|---|---|---|---|---|" + "---|" * len(DEVICES),
    ]
    for name, (cost, gradients, statistics, batch) in games().items():
        cells = []
        for devices in DEVICES:
            computing, moving, waiting = seconds(cost, gradients, statistics, batch, devices)
            share = computing / (computing + moving + waiting)
            cells.append(f"{share:.0%} ({1e3 * moving:.2g} + {1e3 * waiting:.2g} ms)")
        lines.append(
            f"| {name} | {2e-12 * cost * batch:.3g} | {1e-6 * sum(gradients):.3g} "
            f"| {len(gradients) + statistics} | {1e3 * computing:.3g} | {' | '.join(cells)} |"
        )
    return "\n".join(lines)


def main():
    text = table()
    print(text)
    publish("training", "scaling", text)


if __name__ == "__main__":
    main()
