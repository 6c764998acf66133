"""Which part of the plane a map shows: chosen, or followed calmly while the points move."""

from __future__ import annotations

import numpy as np

from explorer.ui.views.axes import Axes, Floats, Range

_ZOOM_PER_NOTCH = 0.85
_DEFAULT = (-3.0, 3.0)
_MARGIN = 0.04


class MapRange:
    """The ranges of a map: fixed by `choose`, else following the points, changing only when it must.

    Attributes:
        x: Range across now.
        y: Range up now.
        chosen: Whether someone chose it, so that it no longer follows.
    """

    def __init__(self) -> None:
        self.x = Range(*_DEFAULT)
        self.y = Range(*_DEFAULT)
        self.chosen = False
        self._fitted = False

    def choose(self, x: Range, y: Range) -> None:
        """Show exactly this from now on."""
        self.x, self.y, self.chosen = x, y, True

    def release(self, xy: Floats) -> None:
        """Follow the points again, fitting them at once."""
        self.chosen = self._fitted = False
        self.follow(xy)

    def follow(self, xy: Floats) -> bool:
        """Fit new points (N, 2) unless the range is chosen; returns whether it changed.

        A fitting range is kept while it still holds nearly all points and is not half empty: a picture that
        rescales at every step cannot be watched.
        """
        if self.chosen or not len(xy):
            return False
        if self._fitted and _still_fits(self.x, Range.of(xy[:, 0])) and _still_fits(self.y, Range.of(xy[:, 1])):
            return False
        x, y = robust_range(xy[:, 0]), robust_range(xy[:, 1])
        if self._fitted and _still_fits(self.x, x) and _still_fits(self.y, y):
            return False
        self.x, self.y, self._fitted = x.padded(_MARGIN), y.padded(_MARGIN), True
        return True

    def zoom(self, axes: Axes, px: float, py: float, notches: float) -> None:
        """Zoom in by so many notches of the wheel (out if negative), keeping the place under the cursor."""
        factor = _ZOOM_PER_NOTCH ** max(-20.0, min(20.0, notches))
        new = axes.zoomed(px, py, factor)
        if 1e-9 < new.x.span < 1e9:
            self.choose(new.x, new.y)

    def pan(self, axes: Axes, dx: float, dy: float) -> None:
        """Follow a drag of (dx, dy) px."""
        moved = axes.panned(dx, dy)
        self.choose(moved.x, moved.y)


def robust_range(values: Floats) -> Range:
    """The range of all finite values, or of the inner 99 % when a few outliers would more than double it."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Range(*_DEFAULT)
    full = Range.of(finite)
    if finite.size < 200:
        return full
    cut = finite.size // 200  # by hand: numpy's percentile takes an import of 50 ms at its first use
    ordered = np.partition(finite, (cut, finite.size - 1 - cut))
    inner = Range.between(float(ordered[cut]), float(ordered[-1 - cut]))
    return inner if full.span > 2.0 * inner.span else full


def _still_fits(shown: Range, wanted: Range) -> bool:
    inside = shown.lo <= wanted.lo + 0.02 * wanted.span and wanted.hi - 0.02 * wanted.span <= shown.hi
    return inside and wanted.span > 0.55 * shown.span
