"""A line around the panel that a scene talks about; the pointer goes through it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QDockWidget, QWidget

from explorer.ui.theme import RADIUS_PX, Theme

LINE_PX = 3
OUTSIDE_PX = 4
_MOVES = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange)


class PanelOutline(QWidget):
    """Follows a dock wherever it goes, and hides with it. Only the line itself covers anything.

    Signals:
        moved: The marked panel is somewhere else, or gone.

    Args:
        theme: Colours and fonts.
        host: The widget that dock and outline are both in.
    """

    moved = Signal()

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._dock: QDockWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def dock(self) -> QDockWidget | None:
        """The dock that is marked."""
        return self._dock

    def mark(self, dock: QDockWidget | None) -> None:
        """Mark a dock, or none."""
        if self._dock is not None:
            self._dock.removeEventFilter(self)
        self._dock = dock
        if dock is not None:
            dock.installEventFilter(self)
        self._follow()

    def marked_rect(self) -> QRect:
        """Where the marked dock is, in the host's coordinates; empty where there is none to be seen."""
        dock = self._dock
        if dock is None or not dock.isVisible() or dock.isFloating():
            return QRect()
        return QRect(dock.mapTo(self._host, QPoint(0, 0)), dock.size())

    def set_theme(self, theme: Theme) -> None:
        """Draw with another accent."""
        self._theme = theme
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go where the dock goes."""
        if event.type() in _MOVES:
            self._follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.accent, LINE_PX))
        half = LINE_PX / 2
        radius = RADIUS_PX + OUTSIDE_PX
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)

    def _follow(self) -> None:
        rect = self.marked_rect()
        if rect.isEmpty():
            self.hide()
        else:
            around = rect.adjusted(-OUTSIDE_PX, -OUTSIDE_PX, OUTSIDE_PX, OUTSIDE_PX)
            self.setGeometry(around)
            self.setMask(_frame(around.width(), around.height()))
            self.show()
            self.raise_()
        self.moved.emit()


def _frame(width: int, height: int) -> QRegion:
    """Everything but the inside, so that what is inside is painted and pressed as if nothing were there."""
    hole = OUTSIDE_PX + 6
    return QRegion(0, 0, width, height) - QRegion(hole, hole, width - 2 * hole, height - 2 * hole)
