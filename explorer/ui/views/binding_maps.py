"""A few maps of attention large enough to watch: words at rows and columns, what nobody may see, and rings at cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.head_maps import GAP_PX, Head, HeadMapsView, HeadMark
from explorer.ui.views.painting import (
    LEFT,
    RIGHT,
    draw_text,
    draw_text_down,
    elided,
    named_color,
    text_height,
    text_width,
    with_room,
)

AXES = (
    "rows = queries: the words that look; columns = keys: the words looked at",
    "rows = queries, columns = keys",
    "rows look at columns",
)
UNSEEN = "later words are not seen"
_NAMED_FROM_PX = 76.0
"""Smaller maps have no words at their rows and columns."""
_CAPTIONED_FROM_PX = 20.0
"""Smaller ones have no captions either."""
_BETWEEN_PX = 10.0
_WIDEST = 2.6
"""A map is at most so many times as wide as high."""
_WORD_SHARE = 0.16
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Ring(NamedTuple):
    """A cell to look at, with the name of its colour."""

    row: int
    column: int
    color_key: str


class _Layout(NamedTuple):
    """Where the maps are, and whether there is room for words beside and captions over them."""

    places: dict[Head, QRectF]
    named: bool
    captioned: bool


class BindingMapsView(HeadMapsView):
    """L x H maps of one sentence that is read from left to right.

    A click or Return switches a head off or on, the arrow keys choose one.

    Signals:
        cell_hovered: Layer, head, row and column under the pointer; four times -1 for none.
    """

    cell_hovered = Signal(int, int, int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._words: tuple[str, ...] = ()
        self._rings: Mapping[Head, Ring] = {}
        self._cell: tuple[int, int, int, int] | None = None

    # What is shown -----------------------------------------------------------------------------------------------

    def set_words(self, words: Sequence[str]) -> None:
        """Name rows and columns."""
        if tuple(words) != self._words:
            self._words = tuple(words)
            self._set_cell(None)
            self.update()

    def set_rings(self, rings: Mapping[Head, Ring]) -> None:
        """Draw a ring around one cell of some maps."""
        self._rings = dict(rings)
        self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    def places(self, rect: QRectF) -> dict[Head, QRectF]:
        """Where the maps are."""
        return self._layout(rect).places

    def _layout(self, rect: QRectF) -> _Layout:
        """Words beside the maps and captions over them, as far as the maps stay large enough."""
        n_layers, n_heads = self._shades.shape[:2]
        if not n_layers or not n_heads:
            return _Layout({}, False, False)
        tries = ((True, True, _NAMED_FROM_PX), (False, True, _CAPTIONED_FROM_PX), (False, False, 4.0))
        for named, captioned, least_px in tries:
            places = self._placed(rect, self._names_px(rect) if named else (0.0, 3.0), captioned)
            if min(places[0, 0].width(), places[0, 0].height()) >= least_px:
                return _Layout(places, named, captioned)
        return _Layout({}, False, False)

    def _placed(self, rect: QRectF, names_px: tuple[float, float], captioned: bool) -> dict[Head, QRectF]:
        n_layers, n_heads = self._shades.shape[:2]
        (left, beneath), line = names_px, self._line()
        over = line + 3 if captioned else 0.0
        width = (rect.width() - left - (n_heads - 1) * _BETWEEN_PX - 2) / n_heads
        height = (rect.height() - line - 4 - beneath - n_layers * over - (n_layers - 1) * GAP_PX) / n_layers
        width = min(width, _WIDEST * height)
        return {
            (layer, head): QRectF(
                rect.left() + left + head * (width + _BETWEEN_PX) + 1,
                rect.top() + line + 4 + (layer + 1) * over + layer * (height + GAP_PX),
                width,
                height,
            )
            for layer in range(n_layers)
            for head in range(n_heads)
        }

    def _names_px(self, rect: QRectF) -> tuple[float, float]:
        """Room for words at the left and beneath, px."""
        widest = max((text_width(self.theme.font("tick"), word) for word in self._words), default=0.0)
        return min(widest, _WORD_SHARE * rect.width()) + 6, min(widest, _WORD_SHARE * rect.height()) + 6

    def _line(self) -> float:
        return text_height(self.theme.font("tick"))

    def cell_at(self, at: QPointF) -> tuple[int, int, int, int] | None:
        """Layer, head, row and column at a position; nothing where nobody may look."""
        found, n = self.head_at(at), self._shades.shape[-1]
        if found is None or not n:
            return None
        place = self.places(self.area())[found]
        row = min(int((at.y() - place.top()) / place.height() * n), n - 1)
        column = min(int((at.x() - place.left()) / place.width() * n), n - 1)
        return (*found, row, column) if column <= row else None

    def place_of(self, rect: QRectF, head: Head, row: int, column: int) -> QRectF:
        """Where one cell of one map is."""
        place, n = self.places(rect)[head], self._shades.shape[-1]
        width, height = place.width() / n, place.height() / n
        return QRectF(place.left() + column * width, place.top() + row * height, width, height)

    # Painting ----------------------------------------------------------------------------------------------------

    def _paint_numbers(self, painter: QPainter, rect: QRectF, places: Mapping[Head, QRectF]) -> None:
        """What the maps are called, their words, and the cells to look at."""
        font, line = self.theme.font("tick"), self._line()
        axes = next((words for words in AXES if text_width(font, words) <= rect.width()), AXES[-1])
        box = QRectF(rect.left(), rect.top(), rect.width(), line)
        draw_text(painter, box, elided(font, axes, rect.width()), font, self.theme.muted, LEFT)
        layout = self._layout(rect)
        for at, place in places.items():
            if layout.captioned:
                self._paint_caption(painter, at, place)
            self._paint_unseen(painter, place)
        if layout.named and len(self._words) == self._shades.shape[-1]:
            self._paint_words(painter, rect, places)
        for at, ring in self._rings.items():
            if at in places and max(ring.row, ring.column) < self._shades.shape[-1]:
                self._paint_ring(painter, self.place_of(rect, at, ring.row, ring.column), ring.color_key)
        if self._cell is not None and self._cell[:2] in places:
            self._paint_ring(painter, self.place_of(rect, self._cell[:2], *self._cell[2:]), "ink")

    def _paint_caption(self, painter: QPainter, at: Head, place: QRectF) -> None:
        mark, line = self._marks.get(at, HeadMark()), self._line()
        font, mono = self.theme.font("tick"), self.theme.font("number_small")
        right = "off" if mark.off else mark.caption
        box = QRectF(place.left(), place.top() - line - 2, place.width(), line)
        color = self.theme.bad if mark.off else self.theme.ink
        room = place.width() - text_width(mono, right) - 6
        long, short = f"layer {at[0] + 1}, head {at[1] + 1}", f"{at[0] + 1}.{at[1] + 1}"
        name = next((words for words in (long, short) if text_width(font, words) <= room), "")
        draw_text(painter, box, name, font, self.theme.muted, LEFT)
        if name or text_width(mono, right) <= place.width():
            draw_text(painter, box, right, mono, color, RIGHT)

    def _paint_unseen(self, painter: QPainter, place: QRectF) -> None:
        """Say it in the corner that nobody may look at."""
        font, line = self.theme.font("tick"), self._line()
        if text_width(font, UNSEEN) + 12 <= place.width() * (1 - (line + 4) / place.height()):
            box = QRectF(place.left(), place.top() + 3, place.width() - 6, line)
            draw_text(painter, box, UNSEEN, font, self.theme.muted, RIGHT)

    def _paint_words(self, painter: QPainter, rect: QRectF, places: Mapping[Head, QRectF]) -> None:
        """Words at the left of each row of maps and under the last one; those of ringed cells always."""
        line, n = self._line(), len(self._words)
        n_layers, n_heads = self._shades.shape[:2]
        for layer in range(n_layers):
            place = places[layer, 0]
            lit = {ring.row: ring.color_key for at, ring in self._rings.items() if at[0] == layer}
            for row in with_room(n, line / (place.height() / n), lit):
                y = place.top() + (row + 0.5) * place.height() / n - line / 2
                box = QRectF(rect.left(), y, place.left() - rect.left() - 5, line)
                self._paint_word(painter, box, row, lit.get(row), upright=False)
        for head in range(n_heads):
            place = places[n_layers - 1, head]
            lit = {ring.column: ring.color_key for at, ring in self._rings.items() if at[1] == head}
            for column in with_room(n, line / (place.width() / n), lit):
                x = place.left() + (column + 0.5) * place.width() / n - line / 2
                box = QRectF(x, place.bottom() + 4, line, max(1.0, rect.bottom() - place.bottom() - 4))
                self._paint_word(painter, box, column, lit.get(column), upright=True)

    def _paint_word(self, painter: QPainter, box: QRectF, index: int, key: str | None, *, upright: bool) -> None:
        font = self.theme.font("tick" if key is None else "tick_strong")
        color = self.theme.muted if key is None else named_color(self.theme, key)
        if upright:
            draw_text_down(painter, box, elided(font, self._words[index], box.height()), font, color)
        else:
            draw_text(painter, box, elided(font, self._words[index], box.width()), font, color, RIGHT)

    def _paint_ring(self, painter: QPainter, box: QRectF, key: str) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen_px = COMPANY_PX * self.theme.scale
        for color, width in ((self.theme.card, pen_px + 2.5), (named_color(self.theme, key), pen_px)):
            painter.setPen(QPen(color, width))
            painter.drawRect(box.adjusted(-1, -1, 1, 1))

    def _image(self, at: Head) -> QImage:
        """The map's colours; what nobody may look at has none."""
        if at not in self._images:
            image = super()._image(at)
            painter, n = QPainter(image), image.width()
            for row in range(n - 1):
                painter.fillRect(row + 1, row, n - row - 1, 1, self.theme.grid)
            painter.end()
        return self._images[at]

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which cell is under the pointer."""
        super().mouseMoveEvent(event)
        self._set_cell(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None any more."""
        self._set_cell(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch a head off, or on again."""
        super().mousePressEvent(event)
        found = self.head_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.head_switched.emit(*found)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two clicks are one: the first has switched it already."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return switches the head that the arrow keys chose."""
        if event.key() in _ENTER and self._chosen in self._heads and self._chosen is not None:
            self.head_switched.emit(*self._chosen)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes by keyboard starts at the first head."""
        super().focusInEvent(event)
        if self._focus_shown and self._chosen is None and self._heads:
            self.head_chosen.emit(*self._heads[0])

    def _set_cell(self, cell: tuple[int, int, int, int] | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self.cell_hovered.emit(*(cell or (-1, -1, -1, -1)))
            self.update()

    def sizeHint(self) -> QSize:
        """Maps whose words can be read."""
        return QSize(520, 420)
