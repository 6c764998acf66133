from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.frames import frozen
from explorer.core.history import Arrays, History, Track

VALUE = 100
BUDGET = 40 * VALUE


def track(budget: int = BUDGET) -> Track[int]:
    return Track(budget, lambda value: VALUE)


def filled(steps: list[int] | range, budget: int = BUDGET) -> Track[int]:
    made = track(budget)
    for step in steps:
        made.put(step, step)
    return made


@given(gaps=st.lists(st.integers(1, 50), min_size=1, max_size=300), n_kept=st.integers(2, 60))
def test_first_and_newest_stay_inside_the_budget_whatever_the_steps(gaps: list[int], n_kept: int):
    steps = np.cumsum(gaps).tolist()
    kept = filled(steps, n_kept * VALUE)
    assert kept.n_bytes <= n_kept * VALUE
    assert kept.n_bytes == VALUE * len(kept.steps)
    assert (kept.steps[0], kept.steps[-1]) == (steps[0], steps[-1])
    assert list(kept.steps) == sorted(set(kept.steps))
    assert len(kept.steps) == min(n_kept, len(steps))


def test_first_and_newest_stay_even_where_the_budget_holds_neither():
    kept = filled(range(10), budget=1)
    assert kept.steps == (0, 9)


def test_a_hundred_thousand_steps_stay_reachable_in_bounded_memory(record_property: Callable[[str, object], None]):
    kept, highest = track(400 * VALUE), 0
    for step in range(0, 100_001, 10):
        kept.put(step, step)
        highest = max(highest, kept.n_bytes)
    assert highest <= 400 * VALUE
    gaps = np.diff(kept.steps)
    early, late = gaps[: len(gaps) // 10], gaps[-len(gaps) // 10 : -3]
    assert 2 <= early.mean() / late.mean() <= 12
    assert gaps.max() <= 6 * np.median(gaps)
    began = time.perf_counter()
    for step in range(0, 100_001, 97):
        found = kept.at_or_before(step)
        assert found is not None
        assert step - found[0] <= gaps.max()
    record_property("microseconds per scrub", 1e6 * (time.perf_counter() - began) / 1032)


@given(steps=st.lists(st.integers(0, 200), min_size=1, max_size=39, unique=True), asked=st.integers(-5, 205))
def test_looking_up_agrees_with_a_plain_search(steps: list[int], asked: int):
    kept = filled(sorted(steps))
    before_or_at = [s for s in steps if s <= asked]
    expected = (max(before_or_at),) * 2 if before_or_at else None
    assert kept.at_or_before(asked) == expected
    assert kept.before(asked) == max((s for s in steps if s < asked), default=None)
    assert kept.after(asked) == min((s for s in steps if s > asked), default=None)
    nearest = kept.nearest(asked)
    assert nearest is not None
    assert abs(nearest - asked) == min(abs(s - asked) for s in steps)


def test_an_empty_track_has_nothing_anywhere():
    empty = track()
    assert (empty.at_or_before(3), empty.nearest(3), empty.before(3), empty.after(3)) == (None,) * 4
    assert (empty.steps, empty.n_bytes) == ((), 0)


def test_putting_again_replaces():
    kept = filled([1, 2])
    kept.put(2, 22)
    assert kept.at_or_before(2) == (2, 22)
    assert kept.n_bytes == 2 * VALUE


def test_cutting_forgets_what_came_later():
    kept = filled(range(10))
    kept.cut_after(4)
    assert kept.steps == (0, 1, 2, 3, 4)
    assert kept.n_bytes == 5 * VALUE
    kept.clear()
    assert not kept.steps
    assert kept.n_bytes == 0


def frame(value: float, n: int = 100) -> Arrays:
    return {"a": frozen(np.full(n, value))}


def test_states_and_frames_share_one_budget():
    history = History(100_000)
    for step in range(1_000):
        history.frames.put(step, frame(step))
        history.states.put(step, frame(step))
    assert history.n_bytes <= 100_000
    assert history.states.n_bytes > history.frames.n_bytes > 35_000


def test_each_frame_of_a_past_step_is_the_newest_one_not_younger():
    history = History()
    history.frames.put(0, {"a": frozen([0]), "b": frozen([0])})
    history.frames.put(10, {"a": frozen([10])})
    history.frames.put(20, {"b": frozen([20])})
    found = history.frames_at(19, frozenset({"a", "b", "c"}))
    assert {name: step for name, (step, _) in found.items()} == {"a": 10, "b": 0}
    assert history.frames_at(25, frozenset({"a", "b"})).keys() == {"a", "b"}
    assert history.frames_at(-1, frozenset({"a"})) == {}
