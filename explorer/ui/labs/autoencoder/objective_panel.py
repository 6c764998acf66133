"""The objective of the slide with the live numbers in it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from explorer.core.figures import FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.autoencoder import AutoencoderParams
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.formula import FormulaView

FORMULA_VAE = (
    r"-\mathrm{ELBO} = \term{reconstruction}{\mathbb{E}_q[-\log p(x|z)]}"
    r" + \beta\,\term{kl}{\mathrm{KL}(q\,\|\,p)}"
)
FORMULA_AE = r"\mathrm{loss} = \term{reconstruction}{-\log p(x|z)},\quad z = f(x)"
FORMULAS = (FORMULA_VAE, FORMULA_AE)


class ObjectivePanel(Panel):
    """The formula, and beneath it what each term is now, on the test digits."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._params = AutoencoderParams()
        self._numbers: Mapping[str, float] = {}
        self.view = FormulaView(theme)
        self.column.addWidget(self.view)
        self.column.addStretch(1)
        self.set_subtitle("test digits, nats per digit")

    def set_params(self, params: AutoencoderParams) -> None:
        """Show the formula of this model."""
        self._params = params
        self.view.set_formula(FORMULA_VAE if params.kind == "variational" else FORMULA_AE)
        self._show()

    def set_numbers(self, numbers: Mapping[str, float]) -> None:
        """The newest numbers of the run by name."""
        self._numbers = numbers
        self._show()

    def figure_data(self) -> FigureData:
        """The terms as they stand."""
        names = [n for n in ("test_total", "test_reconstruction", "test_kl") if n in self._numbers]
        values = np.array([self._numbers[n] for n in names])
        beta = np.array([self._params.beta])
        return self._figure({"term": names, "value (nats)": values}, {"values": values, "beta": beta})

    def _show(self) -> None:
        total, reconstruction = self._number("test_total"), self._number("test_reconstruction")
        if self._params.kind == "variational":
            line = [
                (f"{total} = ", "ink"),
                (reconstruction, "reconstruction"),
                (f" + {self._params.beta:.2f} · ", "ink"),
                (self._number("test_kl"), "kl"),
            ]
        else:
            line = [("loss = ", "ink"), (reconstruction, "reconstruction")]
        self.view.set_numbers([line])

    def _number(self, name: str) -> str:
        value = self._numbers.get(name, math.nan)
        return f"{value:.1f}" if math.isfinite(value) else "–"
