"""What a model of sounds does with them: the digits that a classifier sees, and how large they are.

KERAS_GAN_DATA=DIR python -m tools.studies.sound_to_digit NAME|PATH [--dataset spoken_mnist_speakers]

Writes the table of docs/conditional, of the test recordings and several latents for each. Digits are judged
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
from keras_gan.modalities.images import to_network, to_people
from keras_gan.models.conditional.loudness import at_gain, scaled
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

    def rows(self):
        """The table."""
        rng = np.random.default_rng(0)
        gains = rng.uniform(GAINS[0], GAINS[-1], len(self.sounds)).astype(np.float32)
        sizes = np.asarray(self.model.size(gains), np.float32)
        real = self.real[:, : self.latents]
        flat = to_network(real.reshape(-1, *real.shape[2:]))
        small = to_people(np.asarray(scaled(flat, np.repeat(sizes, real.shape[1]))))
        images = self.generated(gains, 0)
        yield "digit right", _fraction(self.right(images, gains, self.digits))
        shuffled = rng.permutation(self.digits)
        yield "the same, shuffled sounds", _fraction(self.right(images, gains, shuffled))
        yield (
            "the same, real images",
            _fraction(self.right(small.reshape(real.shape), gains, self.digits)),
        )
        ink = np.stack([_ink(self.generated(gain, 1)) for gain in GAINS], axis=-1)
        yield "rank correlation of dB and brightness", f"{_monotone(ink):.3f}"
        yield "relative error of the size", f"{self.size_error(ink):.3f}"
        distance = _distance(self.generated(0.0, 2)) / _distance(real)
        yield "distance of two images of a sound, of real ones 1", f"{distance:.3f}"

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
    """Mean rank correlation of gain and brightness (n, k, gains) of a sound and a latent; 0 if constant."""
    rows = ink.reshape(-1, ink.shape[-1])
    found = [spearmanr(GAINS, row).statistic if np.ptp(row) else 0.0 for row in rows]
    return np.mean(found)


def _distance(images):
    """Mean distance of two of the k images (n, k, ...) of a sound."""
    flat = images.reshape(*images.shape[:2], -1).astype(np.float64)
    return np.mean([pdist(each).mean() for each in flat])


def _fraction(right):
    """A fraction with its standard error, over sounds: images of one are not independent."""
    of_sound = right.mean(axis=1)
    return f"{of_sound.mean():.3f} ± {of_sound.std(ddof=1) / len(of_sound) ** 0.5:.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="entry, .keras file or folder of a training")
    parser.add_argument("--dataset", default="spoken_mnist", help="or spoken_mnist_speakers")
    parser.add_argument("--latents", type=int, default=10, help="images for each sound")
    options = parser.parse_args()
    columns = images, sounds, _ = data.arrays(options.dataset, "test")
    judge = zoo.load("mnist_classifier")
    model = zoo.load(options.model)
    rows = [*Study(model, judge, columns, options.latents).rows()]
    pairs = model.pairs(images, sounds)
    (fid,) = evaluate(model, pairs, ["fid"], features="mnist_classifier", num=len(pairs[0])).metrics
    rows.append((fid.name, f"{fid.value:.2f}"))
    table = markdown_table(["Of test recordings", options.dataset], rows)
    print(table)
    publish("conditional", f"sound_to_digit {options.dataset}", table)


if __name__ == "__main__":
    main()
