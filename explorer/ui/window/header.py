"""The header of a lab: its title, one sentence, and what can be done with all of it."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton

from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.menus import MenuButton
from explorer.ui.theme import Theme
from explorer.ui.window.elided import Elided


class Header(QFrame):
    """Title and summary at the left, buttons at the right.

    Args:
        theme: Colours and fonts.
        stored_menu: Stored runs and training from scratch.
        export: The action behind "Export…".
        tour: The action behind "Tour"; None where there is none.
        present: The action behind "Present".
        more_menu: Everything else.
    """

    def __init__(
        self,
        theme: Theme,
        stored_menu: QMenu,
        export: QAction,
        tour: QAction | None,
        present: QAction,
        more_menu: QMenu,
    ) -> None:
        super().__init__()
        self.setProperty("surface", "bar")
        self._title = QLabel()
        self._title.setProperty("role", "title")
        self._summary = Elided("body")
        self._stored = MenuButton(theme)
        self._stored.setText("Runs")
        self._stored.setToolTip("Open a stored run, or train from scratch")
        self._stored.setMenu(stored_menu)
        self._export = _button(export, "Export…")
        self._tours = [_button(tour, "Tour")] if tour is not None else []
        self._present = _button(present, f"Present  {present.shortcut().toString()}")
        self._present.setProperty("kind", "primary")
        self._more = IconButton("more", theme)
        self._more.setAccessibleName("Menu")
        self._more.setToolTip("Menu (F10)")
        self._more.setMenu(more_menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._lay_out()

    def set_lab(self, title: str, summary: str) -> None:
        """Show another lab's title and sentence."""
        self._title.setText(title)
        self._summary.set_full_text(summary)

    def set_run_title(self, text: str) -> None:
        """Say which run is open on the button that opens others."""
        self._stored.setText(text)

    def open_menu(self) -> None:
        """Open the menu by keyboard."""
        self._more.showMenu()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 12, 2, 10)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._summary, 1)
        for widget in (self._stored, self._export, *self._tours, self._present, self._more):
            row.addWidget(widget)


def _button(action: QAction, text: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    return button
