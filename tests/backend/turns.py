"""Plays three turns of small models from fixed weights and latents, and writes what came of it.

    python turns.py KIND,KIND,... OUT.npz [STRATEGY]

On one device, compiled by XLA if the strategy is "xla", or by a strategy of `keras_gan.backend.distribute`. A
program of its own, because a process has one backend and one set of devices.
"""

import sys
from contextlib import nullcontext

import numpy as np

TURNS = 3
OPTIONS = {}  # of `compile`
EQUALIZED = ("StyleGAN2", "ProGAN", "MSGGAN")


def main(kinds, out, strategy=None):
    if strategy == "mirrored":
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        two = [tf.config.LogicalDeviceConfiguration()] * 2
        tf.config.set_logical_device_configuration(cpu, two)
        scope = tf.distribute.MirroredStrategy(tf.config.list_logical_devices("CPU")).scope()
    elif strategy == "xla":
        OPTIONS["jit_compile"] = True
        scope = nullcontext()
    elif strategy:
        from keras_gan import backend

        scope = backend.distribute(strategy)
    else:
        scope = nullcontext()
    with scope:
        played = play_all(kinds.split(","))
    np.savez(out, **played)


def play_all(kinds):
    """Kind and name to array: the losses, and each weight by its index; and "drawn", as `draw` does."""
    import keras

    keras.config.set_floatx("float64")
    arrays = {"drawn": draw()}
    keras.random.uniform = uniform
    for kind in kinds:
        if keras.backend.backend() == "jax" and kind == "CycleGAN":
            import jax

            # Else JAX sums float32 in another order, of which the cycles and their history make much.
            jax.config.update("jax_disable_most_optimizations", False)
        losses, weights = play(kind)
        arrays[f"{kind}/losses"] = losses
        arrays |= {f"{kind}/{index}": weight for index, weight in enumerate(weights)}
    return arrays


def uniform(shape, seed):
    """Numbers in [0, 1) that follow from the state of the seed, the same ones on both backends.

    In place of `keras.random.uniform`: the game shares them out over replicas as it does those.
    """
    import math

    from keras import ops

    key, count = ops.unstack(ops.cast(seed.next(), "int64"))
    size = math.prod(shape) if all(isinstance(side, int) for side in shape) else ops.prod(shape)
    places = ops.cast(ops.arange(size), "int64")
    whole = ops.mod(7919 * places + 6007 * count + 31 * ops.mod(key, 1000), 10007)
    return ops.reshape(ops.cast(whole, "float64") / 10007.0, shape)


def options(kind):
    """Arguments beyond the kind's own defaults: the tricks that have state or randomness, on some of them."""
    from keras_gan.penalties import DRAGAN, R1
    from keras_gan.tricks import HistoricalAveraging, LabelFlips

    return {
        "ACGAN": {"num_classes": 3},
        "BigGAN": {"num_classes": 3, "orthogonal": 0.01},
        "CGAN": {"num_classes": 3},
        "DCGAN": {"objective": "feature_matching"},
        # The first turn has images of 4x4, the others of 8x8, which fade in: not at all, then by 0.4.
        "ProGAN": {"stable_images": 16, "fade_images": 40},
        "WGANGP": {"skip_below": -0.01, "tricks": [HistoricalAveraging(0.1), LabelFlips(0.1)]},
        "SAGAN": {"num_classes": 3},
        "SNGAN": {"objective": "relativistic_average"},
        "R3GAN": {"penalties": [R1(0.1, every=2), DRAGAN()]},
    }.get(kind, {})


def plain(shape):
    """A critic without normalization."""
    from keras import Input, Sequential, layers

    return Sequential(
        [Input(shape), layers.Flatten(), layers.Dense(8, "tanh"), layers.Dense(1, dtype="float32")]
    )


def exact(layer):
    """The layer in float64, so that what remains is no rounding error, and without dropout."""
    if hasattr(layer, "layers"):
        return clone(layer)
    if not hasattr(layer, "dtype_policy"):  # a slice
        return type(layer).from_config(layer.get_config())
    if hasattr(layer, "iterations"):  # spectral normalization
        return type(layer)(exact(layer.layer))
    config = {**layer.get_config(), "dtype": "float64"}
    if "rate" in config:
        config["rate"] = 0.0  # the masks are the backend's own
    return type(layer).from_config(config)


def clone(network):
    from keras.models import clone_model

    return clone_model(network, clone_function=exact)


def initial(variable, rng, deviation):
    """Scales and variances near one, everything else near zero."""
    mean = 1.0 if variable.name in ("gamma", "moving_variance") else 0.0
    return rng.normal(mean, deviation, variable.shape)


