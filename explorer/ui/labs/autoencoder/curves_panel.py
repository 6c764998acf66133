"""The run's numbers: total, reconstruction and KL on training and test digits, ghosts, and active units."""

from __future__ import annotations

import numpy as np

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.panel import Where
from explorer.ui.panels.run_curves import WINDOW, CurveMode, Line, RunCurves
from explorer.ui.theme import Theme
from explorer.ui.views.bars import Bar, BarsView

AXIS = "nats per digit"
ACTIVE_NATS = 0.02
UNITS = ("units", "Units", "KL of every latent dimension: units near zero carry nothing")


def _mode(scalar: str, label: str, tip: str, words: str, color: str) -> CurveMode:
    lines = (
        Line(scalar, "train", "train", subject=False),
        Line(f"test_{scalar}", "test", color, ghost=True),
    )
    return CurveMode(scalar, label, tip, f"{words}, {AXIS}; training averaged over {WINDOW} steps", AXIS, lines)


MODES = (
    _mode("total", "Total", "Negative ELBO: reconstruction plus β times KL", "negative ELBO", "test"),
    _mode("reconstruction", "Reconstruction", "How badly the picture is rebuilt", "reconstruction", "reconstruction"),
    _mode("kl", "KL", "How far the posteriors are from the prior", "KL from the prior", "kl"),
)


class CurvesPanel(RunCurves):
    """Curves over steps with a cursor at the step shown, and the KL of each latent unit as bars."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where, MODES, (UNITS,))
        self._unit_kl = np.zeros(0, np.float32)
        self.bars = BarsView(theme, vertical=True)
        self.bars.hide()
        self.column.addWidget(self.bars, 1)

    def set_unit_kl(self, unit_kl: Array) -> None:
        """Mean KL of each latent dimension, (L,) nats."""
        self._unit_kl = unit_kl
        if self.mode.value == "units":
            self._show()

    def figure_data(self) -> FigureData:
        """Every number of the run, and the KL of each unit."""
        found = super().figure_data()
        return self._figure(found.table, {**found.arrays, "unit_kl": self._unit_kl}, found.labels)

    def _on_mode_chosen(self, _mode: str) -> None:
        self.view.setVisible(self.mode.value != "units")
        self.bars.setVisible(self.mode.value == "units")
        self._show()

    def _show(self) -> None:
        super()._show()
        if self.mode.value != "units":
            return
        n_active = int((self._unit_kl > ACTIVE_NATS).sum())
        self.set_subtitle(f"KL per latent unit, nats; {n_active} of {len(self._unit_kl)} active")
        bars = [Bar(f"z{i + 1}", float(v), "kl", dim=bool(v <= ACTIVE_NATS)) for i, v in enumerate(self._unit_kl)]
        self.bars.set_bars(bars, unit="nats")
