"""What a measurement is: a number, and with what it was measured."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Metric:
    """One measured number. `str()` gives `fid[inception_2015,10000/10000] 12.34`.

    Attributes:
        name: `metric[features,generated/real]`: what was measured, with the features of which network, on
            how many generated and real images. Figures whose names differ are not on one scale.
        value: the number.
        spread: the standard deviation that the definition speaks of, None where there is none.
        definition: what the number is, with its parameters and its source, in one sentence.
    """

    name: str
    value: float
    spread: float | None
    definition: str

    @property
    def metric(self) -> str:
        """The name without what stands in brackets: `fid`."""
        return self.name.partition("[")[0]

    def __str__(self) -> str:
        spread = "" if self.spread is None else f" ± {self.spread:.2g}"
        return f"{self.name} {self.value:.6g}{spread}"

    def to_dict(self) -> dict[str, str | float | None]:
        """The fields by name, ready for JSON."""
        return dataclasses.asdict(self)


def named(metric: str, features: str, generated: int, real: int | None = None) -> str:
    """The name of a figure: `metric[features,generated/real]`, or `metric[features,generated]`."""
    return (
        f"{metric}[{features},{generated}]"
        if real is None
        else f"{metric}[{features},{generated}/{real}]"
    )
