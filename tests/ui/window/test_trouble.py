"""What goes wrong becomes a sentence in the window, which stays usable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.specs.autoencoder import Decode, Decoded
from explorer.ui.main_window import MainWindow
from tests.ui.acting import click, from_scratch, lab_of, train, until
from tests.ui.conftest import MakeWindow
from tests.ui.faulty import FAULTY, INFINITE, NOT_A_NUMBER, RAISES, UNLUCKY, WORDS


@pytest.fixture
def faulty(open_window: MakeWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window on the lab that fails on request."""
    monkeypatch.setattr("explorer.ui.window.desk.spec", lambda _: FAULTY)
    return open_window()


def break_with(qtbot: QtBot, window: MainWindow, rate: float) -> int:
    """Train some steps, then let the next one fail; returns the step that failed."""
    reached = train(qtbot, window, 12)
    params = replace(window.lab.run.params, learning_rate=rate)
    window.conductor.edit_params(params, "rate", True)
    window.conductor.command("play")
    until(qtbot, lambda: window.lab.status.trouble is not None)
    return reached + 1


def test_a_step_that_raises_is_told_with_its_number(faulty: MainWindow, qtbot: QtBot):
    step = break_with(qtbot, faulty, RAISES)
    assert faulty.trouble_bar.isVisible()
    assert faulty.trouble_bar.sentence == f"Step {step:,} failed: {WORDS}"
    assert "Traceback" in faulty.trouble_bar._details.toPlainText()
    assert not faulty.trouble_bar._details.isVisible()
    click(faulty.trouble_bar._fold)
    assert faulty.trouble_bar._details.isVisible()


def test_after_a_failed_step_one_scrubs_back_and_goes_on(faulty: MainWindow, qtbot: QtBot):
    step = break_with(qtbot, faulty, RAISES)
    assert faulty.transport.play_button.isEnabled()
    faulty.conductor.scrub(0)
    until(qtbot, lambda: faulty.lab.status.cursor == 0)
    with qtbot.waitSignal(faulty.conductor.answered, check_params_cb=lambda answer: isinstance(answer, Decoded)):
        lab_of(faulty).set_latent(np.array([0.5, 0.5]))
    faulty.actions_by_id["undo"].trigger()
    reached = train(qtbot, faulty, step + 5)
    assert reached >= step + 5
    assert faulty.lab.status.trouble is None
    assert not faulty.trouble_bar.isVisible()


@pytest.mark.parametrize(("rate", "words"), [(NOT_A_NUMBER, "not a number"), (INFINITE, "infinite")])
def test_a_broken_loss_is_told_and_marked_in_the_curves(faulty: MainWindow, qtbot: QtBot, rate: float, words: str):
    step = break_with(qtbot, faulty, rate)
    assert words in faulty.trouble_bar.sentence
    assert f"step {step:,}" in faulty.trouble_bar.sentence
    curves = faulty.lab.panel("curves").view  # type: ignore[attr-defined]
    until(qtbot, lambda: curves._trouble is not None)
    assert curves._trouble[0] == step


def test_a_question_that_fails_is_told_and_the_next_one_answered(faulty: MainWindow, qtbot: QtBot):
    faulty.lab.ask(Decode((UNLUCKY, 0.0)))
    until(qtbot, faulty.trouble_bar.isVisible)
    assert WORDS in faulty.trouble_bar.sentence
    with qtbot.waitSignal(  # the first checks of the run may be answered meanwhile
        faulty.conductor.answered,
        check_params_cb=lambda answer: isinstance(answer, Decoded) and answer.request.z == (1.0, 0.0),
    ):
        lab_of(faulty).set_latent(np.array([1.0, 0.0]))


def test_a_sentence_can_be_dismissed(faulty: MainWindow, qtbot: QtBot):
    break_with(qtbot, faulty, RAISES)
    click(faulty.trouble_bar._close)
    assert not faulty.trouble_bar.isVisible()


def test_starting_again_takes_the_sentence_away(faulty: MainWindow, qtbot: QtBot):
    break_with(qtbot, faulty, RAISES)
    faulty.conductor.command("set_params", FAULTY.params())
    from_scratch(qtbot, faulty)
    until(qtbot, lambda: not faulty.trouble_bar.isVisible())


def test_a_session_that_cannot_be_opened_is_told_and_the_run_stays(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    path = tmp_path / "half.nexplore"
    path.write_bytes(b"not a session at all")
    before = window.lab.run
    window.conductor.open_session(path)
    until(qtbot, window.trouble_bar.isVisible)
    assert "half.nexplore" in window.trouble_bar.sentence
    assert window.lab.run is before
    train(qtbot, window, window.lab.status.head + 3)


def test_a_session_given_at_the_start_that_is_not_there_leaves_a_usable_window(
    open_window: MakeWindow, qtbot: QtBot, tmp_path: Path
):
    window = open_window(session=tmp_path / "gone.nexplore", ready=False)
    until(qtbot, window.trouble_bar.isVisible)
    assert "gone.nexplore" in window.trouble_bar.sentence
    until(qtbot, lambda: window.conductor.is_ready)
    train(qtbot, window, window.lab.status.head + 3)


def test_saving_where_nothing_can_be_written_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path):
    window.conductor.save(tmp_path / "no folder" / "a.nexplore")
    until(qtbot, window.trouble_bar.isVisible)
    assert "no folder" in window.trouble_bar.sentence
