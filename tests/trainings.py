"""Small recipes that tests of the zoo train."""

from keras import ops
from PIL import Image

from keras_gan.zoo import train

RECIPE = {
    "model": "DCGAN",
    "arguments": {"ema": 0.9},
    "networks": {
        "generator": ["dcgan.generator", {"image_shape": [28, 28, 1], "width": 4}],
        "discriminator": ["dcgan.discriminator", {"image_shape": [28, 28, 1], "width": 4}],
    },
    "dataset": "digits",
    "split": "test",
    "image_size": 28,
    "batch_size": 120,
    "epochs": 3,
    "seed": 0,
}


def weights(model):
    """All weights of a model as arrays."""
    return [ops.convert_to_numpy(weight) for weight in model.weights]


def translating(folder):
    """A recipe of unequal, few, rectangular pictures of two domains, which starts from weights."""
    for name, count in (("trainA", 5), ("trainB", 9)):
        (folder / name).mkdir(parents=True)
        for index in range(count):
            Image.new("RGB", (20 + index, 16), (25 * index, 0, 99)).save(
                folder / name / f"{index}.png"
            )
    networks = {
        f"generator_{way}": ["resnet.generator", {"width": 2, "blocks": 1}] for way in ("ab", "ba")
    }
    networks |= {f"discriminator_{each}": ["patchgan.discriminator", {"width": 2}] for each in "ab"}
    recipe = {
        "model": "CycleGAN",
        "arguments": {"image_shape": [32, 48, 3], "pool_size": 4},
        "networks": networks,
        **{"dataset": str(folder), "split": "train", "batch_size": 3, "epochs": 3, "seed": 0},
    }
    weights = str(folder / "start.weights.h5")
    model = train.build({**recipe, "seed": 1})
    model.steps.assign(1000)
    model.save_weights(weights)
    return {**recipe, "from": weights}
