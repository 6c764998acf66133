"""The parameter form in the window: what is edited comes into force, once, and can be taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.ui.kit.choice_row import ChoiceRow
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.main_window import MainWindow
from explorer.ui.work.orders import Command
from tests.ui.acting import LEFT, drag, train, until


def slider(window: MainWindow, name: str) -> ValueSlider:
    widget = window.form.rows[name].widget
    assert isinstance(widget, ValueSlider)
    return widget


def at(row: ValueSlider, fraction: float) -> QPointF:
    return QPointF(row.track.x_of(fraction), row.track.height() / 2)


@pytest.fixture
def sent(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Parameters sent to the worker, in order."""
    found: list[object] = []
    assert window.crew is not None
    order = window.crew.order

    def noting(what: object) -> None:
        if isinstance(what, Command) and what.name == "set_params":
            found.extend(what.args)
        order(what)  # type: ignore[arg-type]

    monkeypatch.setattr(window.crew, "order", noting)
    return found


def test_a_live_parameter_acts_during_the_drag_and_is_one_entry_of_undo(
    window: MainWindow, qtbot: QtBot, sent: list[object]
):
    row, before = slider(window, "beta"), window.lab.run.params.beta
    drag(row.track, *(at(row, f) for f in (0.2, 0.3, 0.5, 0.7, 0.8)))
    after = window.lab.run.params.beta
    assert after == pytest.approx(8.0, abs=0.3)
    assert len(sent) >= 4
    assert window.conductor.undo_stack.count() == 1
    window.actions_by_id["undo"].trigger()
    assert window.lab.run.params.beta == before
    assert row.value == before
    assert not window.actions_by_id["undo"].isEnabled()
    window.actions_by_id["redo"].trigger()
    assert window.lab.run.params.beta == row.value == after
    head = window.lab.status.head
    until(qtbot, lambda: window.lab.status.head == head)


def test_a_restart_parameter_waits_until_the_mouse_is_let_go(window: MainWindow, qtbot: QtBot, sent: list[object]):
    row = slider(window, "hidden")
    QTest.mousePress(row.track, LEFT, pos=at(row, 0.4).toPoint())
    for fraction in (0.5, 0.6, 0.7):
        QTest.mouseMove(row.track, at(row, fraction).toPoint())
    assert not sent
    assert window.lab.run.params.hidden == 256
    QTest.mouseRelease(row.track, LEFT, pos=at(row, 0.7).toPoint())
    assert [params.hidden for params in sent] == [row.value]  # type: ignore[attr-defined]
    until(qtbot, lambda: window.lab.status.head == 0)
    assert window.conductor.undo_stack.count() == 1
    window.actions_by_id["undo"].trigger()
    until(qtbot, lambda: window.lab.run.params.hidden == 256)


def test_two_drags_are_two_entries(window: MainWindow):
    row = slider(window, "beta")
    drag(row.track, at(row, 0.2), at(row, 0.4))
    drag(row.track, at(row, 0.4), at(row, 0.6))
    assert window.conductor.undo_stack.count() == 2


def test_a_held_arrow_key_is_one_entry(window: MainWindow):
    row = slider(window, "beta")
    row.track.setFocus()
    for _ in range(5):
        QTest.keyPress(row.track, Qt.Key.Key_Right)
    QTest.keyRelease(row.track, Qt.Key.Key_Right)
    assert window.conductor.undo_stack.count() == 1
    assert window.lab.run.params.beta == pytest.approx(1.25)


def test_resetting_everything_is_one_entry(window: MainWindow):
    for name in ("beta", "learning_rate"):
        row = slider(window, name)
        drag(row.track, at(row, 0.2), at(row, 0.4))
    window.actions_by_id["reset_params"].trigger()
    assert window.lab.run.params == window.lab.spec.params()
    assert window.conductor.undo_stack.count() == 3
    window.actions_by_id["undo"].trigger()
    assert window.lab.run.params.beta == pytest.approx(4.0, abs=0.3)


def test_a_choice_restarts_the_run_with_the_other_model(window: MainWindow, qtbot: QtBot):
    row = window.form.rows["kind"].widget
    assert isinstance(row, ChoiceRow)
    window.form._edit({"kind": "autoencoder"}, "kind", True)
    until(qtbot, lambda: window.lab.status.head == 0)
    assert window.lab.run.params.kind == "autoencoder"
    assert not window.form.rows["beta"].widget.isVisible()
    assert row.value == "autoencoder"
    window.actions_by_id["undo"].trigger()
    until(qtbot, lambda: window.lab.run.params.kind == "variational")
    assert window.form.rows["beta"].widget.isVisible()


def test_a_slider_moved_while_training_goes_on_training(window: MainWindow, qtbot: QtBot):
    window.conductor.command("play")
    until(qtbot, lambda: window.lab.status.playing)
    row = slider(window, "beta")
    drag(row.track, at(row, 0.2), at(row, 0.4))
    head = window.lab.status.head
    until(qtbot, lambda: window.lab.status.head > head + 20)
    assert window.lab.status.playing
    assert row.value == window.lab.run.params.beta == pytest.approx(4.0, abs=0.3)


def test_a_stored_run_brings_its_own_parameters_into_the_form(window: MainWindow, qtbot: QtBot):
    window.conductor.open_stored(1)
    until(qtbot, lambda: window.lab.run.stored == "Stored autoencoder")
    assert window.form.params() == window.lab.run.params
    assert window.lab.run.params.kind == "autoencoder"


def test_scrubbing_with_the_transport_bar(window: MainWindow, qtbot: QtBot):
    window.conductor.command("reset")
    until(qtbot, lambda: window.lab.status.head == 0)
    reached = train(qtbot, window, 40)
    scrub = window.transport.scrub
    drag(scrub, QPointF(scrub.x_of(1.0), scrub.height() / 2), QPointF(scrub.x_of(0.5), scrub.height() / 2))
    until(qtbot, lambda: window.lab.status.in_the_past)
    assert window.transport.branch_button.isEnabled()
    assert abs(window.lab.status.cursor - reached / 2) <= reached / 2
    assert window.transport.step_label.text() == f"step {window.lab.status.cursor:,}"
