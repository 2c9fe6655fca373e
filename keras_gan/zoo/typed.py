"""JSON: typed objects from it, refused in one line that names the field if they do not fit; and its text."""

import copy
import json
import re
from typing import Any, TypeVar

import msgspec

from keras_gan.lookup import did_you_mean

T = TypeVar("T")


def parse(kind: type[T], content: Any, name: str) -> T:
    """Converts what `json.loads` returned to a `msgspec.Struct`.

    Args:
        kind: the class of the result.
        content: the parsed JSON.
        name: names the whole in errors, such as "the recipe".

    Returns:
        An instance of `kind`.

    Raises:
        ValueError: in one line: which field is missing, unknown or wrong, and what would be right.

    Example:

    ```python
    parse(Recipe, {"epochs": 0}, "the recipe")  # ValueError: the recipe lacks model
    ```
    """
    if controls := _controls(content):
        raise ValueError(
            f"{name} holds control characters, which a terminal would obey: {controls!r:.60}"
        )
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise ValueError(_explain(error, kind, content, name)) from error


def _controls(content):
    """The first text with characters that control a terminal; None if there is none."""
    if isinstance(content, str):
        return content if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", content) else None
    if isinstance(content, dict):
        content = [*content, *content.values()]
    parts = content if isinstance(content, list) else []
    return next((found for part in parts if (found := _controls(part))), None)


def _explain(error, kind, content, name):
    """One line for an error of msgspec's, such as "Expected `int`, got `str` - at `$.paper.year`"."""
    problem, _, path = str(error).partition(" - at `$")
    steps = _complete(_steps(path.rstrip("`")), error, kind, content)
    field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    where = f"{name}'s {field[1:]}" if field else name
    known = [] if field else msgspec.structs.fields(kind)
    if found := re.fullmatch(r"Object missing required field `(.+)`", problem):
        missing = [each.encode_name for each in known if each.required]
        missing = [each for each in missing if each not in content] or [found[1]]
        return f"{where} lacks {', '.join(missing)}"
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", problem):
        hint = did_you_mean(found[1], [each.encode_name for each in known])
        return f"{where} has the unknown field {found[1]}. {hint}".rstrip(". ")
    if found := re.fullmatch(r"Expected (.+?)(, got .+)?", problem):
        wanted = re.sub(r"`(.+?)`", lambda match: _in_words(match[1]), found[1])
        return f"{where} must be {wanted}, got {_at(content, steps)!r:.40}"
    return f"{where}'s {problem}"  # from a check of the class, whose line begins with the field


_WORDS = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "an integer",
    "object": "an object",
    "str": "a string",
}


def _in_words(types):
    return " or ".join(_WORDS.get(name, name) for name in types.split(" | "))


def _steps(path):
    """The keys and indices of a path such as ".networks[...][0]", None where it leaves out the key."""
    found = re.findall(r"\.([^.\[]+)|\[(\d+)\]|(\[\.\.\.\])", path)
    return [None if unknown else int(index) if index else key for key, index, unknown in found]


def _complete(steps, error, kind, content):
    """The path with the keys that msgspec leaves out: those that alone bring about the error."""
    while None in steps:
        place = steps.index(None)
        for key, value in _at(content, steps[:place]).items():
            trial = copy.deepcopy(content)
            others = _at(trial, steps[:place])
            others.clear()
            others[key] = value
            try:
                msgspec.convert(trial, kind)
            except msgspec.ValidationError as other:
                if str(other) == str(error):
                    steps = [*steps[:place], key, *steps[place + 1 :]]
                    break
        else:
            return steps[:place]
    return steps


def _at(content, steps):
    for step in steps:
        content = content[step]
    return content


def json_text(value: Any, width: int = 110) -> str:
    """JSON in which an object or list takes one line if it fits into `width` characters."""
    return _json_lines(value, width, "") + "\n"


def _json_lines(value, width, indent):
    text = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(text) <= width or not value or not isinstance(value, (dict, list)):
        return text
    inner = indent + " "
    if isinstance(value, dict):
        parts = [
            f"{json.dumps(name, ensure_ascii=False)}: {_json_lines(each, width, inner)}"
            for name, each in value.items()
        ]
        left, right = "{}"
    else:
        parts = [_json_lines(each, width, inner) for each in value]
        left, right = "[]"
    lines = f",\n{inner}".join(parts)
    return f"{left}\n{inner}{lines}\n{indent}{right}"
