"""Small bars with their numbers: one per dimension, word or class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme, contrast, mix
from explorer.ui.views.painting import CENTER, RIGHT, draw_text, named_color, text_height, text_width
from explorer.ui.views.ticks import number
from explorer.ui.views.view import View

_FAINT = 1.4
"""A bar that differs less from its track, such as a white one, has an outline."""


class Bar(NamedTuple):
    """One value with its name; `dim` bars stand back, as units that do nothing."""

    label: str
    value: float
    color_key: str = "accent"
    dim: bool = False


class BarsView(View):
    """Bars from zero to the right (or upwards), signed ones from a zero line in the middle.

    Signals:
        bar_clicked: Number of the bar that was clicked.
    """

    bar_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, vertical: bool = False) -> None:
        super().__init__(theme, parent)
        self._vertical = vertical
        self._bars: tuple[Bar, ...] = ()
        self._limit: float | None = None
        self._decimals = 2
        self._unit = ""

    def set_bars(self, bars: Sequence[Bar], *, limit: float | None = None, decimals: int = 2, unit: str = "") -> None:
        """Show values; `limit` is the value of a full bar, by default the largest magnitude."""
        self._bars, self._limit, self._decimals, self._unit = tuple(bars), limit, decimals, unit
        self.updateGeometry()
        self.update()

    def n_fitting(self, height: float) -> int:
        """How many lying bars have room in a height, logical px."""
        return int(height / (text_height(self.theme.font("secondary")) + 2))

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw labels, tracks, bars and numbers; as many as there is room for."""
        if rect.width() < 30 or rect.height() < 12 or not self._bars:
            return
        if self._vertical:
            self._paint_upright(painter, rect)
        else:
            self._paint_lying(painter, rect)

    def _top_value(self) -> float:
        finite = [abs(bar.value) for bar in self._bars if math.isfinite(bar.value)]
        return max(self._limit or max(finite, default=1.0), 1e-12)

    def _row_px(self, rect: QRectF) -> float:
        line = text_height(self.theme.font("secondary"))
        return max(line + 2, min(line + 8, rect.height() / max(1, len(self._bars))))

    def _paint_lying(self, painter: QPainter, rect: QRectF) -> None:
        words, mono = self.theme.font("secondary"), self.theme.font("number_small")
        row = self._row_px(rect)
        shown = self._bars[: max(1, int(rect.height() / row))]
        texts = [self._text(bar.value) for bar in shown]
        left = min(max(text_width(words, bar.label) for bar in shown), 0.4 * rect.width()) + 10
        right = max(text_width(mono, text) for text in texts) + 10
        for i, (bar, text) in enumerate(zip(shown, texts, strict=True)):
            line = QRectF(rect.left(), rect.top() + i * row, rect.width(), row)
            ink = self.theme.muted if bar.dim else self.theme.ink
            draw_text(painter, QRectF(line.left(), line.top(), left - 8, row), bar.label, words, ink)
            draw_text(painter, line, text, mono, self.theme.muted, RIGHT)
            track = QRectF(line.left() + left, line.center().y() - 4, max(0.0, line.width() - left - right), 8)
            self._paint_bar(painter, track, bar)

    def _paint_bar(self, painter: QPainter, track: QRectF, bar: Bar) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.grid)
        painter.drawRoundedRect(track, 3, 3)
        share = bar.value / self._top_value() if math.isfinite(bar.value) else 0.0
        share = max(-1.0, min(1.0, share))
        signed = any(other.value < 0 for other in self._bars)
        zero = track.left() + (track.width() / 2 if signed else 0.0)
        length = share * (track.width() / 2 if signed else track.width())
        color = named_color(self.theme, bar.color_key)
        if contrast(color, self.theme.grid) < _FAINT:
            painter.setPen(QPen(self.theme.faint, 1.0))
        painter.setBrush(mix(color, self.theme.card, 0.6) if bar.dim else color)
        filled = QRectF(min(zero, zero + length), track.top(), max(abs(length), 1.5), track.height())
        painter.drawRoundedRect(filled, min(3.0, filled.width() / 2), 3)

    def _paint_upright(self, painter: QPainter, rect: QRectF) -> None:
        tick, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        plot = rect.adjusted(0, line + 2, 0, -line - 4)
        if plot.height() < 4:
            return
        step, signed = rect.width() / len(self._bars), any(bar.value < 0 for bar in self._bars)
        written = all(text_width(tick, self._text(bar.value)) <= step + 2 for bar in self._bars)
        base = plot.center().y() if signed else plot.bottom()
        room = plot.height() / (2 if signed else 1)
        painter.fillRect(QRectF(rect.left(), base, rect.width(), 1), self.theme.border)
        for i, bar in enumerate(self._bars):
            share = bar.value / self._top_value() if math.isfinite(bar.value) else 0.0
            height = max(-1.0, min(1.0, share)) * room
            color = named_color(self.theme, bar.color_key)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mix(color, self.theme.card, 0.6) if bar.dim else color)
            left, width = rect.left() + (i + 0.18) * step, 0.64 * step
            painter.drawRoundedRect(QRectF(left, base - max(height, 0.0), width, max(abs(height), 1.0)), 2, 2)
            cell = QRectF(rect.left() + i * step, rect.bottom() - line, step, line)
            draw_text(painter, cell, bar.label, tick, self.theme.muted, CENTER)
            if written:
                top = base - height - line - 1 if height >= 0 else base - height + 1
                box = QRectF(cell.left(), top, step, line)
                draw_text(painter, box, self._text(bar.value), tick, self.theme.ink, CENTER)

    def _text(self, value: float) -> str:
        return number(value, self._decimals) + (f" {self._unit}" if self._unit else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say which bar was clicked."""
        rect, at = self.area(), event.position()
        if self._vertical:
            index = int((at.x() - rect.left()) / max(rect.width(), 1.0) * len(self._bars))
        else:
            index = int((at.y() - rect.top()) / self._row_px(rect))
        if event.button() == Qt.MouseButton.LeftButton and 0 <= index < len(self._bars):
            self.bar_clicked.emit(index)

    def sizeHint(self) -> QSize:
        """A line for each bar."""
        return QSize(240, 120 if self._vertical else max(24, 24 * len(self._bars)))

    def minimumSizeHint(self) -> QSize:
        """A few bars."""
        return QSize(120, 48)