def small_networks(kind):
    """A generator and a discriminator for a kind of GAN, and the shape of its images."""
    from keras_gan.networks import (
        acgan,
        biggan,
        cgan,
        dcgan,
        gan,
        improved_gan,
        infogan,
        msggan,
        progan,
        r3gan,
        sngan,
        stylegan2,
    )

    shape = {"BigGAN": (32, 32, 1)}.get(kind, (8, 8, 1) if kind in EQUALIZED else (28, 28, 1))

    def conditional():
        return cgan.generator(shape, 3, latent_dim=8), cgan.discriminator(shape, 3)

    def dense():
        return gan.generator(shape, 8, units=16), plain(shape)

    makers = {
        "GAN": lambda: (
            gan.generator(shape, 8, units=16),
            gan.discriminator(shape, units=8, pieces=2),
        ),
        "CGAN": conditional,
        "SAGAN": conditional,  # Its own networks are BigGAN's, and long to compile.
        "DCGAN": lambda: (dcgan.generator(shape, 8, width=4), dcgan.discriminator(shape, width=4)),
        "LSGAN": dense,
        "FGAN": dense,
        "WGAN": dense,
        "WGANGP": dense,
        "SNGAN": lambda: (sngan.generator(shape, 8, width=4), sngan.discriminator(shape, width=4)),
        "ImprovedGAN": lambda: (
            improved_gan.generator(shape, 8, width=4, reference=4),
            improved_gan.discriminator(shape, width=4, kernels=3),
        ),
        "R3GAN": lambda: (r3gan.generator(shape, 8, 2, 1), plain(shape)),
        "ACGAN": lambda: (acgan.generator(shape, 3, 8, 4), acgan.discriminator(shape, 3, 2)),
        "InfoGAN": lambda: (
            infogan.generator(shape, 3, 2, 3, 2),
            infogan.discriminator(shape, 3, 2, 2),
        ),
        "ProGAN": lambda: (progan.generator(shape, 8, 32, 4), progan.discriminator(shape, 32, 4)),
        "MSGGAN": lambda: (msggan.generator(shape, 8, 32, 4), msggan.discriminator(shape, 32, 4)),
        "BigGAN": lambda: (
            biggan.generator(shape, 3, 8, 2, True, 3, attention=8),
            biggan.discriminator(shape, 3, 2, attention=8),
        ),
        "StyleGAN2": lambda: (
            stylegan2.generator(shape, 8, 32, 4, 2),
            stylegan2.discriminator(shape, 32, 4),
        ),
    }
    return makers[kind](), shape


def play(kind):
    import keras
    from keras import ops

    import keras_gan

    if kind == "Classifier":
        return play_classifier()
    if kind in ("Pix2Pix", "CycleGAN", "DiscoGAN", "DualGAN"):
        return play_translator(kind, (28, 28, 1))
    networks, shape = small_networks(kind)
    rng = np.random.default_rng(0)
    # Weights of an equalized learning rate are about one.
    networks = in_float64(networks, rng, 1.0 if kind in EQUALIZED else 0.02)
    model = getattr(keras_gan, kind)(
        *networks,
        discriminator_steps=2,
        ema=0.9,
        seed=0,
        **options(kind),
    )
    latents = rng.normal(size=(8, 8))

    def fixed(num, numbers=latents):
        _, index = keras_gan.backend.replicas()
        return ops.convert_to_tensor(numbers)[index * num : (index + 1) * num]

    model.training_latents = fixed
    noise = rng.normal(size=(8, *shape))
    if kind == "StyleGAN2":
        model.normal = lambda shape: fixed(shape[0], noise)
        for layer in model.generator.get_layer("synthesis").layers:
            if isinstance(layer, keras_gan.layers.Noise):
                layer.strength.trainable = False  # Each backend has its own noise.
                layer.strength.assign(0.0)
    # BigGAN's logits are sums over places, and WGAN-GP's of large weights are large.
    small = {"BigGAN": 1e-4, "ProGAN": 1e-4, "ACGAN": 1e-3, "InfoGAN": 1e-3}
    rate = small.get(kind, 0.05)
    model.compile(
        {name: keras.optimizers.SGD(rate) for name in ("discriminator", "generator")}, **OPTIONS
    )
    images = pictures(model, shape, rng)
    labels = rng.integers(0, 3, len(images)) if model.num_classes else None
    return played(model, images, labels)


