"""A sentence as tokens, with arcs from the one looked at to those it is related to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme, mix
from explorer.ui.views.matrix import Gutters
from explorer.ui.views.painting import (
    CENTER,
    draw_haloed,
    draw_text,
    elided,
    named_color,
    text_color,
    text_height,
    text_width,
)
from explorer.ui.views.ticks import number
from explorer.ui.views.tokens_flow import flow
from explorer.ui.views.view import View

LEAST_SHARE, NUMBER_FROM = 0.02, 0.05
"""Weights below these have no arc, or no number at it."""
_CHIP_PAD, _GAP, _RADIUS = 7.0, 4.0, 6.0
_THICKEST = 8.0
_MOST_ARCS = 48


@dataclass(frozen=True)
class Token:
    """One token.

    Attributes:
        text: As written.
        joined: Whether it goes on the word before it.
        special: Whether it was added.
        off: Whether it is switched off.
    """

    text: str
    joined: bool = False
    special: bool = False
    off: bool = False


@dataclass(frozen=True)
class Fan:
    """What one token is related to.

    Attributes:
        token: Its place.
        shares: Weight of each token; what is not finite is left out.
        color_key: Name of its colour.
    """

    token: int
    shares: tuple[float, ...]
    color_key: str = "accent"


class ArcsView(View):
    """Tokens on one line with arcs over them, or on several lines, where colour alone says what is related.

    Signals:
        token_hovered: Place of the token under the pointer, -1 for none.
        token_clicked: Place of the token that was clicked, and whether it is added to the one before.
        token_switched: Place of the token that was clicked twice.
    """

    token_hovered = Signal(int)
    token_clicked = Signal(int, bool)
    token_switched = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._tokens: tuple[Token, ...] = ()
        self._fans: tuple[Fan, ...] = ()
        self._towards = False
        self._gutters = Gutters(0.0, 0.0)
        self._hovered = -1
        self._cache: tuple[object, list[QRectF]] | None = None

    # What is shown -----------------------------------------------------------------------------------------------

    def set_tokens(self, tokens: Sequence[Token]) -> None:
        """Show these."""
        self._tokens, self._cache = tuple(tokens), None
        self._hovered = self._hovered if self._hovered < len(tokens) else -1
        self.updateGeometry()
        self.update()

    def set_fans(self, fans: Sequence[Fan], *, towards: bool = False) -> None:
        """Show what some tokens look at, or with ``towards`` who looks at them."""
        if (tuple(fans), towards) != (self._fans, self._towards):
            self._fans, self._towards = tuple(fans), towards
            self.update()

    def set_gutters(self, gutters: Gutters) -> None:
        """Leave this much room at the sides, so that tokens stand over the columns of a matrix beneath."""
        if gutters != self._gutters:
            self._gutters, self._cache = gutters, None
            self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def fits_columns(self, width: float) -> bool:
        """Whether every token fits into a column of its own."""
        if not self._tokens:
            return True
        room = (width - self._gutters.left - self._gutters.right) / len(self._tokens)
        font = self.theme.font("body")
        return max(text_width(font, token.text) for token in self._tokens) + 2 * _CHIP_PAD + _GAP <= room * 1.35

    def places(self, rect: QRectF) -> list[QRectF]:
        """Where the tokens are: in columns, else on one line, else on several."""
        key = (rect.width(), rect.height(), rect.topLeft().toTuple(), self._gutters, self.theme)
        if self._cache is None or self._cache[0] != key:
            if self.fits_columns(rect.width()):
                found = self._in_columns(rect)
            else:
                found = self._on_a_line(rect) if self._line_width() <= rect.width() else self._flowing(rect)
            self._cache = key, found
        return self._cache[1]

    def needed_px(self, width: float, most_lines: int = 4) -> float:
        """Height in which all tokens have a place, without arcs; so many lines at most."""
        if self.fits_columns(width) or self._line_width() <= width:
            return self._chip_px() + 2
        n_lines = min(most_lines, flow(self._widths(), width - 4, 3.0).n_lines)
        return n_lines * (text_height(self.theme.font("secondary")) + 8) + 2

    def _widths(self) -> list[float]:
        font = self.theme.font("secondary")
        return [text_width(font, token.text) + 8 for token in self._tokens]

    def _line_width(self) -> float:
        return sum(self._widths()) + 3.0 * len(self._tokens) + 2

    def _on_a_line(self, rect: QRectF) -> list[QRectF]:
        """At the bottom, as far apart as there is room."""
        gap = min(12.0, 3.0 + (rect.width() - self._line_width()) / max(len(self._tokens), 1))
        x, height = rect.left() + 1, self._chip_px()
        found = list[QRectF]()
        for width in self._widths():
            found.append(QRectF(x, rect.bottom() - height - 1, width, height))
            x += width + gap
        return found

    def _chip_px(self) -> float:
        return text_height(self.theme.font("body")) + 8

    def _in_columns(self, rect: QRectF) -> list[QRectF]:
        n = len(self._tokens)
        width = (rect.width() - self._gutters.left - self._gutters.right) / max(n, 1)
        top, left = rect.bottom() - self._chip_px() - 1, rect.left() + self._gutters.left
        return [QRectF(left + i * width + _GAP / 2, top, width - _GAP, self._chip_px()) for i in range(n)]

    def _flowing(self, rect: QRectF) -> list[QRectF]:
        font = self.theme.font("secondary")
        line = text_height(font) + 5
        widths = self._widths()
        most = max(1, int(rect.height() / (line + 3)))
        placed = flow(widths, rect.width() - 4, 3.0, most)
        found = list[QRectF]()
        for width, place in zip(widths, placed.places, strict=True):
            if place is None:
                found.append(QRectF())
            else:
                x, row = place
                found.append(QRectF(rect.left() + 2 + x, rect.top() + row * (line + 3), width, line))
        return found

    def token_at(self, at: QPointF) -> int:
        """The token at a position, -1 for none."""
        return next((i for i, place in enumerate(self.places(self.area())) if place.contains(at)), -1)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw arcs, then tokens."""
        if rect.width() < 40 or rect.height() < 16 or not self._tokens:
            return
        places, in_columns = self.places(rect), self.fits_columns(rect.width())
        painter.save()
        if (in_columns or self._line_width() <= rect.width()) and rect.height() > self._chip_px() + 24:
            self._paint_arcs(painter, rect, places)
        chosen = {fan.token: fan.color_key for fan in self._fans}
        font = self.theme.font("body" if in_columns else "secondary")
        for i, place in enumerate(places):
            if place.isValid():
                self._paint_chip(painter, place, i, chosen.get(i), font)
        painter.restore()

    def _paint_chip(self, painter: QPainter, place: QRectF, index: int, chosen: str | None, font: object) -> None:
        token, theme = self._tokens[index], self.theme
        ground = self._ground(index)
        ink = theme.muted if token.special else theme.ink
        if chosen is not None:
            ground = named_color(theme, chosen)
            ink = theme.accent_ink if chosen == "accent" else theme.card
        painter.setPen(QPen(theme.accent if index == self._hovered else theme.border, 1.0))
        painter.setBrush(ground)
        box = place.adjusted(-_GAP, 0, 0, 0) if token.joined and place.left() > _GAP else place
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        chip_font = self.theme.font("body") if font == self.theme.font("body") else self.theme.font("secondary")
        words = elided(chip_font, token.text, place.width() - 2)
        draw_text(painter, place, words, chip_font, ink, CENTER)
        if token.off:
            painter.setPen(QPen(theme.bad, 1.5))
            y = place.center().y()
            painter.drawLine(QPointF(place.left() + 3, y), QPointF(place.right() - 3, y))

    def _ground(self, index: int) -> QColor:
        """The card's colour, tinted by the strongest share that falls on this token."""
        best, key = 0.0, "accent"
        for fan in self._fans:
            share = fan.shares[index] if index < len(fan.shares) else 0.0
            if math.isfinite(share) and share > best:
                best, key = share, fan.color_key
        return mix(self.theme.card, named_color(self.theme, key), min(0.75, 0.9 * best))

    def _paint_arcs(self, painter: QPainter, rect: QRectF, places: Sequence[QRectF]) -> None:
        base = places[0].top() - 2
        room = base - rect.top() - text_height(self.theme.font("number_small"))
        farthest = self._farthest(places)
        labels = list[tuple[QRectF, str, QColor]]()
        for side, fan in enumerate(self._fans):
            if fan.token >= len(places):
                continue
            color = named_color(self.theme, fan.color_key)
            strongest = sorted(
                (
                    i
                    for i, share in enumerate(fan.shares)
                    if math.isfinite(share) and share >= LEAST_SHARE and i < len(places)
                ),
                key=lambda i: fan.shares[i],
            )[-_MOST_ARCS:]
            for i in strongest:
                share = fan.shares[i]
                if i == fan.token:
                    continue
                a, b = places[fan.token].center().x() + 4 * side, places[i].center().x() + 4 * side
                height = min(room, max(16.0, room * (0.25 + 0.75 * abs(b - a) / farthest)))
                self._paint_arc(painter, a, b, base, height, share, color)
                if share >= NUMBER_FROM:
                    labels.append(self._label((a + b) / 2, base - height, share, color))
        taken = list[QRectF]()
        for box, text, color in sorted(labels, key=lambda label: -float(label[1])):
            free = next((spot for dy in (0, 13, -13, 26) if not _hits(spot := box.translated(0, dy), taken)), None)
            if free is not None and free.bottom() <= base:
                taken.append(free)
                font = self.theme.font("number_small")
                draw_haloed(painter, free, text, font, text_color(self.theme, color), self.theme.card)

    def _farthest(self, places: Sequence[QRectF]) -> float:
        """The widest of the arcs, px."""
        ends = [
            abs(places[i].center().x() - places[fan.token].center().x())
            for fan in self._fans
            for i, share in enumerate(fan.shares)
            if fan.token < len(places) and i < len(places) and math.isfinite(share) and share >= LEAST_SHARE
        ]
        return max([1.0, *ends])

    def _paint_arc(
        self, painter: QPainter, a: float, b: float, base: float, height: float, share: float, color: QColor
    ) -> None:
        pen = QPen(mix(self.theme.card, color, 0.3 + 0.7 * min(1.0, 1.6 * share)), 1.2 + _THICKEST * share)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath(QPointF(a, base))
        lift = height * 4 / 3
        path.cubicTo(QPointF(a, base - lift), QPointF(b, base - lift), QPointF(b, base))
        painter.drawPath(path)
        tip = a if self._towards else b
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        size = 2.5 + 2.5 * share
        head = QPainterPath(QPointF(tip, base + 1))
        head.lineTo(tip - size, base - 1.6 * size)
        head.lineTo(tip + size, base - 1.6 * size)
        painter.drawPath(head)

    def _label(self, x: float, y: float, share: float, color: QColor) -> tuple[QRectF, str, QColor]:
        font, text = self.theme.font("number_small"), number(share, 2)
        width, line = text_width(font, text) + 6, text_height(font)
        return QRectF(x - width / 2, y - line / 2, width, line), text, color

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which token is under the pointer."""
        self._hover(self.token_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a token."""
        found = self.token_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found >= 0:
            self.token_clicked.emit(found, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Switch a token off, or on again."""
        found = self.token_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found >= 0:
            self.token_switched.emit(found)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setToolTip(self._tokens[index].text if 0 <= index < len(self._tokens) else "")
            self.token_hovered.emit(index)
            self.update()

    def sizeHint(self) -> QSize:
        """Arcs over a line of tokens."""
        return QSize(420, 160)

    def minimumSizeHint(self) -> QSize:
        """The tokens alone."""
        return QSize(120, 40)


def _hits(box: QRectF, taken: Sequence[QRectF]) -> bool:
    return any(box.intersects(other) for other in taken)
