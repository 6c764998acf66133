"""The latent map: the hero of the lab."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.kit.segmented import Segmented
from explorer.ui.labs.autoencoder.geometry import ellipse
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.scatter import ScatterView

MODES = (("points", "Points", "A marker for every digit"), ("digits", "Digits", "Small pictures where they fit"))
PRIOR_RINGS = ((1.0, "1σ"), (2.0, "2σ"), (3.0, "3σ"))


class MapPanel(Panel):
    """Codes of the training digits, the probe, the prior's contours and the path.

    Signals:
        digits_wanted: The view is about to draw pictures of the digits.
    """

    digits_wanted = Signal()

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where, labels: Array) -> None:
        super().__init__(spec, theme, where)
        self._labels = labels
        self._xy = np.zeros((0, 2), np.float32)
        self.view = ScatterView(theme)
        self.view.setAccessibleName("Latent map; arrow keys move the probe")
        self.view.set_class_names([str(c) for c in range(10)])
        self.mode = Segmented(MODES, "How digits are drawn")
        self.controls = [self.mode]
        self.column.addWidget(self.view, 1)
        self.mode.chosen.connect(self._on_mode_chosen)

    def set_map(self, xy: Array) -> None:
        """Show the codes (N, 2) in map units."""
        self._xy = xy
        self.view.set_points(xy, self._labels)

    def set_space(self, n_latent: int, has_prior: bool) -> None:
        """Say what the axes are, and draw the prior where there is one to draw."""
        if n_latent == 2:
            self.view.set_titles("latent z₁", "latent z₂")
        else:
            self.view.set_titles(f"first principal axis of {n_latent} latents", "second principal axis")
        self.view.set_rings(PRIOR_RINGS if has_prior and n_latent == 2 else ())

    def mark_digit(self, index: int, spreads: Array | None) -> None:
        """Ring one digit (-1 for none), with the one-sigma ellipse of its posterior.

        Args:
            index: Which digit.
            spreads: (N, 3) covariances of all posteriors on the map; None where there are none.
        """
        self.view.set_highlight(index)
        if index < 0 or spreads is None or index >= len(self._xy):
            self.view.set_ellipses([])
            return
        x, y = self._xy[index].tolist()
        self.view.set_ellipses([(*ellipse(x, y, spreads[index]), f"a {int(self._labels[index])}")])

    def figure_data(self) -> FigureData:
        """The codes and their classes."""
        table = {"digit": self._labels, "x": self._xy[:, 0], "y": self._xy[:, 1]}
        arrays = {"map": self._xy, "labels": self._labels}
        return self._figure(table, arrays, ("latent z₁",), len(self._xy))

    def _on_mode_chosen(self, mode: str) -> None:
        if mode == "digits":
            self.digits_wanted.emit()
        self.view.set_mode("digits" if mode == "digits" else "points")
