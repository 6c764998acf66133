"""The worker: one QObject on the one thread, with its own event loop. Everything torch happens here."""

from __future__ import annotations

import math
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

import explorer
from explorer.catalog import PREPARE, resolve
from explorer.core.errors import Trouble, UserError
from explorer.core.history import History
from explorer.core.runner import Runner
from explorer.core.session import Session, View, load_session, save_session
from explorer.core.stored import stored_path
from explorer.ui.work.attention import Attention
from explorer.ui.work.orders import Ask, Collect, Open, Order, Resume, Save
from explorer.ui.work.preload import preload_torch

SLICE_MS = 15.0
GRACE = 1.4
"""While a hand moves training waits for the next question, so many times as long as this one came after the last."""
QUICK_S = 0.08
"""Questions that come this soon after one another come from a hand that moves."""
LONG_STEP_MS = 6.0
"""Shorter steps keep nobody waiting."""
MOST_WAITED_S = 0.25
"""While a hand moves at least one step is taken in this time."""


class Worker(QObject):
    """Runs orders and, while playing, slices of training between them.

    Signals:
        turned_to: Id of the lab that everything said from now on concerns.
        ready: Text naming the device, once the model is there.
        answered: An answer.
        troubled: A :class:`Trouble` of an order or a request; training's own troubles come with the status.
        saved: The path of a session written.
        viewed: What the window showed when the session file just opened was saved.
        collected: (token, step, frames or None at the end): the recorded frames that :class:`Collect` asked for.
        stopped: The worker has let go of everything.

    Args:
        attention: Raised by the window when an order waits, so that a slice of training ends early.
        device: Name of the device, or ``"auto"``.
    """

    turned_to = Signal(str)
    ready = Signal(str)
    answered = Signal(object)
    troubled = Signal(object)
    saved = Signal(str)
    viewed = Signal(object)
    collected = Signal(object, int, object)
    stopped = Signal()

    def __init__(self, attention: Attention, device: str) -> None:
        super().__init__()
        self._attention = attention
        self._device = device
        self._runner: Runner | None = None
        self._left: dict[str, Runner] = {}
        self._questions: dict[type, Any] = {}
        self._collecting: list[tuple[Collect, list[int]]] = []
        self._timer: QTimer | None = None
        self._step_ms = 0.0
        self._stepped_s = self._answered_s = -math.inf

    @Slot(object)
    def obey(self, order: Order) -> None:
        """Run one order; whatever goes wrong becomes a sentence.

        Where nothing is open yet and an order to open failed, something plainer is opened first and the sentence
        follows: a run that opens takes away what was said before it.
        """
        self._attention.heard()
        trouble = self._attempt(order)
        if trouble is not None and isinstance(order, Open) and self._runner is None and (order.path or order.stored):
            self.obey(_plainer(order))
        if trouble is not None:
            self.troubled.emit(trouble)
        self._schedule()

    def _attempt(self, order: Order) -> Trouble | None:
        """Run one order; what went wrong, if anything did."""
        try:
            self._obey(order)
        except UserError as error:
            return self._trouble(str(error), "", type(order).__name__)
        except Exception as error:  # the app goes on whatever a model or a file does
            return self._trouble(f"That did not work: {error}", traceback.format_exc(), type(order).__name__)
        return None

    def _obey(self, order: Order) -> None:
        if isinstance(order, Open):
            self._open(order)
        elif isinstance(order, Resume):
            self._turn_to(order.lab_id)
        elif isinstance(order, Ask):
            self._questions[type(order.request)] = order.request
        elif isinstance(order, Save):
            self._save(order.path, order.view)
        elif isinstance(order, Collect):
            self._begin_collect(order)
        elif self._runner is not None:
            numbers = self._runner.scalars
            order.apply(self._runner)
            if self._runner.scalars is not numbers:  # a new run: questions asked of the old one have no answer now
                self._questions.clear()

    @Slot()
    def stop(self) -> None:
        """Let go of the run; the thread ends afterwards."""
        self._runner = None
        self._left.clear()
        self._questions.clear()
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None
        self.stopped.emit()

    # ------------------------------------------------------------------------------------------------- orders

    def _turn_to(self, lab_id: str) -> None:
        """Leave the run of another lab as it is, and take up this one's if it was left before."""
        if self._runner is None or self._runner.spec.id != lab_id:
            if self._runner is not None:
                self._runner.pause()
                self._left[self._runner.spec.id] = self._runner
            self._runner = self._left.pop(lab_id, None)
            self._questions.clear()
            self._collecting.clear()
        self.turned_to.emit(lab_id)

    def _open(self, order: Open) -> None:
        spec = order.spec
        self._turn_to(spec.id)
        preload_torch()
        device = resolve(PREPARE)(self._device)
        create = resolve(spec.experiment)
        if self._attention.leaving:  # the window was closed meanwhile
            return

        def build(params: Any, seed: int) -> Any:
            return create(params, seed, device.name)

        session = _session_of(order)
        history = History()
        runner = Runner(
            spec, build, order.params, order.seed, mailbox=order.mailbox, history=history, session=session,
            stored="" if order.path else order.stored_title,
        )  # fmt: skip
        runner.interrupted = self._attention.waiting
        runner.set_wanted(order.wanted)
        self._runner = runner
        self.ready.emit(device.text)
        if session is not None and order.path is not None:
            self.viewed.emit(session.view)

    def _save(self, path: Path, view: View) -> None:
        if self._runner is not None:
            save_session(self._runner.session(view, explorer.__version__), path)
            self.saved.emit(str(path))

    def _begin_collect(self, order: Collect) -> None:
        if self._runner is None:
            return
        steps = [s for s in self._runner.history.frames.steps if s <= self._runner.cursor]
        stride = max(1, math.ceil(len(steps) / order.most))
        chosen = steps[::-1][::stride][::-1]
        self._collecting = [(order, chosen)]

    # ------------------------------------------------------------------------------------------------- the tick

    def _schedule(self) -> None:
        """Post the next tick: at once while there is work, later in slow motion, never when all is still."""
        if self._timer is None:
            self._timer = QTimer(self)
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self._tick)
        wait_s = self._runner.wait_s() if self._runner is not None else math.inf
        if self._questions or self._collecting:
            wait_s = 0.0
        if wait_s == math.inf:
            self._timer.stop()
        else:
            self._timer.start(math.ceil(wait_s * 1000))

    @Slot()
    def _tick(self) -> None:
        runner = self._runner
        if runner is None:
            return
        try:
            before, answered = self._answered_s, self._answer(runner)
            self._collect(runner)
            since_s = self._answered_s - before
            if answered and self._gives_way(runner, since_s) and self._timer is not None:
                self._timer.start(math.ceil(1000 * GRACE * since_s))  # the next question, if it comes, starts it anew
                return
            self._run(runner)
        except Exception as error:
            self._questions.clear()  # a question that cannot be answered must not come back every tick
            runner.pause()
            self._report(f"The run stopped: {error}", traceback.format_exc(), "step")
        self._schedule()

    def _run(self, runner: Runner) -> None:
        """A slice of training, and how long its steps took."""
        began, before = time.monotonic(), runner.head
        runner.run_for(SLICE_MS)
        if runner.head > before:
            self._stepped_s = time.monotonic()
            self._step_ms = 1000 * (self._stepped_s - began) / (runner.head - before)

    def _gives_way(self, runner: Runner, since_s: float) -> bool:
        """Whether training waits a moment for the next question, which would otherwise wait for a whole step.

        Args:
            runner: The run.
            since_s: Seconds between the last two answers.
        """
        waited_s = self._answered_s - self._stepped_s
        is_long = self._step_ms > LONG_STEP_MS
        return runner.playing and is_long and since_s < QUICK_S and waited_s < MOST_WAITED_S

    def _answer(self, runner: Runner) -> bool:
        """Answer the newest question of each kind, once the weights of the step shown are there; whether one was."""
        questions, self._questions = self._questions, {}
        if not runner.playing and not runner.ready:
            timeless = {kind: q for kind, q in questions.items() if issubclass(kind, runner.spec.timeless)}
            self._questions = {kind: q for kind, q in questions.items() if kind not in timeless}
            questions = timeless
            if self._questions:
                runner.prepare()
        for request in questions.values():
            try:
                self.answered.emit(runner.ask(request))
            except UserError as error:
                self._report(str(error), "", type(request).__name__)
            except Exception as error:
                sentence = f"The model could not answer: {error}"
                self._report(sentence, traceback.format_exc(), type(request).__name__)
        if questions:
            self._answered_s = time.monotonic()
        return bool(questions)

    def _collect(self, runner: Runner) -> None:
        """Hand out one recorded step a tick, so that everything else goes on meanwhile."""
        if not self._collecting:
            return
        order, steps = self._collecting[0]
        if order.cancelled() or not steps:
            self._collecting.clear()
            self.collected.emit(order, -1, None)
            return
        step = steps.pop(0)
        found = {n: a for n, (_, a) in runner.history.frames_at(step, order.names).items()}
        self.collected.emit(order, step, found)

    def _report(self, sentence: str, detail: str, source: str) -> None:
        self.troubled.emit(self._trouble(sentence, detail, source))

    def _trouble(self, sentence: str, detail: str, source: str) -> Trouble:
        return Trouble(sentence, detail, self._runner.cursor if self._runner is not None else 0, source)


def _plainer(order: Open) -> Open:
    """What to open where nothing is open yet and the order failed: the stored run, at last a new one."""
    return replace(order, path=None) if order.path else replace(order, stored="", stored_title="")


def _session_of(order: Open) -> Session | None:
    """The session to begin with: one from a file, a stored run, or none."""
    if order.path is not None:
        return load_session(order.path)
    return load_session(stored_path(order.stored)) if order.stored else None
