"""All figures of a model in one call: what the command line, the callbacks and the cards show."""

import contextlib
import copy
import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from keras_gan import __version__, data, zoo
from keras_gan.evaluation.inception import inception
from keras_gan.lookup import check_name
from keras_gan.metrics.diversity import diversity
from keras_gan.metrics.features import Features
from keras_gan.metrics.fid import fid, fid_standard_error, intra_class_fid
from keras_gan.metrics.inception_score import Modes, inception_score, modes, softmax
from keras_gan.metrics.kid import kid
from keras_gan.metrics.memorization import Memorization, memorization
from keras_gan.metrics.metric import Metric, named
from keras_gan.metrics.path_length import perceptual_path_length
from keras_gan.metrics.precision_recall import (
    density_coverage,
    nearest_neighbor_accuracy,
    precision_recall,
    support_size,
)
from keras_gan.metrics.statistics import Statistics, cached
from keras_gan.metrics.translation import translation_figures
from keras_gan.modalities.images import check


@dataclasses.dataclass(frozen=True)
class Report:
    """What an evaluation found; `print(report)` for people.

    Attributes:
        model: what was evaluated.
        dataset: the real images, as "fashion_mnist test".
        figures: what was measured, in the order it was asked for.
        modes: the histogram of the classes and the missing ones, where `modes` was asked for.
        memorization: the nearest training images, where `memorization` was asked for.
    """

    model: str
    dataset: str
    figures: tuple[Metric, ...]
    modes: Modes | None = None
    memorization: Memorization | None = None

    def __getitem__(self, metric: str) -> Metric:
        """The figure of a metric: `report["fid"]`, `report["recall"]`."""
        by_metric = {figure.metric: figure for figure in self.figures}
        check_name("figure", metric, by_metric)
        return by_metric[metric]

    def __str__(self) -> str:
        rows = [("", "value", "spread")]
        for figure in self.figures:
            spread = "" if figure.spread is None else f"{figure.spread:.2g}"
            rows.append((figure.name, f"{figure.value:.5g}", spread))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            f"{name:<{widths[0]}}  {value:>{widths[1]}}  {spread:>{widths[2]}}".rstrip()
            for name, value, spread in rows
        ]
        if self.modes and self.modes.missing:
            lines.append(f"missing: {', '.join(self.modes.missing)}")
        return "\n".join([f"{self.model} and {self.dataset}", *lines])

    def to_dict(self) -> dict[str, Any]:
        """What was found, ready for JSON; of `memorization` the figures only."""
        found = {
            "model": self.model,
            "dataset": self.dataset,
            "figures": [figure.to_dict() for figure in self.figures],
        }
        if self.modes:
            found |= {"histogram": self.modes.histogram, "missing": list(self.modes.missing)}
        return found

    def to_json(self) -> str:
        """`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"


def evaluate(
    model: Any,
    dataset: Any = None,
    metrics: Sequence[str] | None = None,
    num: int = 10_000,
    **options: Any,
) -> Report:
    """Measures a model, or images, against real ones.

    Args:
        model: the name of an entry of the zoo, a model of this library, or generated images, uint8 or in
            [-1, 1], that come from anywhere. A model that translates has figures of its own
            (`translation_figures`), and `dataset`, `split`, `features` (its judge), `data_dir` and `progress`
            are all that can be said of them.
        dataset: as for `Evaluator`; the entry's own if None.
        metrics: as for `Evaluator`; for a classifier, its accuracy if None.
        num: how many images are generated, those of `model.generate(num, seed)`.
        **options: as for `Evaluator`.

    Returns:
        The report.

    Raises:
        ValueError: on a name, argument or images that do not fit, or a metric that does not suit the model.

    Example:

    ```python
    report = keras_gan.evaluation.evaluate("dcgan_fashion_mnist", metrics=["fid", "prdc"])
    print(report)
    report["fid"].value
    ```
    """
    name = None
    if isinstance(model, str):
        name = model
        dataset = zoo.card(name).recipe.dataset if dataset is None else dataset
        model = zoo.load(name)
    if dataset is None:
        raise ValueError("dataset must be given, except for an entry of the zoo.")
    if hasattr(model, "translate"):
        return _evaluate_translation(model, name, dataset, metrics, **options)
    if metrics is None:
        metrics = ("accuracy",) if hasattr(model, "classify") else DEFAULT
    options.setdefault("image_size", image_size(model))
    return Evaluator(dataset, metrics, num, **options)(model, name)


def _evaluate_translation(
    model,
    name,
    dataset,
    metrics,
    split=None,
    features=None,
    data_dir=None,
    progress=lambda text: None,
):
    """The figures of `metrics.translation` on a named dataset of two domains, or on (images_a, images_b)."""
    if metrics is not None:
        raise ValueError(
            "metrics cannot be chosen for a model that translates; it has figures of its own "
            "(keras_gan.metrics.translation_figures)."
        )
    title, domains, classes = "given images", dataset, (0, 1)
    if isinstance(dataset, str):
        split = split or data.info(dataset).held_out
        title, size = f"{dataset} {split}", model.image_shape[:2]
        domains = data.arrays(dataset, split, image_size=size, data_dir=data_dir)
        with contextlib.suppress(ValueError):  # not every dataset has a judge
            features = features or judge_of(dataset)
        if features:
            names = data.info(zoo.card(features).recipe.dataset).classes
            classes = tuple(names.index(domain) for domain in data.info(dataset).domains)
    progress("translating")
    judge = zoo.load(features) if features else None
    figures = translation_figures(model, *domains, judge, features, classes)
    return Report(name or model.name, title, tuple(figures))


def image_size(model: Any) -> tuple[int, int]:
    """Height and width of the images that a model makes or takes, or of an array of images."""
    if hasattr(model, "generator"):
        return model.example_shape[:2]
    if hasattr(model, "classify"):
        return model.network.input_shape[1:3]
    return check(model, "model").shape[1:3]


class Evaluator:
    """Real images and metrics, ready for any number of models: `evaluator(model)` gives a `Report`.

    What is known of the real images is computed once. Images are generated and looked at in batches; only
    features are kept, and for `memorization` the images.

    Args:
        dataset: the real images: a name, as for `keras_gan.data.arrays`, or an array of images, or
            (images, labels).
        metrics: names of what to measure: `fid`, `kid`, `is` (inception score), `prdc` (precision, recall,
            density, coverage), `diversity`, `modes`, `memorization` (of the training split, judged by the
            test split), `nn_accuracy`, `support`, `ppl` (perceptual path length); of a conditional model
            `intra_fid` and `label_accuracy` (the share of images whose class the judge recognizes); of a
            classifier `accuracy`.
        num: how many images are generated. A conditional model is asked for the classes of the real images.
        split: the split of a named dataset; if None, "test" or what is held out in its place.
        num_real: how many of its images are taken, at random but always the same; all if None.
        features: the feature network: `Features`, "inception", or the name of a classifier of the zoo. If
            None, the judge of the dataset: the zoo's classifier that learned from it, or else from the same
            source.
        image_size: (height, width) that a named dataset is brought to; as stored if None.
        seed: of the latents.
        data_dir: folder of local data sets, as for `keras_gan.data.arrays`.
        progress: is told in a few words, often, what is done.

    Raises:
        ValueError: on an unknown metric, dataset or classifier, fewer than two images, or arguments that do
            not fit each other.

    Example:

    ```python
    evaluator = keras_gan.evaluation.Evaluator("mnist", ["fid"], num=5_000)
    best = min(models, key=lambda model: evaluator(model)["fid"].value)
    ```
    """

    def __init__(
        self,
        dataset: Any,
        metrics: Sequence[str] | None = None,
        num: int = 10_000,
        *,
        split: str | None = None,
        num_real: int | None = None,
        features: str | Features | None = None,
        image_size: tuple[int, int] | None = None,
        seed: int = 0,
        data_dir: Any = None,
        progress: Callable[[str], None] = lambda text: None,
    ):
        self.metrics = list(dict.fromkeys(DEFAULT if metrics is None else metrics))
        for metric in self.metrics:
            check_name("metric", metric, METRICS)
        for name, count in (("num", num), ("num_real", num_real)):
            if count is not None and count < 2:
                raise ValueError(f"{name} must be at least 2, got {count}.")
        self.dataset = dataset
        self.named = isinstance(dataset, str)
        if "memorization" in self.metrics and not self.named:
            raise ValueError("memorization asks for a dataset by name, which has a training split.")
        known = data.DATASETS.get(dataset) if self.named else None
        self.held_out = known.held_out if known else "test"
        split = split or self.held_out
        self.title = f"{dataset} {split}" if self.named else "given images"
        self.num, self.num_real, self.split, self.seed = num, num_real, split, seed
        self.image_size, self.data_dir, self.progress = image_size, data_dir, progress
        self._known_by = None  # what identifies the feature network, for the cache
        if self.metrics != ["accuracy"]:
            self._choose(features)

    def __call__(self, model: Any, name: str | None = None) -> Report:
        """Measures a model or an array of generated images.

        Args:
            model: as for `evaluate`, but no name.
            name: what the report calls it; by default the model's own name.

        Raises:
            ValueError: if a metric does not suit the model, or the images do not suit the feature network.
        """
        self.check(model)
        sample = _Sample(self, model)
        figures, found = [], {}
        for metric in self.metrics:
            self.progress(metric)
            found[metric] = METRICS[metric](self, sample)
            figures += getattr(found[metric], "figures", found[metric])
        if self.named and self.split != self.held_out:
            # What was measured against another split is not on one scale with the rest.
            figures = [
                dataclasses.replace(figure, name=f"{figure.name[:-1]} {self.split}]")
                for figure in figures
            ]
        return Report(
            name or getattr(model, "name", "images"),
            self.title,
            tuple(figures),
            found.get("modes"),
            found.get("memorization"),
        )

    # The real images, and what is known of them.

    @cached_property
    def real(self) -> tuple[np.ndarray, np.ndarray | None]:
        """The real images and their labels, if they have any."""
        if self.named:
            images, labels = self._split(self.split)
        else:
            parts = self.dataset if isinstance(self.dataset, tuple) else (self.dataset, None)
            images, labels = (None if part is None else np.asarray(part) for part in parts)
            check(images, "dataset")
        if self.num_real is not None and self.num_real < len(images):
            chosen = np.random.default_rng(0).permutation(len(images))[: self.num_real]
            images, labels = images[chosen], None if labels is None else labels[chosen]
        return images, labels

    @cached_property
    def real_features(self) -> np.ndarray:
        """Features of the real images."""
        return self._judged_real[0]

    @cached_property
    def real_probabilities(self) -> np.ndarray:
        """Class probabilities of the real images."""
        return self._judged_real[1]

    @cached_property
    def _judged_real(self):
        return self.judged(self.real[0])

    @cached_property
    def real_statistics(self) -> Statistics:
        """Mean and covariance of the real features, cached on disk for the networks of this library."""

        def compute():
            return Statistics.of(self.real_features)

        if self._known_by is None:
            return compute()
        images = np.ascontiguousarray(self.real[0])
        key = {
            "dataset": self.title,
            "images": f"{images.shape} {images.dtype} {hashlib.sha256(images).hexdigest()}",
            "features": self._known_by,
            "version": __version__,
        }
        return cached(key, compute)

    def judged(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Features of images and, if the network is a classifier, class probabilities."""
        if self.classifier is None:
            return self.features(images), None
        features, logits = np.split(self._features_and_logits(images), [self._width], axis=1)
        return features, softmax(logits)

    def copies(self, images: np.ndarray) -> Memorization:
        """What of the first `COPIES` images is copied from the training split."""
        training, held_out = self._split("train")[0], self._split(self.held_out)[0]
        chosen = np.random.default_rng(0).permutation(len(held_out))[:COPIES]
        return memorization(images[:COPIES], training, held_out[chosen], self.features)

    def _split(self, split):
        size = self.image_size
        return data.arrays(self.dataset, split, image_size=size, data_dir=self.data_dir)

    # The feature network.

    def _choose(self, features):
        self.classifier = None
        if features is None:
            if not self.named:
                raise ValueError("features must be given for images that are no named dataset.")
            features = judge_of(self.dataset)
        if features == "inception":
            features = inception()
            self._known_by = features.name
        elif isinstance(features, str):
            card = zoo.card(features)
            if card.recipe.model != "Classifier":
                raise ValueError(f"features must be a classifier of the zoo, got {features}.")
            self._known_by = f"{features} {card.weights.sha256}"
            self._use_classifier(features, zoo.load(features), card)
            return
        elif not isinstance(features, Features):
            raise ValueError(
                "features must be Features, 'inception' or the name of a classifier of the zoo, got "
                f"{type(features).__name__}."
            )
        self.features = self._watched(features)

    def _use_classifier(self, name, classifier, card):
        self.classifier = classifier
        learned_from = data.DATASETS.get(card.recipe.dataset)
        self.class_names = (learned_from and learned_from.classes) or None
        self._width = classifier.feature_network.output_shape[0][-1]

        def features_and_logits(images):
            return np.concatenate(classifier.predict_on_batch(np.asarray(images)), axis=1)

        self._features_and_logits = self._watched(Features(features_and_logits, name))
        self.features = self._watched(
            Features(lambda images: features_and_logits(images)[:, : self._width], name)
        )

    def _watched(self, features):
        """The same features, which tell how far they are."""
        watched, seen = copy.copy(features), 0

        def preprocess(images):
            nonlocal seen
            seen += len(images)
            self.progress(f"{features.name} has seen {seen:,} images")
            return features.preprocess(images)

        watched.preprocess = preprocess
        return watched

    def check(self, model: Any) -> None:
        """Raises a ValueError, before long work, if a metric does not suit the model or the judge."""
        images = not hasattr(model, "generate") and not hasattr(model, "classify")
        conditional = not images and hasattr(model, "synthesize") and model.num_classes is not None
        for metrics, suits, wanted in (
            (("accuracy",), hasattr(model, "classify"), "a classifier"),
            (set(METRICS) - {"accuracy"}, not hasattr(model, "classify"), "a model that generates"),
            (("ppl",), not images, "a model, not images"),
            (("intra_fid", "label_accuracy"), conditional, "a conditional model"),
        ):
            for metric in self.metrics:
                if metric in metrics and not suits:
                    raise ValueError(f"{metric} asks for {wanted}.")
        for metric in {"is", "modes", "label_accuracy"}.intersection(self.metrics):
            if self.classifier is None:
                raise ValueError(f"{metric} asks for a classifier as features.")
        if "label_accuracy" in self.metrics and model.num_classes != self.classifier.num_classes:
            raise ValueError(
                f"label_accuracy asks for a judge of the model's {model.num_classes} classes, but "
                f"{self.features.name} knows {self.classifier.num_classes}."
            )
        if {"intra_fid", "accuracy"}.intersection(self.metrics) and self.real[1] is None:
            raise ValueError("intra_fid and accuracy ask for a dataset with labels.")


