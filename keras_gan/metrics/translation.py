"""Metrics of image translation: sharpness, distance, cycle reconstruction, accuracy in the target domain.

A translation model can be measured in each direction; the names of its metrics then end in the direction, as
`cycle_error_AtoB`.
"""

import numpy as np

from keras_gan.metric import Metric, fraction_metric, named
from keras_gan.metrics import checks
from keras_gan.modalities.images import check


def gradient_energy(images: np.ndarray) -> float:
    """The mean squared difference of neighboring pixels, along both axes, with pixel values in [0, 1].

    Args:
        images: uint8 (n, height, width, channels) of at least 2 pixels a side.
    """
    values = check(images).astype(np.float64) / 255.0
    return float(sum(np.square(np.diff(values, axis=axis)).mean() for axis in (1, 2)))


def distance(images: np.ndarray, others: np.ndarray) -> float:
    """The mean absolute difference (L1) of uint8 images of one shape, with pixel values in [0, 1]."""
    return float(np.abs(images.astype(np.float64) - others).mean() / 255.0)


def sharpness(translations: np.ndarray, targets: np.ndarray) -> Metric:
    """Gradient energy of generated images, or translations, over that of real ones.

    Args:
        translations: generated images, uint8 (n, height, width, channels).
        targets: real images, of the target domain for translations, uint8.

    Returns:
        `sharpness[pixels,n]`: below 1 images are blurred.
    """
    return _pixels(
        "sharpness",
        translations,
        gradient_energy(translations) / gradient_energy(targets),
        "Gradient energy of generated images divided by that of real ones; 1 means equally sharp",
    )


def l1(translations: np.ndarray, targets: np.ndarray) -> Metric:
    """L1 distance of translations from the paired target images.

    Args:
        translations: uint8 (n, height, width, channels).
        targets: the target images of the same pairs, uint8 of the same shape.

    Returns:
        `l1[pixels,n]`; smaller is better.
    """
    return _pixels(
        "l1",
        translations,
        distance(translations, targets),
        "L1 distance of translations from the paired target images, pixel values in [0, 1]; "
        "smaller is better",
    )


def l1_shuffled(translations: np.ndarray, targets: np.ndarray) -> Metric:
    """L1 distance of translations from the target images of other pairs.

    Args:
        translations: as in `l1`.
        targets: as in `l1`.

    Returns:
        `l1_shuffled[pixels,n]`: equal to `l1` for a generator that ignores its input.
    """
    return _pixels(
        "l1_shuffled",
        translations,
        distance(translations, np.roll(targets, 1, axis=0)),
        "L1 distance of translations from the target images of other pairs, pixel values in [0, 1]",
    )


def l1_input(translations: np.ndarray, sources: np.ndarray) -> Metric:
    """L1 distance of translations from their inputs.

    Args:
        translations: uint8 (n, height, width, channels).
        sources: the images that were translated, uint8 of the same shape.

    Returns:
        `l1_input[pixels,n]`: how much a translation changes.
    """
    return _pixels(
        "l1_input",
        translations,
        distance(translations, sources),
        "L1 distance of translations from their inputs, pixel values in [0, 1]",
    )


def cycle_error(cycled: np.ndarray, sources: np.ndarray) -> Metric:
    """L1 cycle-reconstruction error: of images translated there and back again.

    Args:
        cycled: translations of the translations, uint8 (n, height, width, channels).
        sources: the images that were translated, uint8 of the same shape.

    Returns:
        `cycle_error[pixels,n]`; smaller is better.
    """
    return _pixels(
        "cycle_error",
        cycled,
        distance(cycled, sources),
        "L1 cycle-reconstruction error, pixel values in [0, 1]; smaller is better",
    )


def cycle_shuffled(cycled: np.ndarray, sources: np.ndarray) -> Metric:
    """L1 distance of images from the cycle reconstructions of other images.

    Args:
        cycled: as in `cycle_error`.
        sources: as in `cycle_error`.

    Returns:
        `cycle_shuffled[pixels,n]`: no larger than `cycle_error` if translations forget their input.
    """
    return _pixels(
        "cycle_shuffled",
        cycled,
        distance(np.roll(cycled, 1, axis=0), sources),
        "L1 distance of images from the cycle reconstructions of other images, pixel values in [0, 1]",
    )


def target_accuracy(probabilities: np.ndarray, target: int, *, features: str) -> Metric:
    """Fraction of translations that a classifier assigns to the target domain.

    Args:
        probabilities: (n, classes) of the translations.
        target: class id of the target domain.
        features: the name of the classifier.

    Returns:
        `target_accuracy[features,n]` with its interval; larger is better.

    Raises:
        ValueError: if these are no probabilities.
    """
    probabilities = checks.probabilities("probabilities", probabilities)
    return fraction_metric(
        named("target_accuracy", features, len(probabilities)),
        probabilities.argmax(axis=1) == target,
        "Fraction of translations that the classifier assigns to the target domain; larger is better",
    )


def _pixels(metric, images, value, definition):
    return Metric(named(metric, "pixels", len(images)), value, None, definition)
