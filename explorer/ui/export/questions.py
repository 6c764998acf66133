"""The two questions that stand before a file is written: where to, and whether one that is there may be replaced."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def ask_path(parent: QWidget, suggestion: Path, name_filter: str) -> Path | None:
    """The file a person chooses; whether it may be replaced is asked later, when its full name is known."""
    no_question = QFileDialog.Option.DontConfirmOverwrite
    name, _ = QFileDialog.getSaveFileName(parent, "Export", str(suggestion), name_filter, "", no_question)
    return Path(name) if name else None


def ask_replace(parent: QWidget, path: Path) -> bool:
    """Whether a person lets a file be replaced."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle("Replace the file?")
    box.setText(f"{path.name} exists already.")
    box.setInformativeText(f"It is in {path.parent}. What is in it now will be lost.")
    replace_it = box.addButton("Replace", QMessageBox.ButtonRole.AcceptRole)
    keep = box.addButton("Keep it", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.exec()
    return box.clickedButton() is replace_it
