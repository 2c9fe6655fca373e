"""Evaluation: many metrics of a model in one call, for the command line, the callbacks and the cards."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from keras_gan import zoo
from keras_gan.evaluation.reference import Reference
from keras_gan.evaluation.report import Report
from keras_gan.evaluation.suites import SUITES, suite_of
from keras_gan.lookup import check_name
from keras_gan.metric import with_ending
from keras_gan.metrics.features import Features
from keras_gan.modalities.images import check
from keras_gan.tasks.task import Task


def evaluate(
    model: Any,
    dataset: Any = None,
    metrics: str | Sequence[str] | None = None,
    num: int = 10_000,
    **options: Any,
) -> Report:
    """Measures a model, or images, against real data.

    Args:
        model: a name or path, as for `keras_gan.zoo.load`; a model of this library; or generated images that
            come from anywhere, uint8 or in [-1, 1], or as the path of a folder of pictures.
        dataset: the real data, as for `Evaluator`; those of the model's recipe if None.
        metrics: names of the metrics, as for `Evaluator`.
        num: number of images to generate, those of `model.generate(num, seed)`.
        **options: further arguments of `Evaluator`.

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
    if isinstance(model, (str, os.PathLike)):
        if zoo.trained.is_pictures(model):
            return _compare(Path(model), dataset, metrics, num, options)
        trained = zoo.find(model)
        if dataset is None and trained.recipe:
            dataset = trained.recipe.dataset
        name, model = trained.name, trained.load()
    if dataset is None:
        raise ValueError("dataset must be given for a model whose training is not known.")
    suite_of(model)  # A ValueError for a task that has no metrics.
    options.setdefault("image_size", image_size(model))
    if isinstance(model, Task):
        options.setdefault("channels", model.example_shape[-1])
    return Evaluator(dataset, metrics, num, **options)(model, name)


def _compare(folder, dataset, metrics, num, options):
    """The report on the pictures in a folder."""
    if dataset is None:
        raise ValueError(f"dataset must be given for the pictures in {folder}.")
    evaluator = Evaluator(dataset, metrics, num, **options)
    images, _ = evaluator.reference.pictures(folder.expanduser().absolute())
    return evaluator(images, folder.absolute().name)


def image_size(model: Any) -> tuple[int, int]:
    """Height and width of the images that a model generates or takes, or of an array of images."""
    if isinstance(model, Task):
        return tuple(model.example_shape[:2])
    return check(model, "model").shape[1:3]


