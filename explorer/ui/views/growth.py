"""How two things grow with a length, both axes logarithmic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import SUBJECT_PX, Theme
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.hovered import HoveredView
from explorer.ui.views.lines import curve_pen, draw_curve, spread
from explorer.ui.views.painting import (
    LEFT,
    Titles,
    draw_axes,
    draw_text,
    fit_axes,
    named_color,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import significant


@dataclass(frozen=True)
class Growth:
    """One curve.

    Attributes:
        label: At its right end.
        color_key: Name of its colour.
        values: At each length, above zero.
    """

    label: str
    color_key: str
    values: tuple[float, ...]


class GrowthView(HoveredView):
    """Curves over lengths that double."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._lengths: tuple[int, ...] = ()
        self._curves: tuple[Growth, ...] = ()
        self._unit = ""

    def set_curves(self, lengths: Sequence[int], curves: Sequence[Growth], unit: str) -> None:
        """Show values over lengths.

        Raises:
            ValueError: A curve has another number of values.
        """
        if any(len(curve.values) != len(lengths) for curve in curves):
            raise ValueError(f"curves need {len(lengths)} values each")
        self._lengths, self._curves, self._unit = tuple(lengths), tuple(curves), unit
        self._hovered = min(self._hovered, len(lengths) - 1)
        self.update()

    def axes(self, rect: QRectF) -> Axes:
        """Octaves across, values up."""
        octaves = np.log2(np.maximum(np.array(self._lengths or (1, 2), np.float64), 1))
        values = [value for curve in self._curves for value in curve.values if value > 0] or [1.0, 10.0]
        x = Range.between(float(octaves.min()), float(octaves.max()))
        y = Range(0.7 * min(values), 1.5 * max(max(values), min(values) * 1.01))
        font = self.theme.font("tick_strong")
        right = max((text_width(font, curve.label) for curve in self._curves), default=0.0) + 12
        bare = rect.adjusted(0, 0, 0, -self._below())
        return fit_axes(bare, self.theme, x, y, self._titles(), right=right, log_y=True)

    def _titles(self) -> Titles:
        return Titles("", self._unit)

    def _below(self) -> float:
        return text_height(self.theme.font("tick")) + 2

    def reading(self) -> str:
        """The values at the length under the pointer."""
        if not 0 <= self._hovered < len(self._lengths):
            return ""
        values = ", ".join(f"{curve.label} {significant(curve.values[self._hovered], 3)}" for curve in self._curves)
        return f"{self._lengths[self._hovered]:,} tokens: {values} {self._unit}"

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the curves with their names."""
        if rect.width() < 80 or rect.height() < 60 or not self._lengths:
            return
        axes, font = self.axes(rect), self.theme.font("tick_strong")
        painter.save()
        bare = rect.adjusted(0, 0, 0, -self._below())
        _draw_level_lines(painter, bare, axes, self.theme, self._titles())
        octaves = np.log2(np.array(self._lengths, np.float64))
        tick, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        last = -1e9
        for octave, length in zip(octaves.tolist(), self._lengths, strict=True):
            x, words = float(axes.px(octave)), f"{length:,}"
            width = text_width(tick, words)
            if x - width / 2 > last + 6:
                draw_text(
                    painter, QRectF(x - width / 2, axes.bottom + 4, width + 1, line), words, tick, self.theme.muted
                )
                last = x + width / 2
        box = QRectF(axes.left, axes.bottom + 4 + line, axes.width, line)
        draw_text(painter, box, "tokens", tick, self.theme.ink)
        if 0 <= self._hovered < len(octaves):
            painter.setPen(QPen(self.theme.border, 1.0))
            x = float(axes.px(octaves[self._hovered]))
            painter.drawLine(QPointF(x, axes.top), QPointF(x, axes.bottom))
        ends = [float(axes.py(max(curve.values[-1], 1e-12))) for curve in self._curves]
        label_line = text_height(font)
        places = spread(ends, label_line, axes.top, axes.bottom) if len(ends) > 1 else ends
        for curve, at in zip(self._curves, places, strict=True):
            color = named_color(self.theme, curve.color_key)
            xs, ys = axes.px(octaves), axes.py(np.maximum(np.array(curve.values), 1e-12))
            draw_curve(painter, xs, ys, curve_pen(color, SUBJECT_PX * self.theme.scale))
            painter.setPen(QPen(self.theme.card, 1.0))
            painter.setBrush(color)
            for px, py in zip(xs.tolist(), ys.tolist(), strict=True):
                painter.drawEllipse(QPointF(px, py), 3.5, 3.5)
            box = QRectF(axes.right + 8, at - label_line / 2, rect.right() - axes.right - 8, label_line)
            draw_text(painter, box, curve.label, font, text_color(self.theme, color), LEFT)
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the nearest length."""
        if self._lengths:
            octave, _ = self.axes(self.area()).data(event.position().x(), event.position().y())
            self._hover(int(np.abs(np.log2(np.array(self._lengths)) - octave).argmin()))

    def sizeHint(self) -> QSize:
        """A plot."""
        return QSize(320, 200)

    def minimumSizeHint(self) -> QSize:
        """The least."""
        return QSize(140, 90)


def _draw_level_lines(painter: QPainter, rect: QRectF, axes: Axes, theme: Theme, titles: Titles) -> None:
    """Grid and numbers of the upright axis alone: lengths have names of their own."""
    painter.save()
    painter.setClipRect(QRectF(rect.left(), rect.top(), rect.width(), axes.bottom - rect.top() + 2))
    draw_axes(painter, rect, axes, theme, titles)
    painter.restore()
