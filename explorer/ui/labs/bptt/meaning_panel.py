"""What it means: sentences that are true of the numbers shown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.bptt import TRACKS, BpttParams
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme


class MeaningPanel(Panel):
    """Two or three sentences made of the norms and accuracies shown."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._norms = np.zeros((len(TRACKS), 0), np.float32)

    def set_norms(self, norms: Array, params: BpttParams, accuracy: Mapping[str, float]) -> None:
        """Say what these norms (4, T) and accuracies (%, by cell) mean under these parameters."""
        self._norms = norms

    def figure_data(self) -> FigureData:
        """The sentences."""
        return self._figure({"sentence": np.zeros(0)}, {"norms": self._norms})
