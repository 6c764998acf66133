"""How far the gates of LSTM and GRU are open at every time step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.curve_data import Series
from explorer.ui.views.curves import CurvesView

GATES = (
    ("LSTM forget", "lstm", SUBJECT_PX, False),
    ("LSTM input", "lstm", COMPANY_PX, False),
    ("LSTM output", "lstm", COMPANY_PX, True),
    ("GRU update", "gru", SUBJECT_PX, False),
    ("GRU reset", "gru", COMPANY_PX, True),
)
"""Name, colour, width and whether dashed, in the order of the frame's rows; thick ones hold the past."""
WORDS = "1 keeps the old (forget, update) or lets all through (others)"


class GatesPanel(Panel):
    """One curve for each gate.

    Signals:
        time_hovered: The time step under the pointer, from 1 on; 0 when it has left.
    """

    time_hovered = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._gates = np.zeros((len(GATES), 0), np.float32)
        self.view = CurvesView(theme)
        self.view.setAccessibleName("Mean of each gate over time")
        self.view.set_titles("time step t", "mean opening, 0 to 1", "t =")
        self.view.set_y_range(0.0, 1.0)
        self.view.set_draggable(False)
        self.view.hovered.connect(self._on_view_hovered)
        self.column.addWidget(self.view, 1)
        self.set_subtitle(WORDS)

    def set_gates(self, gates: Array, step: int) -> None:
        """Show the mean of each gate at a step, (5, T) in [0, 1], in the order of :data:`GATES`."""
        self._gates = gates
        self.set_subtitle(f"step {step:,}; {WORDS}")
        times = np.arange(1, gates.shape[1] + 1)
        self.view.set_series(
            [
                Series(name, name, times, values, color, width, dashed=dashed, valued=False)
                for (name, color, width, dashed), values in zip(GATES, gates, strict=True)
            ]
        )

    def set_time(self, time: int) -> None:
        """Mark a time step, counted from one; 0 for none."""
        self.view.set_cursor(time or None)

    def figure_data(self) -> FigureData:
        """Every gate's mean at every time step."""
        times = np.arange(1, self._gates.shape[1] + 1)
        table = {"time step": times} | {name: self._gates[i] for i, (name, *_) in enumerate(GATES)}
        return self._figure(table, {"gates": self._gates}, [name for name, *_ in GATES] if len(times) else ())

    @Slot(object)
    def _on_view_hovered(self, time: int | None) -> None:
        self.time_hovered.emit(time or 0)
