"""One of several values by name: a row of a form."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from explorer.ui.kit.menus import Choice
from explorer.ui.kit.row import RowHead
from explorer.ui.kit.segmented import Segmented
from explorer.ui.tokens import Theme

_SEGMENT_LIMIT = 3
_SEGMENT_LETTERS = 26


class ChoiceRow(QWidget):
    """One of several values: segments when they are few and short, a menu otherwise.

    Signals:
        chosen: The value a person chose.
    """

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        label: str,
        choices: Sequence[tuple[str, str, str]],
        default: str,
        *,
        live: bool | None = None,
        help_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Makes the row; ``choices`` are value, text and tooltip of each."""
        super().__init__(parent)
        self._choices = list(choices)
        self._default = default
        self.head = RowHead(theme, label, live=live, parent=self)
        self.setToolTip(help_text)
        letters = sum(len(text) for _, text, _ in choices)
        self.segments = len(choices) <= _SEGMENT_LIMIT and letters <= _SEGMENT_LETTERS
        self.editor: Segmented | Choice = self._segmented(label) if self.segments else self._menu(theme, label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 6)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self.editor)
        self.head.reset_requested.connect(self.reset)
        self.set_value(default)

    @property
    def value(self) -> str:
        """The value chosen now."""
        if isinstance(self.editor, Segmented):
            return self.editor.value
        return str(self.editor.currentData())

    def set_value(self, value: str) -> None:
        """Chooses without saying so.

        Raises:
            ValueError: It is not one of the choices.
        """
        index = [v for v, _, _ in self._choices].index(value)
        if isinstance(self.editor, Segmented):
            self.editor.set_value(value)
        else:
            self.editor.setCurrentIndex(index)
        default = next(text for v, text, _ in self._choices if v == self._default)
        self.head.set_changed(value != self._default, default)

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self.head.set_theme(theme)
        if isinstance(self.editor, Choice):
            self.editor.set_theme(theme)

    @Slot()
    def reset(self) -> None:
        """Back to the default."""
        if self.value != self._default:
            self.set_value(self._default)
            self.chosen.emit(self._default)

    def _segmented(self, label: str) -> Segmented:
        editor = Segmented(self._choices, label, self)
        editor.chosen.connect(self._on_editor_chosen)
        return editor

    def _menu(self, theme: Theme, label: str) -> Choice:
        editor = Choice(theme, self)
        editor.setAccessibleName(label)
        editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for index, (value, text, tip) in enumerate(self._choices):
            editor.addItem(text, value)
            editor.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        editor.activated.connect(self._on_menu_activated)
        return editor

    @Slot(int)
    def _on_menu_activated(self, index: int) -> None:
        self._on_editor_chosen(self._choices[index][0])

    @Slot(str)
    def _on_editor_chosen(self, value: str) -> None:
        self.set_value(value)
        self.chosen.emit(value)