class Evaluator:
    """Real data and metrics, ready for any number of models: `evaluator(model)` gives a `Report`.

    Features of the real images are computed once. Images are generated and reduced to features in batches;
    for `memorization` and `sharpness` alone the images are kept.

    Args:
        dataset: the real data: a name, as for `keras_gan.data.arrays`; the path of a folder of pictures,
            whose sub-folders are classes, or, for a model that translates, are called trainA and trainB or
            testA and testB; or images, (images, labels), (images_a, images_b).
        metrics: names of the metrics, or one; the task's `default_metrics` if None. Of a model that
            generates, or of images: `fid`, `kid`, `is` (inception score), `prdc` (precision, recall, density,
            coverage), `diversity`, `modes`, `memorization` (of the training split, compared with the test
            split), `nn_accuracy`, `support`, `ppl` (perceptual path length), `sharpness`; of a model that
            finds the latents of images also `reconstruction` and, on the data set "shapes",
            `disentanglement`, and of one with a likelihood `elbo`, `log_likelihood` and `bits_per_dim`; of a
            conditional model also `intra_fid` and `label_accuracy` (the fraction of images that the
            classifier assigns to the requested class). Of a model that translates: `sharpness`, `l1`,
            `l1_shuffled`, `l1_input`, `cycle_error`, `cycle_shuffled`, `target_accuracy`, `kid`, `fid` (see
            `keras_gan.metrics`); among many domains `recognized` (the mean over domains of the fraction of
            translations that the classifier takes for the domain asked for), `unchanged` (that fraction of
            the images before) and `kept` (whether it sees the other groups as before). Of one that repaints
            them: `style` and `content` (parts of its loss) and `kept` (whether the classifier sees the same
            class as before). Of a classifier: `accuracy`; of a model that tags images: `micro_f1`,
            `macro_f1`, `subset_accuracy` and `possible` (whether a set of tags occurs in the training data);
            of one that predicts frames, each beside copying the last frame: `psnr`, `ssim` and
            `sharpness_difference`.
        num: number of images to generate. A conditional model generates the classes of the real images.
        split: the split of a named dataset; if None, "test" or the split that is held out in its place.
        num_real: number of its images, drawn at random but always the same; all if None.
        features: the feature network: `Features`, "inception", or a classifier: a name or path, as for
            `keras_gan.zoo.load`. If None, the zoo's classifier that was trained on the dataset, or else on
            the same source; Inception to compare with a folder.
        image_size: (height, width) that a named dataset, and pictures of folders, are brought to; if None,
            pictures to the size of a classifier that compares them, and all else as stored.
        channels: 1 (gray) or 3 (RGB), that the real images are converted to; as stored if None, and RGB from
            a folder.
        seed: of the latents.
        data_dir: folder of local data sets, as for `keras_gan.data.arrays`.
        progress: called with a short status text, many times.

    Raises:
        ValueError: on an unknown metric, or fewer than two images.

    Example:

    ```python
    evaluator = keras_gan.evaluation.Evaluator("mnist", ["fid"], num=5_000)
    best = min(models, key=lambda model: evaluator(model)["fid"].value)
    ```
    """

    def __init__(
        self,
        dataset: Any,
        metrics: str | Sequence[str] | None = None,
        num: int = 10_000,
        *,
        split: str | None = None,
        num_real: int | None = None,
        features: str | Features | None = None,
        image_size: tuple[int, int] | None = None,
        channels: int | None = None,
        seed: int = 0,
        data_dir: Any = None,
        progress: Callable[[str], None] = lambda text: None,
    ):
        known = dict.fromkeys(name for suite in SUITES.values() for name in suite.METRICS)
        metrics = [metrics] if isinstance(metrics, str) else metrics
        for metric in metrics or ():
            check_name("metric", metric, known)
        for name, count in (("num", num), ("num_real", num_real)):
            if count is not None and count < 2:
                raise ValueError(f"{name} must be at least 2, got {count}.")
        self.metrics = None if metrics is None else list(dict.fromkeys(metrics))
        self.num, self.seed, self.progress = num, seed, progress
        self.reference = Reference(
            dataset, split, num_real, features, image_size, channels, data_dir, progress
        )

    def __call__(self, model: Any, name: str | None = None) -> Report:
        """Measures a model or an array of generated images.

        Args:
            model: as for `evaluate`, but no name.
            name: the name in the report; by default the model's own.

        Raises:
            ValueError: if a metric does not suit the model or the data, or the images do not suit the feature
                network.
        """
        metrics = self.check(model)
        suite, found, details = suite_of(model), [], {}
        for ending, sample in suite.samples(model, metrics, self.reference, self.num, self.seed):
            for metric in metrics:
                self.progress(metric + ending)
                found += [with_ending(each, ending) for each in suite.METRICS[metric](sample)]
            details |= getattr(sample, "details", {})
        reference = self.reference
        if reference.named and reference.split != reference.held_out:
            # Values of another split are not on one scale with those of the held-out one.
            found = [replace(each, name=f"{each.name[:-1]} {reference.split}]") for each in found]
        title = name or (model.name if isinstance(model, Task) else "images")
        return Report(title, reference.title, tuple(found), **details)

    def check(self, model: Any) -> list[str]:
        """The metrics to measure of a model; a ValueError, before long work, if one does not suit it."""
        suite, reference = suite_of(model), self.reference
        if self.metrics is None:
            metrics = suite.default(model, reference)
        else:
            metrics = self.metrics
            allowed = model.evaluation_metrics if isinstance(model, Task) else metrics
            for metric in metrics:
                if metric not in allowed:
                    raise ValueError(
                        f"{metric} is no metric of this {type(model).__name__}; its metrics are "
                        f"{', '.join(allowed)}."
                    )
        suite.check(model, metrics, reference)
        return metrics
