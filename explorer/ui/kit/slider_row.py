"""A number on one line: label, slider, exact value."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.track import Track
from explorer.ui.theme import Theme

LEAST_TRACK_PX = 30


class SliderRow(QWidget):
    """A slider for where there is no room for two lines.

    Signals:
        value_changed: The value after every move, also in the middle of a drag.

    Args:
        theme: Colours and fonts.
        label: What it is.
        scale: Its range.
        value: Where it begins.
        help_text: What happens when it goes up.
    """

    value_changed = Signal(float)

    def __init__(self, theme: Theme, label: str, scale: Scale, value: float, help_text: str) -> None:
        super().__init__()
        self._scale = scale
        self._value = value
        self.label = QLabel(label)
        self.track = Track(theme)
        self.box = NumberBox(scale, value)
        self.track.setMinimumWidth(LEAST_TRACK_PX)
        self.track.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.label)
        row.addWidget(self.track, 1)
        row.addWidget(self.box)
        self.setToolTip(f"{help_text}\n{scale.digits(scale.low)} to {scale.text(scale.high)}; arrow keys step")
        self.track.setAccessibleName(label)
        self.box.setAccessibleName(f"{label}, exact value")
        self.track.fraction_picked.connect(self._on_track_fraction_picked)
        self.track.nudged.connect(self._on_track_nudged)
        self.track.edge_picked.connect(self._on_track_edge_picked)
        self.box.value_entered.connect(self._move_to)
        self.set_value(value)

    @property
    def value(self) -> float:
        """The value now."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value; says nothing."""
        self._value = value
        self.box.set_value(value)
        self.track.set_fraction(self._scale.fraction(value))

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.track.set_theme(theme)

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
    def _move_to(self, value: float) -> None:
        if value != self._value:
            self.set_value(value)
            self.value_changed.emit(value)
