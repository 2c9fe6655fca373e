"""What a model of texts does with them: the colors that two classifiers see in faces, beside those asked for.

KERAS_GAN_DATA=DIR python -m tools.studies.text_to_image NAME|PATH [--num N] [--matcher PATH]

Writes the table of docs/conditional. Rows are kinds of texts, N images for each of the pairs of colors of
hair and eyes: pairs that training had, in its orders of words and in new ones; pairs that it never had; texts
of one part alone. Controls: real faces of the test split, which say how good the classifiers are, and the
faces of each pair judged by another pair's colors, which says what a model reaches that ignores texts. With
another training's encoders (`--matcher`, of another seed: its phase "matching" is enough), also how often a
face is nearer to its text than to 19 that contradict it.
"""

import argparse

import numpy as np

from keras_gan import data, zoo
from keras_gan.data.captions import BOTH, HELD_OUT, NEW, ONE, caption
from keras_gan.data.catalogue.anime import EYES, HAIR
from keras_gan.metrics import retrieval
from keras_gan.modalities.images import to_network
from tools.pages import markdown_table, publish

JUDGES = {"hair": "anime_hair_classifier", "eyes": "anime_eyes_classifier"}
NAMED = {"hair": HAIR, "eyes": EYES}
OF_HAIR = [each for each in ONE if "{hair}" in each]
OF_EYES = [each for each in ONE if "{eyes}" in each]


class Study:
    """A model, the two classifiers and the pairs of colors.

    Args:
        model: a model of texts.
        num: images for each pair.
    """

    def __init__(self, model, num):
        self.model, self.num = model, num
        self.judges = {part: zoo.load(name) for part, name in JUDGES.items()}
        known = data.info("anime_captions").attributes(data.arrays("anime_captions")[1])
        pairs = np.unique(known.max(axis=1), axis=0)
        self.seen = [(HAIR[hair], EYES[eyes]) for hair, eyes in pairs if min(hair, eyes) >= 0]

    def judged(self, images):
        """The colors (n,) that each classifier sees."""
        return {
            part: np.array(NAMED[part])[judge.classify(images).argmax(axis=1)]
            for part, judge in self.judges.items()
        }

    def faces(self, templates, pairs, seed):
        """The colors seen in faces of texts by some templates, and those asked for: dictionaries of (n,)."""
        rng = np.random.default_rng(seed)
        asked = [pair for pair in pairs for _ in range(self.num)]
        texts = [caption(templates[rng.integers(len(templates))], *pair, rng) for pair in asked]
        images = np.concatenate([*self.model.generate_batches(len(texts), seed, text=texts)])
        return self.judged(images), dict(zip(NAMED, np.array(asked).T, strict=True))

    def matched(self, matcher):
        """The `retrieval` of faces by their texts, among 19 others that state other colors."""
        rng = np.random.default_rng(4)
        asked = [self.seen[rng.integers(len(self.seen))] for _ in range(1_000)]
        candidates = []
        for hair, eyes in asked:
            others = [pair for pair in self.seen if pair[0] != hair and pair[1] != eyes]
            chosen = [others[index] for index in rng.choice(len(others), 19, replace=False)]
            candidates += [caption(BOTH[0], *pair, rng) for pair in ((hair, eyes), *chosen)]
        images = np.concatenate([*self.model.generate_batches(1_000, 4, text=candidates[::20])])
        tokens = matcher.condition.check(candidates, len(candidates))
        texts = matcher.encoder.predict(tokens, verbose=0).reshape(1_000, 20, -1)
        faces = matcher.image_encoder.predict(np.asarray(to_network(images)), verbose=0)
        return retrieval(faces, texts, np.zeros(1_000, int), "matcher")

    def rows(self):
        """The table."""
        images, tags = data.arrays("anime_looks", "test")
        tags = np.array([(HAIR[tag // len(EYES)], EYES[tag % len(EYES)]) for tag in tags])
        yield _row(
            "real faces, their tags", self.judged(images), dict(zip(NAMED, tags.T, strict=True))
        )
        found, asked = self.faces(BOTH, self.seen, 0)
        yield _row("pairs seen in training", found, asked)
        shuffled = {part: np.roll(colors, self.num * 7) for part, colors in asked.items()}
        yield _row("the same, judged by other pairs' colors", found, shuffled)
        yield _row("pairs seen, new orders of words", *self.faces(NEW, self.seen, 1))
        found, asked = self.faces(BOTH, HELD_OUT, 2)
        yield _row("pairs never seen", found, asked)
        shuffled = {part: np.roll(colors, self.num * 7) for part, colors in asked.items()}
        yield _row("the same, judged by other pairs' colors", found, shuffled)
        for part, templates in (("hair", OF_HAIR), ("eyes", OF_EYES)):
            found, asked = self.faces(templates, self.seen, 3)
            other = next(each for each in NAMED if each != part)
            row = _row(f"texts of {part} alone", found, {part: asked[part]})
            yield [*row[:-1], f"{other}: {_perplexity(found[other]):.1f} colors"]


def _row(title, found, asked):
    """Fractions of images with the right hair, eyes, and both, with standard errors."""
    right = {part: found[part] == colors for part, colors in asked.items()}
    fractions = [_fraction(right[part]) if part in right else "" for part in NAMED]
    both = _fraction(right["hair"] & right["eyes"]) if len(right) == 2 else ""
    return [title, len(next(iter(right.values()))), *fractions, both, ""]


def _fraction(right):
    mean = right.mean()
    return f"{mean:.3f} ± {(mean * (1 - mean) / len(right)) ** 0.5:.3f}"


def _perplexity(colors):
    """exp of the entropy of colors: how many there are, if all were as frequent."""
    shares = np.unique(colors, return_counts=True)[1] / len(colors)
    return np.exp(-(shares * np.log(shares)).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="entry, .keras file or folder of a training")
    parser.add_argument("--num", type=int, default=20, help="images for each pair")
    parser.add_argument("--matcher", help="folder of a training whose encoders judge")
    options = parser.parse_args()
    study = Study(zoo.load(options.model), options.num)
    headings = ["Texts", "images", "hair right", "eyes right", "both right", "what is not said"]
    table = markdown_table(headings, study.rows())
    if options.matcher:
        metric = study.matched(zoo.load(options.matcher))
        table += f"\n\n{metric.name}: {metric.text}. {metric.definition}."
    print(table)
    publish("conditional", "text_to_image", table)


if __name__ == "__main__":
    main()
