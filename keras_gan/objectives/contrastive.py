"""Contrastive losses: what belongs together is told from what does not."""

from typing import Any

from keras import ops


def patch_nce(queries: Any, keys: Any, temperature: float = 0.07) -> Any:
    """PatchNCE: how badly each query tells its own key from the other keys of the same image, in nats.

    Park et al. 2020, equations 2 and 3: the cross-entropy of softmax(q . k / temperature), in which the key
    at the same place is right; the log of the number of places for features that tell nothing.

    Args:
        queries: tensor (n, places, d) of vectors of length 1.
        keys: those at the same places of the other image.
        temperature: the paper's tau.

    Returns:
        A scalar, the mean over the batch and the places.
    """
    similarities = ops.einsum("npd,nqd->npq", queries, keys) / temperature
    own = ops.sum(queries * keys, axis=-1) / temperature
    return ops.mean(ops.logsumexp(similarities, axis=-1) - own)
