"""The f-divergences of Nowozin et al. 2016, tables 5 and 6.

D_f(P || Q) is the integral of q f(p / q), for a convex f with f(1) = 0 (but for "gan"). Its conjugate is
f*(t) = sup over u >= 0 of u t - f(u).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras import ops


@dataclass(frozen=True)
class Divergence:
    """A divergence, and how logits V become the values T of its variational bound.

    Attributes:
        f: the generator function of u = p / q > 0.
        activation: g_f, increasing, from any logit to the domain of f* (table 6).
        conjugate: f*(g_f(V)) as one function of the logit, simplified so that it neither cancels nor
            overflows before its value does.
    """

    f: Callable[[Any], Any]
    activation: Callable[[Any], Any]
    conjugate: Callable[[Any], Any]


def total_variation() -> Divergence:
    """Half the integral of |p - q|."""
    return Divergence(
        lambda u: ops.abs(u - 1.0) / 2.0, lambda v: ops.tanh(v) / 2.0, lambda v: ops.tanh(v) / 2.0
    )


def kl() -> Divergence:
    """KL(P || Q)."""
    return Divergence(lambda u: u * ops.log(u), lambda v: v, lambda v: ops.exp(v - 1.0))


def reverse_kl() -> Divergence:
    """KL(Q || P). f*(t) = -1 - log(-t)."""
    return Divergence(lambda u: -ops.log(u), lambda v: -ops.exp(-v), lambda v: v - 1.0)


def pearson() -> Divergence:
    """The integral of (p - q)^2 / q.

    The table's f*(t) = t^2 / 4 + t holds for t >= -2; below, the sup is at u = 0.
    """

    def conjugate(v):
        t = ops.maximum(v, -2.0)
        return t * (t / 4.0 + 1.0)

    return Divergence(lambda u: ops.square(u - 1.0), lambda v: v, conjugate)


def neyman() -> Divergence:
    """The integral of (p - q)^2 / p. f*(t) = 2 - 2 sqrt(1 - t)."""
    return Divergence(
        lambda u: ops.square(1.0 - u) / u,
        lambda v: 1.0 - ops.exp(-v),
        lambda v: 2.0 - 2.0 * ops.exp(-v / 2.0),
    )


def squared_hellinger() -> Divergence:
    """The integral of (sqrt p - sqrt q)^2, in [0, 2]. f*(t) = t / (1 - t)."""
    return Divergence(
        lambda u: ops.square(ops.sqrt(u) - 1.0),
        lambda v: 1.0 - ops.exp(-v),
        lambda v: ops.exp(v) - 1.0,
    )


def jeffrey() -> Divergence:
    """KL(P || Q) + KL(Q || P). f*(t) = W + 1 / W + t - 2 with W Lambert's function of e^(1 - t)."""

    def conjugate(v):
        log_w = _log_lambert(1.0 - v)
        return ops.exp(log_w) + ops.exp(-log_w) + v - 2.0

    return Divergence(lambda u: (u - 1.0) * ops.log(u), lambda v: v, conjugate)


def jensen_shannon() -> Divergence:
    """Twice the Jensen-Shannon divergence, in [0, 2 log 2]. f*(t) = -log(2 - e^t)."""
    return Divergence(
        lambda u: u * ops.log(u) - (u + 1.0) * ops.log((1.0 + u) / 2.0),
        lambda v: math.log(2.0) - ops.softplus(-v),
        lambda v: ops.softplus(v) - math.log(2.0),
    )


def weighted_jensen_shannon(pi: float = 0.5) -> Divergence:
    """Pi KL(P || M) + (1 - pi) KL(Q || M) with M = pi P + (1 - pi) Q.

    f*(t) = (1 - pi) log((1 - pi) / (1 - pi e^(t / pi))).
    """
    if not 0.0 < pi < 1.0:
        raise ValueError(f"parameter is pi, in (0, 1), for weighted_jensen_shannon; got {pi}.")

    def f(u):
        return pi * u * ops.log(u) - (1.0 - pi + pi * u) * ops.log(1.0 - pi + pi * u)

    def conjugate(v):
        # pi e^(t / pi) = e^-a with a = softplus(-v) / pi, and log(1 - e^-a) = log a + log((1 - e^-a) / a).
        a = ops.softplus(-v) / pi
        safe = ops.maximum(a, 1e-4)
        ratio = ops.where(a < 1e-4, 1.0 - a / 2.0, -ops.expm1(-safe) / safe)
        log_a = _log_softplus(-v) - math.log(pi)
        return (1.0 - pi) * (math.log(1.0 - pi) - log_a - ops.log(ratio))

    return Divergence(f, lambda v: -pi * math.log(pi) - ops.softplus(-v), conjugate)


def gan() -> Divergence:
    """2 JS - log 4: the game of Goodfellow et al. 2014, whose f(1) is not 0. f*(t) = -log(1 - e^t)."""
    return Divergence(
        lambda u: u * ops.log(u) - (u + 1.0) * ops.log(u + 1.0),
        lambda v: -ops.softplus(-v),
        ops.softplus,
    )


def alpha(alpha: float = 0.5) -> Divergence:
    """The integral of q ((p / q)^alpha - 1 - alpha (p / q - 1)) / (alpha (alpha - 1)).

    f*(t) = ((t (alpha - 1) + 1)^(alpha / (alpha - 1)) - 1) / alpha where the base is positive; for
    alpha > 1 the sup is at u = 0 where it is not.
    """
    if alpha in (0.0, 1.0):
        raise ValueError(f"parameter is alpha, neither 0 nor 1, for alpha; got {alpha}.")
    power = alpha / (alpha - 1.0)

    def f(u):
        return (u**alpha - 1.0 - alpha * (u - 1.0)) / (alpha * (alpha - 1.0))

    if alpha > 1.0:
        return Divergence(
            f,
            lambda v: v,
            lambda v: (ops.relu(v * (alpha - 1.0) + 1.0) ** power - 1.0) / alpha,
        )

    def conjugate(v):
        # The base is (1 - alpha) softplus(-v).
        return (ops.exp(power * (math.log(1.0 - alpha) + _log_softplus(-v))) - 1.0) / alpha

    return Divergence(f, lambda v: 1.0 / (1.0 - alpha) - ops.softplus(-v), conjugate)


DIVERGENCES = {
    make.__name__: make
    for make in (
        total_variation,
        kl,
        reverse_kl,
        pearson,
        neyman,
        squared_hellinger,
        jeffrey,
        jensen_shannon,
        weighted_jensen_shannon,
        gan,
        alpha,
    )
}
"""Name to the function that makes the divergence, of a parameter where it has one."""


def _log_softplus(v):
    """log(softplus(v)); for very negative v, where softplus underflows, it is v."""
    return ops.where(v < -15.0, v, ops.log(ops.softplus(ops.maximum(v, -15.0))))


def _log_lambert(x):
    """Log W(e^x), the y with e^y + y = x, by Newton's method on a convex function."""
    # Both starts lie above the root, so the steps fall towards it and never overshoot.
    y = ops.where(x > 1.0, ops.log(ops.maximum(x, 1.0)), x)
    for _ in range(6):
        e = ops.exp(y)
        y = y - (e + y - x) / (e + 1.0)
    return y
