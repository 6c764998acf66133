"""A grey sentence that gives way when there is no room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

_FEWEST_LETTERS = 4
"""A beginning no longer than this tells nothing."""


class Elided(QLabel):
    """A label that cuts its text with an ellipsis and shows all of it in the tooltip.

    Args:
        role: Type role of the stylesheet.
    """

    def __init__(self, role: str = "secondary") -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setProperty("tone", "muted")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._full = ""

    def set_full_text(self, text: str) -> None:
        """Show another sentence."""
        if text != self._full:
            self._full = text
            self.setToolTip(text)
            self._elide()

    def full_text(self) -> str:
        """The whole sentence."""
        return self._full

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        """May vanish altogether."""
        return QSize(0, super().minimumSizeHint().height())

    def _elide(self) -> None:
        fitted = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(fitted if fitted == self._full or len(fitted) > _FEWEST_LETTERS else "")
