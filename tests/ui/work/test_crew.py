from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from explorer.core.mailbox import Mailbox
from explorer.specs import autoencoder
from explorer.specs.autoencoder import AutoencoderParams
from explorer.ui.work.crew import STACK_BYTES, Crew
from explorer.ui.work.orders import Open
from tests.core.toy import Predict
from tests.ui.work.conftest import OPEN_TOY

READY_MS = 30_000
HEAVY = AutoencoderParams(network="conv", hidden=1024, batch_size=512)


def test_the_thread_has_a_large_stack(crew: Crew):
    assert crew._thread.stackSize() == STACK_BYTES


def test_an_answer_comes_back_through_the_thread(crew: Crew, qtbot: QtBot):
    with qtbot.waitSignal(crew.ready, timeout=READY_MS):
        crew.order(OPEN_TOY)
    with qtbot.waitSignal(crew.answered) as answered:
        crew.ask(Predict(1.0, 3))
    assert answered.args is not None
    assert answered.args[0].generation == 3


def test_questions_asked_in_a_burst_end_with_the_newest(crew: Crew, qtbot: QtBot):
    with qtbot.waitSignal(crew.ready, timeout=READY_MS):
        crew.order(OPEN_TOY)
    crew.command("play")
    heard: list[int] = []
    crew.answered.connect(lambda answer: heard.append(answer.generation))
    for generation in range(1, 201):
        crew.ask(Predict(1.0, generation))
    qtbot.waitUntil(lambda: bool(heard) and heard[-1] == 200)
    assert heard == sorted(heard)


def test_a_refused_question_comes_back_as_trouble(crew: Crew, qtbot: QtBot):
    with qtbot.waitSignal(crew.ready, timeout=READY_MS):
        crew.order(OPEN_TOY)
    with qtbot.waitSignal(crew.troubled) as troubled:
        crew.ask(Predict(-1.0, 1))
    assert troubled.args is not None
    assert "negative" in troubled.args[0].sentence


def test_stopping_while_training_ends_the_thread_at_once(qtbot: QtBot):
    mailbox = Mailbox()
    crew = Crew("cpu")
    with qtbot.waitSignal(crew.ready, timeout=READY_MS):
        crew.order(Open(autoencoder.SPEC, HEAVY, 7, mailbox=mailbox))
    crew.command("play")
    qtbot.waitUntil(lambda: bool(mailbox.drain().scalars), timeout=READY_MS)
    began = time.perf_counter()
    assert crew.stop()
    assert time.perf_counter() - began < 1.0
    assert not crew._thread.isRunning()


def test_stopping_twice_and_before_anything_was_opened_is_fine(qtbot: QtBot):
    crew = Crew("cpu")
    assert crew.stop()
    assert crew.stop()
