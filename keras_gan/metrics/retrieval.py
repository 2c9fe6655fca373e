"""Metrics of retrieval: whether what was made is nearest to what it was made from."""

import numpy as np

from keras_gan.metric import Metric, fraction_metric, named


def retrieval(found: np.ndarray, candidates: np.ndarray, own: np.ndarray, title: str) -> Metric:
    """The fraction of vectors whose nearest candidate, by the cosine, is their own; a tie is none.

    With candidates of each, one right text among wrong ones, say, this is the R-precision of Xu et al. 2018
    (AttnGAN) for R = 1; with the same for all, a person among others, it is how often that
    person is recognized.

    Args:
        found: vectors (n, d), of generated images.
        candidates: vectors (k, d) for all, or (n, k, d), of texts or of people.
        own: integers (n,), the place of the right one among the candidates.
        title: name of the network that makes the vectors; not the one that the generator learned by.

    Returns:
        `retrieval[title,n/k]`, 1 / k by chance; larger is better.

    Raises:
        ValueError: on vectors of other widths or numbers, or places that do not exist.
    """
    if candidates.shape[-1:] != found.shape[1:] or candidates.shape[:-2] not in ((), (len(found),)):
        raise ValueError(
            f"candidates must be (k, {found.shape[-1]}) or ({len(found)}, k, {found.shape[-1]}), got "
            f"{candidates.shape}."
        )
    number = candidates.shape[-2]
    if own.shape != (len(found),) or own.min() < 0 or own.max() >= number:
        raise ValueError(
            f"own must be ({len(found)},) of 0 to {number - 1}, got {own.shape} of {own.min()} to "
            f"{own.max()}."
        )
    axes = "nd,kd->nk" if candidates.ndim == 2 else "nd,nkd->nk"
    cosines = np.einsum(axes, _unit(found), _unit(candidates))
    right = cosines[np.arange(len(own)), own]
    others = cosines.copy()
    others[np.arange(len(own)), own] = -np.inf
    definition = (
        f"Fraction of images whose nearest of {number} candidates, by the cosine, is their own; larger is "
        "better"
    )
    return fraction_metric(
        named("retrieval", title, len(found), number), right > others.max(axis=1), definition
    )


def _unit(vectors):
    vectors = np.asarray(vectors, np.float64)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
