"""The eigenvalues of the plain cell's recurrent matrix on the complex plane."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.plane import PlaneView
from explorer.ui.views.ticks import number


class SpectrumPanel(Panel):
    """The plane, with the radius in words beside the title."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._spectrum = np.zeros((0, 2))
        self.view = PlaneView(theme)
        self.view.setAccessibleName("Eigenvalues of W on the complex plane")
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.column.addWidget(self.view, 1)
        self.set_subtitle("the RNN's W")

    def set_spectrum(self, spectrum: Array, step: int, *, moving: bool) -> None:
        """Show eigenvalues.

        Args:
            spectrum: (N, 2) real and imaginary parts.
            step: Step of the weights.
            moving: Whether training has just moved them here.
        """
        self._spectrum = np.asarray(spectrum, np.float64)
        self.view.set_points(self._spectrum, "rnn", moving=moving)
        radius = self.view.radius
        words = f", radius {number(radius, 2)}" if math.isfinite(radius) else ""
        self.set_subtitle(f"step {step:,}, the RNN's W{words}")

    def figure_data(self) -> FigureData:
        """Real part, imaginary part and modulus of each."""
        real, imaginary = self._spectrum.T
        modulus = np.hypot(real, imaginary)
        table = {"real part": real, "imaginary part": imaginary, "modulus": modulus}
        labels = ("real part", "imaginary part", "|λ| = 1") if len(modulus) else ()
        return self._figure(table, {"spectrum": self._spectrum}, labels, len(modulus))
