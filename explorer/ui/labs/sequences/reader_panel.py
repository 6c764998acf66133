"""What panels have in common that show how one input is read."""

from __future__ import annotations

from explorer.specs.sequences import Trace
from explorer.ui.panel import Panel


class Reader(Panel):
    """A panel that shows an answer to reading, and one of its time steps."""

    def set_trace(self, trace: Trace | None) -> None:
        """Show this answer; None while there is none of this model."""

    def set_time(self, t: int) -> None:
        """Mark a time step: the reader's 0 to n-1, then the writer's."""
