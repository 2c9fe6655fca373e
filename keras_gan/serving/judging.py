"""What an exported file makes of a model's images, in the figures that its card has."""

from collections.abc import Callable

import numpy as np

from keras_gan import evaluation
from keras_gan.modalities.images import to_people
from keras_gan.tasks import tiling
from keras_gan.tasks.generation import Generation
from keras_gan.tasks.translation import Translation

NUM = 10_000
"""Generated images that an FID is of, as those of the cards."""

Inputs = dict[str, np.ndarray]
Run = Callable[[Inputs], np.ndarray]


def judged(
    model: Generation | Translation,
    direction: str | None,
    keras: Run,
    file: Run,
    dataset: str | None,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, str | float]:
    """A figure of what Keras and of what a file makes of the same inputs, or why there is none.

    It is the FID of generated images, or the KID of translated test images, which are too few for an FID;
    images and judge are those of `evaluation.evaluate`.

    Args:
        model: the model that is in the file.
        direction: of a translator.
        keras: runs it.
        file: runs the file.
        dataset: name of the real images.
        progress: is told what is done.
    """
    if dataset is None:
        return {"missing": "No dataset was named."}
    reports = []
    try:
        for run, who in ((keras, "Keras"), (file, "the file")):

            def tell(text, who=who):
                progress(f"Judging {who}: {text}")

            if isinstance(model, Translation):
                stand_in, options = _Translates(model, direction, run), {}
            else:
                stand_in, options = _Renders(model, run), {"metrics": ["fid"], "num": NUM}
            reports.append(evaluation.evaluate(stand_in, dataset, progress=tell, **options))
    except (FileNotFoundError, ValueError) as error:  # no data, no judge, or no images for it
        return {"missing": str(error)}
    of_keras, of_file = (
        {figure.metric.partition("_")[0]: figure for figure in report.figures} for report in reports
    )
    metric = "kid" if isinstance(model, Translation) else "fid"
    if metric not in of_keras:
        return {"missing": f"The zoo has no classifier that judges {dataset}."}
    return {
        "figure": of_keras[metric].name,
        "dataset": reports[0].dataset,
        "keras": of_keras[metric].value,
        "file": of_file[metric].value,
        "spread": of_keras[metric].spread,
    }


class _StandIn:
    """A model whose network is answered by any `Run`; the rest is the model's."""

    def __init__(self, model, run):
        self._model, self._run = model, run

    def __getattr__(self, name):
        return getattr(self._model, name)


class _Renders(_StandIn):
    def draw(self, num, seed):
        return self._model.latents(num, seed)

    def synthesize(self, points, labels=None):
        inputs = {"latents": points} | ({} if labels is None else {"labels": np.int32(labels)})
        return to_people(_in_batches(self._run, inputs, 100))


class _Translates(_StandIn):
    def __init__(self, model, direction, run):
        super().__init__(model, run)
        self.generators = {direction: model.generators[direction]}

    def translate(self, images, direction):
        inputs = {"images": images.astype(np.float32) / 127.5 - 1.0}
        at_once = max(1, tiling.AREA // (images.shape[1] * images.shape[2]))
        return to_people(_in_batches(self._run, inputs, at_once))


def _in_batches(run, inputs, size):
    num = len(next(iter(inputs.values())))
    batches = ({k: rows[i : i + size] for k, rows in inputs.items()} for i in range(0, num, size))
    return np.concatenate([run(batch) for batch in batches])
