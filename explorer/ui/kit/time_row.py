"""The time of the diffusion as a slider with its exact number."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from explorer.core.denoising import N_LEVELS
from explorer.ui.kit.number_box import NumberBox
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.track import Track
from explorer.ui.theme import Theme

PAGE = 50
"""Times that Page Up and Page Down pass over."""
_TRACK_PAGE = 10
"""What the track counts them as."""


class TimeRow(QWidget):
    """A slider over the times 0 to :data:`N_LEVELS`: arrow keys step by 1, page keys by 50, Home and End to the ends.

    Signals:
        time_changed: The time a person moved to.
        refused: A sentence saying why a typed time was not accepted; empty once it is right again.
    """

    time_changed = Signal(int)
    refused = Signal(str)

    def __init__(self, theme: Theme, time: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = Scale(0, N_LEVELS, 1, whole=True)
        self._time = time
        self.label = QLabel("time t")
        self.label.setProperty("role", "secondary")
        self.track = Track(theme, wheel_needs_focus=False)
        self.track.setAccessibleName("Time t")
        self.track.setToolTip("0 is the picture, 1,000 noise; arrow keys step by 1, page keys by 50")
        self.box = NumberBox(self._scale, time)
        self.box.setAccessibleName("Time t, exact value")
        self._lay_out()
        self.track.fraction_picked.connect(self._on_track_fraction_picked)
        self.track.nudged.connect(self._on_track_nudged)
        self.track.edge_picked.connect(self._on_track_edge_picked)
        self.box.value_entered.connect(self._on_box_value_entered)
        self.box.refused.connect(self.refused)
        self.set_time(time)

    @property
    def time(self) -> int:
        """The time now."""
        return self._time

    def set_time(self, time: int) -> None:
        """Stand at a time; says nothing, since only a person's move is news."""
        self._time = min(max(time, 0), N_LEVELS)
        self.track.set_fraction(self._scale.fraction(self._time))
        self.box.set_value(self._time)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.track, 1)
        row.addWidget(self.box)

    @Slot(float)
    def _on_track_fraction_picked(self, fraction: float) -> None:
        self._move_to(round(self._scale.value(fraction)))

    @Slot(int)
    def _on_track_nudged(self, steps: int) -> None:
        if abs(steps) >= _TRACK_PAGE:
            steps = steps * PAGE // _TRACK_PAGE
        self._move_to(self._time + steps)

    @Slot(bool)
    def _on_track_edge_picked(self, end: bool) -> None:
        self._move_to(N_LEVELS if end else 0)

    @Slot(float)
    def _on_box_value_entered(self, value: float) -> None:
        self._move_to(round(value))

    def _move_to(self, time: int) -> None:
        before = self._time
        self.set_time(time)
        if self._time != before:
            self.time_changed.emit(self._time)
