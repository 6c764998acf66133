"""Drives one experiment: play, pause, step, ask, scrub, branch. Knows no Qt and no torch.

*Head* is the number of steps the run has taken, *cursor* the step that is shown. Scrubbing moves only the cursor:
pictures come from the history at once. The weights follow when they are needed (a question, a branch, play), in slices.
"""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Callable
from typing import Any

from explorer.core.cadence import Pace
from explorer.core.camera import Camera
from explorer.core.errors import Trouble, UserError, first_line, not_finite
from explorer.core.experiment import Build
from explorer.core.ghosts import branch_label, restart_label, with_ghost
from explorer.core.history import History
from explorer.core.mailbox import Mailbox
from explorer.core.params import changed, needs_restart, values_of, with_values
from explorer.core.run import Ghost, RunSnapshot, RunStatus
from explorer.core.scalars import ScalarLog
from explorer.core.session import Session, View, restore
from explorer.core.spec import LabSpec
from explorer.core.weights import Weights


class Runner:
    """One run of one lab's experiment.

    Args:
        spec: The lab.
        build: Makes an experiment from (params, seed).
        params: The lab's Params to begin with.
        seed: Seed of the run.
        mailbox: Where frames, numbers and status go; None when nobody looks.
        history: What is kept for scrubbing and branching.
        clock: Seconds, rising.
        session: A saved run to begin with, instead of ``params`` and ``seed``.
        stored: Title of the stored run that ``session`` is; empty for a user's own.

    Raises:
        UserError: The session belongs to another lab, or its numbers do not fit.
    """

    params: Any
    seed: int
    head: int
    cursor: int
    stored: str
    trouble: Trouble | None
    scalars: ScalarLog

    def __init__(
        self,
        spec: LabSpec,
        build: Build,
        params: Any,
        seed: int,
        *,
        mailbox: Mailbox | None = None,
        history: History | None = None,
        clock: Callable[[], float] = time.perf_counter,
        session: Session | None = None,
        stored: str = "",
    ) -> None:
        self.spec = spec
        self.playing = False
        self.interrupted: Callable[[], bool] = lambda: False
        self.history = history or History()
        self.ghosts: tuple[Ghost, ...] = ()
        self._build = build
        self._mailbox = mailbox or Mailbox(max_scalars=1)
        self._clock = clock
        self._camera = Camera(spec.frames, self.history, self._mailbox, clock)
        self._pace = Pace()
        if session is None:
            self._begin(params, seed)
        else:
            self.load_session(session, stored)

    # ------------------------------------------------------------------------------------------------- commands

    def play(self) -> None:
        """Train on from the head; a step shown from the past is left for it."""
        self.cursor = self.head
        self._clear_trouble()
        self._weights.set_params(self.head, self.params)
        self.playing = True
        self._pace.start(self._clock())
        self._put_status()

    def pause(self) -> None:
        """Stop training and show the exact frames of the step reached."""
        was_playing, self.playing = self.playing, False
        if was_playing and self.ready:
            self._weights.keep()
            self._show_exact()
        self._put_status()

    def step(self, n: int = 1) -> None:
        """Take ``n`` steps and stop; with a past step shown, move to the next recorded one instead."""
        self.playing = False
        if self.cursor < self.head:
            self.scrub(self.history.frames.after(self.cursor) or self.head)
            return
        if self.train(n) == n:
            self._show_exact()
        self._put_status()

    def train(self, n: int) -> int:
        """Take ``n`` steps at the head without making frames.

        Returns:
            Steps taken; fewer than ``n`` when the run came to grief (see ``trouble``).
        """
        self.cursor = self.head
        self._clear_trouble()
        self._weights.set_params(self.head, self.params)
        self._rebuild_now()
        for taken in range(n):
            if not self._train_once():
                return taken
        self.cursor = self.head
        return n

    def step_back(self) -> None:
        """Show the recorded step before the one shown."""
        if (before := self.history.frames.before(self.cursor)) is not None:
            self.scrub(before)

    def scrub(self, step: int) -> None:
        """Show the recorded step nearest to ``step``, from the history; the run stops but loses nothing."""
        if self.playing:
            self.pause()
        nearest = self.history.frames.nearest(step)
        self.cursor = self.head if nearest is None or step >= self.head else nearest
        self._camera.show_recorded(self.cursor)
        self._put_status()

    def branch(self) -> None:
        """Make the step shown the head: what came later becomes a ghost, and training goes on from here."""
        if self.cursor == self.head:
            return
        self._rebuild_now()
        label = branch_label(self._weights.params, self.params, self.cursor)
        self.ghosts = with_ghost(self.ghosts, label, self.scalars.series(), self.cursor)
        self.head = self.cursor
        self.history.cut_after(self.head)
        self.scalars.cut_after(self.head)
        self.trouble = None
        self._weights.set_params(self.head, self.params)
        self._weights.keep()
        self._put_snapshot()
        self._show_exact()

    def reset(self) -> None:
        """Start again with the same seed and the present parameters."""
        self._restart(self.params, self.seed)

    def reseed(self, seed: int) -> None:
        """Start again with another seed."""
        self._restart(self.params, seed)

    def set_params(self, params: Any) -> None:
        """Adopt parameters: live ones act on the next step, any other starts the run again."""
        if needs_restart(self.params, params):
            self._restart(params, self.seed)
            return
        self.params = params
        if self.cursor == self.head:
            self._weights.set_params(self.head, params)

    def set_speed(self, steps_per_s: float | None) -> None:
        """Slow motion at so many steps per second; None for full speed."""
        self._pace.speed = steps_per_s
        self._pace.start(self._clock())
        self._put_status()

    def set_wanted(self, names: frozenset[str]) -> None:
        """Choose the frames that somebody looks at; a standing run shows newly wanted ones at once."""
        new, self._camera.wanted = names - self._camera.wanted, names
        if new and not self.playing:
            if self.cursor < self.head or not self.ready:
                self._camera.show_recorded(self.cursor)
            else:
                self._show_exact(new)

    # ------------------------------------------------------------------------------------------------ working

    @property
    def ready(self) -> bool:
        """Whether the experiment holds the weights of the step shown."""
        return self._weights.step == self.cursor

    def wait_s(self) -> float:
        """Seconds until :meth:`run_for` has something to do: 0 when at once, infinity when nothing is left."""
        if self.playing:
            return self._pace.wait_s(self._clock()) if self.ready else 0.0
        return 0.0 if self._preparing else math.inf

    def prepare(self) -> None:
        """Ask for the weights of the step shown; :meth:`run_for` rebuilds them in slices."""
        self._preparing = not self.ready
        self._put_status()

    def run_for(self, ms: float) -> None:
        """Work for about ``ms`` milliseconds: rebuild the step shown if need be, then train while playing."""
        end = self._clock() + ms / 1000
        while self.wait_s() <= 0:
            if not self.ready:
                self._approach()
            elif self._train_once():
                self.cursor = self.head
                self._take_frames()
            if self._clock() >= end or self.interrupted():
                break
        self._put_status()

    def ask(self, request: Any) -> Any:
        """The experiment's answer at the step shown, whose weights are rebuilt first where it needs them.

        Raises:
            UserError: It cannot be answered; the sentence says why.
        """
        if not isinstance(request, self.spec.timeless):
            self._rebuild_now()
        return self._weights.experiment.answer(request)

    # ------------------------------------------------------------------------------------------------ sessions

    def session(self, view: View | None = None, version: str = "") -> Session:
        """The run at the step shown, to be saved; ``view`` is what the window adds to it."""
        self._rebuild_now()
        model, step = self._weights.experiment, self.cursor
        frames = model.frames(frozenset(f.name for f in self.spec.frames), exact=True)
        params, state, series = values_of(self.params), model.state(), self.scalars.series(step)
        return Session(self.spec.id, params, self.seed, step, state, frames, series, self.ghosts, view or {}, version)

    def load_session(self, session: Session, stored: str = "") -> None:
        """Come back to a saved state; the present run is left as it is when that fails.

        Args:
            session: The session; of this lab.
            stored: Title of the stored run it is; empty for a user's own.

        Raises:
            UserError: It belongs to another lab, or its numbers do not fit.
        """
        if session.lab != self.spec.id:
            raise UserError(f"This session belongs to the lab {session.lab}; open that lab first.")
        self._begin(with_values(self.spec.params(), session.params), session.seed, session, stored)

    # ------------------------------------------------------------------------------------------------ one step

    def _train_once(self) -> bool:
        """One step at the head; False when it came to grief."""
        began = self._clock()
        try:
            scalars = self._weights.experiment.step()
        except UserError as error:
            self._fail(str(error), "")
            return False
        except Exception as error:  # whatever a model raises ends the run, never the app
            self._fail(f"Step {self.head + 1:,} failed: {first_line(error)}", traceback.format_exc())
            return False
        self.head += 1
        self._weights.step = self.head
        self._pace.stepped(self._clock(), self._clock() - began)
        self.scalars.append(self.head, scalars)
        self._mailbox.put_scalars(self.head, scalars)
        if broken := next((name for name, value in scalars.items() if not math.isfinite(value)), ""):
            self.head -= 1
            label = {i.name: i.label for i in self.spec.scalars}.get(broken, broken)
            self._fail(not_finite(label, scalars[broken], self.head + 1), "")
            return False
        self._weights.keep_if_due()
        return True

    def _fail(self, sentence: str, detail: str) -> None:
        """Stop, say what happened at the step after the head, and go back to the last recorded step before it."""
        self.playing = False
        self.trouble = Trouble(sentence, detail, self.head + 1)
        shown, kept = self.history.frames.before(self.head + 1), self.history.states.before(self.head + 1)
        self.head = self.cursor = max(shown or 0, kept or 0)
        self._weights.lose()
        self._fell_back = True
        self.history.cut_after(self.head)
        self._put_snapshot()
        self._camera.show_recorded(self.cursor)

    def _clear_trouble(self) -> None:
        """Forget what stopped the run, and the numbers that led there."""
        if self.trouble is not None:
            self.trouble = None
            self.scalars.cut_after(self.head)
            self._put_snapshot()

    def _approach(self) -> None:
        try:
            self._weights.approach(self.cursor)
        except Exception:
            self._preparing = False
            self._weights.lose()
            raise
        if self.ready:
            self._preparing = False
            if self._fell_back and self.cursor == self.head:
                self._fell_back = False
                self._show_exact()  # what is not on record still shows the steps that came to grief

    def _rebuild_now(self) -> None:
        while not self.ready:
            self._approach()

    # ------------------------------------------------------------------------------------------------ frames

    def _take_frames(self) -> None:
        """While playing: the channels that are due; in slow motion all of them, exactly."""
        began = self._clock()
        names = self._camera.active if self._pace.is_slow else self._camera.due(began, self.interrupted())
        if names:
            self._take(names, exact=self._pace.is_slow)
            self._pace.framed(self._clock() - began)

    def _show_exact(self, names: frozenset[str] | None = None) -> None:
        """Exact frames of the standing run."""
        self._take(names or self._camera.active, exact=True)

    def _take(self, names: frozenset[str], *, exact: bool) -> None:
        """Take frames at the head; one that fails stops the run and says so."""
        try:
            take = self._camera.take_exact if exact else self._camera.take
            take(self._weights.experiment, self.head, names)
        except Exception as error:  # a picture that cannot be made ends the run, never the app
            self.playing = False
            sentence = f"A picture of step {self.head:,} failed: {first_line(error)}"
            self.trouble = Trouble(sentence, traceback.format_exc(), self.head, "frames")
            self._put_status()

    # ------------------------------------------------------------------------------------------------ whole runs

    def _begin(self, params: Any, seed: int, session: Session | None = None, stored: str = "") -> None:
        """Put a run in the place of the present one: a new one, or a saved one."""
        experiment = self._build(params, seed)
        if session is not None:
            restore(session, experiment)
            self.ghosts = session.ghosts
        self.params, self.seed, self.stored = params, seed, stored
        self.head = self.cursor = session.step if session else 0
        self.playing = self._preparing = self._fell_back = False
        self.trouble, self.scalars = None, ScalarLog()
        self.scalars.extend(session.series if session else {})
        self.history.clear()
        self._weights: Weights = Weights(experiment, params, self.head, self.history.states)
        self._put_snapshot()
        self._show_exact()

    def _restart(self, params: Any, seed: int) -> None:
        """Begin a new run; the old one stays as a ghost where it was another one."""
        differs = bool(changed(self.params, params)) or seed != self.seed or bool(self.stored)
        was_playing, ghosts = self.playing, self.ghosts
        if self.head > 0 and differs:
            label = restart_label(self.params, params, self.seed, self.stored)
            self.ghosts = with_ghost(ghosts, label, self.scalars.series(), 0)
        try:
            self._begin(params, seed)
        except Exception:
            self.ghosts = ghosts
            raise
        if was_playing:
            self.play()

    # ------------------------------------------------------------------------------------------------ telling

    def status(self) -> RunStatus:
        """Where the run stands."""
        steps = self.history.frames.steps
        return RunStatus(
            playing=self.playing,
            head=self.head,
            cursor=self.cursor,
            first=steps[0] if steps else self.head,
            steps_per_s=self._pace.steps_per_s if self.playing else 0.0,
            ms_per_step=self._pace.ms_per_step,
            frame_share=self._pace.frame_share if self.playing else 0.0,
            speed=self._pace.speed,
            busy=None if self.ready else self._weights.progress(self.cursor),
            trouble=self.trouble,
        )

    def _put_status(self) -> None:
        self._mailbox.put_status(self.status())

    def _put_snapshot(self) -> None:
        status, series = self.status(), self.scalars.series()
        self._mailbox.put_snapshot(RunSnapshot(self.params, self.seed, status, series, self.ghosts, self.stored))
        self._put_status()
