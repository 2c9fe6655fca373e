"""What a model of sounds does with them: the digits that a classifier sees, and how large they are.

KERAS_GAN_DATA=DIR python -m tools.studies.sound_to_digit NAME|PATH [--dataset spoken_mnist_speakers]

Writes the table of docs/conditional, of the test recordings and several latents for each, and into the card
of an entry (`python -m tools.cards` then writes its page). Digits are judged
by the classifier of MNIST, after the images have been brought to full size by what was asked of them.
Controls: real images that went the same way, and images judged by the digits of other sounds, in random
order, which says what a model reaches that ignores sounds.
"""

import argparse

import numpy as np
from scipy.spatial.distance import pdist
from scipy.stats import spearmanr

from keras_gan import data, zoo
from keras_gan.evaluation import evaluate
from keras_gan.metric import Metric, mean_metric, named
from keras_gan.modalities.images import to_network, to_people
from keras_gan.models.conditional.loudness import at_gain, scaled
from keras_gan.zoo import pack
from tools.pages import markdown_table, publish

GAINS = np.linspace(-24.0, 0.0, 13)
"""Gains that sizes are measured at, in dB."""


class Study:
    """A model, the test recordings, and a classifier of digits.

    Args:
        model: an `AudioToScene`.
        judge: a classifier of images of its size, with the digits as classes.
        columns: images (n, k, height, width, 1) of digits, sounds (n, samples) and digits (n,).
        latents: latents for each sound.
    """

    def __init__(self, model, judge, columns, latents=10):
        self.model, self.judge, self.latents = model, judge, latents
        self.real, self.sounds, self.digits = columns

    def generated(self, gain, seed):
        """Images uint8 (n, latents, height, width, 1) of all sounds at gains in dB, (n,) or one for all.

        The latents of a seed are the same for every sound.
        """
        count = len(self.sounds)
        gains = np.broadcast_to(np.float32(gain), count)
        sounds = np.repeat(np.asarray(at_gain(self.sounds, gains)), self.latents, axis=0)
        latents = np.tile(self.model.draw(self.latents, seed), (count, 1))
        images = self.model.synthesize(latents, sounds)
        return images.reshape(count, self.latents, *images.shape[1:])

    def right(self, images, gains, digits):
        """Whether each of the images (n, k, ...) of sizes by gains (n,) shows the digit (n,)."""
        count, each = images.shape[:2]
        sizes = np.repeat(1.0 / self.model.size(gains), each).astype(np.float32)
        flat = to_network(images.reshape(-1, *images.shape[2:]))
        whole = to_people(np.clip(np.asarray(scaled(flat, sizes)), -1.0, 1.0))
        seen = self.judge.classify(whole).argmax(axis=1).reshape(count, each)
        return seen == digits[:, None]

    def metrics(self):
        """The figures, each a `Metric`."""
        rng = np.random.default_rng(0)
        gains = rng.uniform(GAINS[0], GAINS[-1], len(self.sounds)).astype(np.float32)
        sizes = np.asarray(self.model.size(gains), np.float32)
        real = self.real[:, : self.latents]
        flat = to_network(real.reshape(-1, *real.shape[2:]))
        small = to_people(np.asarray(scaled(flat, np.repeat(sizes, real.shape[1]))))
        images, shuffled = self.generated(gains, 0), rng.permutation(self.digits)
        for name, of, right in (
            ("", "of its sound", self.right(images, gains, self.digits)),
            ("_shuffled", "of another sound", self.right(images, gains, shuffled)),
            ("_real", "written", self.right(small.reshape(real.shape), gains, self.digits)),
        ):
            what = "real images" if name == "_real" else "images"
            yield mean_metric(
                named(f"digit_accuracy{name}", "mnist_classifier", right.size),
                right.mean(axis=1),  # those of one sound are not independent
                f"Fraction of {what}, brought to full size, in which the classifier sees the digit {of}",
            )
        ink = np.stack([_ink(self.generated(gain, 1)) for gain in GAINS], axis=-1)
        yield mean_metric(
            named("loudness_correlation", "pixels", ink.size),
            _monotone(ink),
            "Rank correlation of the gain in dB and the brightness of the image, of one sound and latents, "
            f"over {len(GAINS)} gains; larger is better",
        )
        yield Metric(
            named("size_error", "pixels", ink.size),
            self.size_error(ink),
            None,
            "Mean relative error of sizes, the root of the brightness of a digit's images in that of real "
            "ones; smaller is better",
        )
        yield Metric(
            named("relative_distance", "pixels", images.shape[0] * images.shape[1]),
            _distance(self.generated(0.0, 2)) / _distance(real),
            None,
            "Mean distance of two images of a sound, in that of two real images of a digit; near 1 is good",
        )

    def size_error(self, ink):
        """Mean relative error of sizes, over digits and `GAINS`.

        A size is the square root of the mean brightness of a digit, in that of real images of full size.

        Args:
            ink: brightness (n, latents, gains) of images.
        """
        errors = []
        for digit in np.unique(self.digits):
            chosen = self.digits == digit
            found = np.sqrt(ink[chosen].mean(axis=(0, 1)) / _ink(self.real[chosen]).mean())
            errors.append(np.abs(found / self.model.size(GAINS) - 1.0))
        return np.mean(errors)


def _ink(images):
    """The sum of the brightness of each of (n, k, height, width, 1) images."""
    return images.sum(axis=(2, 3, 4), dtype=np.float64)


def _monotone(ink):
    """Mean rank correlation (n,) of gain and brightness (n, k, gains) over latents; 0 where constant."""
    rows = ink.reshape(-1, ink.shape[-1])
    found = [spearmanr(GAINS, row).statistic if np.ptp(row) else 0.0 for row in rows]
    return np.reshape(found, ink.shape[:2]).mean(axis=1)


def _distance(images):
    """Mean distance of two of the k images (n, k, ...) of a sound."""
    flat = images.reshape(*images.shape[:2], -1).astype(np.float64)
    return np.mean([pdist(each).mean() for each in flat])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="entry, .keras file or folder of a training")
    parser.add_argument("--dataset", default="spoken_mnist", help="or spoken_mnist_speakers")
    parser.add_argument("--latents", type=int, default=10, help="images for each sound")
    options = parser.parse_args()
    columns = images, sounds, _ = data.arrays(options.dataset, "test")
    judge, trained = zoo.load("mnist_classifier"), zoo.find(options.model)
    model = trained.load()
    metrics = [*Study(model, judge, columns, options.latents).metrics()]
    pairs = model.pairs(images, sounds)
    asked = {"features": "mnist_classifier", "num": len(pairs[0])}
    metrics += evaluate(model, pairs, ["fid", "kid", "prdc", "sharpness"], **asked).metrics
    rows = [(metric.name, metric.text, metric.definition) for metric in metrics]
    table = markdown_table([f"Test recordings of {options.dataset}", "value", "what it is"], rows)
    print(table)
    publish("conditional", f"sound_to_digit {options.dataset}", table)
    if trained.card and options.dataset == trained.card.recipe.dataset:
        pack.update(trained.path, metrics=pack.rounded(metrics))


if __name__ == "__main__":
    main()
