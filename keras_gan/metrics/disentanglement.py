"""The disentanglement metric of beta-VAE: whether latents tell which factor was kept."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax

from keras_gan.metric import Metric, fraction_metric, named


def disentanglement(
    encode: Callable[[np.ndarray], np.ndarray],
    render: Callable[[np.ndarray], np.ndarray],
    counts: Sequence[int],
    points: int = 5_000,
    pairs: int = 64,
    seed: int = 0,
) -> Metric:
    """Accuracy at which a linear classifier tells which factor was kept.

    Higgins et al. 2017, section 3 and appendix A.4: for each point one factor is chosen; `pairs` pairs of
    images agree in it and differ at random in all others; the mean of |z - z'| over the pairs, small where a
    latent belongs to the kept factor, is what a linear classifier has to tell the factor from. Chance is one
    over the number of factors. Half of the points train the classifier, the others are measured.

    Args:
        encode: function from uint8 images to latents (n, d), the means of q(z|x).
        render: function from factors, integers (n, len(counts)), to images.
        counts: number of values of each factor. Factors of a single value are left out.
        points: points in all.
        pairs: pairs of images behind each point.
        seed: of all draws.

    Returns:
        `disentanglement[linear,points]`; larger is better.

    Raises:
        ValueError: if fewer than two factors vary, or `points` are fewer than 10 for each.
    """
    counts = np.asarray(counts)
    varying = np.flatnonzero(counts > 1)
    if len(varying) < 2 or points < 10 * len(varying):
        raise ValueError(
            f"disentanglement requires two factors that vary and 10 points for each, got the counts "
            f"{counts.tolist()} and {points} points."
        )
    rng = np.random.default_rng(seed)
    kept = varying[np.arange(points) % len(varying)]
    differences = []
    for factor in kept:
        first, second = rng.integers(0, counts, (2, pairs, len(counts)))
        second[:, factor] = first[:, factor]
        latents = encode(render(np.concatenate([first, second])))
        differences.append(np.abs(latents[:pairs] - latents[pairs:]).mean(axis=0))
    differences = np.stack(differences)
    train = np.arange(points) % (2 * len(varying)) < len(varying)
    differences = differences / (differences[train].std(axis=0) + 1e-12)
    weights = softmax_regression(differences[train], np.searchsorted(varying, kept[train]))
    scores = np.c_[differences[~train], np.ones((~train).sum())] @ weights
    right = varying[scores.argmax(axis=1)] == kept[~train]
    definition = (
        f"Fraction of points whose kept factor, of {len(varying)}, a linear classifier tells from mean "
        f"differences of latents over {pairs} pairs (Higgins et al. 2017); larger is better"
    )
    return fraction_metric(named("disentanglement", "linear", len(right)), right, definition)


def softmax_regression(inputs: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Weights (d + 1, classes) of the linear classifier of the least cross-entropy; the last row is the bias.

    The squares of the weights, but not of the biases, are added, over twice the number of inputs.

    Args:
        inputs: (n, d).
        classes: integers (n,), each of 0 to the largest at least once.
    """
    num, width = inputs.shape
    extended = np.c_[inputs, np.ones(num)]
    shape, target = (width + 1, classes.max() + 1), np.eye(classes.max() + 1)[classes]

    def loss(flat):
        weights = flat.reshape(shape)
        log_probabilities = log_softmax(extended @ weights, axis=1)
        decayed = np.r_[weights[:-1], np.zeros((1, shape[1]))]
        gradient = extended.T @ (np.exp(log_probabilities) - target) + decayed
        value = -(target * log_probabilities).sum() + 0.5 * np.square(decayed).sum()
        return value / num, gradient.ravel() / num

    found = minimize(loss, np.zeros(np.prod(shape)), jac=True, method="L-BFGS-B", tol=1e-10)
    return found.x.reshape(shape)
