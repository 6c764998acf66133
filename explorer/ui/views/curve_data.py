"""Series of numbers over steps, and the y range that shows them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from explorer.ui.theme import COMPANY_PX
from explorer.ui.views.axes import Floats, Range


@dataclass(frozen=True, eq=False)
class Series:
    """One curve.

    Attributes:
        name: Stands for it in code.
        label: Stands beside it on the screen.
        x: Steps (N,), rising.
        y: Values (N,); gaps where they are not finite.
        color_key: Name of a colour of the theme: "reconstruction", "kl", "class 3", "accent".
        width: Pen width, px: 3 for the subject, less for company.
        ghost: An older run, in grey behind the others.
        dashed: Whether it is dashed.
        dots: Whether every point is marked, where there are few and what lies between was not measured.
        valued: Whether its last value stands beside its label.
    """

    name: str
    label: str
    x: ArrayLike
    y: ArrayLike
    color_key: str = "total"
    width: float = COMPANY_PX
    ghost: bool = False
    dashed: bool = False
    dots: bool = False
    valued: bool = True


@dataclass(frozen=True, eq=False)
class Curve:
    """A series as arrays of its own.

    Attributes:
        series: What was given.
        x: Steps (N,).
        y: Values (N,).
    """

    series: Series
    x: Floats
    y: Floats

    @property
    def last(self) -> float:
        """The last finite value, or not a number."""
        finite = self.y[np.isfinite(self.y)]
        return float(finite[-1]) if finite.size else math.nan

    @staticmethod
    def of(series: Series) -> Curve:
        """A copy of the series' numbers.

        Raises:
            ValueError: If x and y differ in length.
        """
        x, y = np.array(series.x, np.float64).ravel(), np.array(series.y, np.float64).ravel()
        if len(x) != len(y):
            raise ValueError(f"{series.name}: {len(x)} steps but {len(y)} values")
        return Curve(series, x, y)

    def at(self, step: float) -> float:
        """The value at the recorded step nearest to `step`, not a number outside the recording."""
        if not len(self.x) or step < self.x[0] - 1 or step > self.x[-1] + 1:
            return math.nan
        right = min(int(np.searchsorted(self.x, step)), len(self.x) - 1)
        left = max(0, right - 1)
        return float(self.y[left] if step - self.x[left] < self.x[right] - step else self.y[right])


def robust_y(values: Sequence[Floats], *, log: bool = False) -> Range:
    """A y range that shows the run rather than its first spike.

    Args:
        values: The curves.
        log: Ignore what is not above zero; a logarithmic axis shows all the rest.

    Returns:
        The range of all finite values, unless the first twentieth of each curve, and at least its first value, would
        make it half as large again.
    """
    parts = [part[np.isfinite(part) & ((part > 0) if log else True)] for part in values]
    parts = [part for part in parts if part.size]
    if not parts:
        return Range(0.1, 1.0) if log else Range(0.0, 1.0)
    full = Range.of(np.concatenate(parts))
    if log:
        return Range(full.lo / 1.3, full.hi * 1.3) if full.lo > 0 else Range(full.hi * 1e-6, full.hi)
    settled = [part[math.ceil(0.05 * part.size) :] if part.size >= 4 else part for part in parts]
    rest = Range.of(np.concatenate(settled))
    if full.span <= 1.5 * rest.span:
        return full.padded(0.05)
    return Range(rest.lo - 0.08 * rest.span, rest.hi + 0.2 * rest.span)
