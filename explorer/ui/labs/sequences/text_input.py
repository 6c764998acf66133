"""Where a sentence or a date is typed, with examples to click."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from explorer.ui.labs.sequences.grammar import MOST_CHARACTERS

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "sentiment": (
        ("But", "great cast but not a good film at all"),
        ("Not bad", "not bad at all"),
        ("Order", "the cast is great but the film is dull"),
        ("Swap", "the film is dull but the cast is great"),
        ("Unknown", "a zorgly film but never dull"),
    ),
    "translate": (
        ("Moves", "the blue fox sleeps"),
        ("Agrees", "the red fox sees a red cat"),
        ("Many", "the small dogs sleep"),
        ("Unknown", "the blue wombat sleeps"),
    ),
    "dates": (
        ("Words", "3 March 1998"),
        ("Longer", "the 3rd of March 1998"),
        ("Digits", "03.04.1998"),
        ("No such day", "31 April 1999 ☺"),
    ),
}
"""What stands on a button, and the text it reads; each task ends with one that is not of its grammar."""
HINTS = {
    "sentiment": "Type a short review of a film",
    "translate": "Type an English sentence",
    "dates": "Type a date, in any spelling",
}


class ReadingEdit(QLineEdit):
    """A line to type in; more than can ever be read is cut at once, and text files can be dropped on it.

    Signals:
        text_cut: How many characters were left out; 0 for none.
        refused: A sentence: why a file could not be read.
    """

    text_cut = Signal(int)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What the network reads")
        self.textChanged.connect(self._on_text_changed)

    def _on_text_changed(self, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            self.blockSignals(True)
            self.setText(text[:MOST_CHARACTERS])
            self.blockSignals(False)
        self.text_cut.emit(max(0, len(text) - MOST_CHARACTERS))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome, and text."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the beginning of a text file."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if not paths:
            super().dropEvent(event)
            return
        event.acceptProposedAction()
        self.load(Path(paths[0]))

    def load(self, path: Path) -> None:
        """Take the beginning of a text file; whatever it holds is shown as text."""
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                text = file.read(MOST_CHARACTERS + 1)
        except OSError:
            self.refused.emit(f"“{path.name}” cannot be read; choose another text file.")
            return
        self.setText(" ".join(text.split()) if len(text) <= MOST_CHARACTERS else text)
        self.textEdited.emit(self.text())


class TextInput(QWidget):
    """A line to type in, and a row of examples.

    Signals:
        text_entered: The text, whenever it changes by a person's hand.
        text_cut: How many characters were left out; 0 for none.
        refused: A sentence: why a file could not be read.
    """

    text_entered = Signal(str)
    text_cut = Signal(int)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._examples: Sequence[tuple[str, str]] = ()
        self.edit = ReadingEdit()
        self.edit.textEdited.connect(lambda _text: self.text_entered.emit(self.edit.text()))
        self.edit.text_cut.connect(self.text_cut)
        self.edit.refused.connect(self.refused)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.edit)
        column.addLayout(self._row)

    def set_task(self, task: str) -> None:
        """Offer the examples of a task."""
        if self._examples is EXAMPLES[task]:
            return
        self._examples = EXAMPLES[task]
        self.edit.setPlaceholderText(HINTS[task])
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for index, (label, text) in enumerate(self._examples):
            button = QPushButton(label)
            button.setProperty("kind", "chip")
            button.setToolTip(text)
            button.setAccessibleName(f"Example: {text}")
            button.clicked.connect(lambda _checked=False, i=index: self.choose(i))
            self._row.addWidget(button)
        self._row.addStretch(1)

    def set_text(self, text: str) -> None:
        """Show a text; says nothing."""
        if text != self.edit.text():
            self.edit.setText(text)
            self.edit.setCursorPosition(0)

    def choose(self, index: int) -> None:
        """Take one of the examples."""
        text = self._examples[index % len(self._examples)][1]
        self.set_text(text)
        self.text_entered.emit(text)
