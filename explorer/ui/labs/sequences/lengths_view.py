"""Upright bars of shares over lengths, those never trained on hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Axes, Range
from explorer.ui.views.hovered import HoveredView
from explorer.ui.views.painting import (
    CENTER,
    Titles,
    draw_axes,
    draw_text,
    fit_axes,
    text_color,
    text_height,
    text_width,
)

_MOST_BAR_PX = 44.0
_HATCH_PX = 6.0
_LOW_PX = 140.0


@dataclass(frozen=True)
class LengthBar:
    """One length.

    Attributes:
        length: In tokens.
        share: Share right, in [0, 1].
        count: How many were measured.
        known: Whether inputs of this length were trained on.
    """

    length: int
    share: float
    count: int
    known: bool


class LengthsView(HoveredView):
    """Share right by length."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._bars: tuple[LengthBar, ...] = ()
        self._title = "length"

    def set_bars(self, bars: Sequence[LengthBar]) -> None:
        """Show these lengths."""
        self._bars = tuple(sorted(bars, key=lambda bar: bar.length))
        self.update()

    def set_title(self, title: str) -> None:
        """Say what is counted."""
        self._title = title
        self.update()

    def axes(self, rect: QRectF) -> Axes:
        """The geometry of the plot inside a rectangle."""
        lengths = [bar.length for bar in self._bars] or [0]
        across = Range(min(lengths) - 0.6, max(lengths) + 0.6)
        room = rect.adjusted(8, self._head(), -4, -2)
        return fit_axes(room, self.theme, across, Range(0.0, 100.0), self._titles)

    @property
    def _titles(self) -> Titles:
        return Titles(self._title, "right, %")

    def _head(self) -> float:
        return text_height(self.theme.font("tick")) + 6

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw axes, bars, the legend, and what is under the pointer."""
        if rect.width() < 60 or rect.height() < 50:
            return
        if not self._bars:
            draw_text(painter, rect, "Nothing measured yet", self.theme.font("secondary"), self.theme.muted, CENTER)
            return
        axes = self.axes(rect)
        draw_axes(painter, rect.adjusted(8, self._head(), -4, -2), axes, self.theme, self._titles)
        for i in range(len(self._bars)):
            self._paint_bar(painter, self.bar_rect(axes, i), i)
        self._paint_head(painter, rect)

    def bar_rect(self, axes: Axes, index: int) -> QRectF:
        """Where one bar lies."""
        bar = self._bars[index]
        width = min(0.72 * axes.width / axes.x.span, _MOST_BAR_PX * self.theme.scale)
        x, top = axes.point(bar.length, 100 * bar.share)
        return QRectF(x - width / 2, top, width, max(axes.bottom - top, 1.5))

    def _paint_bar(self, painter: QPainter, box: QRectF, index: int) -> None:
        if self._bars[index].known:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.series.test)
            painter.drawRoundedRect(box, 2, 2)
        else:
            self._paint_hatched(painter, box)
        if index == self._hovered:
            painter.setPen(QPen(self.theme.ink, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 2, 2)

    def _paint_hatched(self, painter: QPainter, box: QRectF) -> None:
        color = self.theme.series.kl
        painter.save()
        painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(color, 1.5))
        reach = box.width() + box.height()
        for i in range(int(reach / _HATCH_PX) + 1):
            x = box.left() - box.height() + i * _HATCH_PX
            painter.drawLine(QLineF(x, box.bottom(), x + box.height(), box.top()))
        painter.restore()
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.75, 0.75, -0.75, 0))

    def _paint_head(self, painter: QPainter, rect: QRectF) -> None:
        """At the right which bars were trained on, at the left what is under the pointer."""
        font = self.theme.font("tick")
        line, x = text_height(font), rect.right() - 4
        for words, known in (("never trained on", False), ("trained on", True)):
            if not any(bar.known == known for bar in self._bars):
                continue
            x -= text_width(font, words)
            color = text_color(self.theme, self.theme.series.test if known else self.theme.series.kl)
            draw_text(painter, QRectF(x, rect.top(), text_width(font, words) + 1, line), words, font, color)
            box = QRectF(x - 18, rect.top() + line / 2 - 5, 12, 10)
            if known:
                painter.fillRect(box, self.theme.series.test)
            else:
                self._paint_hatched(painter, box)
            x -= 34
        room = QRectF(rect.left() + 8, rect.top(), x - rect.left(), line)
        if self.reading():
            draw_text(painter, room, self.reading(), font, self.theme.ink)
        elif rect.height() < _LOW_PX:  # the axes have no room for their titles
            draw_text(painter, room, f"{self._titles.y}, by {self._title}", font, self.theme.muted)

    def reading(self) -> str:
        """The length under the pointer in words."""
        if not 0 <= self._hovered < len(self._bars):
            return ""
        bar = self._bars[self._hovered]
        known = "" if bar.known else "; never trained on"
        return f"length {bar.length}: {100 * bar.share:.1f} % of {bar.count:,} right{known}"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the length under the pointer."""
        axes, at = self.axes(self.area()), event.position()
        found = -1
        if self._bars and axes.contains(at.x(), at.y()):
            x = axes.data(at.x(), at.y())[0]
            nearest = min(range(len(self._bars)), key=lambda i: abs(self._bars[i].length - x))
            found = nearest if abs(self._bars[nearest].length - x) <= 0.6 else -1
        self._hover(found)
        super().mouseMoveEvent(event)

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(480, 200)

    def minimumSizeHint(self) -> QSize:
        """A few bars."""
        return QSize(160, 90)
