"""The hero of the lab: the network unrolled in time."""

from __future__ import annotations

from PySide6.QtCore import Signal

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import Trace
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme


class NetworkPanel(Panel):
    """The unrolled network, wired for the chosen task, and time to walk through.

    Signals:
        time_chosen: A time step was chosen: the reader's 0 to n-1, then the writer's.
        output_hovered: Index of the output in time under the pointer, -1 for none.
        task_chosen: One of the spec's TASKS was chosen.
    """

    time_chosen = Signal(int)
    output_hovered = Signal(int)
    task_chosen = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._trace: Trace | None = None

    def set_trace(self, trace: Trace) -> None:
        """Show this answer."""
        self._trace = trace

    def set_wiring(self, wiring: str, task: str) -> None:
        """Wire the network for a task; its states stay empty until a trace of it comes."""

    def set_time(self, t: int) -> None:
        """Light up the cell of a time step."""

    def set_influence(self, values: Array | None, written: Array | None = None) -> None:
        """Colour what was read, and what had been written, by how much it mattered; None for not at all."""

    def figure_data(self) -> FigureData:
        """What stands at each time step."""
        return self._figure({}, {})
