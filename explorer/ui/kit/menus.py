"""What opens a menu: a box for one of several values, and a button; both with the app's own chevron."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QWidget

from explorer.ui import icons
from explorer.ui.tokens import Theme


def paint_chevron(widget: QWidget, theme: Theme) -> None:
    """Paints the sign of a menu at the right end of a box or button."""
    painter = QPainter(widget)
    square = QRectF(widget.width() - 24, widget.height() / 2 - 7, 14, 14)
    icons.paint(painter, square, "chevron-down", theme.muted if widget.isEnabled() else theme.faint)
    painter.end()


class Choice(QComboBox):
    """A combo box with the app's own chevron, which a turning wheel leaves alone unless it has the focus."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box as the stylesheet has it, and the chevron."""
        super().paintEvent(event)
        paint_chevron(self, self._theme)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only with the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class MenuButton(QPushButton):
    """A button that opens a menu, and says so by a chevron."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._menu = QMenu(self)
        self.setProperty("kind", "menu")
        self.clicked.connect(self.open_menu)

    def drop_menu(self) -> QMenu:
        """The menu it opens, to be filled by its owner."""
        return self._menu

    @Slot()
    def open_menu(self) -> None:
        """Opens the menu under the button, or above it where there is no room."""
        below = self.mapToGlobal(QPoint(0, self.height() + 4))
        height = self._menu.sizeHint().height()
        fits = below.y() + height <= self.screen().availableGeometry().bottom()
        self._menu.popup(below if fits else self.mapToGlobal(QPoint(0, -height - 4)))

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button as the stylesheet has it, and the chevron."""
        super().paintEvent(event)
        paint_chevron(self, self._theme)
