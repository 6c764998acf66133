"""What the window can tell the worker, as frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from explorer.core.mailbox import Mailbox
from explorer.core.runner import Runner
from explorer.core.session import View
from explorer.core.spec import LabSpec


class Order:
    """Something to do with the runner."""

    def apply(self, runner: Runner) -> None:
        """Do it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Command(Order):
    """Call one of the runner's commands by name, as ``Command("scrub", (300,))``."""

    name: str
    args: tuple[Any, ...] = ()

    def apply(self, runner: Runner) -> None:
        """Call it."""
        getattr(runner, self.name)(*self.args)


@dataclass(frozen=True)
class Open(Order):
    """Open a lab: its stored run, a session file, or a new run from ``params`` and ``seed``.

    Attributes:
        spec: The lab.
        params: Parameters of a new run.
        seed: Seed of a new run.
        stored: File stem of a stored run, or empty; with a path, what to open when that fails at the start.
        stored_title: Its title.
        path: Session file, or None.
        wanted: Frames that visible panels draw.
        mailbox: Where the run leaves its mail.
    """

    spec: LabSpec
    params: Any
    seed: int
    stored: str = ""
    stored_title: str = ""
    path: Path | None = None
    wanted: frozenset[str] = frozenset()
    mailbox: Mailbox = field(default_factory=Mailbox)


@dataclass(frozen=True)
class Resume(Order):
    """Go back to a lab left before: its run is as it was, paused."""

    lab_id: str


@dataclass(frozen=True)
class Ask(Order):
    """Ask the live model; a newer question of the same kind takes the place of an unanswered one."""

    request: Any


@dataclass(frozen=True)
class Save(Order):
    """Write the step shown to a session file."""

    path: Path
    view: View = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Collect(Order):
    """Hand out the recorded frames up to the step shown, one step after the other.

    Attributes:
        names: Frames wanted.
        most: Steps at most, evenly chosen.
        cancelled: Asked before every step.
    """

    names: frozenset[str]
    most: int = 120
    cancelled: Callable[[], bool] = lambda: False
