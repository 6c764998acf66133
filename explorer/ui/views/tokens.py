"""A row of words, each on its own ground: what is read or written, coloured by a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import Theme, contrast
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.painting import CENTER, draw_frame, draw_text, text_height, text_width, title_height
from explorer.ui.views.ticks import reading
from explorer.ui.views.tokens_flow import Flow, flow
from explorer.ui.views.view import View

_GAP_PX, _SMALL_GAP_PX = 4.0, 2.0
_DARK, _LIGHT = QColor("#16191D"), QColor("#FFFFFF")  # on a colour map, which is the same in both themes


@dataclass(frozen=True)
class Chip:
    """One word.

    Attributes:
        text: What stands on it.
        tip: Said when the pointer is over it, before its number.
        marked: Whether it is outlined as one that is not known.
    """

    text: str
    tip: str = ""
    marked: bool = False


class TokensView(View):
    """Words from left to right, on as many lines as they need, or as there is room for.

    Signals:
        token_hovered: Number of the word under the pointer, -1 for none.
        token_clicked: Number of the word that was clicked, or chosen with the arrow keys and Enter.
    """

    token_hovered = Signal(int)
    token_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._chips: tuple[Chip, ...] = ()
        self._values = np.zeros(0)
        self._scale: ColorScale | None = None
        self._unit = ""
        self._title = ""
        self._empty = ""
        self._hovered = -1
        self._selected = -1
        self._locked = False
        self._room_px: float | None = None
        self._small: dict[float, bool] = {}  # measuring words is dear: both are kept until something changes
        self._texts_px: dict[bool, list[float]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # What is shown -----------------------------------------------------------------------------------------------

    def set_tokens(self, chips: Sequence[Chip]) -> None:
        """Show these words; their colours are taken off."""
        if tuple(chips) == self._chips:
            return
        self._chips = tuple(chips)
        self._values, self._scale, self._hovered = np.zeros(0), None, -1
        self._texts_px.clear()
        self.setAccessibleDescription(" ".join(chip.text for chip in self._chips))
        self._fit()

    def set_values(self, values: ArrayLike | None, scale: ColorScale | None = None, unit: str = "") -> None:
        """Colour the words by their numbers (N,); None takes the colours off.

        Args:
            values: One for each word; words without one stay plain.
            scale: Which colours; by default from zero to the largest value.
            unit: Said after the number.
        """
        self._values = np.zeros(0) if values is None else np.array(values, np.float64).ravel()
        self._scale = None if values is None else scale or ColorScale.of(self._values, "magnitude")
        self._unit = unit
        self.update()

    def set_title(self, text: str) -> None:
        """Say above the words what they are."""
        self._title = text
        self._fit()

    def set_empty_text(self, text: str) -> None:
        """What stands there while there are no words."""
        self._empty = text
        self.update()

    def set_selected(self, index: int, *, locked: bool = False) -> None:
        """Outline a word in the accent, -1 for none; ``locked`` makes the outline solid, else it is dashed."""
        self._selected, self._locked = index, locked
        self.update()

    def set_room(self, height_px: float | None) -> None:
        """How high it may be, logical px; None for as high as the words need.

        Words that need more are written smaller, and the lines that still do not fit are left out: those around the
        selected word stay, and a note says how many words are not shown.
        """
        if height_px != self._room_px:
            self._room_px = height_px
            self._fit()

    def set_pickable(self, pickable: bool) -> None:
        """Whether words answer to pointer and keys."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if pickable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if pickable else Qt.CursorShape.ArrowCursor)

    # Geometry ----------------------------------------------------------------------------------------------------

    def token_rects(self, rect: QRectF) -> list[QRectF]:
        """Where each word lies inside a rectangle, logical px; null for those that are left out."""
        found, line = self._flow(rect), self._line_px(rect.width())
        widths, top = self._widths(rect.width()), rect.top() + self._head(rect) + 1
        return [
            QRectF()
            if place is None
            else QRectF(rect.left() + 1 + place[0], top + place[1] * self._pitch_px(rect.width()), width, line)
            for place, width in zip(found.places, widths, strict=True)
        ]

    def token_at(self, x: float, y: float) -> int:
        """Number of the word at a position of the widget, -1 for none."""
        for i, place in enumerate(self.token_rects(self.area())):
            if place.contains(x, y):
                return i
        return -1

    def _flow(self, rect: QRectF) -> Flow:
        width = rect.width()
        most = None
        if self._room_px is not None:
            most = int((self._room_px - self._head(rect) - 3 + self._gap_px(width)) / self._pitch_px(width))
        more_px = text_width(self.theme.font("tick"), _more(len(self._chips)))
        return flow(self._widths(width), width - 2, self._gap_px(width), most, self._selected, more_px)

    def _is_small(self, width: float) -> bool:
        """Whether words in the body type would need more height than there is."""
        if self._room_px is None:
            return False
        if width not in self._small:
            self._small[width] = self.needed_px(int(width)) > self._room_px
        return self._small[width]

    def _font(self, *, small: bool) -> QFont:
        return self.theme.font("secondary" if small else "body")

    def _widths(self, width: float, *, small: bool | None = None) -> list[float]:
        small = self._is_small(width) if small is None else small
        if small not in self._texts_px:
            font = self._font(small=small)
            self._texts_px[small] = [text_width(font, chip.text) for chip in self._chips]
        air, least, most = 6 if small else 12, 15.0 if small else 18.0, max(width - 2, 18.0)
        return [min(max(text + air, least), most) for text in self._texts_px[small]]

    def _gap_px(self, width: float) -> float:
        return _SMALL_GAP_PX if self._is_small(width) else _GAP_PX

    def _line_px(self, width: float) -> float:
        small = self._is_small(width)
        return text_height(self._font(small=small)) + (2 if small else 6)

    def _pitch_px(self, width: float) -> float:
        return self._line_px(width) + self._gap_px(width)

    def _head(self, rect: QRectF) -> float:
        """Height kept for the title, which stands at the left."""
        return title_height(QRectF(0, 0, rect.width(), 100), self._title, self.theme)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the words, and the number of the one under the pointer."""
        if rect.width() < 24 or rect.height() < 12:
            return
        head = self._head(rect)
        if self._title:
            self._paint_title(painter, QRectF(rect.left(), rect.top(), rect.width(), head))
        if not self._chips and self._empty:
            below = rect.adjusted(0, head, 0, 0)
            draw_text(painter, below, self._empty, self.theme.font("secondary"), self.theme.muted)
        font = self._font(small=self._is_small(rect.width()))
        for i, place in enumerate(self.token_rects(rect)):
            if not place.isNull() and place.bottom() <= rect.bottom() + 1:
                self._paint_chip(painter, place, i, font)
        self._paint_more(painter, rect)

    def _paint_title(self, painter: QPainter, box: QRectF) -> None:
        font, said = self.theme.font("secondary"), self.reading()
        draw_text(painter, box, self._title, font, self.theme.muted)
        room = box.adjusted(text_width(font, self._title) + 12, 0, 0, 0)
        if said and room.width() > 40:
            draw_text(painter, room, said, font, self.theme.ink, Qt.AlignmentFlag.AlignRight)

    def _paint_more(self, painter: QPainter, rect: QRectF) -> None:
        """Say how many words are left out."""
        found, line = self._flow(rect), self._line_px(rect.width())
        if found.more is None:
            return
        top = rect.top() + self._head(rect) + 1 + found.more[1] * self._pitch_px(rect.width())
        box = QRectF(rect.left() + 1 + found.more[0], top, rect.width() - 2 - found.more[0], line)
        draw_text(painter, box, _more(found.n_left_out), self.theme.font("tick"), self.theme.muted)

    def _paint_chip(self, painter: QPainter, place: QRectF, index: int, font: QFont) -> None:
        chip, ground = self._chips[index], self.ground(index)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(place, 5, 5)
        colored = self._scale is not None and index < len(self._values)
        ink = max((_DARK, _LIGHT), key=lambda c: contrast(c, ground)) if colored else self.theme.ink
        if chip.marked and not colored:
            ink = self.theme.warn
        air = 2 if place.height() < text_height(self.theme.font("body")) + 6 else 4
        draw_text(painter, place.adjusted(air, 0, -air, 0), chip.text, font, ink, CENTER)
        if chip.marked:
            pen = QPen(ink, 1.5, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawLine(QLineF(place.left() + 5, place.bottom() - 3, place.right() - 5, place.bottom() - 3))
        if index == self._hovered and self.focusPolicy() != Qt.FocusPolicy.NoFocus:
            draw_frame(painter, place, self.theme.faint, 1.0, 5.0)
        if index == self._selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            style = Qt.PenStyle.SolidLine if self._locked else Qt.PenStyle.DashLine
            painter.setPen(QPen(self.theme.accent, 2.0, style))
            painter.drawRoundedRect(place, 5, 5)

    def ground(self, index: int) -> QColor:
        """The colour behind a word."""
        if self._scale is not None and index < len(self._values):
            return QColor(*self._scale.pixels(self._values[index], self.theme).tolist())
        return self.theme.warn_ground if self._chips[index].marked else self.theme.grid

    def reading(self) -> str:
        """The word under the pointer, or else the one selected, with its number."""
        index = self._hovered
        if not 0 <= index < len(self._chips):
            return ""
        chip = self._chips[index]
        said = chip.tip or chip.text
        if index < len(self._values) and math.isfinite(self._values[index]):
            said += f": {reading(float(self._values[index]))}" + (f" {self._unit}" if self._unit else "")
        return said

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which word is under the pointer."""
        self._hover(self.token_at(event.position().x(), event.position().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """None any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say which word was clicked."""
        index = self.token_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.token_clicked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose the neighbour, as a click does."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not way or not self._chips:
            super().keyPressEvent(event)
            return
        self.token_clicked.emit(min(max(self._selected + way, 0), len(self._chips) - 1))

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setToolTip(self.reading())
            self.update()
            self.token_hovered.emit(index)

    # Size --------------------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        self._small.clear()
        self.setMinimumHeight(self.heightForWidth(max(self.width(), 60)))
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer lines where there is more width."""
        super().resizeEvent(event)
        self._fit()

    def _on_theme_changed(self) -> None:
        self._texts_px.clear()
        self._fit()

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of title and lines at a width, px."""
        rect = QRectF(0, 0, width, 1e4)
        line = self._line_px(width)
        bottom = max((place.bottom() for place in self.token_rects(rect)), default=self._head(rect) + line)
        return math.ceil(bottom) + 2

    def needed_px(self, width: int) -> float:
        """Height of title and lines at a width were there any room, px."""
        lines = max(1, flow(self._widths(width, small=False), width - 2, _GAP_PX).n_lines)
        line = text_height(self.theme.font("body")) + 6
        return self._head(QRectF(0, 0, width, 1e4)) + lines * (line + _GAP_PX) - _GAP_PX + 3

    def sizeHint(self) -> QSize:
        """As high as the words need at the present width."""
        return QSize(240, self.heightForWidth(max(self.width(), 60)))

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return QSize(80, math.ceil(text_height(self.theme.font("body"))) + 8)


def _more(n: int) -> str:
    return f"… {n} more"
