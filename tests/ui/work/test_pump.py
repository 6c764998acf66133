from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.frames import Frame, frozen
from explorer.core.mailbox import Mail, Mailbox
from explorer.core.run import RunStatus
from explorer.ui.work.attention import Attention
from explorer.ui.work.pump import FASTEST_MS, SLOWEST_MS, Pump


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def pump(mailbox: Mailbox, qapp) -> Pump:
    return Pump(mailbox)


def frame(step: int) -> Frame:
    return Frame("map", step, frozen(np.full(3, step, np.float32)))


def test_an_empty_box_is_no_news(pump: Pump):
    heard: list[Mail] = []
    pump.delivered.connect(heard.append)
    pump.deliver()
    assert not heard


def test_the_newest_frame_is_delivered_and_the_others_are_counted(pump: Pump, mailbox: Mailbox):
    heard: list[Mail] = []
    pump.delivered.connect(heard.append)
    for step in range(5):
        mailbox.put_frame(frame(step))
        mailbox.put_scalars(step, {"loss": 1.0})
    pump.deliver()
    assert heard[0].frames["map"].step == 4
    assert [step for step, _ in heard[0].scalars] == [0, 1, 2, 3, 4]
    assert pump.n_skipped == 4


def test_it_delivers_by_itself_once_started(pump: Pump, mailbox: Mailbox, qtbot: QtBot):
    pump.start()
    with qtbot.waitSignal(pump.delivered):
        mailbox.put_status(RunStatus(head=3))
    pump.stop()


def test_dear_painting_slows_it_down_but_not_below_its_floor(pump: Pump):
    for _ in range(40):
        pump.note_painting(6.0)
        pump._on_timeout()
    assert FASTEST_MS < pump.interval_ms < SLOWEST_MS
    for _ in range(40):
        pump.note_painting(400.0)
        pump._on_timeout()
    assert SLOWEST_MS - 5 <= pump.interval_ms <= SLOWEST_MS


def test_cheap_painting_brings_it_back_to_full_speed(pump: Pump):
    for painting_ms in [400.0] * 10 + [0.1] * 80:
        pump.note_painting(painting_ms)
        pump._on_timeout()
    assert pump.interval_ms <= FASTEST_MS + 4


def test_attention_counts_hands_and_never_goes_below_none():
    attention = Attention()
    assert not attention.waiting()
    attention.raise_hand()
    attention.raise_hand()
    attention.heard()
    assert attention.waiting()
    attention.heard()
    attention.heard()
    assert not attention.waiting()
    attention.raise_hand()
    assert attention.waiting()
