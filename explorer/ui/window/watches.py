"""Event filters of windows.

A Python ``event`` method would hold the interpreter while Qt composes the whole window, and training would wait for
it; a filter holds it only for the question it asks.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot

from explorer.ui.window.keys import keep_from_shortcuts


class ButtonKeys(QObject):
    """Leaves Space to a button that has the keyboard, though a shortcut of the window has it too."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Whether the key stays with the button."""
        return event.type() == QEvent.Type.ShortcutOverride and keep_from_shortcuts(event)


class PaintWatch(QObject):
    """Measures how long a window takes to paint itself.

    Signals:
        painted: Milliseconds from the beginning of a repaint to the next turn of the event loop.
    """

    painted = Signal(float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._began_s = 0.0
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(0)
        self._end.timeout.connect(self._on_end)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note when a repaint begins; never in its way."""
        if event.type() == QEvent.Type.UpdateRequest and not self._end.isActive():
            self._began_s = time.perf_counter()
            self._end.start()
        return False

    @Slot()
    def _on_end(self) -> None:
        self.painted.emit(1000 * (time.perf_counter() - self._began_s))
