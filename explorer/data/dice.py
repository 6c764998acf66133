"""Chance for grammars: many cheap draws from one generator, and a split that never moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar
from zlib import crc32

import numpy as np

HELD_OUT_SHARE: Final = 8
"""One sentence in so many is held out."""
_BLOCK: Final = 512

T = TypeVar("T")


class Dice:
    """Uniform numbers taken from a generator by the block, as one at a time costs several times more."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._left: list[float] = []

    def roll(self) -> float:
        """A number in [0, 1)."""
        if not self._left:
            self._left = self._rng.random(_BLOCK).tolist()
        return self._left.pop()

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.roll() < share

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        return int(self.roll() * n)

    def pick(self, options: Sequence[T]) -> T:
        """One of some options, all equally likely."""
        return options[int(self.roll() * len(options))]


def is_held_out(text: str) -> bool:
    """Whether a sentence is kept from training; about one in eight, the same on every machine for ever."""
    return crc32(text.encode("utf-8", "surrogatepass")) % HELD_OUT_SHARE == 0


def draw_split(
    rng: np.random.Generator, n: int, write: Callable[[Dice], T | None], key: Callable[[T], str], held_out: bool
) -> list[T]:
    """Write until there are enough of one side of the split.

    Args:
        rng: Where chance comes from; the same state gives the same list.
        n: How many to give.
        write: One fresh draw, or None where it came out unusable.
        key: The text by which a draw belongs to one side or the other.
        held_out: Which side.

    Returns:
        ``n`` draws, all of one side.
    """
    dice = Dice(rng)
    drawn: list[T] = []
    while len(drawn) < n:
        one = write(dice)
        if one is not None and is_held_out(key(one)) == held_out:
            drawn.append(one)
    return drawn
