"""A view of which one item at a time is under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from explorer.ui.theme import Theme
from explorer.ui.views.view import View


class HoveredView(View):
    """Remembers what is under the pointer, and says it in the tooltip; where that is, its subclass knows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._hovered = -1

    def reading(self) -> str:
        """What is said of the item under the pointer; empty without one."""
        raise NotImplementedError

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing to read any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setToolTip(self.reading())
            self.update()
