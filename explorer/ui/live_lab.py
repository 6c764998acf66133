"""A lab that follows its run: what every lab does with frames, numbers, questions and scrubbing, at a fair pace."""

from __future__ import annotations

import time
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.core.questions import ChecksDone, RunChecks
from explorer.core.run import RunSnapshot
from explorer.core.spec import LabSpec
from explorer.ui.lab import Lab
from explorer.ui.panel import Panel
from explorer.ui.panels.checks import ChecksPanel
from explorer.ui.panels.run_curves import RunCurves
from explorer.ui.theme import Theme

AnyPanel = TypeVar("AnyPanel", bound=Panel)
CURVES_EVERY_S = 0.5
QUESTIONS_EVERY_S = 0.3
SETTLED_MS = 250


class LiveLab(Lab):
    """Hands the run to the panels that show it, and asks the live model what they need.

    Subclasses say how a panel shows the run (:meth:`_show_run`), a frame (:meth:`_show_frame`) and an answer
    (:meth:`_take_answer`), and what it asks (:meth:`_ask_for`).
    """

    questions_every_s = QUESTIONS_EVERY_S
    """While playing; longer where an answer costs many small steps of training."""

    def __init__(self, spec: LabSpec, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(spec, theme, parent)
        self._next_curves_s = self._next_questions_s = 0.0
        self._was_playing = False
        self._jumped = False
        self._asked_of: tuple[Any, int] | None = None
        # The weights of a past step are rebuilt for a question: only once scrubbing has come to rest.
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._ask_settled)

    def _of(self, kind: type[AnyPanel]) -> AnyPanel | None:
        """The panel of a kind, if it has been made."""
        return next((p for p in self.made_panels() if isinstance(p, kind)), None)

    # ------------------------------------------------------------------------------------------------- the run

    def params_edited(self, params: Any) -> None:
        """Formulas and axes follow at once."""
        super().params_edited(params)
        self._on_run()

    def show_panel(self, panel: Panel) -> None:
        """A panel came to be seen: bring what was left out up to date."""
        if isinstance(panel, RunCurves):
            self._show_curves(panel)
        self._ask_for(panel)

    def close(self) -> None:
        """The window closes: nothing may be asked any more."""
        self._settled.stop()

    def _refresh(self, panel: Panel) -> None:
        self._show_run(panel)
        for name in self.frames:
            self._show_frame(panel, name)
        if isinstance(panel, RunCurves):
            self._show_curves(panel)
        self._ask_for(panel)

    def _take_snapshot(self, snapshot: RunSnapshot) -> None:
        super()._take_snapshot(snapshot)
        self._jumped = True

    def _on_run(self) -> None:
        for panel in self.made_panels():
            self._show_run(panel)

    def _on_frames(self, names: frozenset[str]) -> None:
        for panel in self.made_panels():
            for name in names & {*panel.spec.wants}:
                self._show_frame(panel, name)
        self._ask_live_questions()

    def _on_scalars(self) -> None:
        now = time.perf_counter()
        if self.status.playing and now < self._next_curves_s:
            return
        self._next_curves_s = now + CURVES_EVERY_S
        for panel in self.made_panels():
            if isinstance(panel, RunCurves) and panel.isVisible():
                self._show_curves(panel)
            else:
                self._show_numbers(panel)

    def _show_curves(self, panel: RunCurves) -> None:
        panel.set_numbers(self.log.series(), self.run.ghosts)
        panel.set_cursor(self.status.cursor if self.status.in_the_past else None)
        trouble = self.status.trouble
        panel.set_trouble(trouble.step if trouble else None, "stopped here" if trouble else "")

    def _on_status(self, moved: bool) -> None:
        stopped = self._was_playing and not self.status.playing
        # Another run may stand at the same step: what was asked of the one before is not true of it.
        moved = moved or (self._jumped and (self.run.params, self.run.seed) != self._asked_of)
        self._was_playing, self._jumped = self.status.playing, False
        if moved or stopped:
            self._on_moved()
        if not self.status.playing and (moved or stopped):
            self._next_curves_s = 0.0
            self._on_scalars()
            if not self.status.in_the_past or stopped:
                self._ask_everything()
            else:
                self._settled.start()

    # ------------------------------------------------------------------------------------------------- questions

    @Slot()
    def run_checks(self) -> None:
        """Run the checks at the step shown."""
        self.ask(RunChecks())

    def model_ready(self) -> None:
        """The live model is there: ask what could not be asked before."""
        for panel in self.made_panels():
            self._ask_for(panel)

    def _ask_everything(self) -> None:
        """At a new standing step."""
        self._asked_of = self.run.params, self.run.seed
        for panel in self.made_panels():
            self._ask_for(panel)

    @Slot()
    def _ask_settled(self) -> None:
        """Scrubbing has come to rest at a past step."""
        self._ask_everything()

    def _ask_live_questions(self) -> None:
        now = time.perf_counter()
        if self.status.playing and now >= self._next_questions_s:
            self._next_questions_s = now + self.questions_every_s
            self._ask_live()

    def _on_answer(self, answer: Any) -> None:
        checks = self._of(ChecksPanel)
        if not isinstance(answer, ChecksDone):
            self._take_answer(answer)
        elif checks is not None:
            checks.set_checks(answer.checks, answer.step)

    # ------------------------------------------------------------------------------------------------- subclasses

    def _show_run(self, panel: Panel) -> None:
        """Parameters, seed or title are new."""

    def _show_frame(self, panel: Panel, name: str) -> None:
        """The frame called ``name`` is new."""

    def _show_numbers(self, panel: Panel) -> None:
        """The log has new numbers; curves are shown already."""

    def _on_moved(self) -> None:
        """Another step is shown, or training has stopped."""

    def _ask_for(self, panel: Panel) -> None:
        """What this panel shows of the live model; the checks of a standing run."""
        if isinstance(panel, ChecksPanel) and not self.status.playing:
            self.run_checks()

    def _ask_live(self) -> None:
        """A few times a second while training: what should follow."""

    def _take_answer(self, answer: Any) -> None:
        """Hand an answer to the panels that show it."""
