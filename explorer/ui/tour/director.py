"""Makes one move after the other, waits where a move has to be waited for, and watches live training."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.core.tour import Until
from explorer.ui.conductor import Conductor
from explorer.ui.lab import Lab
from explorer.ui.tour.moves import Done, Move, Moves

PATIENCE_MS = 20_000
"""A move that has not come off by then is left behind: the lesson goes on whatever happens."""


class Director(QObject):
    """Drives one open lab through the moves of a scene.

    Signals:
        settled: All moves are made, and live training has come as far as it should.
        told: How live training goes, in words, and how far it is (0 to 1; -1 where that is not known).

    Args:
        lab: The lab.
        conductor: Its run.
        moves: Opens stored runs where live training is too slow.
        most_s: Bound for every time-out of a scene, seconds.
    """

    settled = Signal()
    told = Signal(str, float)

    def __init__(self, lab: Lab, conductor: Conductor, moves: Moves, most_s: float, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self._moves = moves
        self._most_s = most_s
        self._queue: deque[Move] = deque()
        self._waiting: Done | None = None
        self._until: Until | None = None
        self._watching = False
        self._active = False
        self._advancing = False
        self._began_s = 0.0
        self._was_playing = False
        self._patience = self._timer(self._on_patience_timeout)
        self._limit = self._timer(self._on_limit_timeout)
        conductor.status_changed.connect(self._on_news)
        conductor.run_changed.connect(self._on_news)
        conductor.ready.connect(self._on_news)

    @property
    def busy(self) -> bool:
        """Whether there is something still to be done or waited for."""
        return self._active

    def perform(self, moves: Sequence[Move], until: Until | None) -> None:
        """Leave what was being done and make these moves; ``until`` says when the training they start is over."""
        self.stop()
        self._queue.extend(moves)
        self._until = until
        self._active = True
        self._advance()

    def stop(self) -> None:
        """Leave the rest undone."""
        self._queue.clear()
        self._waiting = self._until = None
        self._active = self._watching = False
        self._patience.stop()
        self._limit.stop()

    # ------------------------------------------------------------------------------------------------- one by one

    @Slot()
    def _on_news(self, *_news: object) -> None:
        if self._watching:
            self._watch()
        elif self._active:
            self._advance()

    def _advance(self) -> None:
        """Make moves until one has to be waited for; a move may bring news of its own."""
        if self._advancing:
            return
        self._advancing = True
        while self._active and (self._waiting is None or self._waiting()):
            self._patience.stop()
            if not self._queue:
                self._waiting = None
                self._end_moves()
                break
            self._waiting = self._queue.popleft()()
            if self._waiting is not None and not self._waiting():
                self._patience.start(PATIENCE_MS)
        self._advancing = False

    def _end_moves(self) -> None:
        if self._until is None:
            self._settle()
            return
        self._watching, self._was_playing = True, False
        self._began_s = time.monotonic()
        self._limit.start(round(1000 * min(self._until.timeout_s, self._most_s)))
        self._watch()

    def _settle(self) -> None:
        self._active = self._watching = False
        self._limit.stop()
        self.settled.emit()

    # ------------------------------------------------------------------------------------------------- training

    def _watch(self) -> None:
        until, status = self._until, self._lab.status
        if until is None:
            return
        if self._was_playing and not status.playing:
            self._leave_to_user()
        elif self._reached(until):
            self._moves.pause()
            self.told.emit(self._summary(until), -1.0)
            self._settle()
        else:
            self._was_playing = status.playing
            self.told.emit(self._words(until), self._fraction(until))

    def _leave_to_user(self) -> None:
        """Whoever pauses by hand, or meets trouble, goes on by hand."""
        self.told.emit("", -1.0)
        self._settle()

    def _reached(self, until: Until) -> bool:
        if until.step is not None:
            return self._lab.status.head >= until.step
        value = self._value(until)
        return value is not None and until.below is not None and value < until.below

    def _value(self, until: Until) -> float | None:
        return self._lab.log.at_or_before(self._lab.status.head).get(until.scalar)

    def _words(self, until: Until) -> str:
        if until.step is not None:
            return f"Training: step {self._lab.status.head:,} of {until.step:,}"
        return f"Training: {self._number(until)}, until it is below {until.below:g}"

    def _summary(self, until: Until) -> str:
        seconds, head = time.monotonic() - self._began_s, self._lab.status.head
        number = f", {self._number(until)}" if until.below is not None else ""
        return f"Paused at step {head:,}{number}; it took {seconds:.0f} s."

    def _number(self, until: Until) -> str:
        value, info = self._value(until), {i.name: i for i in self._lab.spec.scalars}[until.scalar]
        return f"{info.label} {'…' if value is None else f'{value:.1f}'} {info.unit}".rstrip()

    def _fraction(self, until: Until) -> float:
        if until.step is not None:
            return self._lab.status.head / max(1, until.step)
        return (time.monotonic() - self._began_s) / until.timeout_s

    @Slot()
    def _on_limit_timeout(self) -> None:
        """Too slow for a lesson: pause, and open the stored run where the scene names one."""
        until, self._until = self._until, None
        if until is None or not self._watching:
            return
        self._watching = False
        rest: list[Move] = [self._moves.pause]
        if until.fallback:
            rest.append(lambda: self._moves.open_stored(until.fallback))
        slow = "Live training takes too long here: "
        self.told.emit(slow + ("this is the stored run." if until.fallback else "this is how far it has come."), -1.0)
        self._queue.extend(rest)
        self._advance()

    @Slot()
    def _on_patience_timeout(self) -> None:
        self._waiting = None
        self._advance()

    def _timer(self, handler: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(handler)
        return timer
