"""How often the network is right on held-out inputs of each length."""

from __future__ import annotations

import numpy as np

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.labs.sequences.lengths_view import LengthBar, LengthsView
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme

COUNTED = {
    "sentiment": "words read",
    "digits": "rows read",
    "caption": "words to write",
    "translate": "words read",
    "dates": "characters read",
}


class LengthsPanel(Panel):
    """A bar for each length; hatched ones were never trained on."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._rows = np.zeros((0, 4), np.float32)
        self.view = LengthsView(theme)
        self.view.setAccessibleName("Accuracy by length")
        self.column.addWidget(self.view, 1)

    def set_lengths(self, by_length: Array, task: str) -> None:
        """Show rows (N, 4): length, share right, number measured, 1 where it was trained on."""
        self._rows = by_length
        self.view.set_title(COUNTED[task])
        self.view.set_bars(
            [LengthBar(int(n), float(share), int(count), bool(known)) for n, share, count, known in by_length]
        )
        self.set_subtitle(self._words())

    def _words(self) -> str:
        """Both averages, weighted by how many were measured."""
        parts = []
        for known, words in ((1, "lengths trained on"), (0, "never trained on")):
            rows = self._rows[self._rows[:, 3] == known]
            if len(rows) and rows[:, 2].sum() > 0:
                parts.append(f"{words} {100 * np.average(rows[:, 1], weights=rows[:, 2]):.1f} %")
        return "; ".join(parts)

    def figure_data(self) -> FigureData:
        """The numbers behind the bars."""
        table = {
            "length": self._rows[:, 0],
            "right (%)": 100 * self._rows[:, 1],
            "measured": self._rows[:, 2],
            "in training": self._rows[:, 3],
        }
        return self._figure(table, {"by_length": self._rows}, ("right, %",))