def judge_of(dataset: str) -> str:
    """The zoo's classifier that learned from a dataset or, if there is none, from the same source.

    Raises:
        ValueError: if the dataset is unknown, or there is no such classifier.
    """
    about = data.info(dataset)
    cards = [card for card in map(zoo.card, zoo.list()) if card.recipe.model == "Classifier"]
    judges = [card.name for card in cards if card.recipe.dataset == dataset]
    judges += [card.name for card in cards if card.data.source == about.source]
    if not judges:
        raise ValueError(
            f"The zoo has no classifier of {dataset}: give features, as 'inception' or as Features."
        )
    return judges[0]


class _Sample:
    """Images of a model, and what the judge says of them."""

    def __init__(self, evaluator, model):
        self.evaluator = evaluator
        self.model = model
        self.labels = None
        if getattr(model, "num_classes", None) is not None and hasattr(model, "synthesize"):
            labels = evaluator.real[1]
            labels = np.arange(model.num_classes) if labels is None else labels
            # From all of them, as a data set may be sorted by class.
            self.labels = labels[np.arange(evaluator.num) * len(labels) // evaluator.num]

    @cached_property
    def images(self):
        """All images, uint8."""
        return np.concatenate(list(self._batches()))

    @cached_property
    def features(self):
        return self._judged[0]

    @cached_property
    def probabilities(self):
        return self._judged[1]

    @cached_property
    def _judged(self):
        keep = "memorization" in self.evaluator.metrics
        batches = [self.images] if keep else self._batches()
        parts = [self.evaluator.judged(images) for images in batches]
        features, probabilities = zip(*parts, strict=True)
        return np.concatenate(features), probabilities[0] is not None and np.concatenate(
            probabilities
        )

    def _batches(self, size=500):
        if not hasattr(self.model, "synthesize"):
            yield check(self.model, "model")
            return
        num = self.evaluator.num
        points = self.model.draw(num, self.evaluator.seed)
        for start in range(0, num, size):
            rows = slice(start, start + size)
            labels = None if self.labels is None else self.labels[rows]
            yield self.model.synthesize(points[rows], labels)


def _fid(real, sample):
    figure = fid(real.real_statistics, sample.features, features=real.features.name)
    error = fid_standard_error(real.real_statistics, sample.features)
    definition = f"{figure.definition}. Spread: its standard error over draws of generated images"
    return [dataclasses.replace(figure, spread=error, definition=definition)]


def _of_features(metric):
    """A metric of real and generated features, one figure or several."""

    def measure(real, sample):
        found = metric(real.real_features, sample.features, features=real.features.name)
        return [found] if isinstance(found, Metric) else list(found)

    return measure


def _prdc(real, sample):
    return _of_features(precision_recall)(real, sample) + _of_features(density_coverage)(
        real, sample
    )


def _inception_score(real, sample):
    return [inception_score(sample.probabilities, features=real.features.name)]


def _modes(real, sample):
    # The judge errs on real images too: what it sees there is what generated ones should show.
    seen = real.real_probabilities
    frequencies = np.bincount(seen.argmax(axis=1), minlength=seen.shape[1])
    return modes(
        sample.probabilities,
        frequencies,
        features=real.features.name,
        class_names=real.class_names,
    )


def _memorization(real, sample):
    return real.copies(sample.images)


def _nn_accuracy(real, sample):
    num = min(len(real.real_features), len(sample.features))
    features = real.real_features[:num], sample.features[:num]
    return [nearest_neighbor_accuracy(*features, features=real.features.name)]


def _path_length(real, sample):
    latents = sample.model.latents(2 * real.num, real.seed)
    return [
        perceptual_path_length(
            sample.model.decode,
            real.features,
            *np.split(latents, 2),
            labels=sample.labels,
            features=real.features.name,
        )
    ]


def _intra_fid(real, sample):
    mean, _ = intra_class_fid(
        real.real_features,
        real.real[1],
        sample.features,
        sample.labels,
        features=real.features.name,
    )
    return [mean]


def _share(name, right, what):
    share = right.mean()
    error = np.sqrt(share * (1 - share) / len(right))
    definition = f"{what}, and its standard error; larger is better"
    return [Metric(name, float(share), float(error), definition)]


def _label_accuracy(real, sample):
    right = sample.probabilities.argmax(axis=1) == sample.labels
    name = named("label_accuracy", real.features.name, len(right))
    return _share(
        name, right, "Fraction of images that the classifier assigns to the requested class"
    )


def _accuracy(real, sample):
    images, labels = real.real
    name = named("accuracy", real.title, len(images))
    return _share(
        name,
        sample.model.classify(images).argmax(axis=1) == labels,
        "Fraction of images classified correctly",
    )


METRICS = {
    "fid": _fid,
    "kid": _of_features(kid),
    "is": _inception_score,
    "prdc": _prdc,
    "diversity": _of_features(diversity),
    "modes": _modes,
    "memorization": _memorization,
    "nn_accuracy": _nn_accuracy,
    "support": _of_features(support_size),
    "ppl": _path_length,
    "intra_fid": _intra_fid,
    "label_accuracy": _label_accuracy,
    "accuracy": _accuracy,
}
DEFAULT = ("fid", "kid", "prdc")
COPIES = 2_000  # images, and as many held-out ones, that are looked for in the training split, in 18 versions
