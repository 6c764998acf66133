"""Takes frames of the experiment: for whoever looks, and for the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from explorer.core.cadence import Cadence
from explorer.core.experiment import Experiment
from explorer.core.frames import Array, Frame, FrameInfo
from explorer.core.history import Arrays, History, Track
from explorer.core.mailbox import Mailbox

PATIENCE_S = 2.0
"""So long pictures of a run give way to questions about it."""


class Camera:
    """Leaves wanted frames in the mailbox and keeps recorded ones for scrubbing.

    Args:
        infos: The frames a lab offers.
        history: Where recorded frames are kept.
        mailbox: Where wanted frames go.
        clock: Seconds, rising.
    """

    def __init__(
        self, infos: Iterable[FrameInfo], history: History, mailbox: Mailbox, clock: Callable[[], float]
    ) -> None:
        infos = tuple(infos)
        self.wanted: frozenset[str] = frozenset()
        self._recorded = frozenset(info.name for info in infos if info.recorded)
        self._history = history
        self._mailbox = mailbox
        self._clock = clock
        self._cadence = Cadence(infos)
        self._taken_s = -PATIENCE_S

    @property
    def active(self) -> frozenset[str]:
        """Channels that are taken at all: those somebody looks at and those on record."""
        return self.wanted | self._recorded

    def due(self, now_s: float, waiting: bool = False) -> frozenset[str]:
        """Active channels whose time has come; while an order is waiting it goes first, for a second or two."""
        if waiting and now_s - self._taken_s < PATIENCE_S:
            return frozenset()
        return self._cadence.due(self.active, now_s)

    def take(self, experiment: Experiment, step: int, names: frozenset[str]) -> None:
        """Take frames while playing, one by one: what each costs decides when it is due again."""
        taken: dict[str, Array] = {}
        for name in names:
            began = self._clock()
            taken |= experiment.frames(frozenset({name}), exact=False)
            now = self._clock()
            self._cadence.taken(name, now, now - began, len(self.active))
            self._taken_s = now
        self._keep(step, taken)

    def take_exact(self, experiment: Experiment, step: int, names: frozenset[str]) -> None:
        """Take exact frames of a standing run, all in one go."""
        self._keep(step, experiment.frames(names, exact=True))

    def show_recorded(self, step: int) -> None:
        """Leave the wanted frames of a past step in the mailbox, each with the step it was taken at."""
        for name, (at, data) in self._history.frames_at(step, self.wanted).items():
            self._mailbox.put_frame(Frame(name, at, data))

    def _keep(self, step: int, frames: Arrays) -> None:
        for name in self.wanted & frames.keys():
            self._mailbox.put_frame(Frame(name, step, frames[name]))
        recorded = {name: array for name, array in frames.items() if name in self._recorded}
        if recorded:
            track: Track[Arrays] = self._history.frames
            known = track.at_or_before(step)
            track.put(step, {**known[1], **recorded} if known and known[0] == step else recorded)
