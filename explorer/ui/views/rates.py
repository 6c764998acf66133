"""Upright bars of shares, each with the interval that it is known within."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme, mix
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.hovered import HoveredView
from explorer.ui.views.painting import (
    CENTER,
    RIGHT,
    Titles,
    draw_text,
    first_fitting,
    fit_axes,
    hair,
    named_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import number

_MOST_BAR_PX = 40.0
_AIR = 0.34
_APART = 0.6
"""The first bar stands for all the others, and so far from them, in bars."""


class RateBar(NamedTuple):
    """One share.

    Attributes:
        label: Beneath the bar.
        n_right: How many hold.
        n: Of how many; with none the bar is left out.
        low: Lower end of the interval, in [0, 1].
        high: Upper end.
        color_key: Name of its colour.
    """

    label: str
    n_right: int
    n: int
    low: float
    high: float
    color_key: str = "accent"

    @property
    def share(self) -> float:
        """In [0, 1]; not a number of none."""
        return self.n_right / self.n if self.n else math.nan


class RatesView(HoveredView):
    """Bars from 0 to 100 %, with whiskers."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._bars: tuple[RateBar, ...] = ()
        self._titles: tuple[str, ...] = ("",)

    def set_bars(self, bars: Sequence[RateBar]) -> None:
        """Show these, from left to right."""
        self._bars = tuple(bars)
        self.setAccessibleDescription("; ".join(_words(bar) for bar in bars if bar.n))
        self.update()

    def set_title(self, *titles: str) -> None:
        """Say above the bars what is counted: the first of these that fits."""
        self._titles = titles
        self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def axes(self, rect: QRectF) -> Axes:
        """The geometry inside a rectangle: 0 to 100 upwards, one unit for each bar across."""
        return fit_axes(self._room(rect), self.theme, self._x_range(), Range(0.0, 100.0), Titles(), right=2.0)

    def _x_range(self) -> Range:
        return Range(-0.5, max(len(self._bars), 1) - 0.5 + _APART)

    def _room(self, rect: QRectF) -> QRectF:
        return rect.adjusted(2, text_height(self.theme.font("tick")), -2, -1)

    def bar_rect(self, axes: Axes, index: int) -> QRectF:
        """Where one bar lies; of no height where nothing was counted."""
        width = min(axes.width / axes.x.span * (1 - _AIR), _MOST_BAR_PX * self.theme.scale)
        share = self._bars[index].share
        x, top = axes.point(_place(index), 100 * share if math.isfinite(share) else 0.0)
        return QRectF(x - width / 2, top, width, axes.bottom - top)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the title or what is under the pointer, the scale, bars and whiskers."""
        if rect.width() < 60 or rect.height() < 44:
            return
        axes, font, line = self.axes(rect), self.theme.font("tick"), text_height(self.theme.font("tick"))
        head = QRectF(rect.left() + 2, rect.top(), rect.width() - 4, line)
        words = self.reading() or first_fitting(font, self._titles, head.width())
        draw_text(painter, head, words, font, self.theme.ink)
        self._paint_scale(painter, rect, axes)
        slot, small = axes.width / axes.x.span, self._label_font(axes)
        for i, bar in enumerate(self._bars):
            reach = max(slot / 2, 0.5 * text_width(small, bar.label)) + 2
            box = QRectF(float(axes.px(_place(i))) - reach, axes.bottom + 4, 2 * reach, line)
            draw_text(painter, box, bar.label, small, self.theme.muted, CENTER)
            if bar.n:
                self._paint_bar(painter, axes, i)

    def _label_font(self, axes: Axes) -> QFont:
        """As large as leaves air between the labels of neighbours."""
        font = self.theme.font("tick")
        widest = max((text_width(font, bar.label) for bar in self._bars[1:]), default=1.0)
        factor = min(1.0, max(0.7, (axes.width / axes.x.span - 3) / max(widest, 1.0)))
        return self.theme.scaled(self.theme.scale * factor).font("tick")

    def _paint_scale(self, painter: QPainter, rect: QRectF, axes: Axes) -> None:
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        for y, label in axes.y_ticks(30.0 * self.theme.scale):
            painter.setPen(QPen(self.theme.grid, 1.0))
            painter.drawLine(QLineF(axes.left, hair(y), axes.right, hair(y)))
            box = QRectF(rect.left(), y - line / 2, axes.left - 6 - rect.left(), line)
            draw_text(painter, box, label, font, self.theme.muted, RIGHT)

    def _paint_bar(self, painter: QPainter, axes: Axes, index: int) -> None:
        bar, box = self._bars[index], self.bar_rect(axes, index)
        painter.setPen(Qt.PenStyle.NoPen)
        color = named_color(self.theme, bar.color_key)
        painter.setBrush(color if index == self._hovered else mix(color, self.theme.card, 0.3))
        painter.drawRoundedRect(box, 2, 2)
        x, reach = hair(box.center().x()), min(4.0 * self.theme.scale, box.width() / 2)
        low, high = float(axes.py(100 * bar.low)), float(axes.py(100 * bar.high))
        painter.setPen(QPen(self.theme.ink, 1.25 * self.theme.scale))
        painter.drawLine(QLineF(x, low, x, high))
        for y in (low, high):
            painter.drawLine(QLineF(x - reach, y, x + reach, y))

    def reading(self) -> str:
        """The bar under the pointer in words."""
        return _words(self._bars[self._hovered]) if 0 <= self._hovered < len(self._bars) else ""

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the bar under the pointer."""
        axes, at = self.axes(self.area()), event.position()
        inside = bool(self._bars) and axes.contains(at.x(), at.y())
        x = axes.data(at.x(), at.y())[0]
        self._hover(round(x if x < 0.5 + _APART / 2 else x - _APART) if inside else -1)
        super().mouseMoveEvent(event)

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(300, 160)

    def minimumSizeHint(self) -> QSize:
        """Bars and their labels."""
        return QSize(150, 80)


def _place(index: int) -> float:
    return index + (_APART if index else 0.0)


def _words(bar: RateBar) -> str:
    """A bar in words: "3: 38 of 40, 83.5 to 98.6 %"."""
    if not bar.n:
        return f"{bar.label}: none yet"
    ends = f"{number(100 * bar.low, 1)} to {number(100 * bar.high, 1)} %"
    return f"{bar.label}: {bar.n_right:,} of {bar.n:,}, {ends}"
