"""Packs a trained model as an entry of the zoo."""

import hashlib
import importlib
import inspect
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import keras
import msgspec
import numpy as np

from keras_gan import data
from keras_gan.files import replacing
from keras_gan.metric import Metric
from keras_gan.tasks.task import Task
from keras_gan.zoo import registry
from keras_gan.zoo.card import Card
from keras_gan.zoo.typed import json_text

SAMPLES = "samples"  # with the ending of the model's kind of data
WEIGHTS = "model.weights.h5"


def pack(
    folder: str | os.PathLike,
    model: Task,
    log: Sequence[dict[str, Any]],
    selected: str | None = None,
    columns: Mapping[str, np.ndarray] | None = None,
) -> Card:
    """Pack a trained model: write weights, model.json, samples and the generated part of `entry.json`.

    The entry holds the model in float32, compiled with the settings of its optimizers but not their state,
    and its weights rounded to float16. The samples come from those weights. Metrics of earlier weights are
    dropped.

    Args:
        folder: the folder of the entry, with an `entry.json` that people have written up to "recipe"; and
            with "data", if these are no data set by name.
        model: the trained, compiled model.
        log: the epochs of its training, as `journal.read_log` returns them.
        selected: how these weights were chosen among those of the training, in words.
        columns: inputs for the samples, by the names of the model's `columns`, if it needs any: images to
            translate, say.

    Returns:
        The card.

    Raises:
        ValueError: if a weight is not finite, or beyond the range of float16 (65,504).
    """
    folder = Path(folder)
    entry = json.loads((folder / "entry.json").read_text(encoding="utf-8"))
    release = to_release(model)
    config = _config(release, model)
    with replacing(folder / WEIGHTS) as path, replacing(folder / registry.MODEL) as model_path:
        save_float16(release, path)
        model_path.write_text(json_text(config, width=1000), encoding="utf-8")
        content = path.read_bytes()
        run = _summary(log, model.batches_per_step)
        entry |= {
            "training": run | ({"selected": selected} if selected else {}),
            "data": _about(entry),
            "metrics": {},
            "weights": {
                "file": WEIGHTS,
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            },
        }
        card = Card.parse(entry)
        registry.restore(card.name, config, path).samples(folder / SAMPLES, columns or {})
    _write(folder, entry)
    return card


def _about(entry):
    """The `Data` of a card: a data set by name, or what the entry says of others."""
    about = data.DATASETS.get(entry["recipe"]["dataset"])
    return (
        {name: getattr(about, name) for name in ("title", "license", "source")}
        if about
        else entry["data"]
    )


def rounded(metrics: Iterable[Metric]) -> dict[str, dict[str, Any]]:
    """Metrics by name as they stand in an `entry.json`, with six digits."""

    def six(number):
        return None if number is None else float(f"{number:.6g}")

    return {
        each.name: {
            "value": six(each.value),
            "error": six(each.error),
            "definition": each.definition,
            **({"interval": [*map(six, each.interval)]} if each.interval else {}),
        }
        for each in metrics
    }


def update(folder: str | os.PathLike, **parts: Any) -> Card:
    """Replace fields of an `entry.json`: `update("zoo/gan_mnist", metrics={...})`."""
    folder = Path(folder)
    entry = json.loads((folder / "entry.json").read_text(encoding="utf-8"))
    entry |= msgspec.to_builtins(parts)
    card = Card.parse(entry)
    _write(folder, entry)
    return card


def save_float16(model: keras.Model, path: str | os.PathLike):
    """Save weights as `model.save_weights` does, float32 rounded to float16, and compressed.

    Args:
        model: any built model; `load_weights` restores its weights, in its own dtype.
        path: the file to write, ending in ".weights.h5".

    Raises:
        ValueError: if a weight is not finite, or beyond the range of float16 (65,504).
    """
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.weights.h5"
        model.save_weights(whole)
        with h5py.File(whole) as source, h5py.File(path, "w") as target:

            def copy(name, item):
                if isinstance(item, h5py.Group):
                    copied = target.require_group(name)
                else:
                    value = item[()]
                    if value.dtype == np.float32:
                        with np.errstate(over="ignore"):
                            value = value.astype(np.float16)
                        if not np.isfinite(value).all():
                            raise ValueError(
                                f"The weight {name} holds values that are not finite in float16."
                            )
                    # Compressing costs a small array more than it saves.
                    packed = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
                    packed = packed if value.size > 2048 else {}
                    copied = target.create_dataset(name, data=value, **packed)
                copied.attrs.update(item.attrs)

            source.visititems(copy)


def to_release(model: Task) -> Task:
    """A copy of a trained model to publish: in float32, without state that only training needs."""
    release = in_float32(model)
    release.prepare_release()
    return release


def in_float32(model: Task) -> Task:
    """A copy of a model, not compiled, with all layers in float32."""
    config = keras.saving.serialize_keras_object(model)
    config.pop("compile_config", None)
    release = keras.saving.deserialize_keras_object(_portable(config))
    for variable, trained in zip(release.variables, model.variables, strict=True):
        # A copy: JAX would share the buffer of the tensor, and may delete it.
        variable.assign(keras.ops.convert_to_numpy(trained))
    return release


def _portable(config):
    """A config in float32 without Keras's defaults, as older versions refuse newer arguments."""
    if isinstance(config, (list, tuple)):
        return [_portable(value) for value in config]
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        return "float32"
    config = {name: _portable(value) for name, value in config.items()}
    if str(config.get("module")).startswith("keras"):
        kind = getattr(importlib.import_module(config["module"]), config["class_name"])
        defaults = {name: p.default for name, p in inspect.signature(kind).parameters.items()}
        if kind is keras.layers.Rescaling:  # Its from_config needs every argument.
            defaults = {}
        config["config"] = {
            name: value
            for name, value in config["config"].items()
            if name not in defaults or value != defaults[name]
        }
    return config


def _config(release, model):
    # The number of steps per execution suited the machine of the training.
    compiled = {**model.get_compile_config(), "steps_per_execution": 1, "run_eagerly": False}
    return _portable({**keras.saving.serialize_keras_object(release), "compile_config": compiled})


def _summary(log, batches_per_step):
    """The `Training` of a card; its epochs may have run on several machines."""
    backends = dict.fromkeys(epoch["backend"] for epoch in log)
    versions = {}
    for epoch in log:
        versions |= epoch["versions"]
    return {
        "steps": sum(epoch["steps"] for epoch in log),
        "batches_per_step": batches_per_step,
        "epochs": len(log),
        "wall_time_s": round(sum(epoch["seconds"] for epoch in log), 1),
        "device": _devices(log),
        "backend": " and ".join(backends),
        "versions": versions,
        "date": log[-1]["date"],
    }


def _devices(log):
    """The device; if there were several, with the number of epochs on each."""
    counts = Counter(epoch["device"] for epoch in log)
    if len(counts) == 1:
        return log[0]["device"]
    return " and ".join(
        f"{device} ({count} of {len(log)} epochs)" for device, count in counts.items()
    )


def _write(folder, entry):
    with replacing(folder / "entry.json") as temporary:
        temporary.write_text(json_text(entry), encoding="utf-8")
