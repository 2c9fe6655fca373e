"""Normal numbers that are the same wherever they are drawn: here by NumPy, in a served graph by TensorFlow.

Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") encrypts 0, 1, 2, ... under
the seed, in integers that every machine computes alike; Box and Muller (1958) make normal numbers of them.
They are the numbers of TensorFlow's `StatelessRandomNormalV2` in float64, with the seed as key and a counter
from 0.
"""

import numpy as np

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10
_WORD = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


def encrypt(counters: np.ndarray, seed: int) -> np.ndarray:
    """The blocks of random bits of these counters.

    Args:
        counters: uint64 (2, n), the low and the high half of each 128 bit counter.
        seed: the key, 0 to 2**64 - 1.

    Returns:
        uint64 (4, n), each value below 2**32.
    """
    a, b = counters[0] & _LOW, counters[0] >> _WORD
    c, d = counters[1] & _LOW, counters[1] >> _WORD
    keys = seed & 0xFFFFFFFF, seed >> 32
    for index in range(_ROUNDS):
        first, second = (
            np.uint64((key + index * weyl) & 0xFFFFFFFF)
            for key, weyl in zip(keys, _WEYL, strict=True)
        )
        left, right = a * _MULTIPLIERS[0], c * _MULTIPLIERS[1]
        a, b = (right >> _WORD) ^ b ^ first, right & _LOW
        c, d = (left >> _WORD) ^ d ^ second, left & _LOW
    return np.stack([a, b, c, d])


def normal(seed: int, num: int, width: int) -> np.ndarray:
    """`num` rows of N(0, 1) numbers, computed in float64; fewer rows of a seed are the first of more.

    Another implementation of log, sine and cosine moves a number by one unit in the last place of float32,
    and that in about one of 10**8.

    Args:
        seed: 0 to 2**64 - 1.
        num: how many rows.
        width: numbers in a row.

    Returns:
        float32 (num, width).
    """
    pairs = (num * width + 1) // 2
    counters = np.stack([np.arange(pairs, dtype=np.uint64), np.zeros(pairs, np.uint64)])
    a, b, c, d = encrypt(counters, seed)
    radius = np.sqrt(-2.0 * np.log(np.maximum(_fraction(a, b), 1e-7)))
    angle = 2.0 * np.pi * _fraction(c, d)
    numbers = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    return numbers.reshape(-1)[: num * width].reshape(num, width).astype(np.float32)


def _fraction(high, low):
    """Numbers in [0, 1) of 52 bits: 20 of `high` above the 32 of `low`."""
    return ((high & np.uint64(0xFFFFF)) << _WORD | low).astype(np.float64) * 2.0**-52
