"""Attributes of images in groups: as labels, as conditions of a network, and as a user names them."""

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_gan.lookup import check_name

UNKNOWN = -1
"""The label of an attribute that a data set does not tell."""
ONLY = "domain"
"""Name of the group of attributes that are given without a group."""


@dataclass(frozen=True)
class Attributes:
    """Groups of attributes that an image has: of most groups one attribute, of an independent one any number.

    Labels are integers (n, columns): for a group whose attributes exclude each other a column with the
    place of the image's attribute in it, for an independent group a column for each attribute, 1 or 0. A
    condition is a number for each attribute, 1 or 0; if `masked`, followed by one for each group, 1 where its
    labels are known, so that data sets with other groups can be learned together (Choi et al. 2018,
    section 3.3).

    Attributes:
        groups: name of each group to the names of its attributes.
        independent: names of the groups whose attributes do not exclude each other.
        masked: whether labels of a group may be unknown, which is -1.
    """

    groups: Mapping[str, tuple[str, ...]]
    independent: frozenset[str] = frozenset()
    masked: bool = False

    @classmethod
    def of(cls, domains: Any, independent: bool | Sequence[str], masked: bool) -> "Attributes":
        """Those of the settings of a model; see `DomainTranslation`.

        Raises:
            ValueError: on less than two attributes, names that are equal, or a group that does not exist.
        """
        groups = domains if isinstance(domains, Mapping) else {ONLY: domains}
        groups = {str(name): tuple(map(str, names)) for name, names in groups.items()}
        names = [*groups] if independent is True else list(independent or ())
        for name in names:
            check_name("group of domains", name, groups)
        for group, attributes in groups.items():
            if len(set(attributes)) < len(attributes) or len(attributes) < 2 - (group in names):
                raise ValueError(
                    f"domains must name different attributes, at least two that exclude each other; got "
                    f"{list(attributes)}{f' of {group}' if group != ONLY else ''}."
                )
        if not groups:
            raise ValueError("domains must name at least one group of attributes.")
        return cls(groups, frozenset(names), masked)

    @property
    def columns(self) -> int:
        """Columns of labels."""
        return sum(self._columns(group) for group in self.groups)

    @property
    def num(self) -> int:
        """Number of attributes of all groups."""
        return sum(map(len, self.groups.values()))

    @property
    def condition_dim(self) -> int:
        """Numbers in a condition."""
        return self.num + len(self.groups) * self.masked

    def _columns(self, group):
        return len(self.groups[group]) if group in self.independent else 1

    def _parts(self):
        """For each group: its name, the slice of its columns, the slice of its attributes."""
        column = attribute = 0
        for group, names in self.groups.items():
            width, num = self._columns(group), len(names)
            yield group, slice(column, column + width), slice(attribute, attribute + num)
            column, attribute = column + width, attribute + num

    # Of arrays and tensors.

    def check(self, labels: Any, num: int) -> np.ndarray:
        """Labels of `num` images as int32 (num, columns).

        Args:
            labels: integers (num, columns), or (num,) where there is one column.
            num: number of images.

        Raises:
            ValueError: on labels that are missing, of another shape or type, or out of range.
        """
        wanted = f"(n, {self.columns})" if self.columns > 1 else "(n,)"
        if labels is None:
            raise ValueError(f"labels {wanted} of the images must be given.")
        labels = np.asarray(labels)
        if labels.ndim == 1 and self.columns == 1:
            labels = labels[:, None]
        if labels.shape != (num, self.columns) or labels.dtype.kind not in "biu":
            raise ValueError(
                f"labels must be integers {wanted} for {num} images, one column for each of "
                f"{', '.join(self._titles())}; got {labels.dtype} {labels.shape}."
            )
        for group, columns, _ in self._parts():
            own, least, most = labels[:, columns], *(each[columns][0] for each in self.ranges())
            if own.size and (own.min() < least or own.max() > most):
                raise ValueError(
                    f"labels{f' of {group}' if group != ONLY else ''} must be {least} to {most}, got "
                    f"{own.min()} to {own.max()}."
                )
        return labels.astype(np.int32)

    def ranges(self) -> tuple[list[int], list[int]]:
        """The least and the largest label of each column."""
        most = []
        for group, names in self.groups.items():
            most += [1] * len(names) if group in self.independent else [len(names) - 1]
        return [UNKNOWN if self.masked else 0] * len(most), most

    def _titles(self):
        for group, names in self.groups.items():
            yield from names if group in self.independent else [group]

    def of_classes(self, ids: np.ndarray, num_classes: int) -> np.ndarray:
        """Labels (n, groups) of the class ids (n,) of a data set.

        Its classes are the attributes of the only group, or all combinations of those of all groups, the
        first of which changes slowest, as in the data set anime_looks.

        Raises:
            ValueError: if the data set has another number of classes, or a group is independent.
        """
        sizes = [len(names) for names in self.groups.values()]
        if self.independent or math.prod(sizes) != num_classes:
            raise ValueError(
                f"The model's domains ({', '.join(self.every())}) are not the data's {num_classes} classes."
            )
        return np.stack(np.unravel_index(ids, sizes), axis=1).astype(np.int32)

    def counted(self, labels: np.ndarray) -> dict[str, int]:
        """How many of the labels (n, columns) have each attribute, by the names of `every`."""
        wanted = {name: next(iter(pair.items())) for name, pair in self.every().items()}
        return {name: int((labels[:, at] == own).sum()) for name, (at, own) in wanted.items()}

    def warn_of_one(self, labels: np.ndarray):
        """Warns of labels that are all the same, from which no translation can be learned."""
        labels = self.check(labels, len(labels))
        if (labels == labels[0]).all():
            warnings.warn(
                "labels hold one domain only, and a translation is learned from at least two.",
                stacklevel=4,
            )

    def conditions(self, labels: Any) -> Any:
        """Conditions (n, condition_dim) of labels (n, columns), as a tensor of floats."""
        numbers, known = [], []
        for group, columns, attributes in self._parts():
            own = labels[:, columns]
            wanted = 1
            if group not in self.independent:
                wanted = ops.arange(attributes.stop - attributes.start, dtype=labels.dtype)
            numbers.append(ops.equal(own, wanted))
            known.append(own[:, :1] >= 0)
        return ops.cast(ops.concatenate(numbers + known * self.masked, axis=1), "float32")

    def loss(self, labels: Any, logits: Any) -> Any:
        """The classification loss: cross-entropies of logits, summed over groups, a mean over the batch.

        Softmax for attributes that exclude each other; for independent ones a sigmoid for each, summed, as
        the authors' code does. Unknown labels have none.

        Args:
            labels: integers (n, columns).
            logits: (n, number of attributes).
        """
        total = 0.0
        for group, columns, attributes in self._parts():
            own, scores = labels[:, columns], logits[:, attributes]
            if group in self.independent:
                right = ops.cast(own, scores.dtype)
                losses = ops.sum(ops.softplus(scores) - right * scores, axis=1)
            else:
                losses = keras.losses.sparse_categorical_crossentropy(
                    ops.maximum(own[:, 0], 0), scores, from_logits=True
                )
            total += ops.mean(ops.where(own[:, 0] >= 0, losses, ops.zeros_like(losses)))
        return total

    def predicted(self, logits: np.ndarray) -> np.ndarray:
        """The labels (n, columns), int32, that logits (n, number of attributes) are largest for."""
        found = [
            logits[:, attributes] > 0.0
            if group in self.independent
            else logits[:, attributes].argmax(axis=1)[:, None]
            for group, _, attributes in self._parts()
        ]
        return np.concatenate(found, axis=1).astype(np.int32)

    # As users name them.

    def every(self) -> dict[str, dict[int, int]]:
        """Each attribute, by the name that is no other's, to its column and label, as in `wanted`."""
        names = {}
        for group, attributes in self.groups.items():
            for name in attributes:
                key = name if self._groups_with(name) == [group] else f"{group}={name}"
                names[key] = self.wanted({group: name})
        return names

    def wanted(self, to: Any) -> dict[int, int]:
        """Columns of labels and what they are to be.

        Args:
            to: the name of an attribute, or "GROUP=NAME"; its place, where there is one group; or a
                dictionary, or a sequence, of several: group to name, or independent attribute to whether it
                is wanted.

        Raises:
            ValueError: on what names no attribute, or one of several groups.
        """
        if isinstance(to, Mapping):
            found = [self._entry(str(key), value) for key, value in to.items()]
        elif isinstance(to, (str, int, np.integer)):
            found = [self._attribute(to)]
        elif isinstance(to, Sequence):
            found = [self._attribute(each) for each in to]
        else:
            found = []
        if not found:
            raise ValueError(f"to must name one of {', '.join(self.every())}; got {to!r}.")
        return dict(found)

    def _attribute(self, name):
        if isinstance(name, (int, np.integer)):
            (group, attributes), *others = self.groups.items()
            if others or not 0 <= name < len(attributes):
                raise ValueError(f"to must name one of {', '.join(self.every())}; got {name}.")
            return self._entry(group, attributes[name])
        if "=" in name:
            return self._entry(*name.split("=", 1))
        groups = self._groups_with(name)
        if len(groups) > 1:
            choices = " or ".join(f"{group}={name}" for group in groups)
            raise ValueError(f"{name!r} is a domain of several groups: say {choices}.")
        check_name("domain", name, [each for names in self.groups.values() for each in names])
        return self._entry(groups[0], name)

    def _groups_with(self, name):
        return [group for group, names in self.groups.items() if name in names]

    def _entry(self, key, value):
        """A column and its label, of a group and a name, or of an independent attribute and a boolean."""
        wanted = 1
        if key not in self.groups and isinstance(value, (bool, np.bool_)):
            groups = [group for group in self._groups_with(key) if group in self.independent]
            if groups:
                key, value, wanted = groups[0], key, int(value)
        check_name("group of domains", key, self.groups)
        check_name(f"domain of {key}", value, self.groups[key])
        columns = {group: columns for group, columns, _ in self._parts()}[key]
        place = self.groups[key].index(value)
        if key in self.independent:
            return columns.start + place, wanted
        return columns.start, place
