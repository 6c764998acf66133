"""A bar under the header: what went wrong and what to do, or long work under way."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QPushButton, QVBoxLayout

from explorer.core.errors import Trouble
from explorer.core.run import Busy
from explorer.ui import icons
from explorer.ui.theme import Theme


class TroubleBar(QFrame):
    """Hidden unless there is something to say.

    Signals:
        dismissed: The user has read it.

    Args:
        theme: Colours and fonts.
    """

    dismissed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self._sign = QLabel()
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setMaximum(1000)
        self._progress.setFixedWidth(220)
        self._fold = QPushButton("Details")
        self._fold.setCheckable(True)
        self._close = QPushButton("Dismiss")
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setMaximumHeight(140)
        self._details.hide()
        self._trouble: Trouble | None = None
        self._lay_out()
        self._fold.toggled.connect(self._details.setVisible)
        self._close.clicked.connect(self.dismissed)
        self.set_theme(theme)
        self.hide()

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def say(self, trouble: Trouble) -> None:
        """Say what went wrong."""
        self._trouble = trouble
        self._sentence.setText(trouble.sentence)
        self._details.setPlainText(trouble.detail)
        self._fold.setVisible(bool(trouble.detail))
        self._fold.setChecked(False)
        self._show_parts(busy=False)
        self.show()

    def set_busy(self, busy: Busy | None) -> None:
        """Show long work; trouble said earlier comes back when it is done."""
        if busy is not None:
            self._sentence.setText(busy.what)
            self._progress.setValue(int(1000 * busy.fraction))
            self._show_parts(busy=True)
            self.show()
        elif not self._progress.isHidden():
            if self._trouble is not None:
                self.say(self._trouble)
            else:
                self.hide()
                self._show_parts(busy=False)

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self._trouble = None
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Tint the sign."""
        self._sign.setPixmap(icons.pixmap("warning", theme.bad, 18, self.devicePixelRatioF()))

    def _show_parts(self, *, busy: bool) -> None:
        self._progress.setVisible(busy)
        self._sign.setVisible(not busy)
        self._close.setVisible(not busy)
        self._fold.setVisible(not busy and self._trouble is not None and bool(self._trouble.detail))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._sentence, 1)
        for widget in (self._progress, self._fold, self._close):
            row.addWidget(widget)
        column.addLayout(row)
        column.addWidget(self._details)
        self._progress.hide()
