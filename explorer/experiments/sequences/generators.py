"""The state of a numpy generator as an array, and back."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from explorer.core.frames import Array

_LOW: Final = 2**64 - 1


def pack_rng(rng: np.random.Generator) -> Array:
    """State, increment and spare half of a PCG64 generator, (6,) uint64."""
    state: dict[str, Any] = dict(rng.bit_generator.state)
    numbers = state["state"]["state"], state["state"]["inc"]
    halves = [half for number in numbers for half in (number >> 64, number & _LOW)]
    return np.array([*halves, state["has_uint32"], state["uinteger"]], np.uint64)


def unpack_rng(packed: Array) -> np.random.Generator:
    """A generator that goes on where the packed one stood.

    Raises:
        ValueError: These are no numbers of such a generator.
    """
    high, low, inc_high, inc_low, has_half, half = (int(number) for number in packed)
    if not inc_low & 1 or has_half > 1 or half >= 2**32:
        raise ValueError("no state of a PCG64 generator")
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": high << 64 | low, "inc": inc_high << 64 | inc_low},
        "has_uint32": has_half,
        "uinteger": half,
    }
    return np.random.Generator(bits)
