"""Metric: a measured value with the protocol that it was measured by."""

import msgspec


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measured value. `str()` gives `fid[inception_2015,10000/10000] 12.34`.

    Attributes:
        name: `metric[features,generated/real]`: the metric, the feature network, and the numbers of generated
            and of real images. Values of different names are not on one scale.
        value: the number.
        spread: the standard deviation or error that the definition names; None if there is none.
        definition: one sentence on the number, with its parameters and its source.
    """

    name: str
    value: float
    spread: float | None
    definition: str

    @property
    def metric(self) -> str:
        """The name without what stands in brackets: `fid`."""
        return self.name.partition("[")[0]

    @property
    def text(self) -> str:
        """Value and spread to a few digits: `12.34 ± 0.056`."""
        return f"{self.value:.4g}" + ("" if self.spread is None else f" ± {self.spread:.2g}")

    def __str__(self) -> str:
        spread = "" if self.spread is None else f" ± {self.spread:.2g}"
        return f"{self.name} {self.value:.6g}{spread}"

    def to_dict(self) -> dict[str, str | float | None]:
        """The fields by name, ready for JSON."""
        return msgspec.structs.asdict(self)


def named(metric: str, features: str, generated: int, real: int | None = None) -> str:
    """The name of a metric: `metric[features,generated/real]`, or `metric[features,generated]`."""
    return (
        f"{metric}[{features},{generated}]"
        if real is None
        else f"{metric}[{features},{generated}/{real}]"
    )


def fraction_metric(name: str, right, definition: str) -> Metric:
    """The fraction of True in `right` (n,) as a metric, with its standard error.

    Args:
        name: see `Metric`.
        right: booleans (n,).
        definition: see `Metric`; the rest of the sentence is added.
    """
    value = float(right.mean())
    error = float((value * (1 - value) / len(right)) ** 0.5)
    return Metric(name, value, error, f"{definition}, and its standard error; larger is better")
