"""Precision: the dtype policy that layers are made under."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras


@contextmanager
def dtype_policy(policy: Any) -> Iterator[None]:
    """A scope in which layers are made under a dtype policy.

    Args:
        policy: a `keras.DTypePolicy`, its name or its config; None for that of the session.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(before if policy is None else keras.dtype_policies.get(policy))
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
