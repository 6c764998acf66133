"""One value for each stretch of an axis, as steps on a logarithmic scale, with the number under the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.hovered import HoveredView
from explorer.ui.views.lines import curve_pen, draw_curve
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    Titles,
    draw_axes,
    draw_text,
    first_fitting,
    fit_axes,
    hair,
    named_color,
    text_color,
    text_height,
    text_width,
    with_alpha,
)
from explorer.ui.views.ticks import reading

_LOW_PX = 140.0
_ABOVE = 1.25
"""The axis ends so far above the highest value, as a factor."""


class BinsView(HoveredView):
    """Steps over the stretches of an axis; a stretch whose value is not above zero or not finite stays empty."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._edges: Floats = np.zeros(1)
        self._values: Floats = np.zeros(0)
        self._notes: tuple[str, ...] = ()
        self._titles, self._symbol, self._ends = Titles(), "", ("", "")
        self._color_key = "train"
        self._reference: tuple[float, str] | None = None
        self._empty = "Nothing measured yet"

    def set_bins(self, edges: ArrayLike, values: ArrayLike, notes: Sequence[str] = ()) -> None:
        """Show values.

        Args:
            edges: Ends of the stretches, (n + 1,), rising.
            values: One for each stretch, (n,).
            notes: More words for the reading of each stretch, n of them or none.

        Raises:
            ValueError: If the lengths do not fit.
        """
        ends, heights = np.array(edges, np.float64).ravel(), np.array(values, np.float64).ravel()
        if len(ends) != len(heights) + 1 or len(notes) not in (0, len(heights)):
            raise ValueError(f"{len(ends)} edges and {len(notes)} notes for {len(heights)} values")
        heights[~(np.isfinite(heights) & (heights > 0))] = np.nan
        self._edges, self._values, self._notes = ends, heights, tuple(notes)
        self.setToolTip(self.reading())
        self.update()

    def set_titles(self, x: str, y: str, symbol: str, color_key: str = "train") -> None:
        """Say what the axes are, with units, how the reading calls what goes across ("t"), and colour the values."""
        self._titles, self._symbol, self._color_key = Titles(x, y), symbol, color_key
        self.update()

    def set_ends(self, left: str, right: str) -> None:
        """Say in a word what both ends of the axis are, for low plots without titles."""
        self._ends = left, right
        self.update()

    def set_reference(self, value: float, text: str) -> None:
        """Draw a level line at a value above zero worth comparing with, and say what it is."""
        self._reference = value, text
        self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle."""
        across = Range.between(float(self._edges[0]), float(self._edges[-1]))
        return fit_axes(self._room(rect), self.theme, across, self._y_range(), self._x_title(rect), log_y=True)

    def _x_title(self, rect: QRectF) -> Titles:
        return Titles(self._titles.x) if self._has_x_title(rect) else Titles()

    def _room(self, rect: QRectF) -> QRectF:
        return rect.adjusted(8, self._head() - 4, -4, -2)

    def _head(self) -> float:
        return text_height(self.theme.font("tick")) + 4

    def _y_range(self) -> Range:
        """Whole decades beneath, a little air above."""
        known = self._values[np.isfinite(self._values)].tolist()
        known += [self._reference[0]] if self._reference else []
        if not known:
            return Range(0.1, 1.0)
        lo = 10.0 ** math.floor(math.log10(0.95 * min(known)))
        return Range(lo, max(_ABOVE * max(known), 10.0 * lo))

    def _has_x_title(self, rect: QRectF) -> bool:
        """Whether there is room for the title beneath the axis; else it stands above the plot."""
        return rect.height() >= _LOW_PX * self.theme.scale

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw axes, steps, the line to compare with, and what is under the pointer."""
        if rect.width() < 60 or rect.height() < 50:
            return
        if not np.isfinite(self._values).any():
            draw_text(painter, rect, self._empty, self.theme.font("secondary"), self.theme.muted, CENTER)
            return
        axes = self.axes(rect)
        draw_axes(painter, self._room(rect), axes, self.theme, self._x_title(rect))
        self._paint_reference(painter, axes)
        self._paint_fill(painter, axes)
        pen = curve_pen(named_color(self.theme, self._color_key), SUBJECT_PX * self.theme.scale)
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        draw_curve(painter, np.repeat(axes.px(self._edges), 2)[1:-1], np.repeat(axes.py(self._values), 2), pen)
        self._paint_head(painter, rect, axes)
        if not self._has_x_title(rect):
            self._paint_ends(painter, axes)

    def _paint_ends(self, painter: QPainter, axes: Axes) -> None:
        """What both ends are, on the line of the tick labels, in their place where there is no title."""
        font, ticks = self.theme.font("tick"), axes.x_ticks(72.0 * max(1.0, self.theme.scale))
        if len(ticks) < 2:
            return
        (first, _), (last, label) = ticks[0], ticks[-1]
        left, right = first + text_width(font, ticks[0][1]) + 4, last - 0.5 * text_width(font, label) - 14
        room, line = 0.5 * (ticks[1][0] - first) + 20 * self.theme.scale, text_height(font)
        draw_text(painter, QRectF(left, axes.bottom + 5, room, line), self._ends[0], font, self.theme.ink)
        draw_text(
            painter, QRectF(right - room, axes.bottom + 5, room, line), self._ends[1], font, self.theme.ink, RIGHT
        )

    def _paint_fill(self, painter: QPainter, axes: Axes) -> None:
        color = named_color(self.theme, self._color_key)
        x, y = axes.px(self._edges), axes.py(self._values)
        for i in np.flatnonzero(np.isfinite(y)).tolist():
            box = QRectF(x[i] + 0.5, y[i], x[i + 1] - x[i] - 1.0, axes.bottom - y[i])
            painter.fillRect(box, with_alpha(color, 0.6 if i == self._hovered else 0.22))

    def _paint_reference(self, painter: QPainter, axes: Axes) -> None:
        if self._reference is None:
            return
        y = hair(float(axes.py(self._reference[0])))
        pen = QPen(self.theme.muted, COMPANY_PX * self.theme.scale)
        pen.setDashPattern([3.0, 2.5])
        painter.setPen(pen)
        painter.drawLine(QLineF(axes.left, y, axes.right, y))

    def _paint_head(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        """At the left what is measured or what is under the pointer, at the right what the dashed line is."""
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        right = axes.right
        if self._reference is not None:
            text = f"dashed: {self._reference[1]}"
            width = min(text_width(font, text), 0.5 * rect.width())
            draw_text(painter, QRectF(right - width, rect.top(), width + 1, line), text, font, self.theme.muted, RIGHT)
            right -= width + 16
        room = QRectF(rect.left() + 8, rect.top(), right - rect.left() - 8, line)
        if self.reading():
            ink = text_color(self.theme, named_color(self.theme, self._color_key))
            draw_text(painter, room, self.reading(), self.theme.font("tick_strong"), ink)
        else:
            over = f"{self._titles.y} over time {self._symbol}" if not self._has_x_title(rect) else self._titles.y
            texts = (over, self._titles.y)
            draw_text(painter, room, first_fitting(font, texts, room.width()), font, self.theme.ink)

    def reading(self) -> str:
        """The stretch under the pointer in words."""
        if not 0 <= self._hovered < len(self._values):
            return ""
        lo, hi = self._edges[self._hovered], self._edges[self._hovered + 1]
        value = self._values[self._hovered]
        found = reading(float(value)) if math.isfinite(value) else "nothing measured yet"
        note = f"; {self._notes[self._hovered]}" if self._notes else ""
        return f"{self._symbol} {lo:,.0f} to {hi:,.0f}: {found}{note}"

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the stretch under the pointer."""
        axes, at = self.axes(self.area()), event.position()
        found = -1
        if len(self._values) and axes.contains(at.x(), at.y()):
            found = int(np.searchsorted(self._edges, axes.data(at.x(), at.y())[0], "right")) - 1
        self._hover(min(found, len(self._values) - 1))
        super().mouseMoveEvent(event)

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(480, 200)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(200, 90)
