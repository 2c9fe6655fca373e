"""The inception score of any classifier."""

from typing import Any

import numpy as np

from keras_gan.metric import Metric, named
from keras_gan.metrics import checks


def inception_score(probabilities: Any, *, features: str, splits: int = 10) -> Metric:
    """The inception score, exp E_x KL(p(y|x) || p(y)) (Salimans et al. 2016, section 4), of any classifier.

    Args:
        probabilities: (n, classes), p(y|x) of the generated images, in the order they were generated.
        features: the name of the classifier.
        splits: number of consecutive parts that are scored, each with its own p(y).

    Returns:
        `inception_score[features,generated]`, the mean over the parts with its standard error, from 1 to the
        number of classes. Larger is better: each image is of one class, and all classes occur. It never sees
        real images.

    Raises:
        ValueError: if these are no probabilities, or a part would have no image.
    """
    probabilities = checks.probabilities("probabilities", probabilities).astype(np.float64)
    if not 1 <= splits <= len(probabilities):
        raise ValueError(f"splits must be from 1 to the {len(probabilities)} images, got {splits}.")
    scores = [np.exp(_mean_divergence(part)) for part in np.array_split(probabilities, splits)]
    return Metric(
        named("inception_score", features, len(probabilities)),
        float(np.mean(scores)),
        float(np.std(scores, ddof=1) / np.sqrt(splits)) if splits > 1 else None,
        f"exp of the mean KL divergence of p(y|x) from p(y), mean over {splits} splits "
        "(Salimans et al. 2016); larger is better",
    )


def _mean_divergence(conditional):
    """Mean KL(p(y|x) || p(y)) over images x, which is H(y) - H(y|x)."""
    return entropy(conditional.mean(axis=0)) - entropy(conditional).mean()


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """-sum p log p over the last axis, in nats, with 0 log 0 = 0."""
    logs = np.log(probabilities, where=probabilities > 0, out=np.zeros_like(probabilities))
    return -(probabilities * logs).sum(axis=-1)
