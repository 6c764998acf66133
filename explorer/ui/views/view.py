"""The base of all pictures: a widget that paints itself anywhere, on the screen as in a file."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.ui.theme import Theme

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_KEPT = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class View(QWidget):
    """A picture with setters and signals; it knows nothing of what its numbers mean.

    Args:
        theme: Colours and fonts.
        parent: The widget it lives in.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._focus_shown = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def theme(self) -> Theme:
        """The colours and fonts in use."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        self._theme = theme
        self._on_theme_changed()
        self.updateGeometry()
        self.update()

    def _on_theme_changed(self) -> None:
        """Drop what was drawn with the old theme; for views that keep pictures."""

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        """Draw the whole picture into a rectangle; never reads the widget's own size.

        Args:
            painter: On a widget, an image, an SVG or a PDF.
            rect: Where, in the painter's logical pixels.
            vector: True for real shapes and text in files, False for the fastest way to pixels.
        """
        raise NotImplementedError

    def area(self) -> QRectF:
        """The rectangle painted on the screen, logical px: where pointer positions are looked up."""
        return QRectF(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill with the card's colour, then paint."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.card)
        if self.width() > 1 and self.height() > 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.save()
            self.paint(painter, self.area(), vector=False)
            painter.restore()
            if self._focus_shown and self.hasFocus():
                self._draw_focus(painter)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is, but only to who came by keyboard."""
        if event.reason() not in _KEPT:
            self._focus_shown = event.reason() in _KEYBOARD
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop showing the focus."""
        if event.reason() not in _KEPT:
            self._focus_shown = False
        super().focusOutEvent(event)
        self.update()

    def _draw_focus(self, painter: QPainter) -> None:
        painter.setPen(QPen(self._theme.accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.area().adjusted(1, 1, -1, -1), 6, 6)

    def sizeHint(self) -> QSize:
        """A size that shows the picture well."""
        return QSize(320, 240)

    def minimumSizeHint(self) -> QSize:
        """Small enough for a dock in a 1280 x 720 window."""
        return QSize(120, 90)
