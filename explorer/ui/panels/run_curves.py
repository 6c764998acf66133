"""The run's numbers over its steps, with earlier runs as ghosts and a cursor at the step shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.run import Ghost
from explorer.core.scalars import Series as Numbers
from explorer.core.spec import PanelSpec
from explorer.ui.kit.segmented import Segmented
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import COMPANY_PX, SUBJECT_PX, Theme
from explorer.ui.views.curve_data import Series
from explorer.ui.views.curves import CurvesView

WINDOW = 25
GHOST_REACH = 1000
"""Ghosts are drawn to twice the present run's length, and at least so many steps."""


@dataclass(frozen=True)
class Line:
    """One curve: scalar, name at its end, colour key of the theme.

    Attributes:
        scalar: Name of the number.
        label: Words at its right end.
        color: Colour key.
        subject: Drawn thick and as measured; others are thin and averaged over blocks of steps.
        ghost: Whether earlier runs show it too.
    """

    scalar: str
    label: str
    color: str
    subject: bool = True
    ghost: bool = False


@dataclass(frozen=True)
class CurveMode:
    """One choice of what is drawn.

    Attributes:
        id: Short name.
        label: On the switch.
        tip: Its tooltip.
        words: The grey sentence beside the panel's title.
        axis: Vertical axis, in words with its unit.
        lines: The curves.
        log: Whether the vertical axis is logarithmic.
        y_range: Both ends of the vertical axis; None lets it follow the curves.
    """

    id: str
    label: str
    tip: str
    words: str
    axis: str
    lines: tuple[Line, ...]
    log: bool = False
    y_range: tuple[float, float] | None = None


class RunCurves(Panel):
    """Curves over steps; dragging the cursor scrubs.

    Signals:
        step_chosen: A step to scrub to.

    Args:
        modes: What can be drawn; the first one is drawn.
        more: Further entries of the switch, (id, label, tooltip), for pictures that a subclass shows.
    """

    step_chosen = Signal(int)

    def __init__(
        self,
        spec: PanelSpec,
        theme: Theme,
        where: Where,
        modes: Sequence[CurveMode],
        more: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        super().__init__(spec, theme, where)
        self._modes = {mode.id: mode for mode in modes}
        self._numbers: Numbers = {}
        self._ghosts: tuple[Ghost, ...] = ()
        self.mode = Segmented((*((m.id, m.label, m.tip) for m in modes), *more), "Which curves are shown")
        if len(modes) + len(more) > 1:
            self.controls = [self.mode]
        self.mode.chosen.connect(self._on_mode_chosen)
        self.view = CurvesView(theme)
        self.view.cursor_dragged.connect(self.step_chosen)
        self.column.addWidget(self.view, 1)

    def set_numbers(self, numbers: Numbers, ghosts: tuple[Ghost, ...]) -> None:
        """Show the run's numbers and those of earlier runs."""
        self._numbers, self._ghosts = numbers, ghosts
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
            "value": np.concatenate(values) if values else np.zeros(0),
        }
        arrays = {
            f"{n}_{part}": a
            for n, pair in self._numbers.items()
            for part, a in zip(("step", "value"), pair, strict=True)
        }
        labels = [line.label for line in self._lines() if line.scalar in self._numbers]
        return self._figure(table, arrays, labels)

    def _on_mode_chosen(self, _mode: str) -> None:
        self._show()

    def _lines(self) -> tuple[Line, ...]:
        mode = self._modes.get(self.mode.value)
        return mode.lines if mode is not None else ()

    def _show(self) -> None:
        mode = self._modes.get(self.mode.value)
        if mode is None:
            return
        self.set_subtitle(mode.words)
        self.view.set_titles("step", mode.axis)
        self.view.set_log(mode.log)
        self.view.set_y_range(*mode.y_range or (None, None))
        self.view.set_series(self._ghost_series(mode) + self._run_series(mode))

    def _run_series(self, mode: CurveMode) -> list[Series]:
        series = []
        for line in mode.lines:
            if line.scalar in self._numbers:
                steps, values = self._numbers[line.scalar]
                if not line.subject:
                    steps, values = averaged(steps, values, WINDOW)
                width = SUBJECT_PX if line.subject else COMPANY_PX
                series.append(Series(line.scalar, line.label, steps, values, line.color, width))
        return series

    def _ghost_series(self, mode: CurveMode) -> list[Series]:
        found = []
        head = max((s[-1] for s, _ in self._numbers.values() if len(s)), default=0)
        reach = max(2 * head, GHOST_REACH)
        for i, ghost in enumerate(self._ghosts):
            for line in mode.lines:
                if line.ghost and line.scalar in ghost.series:
                    steps, values = ghost.series[line.scalar]
                    near = steps <= reach
                    key = f"ghost {i} {line.scalar}"
                    found.append(Series(key, ghost.label, steps[near], values[near], "ghost", COMPANY_PX, ghost=True))
        return found


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