def draw():
    """Latents (8, 8), noise (8, 64) and dropout (8, 64) of the last turn: those of all replicas, in order."""
    import keras
    from keras import ops

    import keras_gan

    keras.utils.set_random_seed(0)
    networks, shape = small_networks("GAN")
    model = keras_gan.GAN(*in_float64(networks, np.random.default_rng(0)), seed=0)
    kept = {"trainable": False, "aggregation": "only_first_replica"}
    model.drawn = keras.Variable(np.zeros((8, 136)), **kept)
    model.noise, model.dropout = keras_gan.layers.Noise(), keras_gan.layers.Dropout(0.5)
    model.noise.build((None, 8, 8, 1))
    model.noise.strength.assign(1.0)
    own = model.training_latents

    def seen(num):
        latents = own(num)
        noise = model.noise(ops.zeros((num, 8, 8, 1)), training=True)
        masks = model.dropout(ops.ones((num, 64)), training=True)
        drawn = ops.concatenate([latents, ops.reshape(noise, (num, 64)), masks], axis=1)
        model.drawn.assign(keras_gan.backend.gather(drawn))
        return latents

    model.training_latents = seen
    model.compile()
    played(model, pictures(model, shape, np.random.default_rng(0)), None)
    return keras.ops.convert_to_numpy(model.drawn)


def play_classifier():
    import keras

    import keras_gan

    rng = np.random.default_rng(0)
    shape = (8, 8, 1)
    (network,) = in_float64([keras_gan.networks.classifier.classifier(shape, 3, 4, 8)], rng)
    model = keras_gan.Classifier(network, mirror=True, seed=0)
    model.compile({"classifier": keras.optimizers.SGD(0.05)}, **OPTIONS)
    images = pictures(model, shape, rng)
    return played(model, images, rng.integers(0, 3, len(images)))


def translating_networks(kind, shape):
    """The same for a kind that translates, in the order of its arguments."""
    from keras_gan.networks import dcgan, discogan, patchgan, resnet, unet

    if kind == "DiscoGAN":
        return [
            *(discogan.generator(shape, 2) for _ in "AB"),
            *(dcgan.discriminator(shape, 2) for _ in "AB"),
        ]

    def generator():
        return resnet.generator(shape, 2, 1) if kind == "CycleGAN" else unet.generator(shape, 2)

    if kind == "Pix2Pix":
        return [generator(), patchgan.discriminator(2, 2)]
    return [generator(), generator(), *(patchgan.discriminator(1, 2) for _ in "AB")]


def play_translator(kind, shape):
    """The pools, where there are some, are full in the second turn, and exchange images from then on."""
    import keras
    from keras import ops

    import keras_gan

    rng = np.random.default_rng(0)
    # Small weights make features that hardly vary, in whose normalization rounding errors grow.
    deviation = 0.1 if kind == "CycleGAN" else 0.02
    networks = in_float64(translating_networks(kind, shape), rng, deviation)
    if kind == "Pix2Pix":
        model = keras_gan.Pix2Pix(*networks, image_shape=shape, seed=0)
    else:
        own = {"discriminator_steps": 2} if kind == "DualGAN" else {"pool_size": 10}
        model = getattr(keras_gan, kind)(*networks, image_shape=shape, seed=0, **own)
    keys = rng.uniform(size=10)
    model.pool_numbers = lambda num: (
        ops.convert_to_tensor(keys),
        ops.cast(ops.arange(num) % 2, "float64"),
    )
    # Small steps for the large weights of the cycles, or rounding errors grow in three turns.
    rate = {"Pix2Pix": 1e-2, "CycleGAN": 1e-4, "DiscoGAN": 1e-3, "DualGAN": 1e-4}[kind]
    model.compile(
        {name: keras.optimizers.SGD(rate) for name in ("discriminator", "generator")}, **OPTIONS
    )
    return played(model, *(pictures(model, shape, rng) for _ in "AB"))


def in_float64(networks, rng, deviation=0.02):
    """Copies of networks in float64, with weights that are the same in every process."""
    networks = [clone(network) for network in networks]
    for network in networks:
        network.set_weights([initial(variable, rng, deviation) for variable in network.weights])
    return networks


def pictures(model, shape, rng):
    """Random images for all turns, in minibatches of 8."""
    count = 8 * TURNS * model.batches_per_step
    return rng.integers(0, 256, (count, *shape), dtype=np.uint8)


def played(model, images, labels):
    """Losses and weights after an epoch."""
    history = model.fit(images, labels, batch_size=8, verbose=0).history
    losses = [history[f"{player.name}_loss"][0] for player in model.players]
    return losses, model.get_weights()


if __name__ == "__main__":
    main(*sys.argv[1:])
