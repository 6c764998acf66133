"""What the three cells get right at other delays than the one they were trained on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton

from explorer.core.figures import FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.bptt import CELLS, DelaysMeasured, MeasureDelays
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.curve_data import Series
from explorer.ui.views.curves import CurvesView

WAITING = "measured whenever training stops"


class DelaysPanel(Panel):
    """Accuracy over the delay, one curve for each cell, and what guessing gives."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._measured: DelaysMeasured | None = None
        self._trained = 0
        self.button = QPushButton("Measure")
        self.button.setToolTip("Measure all delays at the weights shown now")
        self.button.clicked.connect(self.measure)
        self.controls = [self.button]
        self.view = CurvesView(theme)
        self.view.setAccessibleName("Accuracy against delay")
        self.view.set_titles("delay T, steps", "right, %", "T =")
        self.view.set_y_range(0.0, 100.0)
        self.view.set_draggable(False)
        self.column.addWidget(self.view, 1)
        self.set_subtitle(WAITING)

    @Slot()
    def measure(self) -> None:
        """Ask for the accuracy at the weights shown."""
        self.set_subtitle("measuring …")
        self.asked.emit(MeasureDelays())

    def set_trained(self, delay: int) -> None:
        """Mark the delay trained on."""
        self._trained = delay
        if self._measured is not None:
            self._show(self._measured)

    @property
    def step(self) -> int:
        """Step of the weights measured; 0 before anything is."""
        return self._measured.step if self._measured is not None else 0

    def forget(self) -> None:
        """Show nothing: what was measured is of another run."""
        self._measured = None
        self.view.set_series([])
        self.view.set_mark(None, "")
        self.set_subtitle(WAITING)

    def set_measured(self, measured: DelaysMeasured) -> None:
        """Show what came out."""
        self._measured = measured
        words = f"at step {measured.step:,}; {measured.n_sequences:,} new sequences at each delay"
        self.set_subtitle(words)
        self._show(measured)

    def figure_data(self) -> FigureData:
        """Share right of each cell at each delay."""
        if self._measured is None:
            return self._figure({"delay": np.zeros(0)}, {"delay": np.zeros(0)})
        m = self._measured
        table = {"delay (steps)": m.delays} | {f"{c.upper()} (share right)": m.accuracy[i] for i, c in enumerate(CELLS)}
        arrays = {"delays": m.delays, "accuracy": m.accuracy, "chance": np.array(m.chance)}
        return self._figure(table, arrays, [c.upper() for c in CELLS])

    def _show(self, m: DelaysMeasured) -> None:
        x = m.delays.astype(np.float64)
        curves = [
            Series(cell, cell.upper(), x, 100.0 * m.accuracy[i], cell, SUBJECT_PX, dots=True)
            for i, cell in enumerate(CELLS)
        ]
        guess = Series("chance", "chance", x, np.full(len(x), 100.0 * m.chance), "muted", COMPANY_PX, dashed=True)
        self.view.set_series([guess, *curves])
        inside = len(x) > 0 and x[0] <= self._trained <= x[-1]
        self.view.set_mark(self._trained if inside else None, "trained on")
