"""A panel of what is measured on request, part after part: a button, a progress bar, and Escape to stop."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QProgressBar, QPushButton

from explorer.core.spec import PanelSpec
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme


class MeasuringPanel(Panel):
    """Asks for one part after the other until all are there or somebody stops it.

    Subclasses count what they have (:attr:`n_measured`), forget it, ask for the next part and show everything; they
    call :meth:`_go_on` when a part has come.

    Args:
        spec: What it is.
        theme: Colours and fonts.
        where: Gives the provenance for its figures.
        most: What a whole measurement counts to.
        counted: What is counted, for screen readers.
    """

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where, most: int, counted: str) -> None:
        super().__init__(spec, theme, where)
        self._most = most
        self._waits_for: Any = None
        self.button = QPushButton("Measure")
        self.button.clicked.connect(self._on_button_clicked)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, most)
        self.progress.setAccessibleName(counted)
        policy = self.progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(policy)
        for keys in (self, self.button):  # the button stands in the title bar, outside the panel
            keys.installEventFilter(self)

    @property
    def n_measured(self) -> int:
        """How much is there."""
        raise NotImplementedError

    @property
    def is_measuring(self) -> bool:
        """Whether an answer is waited for."""
        return self._waits_for is not None

    @Slot()
    def measure(self) -> None:
        """Begin from the first part."""
        self._forget()
        self._ask()
        self._show()

    @Slot()
    def stop(self) -> None:
        """Ask for nothing more; what was measured stays."""
        self._waits_for = None
        self._show()

    def complete(self) -> None:
        """Measure, if nothing is."""
        if not self.n_measured and not self.is_measuring:
            self.measure()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While measuring Escape stops it, and does nothing else."""
        kinds = QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress
        is_key = event.type() in kinds and isinstance(event, QKeyEvent)
        if not (is_key and self.is_measuring and cast(QKeyEvent, event).key() == Qt.Key.Key_Escape):
            return super().eventFilter(watched, event)
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self.stop()
        return True

    # For subclasses ----------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        raise NotImplementedError

    def _ask(self) -> None:
        """Emit the question for the next part, and wait for it."""
        raise NotImplementedError

    def _show(self) -> None:
        """Show everything; the base shows button and progress."""
        self.button.setText("Stop" if self.is_measuring else "Measure")
        self.progress.setVisible(self.is_measuring)
        self.progress.setValue(self.n_measured)

    def _go_on(self) -> None:
        """A part has come: ask for the next one, if there is one."""
        self._waits_for = None
        if self.n_measured < self._most:
            self._ask()
        self._show()

    @Slot()
    def _on_button_clicked(self) -> None:
        if self.is_measuring:
            self.stop()
        else:
            self.measure()
