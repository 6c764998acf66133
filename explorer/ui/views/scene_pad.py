"""A picture on a grid of places: each place can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.images import draw_image, inscribed, levels, to_image
from explorer.ui.views.painting import draw_frame, with_alpha
from explorer.ui.views.view import View

_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ScenePad(View):
    """A picture under a grid of square places; arrow keys and Enter do what the mouse does.

    Signals:
        place_clicked: Column and row of the place that was clicked, counted from the upper left.

    Args:
        theme: Colours and fonts.
        n_places: Places in each direction.
    """

    place_clicked = Signal(int, int)

    def __init__(self, theme: Theme, n_places: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._n = n_places
        self._pixels: NDArray[np.float32] = np.zeros((0, 0, 3), np.float32)
        self._image = QImage()
        self._taken: frozenset[tuple[int, int]] = frozenset()
        self._hovered: tuple[int, int] | None = None
        self._current = (0, 0)

    def set_picture(self, pixels: ArrayLike, taken: Sequence[tuple[int, int]] = ()) -> None:
        """Show a picture (H, W, 3) in [0, 1]; ``taken`` are the places (column, row) where something is.

        Raises:
            ValueError: If the array has another shape.
        """
        data = np.array(pixels, np.float32)
        if data.ndim != 3:
            raise ValueError(f"cannot show an array of shape {data.shape}")
        self._pixels, self._taken = data, frozenset(taken)
        self._image = to_image(levels(data, 0.0, 1.0))
        self.update()

    def sheet_rect(self, rect: QRectF) -> QRectF:
        """Where the picture lies inside a rectangle, logical px."""
        return inscribed(rect.adjusted(1, 1, -1, -1), 1.0)

    def place_rect(self, rect: QRectF, column: int, row: int) -> QRectF:
        """Where a place lies inside a rectangle, logical px."""
        sheet = self.sheet_rect(rect)
        side = sheet.width() / self._n
        return QRectF(sheet.left() + column * side, sheet.top() + row * side, side, side)

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the picture, the grid on it, and the place under the pointer."""
        sheet = self.sheet_rect(rect)
        if sheet.width() < 6:
            return
        painter.fillRect(sheet, self.theme.paper)
        draw_image(painter, self._image, sheet, vector=vector)
        painter.setPen(QPen(with_alpha(self.theme.faint, 0.55), 1.0, Qt.PenStyle.DotLine))
        for i in range(1, self._n):
            at = i * sheet.width() / self._n
            painter.drawLine(QLineF(sheet.left() + at, sheet.top(), sheet.left() + at, sheet.bottom()))
            painter.drawLine(QLineF(sheet.left(), sheet.top() + at, sheet.right(), sheet.top() + at))
        draw_frame(painter, sheet.adjusted(-0.5, -0.5, 0.5, 0.5), self.theme.border, 1.0, 3.0)
        marked = self._hovered or (self._current if self._focus_shown and self.hasFocus() else None)
        if marked is not None:
            self._paint_marked(painter, self.place_rect(rect, *marked), taken=marked in self._taken)

    def _paint_marked(self, painter: QPainter, place: QRectF, *, taken: bool) -> None:
        """A plus where something would be put, a cross where something would be taken away."""
        draw_frame(painter, place.adjusted(1.5, 1.5, -1.5, -1.5), self.theme.accent, 2.0, 4.0)
        middle, arm = place.center(), min(7.0, place.width() / 5)
        painter.setPen(QPen(self.theme.accent, 2.0))
        if taken:
            box = QRectF(place.right() - 5 - arm, place.top() + 5, arm, arm)
            painter.drawLine(QLineF(box.topLeft(), box.bottomRight()))
            painter.drawLine(QLineF(box.topRight(), box.bottomLeft()))
        else:
            painter.drawLine(QLineF(middle.x() - arm, middle.y(), middle.x() + arm, middle.y()))
            painter.drawLine(QLineF(middle.x(), middle.y() - arm, middle.x(), middle.y() + arm))

    # Handling ----------------------------------------------------------------------------------------------------

    def place_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Column and row at a position of the widget, None beside the picture."""
        sheet = self.sheet_rect(self.area())
        if sheet.width() <= 0 or not sheet.contains(x, y):
            return None
        column = int((x - sheet.left()) / sheet.width() * self._n)
        row = int((y - sheet.top()) / sheet.height() * self._n)
        return min(column, self._n - 1), min(row, self._n - 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say which place was clicked."""
        place = self.place_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self._current = place
            self.place_clicked.emit(*place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the place under the pointer."""
        self._hover(self.place_at(event.position().x(), event.position().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """None any more."""
        self._hover(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys walk, Enter and Space click."""
        way = _WAYS.get(Qt.Key(event.key()))
        if way is not None:
            column, row = self._current
            self._current = (min(max(column + way[0], 0), self._n - 1), min(max(row + way[1], 0), self._n - 1))
            self.update()
        elif event.key() in _PRESSING:
            self.place_clicked.emit(*self._current)
        else:
            super().keyPressEvent(event)

    def _hover(self, place: tuple[int, int] | None) -> None:
        if place != self._hovered:
            self._hovered = place
            self.update()

    def sizeHint(self) -> QSize:
        """Large enough to click into."""
        return QSize(168, 168)

    def minimumSizeHint(self) -> QSize:
        """Still large enough to click into."""
        return QSize(84, 84)
