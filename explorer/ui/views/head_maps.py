"""Many small maps of attention side by side: layers down, heads across, or in another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import COMPANY_PX, Theme
from explorer.ui.views.images import draw_image
from explorer.ui.views.painting import CENTER, RIGHT, draw_text, text_height, text_width
from explorer.ui.views.view import View

Head = tuple[int, int]
Bytes = NDArray[np.uint8]
GAP_PX = 3.0
SMALL_PX = 48
"""Larger maps are brought to this side: of the cells that fall together the strongest is shown, so that no diagonal
is lost."""
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@dataclass(frozen=True)
class HeadMark:
    """How a map is shown besides its colours.

    Attributes:
        caption: Beneath it, where the order is not that of layers.
        dim: Stands back.
        off: Crossed out.
        changed: How much it changed, 0 to 1; a mark from a tenth on.
    """

    caption: str = ""
    dim: bool = False
    off: bool = False
    changed: float = 0.0


class HeadMapsView(View):
    """L x H maps.

    Signals:
        head_hovered: Layer and head under the pointer, -1 and -1 for none.
        head_chosen: Layer and head that was clicked, or chosen by the arrow keys.
        head_switched: Layer and head that was clicked twice.
    """

    head_hovered = Signal(int, int)
    head_chosen = Signal(int, int)
    head_switched = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._shades: Bytes = np.zeros((0, 0, 0, 0), np.uint8)
        self._images: dict[Head, QImage] = {}
        self._order: tuple[Head, ...] | None = None
        self._marks: Mapping[Head, HeadMark] = {}
        self._chosen: Head | None = None
        self._hovered: Head | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # What is shown -----------------------------------------------------------------------------------------------

    def set_maps(self, shades: Bytes) -> None:
        """Show attention as whole numbers, 255 for 1, (L, H, T, T)."""
        self._shades = pooled(shades, SMALL_PX)
        self._images.clear()
        self.update()

    def set_order(self, order: Sequence[Head] | None) -> None:
        """Show maps in this order, row by row; None for layers down and heads across."""
        self._order = None if order is None else tuple(order)
        self.update()

    def set_marks(self, marks: Mapping[Head, HeadMark]) -> None:
        """How maps are shown besides their colours."""
        self._marks = dict(marks)
        self.update()

    def set_chosen(self, head: Head | None) -> None:
        """Frame one."""
        if head != self._chosen:
            self._chosen = head
            self.update()

    @property
    def hovered(self) -> Head | None:
        """The map under the pointer."""
        return self._hovered

    # Geometry ----------------------------------------------------------------------------------------------------

    @property
    def _heads(self) -> tuple[Head, ...]:
        n_layers, n_heads = self._shades.shape[:2]
        return self._order or tuple((layer, head) for layer in range(n_layers) for head in range(n_heads))

    def places(self, rect: QRectF) -> dict[Head, QRectF]:
        """Where the maps are."""
        n_layers, n_heads = self._shades.shape[:2]
        if not n_layers or not n_heads:
            return {}
        line = text_height(self.theme.font("tick"))
        by_layer = self._order is None
        left = text_width(self.theme.font("tick"), "00") + 4 if by_layer else 0.0
        beneath, below = (line + 2, 0.0) if by_layer else (0.0, line)
        side = min(
            (rect.width() - left - (n_heads - 1) * GAP_PX) / n_heads,
            (rect.height() - beneath - (n_layers - 1) * GAP_PX) / n_layers - below,
        )
        if side < 4:
            return {}
        return {
            at: QRectF(
                rect.left() + left + (i % n_heads) * (side + GAP_PX),
                rect.top() + (i // n_heads) * (side + below + GAP_PX),
                side,
                side,
            )
            for i, at in enumerate(self._heads)
        }

    def head_at(self, at: QPointF) -> Head | None:
        """The map at a position."""
        return next((head for head, place in self.places(self.area()).items() if place.contains(at)), None)

    # Painting ----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the maps, and the numbers of layers and heads or the captions."""
        places = self.places(rect)
        if not places:
            return
        painter.save()
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        for at, place in places.items():
            mark = self._marks.get(at, HeadMark())
            painter.setOpacity(0.3 if mark.dim or mark.off else 1.0)
            draw_image(painter, self._image(at), place, vector=vector)
            painter.setOpacity(1.0)
            if mark.off:
                painter.setPen(QPen(self.theme.bad, 2.0))
                painter.drawLine(place.topLeft(), place.bottomRight())
                painter.drawLine(place.bottomLeft(), place.topRight())
            if mark.changed >= 0.1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.theme.warn)
                size = min(6.0, place.width() / 4)
                painter.drawEllipse(QRectF(place.right() - size - 1, place.top() + 1, size, size))
            if self._order is not None and mark.caption and text_width(font, mark.caption) <= place.width() + GAP_PX:
                box = QRectF(place.left() - GAP_PX, place.bottom(), place.width() + 2 * GAP_PX, line)
                draw_text(painter, box, mark.caption, font, self.theme.muted, CENTER)
        if self._order is None:
            self._paint_numbers(painter, rect, places)
        for head, color, width in ((self._hovered, self.theme.ink, COMPANY_PX), (self._chosen, self.theme.accent, 2.5)):
            if head in places:
                painter.setPen(QPen(color, width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(places[head].adjusted(-1, -1, 1, 1))
        painter.restore()

    def _paint_numbers(self, painter: QPainter, rect: QRectF, places: Mapping[Head, QRectF]) -> None:
        font, line = self.theme.font("tick"), text_height(self.theme.font("tick"))
        n_layers, n_heads = self._shades.shape[:2]
        for layer in range(n_layers):
            place = places[layer, 0]
            box = QRectF(rect.left(), place.center().y() - line / 2, place.left() - rect.left() - 4, line)
            draw_text(painter, box, str(layer + 1), font, self.theme.muted, RIGHT)
        for head in range(n_heads):
            place = places[n_layers - 1, head]
            box = QRectF(place.left() - GAP_PX, place.bottom() + 2, place.width() + 2 * GAP_PX, line)
            draw_text(painter, box, str(head + 1), font, self.theme.muted, CENTER)

    def _image(self, at: Head) -> QImage:
        """A picture of bytes with the theme's colours: nothing is computed for a pixel."""
        if at not in self._images:
            shades = np.ascontiguousarray(self._shades[at])
            height, width = shades.shape
            image = QImage(shades.data, width, height, width, QImage.Format.Format_Indexed8).copy()
            table = self.theme.magnitude.astype(np.uint32)
            image.setColorTable((0xFF000000 | table[:, 0] << 16 | table[:, 1] << 8 | table[:, 2]).tolist())
            self._images[at] = image.convertToFormat(QImage.Format.Format_RGB32)
        return self._images[at]

    def _on_theme_changed(self) -> None:
        self._images.clear()

    # Handling ----------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which map is under the pointer."""
        self._hover(self.head_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """None any more."""
        self._hover(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a map."""
        found = self.head_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.head_chosen.emit(*found)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Switch a head off, or on again."""
        found = self.head_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            self.head_switched.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose, Delete switches off."""
        key, heads = Qt.Key(event.key()), self._heads
        if not heads or self._chosen not in heads:
            super().keyPressEvent(event)
            return
        row = self._shades.shape[1]
        step = _KEYS.get(key, {Qt.Key.Key_Up: -row, Qt.Key.Key_Down: row}.get(key, 0))
        if step:
            at = heads.index(self._chosen) + step
            if 0 <= at < len(heads):
                self.head_chosen.emit(*heads[at])
        elif key == Qt.Key.Key_Delete:
            self.head_switched.emit(*self._chosen)
        else:
            super().keyPressEvent(event)

    def _hover(self, head: Head | None) -> None:
        if head != self._hovered:
            self._hovered = head
            self.head_hovered.emit(*(head or (-1, -1)))
            self.update()

    def sizeHint(self) -> QSize:
        """Maps of a few dots each."""
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        """Maps that can still be told apart."""
        return QSize(150, 90)


def pooled(shades: Bytes, side: int) -> Bytes:
    """Maps (L, H, T, T) brought to at most ``side`` cells a side, the strongest of those that fall together."""
    n = shades.shape[-1]
    if n <= side:
        return shades
    starts = np.unique(np.arange(side) * n // side)
    rows = np.maximum.reduceat(shades, starts, axis=-1)
    return np.asarray(np.maximum.reduceat(rows, starts, axis=-2), np.uint8)
