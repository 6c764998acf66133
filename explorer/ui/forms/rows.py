"""Which row edits which parameter: by its type and its metadata, nothing is declared twice."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.core.params import ParamField, Value
from explorer.ui.kit.choice_row import ChoiceRow
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.switch_row import SwitchRow
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.tokens import Theme


class RowEditor(QObject):
    """One parameter's row, whichever widget it is.

    Signals:
        edited: Name, value, and whether the change is over (False in the middle of a drag).
    """

    edited = Signal(str, object, bool)

    def __init__(self, theme: Theme, field: ParamField, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self.widget: ValueSlider | ChoiceRow | SwitchRow = _make(theme, field, parent)
        if isinstance(self.widget, ValueSlider):
            self.widget.value_changed.connect(self._on_value_changed)
            self.widget.value_committed.connect(self._on_value_committed)
        elif isinstance(self.widget, ChoiceRow):
            self.widget.chosen.connect(self._on_value_committed)
        else:
            self.widget.toggled.connect(self._on_value_committed)

    def set_value(self, value: Value) -> None:
        """Shows ``value``; says nothing, and leaves a row alone that shows it already."""
        if self.widget.value == value:
            return
        if isinstance(self.widget, ValueSlider):
            self.widget.set_value(float(value))
        elif isinstance(self.widget, ChoiceRow):
            self.widget.set_value(str(value))
        else:
            self.widget.set_value(bool(value))

    @Slot(object)
    def _on_value_changed(self, value: object) -> None:
        self.edited.emit(self.field.name, self._typed(value), False)

    @Slot(object)
    def _on_value_committed(self, value: object) -> None:
        self.edited.emit(self.field.name, self._typed(value), True)

    def _typed(self, value: object) -> object:
        return int(value) if self.field.type is int and isinstance(value, float) else value


def _make(theme: Theme, field: ParamField, parent: QWidget) -> ValueSlider | ChoiceRow | SwitchRow:
    info = field.info
    if field.type is bool:
        return SwitchRow(theme, info.label, bool(field.default), live=info.live, help_text=info.help, parent=parent)
    if field.type is str:
        choices = [(choice.value, choice.label, choice.help) for choice in info.choices]
        return ChoiceRow(
            theme, info.label, choices, str(field.default), live=info.live, help_text=info.help, parent=parent
        )
    return ValueSlider(
        theme, info.label, _scale(field), float(field.default), live=info.live, help_text=info.help, parent=parent
    )


def _scale(field: ParamField) -> Scale:
    info = field.info
    if info.low is None or info.high is None:
        raise ValueError(f"{field.name} has no range, so no slider can show it")
    return Scale(info.low, info.high, info.step or 0.0, log=info.log, whole=field.type is int, unit=info.unit)
