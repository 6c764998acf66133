"""A square to spray points on."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.axes import Axes, Floats, Range
from explorer.ui.views.lines import polygon
from explorer.ui.views.painting import CENTER, draw_frame, draw_text, hair, named_color, with_alpha
from explorer.ui.views.view import View

DROPS = 6
"""Points of one puff."""
EVERY_MS = 16
_POINT_PX = 2.6
_EDGE_PX = 2.0
_NUDGE = 0.1
_KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
_PUFFS = {Qt.Key.Key_Space: Qt.MouseButton.LeftButton, Qt.Key.Key_Backspace: Qt.MouseButton.RightButton}


class SprayPad(View):
    """Dragging sprays, with the right button it wipes away; a puff every 16 ms as long as the button is down.

    With the keyboard: arrows move the brush, Space sprays a puff, Backspace wipes one away.

    Signals:
        sprayed: The points have changed.
        stroke_ended: The button was let go, and the points are others than when it was pressed.
        file_dropped: Path of a file that was dropped.

    Args:
        theme: Colours and fonts.
        reach: The square goes from -reach to reach.
        most: Points at most; when there are so many, nothing is sprayed any more.
    """

    sprayed = Signal()
    stroke_ended = Signal()
    file_dropped = Signal(str)

    def __init__(self, theme: Theme, reach: float = 3.0, most: int = 4000, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._reach, self._most = reach, most
        self._points: Floats = np.zeros((0, 2))
        self._before: Floats = self._points
        self._width = 0.3
        self._rng = np.random.default_rng(1)
        self._held = Qt.MouseButton.NoButton
        self._pointer: QPointF | None = None
        self._puff = QTimer(self)
        self._puff.setInterval(EVERY_MS)
        self._puff.timeout.connect(self._on_puff)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def points(self) -> Floats:
        """What is drawn, (N, 2)."""
        return self._points.copy()

    @property
    def before(self) -> Floats:
        """What was drawn before the last stroke, (N, 2)."""
        return self._before.copy()

    def set_points(self, points: ArrayLike) -> None:
        """Show other points, (N, 2); says nothing."""
        self._points = np.array(points, np.float64).reshape(-1, 2)[: self._most]
        self.update()

    def set_brush(self, width: float) -> None:
        """Spray with this standard deviation, wipe away within twice as much."""
        self._width = width
        self.update()

    def axes(self, rect: QRectF) -> Axes:
        """The largest square in the middle; it has no numbers at its edges, so that there is more of it to draw on."""
        side = min(rect.width(), rect.height()) - 2 * _EDGE_PX
        span, middle = Range(-self._reach, self._reach), rect.center()
        return Axes(span, span, middle.x() - side / 2, middle.y() - side / 2, side, side)

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw grid, points and brush."""
        if rect.width() < 30 or rect.height() < 30:
            return
        axes = self.axes(rect)
        plot = QRectF(axes.left, axes.top, axes.width, axes.height)
        painter.save()
        painter.setPen(QPen(self.theme.grid, 1.0))
        for at in np.arange(1 - self._reach, self._reach):
            x, y = (hair(float(v)) for v in axes.point(at, at))
            painter.drawLines([QLineF(axes.left, y, axes.right, y), QLineF(x, axes.top, x, axes.bottom)])
        draw_frame(painter, plot, self.theme.border)
        painter.setClipRect(plot, Qt.ClipOperation.IntersectClip)
        pen = QPen(with_alpha(named_color(self.theme, "real"), 0.85), _POINT_PX * self.theme.scale)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if len(self._points):
            painter.drawPoints(polygon(np.column_stack([axes.px(self._points[:, 0]), axes.py(self._points[:, 1])])))
        else:
            font = self.theme.font("secondary")
            draw_text(painter, plot, "Spray a shape here", font, self.theme.muted, CENTER)
        if self._pointer is not None and not vector:
            radius = 2 * self._width * axes.width / axes.x.span
            painter.setPen(QPen(self.theme.bad if self._held == Qt.MouseButton.RightButton else self.theme.accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self._pointer, radius, radius)
            painter.drawEllipse(self._pointer, 1.0, 1.0)
        painter.restore()

    # Handling ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to spray, or to wipe away."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton) or self._held.value:
            return
        self._held, self._pointer, self._before = event.button(), event.position(), self._points
        self._on_puff()
        self._puff.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        self._pointer = event.position()
        if self._held.value:
            self._on_puff()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The stroke is over."""
        if event.button() == self._held:
            self._end_stroke()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which file it was."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.file_dropped.emit(paths[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the brush, and spray or wipe with it."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            axes = self.axes(self.area())
            place = axes.data(self._pointer.x(), self._pointer.y()) if self._pointer is not None else (0.0, 0.0)
            moved = np.clip(np.array(place) + _NUDGE * np.array(_KEYS[key]), -self._reach, self._reach)
            self._pointer = QPointF(*axes.point(*moved.tolist()))
            self.update()
        elif key in _PUFFS and self._pointer is not None and not self._held.value:
            self._held, self._before = _PUFFS[key], self._points
            self._on_puff()
            self._end_stroke()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The brush is not to be seen outside."""
        self._pointer = None
        self.update()
        super().leaveEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        """A stroke does not outlast the view."""
        self._end_stroke()

    def _end_stroke(self) -> None:
        if self._held.value:
            self._puff.stop()
            self._held = Qt.MouseButton.NoButton
            if self._points is not self._before:
                self.stroke_ended.emit()
            self.update()

    @Slot()
    def _on_puff(self) -> None:
        if self._pointer is None or not self._held.value:
            return
        centre = np.array(self.axes(self.area()).data(self._pointer.x(), self._pointer.y()))
        if self._held == Qt.MouseButton.LeftButton:
            drops = centre + self._width * self._rng.standard_normal((DROPS, 2))
            inside = drops[(np.abs(drops) <= self._reach).all(axis=1)][: self._most - len(self._points)]
            changed = np.concatenate([self._points, inside])
        else:
            changed = self._points[np.hypot(*(self._points - centre).T) > 2 * self._width]
        if len(changed) != len(self._points):
            self._points = changed
            self.sprayed.emit()
            self.update()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(300, 300)

    def minimumSizeHint(self) -> QSize:
        """Large enough to draw on."""
        return QSize(140, 120)
