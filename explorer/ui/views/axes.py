"""The geometry of a plot: data units to logical pixels and back, no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.ui.views.ticks import linear_labels, linear_ticks, log_labels, log_ticks

Floats = NDArray[np.float64]
_ENOUGH_TICKS = 3
_MOST_STEPS = 12


@dataclass(frozen=True)
class Range:
    """An interval of data units with `lo` < `hi`, both finite."""

    lo: float
    hi: float

    @property
    def span(self) -> float:
        """Length in data units."""
        return self.hi - self.lo

    @property
    def middle(self) -> float:
        """The number half-way."""
        return 0.5 * (self.lo + self.hi)

    def padded(self, fraction: float) -> Range:
        """The range made longer by this fraction of its span at each end."""
        return Range(self.lo - fraction * self.span, self.hi + fraction * self.span)

    def about(self, centre: float, factor: float) -> Range:
        """The range scaled by `factor` around `centre`, which keeps its place on the screen."""
        return Range(centre + (self.lo - centre) * factor, centre + (self.hi - centre) * factor)

    def shifted(self, by: float) -> Range:
        """The range moved by so many data units."""
        return Range(self.lo + by, self.hi + by)

    @staticmethod
    def of(values: ArrayLike, default: tuple[float, float] = (0.0, 1.0)) -> Range:
        """The range of the finite values; widened when they are all equal, `default` when there are none."""
        data = np.asarray(values, dtype=np.float64)
        data = data[np.isfinite(data)]
        if data.size == 0:
            return Range(*default)
        return Range.between(float(data.min()), float(data.max()))

    @staticmethod
    def between(lo: float, hi: float) -> Range:
        """The range from `lo` to `hi` in either order, widened until it can be drawn."""
        lo, hi = min(lo, hi), max(lo, hi)
        room = max(abs(lo), abs(hi), 1e-12) * 1e-6
        if hi - lo > room:
            return Range(lo, hi)
        extra = 0.5 * max(abs(lo), abs(hi)) or 0.5
        return Range(lo - extra, hi + extra)


@dataclass(frozen=True)
class Axes:
    """A rectangle in logical pixels and the data ranges it shows; y points up.

    Attributes:
        x: Range shown from left to right, above zero if `log_x`.
        y: Range shown from bottom to top, above zero if `log_y`.
        left: Left edge, px.
        top: Top edge, px.
        width: Width, px.
        height: Height, px.
        log_x: Whether x is logarithmic.
        log_y: Whether y is logarithmic.
    """

    x: Range
    y: Range
    left: float
    top: float
    width: float
    height: float
    log_x: bool = False
    log_y: bool = False

    @property
    def right(self) -> float:
        """Right edge, px."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Bottom edge, px."""
        return self.top + self.height

    def px(self, x: ArrayLike) -> Floats:
        """Horizontal pixels of data x of any shape; not finite where x cannot be drawn."""
        return self.left + _fraction(x, self.x, self.log_x) * self.width

    def py(self, y: ArrayLike) -> Floats:
        """Vertical pixels (downwards) of data y of any shape; not finite where y cannot be drawn."""
        return self.bottom - _fraction(y, self.y, self.log_y) * self.height

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Pixel position of one point."""
        return float(self.px(x)), float(self.py(y))

    def data(self, px: float, py: float) -> tuple[float, float]:
        """Data position under one pixel position."""
        across = (px - self.left) / max(self.width, 1e-9)
        up = (self.bottom - py) / max(self.height, 1e-9)
        return _at(across, self.x, self.log_x), _at(up, self.y, self.log_y)

    def contains(self, px: float, py: float) -> bool:
        """Whether a pixel position lies on the plot."""
        return self.left <= px <= self.right and self.top <= py <= self.bottom

    def equal(self) -> Axes:
        """The same plot with one range widened until a unit is as long across as it is up."""
        if self.width <= 0 or self.height <= 0:
            return self
        unit = max(self.x.span / self.width, self.y.span / self.height)
        return replace(self, x=_spanning(self.x, unit * self.width), y=_spanning(self.y, unit * self.height))

    def zoomed(self, px: float, py: float, factor: float) -> Axes:
        """Linear ranges scaled by `factor` (below one zooms in) around a pixel position."""
        x, y = self.data(px, py)
        return replace(self, x=self.x.about(x, factor), y=self.y.about(y, factor))

    def panned(self, dx: float, dy: float) -> Axes:
        """Linear ranges moved so that the picture follows a drag by (dx, dy) pixels."""
        by_x = -dx * self.x.span / max(self.width, 1e-9)
        by_y = dy * self.y.span / max(self.height, 1e-9)
        return replace(self, x=self.x.shifted(by_x), y=self.y.shifted(by_y))

    def x_ticks(self, spacing: float = 90.0, closest: float = 44.0) -> list[tuple[float, str]]:
        """Pixel position and label of the ticks beneath, at least about `spacing` px apart.

        A narrow plot gets them as near as `closest` px, until there are three: one tick alone tells no scale.
        """
        values, labels = _ticks(self.x, self.log_x, self.width, spacing, closest)
        return list(zip(self.px(values).tolist(), labels, strict=True))

    def y_ticks(self, spacing: float = 44.0, closest: float = 12.0) -> list[tuple[float, str]]:
        """Pixel position and label of the ticks at the left, at least about `spacing` px apart.

        A low plot gets them as near as `closest` px, until there are three: one tick alone tells no scale.
        """
        values, labels = _ticks(self.y, self.log_y, self.height, spacing, closest)
        return list(zip(self.py(values).tolist(), labels, strict=True))


def _ticks(
    data: Range, log: bool, length: float, spacing: float, closest: float = math.inf
) -> tuple[list[float], list[str]]:
    target = max(1, int(length / max(spacing, 1.0)))
    if log:
        values = log_ticks(data.lo, data.hi, target)
        if len(values) >= 2:
            return values, log_labels(values)
    values = linear_ticks(data.lo, data.hi, target)
    while len(values) < _ENOUGH_TICKS and target < _MOST_STEPS:
        target += 1
        finer = linear_ticks(data.lo, data.hi, target)
        if len(finer) > 1 and (finer[1] - finer[0]) / data.span * length < closest:
            break
        values = finer
    return values, linear_labels(values)


def _fraction(values: ArrayLike, data: Range, log: bool) -> Floats:
    """Where values stand between the ends of a range: 0 at the lower, 1 at the upper."""
    numbers = np.asarray(values, dtype=np.float64)
    with np.errstate(all="ignore"):
        if not log:
            return np.asarray((numbers - data.lo) / data.span)
        lo, hi = math.log10(data.lo), math.log10(data.hi)
        return np.asarray((np.log10(np.where(numbers > 0, numbers, np.nan)) - lo) / (hi - lo))


def _at(fraction: float, data: Range, log: bool) -> float:
    """The data value at a fraction of a range: the inverse of `_fraction`."""
    if not log:
        return data.lo + fraction * data.span
    lo, hi = math.log10(data.lo), math.log10(data.hi)
    return float(10.0 ** min(300.0, max(-300.0, lo + fraction * (hi - lo))))


def _spanning(data: Range, span: float) -> Range:
    return Range(data.middle - 0.5 * span, data.middle + 0.5 * span)
