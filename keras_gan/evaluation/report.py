"""Report: the metrics that an evaluation has measured."""

import dataclasses
import json
from typing import Any

from keras_gan.lookup import check_name
from keras_gan.metric import Metric
from keras_gan.metrics.memorization import Memorization
from keras_gan.metrics.modes import Modes


@dataclasses.dataclass(frozen=True)
class Report:
    """The metrics of one model on one data set; `print(report)` shows them as a table.

    Attributes:
        model: name of the model.
        dataset: name of the real data, as "fashion_mnist test".
        metrics: the metrics, in the order they were asked for.
        modes: the histogram of the classes and the missing ones, where `modes` was measured.
        memorization: the nearest training images, where `memorization` was measured.
    """

    model: str
    dataset: str
    metrics: tuple[Metric, ...]
    modes: Modes | None = None
    memorization: Memorization | None = None

    def __getitem__(self, metric: str) -> Metric:
        """The metric of that name, without what stands in brackets: `report["fid"]`, `report["recall"]`."""
        by_name = {each.metric: each for each in self.metrics}
        check_name("metric", metric, by_name)
        return by_name[metric]

    def __str__(self) -> str:
        rows = [("", "value", "± or interval")]
        for metric in self.metrics:
            rows.append((metric.name, f"{metric.value:.5g}", metric.uncertainty))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            f"{name:<{widths[0]}}  {value:>{widths[1]}}  {uncertainty:>{widths[2]}}".rstrip()
            for name, value, uncertainty in rows
        ]
        if self.modes and self.modes.missing:
            lines.append(f"missing: {', '.join(self.modes.missing)}")
        return "\n".join([f"{self.model} and {self.dataset}", *lines])

    def to_dict(self) -> dict[str, Any]:
        """The report ready for JSON, without the indices and distances of `memorization`."""
        content = {
            "model": self.model,
            "dataset": self.dataset,
            "metrics": [metric.to_dict() for metric in self.metrics],
        }
        if self.modes:
            content |= {"histogram": self.modes.histogram, "missing": list(self.modes.missing)}
        return content

    def to_json(self) -> str:
        """`to_dict` as JSON text."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n"
