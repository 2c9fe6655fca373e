"""Many rows, a few at a time."""

from collections.abc import Iterator


def in_batches(num: int, size: int) -> Iterator[slice]:
    """Slices of `size` rows, the last one perhaps of fewer, that together cover `num` rows."""
    return (slice(start, start + size) for start in range(0, num, size))
