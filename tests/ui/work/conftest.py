"""A worker on the test's own thread, whose ticks are counted out, and a crew on a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from explorer.core.errors import Trouble
from explorer.core.mailbox import Mailbox
from explorer.core.run import RunStatus
from explorer.core.runner import Runner
from explorer.ui.work.attention import Attention
from explorer.ui.work.crew import Crew
from explorer.ui.work.orders import Command, Open, Order
from explorer.ui.work.worker import Worker
from tests.core.toy import SPEC, ToyParams

OPEN_TOY = Open(SPEC, ToyParams(), 1, wanted=frozenset({"weights", "fit"}))


@dataclass
class Bench:
    """A worker that works only when told so, and what it said."""

    mailbox: Mailbox
    attention: Attention
    worker: Worker
    ready: list[str] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    collected: list[tuple[Any, int, Any]] = field(default_factory=list)

    def obey(self, order: Order) -> None:
        self.attention.raise_hand()
        self.worker.obey(replace(order, mailbox=self.mailbox) if isinstance(order, Open) else order)

    def command(self, name: str, *args: Any) -> None:
        self.obey(Command(name, args))

    def tick(self, n: int = 1) -> None:
        for _ in range(n):
            self.worker._tick()

    @property
    def runner(self) -> Runner:
        assert self.worker._runner is not None
        return self.worker._runner

    @property
    def status(self) -> RunStatus:
        return self.runner.status()


@pytest.fixture
def bench(qapp) -> Iterator[Bench]:
    mailbox, attention = Mailbox(), Attention()
    worker = Worker(attention, "cpu")
    made = Bench(mailbox, attention, worker)
    worker.ready.connect(made.ready.append)
    worker.answered.connect(made.answers.append)
    worker.troubled.connect(made.troubles.append)
    worker.saved.connect(made.saved.append)
    worker.collected.connect(lambda *args: made.collected.append(args))
    yield made
    worker.stop()


@pytest.fixture
def crew(qtbot: QtBot) -> Iterator[Crew]:
    made = Crew("cpu")
    yield made
    assert made.stop()
