"""What the window asks in dialogs: files, export, keys, about."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QLabel, QMessageBox, QWidget

import explorer
from explorer.ui.actions import keys_table
from explorer.ui.settings import Settings

if TYPE_CHECKING:
    from explorer.ui.export.drag import FigureFolder
    from explorer.ui.export.figure import ExportOptions
    from explorer.ui.export.film import Film
    from explorer.ui.main_window import MainWindow
    from explorer.ui.panel import Panel

SESSION_FILTER = "Sessions (*.nexplore)"


class Dialogs:
    """Dialogs of one window; each is made when it is asked for.

    Args:
        window: Their parent.
        settings: Remembers the last folder.
    """

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        self._window = window
        self._settings = settings
        self._open: list[QDialog] = []

    def open_session(self) -> None:
        """Choose a session file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open session", self._folder(), SESSION_FILTER)
        if name:
            self._remember(Path(name))
            self._window.open_session(Path(name))

    def save_session(self) -> None:
        """Choose a file and save this state."""
        suggested = str(
            Path(self._folder()) / f"{self._window.lab.spec.id}-step-{self._window.lab.status.cursor}.nexplore"
        )
        name, _ = QFileDialog.getSaveFileName(self._window, "Save session", suggested, SESSION_FILTER)
        if name:
            path = Path(name) if Path(name).suffix else Path(name + ".nexplore")
            self._remember(path)
            self._window.conductor.save(path)

    def export(self, panel_id: str) -> None:
        """Open the export dialog of a panel."""
        from explorer.ui.export.dialog import ExportDialog  # heavier than the first paint allows
        from explorer.ui.export.film import Film

        window = self._window
        theme = window.lab.theme.scaled(1.0)  # a dialog is chrome: presenter mode leaves it as it is

        def record(path: Path, options: ExportOptions, overwrite: bool) -> Film:
            film = Film(window.lab, panel_id, path, options, overwrite=overwrite, parent=window)
            film.collect(window.conductor.collect, window.conductor.collected)
            return film

        dialog = ExportDialog(window.lab.panel(panel_id), theme, self._settings, record, parent=window)
        dialog.exported.connect(self._say_exported)
        self._show(dialog)

    def _say_exported(self, path: str) -> None:
        self._window.toast.say(f"Saved {Path(path).name}", "good")

    @cached_property
    def _figures(self) -> FigureFolder:
        """For files that are dragged out."""
        from explorer.ui.export.drag import FigureFolder

        return FigureFolder()

    def handle(self, panel: Panel) -> QWidget:
        """A button that exports a panel when clicked, and takes its picture out when dragged."""
        from explorer.ui.export.drag import DragHandle

        handle = DragHandle(self._window.lab.theme.scaled(1.0), panel, self._figures)
        handle.clicked.connect(lambda: self.export(panel.spec.id))
        return handle

    def copy_picture(self, panel_id: str) -> None:
        """Copy a panel's picture to the clipboard."""
        from explorer.ui.export.clipboard import copy_figure

        copy_figure(self._window.lab.panel(panel_id), QGuiApplication.clipboard())
        self._window.toast.say("Picture copied", "good")

    def copy_numbers(self, panel_id: str) -> None:
        """Copy the numbers behind a panel to the clipboard."""
        from explorer.ui.export.clipboard import copy_numbers

        copy_numbers(self._window.lab.panel(panel_id), QGuiApplication.clipboard())
        self._window.toast.say("Numbers copied", "good")

    def show_keys(self) -> None:
        """List the keyboard shortcuts."""
        dialog = QDialog(self._window)
        dialog.setWindowTitle("Keyboard shortcuts")
        grid = QGridLayout(dialog)
        grid.setContentsMargins(24, 20, 24, 20)
        grid.setHorizontalSpacing(32)
        for row, (text, keys) in enumerate(_keys()):
            label, value = QLabel(text), QLabel(keys)
            value.setProperty("role", "number")
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
        self._show(dialog)

    def show_about(self) -> None:
        """Say what this is."""
        box = QMessageBox(self._window)
        box.setWindowTitle("About Neural Explorer")
        box.setText(f"<b>Neural Explorer {explorer.__version__}</b>")
        box.setInformativeText(
            "Train small neural networks live, and drag, click and step through them.\n\n"
            "MIT licence. Digits: MNIST (LeCun, Cortes, Burges). Type: Inter and JetBrains Mono (Open Font License)."
        )
        self._show(box)

    def close_all(self) -> None:
        """Close what is open."""
        for dialog in self._still_open():
            dialog.close()
        self._open.clear()

    def _show(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._open = [*self._still_open(), dialog]
        dialog.open()

    def _still_open(self) -> list[QDialog]:
        """Those that are not gone: Qt deletes a dialog when it closes."""
        return [d for d in self._open if shiboken6.isValid(d) and d.isVisible()]

    def _folder(self) -> str:
        return self._settings.text("folder", str(Path.home()))

    def _remember(self, path: Path) -> None:
        self._settings.put("folder", str(path.parent))


def _keys() -> list[tuple[str, str]]:
    more = [
        ("Move the probe on the map", "arrow keys"),
        ("Move it further", "Shift + arrow keys"),
        ("Show the whole map", "Home"),
    ]
    return keys_table() + more
