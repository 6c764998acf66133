"""Every unit's state at every time step."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import Trace
from explorer.ui.kit.segmented import Segmented
from explorer.ui.labs.sequences.grammar import n_read, step_names
from explorer.ui.labs.sequences.reader_panel import Reader
from explorer.ui.panel import Where
from explorer.ui.theme import Theme
from explorer.ui.views.heatmap import HeatmapView, HeatmapWords

STATES = (("h", "h", "Hidden state"), ("c", "c", "Memory of the LSTM"))
LAYERS = (("0", "Layer 1", "The layer that reads the input"), ("1", "Layer 2", "The layer that reads the first one"))
SORTS = (
    ("index", "By index", "Units in the order of the network"),
    ("now", "By value now", "Highest value at the active time first"),
    ("change", "By change", "Units that change most at the first step first, then those at the second, …"),
)


class HiddenPanel(Reader):
    """Units down, time across; a unit under the pointer is enlarged as a curve.

    Signals:
        time_chosen: A time step: the reader's, then the writer's.
    """

    time_chosen = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._trace: Trace | None = None
        self._time = 0
        self._unit = -1
        self._order = np.zeros(0, np.int64)
        self.state = Segmented(STATES, "Which state")
        self.layer = Segmented(LAYERS, "Which layer")
        self.sort = Segmented(SORTS, "Order of the units")
        self.controls = [self.state, self.layer, self.sort]
        self.view = HeatmapView(theme, with_curve=True)
        self.view.setAccessibleName("States of all units over time; arrow keys choose time and unit")
        self.view.set_words(
            HeatmapWords("units", "unit", "", "No states yet: the network has read nothing", "reads", "writes")
        )
        self.column.addWidget(self.view, 1)
        for control in (self.state, self.layer, self.sort):
            control.chosen.connect(self._on_control_chosen)
        self.view.column_chosen.connect(self.time_chosen)
        self.view.row_chosen.connect(self._on_row_chosen)
        self._arrange_controls()

    def set_trace(self, trace: Trace | None) -> None:
        """Show the states of an answer."""
        self._trace = trace
        self._arrange_controls()
        self._show()

    def set_time(self, t: int) -> None:
        """Mark a time step."""
        self._time = t
        self.view.set_column(t)
        if self.sort.value == "now":
            self._show()

    @property
    def states(self) -> Array:
        """What is shown, (H, T) float32, units in the order of the network."""
        if self._trace is None:
            return np.zeros((0, 0), np.float32)
        what = "memory" if self.state.value == "c" else "hidden"
        parts = [getattr(p, what) for p in (self._trace.reader, self._trace.writer) if p is not None and len(p.hidden)]
        if not parts:
            return np.zeros((0, 0), np.float32)
        return np.asarray(np.concatenate([part[:, int(self.layer.value)] for part in parts]).T)

    def _show(self) -> None:
        trace, states = self._trace, self.states
        if trace is None or not states.size:
            self.view.set_values(np.zeros((0, 0)), [], [])
            self.set_subtitle("")
            return
        self._order = ordered(states, self.sort.value, self._time)
        names = [str(unit + 1) for unit in self._order]
        self.view.set_values(states[self._order], names, step_names(trace), "signed")
        self.view.set_column(self._time)
        self.view.set_break(n_read(trace) if trace.writer is not None and n_read(trace) else 0)
        self._mark_unit()
        n_units, n_steps = states.shape
        self.set_subtitle(f"{n_units} units × {n_steps} steps; point at a unit")

    def _mark_unit(self) -> None:
        at = np.flatnonzero(self._order == self._unit)
        self.view.set_row(int(at[0]) if len(at) else -1)

    def _arrange_controls(self) -> None:
        """Leave out what this cell has none of."""
        chain = None if self._trace is None else self._trace.reader or self._trace.writer
        has_memory = chain is not None and chain.memory.shape[1] > 0
        n_layers = 1 if chain is None else chain.hidden.shape[1]
        if not has_memory:
            self.state.set_value("h")
        if int(self.layer.value) >= n_layers:
            self.layer.set_value("0")
        self.state.setVisible(has_memory)
        self.layer.setVisible(n_layers > 1)

    def _on_control_chosen(self, _value: str) -> None:
        self._show()

    def _on_row_chosen(self, row: int) -> None:
        unit = int(self._order[row]) if row < len(self._order) else -1
        self._unit = -1 if unit == self._unit else unit
        self._mark_unit()

    def figure_data(self) -> FigureData:
        """Every unit's state at every step."""
        states = self.states
        units, steps = np.indices(states.shape)
        names = step_names(self._trace) if self._trace is not None else []
        table: dict[str, Column] = {
            "unit": units.ravel() + 1,
            "step": steps.ravel(),
            "token": [names[i] for i in steps.ravel()],
            self.state.value: states.ravel(),
        }
        return self._figure(table, {self.state.value: states, "order": self._order}, ("units",))


def ordered(states: Array, how: str, now: int) -> Array:
    """Units in an order to show them.

    Args:
        states: (H, T).
        how: ``"index"``, ``"now"`` (highest at the active step first) or ``"change"`` (by the step of the largest
            change from the step before, the state before the first step left out).
        now: The active step.

    Returns:
        (H,) indices of units; equal ones keep their order.
    """
    n_units, n_steps = states.shape
    if how == "now":
        return np.argsort(-states[:, min(now, n_steps - 1)], kind="stable")
    if how == "change" and n_steps > 1:
        change = np.abs(np.diff(states, axis=1))
        return np.lexsort((-change.max(axis=1), change.argmax(axis=1)))
    return np.arange(n_units)
