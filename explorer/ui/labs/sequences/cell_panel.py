"""Inside the active cell, with the live numbers."""

from __future__ import annotations

from explorer.core.figures import FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import Trace
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme


class CellPanel(Panel):
    """The inside of the cell at the chosen time."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._kind = "gru"

    def set_cell(self, kind: str) -> None:
        """Which cell it is: ``rnn_tanh``, ``rnn_relu``, ``lstm`` or ``gru``."""
        self._kind = kind

    def set_step(self, trace: Trace, t: int) -> None:
        """Show what happens at a time step: the reader's 0 to n-1, then the writer's."""

    def figure_data(self) -> FigureData:
        """The numbers of every unit at this step."""
        return self._figure({}, {})
