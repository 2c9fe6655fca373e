"""Lookup by name: arguments that may be an object, a name or a saved config; suggestions for a wrong name."""

from collections.abc import Callable, Iterable
from typing import Any


def resolve(argument: str, value: Any, kind: type, named: dict[str, Callable[[], Any]]) -> Any:
    """An instance of `kind` from an instance, its name or its Keras config.

    Args:
        argument: name of the argument in error messages.
        value: an instance of `kind`, a key of `named`, or a config of `keras.saving`.
        kind: the class.
        named: functions that create the instances, by name.

    Returns:
        The instance.

    Raises:
        ValueError: on an unknown name, or a value that is none of these.
    """
    if isinstance(value, dict):
        import keras

        value = keras.saving.deserialize_keras_object(value)
    if isinstance(value, str):
        check_name(argument, value, named)
        value = named[value]()
    if not isinstance(value, kind):
        raise ValueError(
            f"{argument} must be of class {kind.__name__} or one of {', '.join(named)}; got {value!r}."
        )
    return value


def check_name(argument: str, name: str, known: Iterable[str]):
    """Raises a ValueError that offers the closest of the `known` names if `name` is none of them."""
    known = list(known)
    if name not in known:
        hint = did_you_mean(name, known) or f"There are {', '.join(known)}."
        raise ValueError(f"There is no {argument} {name!r}. {hint}")


def did_you_mean(name: str, known: Iterable[str], closeness: float = 0.5) -> str:
    """The question "Did you mean a or b?" with up to three of the `known` names; empty if none is close.

    Upper and lower case count as equal, and so do "-", " " and "_".

    Args:
        name: the name that is not known.
        known: the known names.
        closeness: least ratio of `difflib`, in [0, 1], of a name that is close.
    """
    import difflib  # which few need

    by_form = {_form(each): each for each in known}
    close = difflib.get_close_matches(_form(name), by_form, n=3, cutoff=closeness)
    close = [by_form[form] for form in close]
    return f"Did you mean {' or '.join(close)}?" if close else ""


def _form(name):
    return name.lower().replace("-", "_").replace(" ", "_")
