"""A box for one exact number: takes what can be read, refuses the rest with a sentence and keeps the old value."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.core.errors import UserError
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.themed import restyle

_PADDING_PX = 22


class NumberBox(QLineEdit):
    """A line edit that holds a number of a :class:`Scale`.

    Signals:
        value_entered: A number that was typed and accepted.
        refused: A sentence saying why what was typed was not accepted; empty once the box is right again.
    """

    value_entered = Signal(float)
    refused = Signal(str)

    def __init__(self, scale: Scale, value: float, *, fit_value: bool = False, parent: QWidget | None = None) -> None:
        """Makes the box, as wide as the longest number of the scale, or with ``fit_value`` as the one in it."""
        super().__init__(parent)
        self._fit_value = fit_value
        self._scale = scale
        self._value = value
        self.setProperty("kind", "number")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._on_editing_finished)
        self.textEdited.connect(self._on_text_edited)
        self.set_value(value)

    @property
    def value(self) -> float:
        """The last number accepted."""
        return self._value

    def set_value(self, value: float) -> None:
        """Shows ``value``; says nothing."""
        self._value = value
        self.setText(self._scale.text(value))
        self._set_wrong(False)
        self._fit()

    def set_scale(self, scale: Scale) -> None:
        """Takes numbers of another scale from now on."""
        self._scale = scale
        self.set_value(self._value)

    def changeEvent(self, event: QEvent) -> None:
        """Another font asks for another width."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives the old value back."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.set_value(self._value)
            self.refused.emit("")
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Selects the number, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def _on_text_edited(self) -> None:
        self._set_wrong(False)
        self.refused.emit("")

    def _on_editing_finished(self) -> None:
        if not self.isModified():
            return
        try:
            value = self._scale.parse(self.text())
        except UserError as error:
            self._refuse(str(error))
            return
        self.set_value(value)
        self.refused.emit("")
        self.value_entered.emit(value)

    def _refuse(self, sentence: str) -> None:
        self.set_value(self._value)
        self._set_wrong(True)
        self.refused.emit(f"{sentence} Kept {self._scale.text(self._value)}.")

    def _set_wrong(self, wrong: bool) -> None:
        restyle(self, "error", "true" if wrong else "false")

    def _fit(self) -> None:
        values = [self._value] if self._fit_value else [self._scale.low, self._scale.high, self._value]
        widest = max((self._scale.text(value) for value in values), key=len)
        self.setFixedWidth(round(QFontMetricsF(self.font()).horizontalAdvance(widest)) + _PADDING_PX)
