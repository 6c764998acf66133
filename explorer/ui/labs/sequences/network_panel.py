"""The hero of the lab: the network unrolled in time, with the switch that wires it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.sequences import Trace
from explorer.ui.kit.segmented import Segmented
from explorer.ui.labs.sequences.network_story import empty_story, n_read, n_steps, story_of
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import MOTION_MS, Theme
from explorer.ui.views.unrolled import UnrolledView
from explorer.ui.views.unrolled_words import RULES

WIRINGS = (
    ("many_to_one", "Many to one", "A sequence in, one answer out"),
    ("one_to_many", "One to many", "One picture in, a sentence out"),
    ("many_to_many", "Many to many", "A sequence in, another one out"),
)
TASKS_OF = {
    "many_to_one": (
        ("sentiment", "Sentences", "Is the review good or bad?"),
        ("digits", "Digits", "A handwritten digit, row by row"),
    ),
    "one_to_many": (("caption", "Captions", "What is in the picture?"),),
    "many_to_many": (
        ("translate", "Italian", "English to Italian"),
        ("dates", "Dates", "Dates in many spellings to ISO 8601"),
    ),
}
WAITING = "Waiting for the network to read its example."
NOTHING_READ = {
    "sentiment": "Nothing to read: type a sentence beside this, or choose one of the examples.",
    "digits": "Nothing to read: draw a digit beside this, or take a test digit.",
}
WALK_MS = 8000
"""A walk through time takes about this long, however many steps there are."""
SLOWEST_MS, FASTEST_MS = 500, 180


class NetworkPanel(Panel):
    """The unrolled network, wired for the chosen task, and time to walk through.

    Signals:
        time_chosen: A time step was chosen: the reader's 0 to n-1, then the writer's.
        output_hovered: Index of the output in time under the pointer, -1 for none.
        task_chosen: One of the spec's TASKS was chosen.
    """

    time_chosen = Signal(int)
    output_hovered = Signal(int)
    task_chosen = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where, *, motion_ms: int = MOTION_MS) -> None:
        super().__init__(spec, theme, where)
        self._trace: Trace | None = None
        self._task = "sentiment"
        self.wiring = Segmented(WIRINGS, "Wiring")
        self.tasks = {wiring: Segmented(tasks, "Task") for wiring, tasks in TASKS_OF.items()}
        self.walk = QPushButton("▶  Through time")
        self.walk.setCheckable(True)
        self.walk.setToolTip("Walk through time, step by step; the arrow keys do so by hand")
        self.view = UnrolledView(theme, motion_ms=motion_ms)
        self.view.setAccessibleName("Unrolled network; arrow keys step through time")
        self.view.set_empty_text(WAITING)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._lay_out()
        self._connect()
        self._show_switch("sentiment")

    # In --------------------------------------------------------------------------------------------------------------

    @property
    def time(self) -> int:
        """The active step."""
        return self.view.time

    def set_trace(self, trace: Trace) -> None:
        """Show this answer; the picture rewires itself if it is of another kind than the last."""
        self._trace = trace
        self._show_switch(trace.task)
        self.view.set_empty_text(NOTHING_READ[trace.task] if trace.writer is None else "")
        self.view.set_story(story_of(trace))
        self.set_subtitle(sentence(trace))

    def set_wiring(self, wiring: str, task: str) -> None:
        """Wire the network for a task; its states stay empty until a trace of it comes.

        Raises:
            KeyError: There is no such wiring.
            ValueError: It has no such task.
        """
        self.tasks[wiring].set_value(task)
        if task == (self._trace.task if self._trace is not None else None):
            self._show_switch(task)
            return
        if task != self._task or not self.view.story.n_steps:
            old = self.view.story
            self.view.set_empty_text(WAITING)
            self.view.set_story(empty_story(task, old.cell, max(1, old.n_layers)))
            self.set_subtitle("")
        self._trace = None
        self._show_switch(task)

    def set_time(self, t: int) -> None:
        """Light up the cell of a time step."""
        self.view.set_time(t)

    def set_influence(self, values: Array | None, written: Array | None = None) -> None:
        """Colour what was read, and what had been written, by how much it mattered; None for not at all.

        Args:
            values: One number for each token read.
            written: One for each token written before the output meant.
        """
        self.view.set_influence(values, written)

    def figure_data(self) -> FigureData:
        """What stands at each time step: input, output with its probability, and how large the state is."""
        story = self.view.story
        steps = range(story.n_steps)
        outputs = [story.output_of(t) for t in steps]
        table: dict[str, Column] = {
            "time step": np.arange(1, story.n_steps + 1),
            "part": ["reads" if t < story.n_read else "writes" for t in steps],
            "input": [given.text for given in story.inputs],
            "output": ["" if o is None else o[0] for o in outputs],
            "probability": np.array([np.nan if o is None else o[1] for o in outputs], float),
            "mean |h|": np.array([story.mean_state(t) for t in steps], float),
        }
        arrays = {"hidden": story.states, "first": story.first}
        if self._trace is not None:
            arrays["probabilities"] = self._trace.probabilities
        return self._figure(table, arrays, (RULES[story.cell],), story.n_steps)

    # Handlers --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control of the panel wants step through time."""
        self.view.keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody sees does not move."""
        self.walk.setChecked(False)
        super().hideEvent(event)

    @Slot(str)
    def _on_wiring_chosen(self, wiring: str) -> None:
        self._on_task_chosen(self.tasks[wiring].value)

    @Slot(str)
    def _on_task_chosen(self, task: str) -> None:
        self.set_wiring(wiring_of(task), task)
        self.task_chosen.emit(task)

    @Slot(bool)
    def _on_walk_toggled(self, on: bool) -> None:
        self.walk.setText("■  Stop" if on else "▶  Through time")
        if not on:
            self._timer.stop()
            return
        n = max(1, self.view.story.n_steps)
        if self.view.time >= n - 1:
            self._go(0)
        self._timer.start(max(FASTEST_MS, min(SLOWEST_MS, WALK_MS // n)))

    @Slot()
    def _on_tick(self) -> None:
        if self.view.time + 1 < self.view.story.n_steps:
            self._go(self.view.time + 1)
        if self.view.time + 1 >= self.view.story.n_steps:
            self.walk.setChecked(False)

    def _go(self, t: int) -> None:
        self.view.set_time(t)
        self.time_chosen.emit(t)

    # Making ----------------------------------------------------------------------------------------------------------

    def _show_switch(self, task: str) -> None:
        """The three positions, and beside them the tasks of the one chosen."""
        self._task, wiring = task, wiring_of(task)
        self.wiring.set_value(wiring)
        self.tasks[wiring].set_value(task)
        for name, switch in self.tasks.items():
            switch.setVisible(name == wiring and len(TASKS_OF[name]) > 1)

    def _connect(self) -> None:
        self.wiring.chosen.connect(self._on_wiring_chosen)
        for switch in self.tasks.values():
            switch.chosen.connect(self._on_task_chosen)
        self.walk.toggled.connect(self._on_walk_toggled)
        self.view.time_chosen.connect(self.time_chosen)
        self.view.output_hovered.connect(self.output_hovered)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.wiring)
        for switch in self.tasks.values():
            row.addWidget(switch)
        row.addStretch(1)
        row.addWidget(self.walk)
        self.column.addLayout(row)
        self.column.addWidget(self.view, 1)


def wiring_of(task: str) -> str:
    """The position of the switch that a task belongs to.

    Raises:
        StopIteration: There is no such task.
    """
    return next(wiring for wiring, tasks in TASKS_OF.items() if task in [name for name, _, _ in tasks])


def sentence(trace: Trace) -> str:
    """What was read and written, and whether that is right, in a few words."""
    if not n_steps(trace):
        return ""
    glue = "" if trace.task == "dates" else " "
    said = glue.join(trace.written)
    given = {"digits": f"{n_read(trace)} rows of a digit", "caption": "a picture"}.get(trace.task)
    typed = _short(glue.join(token.text for token in trace.tokens).split())
    given = given or (f"“{typed}”" if trace.tokens else "nothing")
    right = {"": "", said: " · right"}.get(trace.truth, f" · right would be “{trace.truth}”")
    return f"{given} → {'“' + said + '”' if trace.writer is not None else said}{right}"


def _short(words: Sequence[str]) -> str:
    return " ".join(words[:12]) + (" …" if len(words) > 12 else "")
