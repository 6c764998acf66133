"""How well the noise is predicted at each noise level."""

from __future__ import annotations

import numpy as np

from explorer.core.denoising import N_BINS, N_LEVELS
from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.data.noise_schedules import alpha_bar
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.bins import BinsView
from explorer.ui.views.ticks import number

X_TITLE = f"time t, from data (0) to noise ({N_LEVELS:,})"
Y_TITLE = "mean squared error of the predicted noise"
GUESSING = 1.0
"""Noise has variance one: who always guesses zero is wrong by that."""


class LevelsPanel(Panel):
    """The loss over time, from picture to noise."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._levels, self._schedule = np.full(N_BINS, np.nan), ""
        self.view = BinsView(theme)
        self.view.setAccessibleName("Loss by noise level")
        self.view.set_titles(X_TITLE, Y_TITLE, "t")
        self.view.set_ends("data", "noise")
        self.view.set_reference(GUESSING, "guessing no noise")
        self.column.addWidget(self.view, 1)
        self.set_subtitle("averaged over the last batches, logarithmic")

    def set_levels(self, levels: Array, schedule: str) -> None:
        """Show losses (20,) of equal stretches of time, NaN where nothing was measured yet, and name the schedule."""
        self._levels, self._schedule = np.asarray(levels, np.float64), schedule
        left = [f"{number(100 * share, 1)} % of the signal left" for share in self._signal()]
        self.view.set_bins(self._edges(), self._levels, left)
        self.set_subtitle(f"averaged over the last batches, logarithmic; {schedule} schedule")

    def figure_data(self) -> FigureData:
        """Stretches of time, what is left of the picture in their middle, and the loss there."""
        edges = self._edges()
        signal = self._signal() if self._schedule else np.full(len(self._levels), np.nan)
        table = {"t from": edges[:-1], "t to": edges[1:], "alpha bar": signal, f"loss ({Y_TITLE})": self._levels}
        labels = (Y_TITLE,) if np.isfinite(self._levels).any() else ()
        return self._figure(table, {"edges": edges, "levels": self._levels}, labels)

    def _edges(self) -> Array:
        return np.linspace(0.0, N_LEVELS, len(self._levels) + 1)

    def _signal(self) -> Array:
        """What is left of the picture in the middle of each stretch, alpha_bar in [0, 1]."""
        edges = self._edges()
        middle = np.rint((edges[1:] + edges[:-1]) / 2).astype(np.int64)
        return np.asarray(alpha_bar(self._schedule, N_LEVELS)[middle])
