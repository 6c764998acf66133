"""Runs without a window: made from arguments, trained under a progress bar, stopped by Ctrl-C between two steps."""

from __future__ import annotations

import argparse
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from explorer.catalog import FIRST_SEED, PREPARE, resolve
from explorer.commands.arguments import settings
from explorer.commands.progress import Progress
from explorer.core.errors import UserError
from explorer.core.mailbox import Mailbox
from explorer.core.params import needs_restart, with_values
from explorer.core.runner import Runner
from explorer.core.session import Session, load_session
from explorer.core.spec import LabSpec
from explorer.core.stored import stored_path


class Interrupt:
    """Turns Ctrl-C into a question to ask between two steps, while the ``with`` block runs."""

    def __init__(self) -> None:
        self.asked = False
        self._before: Any = None

    def __enter__(self) -> Interrupt:
        self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


@dataclass(frozen=True, eq=False)
class Plan:
    """How a run begins.

    Attributes:
        lab: The lab.
        params: Its Params.
        seed: Seed of a new run.
        device: Name of the device, or ``"auto"``.
        session: The run to go on from, or None for a new one.
        stored: Title of the stored run that ``session`` is; empty for a user's own.
    """

    lab: LabSpec
    params: Any
    seed: int = FIRST_SEED
    device: str = "auto"
    session: Session | None = None
    stored: str = ""


def plan_of(lab: LabSpec, args: argparse.Namespace) -> Plan:
    """What the run's arguments ask for, found out before anything slow.

    Raises:
        UserError: A parameter, or the session, is not right.
    """
    changes = settings(args.set)
    if not args.session:
        seed = FIRST_SEED if args.seed is None else args.seed
        return Plan(lab, with_values(lab.params(), changes), seed, args.device)
    session = load_session(Path(args.session))
    if session.lab != lab.id:
        raise UserError(f"{args.session} belongs to the lab {session.lab}; name that lab instead of {lab.id}.")
    saved = with_values(lab.params(), session.params)
    params = with_values(saved, changes)
    if needs_restart(saved, params) or args.seed is not None:
        raise UserError("A saved run goes on with its own seed and only live parameters; leave out --session or those.")
    return Plan(lab, params, session.seed, args.device, session)


def stored_plan(lab: LabSpec, device: str = "auto") -> Plan:
    """The first stored run of a lab that has one.

    Raises:
        UserError: Its file is missing or damaged.
    """
    session = load_session(stored_path(lab.stored[0].stem))
    return Plan(lab, with_values(lab.params(), session.params), session.seed, device, session, lab.stored[0].title)


def start_run(plan: Plan, mailbox: Mailbox | None = None) -> tuple[Runner, str]:
    """A runner at its beginning, and the device in words; imports torch.

    Raises:
        UserError: The device is not there, or the session does not fit.
    """
    device = resolve(PREPARE)(plan.device)
    create = resolve(plan.lab.experiment)

    def build(params: Any, seed: int) -> Any:
        return create(params, seed, device.name)

    runner = Runner(plan.lab, build, plan.params, plan.seed, mailbox=mailbox, session=plan.session, stored=plan.stored)
    runner.set_params(plan.params)
    return runner, str(device.text)


def train(runner: Runner, n_steps: int | None, seconds: float | None, *, chunk: int = 1, record: bool = False) -> bool:
    """Train a number of steps, or for some seconds, with a progress bar.

    Args:
        runner: The run.
        n_steps: Steps to take, or None.
        seconds: Seconds to train, where ``n_steps`` is None.
        chunk: Steps between two looks at the clock.
        record: Whether frames are recorded after each chunk.

    Returns:
        False when Ctrl-C ended it.
    """
    progress, began, first = Progress("Training"), time.monotonic(), runner.head
    move = runner.step if record else runner.train
    with Interrupt() as interrupt:
        while runner.trouble is None and not interrupt.asked:
            fraction = _fraction(runner.head - first, n_steps, time.monotonic() - began, seconds)
            progress.show(fraction, _words(runner))
            if fraction >= 1:
                break
            move(chunk if n_steps is None else min(chunk, n_steps - (runner.head - first)))
    progress.close()
    return not interrupt.asked


def _fraction(taken: int, n_steps: int | None, elapsed_s: float, seconds: float | None) -> float:
    if n_steps is not None:
        return taken / n_steps if n_steps else 1.0
    return min(1.0, elapsed_s / seconds) if seconds else 1.0


def _words(runner: Runner) -> str:
    latest = runner.scalars.at_or_before(runner.head)
    shown = [info for info in runner.spec.scalars if info.name in latest]
    numbers = [f"{info.label} {latest[info.name]:.4g} {info.unit}".rstrip() for info in shown[:1]]
    return ", ".join([f"step {runner.head:,}", *numbers])
