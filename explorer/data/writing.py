"""Sequences of different lengths, put side by side for a network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


def batch(ids: Sequence[Ids]) -> tuple[Ids, Ids]:
    """Sequences as the columns of one array.

    Args:
        ids: B arrays of token ids, (T_b,) each; some may be empty.

    Returns:
        (T, B) int64 with T the longest length, padded with 0 below each end, and the lengths, (B,) int64.
    """
    lengths = np.array([len(one) for one in ids], dtype=np.int64)
    padded = np.zeros((int(lengths.max(initial=0)), len(ids)), dtype=np.int64)
    for column, one in enumerate(ids):
        padded[: len(one), column] = one
    return padded, lengths
