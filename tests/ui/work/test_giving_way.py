"""Training gives way to questions in quick succession, and only to them."""

from __future__ import annotations

import pytest

from explorer.ui.work import worker as worker_module
from explorer.ui.work.orders import Ask
from tests.core.toy import Double
from tests.ui.work.conftest import OPEN_TOY, Bench


def ask_and_tick(bench: Bench, n: int) -> list[int]:
    """Steps taken after each of n questions in quick succession."""
    heads = []
    for _ in range(n):
        bench.obey(Ask(Double(1.0)))
        bench.tick()
        heads.append(bench.runner.head)
    return heads


def test_long_steps_give_way_to_questions_in_quick_succession_and_go_on_after_the_last(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(worker_module, "LONG_STEP_MS", 0.0)
    monkeypatch.setattr(worker_module, "QUICK_S", 60.0)
    monkeypatch.setattr(worker_module, "MOST_WAITED_S", 60.0)
    bench.obey(OPEN_TOY)
    bench.command("play")
    first, *others = ask_and_tick(bench, 4)
    assert first > 0  # a single question is no hand that moves
    assert others == [first] * 3
    assert len(bench.answers) == 4
    timer = bench.worker._timer
    assert timer is not None
    assert timer.isActive()  # to go on with, where no question comes any more
    bench.tick()
    assert bench.runner.head > first


@pytest.mark.parametrize(("name", "value"), [("LONG_STEP_MS", 1e9), ("QUICK_S", 0.0), ("MOST_WAITED_S", 0.0)])
def test_training_goes_on_beside_questions_where_steps_are_short_or_waited_long_enough(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str, value: float
):
    for constant, usual in (("LONG_STEP_MS", 0.0), ("QUICK_S", 60.0), ("MOST_WAITED_S", 60.0), (name, value)):
        monkeypatch.setattr(worker_module, constant, usual)
    bench.obey(OPEN_TOY)
    bench.command("play")
    heads = ask_and_tick(bench, 3)
    assert heads == sorted({*heads})
