"""A number as label, badge, exact value and slider: the row most parameters wear."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.row import RowHead, refusal_label
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.track import Track
from explorer.ui.tokens import Theme


class ValueSlider(QWidget):
    """A labelled slider with an exact-value box.

    Signals:
        value_changed: The value after every move, also in the middle of a drag.
        value_committed: The value once a drag, a held key or typing is over: one per undo entry.
    """

    value_changed = Signal(float)
    value_committed = Signal(float)

    def __init__(
        self,
        theme: Theme,
        label: str,
        scale: Scale,
        default: float,
        *,
        live: bool | None = None,
        help_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scale = scale
        self._default = default
        self._value = self._settled = default
        self.head = RowHead(theme, label, live=live, parent=self)
        self.box = NumberBox(scale, default, parent=self)
        self.track = Track(theme, parent=self)
        self._refusal = refusal_label(self)
        self._lay_out()
        self._connect()
        self._describe(label, help_text)
        self.set_value(default)

    @property
    def value(self) -> float:
        """The value now."""
        return self._value

    @property
    def refusal(self) -> str:
        """Why the last typed text was not accepted; empty when nothing is wrong."""
        return self._refusal.text() if self._refusal.isVisibleTo(self) else ""

    def set_value(self, value: float) -> None:
        """Shows ``value``; says nothing, since only a person's change is news."""
        self._value = self._settled = value
        self._show_value()

    def set_error(self, sentence: str) -> None:
        """Explains under the row why the value does not do; an empty sentence takes it back."""
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Wears another theme."""
        self.head.set_theme(theme)
        self.track.set_theme(theme)

    @Slot()
    def reset(self) -> None:
        """Back to the default, as one change."""
        self._move_to(self._default)
        self._commit()

    def _lay_out(self) -> None:
        self.head.set_trailing(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.track)
        column.addWidget(self._refusal)

    def _connect(self) -> None:
        self.track.fraction_picked.connect(self._on_track_fraction_picked)
        self.track.nudged.connect(self._on_track_nudged)
        self.track.edge_picked.connect(self._on_track_edge_picked)
        self.track.settled.connect(self._commit)
        self.box.value_entered.connect(self._on_box_value_entered)
        self.box.refused.connect(self.set_error)
        self.head.reset_requested.connect(self.reset)

    def _describe(self, label: str, help_text: str) -> None:
        span = f"{self._scale.digits(self._scale.low)} to {self._scale.text(self._scale.high)}"
        tip = f"{help_text}\n{span}; arrow keys step, double-click the label to reset".strip()
        self.setToolTip(tip)
        self.track.setAccessibleName(label)
        self.track.setAccessibleDescription(help_text)
        self.box.setAccessibleName(f"{label}, exact value")

    @Slot(float)
    def _on_track_fraction_picked(self, fraction: float) -> None:
        self._move_to(self._scale.value(fraction))

    @Slot(int)
    def _on_track_nudged(self, steps: int) -> None:
        self._move_to(self._scale.moved(self._value, steps))

    @Slot(bool)
    def _on_track_edge_picked(self, end: bool) -> None:
        self._move_to(self._scale.high if end else self._scale.low)

    @Slot(float)
    def _on_box_value_entered(self, value: float) -> None:
        self._move_to(value)
        self._commit()

    def _move_to(self, value: float) -> None:
        if value == self._value:
            return
        self._value = value
        self.set_error("")
        self._show_value()
        self.value_changed.emit(value)

    @Slot()
    def _commit(self) -> None:
        if self._value != self._settled:
            self._settled = self._value
            self.value_committed.emit(self._value)

    def _show_value(self) -> None:
        self.box.set_value(self._value)
        self.track.set_fraction(self._scale.fraction(self._value))
        self.head.set_changed(self._value != self._default, self._scale.text(self._default))
