"""Links the panels of the sequences lab: one input, one time step, one output, seen everywhere."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Slot

from explorer.core.frames import Array
from explorer.core.run import RunSnapshot
from explorer.core.session import View
from explorer.core.spec import LabSpec
from explorer.specs.sequences import (
    TASKS,
    Decoding,
    Influence,
    Influenced,
    Read,
    SceneObject,
    SequenceParams,
    Trace,
    task_of,
)
from explorer.ui.labs.sequences.cell_panel import CellPanel
from explorer.ui.labs.sequences.grammar import first_time, fits, n_steps, output_at
from explorer.ui.labs.sequences.inputs import Inputs
from explorer.ui.labs.sequences.network_panel import NetworkPanel
from explorer.ui.labs.sequences.output_panel import OutputPanel
from explorer.ui.labs.sequences.panels import Reader, make_panel
from explorer.ui.labs.sequences.recorded import FRAMES, trace_of_frames
from explorer.ui.labs.sequences.try_panel import TryPanel
from explorer.ui.live_lab import LiveLab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme

N_TEST_DIGITS = 500


class SequencesLab(LiveLab):
    """The window half of the lab of sequence tasks."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self.inputs = Inputs()
        self._decoding = Decoding()
        self._trace: Trace | None = None
        self._time: int | None = None
        self._hovered = self._locked = -1
        self._rng = random.Random(0)

    @property
    def params(self) -> SequenceParams:
        """Parameters now in force."""
        params: SequenceParams = self.run.params
        return params

    @property
    def task(self) -> str:
        """The task of the run."""
        return task_of(self.params)

    @property
    def trace(self) -> Trace | None:
        """What is shown now."""
        return self._trace

    @property
    def time(self) -> int:
        """The active time step: the reader's, then the writer's."""
        if self._trace is None:
            return 0
        last = max(0, n_steps(self._trace) - 1)
        return min(first_time(self._trace) if self._time is None else self._time, last)

    @property
    def output(self) -> int:
        """The output whose influences are shown: hovered, else locked, else that of the active time."""
        if self._hovered >= 0:
            return self._hovered
        if self._locked >= 0:
            return self._locked
        return output_at(self._trace, self.time) if self._trace is not None else -1

    # ------------------------------------------------------------------------------------------------- panels

    def _make_panel(self, panel_id: str) -> Panel:
        return make_panel(self, panel_id)

    def _refresh(self, panel: Panel) -> None:
        super()._refresh(panel)
        self._show_trace(panel)

    # ------------------------------------------------------------------------------------------------- the run

    def _take_snapshot(self, snapshot: RunSnapshot) -> None:
        super()._take_snapshot(snapshot)
        self._ask_everything()

    def _on_run(self) -> None:
        if self._trace is not None and not fits(self._trace, self.params, self.task):
            self._forget()
        super()._on_run()

    def _forget(self) -> None:
        """Another model, or another task: what was shown is not its answer."""
        self._trace, self._time = None, None
        self._hovered = self._locked = -1

    def _show_run(self, panel: Panel) -> None:
        if isinstance(panel, NetworkPanel):
            panel.set_wiring(self.params.wiring, self.task)
        elif isinstance(panel, CellPanel):
            panel.set_cell(self.params.cell)
        elif isinstance(panel, TryPanel):
            panel.set_task(self.task)
            self._show_input(panel)
        elif isinstance(panel, OutputPanel):
            panel.set_task(self.task)
        if self._trace is None and isinstance(panel, Reader):
            panel.set_trace(None)
        elif self._trace is None and isinstance(panel, CellPanel):
            panel.clear()

    def _show_input(self, panel: TryPanel) -> None:
        if self.task == "digits":
            panel.set_picture(self.inputs.picture, self.inputs.digit)
        elif self.task == "caption":
            panel.set_scene(self.inputs.scene)
        else:
            panel.set_text(self.inputs.text(self.task))

    def _show_frame(self, panel: Panel, name: str) -> None:
        from explorer.ui.labs.sequences.lengths_panel import LengthsPanel

        if isinstance(panel, LengthsPanel) and name == "by_length":
            panel.set_lengths(self.frames[name], self.task)

    def _on_frames(self, names: frozenset[str]) -> None:
        if names & {*FRAMES} and (not self.status.playing or not self.device):
            self._show_recorded()
        super()._on_frames(names)

    def _show_recorded(self) -> None:
        """The lab's own example as the frames have it: until a model can be asked, and while scrubbing."""
        if self.inputs.is_example(self.task) and self._decoding.how == "greedy":
            step = min((self.frame_steps[name] for name in FRAMES if name in self.frame_steps), default=0)
            trace = trace_of_frames(self.params, self.frames, step)
            if trace is not None:
                self._take_trace(trace)

    # ------------------------------------------------------------------------------------------------- the trace

    def _take_trace(self, trace: Trace) -> None:
        if not fits(trace, self.params, self.task):
            return
        self._trace = trace
        for panel in self.made_panels():
            self._show_trace(panel)

    def _show_trace(self, panel: Panel) -> None:
        trace = self._trace
        if trace is None:
            return
        if isinstance(panel, NetworkPanel | Reader):
            panel.set_trace(trace)
        self._show_time(panel)

    def _show_time(self, panel: Panel) -> None:
        if self._trace is None:
            return
        if isinstance(panel, CellPanel):
            if n_steps(self._trace):
                panel.set_step(self._trace, self.time)
            else:
                panel.clear()
        elif isinstance(panel, NetworkPanel | Reader):
            panel.set_time(self.time)
        self._show_output(panel)

    def _show_output(self, panel: Panel) -> None:
        from explorer.ui.labs.sequences.influence_panel import InfluencePanel

        if isinstance(panel, InfluencePanel):
            panel.set_output(self.output, locked=self._locked >= 0)

    @Slot(int)
    def set_time(self, t: int) -> None:
        """Go to a time step; asks no model."""
        if self._trace is None:
            return
        self._time = min(max(t, 0), max(0, n_steps(self._trace) - 1))
        for panel in self.made_panels():
            self._show_time(panel)
        self._ask_influence()

    # ------------------------------------------------------------------------------------------------- influence

    @Slot(int)
    def hover_output(self, output: int) -> None:
        """Show what an output depends on; -1 for none."""
        if output == self._hovered:
            return
        self._hovered = output
        self._on_output_changed()

    @Slot(int)
    def lock_output(self, output: int) -> None:
        """Keep an output, or let go of it when it is clicked again."""
        self._locked = -1 if output == self._locked else output
        self._on_output_changed()

    def _on_output_changed(self) -> None:
        for panel in self.made_panels():
            self._show_output(panel)
        network = self._of(NetworkPanel)
        if network is not None and not self._is_meant:
            network.set_influence(None)
        self._ask_influence()

    @property
    def _is_meant(self) -> bool:
        """Whether somebody points at an output, or has locked one."""
        return self._hovered >= 0 or self._locked >= 0

    def _ask_influence(self) -> None:
        """Ask what the output depends on, if somebody means it or sees the panel that shows it."""
        from explorer.ui.labs.sequences.influence_panel import InfluencePanel

        panel = self._of(InfluencePanel)
        is_seen = panel is not None and (panel.isVisible() or panel.parentWidget() is None)  # alone: to be exported
        if self.output >= 0 and (self._is_meant or is_seen):
            self.ask(Influence(self._read(), self.output))

    def _take_influence(self, answer: Influenced) -> None:
        from explorer.ui.labs.sequences.influence_panel import InfluencePanel

        trace = self._trace
        if trace is None or len(answer.tokens) != len(trace.tokens) or answer.output != self.output:
            return
        if (panel := self._of(InfluencePanel)) is not None:
            panel.set_influence(answer)
        network = self._of(NetworkPanel)
        if network is not None and self._is_meant:
            network.set_influence(answer.tokens, answer.written)

    # ------------------------------------------------------------------------------------------------- the input

    @Slot(str)
    def read_text(self, text: str) -> None:
        """Read a sentence or a date."""
        self.inputs.set_text(self.task, text)
        self._on_input()

    @Slot(object)
    def read_picture(self, picture: Array) -> None:
        """Read a digit (28, 28) in [0, 1] of the user's own."""
        self.inputs.set_picture(np.ascontiguousarray(picture, np.float32))
        self._on_input()

    @Slot(object)
    def read_scene(self, scene: tuple[SceneObject, ...]) -> None:
        """Caption a scene."""
        self.inputs.scene = scene
        self._on_input()

    @Slot()
    def read_test_digit(self) -> None:
        """Read a test digit chosen at random."""
        self.select(self._rng.randrange(N_TEST_DIGITS))

    def select(self, index: int) -> None:
        """Read a test digit; for tasks that read no digits, one of the panel's examples."""
        panel = self.panel("try")
        assert isinstance(panel, TryPanel)
        if self.task == "digits":
            self.inputs.set_digit(index % N_TEST_DIGITS)
            self._show_input(panel)
            self._on_input()
        else:
            panel.choose_example(index)

    @Slot(object)
    def decode(self, decoding: Decoding) -> None:
        """Choose tokens in another way."""
        self._decoding = decoding
        self._on_input()

    def _on_input(self) -> None:
        self._time = None
        self._locked = self._hovered = -1
        self._ask_read()

    @Slot(str)
    def open_task(self, task: str) -> None:
        """Open the stored run of a task."""
        if task in TASKS and task != self.task:
            stems = [run.stem for run in self.spec.stored]
            self.stored_wished.emit(stems.index(f"{self.spec.id}-{task}"))

    # ------------------------------------------------------------------------------------------------- questions

    def _read(self) -> Read:
        return self.inputs.read(self.task, self._decoding)

    def _ask_read(self) -> None:
        self.ask(self._read())

    def _ask_for(self, panel: Panel) -> None:
        if isinstance(panel, Reader | NetworkPanel | CellPanel):
            self._ask_read()
        else:
            super()._ask_for(panel)

    def _ask_everything(self) -> None:
        """One question for all panels, and the checks."""
        if self.made_panels():
            self._ask_read()
        for panel in self.made_panels():
            super()._ask_for(panel)

    def model_ready(self) -> None:
        """The live model is there: ask what could not be asked before."""
        self._ask_everything()

    def _ask_live(self) -> None:
        self._ask_read()

    def _take_answer(self, answer: Any) -> None:
        if isinstance(answer, Trace):
            self._take_trace(answer)
            self._ask_influence()  # of the outputs that there are now
        elif isinstance(answer, Influenced):
            self._take_influence(answer)

    # ------------------------------------------------------------------------------------------------- sessions

    def view(self) -> View:
        """What is read, how tokens are chosen, and the active time."""
        how, found = self._decoding, self.inputs.view()
        found |= {"how": how.how, "temperature": how.temperature, "beam": float(how.beam), "drawing": float(how.seed)}
        if self._time is not None:
            found["time"] = float(self._time)
        return found

    def restore_view(self, view: View) -> None:
        """Read the same again; what does not fit is ignored."""
        self.inputs.restore(view)
        self._decoding = decoding_of(view)
        time = view.get("time")
        for panel in self.made_panels():
            if isinstance(panel, TryPanel):
                self._show_input(panel)
            elif isinstance(panel, OutputPanel):
                panel.set_decoding(self._decoding)
        self._on_input()
        self._time = int(time) if isinstance(time, float | int) and 0 <= time < 1000 else None


def decoding_of(view: View) -> Decoding:
    """How a session says tokens are chosen; the default where it says nothing sensible."""
    default = Decoding()
    how = view.get("how")

    def number(name: str, low: float, high: float, otherwise: float) -> float:
        value = view.get(name)
        return float(value) if isinstance(value, float | int) and low <= value <= high else otherwise

    return Decoding(
        how if isinstance(how, str) and how in ("greedy", "sample", "beam") else default.how,
        number("temperature", 0.1, 3.0, default.temperature),
        int(number("beam", 1, 5, default.beam)),
        int(number("drawing", 0, 2**31, default.seed)),
    )
