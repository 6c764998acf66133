"""What it means: sentences that are true of the numbers shown."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.bptt import TRACKS, BpttParams
from explorer.ui.labs.bptt.sentences import sentences
from explorer.ui.labs.bptt.slopes import CELL_NAMES
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.prose import ProseView

WAITING = (("Sentences about the gradients come with the first numbers.", "muted"),)


class MeaningPanel(Panel):
    """Two or three sentences made of the norms and accuracies shown."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._norms = np.zeros((len(TRACKS), 0), np.float32)
        self._accuracy: Mapping[str, float] = {}
        self.view = ProseView(theme)
        self.view.set_paragraphs([WAITING])
        self.column.addWidget(self.view, 1)

    def set_norms(self, norms: Array, params: BpttParams, accuracy: Mapping[str, float]) -> None:
        """Say what these norms (4, T) and accuracies (%, by cell) mean under these parameters."""
        self._norms, self._accuracy = norms, dict(accuracy)
        self.view.set_paragraphs(sentences(norms, params, accuracy) or [WAITING])
        self.view.setAccessibleName(" ".join(self.view.text()))
        self.view.setToolTip("\n\n".join(self.view.text()))

    def figure_data(self) -> FigureData:
        """The sentences, and the numbers they were made of."""
        accuracy = np.array([self._accuracy.get(cell, np.nan) for cell in CELL_NAMES])
        return self._figure({"sentence": self.view.text()}, {"norms": self._norms, "accuracy": accuracy})
