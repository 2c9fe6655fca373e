"""Metric: a measured value with the protocol that it was measured by."""

import msgspec


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One measured value. `str()` gives `fid[inception_2015,10000/10000] 12.34`.

    Attributes:
        name: `metric[features,generated/real]`: the metric, the feature network, and the numbers of generated
            and of real images. Values of different names are not on one scale.
        value: the number.
        error: the standard error: how much the value varies over draws of the generated and of the real
            images. It leaves out that another training gives another model. None if it is not known.
        definition: one sentence on the number, with its parameters and its source.
        interval: of a fraction, the 95% confidence interval (Wilson 1927), in place of an error.
    """

    name: str
    value: float
    error: float | None
    definition: str
    interval: tuple[float, float] | None = None

    @property
    def metric(self) -> str:
        """The name without what stands in brackets: `fid`."""
        return self.name.partition("[")[0]

    @property
    def features(self) -> str:
        """The feature network in the name, or another basis of the measurement that stands there."""
        return self.name.partition("[")[2].partition(",")[0]

    @property
    def text(self) -> str:
        """The value to four digits, and `uncertainty`: `12.34 ± 0.056`, or `0.98 (0.95 to 0.992)`."""
        return f"{self.value:.4g} {self.uncertainty}".rstrip()

    @property
    def uncertainty(self) -> str:
        """The standard error as `± 0.056`, or the interval as `(0.95 to 0.992)`; empty if there is none."""
        if self.interval is not None:
            return "({:.3g} to {:.3g})".format(*self.interval)
        return "" if self.error is None else f"± {self.error:.2g}"

    def __str__(self) -> str:
        return f"{self.name} {self.value:.6g} {self.uncertainty}".rstrip()

    def to_dict(self) -> dict[str, str | float | list[float] | None]:
        """The fields by name, ready for JSON."""
        return msgspec.to_builtins(self, builtin_types=())


def named(metric: str, features: str, generated: int, real: int | None = None) -> str:
    """The name of a metric: `metric[features,generated/real]`, or `metric[features,generated]`."""
    return (
        f"{metric}[{features},{generated}]"
        if real is None
        else f"{metric}[{features},{generated}/{real}]"
    )


def with_ending(metric: Metric, ending: str) -> Metric:
    """The metric `kid[net,9/9]` as `kid_AtoB[net,9/9]`, with the ending "_AtoB"."""
    name = f"{metric.metric}{ending}{metric.name[len(metric.metric) :]}"
    return msgspec.structs.replace(metric, name=name)


def mean_metric(name: str, values, definition: str) -> Metric:
    """The mean of `values` (n,) as a metric, with its standard error.

    Args:
        name: see `Metric`.
        values: one for each image.
        definition: see `Metric`.
    """
    error = float(values.std(ddof=1) / len(values) ** 0.5) if len(values) > 1 else None
    return Metric(name, float(values.mean()), error, definition)


def fraction_metric(name: str, right, definition: str) -> Metric:
    """The fraction of True in `right` (n,) as a metric, with its interval.

    Wilson's interval is that of the fractions whose own normal approximation has this one within 1.96
    standard errors. Unlike a standard error it is right at 0 and 1: 100 of 100 give 0.963 to 1.

    Args:
        name: see `Metric`.
        right: booleans (n,).
        definition: see `Metric`.
    """
    from scipy.stats import binomtest  # It takes long to import, and cards have metrics, too.

    low, high = binomtest(int(right.sum()), len(right)).proportion_ci(0.95, "wilson")
    interval = float(low), float(high)
    return Metric(name, float(right.mean()), None, definition, interval)
