"""The line with a handle that every slider of the app is: painted here, moved by mouse, wheel and keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from explorer.ui.tokens import Theme

HANDLE_PX = 16
_RESOLUTION = 10_000
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}


class Track(QAbstractSlider):
    """A slider that knows positions from 0 to 1 and wishes; what they mean is its owner's business.

    A slider to Qt, so that assistive technology finds one; mouse, wheel and keys are handled here.

    Signals:
        fraction_picked: A position from 0 to 1, at the press and at every move of a drag.
        nudged: So many small steps, from a key or the wheel.
        edge_picked: False for the beginning (Home), True for the end (End).
        settled: A drag, a press of a key or a turn of the wheel is over.
    """

    fraction_picked = Signal(float)
    nudged = Signal(int)
    edge_picked = Signal(bool)
    settled = Signal()

    def __init__(
        self, theme: Theme, *, line_px: float = 5, wheel_needs_focus: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line_px = line_px
        self._wheel_needs_focus = wheel_needs_focus
        self._fraction = 0.0
        self._dragging = False
        self.setRange(0, _RESOLUTION)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def fraction(self) -> float:
        """Where the handle is, 0 to 1."""
        return self._fraction

    @property
    def dragging(self) -> bool:
        """Whether the handle is held."""
        return self._dragging

    def set_fraction(self, fraction: float) -> None:
        """Moves the handle; says nothing, since only a person's move is news."""
        self._fraction = min(max(fraction, 0.0), 1.0)
        self.setValue(round(self._fraction * _RESOLUTION))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """High enough for the handle and its focus ring."""
        return QSize(120, HANDLE_PX + 6)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for the narrowest column."""
        return QSize(60, HANDLE_PX + 6)

    def line(self) -> QRectF:
        """Where the line is; the handle's middle moves along its whole length, half a handle inside the ends."""
        inset = HANDLE_PX / 2 + 1
        middle = self.height() / 2
        return QRectF(inset, middle - self._line_px / 2, max(1.0, self.width() - 2 * inset), self._line_px)

    def x_of(self, fraction: float) -> float:
        """Where a position lies, in logical pixels from the left."""
        line = self.line()
        return line.left() + fraction * line.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Line, done part, handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self.paint_line(painter)
        self._paint_handle(painter)
        painter.end()

    def paint_line(self, painter: QPainter) -> None:
        """The line under the handle: empty in grid colour, done in accent."""
        theme, round_px = self._theme, self._line_px / 2
        line = self.line()
        full = line.adjusted(-HANDLE_PX / 2, 0, HANDLE_PX / 2, 0)
        painter.setBrush(theme.grid)
        painter.drawRoundedRect(full, round_px, round_px)
        done = QRectF(full)
        done.setRight(self.x_of(self._fraction))
        painter.setBrush(theme.accent if self.isEnabled() else theme.faint)
        painter.drawRoundedRect(done, round_px, round_px)

    def _paint_handle(self, painter: QPainter) -> None:
        theme = self._theme
        center = QPointF(self.x_of(self._fraction), self.height() / 2)
        radius = HANDLE_PX / 2 - 1
        if self.hasFocus():
            halo = QColor(theme.accent)
            halo.setAlphaF(0.28)
            painter.setBrush(halo)
            painter.drawEllipse(center, radius + 4, radius + 4)
        ring = theme.accent if self.isEnabled() else theme.faint
        painter.setPen(QPen(ring, 2.0))
        active = self._dragging or (self.underMouse() and self.isEnabled())
        painter.setBrush(theme.accent_ground if active else theme.card)
        painter.drawEllipse(center, radius, radius)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes the handle to the pointer and holds it."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._dragging = True
        self._pick(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The handle follows."""
        if self._dragging:
            self._pick(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets go."""
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self.update()
            self.settled.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One step per notch; without focus the form underneath scrolls instead."""
        notches = event.angleDelta().y() or event.angleDelta().x()
        if notches == 0 or (self._wheel_needs_focus and not self.hasFocus()):
            event.ignore()
            return
        self.nudged.emit(1 if notches > 0 else -1)
        self.settled.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows one step, Page keys ten, Home and End the ends."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.nudged.emit(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.edge_picked.emit(key == Qt.Key.Key_End)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key counts as one move."""
        moves = event.key() in _KEYS or event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End)
        if moves and not event.isAutoRepeat():
            self.settled.emit()

    def _pick(self, x: float) -> None:
        line = self.line()
        self.fraction_picked.emit(min(max((x - line.left()) / line.width(), 0.0), 1.0))
        self.update()
