"""A small DCGAN to augment, and random numbers that are remembered."""

from keras import ops

from keras_gan import DCGAN, networks


def uniform(rng, drawn):
    """`Game.uniform` from NumPy, remembering what it drew."""

    def draw(shape):
        drawn.append(rng.uniform(size=shape).astype("float32"))
        return ops.convert_to_tensor(drawn[-1])

    return draw


def dcgan(**kwargs):
    shape = (28, 28, 1)
    nets = networks.dcgan.generator(shape, 8, width=4), networks.dcgan.discriminator(shape, width=4)
    model = DCGAN(*nets, seed=0, **kwargs)
    model.compile()
    return model
