from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.cadence import Cadence, Pace
from explorer.core.frames import FrameInfo

INFOS = (FrameInfo("cheap", (), "", "", rate_hz=10.0), FrameInfo("dear", (), "", "", rate_hz=10.0))
BOTH = frozenset({"cheap", "dear"})


def test_everything_is_due_at_first_and_nothing_right_after():
    cadence = Cadence(INFOS)
    assert cadence.due(BOTH, 0.0) == BOTH
    for name in BOTH:
        cadence.taken(name, 0.0, 0.0, 2)
    assert cadence.due(BOTH, 0.05) == frozenset()
    assert cadence.due(BOTH, 0.11) == BOTH
    assert cadence.due(frozenset({"dear"}), 0.11) == {"dear"}


@given(cost_s=st.floats(0.0005, 0.5))
def test_frames_take_at_most_their_share_of_the_time(cost_s: float):
    cadence, now, spent = Cadence(INFOS, share=0.1), 0.0, 0.0
    while now < 200 * cost_s + 1:
        for name in cadence.due(BOTH, now):
            took = cost_s if name == "dear" else cost_s / 10
            now, spent = now + took, spent + took
            cadence.taken(name, now, took, 2)
        now += cost_s / 5
    assert spent / now < 0.11


def test_pace_counts_steps_per_second_and_the_share_of_frames():
    pace, now = Pace(), 0.0
    pace.start(now)
    for _ in range(300):
        now += 0.01
        pace.stepped(now, 0.008)
        pace.framed(0.001)
    assert pace.steps_per_s == pytest.approx(100, rel=0.02)
    assert pace.ms_per_step == pytest.approx(8)
    assert pace.frame_share == pytest.approx(0.1, rel=0.05)
    assert pace.wait_s(now) == 0.0


def test_slow_motion_does_not_catch_up_after_a_stall():
    pace, now = Pace(), 0.0
    pace.speed = 10.0
    pace.start(now)
    pace.stepped(0.0, 0.001)
    assert pace.wait_s(0.0) == pytest.approx(0.1)
    for _ in range(3):
        pace.stepped(5.0, 0.001)
    assert pace.wait_s(5.0) == pytest.approx(0.1)


@pytest.mark.parametrize(("speed", "slow"), [(None, False), (4.0, True), (60.0, False)])
def test_slow_enough_to_look_at_every_step(speed: float | None, slow: bool):
    pace = Pace()
    pace.speed = speed
    assert pace.is_slow is slow
