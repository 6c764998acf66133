"""One slider per latent dimension, drawn as one view: thirty-two widgets would be too many."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.core.frames import Array
from explorer.ui.theme import Theme
from explorer.ui.views.painting import LEFT, RIGHT, draw_text
from explorer.ui.views.view import View

ROW_PX = 22
REACH = 4.0
LABEL_PX, NUMBER_PX = 26, 40


class LatentSliders(View):
    """Tracks from -4 to 4; drag one, or choose with up and down and move with left and right.

    Signals:
        latent_moved: The latent point, (L,) float64.
    """

    latent_moved = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._z = np.zeros(0)
        self._row = 0
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("Latent dimensions")

    def set_latent(self, z: Array) -> None:
        """Show a latent point (L,)."""
        if len(z) != len(self._z):
            self._row = 0
            self.updateGeometry()
        self._z = np.array(z, np.float64)
        self.update()

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw name, track, handle and value of each dimension."""
        for i, value in enumerate(self._z):
            line = QRectF(rect.left(), rect.top() + i * ROW_PX, rect.width(), ROW_PX)
            if line.top() < rect.bottom():
                self._paint_row(painter, line, i, float(value))

    def _paint_row(self, painter: QPainter, line: QRectF, i: int, value: float) -> None:
        theme = self.theme
        chosen = i == self._row and self.hasFocus()
        draw_text(painter, line, f"z{i + 1}", theme.font("tick"), theme.accent if chosen else theme.muted, LEFT)
        text = f"{value:.2f}".replace("-", "−")
        draw_text(painter, line, text, theme.font("number_small"), theme.ink, RIGHT)
        track = _track(line)
        painter.setPen(QPen(theme.grid, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(track.topLeft(), track.topRight())
        x = track.left() + track.width() * (min(max(value, -REACH), REACH) + REACH) / (2 * REACH)
        painter.setPen(QPen(theme.accent, 2))
        painter.setBrush(theme.card)
        painter.drawEllipse(QRectF(x - 5, track.top() - 5, 10, 10))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a track."""
        self._row = min(max(0, int(event.position().y() // ROW_PX)), max(0, len(self._z) - 1))
        self._held = bool(len(self._z))
        self._move_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self._held:
            self._move_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose and move."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and len(self._z):
            self._row = (self._row + (1 if key == Qt.Key.Key_Down else -1)) % len(self._z)
            self.update()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and len(self._z):
            step = 0.5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.1
            self._set(float(self._z[self._row]) + (step if key == Qt.Key.Key_Right else -step))
        else:
            super().keyPressEvent(event)

    def _move_to(self, x: float) -> None:
        track = _track(QRectF(0, 0, self.width(), ROW_PX))
        if len(self._z) and track.width() > 0:
            self._set((x - track.left()) / track.width() * 2 * REACH - REACH)

    def _set(self, value: float) -> None:
        self._z[self._row] = min(max(value, -REACH), REACH)
        self.update()
        self.latent_moved.emit(self._z.copy())

    def sizeHint(self) -> QSize:
        """A line per dimension."""
        return QSize(220, ROW_PX * len(self._z))

    def minimumSizeHint(self) -> QSize:
        """A line per dimension, narrow."""
        return QSize(130, ROW_PX * len(self._z))


def _track(line: QRectF) -> QRectF:
    return QRectF(line.left() + LABEL_PX, line.center().y(), max(0.0, line.width() - LABEL_PX - NUMBER_PX - 8), 0)
