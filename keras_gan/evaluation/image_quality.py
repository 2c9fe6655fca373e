"""One metric of a model's images against a data set: by it an exported file is compared with its model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keras_gan.evaluation.evaluate import evaluate
from keras_gan.tasks.translation import Translation


@dataclass(frozen=True)
class ImageQuality:
    """The FID of generated images, or the KID of translated test images, which are too few for an FID.

    The real images and the feature network are those of `evaluate`.

    Args:
        dataset: name of the real images' data set.
        num: number of images to generate.

    Example:

    ```python
    measure = keras_gan.evaluation.ImageQuality("mnist")
    keras_gan.serving.export(gan, "models/", format="onnx", precision="int8", measure=measure)
    ```
    """

    dataset: str
    num: int = 10_000

    def __call__(
        self, model: Any, progress: Callable[[str], None] = lambda text: None
    ) -> dict[str, str | float | None]:
        """Measures a model.

        Args:
            model: a model that generates or translates images; a translation's first direction counts.
            progress: called often with a few words on the work.

        Returns:
            "name" of the metric, "dataset", "value" and "error".

        Raises:
            ValueError: if the model generates no images, or the zoo has no classifier of the data.
            FileNotFoundError: if the data set is not there.
        """
        metrics = ["kid" if isinstance(model, Translation) else "fid"]
        report = evaluate(model, self.dataset, metrics, self.num, progress=progress)
        metric = report.metrics[0]
        return {
            "name": metric.name,
            "dataset": report.dataset,
            "value": metric.value,
            "error": metric.error,
        }
