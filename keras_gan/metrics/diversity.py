"""How far apart images are."""

from typing import Any

import numpy as np

from keras_gan.metric import Metric, named
from keras_gan.metrics import checks


def diversity(real: Any, generated: Any, *, features: str) -> Metric:
    """How far apart generated images are, in units of how far apart real ones are.

    The root mean square distance of two images' features, that of generated ones over that of real ones. The
    mean square distance of two is twice the trace of the covariance, so no pairs are formed.

    Args:
        real: features of real images (n, width), not all equal.
        generated: features of generated images (m, width).
        features: the name of the network that gave them.

    Returns:
        `diversity[features,generated/real]`: 0 where all generated images are one, 1 where they are as far
        apart as real ones.

    Raises:
        ValueError: if there are fewer than two images, the widths differ, there are NaN or infinite features,
            or all real images are one.
    """
    real, generated = checks.pair(real, generated)
    spreads = [values.var(axis=0, ddof=1, dtype=np.float64).sum() for values in (generated, real)]
    if spreads[1] == 0:
        raise ValueError("real must hold different images, but all have the same features.")
    return Metric(
        named("diversity", features, len(generated), len(real)),
        float(np.sqrt(spreads[0] / spreads[1])),
        None,
        "Root mean square distance of two generated images over that of two real ones; 1 is best",
    )
