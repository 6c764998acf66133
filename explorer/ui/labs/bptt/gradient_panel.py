"""Gradient through time: the large picture of the lab."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.bptt import N_COPIED, TRACKS, BpttParams, n_steps_of
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.segmented import Segmented
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.axes import Range
from explorer.ui.views.film import FilmView
from explorer.ui.views.film_layout import Mark, Strip

STATES = (
    ("both", "both", "The LSTM's memory c and its state h, one above the other"),
    ("c", "memory c", "The gradient of the LSTM's memory: its long path back"),
    ("h", "state h", "The gradient of the LSTM's state: what leaves the cell, and not the whole truth"),
)
SCALES = (
    (
        "fitted",
        "fitted",
        "Colours from the least to the greatest norm, in whole decades; a few odd rows may lie beyond",
    ),
    ("fixed", "fixed", "Colours always from 10⁻¹⁰ to 10², so that runs can be compared"),
)
FIXED_DECADES = (-10.0, 2.0)
NAMES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
DETAILS = {"rnn/h": "∂L/∂h", "lstm/c": "∂L/∂c, its memory", "lstm/h": "∂L/∂h, its state", "gru/h": "∂L/∂h"}
SUBTITLE = "norm of the loss's gradient at every time step, up the page as training goes"


class GradientPanel(Panel):
    """The film of gradient norms, one strip per cell and state, on one scale of colours.

    Signals:
        step_chosen: A step to scrub to.
        time_hovered: The time step under the pointer, counted from one; 0 for none.
    """

    step_chosen = Signal(int)
    time_hovered = Signal(int)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._film = np.zeros((0, len(TRACKS), 0), np.float16)
        self._steps = np.zeros(0, np.int64)
        self._truncate = np.zeros(0, np.int64)
        self._accuracy: Mapping[str, float] = {}
        self._words = ""
        self.view = FilmView(theme)
        self.view.setAccessibleName("Gradient norms over time and training; page keys choose a row, arrows move")
        self.states = Segmented(STATES, "Which gradient of the LSTM is shown")
        self.scales = Segmented(SCALES, "How colours are chosen")
        self.whole = IconButton("reset-default", theme)
        self.whole.setAccessibleName("Show all of the film")
        self.whole.setToolTip("Show all times and steps (0, or a double click)")
        self.whole.setEnabled(False)
        self.controls = [self.states, self.scales, self.whole]
        self.column.addWidget(self.view, 1)
        self.set_subtitle(SUBTITLE)
        self._connect()
        self.set_task(BpttParams())
        self._name_strips()

    def set_film(self, film: Array, steps: Array, truncate: Array) -> None:
        """Show the film as it is now.

        Args:
            film: log10 of the norms, (R, 4, T) float16 in the order of TRACKS.
            steps: Training step of each row, (R,).
            truncate: Truncation in force at each row, 0 for none, (R,).
        """
        self._film, self._steps, self._truncate = film, steps, truncate
        self.view.set_film(film, steps, truncate)

    def set_cursor(self, step: int | None) -> None:
        """Mark the row shown; None when it is the newest one."""
        self.view.set_cursor(step)

    def set_trouble(self, step: int | None) -> None:
        """Mark the step at which the run broke; None for none."""
        self.view.set_trouble(step)

    def set_time(self, time: int) -> None:
        """Light a time step that is read in another panel, counted from one; 0 for none."""
        self.view.set_time(time)

    def set_accuracy(self, percent: Mapping[str, float]) -> None:
        """Say at each strip how often its cell is right, by cell, in %."""
        self._accuracy = dict(percent)
        self._name_strips()

    def set_task(self, params: BpttParams) -> None:
        """Say where the task puts its symbol and where it asks."""
        marks, self._words = _task_words(params)
        self.view.set_marks(marks)
        self.view.set_words(self._words, "norm of the gradient")

    def figure_data(self) -> FigureData:
        """Every norm of the strips shown, in long form, and the film as arrays."""
        tracks = self._tracks()
        shown = self._film[:, tracks]
        row, track, time = np.indices(shown.shape).reshape(3, -1)
        table: dict[str, Column] = {
            "step": self._steps[row],
            "track": np.array([TRACKS[i] for i in tracks])[track] if len(track) else np.zeros(0, "U6"),
            "t": time + 1,
            "log10 of the norm": shown.ravel(),
        }
        arrays: dict[str, Array] = {"film": self._film, "steps": self._steps, "truncate": self._truncate}
        labels = (self._words, *dict.fromkeys(NAMES.values())) if len(self._steps) else ()
        return self._figure(table, arrays, labels)

    def _connect(self) -> None:
        self.view.step_chosen.connect(self.step_chosen)
        self.view.time_hovered.connect(self.time_hovered)
        self.view.zoomed.connect(self.whole.setEnabled)
        self.whole.clicked.connect(self.view.reset_zoom)
        self.states.chosen.connect(self._on_states_chosen)
        self.scales.chosen.connect(self._on_scales_chosen)

    def _on_states_chosen(self, _state: str) -> None:
        self._name_strips()

    def _on_scales_chosen(self, scale: str) -> None:
        self.view.set_scale(Range(*FIXED_DECADES) if scale == "fixed" else None)

    def _tracks(self) -> list[int]:
        left_out = {"c": "lstm/h", "h": "lstm/c"}.get(self.states.value, "")
        return [i for i, track in enumerate(TRACKS) if track != left_out]

    def _name_strips(self) -> None:
        strips, noted = [], set()
        for index in self._tracks():
            cell = TRACKS[index].split("/")[0]
            note = "" if cell in noted or cell not in self._accuracy else f"{self._accuracy[cell]:.0f} % right"
            strips.append(Strip(NAMES[cell], DETAILS[TRACKS[index]], cell, note))
            noted.add(cell)
        self.view.set_strips(strips, self._tracks())


def _task_words(params: BpttParams) -> tuple[list[Mark], str]:
    """What stands over the cells, and the words beneath the axis."""
    end = n_steps_of(params)
    if params.task == "adding":
        words = "time step t: two of the numbers are marked, one in each half; their sum is asked at the right"
        return [Mark(end, end, "sum asked")], words
    if params.task == "copy":
        marks = [Mark(1, N_COPIED, f"{N_COPIED} symbols"), Mark(end - N_COPIED + 1, end, "to be repeated")]
        return marks, "time step t: the symbols to repeat are at the left, they are asked for at the right"
    words = "time step t: the symbol to remember is at the left, the answer is asked at the right"
    return [Mark(1, 1, "symbol"), Mark(end, end, "answer asked")], words
