from __future__ import annotations

import threading

import numpy as np

from explorer.core.frames import Frame, frozen
from explorer.core.mailbox import Mailbox
from explorer.core.run import RunSnapshot, RunStatus
from tests.core.toy import ToyParams


def frame(step: int, name: str = "a") -> Frame:
    return Frame(name, step, frozen([step]))


def test_a_thousand_frames_and_one_drain_leave_the_newest_and_count_the_rest():
    box = Mailbox()
    for step in range(1_000):
        box.put_frame(frame(step))
    mail = box.drain()
    assert mail.frames["a"].step == 999
    assert mail.n_overwritten == 999
    again = box.drain()
    assert (again.frames, again.n_overwritten) == ({}, 0)


def test_channels_do_not_overwrite_each_other():
    box = Mailbox()
    box.put_frame(frame(1, "a"))
    box.put_frame(frame(2, "b"))
    mail = box.drain()
    assert {n: f.step for n, f in mail.frames.items()} == {"a": 1, "b": 2}
    assert mail.n_overwritten == 0


def test_numbers_come_in_order_and_the_oldest_fall_out():
    box = Mailbox(max_scalars=10)
    for step in range(25):
        box.put_scalars(step, {"loss": float(step)})
    assert [step for step, _ in box.drain().scalars] == list(range(15, 25))
    assert box.drain().scalars == ()


def test_a_jump_of_the_run_takes_older_mail_with_it():
    box = Mailbox()
    box.put_frame(frame(5))
    box.put_scalars(5, {"loss": 1.0})
    snapshot = RunSnapshot(ToyParams(), 1, RunStatus(), {})
    box.put_snapshot(snapshot)
    box.put_frame(frame(0, "b"))
    mail = box.drain()
    assert mail.snapshot is snapshot
    assert set(mail.frames) == {"b"}
    assert mail.scalars == ()


def test_nothing_is_lost_or_doubled_between_two_threads():
    box, n, seen = Mailbox(max_scalars=100_000), 20_000, []

    def put() -> None:
        for step in range(n):
            box.put_scalars(step, {"loss": 0.0})
            box.put_frame(frame(step))

    writer = threading.Thread(target=put)
    writer.start()
    n_frames = 0
    while writer.is_alive():
        mail = box.drain()
        seen += [step for step, _ in mail.scalars]
        n_frames += len(mail.frames) + mail.n_overwritten
    writer.join()
    mail = box.drain()
    seen += [step for step, _ in mail.scalars]
    assert seen == list(range(n))
    assert n_frames + len(mail.frames) + mail.n_overwritten == n


def test_frames_are_copies_that_nobody_can_write():
    source = np.arange(12.0).reshape(3, 4)[:, ::2]
    copy = frozen(source)
    assert not np.shares_memory(copy, source)
    assert copy.flags.c_contiguous
    assert not copy.flags.writeable
