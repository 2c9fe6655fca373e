"""Batches of rows."""

from collections.abc import Iterator


def in_batches(num: int, size: int) -> Iterator[slice]:
    """Slices of `size` rows that together cover `num` rows; the last one may have fewer."""
    return (slice(start, start + size) for start in range(0, num, size))
