"""A noisy picture that can be painted on, pixel by pixel of the model's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.picture import PictureView

PAPER, INK = -1.0, 1.0
LIMITS = (PAPER, INK)
_PEN, _ERASER = 1.3, 2.6
"""Radius of the pen and of the eraser, pixels of the picture."""


class DenoisingCanvas(PictureView):
    """A picture with paper at -1 and ink at 1; the left button draws, the right one erases, if it may be painted on.

    Signals:
        edited: The picture (H, W) float32 after a stroke, when the button is let go.
    """

    edited = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._paintable = False
        self._tone = INK
        self._at: QPointF | None = None

    @property
    def picture(self) -> NDArray[np.float32]:
        """The picture as it is shown, (H, W), a copy."""
        return self._values.copy()

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is under way."""
        return self._at is not None

    def set_paintable(self, paintable: bool) -> None:
        """Take strokes, or do not."""
        self._paintable = paintable
        self._at = None
        self.setCursor(Qt.CursorShape.CrossCursor if paintable else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen, or the eraser, down."""
        if not self._paintable or self.pixel_at(event.position().x(), event.position().y()) is None:
            super().mousePressEvent(event)
            return
        self._tone = PAPER if event.button() == Qt.MouseButton.RightButton else INK
        self._at = self._place(event.position())
        self._stroke(self._at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if self._at is None:
            super().mouseMoveEvent(event)
            return
        self._stroke(self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lift the pen: this is the picture now."""
        if self._at is None:
            super().mouseReleaseEvent(event)
            return
        self._stroke(self._place(event.position()))
        self._at = None
        self.edited.emit(self.picture)

    def _place(self, at: QPointF) -> QPointF:
        """A position in pixels of the picture."""
        where, (height, width) = self.picture_rect(self.area()), self._values.shape[:2]
        return QPointF(
            (at.x() - where.left()) / max(where.width(), 1e-6) * width,
            (at.y() - where.top()) / max(where.height(), 1e-6) * height,
        )

    def _stroke(self, to: QPointF) -> None:
        since = self._at or to
        self._at = to
        radius = _PEN if self._tone == INK else _ERASER
        share = covered(self._values.shape[:2], (since.x(), since.y()), (to.x(), to.y()), radius)
        self._hover(None)
        self.set_image(self._values * (1 - share) + self._tone * share, self._colors, self._limits)


def covered(
    shape: tuple[int, ...], a: tuple[float, float], b: tuple[float, float], radius: float
) -> NDArray[np.float32]:
    """By how much each pixel lies under a round pen drawn from a to b (x, y), (H, W) in [0, 1]."""
    rows, columns = np.indices(shape[:2]) + 0.5
    along, across = b[0] - a[0], b[1] - a[1]
    length = along**2 + across**2
    part = ((columns - a[0]) * along + (rows - a[1]) * across) / length if length > 0 else np.zeros(shape[:2])
    part = np.clip(part, 0.0, 1.0)
    distance = np.hypot(columns - a[0] - part * along, rows - a[1] - part * across)
    return np.asarray(np.clip(radius + 0.5 - distance, 0.0, 1.0), np.float32)
