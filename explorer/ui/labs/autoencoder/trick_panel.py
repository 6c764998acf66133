"""The reparametrization trick as a thing to touch: mean, spread and noise, two graphs, and what torch says of each."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton

from explorer.core.figures import FigureData
from explorer.core.spec import PanelSpec
from explorer.specs.autoencoder import Trick, Tricked
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.labs.autoencoder.trick_graphs import (
    INSIDE,
    OUTSIDE,
    gradient_rows,
    inside_flows,
    outside_flows,
    values_of_graph,
)
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.density import DensityView
from explorer.ui.views.density_plane import DensityPlaneView
from explorer.ui.views.formula import FormulaView
from explorer.ui.views.graph import GraphView
from explorer.ui.views.table import TableView

FORMULA_TRICK = (
    r"\term{accent}{z} = \term{reconstruction}{\mu} + \term{kl}{\sigma}\,r,"
    r"\quad r \sim \mathcal{N}(0, 1),\quad L = (\term{accent}{z} - 1)^2"
)
FORMULAS = (FORMULA_TRICK,)
TARGET = 1.0
REDRAW_MS = 700
LOW_PX = 380
DIMENSIONS = (("1", "1-D", "One number"), ("2", "2-D", "Two numbers at once"))
HEADINGS = ("gradient", "inside", "this r", "by hand", "expected", "2,000 r:\npathwise ± sd", "2,000 r:\nscore ± sd")


class TrickPanel(Panel):
    """Sliders above; density, graphs and gradients beneath."""

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._answer: Tricked | None = None
        self._rng = np.random.default_rng(0)
        self._n_draws = 0
        self.dimensions = Segmented(DIMENSIONS, "How many dimensions")
        self.mu, self.sigma, self.noise = (self._slider(theme, *row) for row in _sliders("", 0.4))
        self.mu2, self.sigma2, self.noise2 = (self._slider(theme, *row) for row in _sliders("₂", -0.6))
        self.redraw = QPushButton("Redraw r")
        self.redraw.setToolTip("Another noise from N(0, 1); mean and spread stay")
        self.keep_drawing = QPushButton("Keep redrawing")
        self.keep_drawing.setCheckable(True)
        self.controls = [self.redraw, self.keep_drawing, self.dimensions]
        self.line = DensityView(theme)
        self.plane = DensityPlaneView(theme)
        self.plane.hide()
        self.formula = FormulaView(theme)
        self.formula.set_formula(FORMULA_TRICK)
        self.inside, self.outside = GraphView(theme), GraphView(theme)
        self.inside.set_graph(*INSIDE)
        self.inside.set_title("Sampling inside: no gradient")
        self.outside.set_graph(*OUTSIDE)
        self.outside.set_title("Noise outside: gradient flows")
        self.inside.set_sister(self.outside)
        self.outside.set_sister(self.inside)
        self.table = TableView(theme)
        self._timer = QTimer(self)
        self._timer.setInterval(REDRAW_MS)
        self._lay_out()
        self._connect()
        self.set_subtitle("where the gradient can pass, and what it is")
        self._show_values()

    # ------------------------------------------------------------------------------------------------- in and out

    def request(self) -> Trick:
        """The question that the sliders ask."""
        two = self.dimensions.value == "2"
        pick = (
            (self.mu.value, self.mu2.value),
            (self.sigma.value, self.sigma2.value),
            (
                self.noise.value,
                self.noise2.value,
            ),
        )
        mu, sigma, noise = (p if two else p[:1] for p in pick)
        return Trick(mu, sigma, noise, (TARGET,) * len(mu), seed=self._n_draws)

    def set_tricked(self, answer: Tricked) -> None:
        """Show torch's answer."""
        self._answer = answer
        self.inside.set_flows(inside_flows(answer))
        self.outside.set_flows(outside_flows(answer))
        self.inside.setToolTip(f"torch says: {answer.inside_error}")
        self.table.set_table(HEADINGS, gradient_rows(answer))
        self._show_values()

    def figure_data(self) -> FigureData:
        """Both estimators' gradients, their variances, and the closed form."""
        a = self._answer
        if a is None:
            return self._figure({"z": np.zeros(0)}, {"z": np.zeros(0)})
        d = len(a.z)
        parts = {
            "this r": a.pathwise,
            "by hand": a.pathwise_formula,
            "expected": a.expected,
            "pathwise mean": a.pathwise_mean,
            "pathwise variance": a.pathwise_variance,
            "score mean": a.score_mean,
            "score variance": a.score_variance,
        }
        names = [f"dL/d{p}{i + 1}" for p in ("mu", "sigma") for i in range(d)]
        table = {"gradient": names} | {n: np.concatenate([g.mu, g.sigma]) for n, g in parts.items()}
        arrays = {"z": a.z} | {n.replace(" ", "_"): np.stack([g.mu, g.sigma]) for n, g in parts.items()}
        return self._figure(table, arrays, ("Noise outside: gradient flows",))

    # ------------------------------------------------------------------------------------------------- handlers

    @Slot()
    def draw_noise(self) -> None:
        """Another r."""
        self._n_draws += 1
        for slider in (self.noise, self.noise2):
            slider.set_value(round(float(np.clip(self._rng.normal(), -3.0, 3.0)), 2))
        self._on_changed()

    def hideEvent(self, event: object) -> None:
        """What nobody sees is not redrawn."""
        self.keep_drawing.setChecked(False)
        super().hideEvent(event)  # type: ignore[arg-type]

    def _on_changed(self) -> None:
        self._show_values()
        self.asked.emit(self.request())

    def _on_dimensions_chosen(self, value: str) -> None:
        two = value == "2"
        for widget in (self.mu2, self.sigma2, self.noise2, self.plane):
            widget.setVisible(two)
        self.line.setVisible(not two)
        self._on_changed()

    def _on_keep_drawing(self, on: bool) -> None:
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    def _on_line_dragged(self, slider: ValueSlider, value: float) -> None:
        slider.set_value(value)
        self._on_changed()

    def _on_plane_dragged(self, sliders: tuple[ValueSlider, ValueSlider], x: float, y: float) -> None:
        sliders[0].set_value(x)
        sliders[1].set_value(y)
        self._on_changed()

    def _show_values(self) -> None:
        mu, sigma, noise = self.mu.value, self.sigma.value, self.noise.value
        self.line.set_values(mu, sigma, noise)
        pairs = (mu, self.mu2.value), (sigma, self.sigma2.value), (noise, self.noise2.value)
        self.plane.set_values(*pairs)
        request = self.request()
        z = [m + s * r for m, s, r in zip(request.mu, request.sigma, request.noise, strict=True)]
        loss = math.fsum((v - TARGET) ** 2 for v in z)
        values = values_of_graph(request, z, loss)
        self.inside.set_values({k: v for k, v in values.items() if k != "r"})
        self.outside.set_values(values)

    # ------------------------------------------------------------------------------------------------- making

    def _slider(self, theme: Theme, label: str, scale: Scale, default: float, text: str) -> ValueSlider:
        slider = ValueSlider(theme, label, scale, default, help_text=text, parent=self)
        slider.value_changed.connect(self._on_changed)
        return slider

    def _connect(self) -> None:
        self.dimensions.chosen.connect(self._on_dimensions_chosen)
        self.redraw.clicked.connect(self.draw_noise)
        self.keep_drawing.toggled.connect(self._on_keep_drawing)
        self._timer.timeout.connect(self.draw_noise)
        self.line.mean_dragged.connect(lambda v: self._on_line_dragged(self.mu, v))
        self.line.spread_dragged.connect(lambda v: self._on_line_dragged(self.sigma, v))
        self.line.noise_dragged.connect(lambda v: self._on_line_dragged(self.noise, v))
        self.plane.mean_dragged.connect(lambda x, y: self._on_plane_dragged((self.mu, self.mu2), x, y))
        self.plane.noise_dragged.connect(lambda x, y: self._on_plane_dragged((self.noise, self.noise2), x, y))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low panel the formula gives way to the pictures."""
        super().resizeEvent(event)
        self.formula.setVisible(self.height() >= LOW_PX)

    def _lay_out(self) -> None:
        sliders = QGridLayout()
        sliders.setHorizontalSpacing(24)
        sliders.setVerticalSpacing(4)
        pairs = ((self.mu, self.mu2), (self.sigma, self.sigma2), (self.noise, self.noise2))
        for column, (first, second) in enumerate(pairs):
            second.hide()
            sliders.addWidget(first, 0, column)
            sliders.addWidget(second, 1, column)
        graphs = QHBoxLayout()
        graphs.setSpacing(16)
        graphs.addWidget(self.inside, 1)
        graphs.addWidget(self.outside, 1)
        self.column.addLayout(sliders)
        self.column.addWidget(self.formula)
        self.column.addWidget(self.line, 5)
        self.column.addWidget(self.plane, 7)
        self.column.addLayout(graphs, 6)
        self.column.addWidget(self.table)


def _sliders(suffix: str, mean: float) -> list[tuple[str, Scale, float, str]]:
    return [
        (f"Mean μ{suffix}", Scale(-3, 3, 0.01), mean, "Moves z by as much"),
        (f"Spread σ{suffix}", Scale(0.05, 2, 0.01), 0.8, "Stretches the noise"),
        (f"Noise r{suffix}", Scale(-3, 3, 0.01), 0.5, "Frozen until you redraw it"),
    ]
