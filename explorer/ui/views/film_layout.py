"""Where the parts of a film stand: legend, unrolled cells, strips, axis; and between pixels, times and rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Range
from explorer.ui.views.painting import text_height, text_width
from explorer.ui.views.ticks import linear_ticks

_NAMES_FROM_PX, _STEPS_FROM_PX, _CELLS_FROM_PX = 300.0, 400.0, 430.0
_LEAST_STRIP_PX = 46.0
_BOX_PX = 20.0


@dataclass(frozen=True)
class Strip:
    """One row of the small multiple.

    Attributes:
        name: What it is of, in its colour.
        detail: What is measured.
        color: Name of its colour.
        note: Words at its right, in bold.
    """

    name: str
    detail: str
    color: str
    note: str = ""


@dataclass(frozen=True)
class Mark:
    """Times at which something happens, counted from one, with words for it."""

    first: int
    last: int
    words: str


@dataclass(frozen=True)
class FilmLayout:
    """Places, logical px, and what they show.

    Attributes:
        times: Columns shown, from 0 to T; the column of time t (counted from one) is from t - 1 to t.
        rows: Rows shown, from 0 to R.
        strips: One rectangle per strip, from the top down.
        legend: Of the colours; empty where there is no room.
        cells: Of the unrolled cells; empty where there is no room.
        ticks: Of the tick labels beneath.
        words: Of the words beneath; empty where there is no room.
        left: Left edge of the column of names.
        right: Right edge of the column of steps; the strips' right edge where there is none.
    """

    times: Range
    rows: Range
    strips: tuple[QRectF, ...]
    legend: QRectF
    cells: QRectF
    ticks: QRectF
    words: QRectF
    left: float
    right: float

    @cached_property
    def plot(self) -> QRectF:
        """From the first strip's top to the last one's bottom."""
        return self.strips[0].united(self.strips[-1]) if self.strips else QRectF()

    def x(self, time: float) -> float:
        """Horizontal px of the middle of a time's column, times counted from one."""
        return self.edge(time - 0.5)

    def edge(self, column: float) -> float:
        """Horizontal px of a column's left edge."""
        return self.plot.left() + (column - self.times.lo) / self.times.span * self.plot.width()

    def y(self, strip: QRectF, row: float) -> float:
        """Vertical px of a row's lower edge in a strip."""
        return strip.bottom() - (row - self.rows.lo) / self.rows.span * strip.height()

    def column_at(self, px: float) -> float:
        """Column under a horizontal position."""
        return self.times.lo + (px - self.plot.left()) / max(self.plot.width(), 1e-9) * self.times.span

    def row_at(self, strip: QRectF, py: float) -> float:
        """Row under a vertical position of a strip."""
        return self.rows.lo + (strip.bottom() - py) / max(strip.height(), 1e-9) * self.rows.span

    def strip_at(self, at: QPointF) -> int:
        """Which strip is under a position, -1 for none."""
        return next((i for i, strip in enumerate(self.strips) if strip.contains(at)), -1)

    def time_ticks(self, spacing_px: float) -> list[int]:
        """Round times to label, with the first one shown at their head, at least so many px apart."""
        lo, hi = math.floor(self.times.lo) + 1, math.ceil(self.times.hi)
        if hi <= lo:
            return [lo]
        target = max(1, int(self.plot.width() / spacing_px))
        ticks = sorted({round(tick) for tick in linear_ticks(lo, hi, target) if abs(tick - round(tick)) < 1e-6})
        apart = spacing_px * 0.5 / max(self.plot.width() / self.times.span, 1e-9)
        return [lo, *(tick for tick in ticks if tick - lo >= apart)]


def lay_out(
    rect: QRectF, theme: Theme, strips: Sequence[Strip], steps: Sequence[str], times: Range, rows: Range, title: str
) -> FilmLayout:
    """Places for a film in a rectangle.

    Args:
        rect: All the room there is, logical px.
        theme: For the fonts.
        strips: What is stacked; at least one.
        steps: Words that will stand at the right, for their width.
        times: Columns shown.
        rows: Rows shown.
        title: Words beneath; empty for none.
    """
    line, px = text_height(theme.font("tick")), theme.scale
    left = rect.left() + 4 + _names_width(rect, theme, strips)
    steps_width = _steps_width(rect, theme, strips, steps)
    right = rect.right() - 4 - steps_width
    roomy = rect.height() >= 150 * px
    words = line + 6 if title and roomy else 0.0
    legend = line + 8 if roomy else 2.0
    ticks = line + 5
    gap = (10.0 if rect.height() >= 260 * px else 6.0) * px
    room = rect.height() - legend - ticks - words - gap * (len(strips) - 1) - 4
    cells = line + _BOX_PX * px + 16
    if rect.width() < _CELLS_FROM_PX * px or (room - cells) / len(strips) < _LEAST_STRIP_PX * px:
        cells = 0.0
    height = max(1.0, math.floor((room - cells) / len(strips)))
    top, width = math.floor(rect.top() + legend + cells), max(1.0, math.floor(right) - math.ceil(left))
    places = tuple(QRectF(math.ceil(left), top + i * (height + gap), width, height) for i in range(len(strips)))
    bottom = places[-1].bottom()
    across = (places[0].left(), width)
    return FilmLayout(
        times,
        rows,
        places,
        QRectF(rect.left() + 4, rect.top(), rect.width() - 8, line + 2) if roomy else QRectF(),
        QRectF(across[0], rect.top() + legend, across[1], cells - 6) if cells else QRectF(),
        QRectF(across[0], bottom + 4, across[1], line),
        QRectF(rect.left() + 4, bottom + 7 + line, rect.width() - 8, line) if words else QRectF(),
        rect.left() + 4,
        rect.right() - 4,
    )


def row_of(steps: np.ndarray, step: int | None) -> int:
    """The row recorded at a step or last before it; the newest one for None, -1 where there is none."""
    if not len(steps) or step is None:
        return len(steps) - 1
    return max(0, int(np.searchsorted(steps, step, side="right")) - 1)


def _names_width(rect: QRectF, theme: Theme, strips: Sequence[Strip]) -> float:
    if rect.width() < _NAMES_FROM_PX * theme.scale:
        return 6.0 * theme.scale
    names = [text_width(theme.font("tick_strong"), strip.name) for strip in strips]
    return max([*names, *(text_width(theme.font("tick"), strip.detail) for strip in strips)]) + 14


def _steps_width(rect: QRectF, theme: Theme, strips: Sequence[Strip], steps: Sequence[str]) -> float:
    if rect.width() < _STEPS_FROM_PX * theme.scale:
        return 6.0 * theme.scale
    notes = [text_width(theme.font("tick_strong"), strip.note) for strip in strips]
    return max([*notes, *(text_width(theme.font("tick"), text) for text in steps)]) + 12
