"""The gallery: the labs in the order of the seminar, under the headings of its parts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from explorer.catalog import Entry

WIDTH_PX = 196


class Sidebar(QFrame):
    """A list of labs; the open one is marked.

    Signals:
        lab_chosen: Id of the lab to open.

    Args:
        entries: The table of contents.
    """

    lab_chosen = Signal(str)

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sidebar")
        self.setFixedWidth(WIDTH_PX)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 16, 10, 12)
        self._column.setSpacing(2)
        name = QLabel("Neural Explorer")
        name.setProperty("role", "heading")
        name.setContentsMargins(10, 0, 0, 8)
        self._column.addWidget(name)
        self._add(entries)
        self._column.addStretch(1)
        self._group.idClicked.connect(self._on_clicked)

    def set_current(self, lab_id: str) -> None:
        """Mark the open lab."""
        self._buttons[lab_id].setChecked(True)

    def _add(self, entries: Sequence[Entry]) -> None:
        heading = ""
        for entry in entries:
            if entry.group != heading:
                heading = entry.group
                self._column.addWidget(_heading(heading))
            button = QPushButton(entry.title.replace("&", "&&"))
            button.setProperty("kind", "gallery")
            button.setCheckable(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setAccessibleName(f"Open the lab {entry.title}")
            self._group.addButton(button, len(self._buttons))
            self._buttons[entry.id] = button
            self._column.addWidget(button)

    def _on_clicked(self, index: int) -> None:
        self.lab_chosen.emit(list(self._buttons)[index])


def _heading(text: str) -> QLabel:
    label = QLabel(text.upper())
    label.setProperty("role", "group")
    label.setContentsMargins(10, 12, 0, 4)
    return label
