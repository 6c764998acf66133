"""The run's numbers: total, reconstruction and KL on training and test digits, ghosts, and active units."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.run import Ghost
from explorer.core.scalars import Series as Numbers
from explorer.core.spec import PanelSpec
from explorer.ui.kit.segmented import Segmented
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.bars import Bar, BarsView
from explorer.ui.views.curve_data import Series
from explorer.ui.views.curves import CurvesView

MODES = (
    ("total", "Total", "Negative ELBO: reconstruction plus β times KL"),
    ("reconstruction", "Reconstruction", "How badly the picture is rebuilt"),
    ("kl", "KL", "How far the posteriors are from the prior"),
    ("units", "Units", "KL of every latent dimension: units near zero carry nothing"),
)
COLORS = {"total": ("test", "train"), "reconstruction": ("reconstruction", "train"), "kl": ("kl", "train")}
WINDOW = 25
ACTIVE_NATS = 0.02
GHOST_REACH = 1000
"""Ghosts are drawn to twice the present run's length, and at least so many steps."""


class CurvesPanel(Panel):
    """Curves over steps with a cursor at the step shown.

    Signals:
        step_chosen: A step to scrub to.
    """

    step_chosen = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._numbers: Numbers = {}
        self._ghosts: tuple[Ghost, ...] = ()
        self._unit_kl = np.zeros(0, np.float32)
        self.mode = Segmented(MODES, "Which curves are shown")
        self.controls = [self.mode]
        self.mode.chosen.connect(self._on_mode_chosen)
        self.view = CurvesView(theme)
        self.view.cursor_dragged.connect(self.step_chosen)
        self.bars = BarsView(theme, vertical=True)
        self.bars.hide()
        row = QHBoxLayout()
        row.addWidget(self.view, 1)
        row.addWidget(self.bars, 1)
        self.column.addLayout(row, 1)

    def set_numbers(self, numbers: Numbers, ghosts: tuple[Ghost, ...]) -> None:
        """Show the run's numbers and those of earlier runs."""
        self._numbers, self._ghosts = numbers, ghosts
        self._show()

    def set_unit_kl(self, unit_kl: Array) -> None:
        """Mean KL of each latent dimension, (L,) nats."""
        self._unit_kl = unit_kl
        if self.mode.value == "units":
            self._show()

    def set_cursor(self, step: int | None) -> None:
        """Mark the step shown; None when it is the newest one."""
        self.view.set_cursor(step)

    def set_trouble(self, step: int | None, text: str) -> None:
        """Mark the step where the run broke."""
        self.view.set_trouble(step, text)

    def figure_data(self) -> FigureData:
        """Every number of the run in long form: series, step, value."""
        names, steps, values = [], [], []
        for name, (s, v) in self._numbers.items():
            names += [name] * len(s)
            steps.append(s)
            values.append(v)
        table: dict[str, Column] = {
            "series": names,
            "step": np.concatenate(steps) if steps else np.zeros(0),
            "value (nats)": np.concatenate(values) if values else np.zeros(0),
        }
        arrays = {
            f"{n}_{part}": a
            for n, pair in self._numbers.items()
            for part, a in zip(("step", "value"), pair, strict=True)
        }
        return self._figure(table, arrays | {"unit_kl": self._unit_kl}, ("test", "train"))

    def _on_mode_chosen(self, _mode: str) -> None:
        self.view.setVisible(self.mode.value != "units")
        self.bars.setVisible(self.mode.value == "units")
        self._show()

    def _show(self) -> None:
        mode = self.mode.value
        if mode == "units":
            self._show_units()
            return
        words = {"total": "negative ELBO", "reconstruction": "reconstruction", "kl": "KL from the prior"}[mode]
        self.set_subtitle(f"{words}, nats per digit; training averaged over {WINDOW} steps")
        self.view.set_titles("step", "nats per digit")
        self.view.set_series(self._ghost_series(mode) + self._run_series(mode))

    def _run_series(self, mode: str) -> list[Series]:
        test_color, train_color = COLORS[mode]
        series = []
        if mode in self._numbers:
            steps, values = averaged(*self._numbers[mode], WINDOW)
            series.append(Series("train", "train", steps, values, train_color, COMPANY_PX))
        if f"test_{mode}" in self._numbers:
            steps, values = self._numbers[f"test_{mode}"]
            series.append(Series("test", "test", steps, values, test_color, SUBJECT_PX))
        return series

    def _ghost_series(self, mode: str) -> list[Series]:
        found = []
        head = max((s[-1] for s, _ in self._numbers.values() if len(s)), default=0)
        reach = max(2 * head, GHOST_REACH)
        for i, ghost in enumerate(self._ghosts):
            if f"test_{mode}" in ghost.series:
                steps, values = ghost.series[f"test_{mode}"]
                near = steps <= reach
                steps, values = steps[near], values[near]
                found.append(Series(f"ghost {i}", ghost.label, steps, values, "ghost", COMPANY_PX, ghost=True))
        return found

    def _show_units(self) -> None:
        n_active = int((self._unit_kl > ACTIVE_NATS).sum())
        self.set_subtitle(f"KL per latent unit, nats; {n_active} of {len(self._unit_kl)} active")
        bars = [Bar(f"z{i + 1}", float(v), "kl", dim=bool(v <= ACTIVE_NATS)) for i, v in enumerate(self._unit_kl)]
        self.bars.set_bars(bars, unit="nats")


def averaged(steps: Array, values: Array, window: int) -> tuple[Array, Array]:
    """Means over blocks of ``window`` values, each at its last step; the rest at the end is a shorter block.

    Args:
        steps: (N,) rising.
        values: (N,).
        window: Values per block.

    Returns:
        Steps and means, (ceil(N / window),) each.
    """
    if len(values) == 0:
        return steps, values
    starts = np.arange(0, len(values), window)
    ends = np.minimum(starts + window, len(values))
    return steps[ends - 1], np.add.reduceat(values, starts) / (ends - starts)
