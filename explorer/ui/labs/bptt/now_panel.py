"""Now: the norms of the step shown as curves on a logarithmic axis, with the clipping threshold to drag."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.bptt import TRACKS
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme


class NowPanel(Panel):
    """The four norms over time.

    Signals:
        clip_moved: The clipping threshold dragged to, and whether that is final.
        time_hovered: The time step under the pointer, counted from one; 0 for none.
    """

    clip_moved = Signal(float, bool)
    time_hovered = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._norms = np.zeros((len(TRACKS), 0), np.float32)

    def set_norms(self, norms: Array, step: int) -> None:
        """Show the norms (4, T) float32 of a step, in the order of TRACKS."""
        self._norms = norms

    def set_clip(self, norm: float | None) -> None:
        """Stand the threshold at a norm; None for no clipping."""

    def set_delay(self, delay: int) -> None:
        """Say how long the task's delay is, time steps."""

    def set_time(self, time: int) -> None:
        """Light a time step that is read in another panel, counted from one; 0 for none."""

    def figure_data(self) -> FigureData:
        """The four norms over time."""
        table = {"t": np.arange(1, self._norms.shape[1] + 1)} | dict(zip(TRACKS, self._norms, strict=True))
        return self._figure(table, {"norms": self._norms})
