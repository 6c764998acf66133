"""Rows of a film as pixels: kept as running sums over rows, so that a view of any size shows exact means at once.

Values are log10 of something, float16. Of the 65,536 numbers a float16 can be each gets a whole number by a table; sums
of those over the rows above cost one addition per value when a row comes, and make the mean over any stretch of
rows one difference.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from explorer.ui.views.axes import Range

Halves = NDArray[np.float16]
Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint32]
Sums = NDArray[np.uint32] | NDArray[np.uint16]
Kind = TypeVar("Kind", bound=np.generic)

MOST_ROWS = 65_535
_PER_DECADE, _LOWEST = 512.0, -64.0
_FIRST_ROOM = 256
_MINUS_INFINITY, _EXPONENT = np.uint16(0xFC00), np.uint16(0x7C00)
_ZERO, _BAD = 256, 257


@cache
def levels() -> NDArray[np.uint16]:
    """What each of the 65,536 patterns of a float16 counts as: rises with the value, 0 for what is not finite."""
    value = np.arange(65_536, dtype=np.uint16).view(np.float16).astype(np.float32)
    finite = np.isfinite(value)
    level = np.clip(np.rint((np.where(finite, value, 0.0) - _LOWEST) * _PER_DECADE), 1, 65_535)
    return np.where(finite, level, 0).astype(np.uint16)


class FilmSums:
    """The film's rows and their running sums."""

    def __init__(self) -> None:
        self._values: Halves = np.zeros((0, 0, 0), np.float16)
        self._clear(self._values)

    @property
    def values(self) -> Halves:
        """The film, (R, S, T) float16."""
        return self._values

    @property
    def bad_rows(self) -> NDArray[np.bool_]:
        """Which rows of which strip have a value that is not a number or infinitely large, (R, S)."""
        return self._row_bad[: len(self._values)]

    @property
    def first_given(self) -> Integers:
        """Index of the first value above zero in each row of each strip, T if there is none, (R, S)."""
        return self._row_first[: len(self._values)]

    @property
    def has_zeros(self) -> bool:
        """Whether there are exact zeros (-inf) anywhere."""
        return bool(self._row_zero[: len(self._values)].any())

    def put(self, values: Halves) -> int:
        """Take the film as it is now; only rows that are not as before are worked on.

        Args:
            values: (R, S, T) float16, kept and not to be changed any more.

        Returns:
            How many rows were as before.

        Raises:
            ValueError: If it has another number of axes or more than 65,535 rows.
        """
        if values.ndim != 3 or len(values) > MOST_ROWS:
            raise ValueError(f"a film has rows, strips and times, and at most {MOST_ROWS:,} rows, not {values.shape}")
        data = np.ascontiguousarray(values, dtype=np.float16)
        if data.shape[1:] != self._values.shape[1:]:
            self._clear(data[:0])
        kept = self._same_rows(data)
        self._reserve(len(data))
        if kept < len(data):
            self._add(data, kept)
        self._values = data
        return kept

    def range(self, leave_out: float = 0.0) -> Range | None:
        """Least and greatest finite value of the film; None where there is none.

        Args:
            leave_out: Share of the rows, at each end, that may reach further: a few odd rows hide all others else.
        """
        n = len(self._values)
        given = self._row_hi[:n] > 0
        if not given.any():
            return None
        lo, hi = np.sort(self._row_lo[:n][given]), np.sort(self._row_hi[:n][given])
        spare = int(leave_out * len(lo))
        return Range.between(_number(int(lo[spare])), _number(int(hi[-1 - spare])))

    def means(self, strip: int, starts: Integers, ends: Integers, columns: slice) -> NDArray[np.float32]:
        """Means over stretches of rows: of the finite values; -inf where all are zero, NaN where one is bad.

        Args:
            strip: Which strip.
            starts: First row of each stretch, (n,).
            ends: Its end, exclusive, above the start, (n,).
            columns: Which times.

        Returns:
            (n, number of columns) float32.
        """
        sums = _differences(self._sums[:, strip, columns], starts, ends).astype(np.float32)
        n = (ends - starts)[:, None].astype(np.float32)
        if self._zeros is not None:
            n = n - _differences(self._zeros[:, strip, columns], starts, ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = sums / (n * np.float32(_PER_DECADE)) + np.float32(_LOWEST)
        if self._zeros is not None:
            mean[n == 0] = -np.inf
        if self._bads is not None:
            mean[_differences(self._bads[:, strip, columns], starts, ends) > 0] = np.nan
        return np.asarray(mean)

    def _clear(self, empty: Halves) -> None:
        self._values = empty
        _, strips, times = empty.shape
        self._sums = np.zeros((1, strips, times), np.uint32)
        self._zeros: NDArray[np.uint16] | None = None
        self._bads: NDArray[np.uint16] | None = None
        self._row_lo, self._row_hi = np.zeros(0, np.uint16), np.zeros(0, np.uint16)
        self._row_bad, self._row_zero = np.zeros((0, strips), bool), np.zeros(0, bool)
        self._row_first = np.zeros((0, strips), np.int64)

    def _same_rows(self, data: Halves) -> int:
        """How many rows from the first one on are the same as before, bit for bit."""
        n = min(len(data), len(self._values))
        old, new = self._values[:n].view(np.uint16), data[:n].view(np.uint16)
        if n == 0 or np.shares_memory(old, new) or np.array_equal(old, new):
            return n
        return int(np.argmax((old != new).any(axis=(1, 2))))

    def _reserve(self, rows: int) -> None:
        """Make room, twice as much as there was, so that rows are rarely copied."""
        if rows < len(self._sums):
            return
        room = max(rows, 2 * (len(self._sums) - 1), _FIRST_ROOM)
        self._sums = _longer(self._sums, room + 1)
        self._zeros = None if self._zeros is None else _longer(self._zeros, room + 1)
        self._bads = None if self._bads is None else _longer(self._bads, room + 1)
        self._row_lo, self._row_hi = _longer(self._row_lo, room), _longer(self._row_hi, room)
        self._row_bad, self._row_zero = _longer(self._row_bad, room), _longer(self._row_zero, room)
        self._row_first = _longer(self._row_first, room)

    def _add(self, data: Halves, kept: int) -> None:
        rows = slice(kept, len(data))
        bits = data[rows].view(np.uint16)
        level = np.take(levels(), bits, mode="clip")
        zero = bits == _MINUS_INFINITY
        bad = ((bits & _EXPONENT) == _EXPONENT) & ~zero
        _extend(self._sums, level, kept)
        self._row_hi[rows] = level.max(axis=(1, 2), initial=0)
        self._row_lo[rows] = (level - np.uint16(1)).min(axis=(1, 2), initial=65_535) + np.uint16(1)
        self._row_bad[rows] = bad.any(axis=2)
        self._row_zero[rows] = zero.any(axis=(1, 2))
        self._row_first[rows] = np.where(zero.all(axis=2), data.shape[2], (~zero).argmax(axis=2))
        self._zeros = self._counted(self._zeros, zero, kept)
        self._bads = self._counted(self._bads, bad, kept)

    def _counted(
        self, counts: NDArray[np.uint16] | None, found: NDArray[np.bool_], kept: int
    ) -> NDArray[np.uint16] | None:
        """Running counts continued; none are kept until there is something to count."""
        if counts is None:
            if not found.any():
                return None
            counts = np.zeros(self._sums.shape, np.uint16)
        _extend(counts, found, kept)
        return counts


def palette(colors: Bytes, zero: QColor, bad: QColor) -> Words:
    """A colour map (256, 3) with a colour for exact zeros and one for what is no number, as 258 pixels."""
    r, g, b = (colors[:, i].astype(np.uint32) for i in range(3))
    both = np.array([zero.rgb(), bad.rgb()], np.uint32)
    return np.concatenate([(np.uint32(0xFF) << np.uint32(24)) | (r << np.uint32(16)) | (g << np.uint32(8)) | b, both])


def image(means: NDArray[np.float32], scale: Range, pixels: Words) -> QImage:
    """Means (H, W) as a picture of its own, the last row at the top, through a :func:`palette`."""
    with np.errstate(invalid="ignore"):
        level = np.clip((means - scale.lo) * (255.0 / scale.span) + 0.5, 0.0, 255.0)
    odd = ~np.isfinite(means)
    if odd.any():
        level[odd] = np.where(np.isnan(means[odd]), _BAD, _ZERO)
    picture = np.take(pixels, level[::-1].astype(np.intp))
    height, width = picture.shape
    if not height or not width:
        return QImage()
    return QImage(picture.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def repeated(picture: QImage, width: float, height: float) -> QImage:
    """The picture with columns and lines repeated to two a px, for files: viewers of those blur what they enlarge."""
    across = max(1, math.ceil(2.0 * width / max(1, picture.width())))
    down = max(1, math.ceil(2.0 * height / max(1, picture.height())))
    return picture.scaled(picture.width() * across, picture.height() * down)


def stretches(rows: Range, n_rows: int, n_pixels: int) -> tuple[Integers, Integers]:
    """Which rows each line of pixels stands for, from the bottom up: at least one, none left out in between.

    Args:
        rows: What is shown, in rows from 0 to `n_rows`.
        n_rows: Rows there are, at least one.
        n_pixels: Lines of pixels, at least one.

    Returns:
        First row and end (exclusive), (n_pixels,) each.
    """
    edges = rows.lo + np.arange(n_pixels + 1) * (rows.span / n_pixels)
    starts = np.clip(np.floor(edges[:-1] + 1e-9), 0, n_rows - 1).astype(np.int64)
    ends = np.clip(np.floor(edges[1:] + 1e-9), 1, n_rows).astype(np.int64)
    return starts, np.maximum(ends, starts + 1)


def _extend(sums: Sums, add: NDArray[np.uint16] | NDArray[np.bool_], kept: int) -> None:
    """Continue running sums from row `kept` on; row by row, which is several times faster than numpy's cumsum."""
    for row, values in enumerate(add, kept):
        if values.dtype != bool or values.any():
            np.add(sums[row], values, out=sums[row + 1])
        else:
            sums[row + 1] = sums[row]


def _differences(sums: Sums, starts: Integers, ends: Integers) -> Sums:
    """Sums over stretches of rows from running sums, (n, W)."""
    if np.array_equal(ends[:-1], starts[1:]):
        at_edges = sums[np.r_[starts, ends[-1]]]
        return np.asarray(at_edges[1:] - at_edges[:-1])
    return np.asarray(sums[ends] - sums[starts])


def _longer(array: NDArray[Kind], rows: int) -> NDArray[Kind]:
    """The same rows with zeros after them."""
    longer = np.zeros((rows, *array.shape[1:]), array.dtype)
    longer[: len(array)] = array
    return longer


def _number(level: int) -> float:
    return level / _PER_DECADE + _LOWEST
