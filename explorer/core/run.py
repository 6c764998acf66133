"""What others may know of a run: its present status, and a snapshot of all of it when it jumps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from explorer.core.errors import Trouble
from explorer.core.scalars import Series


@dataclass(frozen=True, eq=False)
class Ghost:
    """The numbers of an earlier run, kept for comparison.

    Attributes:
        label: What was different about it, in a few words.
        series: Its numbers, thinned.
        branch_step: Step where the next run left it; 0 for a restart.
    """

    label: str
    series: Series
    branch_step: int = 0


@dataclass(frozen=True)
class Busy:
    """Long work of the runner: what is being done, and how much of it (0 to 1)."""

    what: str
    fraction: float


@dataclass(frozen=True)
class RunStatus:
    """Where a run stands.

    Attributes:
        playing: Whether it trains.
        head: Steps the run has taken.
        cursor: Step shown.
        first: First recorded step; scrubbing reaches from there to ``head``.
        steps_per_s: Steps per second of wall time, over about the last second; 0 when not playing.
        ms_per_step: Milliseconds that one step takes.
        frame_share: Part of the worker's time spent making frames, 0 to 1.
        speed: Steps per second asked for; None is full speed.
        busy: Long work under way.
        trouble: What stopped the run.
    """

    playing: bool = False
    head: int = 0
    cursor: int = 0
    first: int = 0
    steps_per_s: float = 0.0
    ms_per_step: float = 0.0
    frame_share: float = 0.0
    speed: float | None = None
    busy: Busy | None = None
    trouble: Trouble | None = None

    @property
    def in_the_past(self) -> bool:
        """Whether the step shown is not the newest one."""
        return self.cursor < self.head


@dataclass(frozen=True, eq=False)
class RunSnapshot:
    """A whole run as numbers, given when it jumps: opened, reset, branched, or gone on with other parameters.

    Attributes:
        params: The lab's Params.
        seed: Seed of the run.
        status: Where it stands.
        series: All numbers so far.
        ghosts: Earlier runs.
        stored: Title of the stored run that this one began with; empty for one trained from scratch.
    """

    params: Any
    seed: int
    status: RunStatus
    series: Series
    ghosts: tuple[Ghost, ...] = field(default=())
    stored: str = ""
