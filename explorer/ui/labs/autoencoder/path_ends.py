"""The two ends of the path: training digits or latent points."""

from __future__ import annotations

import random

import numpy as np

from explorer.core.frames import Array
from explorer.specs.autoencoder import Interpolate, PathEnd

FIRST_CLASSES = (3, 8)


class PathEnds:
    """Ends A and B; at first two digits of different classes.

    Args:
        labels: (N,) classes of the training digits.
    """

    def __init__(self, labels: Array) -> None:
        self._labels = labels
        self._random = random.Random(0)
        self._ends = self._digits_of(*FIRST_CLASSES)

    def choose_others(self) -> None:
        """Two random digits of two random classes."""
        self._ends = self._digits_of(*self._random.sample(range(10), 2))

    def put(self, end: int, place: PathEnd) -> None:
        """Move end 0 (A) or 1 (B)."""
        self._ends = (place, self._ends[1]) if end == 0 else (self._ends[0], place)

    def request(self, n_latent: int) -> Interpolate:
        """The walk to ask for; points of another latent size give way to digits."""
        if not all(e.digit >= 0 or len(e.z) == n_latent for e in self._ends):
            self._ends = self._digits_of(*FIRST_CLASSES)
        return Interpolate(*self._ends)

    def _digits_of(self, *classes: int) -> tuple[PathEnd, PathEnd]:
        a, b = (self._random.choice(np.flatnonzero(self._labels == c).tolist()) for c in classes)
        return PathEnd(digit=a), PathEnd(digit=b)
