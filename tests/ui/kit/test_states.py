from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QProgressBar, QTextEdit, QWidget

from explorer.ui.kit.states import BusyState, EmptyState, ErrorState, StaleLine
from explorer.ui.kit.toast import Toast
from explorer.ui.theme import LIGHT


def test_empty_is_a_sentence_and_a_button(qtbot) -> None:
    state = EmptyState("Draw a digit.", "Draw")
    qtbot.addWidget(state)
    with qtbot.waitSignal(state.action_requested, timeout=1000):
        QTest.mouseClick(state.button, Qt.MouseButton.LeftButton)


def test_busy_says_how_far_and_can_be_cancelled(qtbot) -> None:
    state = BusyState("Writing the film")
    qtbot.addWidget(state)
    state.set_progress(1200, 3000)
    bar = state.findChild(QProgressBar)
    assert bar is not None
    assert (bar.value(), bar.maximum()) == (1200, 3000)
    with qtbot.waitSignal(state.cancel_requested, timeout=1000):
        QTest.mouseClick(state.cancel, Qt.MouseButton.LeftButton)


def test_errors_fold_their_details_away(qtbot) -> None:
    state = ErrorState(LIGHT, "Step 12 failed.", "Lower the learning rate.", "Traceback", "Scrub back")
    qtbot.addWidget(state)
    state.show()
    qtbot.waitExposed(state)
    assert not state.details.isVisible()
    QTest.mouseClick(state.fold, Qt.MouseButton.LeftButton)
    assert state.details.isVisible()
    with qtbot.waitSignal(state.action_requested, timeout=1000):
        QTest.mouseClick(state.button, Qt.MouseButton.LeftButton)


def test_the_stale_line_moves_only_while_it_is_seen(qtbot) -> None:
    line, still = StaleLine(LIGHT), StaleLine(LIGHT, still=True)
    for widget in (line, still):
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
    assert line._timer.isActive()
    assert not still._timer.isActive()
    line.hide()
    assert not line._timer.isActive()


def test_a_toast_comes_and_goes_and_stays_inside(qtbot) -> None:
    host = QWidget()
    QTextEdit(host)
    qtbot.addWidget(host)
    host.resize(600, 400)
    host.show()
    qtbot.waitExposed(host)
    toast = Toast(LIGHT, host, motion_ms=0, stay_ms=30)
    toast.say("Saved map.pdf", "good", "Show")
    assert toast.isVisible()
    assert host.rect().contains(toast.geometry())
    host.resize(500, 300)
    assert host.rect().contains(toast.geometry())
    qtbot.waitUntil(lambda: not toast.isVisible(), timeout=2000)
