"""Minimization of a compiled function of an array by L-BFGS (Liu and Nocedal 1989), which SciPy has."""

from collections.abc import Callable
from typing import Any

import numpy as np
from keras import ops
from scipy.optimize import OptimizeResult
from scipy.optimize import minimize as of_scipy


def minimize(
    evaluate: Callable[..., tuple[Any, Any]],
    start: np.ndarray,
    evaluations: int,
    enough: float = -np.inf,
    bounds: tuple[float, float] | None = None,
    slope: float = 1e-5,
) -> OptimizeResult:
    """The minimum that a search ends at.

    Args:
        evaluate: maps a float32 tensor of the shape of `start` to its value, a scalar, and its gradient.
        start: the array that the search begins at.
        evaluations: of the function, at most.
        enough: a value at which the search ends.
        bounds: least and largest value of a number; None for no bounds.
        slope: the search ends where no number has a larger slope; 0 for a mean over very many numbers.

    Returns:
        SciPy's result, whose `x` is float32 of the shape of `start`, and `fun` its value.
    """

    def value_and_gradient(flat):
        tensor = ops.convert_to_tensor(np.float32(flat).reshape(start.shape))
        value, gradient = (np.float64(ops.convert_to_numpy(each)) for each in evaluate(tensor))
        return float(value), gradient.ravel()

    def stop(intermediate_result):
        if intermediate_result.fun < enough:
            raise StopIteration

    result = of_scipy(
        value_and_gradient,
        np.float64(start).ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds and [bounds] * start.size,
        callback=stop,
        options={"maxfun": evaluations, "maxiter": evaluations, "gtol": slope},
    )
    result.x = np.float32(result.x).reshape(start.shape)
    return result
