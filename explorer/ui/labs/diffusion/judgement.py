"""What a classifier says of the digits drawn so far, part by part; no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from explorer.core.frames import Array
from explorer.data.frechet import frechet_distance
from explorer.specs.diffusion import N_CLASSES, SIDE_PX, Judge, Judged

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""
LEAST_FOR_FRECHET = 100
"""With fewer digits the covariance of the features is mostly chance, and the distance far too large."""


class Rate(NamedTuple):
    """A share and the interval that it is known within.

    Attributes:
        right: How many are seen as the class asked for.
        n: Of how many.
        low: Lower end of Wilson's 95 % interval, in [0, 1].
        high: Upper end.
    """

    right: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """In [0, 1]; not a number of none."""
        return self.right / self.n if self.n else math.nan


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22), all of [0, 1] for n = 0."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = right / n, Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)


class Judgement:
    """Parts put together; none is ever changed, :meth:`with_part` gives another judgement.

    Args:
        parts: Answers to the parts 0, 1, ... of one measurement.
    """

    def __init__(self, parts: Sequence[Judged] = ()) -> None:
        self._parts = tuple(parts)
        self._frechet: tuple[float, float] | None = None

    def with_part(self, answer: Judged) -> Judgement:
        """This and one part more."""
        return Judgement((*self._parts, answer))

    # What was measured -------------------------------------------------------------------------------------------

    @property
    def n(self) -> int:
        """Digits judged."""
        return sum(len(part.asked) for part in self._parts)

    @property
    def n_parts(self) -> int:
        """Parts answered."""
        return len(self._parts)

    @property
    def request(self) -> Judge:
        """How the digits were drawn: the first part's question, or what one is by default."""
        return self._parts[0].request if self._parts else Judge()

    @property
    def steps(self) -> tuple[int, int]:
        """First and last training step of the weights that drew."""
        found = [part.step for part in self._parts] or [0]
        return min(found), max(found)

    @property
    def classifier_accuracy(self) -> float:
        """Share of the test digits that the classifier gets right."""
        return self._parts[-1].classifier_accuracy if self._parts else math.nan

    @property
    def n_real(self) -> int:
        """Test digits that the distances are measured from."""
        return len(self._parts[-1].real) if self._parts else 0

    @property
    def n_other_real(self) -> int:
        """Training digits whose distance from these is the floor."""
        return len(self._parts[-1].other_real) if self._parts else 0

    @property
    def asked(self) -> Array:
        """Class asked for, (n,) int64."""
        return _joined([part.asked for part in self._parts], np.zeros(0, np.int64))

    @property
    def seen(self) -> Array:
        """Class seen, (n,) int64."""
        return _joined([part.seen for part in self._parts], np.zeros(0, np.int64))

    @property
    def pictures(self) -> Array:
        """The digits, (n, 28, 28) uint8, 255 is ink."""
        return _joined([part.pictures for part in self._parts], np.zeros((0, SIDE_PX, SIDE_PX), np.uint8))

    @property
    def features(self) -> Array:
        """The classifier's last hidden layer, (n, F) float32."""
        return _joined([part.features for part in self._parts], np.zeros((0, 0), np.float32))

    # What follows ------------------------------------------------------------------------------------------------

    @property
    def agreement(self) -> Rate:
        """Share of the digits that are seen as the class asked for."""
        return _rate(self.asked == self.seen)

    def agreement_of(self, digit: int) -> Rate:
        """The same among digits of one class."""
        asked = self.asked
        return _rate((asked == self.seen)[asked == digit])

    @property
    def by_class(self) -> tuple[Rate, ...]:
        """The same for each class, 0 to 9."""
        return tuple(self.agreement_of(digit) for digit in range(N_CLASSES))

    @property
    def mistaken(self) -> Array:
        """Numbers of the digits that are seen as another class, in the order drawn, (m,) int64."""
        return np.flatnonzero(self.asked != self.seen)

    @property
    def frechet(self) -> tuple[float, float] | None:
        """Fréchet distance of the drawn digits from real ones and of real ones from real ones; None of too few."""
        if self.n < LEAST_FOR_FRECHET:
            return None
        if self._frechet is None:
            last = self._parts[-1]
            drawn = frechet_distance(self.features, last.real)
            self._frechet = drawn, frechet_distance(last.real, last.other_real)
        return self._frechet


def _rate(right: Array) -> Rate:
    count, n = int(right.sum()), len(right)
    return Rate(count, n, *wilson(count, n))


def _joined(parts: Sequence[Array], empty: Array) -> Array:
    return np.concatenate(parts) if parts else empty
