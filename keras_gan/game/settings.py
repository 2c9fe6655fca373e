"""Settings of a model: arguments of its constructor whose defaults are class attributes."""

import inspect
from typing import Any

import keras

from keras_gan.lookup import check_name
from keras_gan.precision import dtype_policy


class Settings(keras.Model):
    """A `keras.Model` whose settings are annotated class attributes, as the fields of a dataclass are.

    `discriminator_steps: int = 1` in a class makes `discriminator_steps` a keyword argument of its
    constructor and of those of its subclasses; the model has the value as an attribute. A subclass changes
    the default by an assignment, `discriminator_steps = 5`. Attributes without an annotation, or with
    `ClassVar`, are no settings.

    `inspect.signature` shows all arguments of a class, and `get_config` saves them: each has to be an
    attribute of the same name. The config also has the dtype policy that the model was made under, under
    which it is made again, whatever that of the session.

    Args:
        name: name of the model.
        **settings: values for the settings, in place of the defaults.

    Raises:
        ValueError: on an argument that does not exist, with the closest ones.
    """

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.__signature__ = _signature(cls)

    def __init__(self, *, name: str | None = None, **settings: Any):
        super().__init__(name=name)
        for setting, value in settings.items():
            check_name(f"argument of {type(self).__name__}", setting, _settings(type(self)))
            setattr(self, setting, value)

    def get_config(self) -> dict[str, Any]:
        """All arguments of the constructor, and the dtype policy, for saving."""
        values = {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}
        values["dtype"] = self.dtype_policy
        return {
            name: keras.saving.serialize_keras_object(list(x) if isinstance(x, tuple) else x)
            for name, x in values.items()
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None):
        """The model that `get_config` describes."""
        arguments = dict(config)
        with dtype_policy(arguments.pop("dtype", None)):
            return cls(**keras.saving.deserialize_keras_object(arguments, custom_objects))


def _own_bases(cls):
    """The class and its bases, without `Settings` and those of Keras."""
    return [base for base in cls.__mro__ if base not in Settings.__mro__]


def _settings(cls):
    """Name to default of the settings of a class, those of its bases first."""
    names = [
        name
        for base in reversed(_own_bases(cls))
        for name, kind in inspect.get_annotations(base).items()
        if name in vars(base) and "ClassVar" not in str(kind)
    ]
    return {name: getattr(cls, name) for name in names}


def _signature(cls):
    """Arguments of a class: of its constructors, as far as they pass others on, and its settings."""
    kinds = inspect.Parameter
    arguments, passes = {}, {kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD}
    for base in [*_own_bases(cls), Settings]:
        if "__init__" not in vars(base) or kinds.VAR_KEYWORD not in passes:
            continue
        own = list(inspect.signature(vars(base)["__init__"]).parameters.values())[1:]
        for argument in own:
            if argument.kind not in (kinds.VAR_POSITIONAL, kinds.VAR_KEYWORD):
                if kinds.VAR_POSITIONAL not in passes:
                    argument = argument.replace(kind=kinds.KEYWORD_ONLY)
                arguments.setdefault(argument.name, argument)
        passes &= {argument.kind for argument in own}
    if kinds.VAR_KEYWORD in passes:
        for name, default in _settings(cls).items():
            arguments.setdefault(name, kinds(name, kinds.KEYWORD_ONLY, default=default))
    return inspect.Signature(sorted(arguments.values(), key=lambda argument: argument.kind))
