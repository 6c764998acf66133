"""Frames: named, read-only arrays that a panel can draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class FrameInfo:
    """What a frame means.

    Attributes:
        name: Channel name.
        axes: What each axis of the array counts, in words.
        unit: Unit of the values.
        meaning: One sentence.
        rate_hz: Highest rate at which it is worth taking while training.
        recorded: Whether the history keeps it for scrubbing.
    """

    name: str
    axes: tuple[str, ...]
    unit: str
    meaning: str
    rate_hz: float = 10.0
    recorded: bool = True


@dataclass(frozen=True, eq=False)
class Frame:
    """One channel's array at one step; the array is C-contiguous and read-only."""

    name: str
    step: int
    data: Array


def frozen(array: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> Array:
    """A C-contiguous, read-only copy that shares memory with nothing."""
    copy = np.array(array, dtype=dtype, order="C", copy=True)
    copy.flags.writeable = False
    return copy


def n_bytes(arrays: Mapping[str, Array]) -> int:
    """Bytes that the arrays hold together."""
    return sum(a.nbytes for a in arrays.values())
