"""How numbers are spread, beside the standard normal curve."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme, mix
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.density import normal_density
from explorer.ui.views.lines import curve_pen, draw_curve
from explorer.ui.views.painting import (
    Run,
    Titles,
    draw_axes,
    draw_haloed,
    draw_runs,
    draw_text,
    fit_axes,
    named_color,
    runs_width,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import number
from explorer.ui.views.view import View

BIN = 0.25
"""Width of a bar; whole numbers lie in the middle of theirs."""
REACH = 4.0
"""The axis reaches so far to both sides, and further if the numbers do."""
LEAST_TOP, MOST_TOP = 0.45, 1.0
"""Ends of the axis of densities: a standard normal fills the least, bars above the most are cut off and say so."""
NORMAL = "standard normal: mean 0, variance 1"
NORMAL_SHORT = "N(0, 1): mean 0, variance 1"
_LOW_PX = 130.0


def bin_edges(values: Floats) -> Floats:
    """Edges (n + 1,) of bars that hold all values (N,), evenly to both sides of zero."""
    farthest = float(np.abs(values).max()) if values.size else 0.0
    n = math.ceil(max(REACH, min(farthest, 40.0)) / BIN)
    return np.asarray((np.arange(-n, n + 2) - 0.5) * BIN)


class HistogramView(View):
    """Bars of a density, the standard normal as a curve, and both in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._values: Floats = np.zeros(0)
        self._edges = bin_edges(self._values)
        self._density: Floats = np.zeros(len(self._edges) - 1)
        self._name, self._color_key, self._normal_key = "", "ink", "muted"
        self._titles = Titles("value", "density")
        self._bar = -1

    # What is shown -----------------------------------------------------------------------------------------------

    def set_values(self, values: ArrayLike, name: str) -> None:
        """Show how numbers of any shape are spread; those that are not finite are left out.

        Args:
            values: The numbers.
            name: What they are, in words.
        """
        data = np.array(values, np.float64).ravel()
        self._values, self._name = data[np.isfinite(data)], name
        self._edges = bin_edges(self._values)
        counts = np.histogram(self._values, self._edges)[0]
        self._density = counts / (max(1, self._values.size) * BIN)
        self._bar = min(self._bar, len(self._density) - 1)
        self.update()

    def set_titles(self, x: str, y: str) -> None:
        """Say what the axes are, with units."""
        self._titles = Titles(x, y)
        self.update()

    def set_colors(self, bars: str, normal: str) -> None:
        """Names of the colours of the bars and of the standard normal."""
        self._color_key, self._normal_key = bars, normal
        self.update()

    @property
    def density(self) -> Floats:
        """Height of each bar, (n,); times their width :data:`BIN` they add up to 1."""
        return self._density

    @property
    def words(self) -> tuple[str, str]:
        """What is said of the numbers and of the standard normal, in full."""
        return self._words_of(self._name), NORMAL

    def _words_of(self, name: str) -> str:
        if not self._values.size:
            return name
        mean, variance = (number(float(v), 2) for v in (self._values.mean(), self._values.var()))
        return f"{name}: mean {mean}, variance {variance}"

    # Geometry ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle, beneath the words."""
        top = min(max(LEAST_TOP, 1.05 * float(self._density.max(initial=0.0))), MOST_TOP)
        across = Range(float(self._edges[0]), float(self._edges[-1]))
        return fit_axes(self._room(rect), self.theme, across, Range(0.0, top), self._titles_in(rect), right=6.0)

    def _room(self, rect: QRectF) -> QRectF:
        n_lines = len(self._lines(rect))
        return rect.adjusted(2, n_lines * text_height(self.theme.font("tick_strong")), -2, -1)

    def _titles_in(self, rect: QRectF) -> Titles:
        """A low plot has no room for titles, a narrow one none for long ones."""
        if rect.height() < _LOW_PX * self.theme.scale:
            return Titles()
        fits = text_width(self.theme.font("tick"), self._titles.x) < 0.7 * rect.width()
        return self._titles if fits else Titles("", self._titles.y)

    def _lines(self, rect: QRectF) -> list[list[Run]]:
        """The words above the plot: on one line if there is room, else on two."""
        font, room = self.theme.font("tick_strong"), rect.width() - 4
        colors = [text_color(self.theme, named_color(self.theme, k)) for k in (self._color_key, self._normal_key)]
        one, other = (Run(text, color, font) for text, color in zip(self.words, colors, strict=True))
        gap = Run("     ", colors[0], font)
        if runs_width([one, gap, other]) <= room:
            return [[one, gap, other]]
        if text_width(font, NORMAL) > room:
            other = Run(NORMAL_SHORT, colors[1], font)
        return [[self._fitted(one, room)], [self._fitted(other, room)]]

    def _fitted(self, run: Run, room: float) -> Run:
        """The text in the largest type, down to six tenths, in which it fits: smaller is better than cut off."""
        for twentieths in range(20, 11, -1):
            font = self.theme.scaled(self.theme.scale * twentieths / 20).font("tick_strong")
            if text_width(font, run.text) <= room:
                break
        return Run(run.text, run.color, font)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw words, axes, bars and curve."""
        if rect.width() < 60 or rect.height() < 50:
            return
        axes, line = self.axes(rect), text_height(self.theme.font("tick_strong"))
        for i, runs in enumerate(self._lines(rect)):
            draw_runs(painter, QRectF(rect.left() + 2, rect.top() + i * line, rect.width() - 4, line), runs)
        draw_axes(painter, self._room(rect), axes, self.theme, self._titles_in(rect))
        self._paint_more_ticks(painter, axes)
        self._paint_bars(painter, axes)
        self._paint_normal(painter, axes)
        painter.setPen(QPen(self.theme.border, 1.0))
        painter.drawLine(QLineF(axes.left, axes.bottom, axes.right, axes.bottom))
        self._paint_cut(painter, axes)
        if self._bar >= 0 and self._values.size:
            self._paint_reading(painter, axes)

    def _paint_more_ticks(self, painter: QPainter, axes: Axes) -> None:
        """In a narrow plot, whose only tick would be zero, two more: one alone tells no scale."""
        font = self.theme.font("tick")
        if len(axes.x_ticks()) < 2 and axes.width > 6 * text_width(font, "−2"):
            for value in (-2.0, 2.0):
                width = text_width(font, number(value, 0)) + 2
                box = QRectF(float(axes.px(value)) - width / 2, axes.bottom + 5, width, text_height(font))
                draw_text(painter, box, number(value, 0), font, self.theme.muted)

    def _paint_bars(self, painter: QPainter, axes: Axes) -> None:
        color = mix(named_color(self.theme, self._color_key), self.theme.card, 0.45)
        left, top = axes.px(self._edges), axes.py(np.minimum(self._density, axes.y.hi))
        painter.setPen(Qt.PenStyle.NoPen)
        for i in np.flatnonzero(self._density).tolist():
            strong = named_color(self.theme, self._color_key) if i == self._bar else color
            width = float(left[i + 1] - left[i])
            gap = 1.0 if width > 4 else 0.0
            painter.setBrush(strong)
            painter.drawRect(QRectF(float(left[i]) + gap / 2, float(top[i]), width - gap, axes.bottom - float(top[i])))

    def _paint_normal(self, painter: QPainter, axes: Axes) -> None:
        x = np.linspace(axes.x.lo, axes.x.hi, 201)
        color = named_color(self.theme, self._normal_key)
        draw_curve(painter, axes.px(x), axes.py(normal_density(x, 0.0, 1.0)), curve_pen(color, 2.0 * self.theme.scale))

    def _paint_cut(self, painter: QPainter, axes: Axes) -> None:
        """Beside each bar that is higher than the axis, how high it is."""
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        for i in np.flatnonzero(self._density > axes.y.hi).tolist():
            text = f"↑ {number(float(self._density[i]), 1)}"
            left = float(axes.px(self._edges[i + 1])) + 3
            box = QRectF(left, axes.top, text_width(font, text) + 2, line)
            if box.right() > axes.right:
                box.moveRight(float(axes.px(self._edges[i])) - 3)
            draw_text(painter, box, text, font, self.theme.muted)

    def _paint_reading(self, painter: QPainter, axes: Axes) -> None:
        """The bar under the pointer in numbers, at the other end."""
        middle = 0.5 * float(self._edges[self._bar] + self._edges[self._bar + 1])
        rows, font = self.reading(self._bar), self.theme.font("number_small")
        line, width = text_height(font), max(text_width(font, row) for row in rows) + 12
        x = float(axes.px(middle))
        left = axes.right - width if x < axes.left + axes.width / 2 else axes.left  # most bars are in the middle
        painter.setPen(QPen(self.theme.faint, COMPANY_PX))
        painter.drawLine(QLineF(x, axes.top, x, axes.bottom))
        for i, row in enumerate(rows):
            box = QRectF(left, axes.top + i * line, width, line)
            draw_haloed(painter, box, row, font, self.theme.ink, self.theme.card)

    def reading(self, bar: int) -> tuple[str, str]:
        """What is said of a bar: its numbers, then its share and what a standard normal has there."""
        lo, hi = float(self._edges[bar]), float(self._edges[bar + 1])
        share = 100.0 * float(self._density[bar]) * BIN
        normal = 50.0 * (math.erf(hi / math.sqrt(2.0)) - math.erf(lo / math.sqrt(2.0)))
        return f"{number(lo, 2)} to {number(hi, 2)}", f"{number(share, 1)} %, normal {number(normal, 1)} %"

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the bar under the pointer."""
        axes, at = self.axes(self.area()), event.position()
        bar = -1
        if axes.contains(at.x(), at.y()):
            bar = int(np.searchsorted(self._edges, axes.data(at.x(), at.y())[0], "right")) - 1
        self._hover(min(bar, len(self._density) - 1))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, bar: int) -> None:
        if bar != self._bar:
            self._bar = bar
            self.update()

    def sizeHint(self) -> QSize:
        """A wide, low plot."""
        return QSize(360, 150)

    def minimumSizeHint(self) -> QSize:
        """Bars and words that can still be read."""
        return QSize(120, 72)
