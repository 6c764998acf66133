"""Every command has its key, and keys go where a person means them to go."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from explorer.ui.actions import ACTIONS, ActionSpec, keys_table
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.main_window import MainWindow
from explorer.ui.window.commands import Commands
from tests.ui.acting import click, from_scratch, lab_of, press, train, until

SPACE = Qt.Key.Key_Space


@pytest.fixture
def active(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window that has the keyboard."""
    with qtbot.waitActive(window):
        window.activateWindow()
    return window


# ------------------------------------------------------------------------------------------------------ the table


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_method_that_says_what_it_does(action: ActionSpec):
    method = getattr(Commands, action.id)
    assert callable(method)
    assert method.__doc__


def test_no_two_actions_share_a_key_or_an_id():
    keys = Counter(QKeySequence(key).toString() for action in ACTIONS for key in action.keys)
    ids = Counter(action.id for action in ACTIONS)
    assert not [key for key, n in (keys + ids).items() if n > 1 or not key]


def test_every_action_can_be_reached_by_menu_or_key():
    assert not [action.id for action in ACTIONS if not action.menu and not action.keys]


def test_every_key_of_the_table_triggers_its_action_once(active: MainWindow):
    heard: list[str] = []
    for name, action in active.actions_by_id.items():
        action.triggered.disconnect()
        action.triggered.connect(lambda _checked=False, name=name: heard.append(name))
        action.setEnabled(True)
    lab_of(active).panel("map").view.setFocus()  # type: ignore[attr-defined]
    wanted = [(key, action.id) for action in ACTIONS for key in action.keys]
    for key, _ in wanted:
        press(active, key)
    assert heard == [name for _, name in wanted]


# ----------------------------------------------------------------------------------------------------- time moves


def test_a_lecturer_can_press_space_as_soon_as_the_window_is_there(active: MainWindow, qtbot: QtBot):
    press(active, "Space")
    until(qtbot, lambda: active.lab.status.playing)
    press(active, "Space")
    until(qtbot, lambda: not active.lab.status.playing)


def test_the_keys_of_time_move_the_run(active: MainWindow, qtbot: QtBot):
    from_scratch(qtbot, active)
    reached = train(qtbot, active, 20)
    seed = active.lab.run.seed
    press(active, ".")
    until(qtbot, lambda: active.lab.status.head == reached + 1)
    press(active, ",")
    until(qtbot, lambda: active.lab.status.in_the_past)
    before = active.lab.status.cursor
    press(active, "Ctrl+B")
    until(qtbot, lambda: active.lab.status.head == before)
    press(active, "Ctrl+R")
    until(qtbot, lambda: active.lab.status.head == 0)
    assert active.lab.run.seed == seed
    press(active, "Ctrl+Shift+R")
    until(qtbot, lambda: active.lab.run.seed != seed)


# -------------------------------------------------------------------------------------------- where the keys belong


def test_space_trains_whichever_picture_has_the_keyboard(active: MainWindow, qtbot: QtBot):
    for n, panel_id in enumerate(("map", "manifold", "curves")):
        view = active.lab.panel(panel_id).view  # type: ignore[attr-defined]
        view.setFocus()
        QTest.keyClick(view, SPACE)
        until(qtbot, lambda n=n: active.lab.status.playing == (n % 2 == 0))  # type: ignore[misc]


def test_space_presses_the_button_that_has_the_keyboard(active: MainWindow, qtbot: QtBot):
    the_map = lab_of(active).panel("map")
    digits = the_map.mode.segments()[1]  # type: ignore[attr-defined]
    digits.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(digits, SPACE)
    assert the_map.mode.value == "digits"  # type: ignore[attr-defined]
    fold = active.transport.new_seed_button
    fold.setFocus(Qt.FocusReason.TabFocusReason)
    seed = active.lab.run.seed
    QTest.keyClick(fold, SPACE)
    until(qtbot, lambda: active.lab.run.seed != seed)
    assert not active.lab.status.playing


def test_space_on_the_play_button_toggles_once(active: MainWindow, qtbot: QtBot):
    active.transport.play_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(active.transport.play_button, SPACE)
    until(qtbot, lambda: active.lab.status.playing)


def test_a_floating_panel_keeps_space_for_its_button(active: MainWindow, monkeypatch: pytest.MonkeyPatch):
    active.page.docks["map"].setFloating(True)
    digits = lab_of(active).panel("map").mode.segments()[1]  # type: ignore[attr-defined]
    monkeypatch.setattr(QApplication, "focusWidget", lambda: digits)  # offscreen, no second window becomes active
    event = QKeyEvent(QEvent.Type.ShortcutOverride, SPACE, Qt.KeyboardModifier.NoModifier, " ")
    event.ignore()
    QApplication.sendEvent(digits, event)
    assert event.isAccepted()


def test_after_a_click_on_the_transport_bar_space_still_trains(active: MainWindow, qtbot: QtBot):
    seed = active.lab.run.seed
    click(active.transport.new_seed_button)
    until(qtbot, lambda: active.lab.run.seed != seed)
    seed = active.lab.run.seed
    press(active, "Space")
    until(qtbot, lambda: active.lab.status.playing)
    assert active.lab.run.seed == seed


def test_after_a_click_on_a_segment_space_still_trains(active: MainWindow, qtbot: QtBot):
    click(lab_of(active).panel("map").mode.segments()[1])  # type: ignore[attr-defined]
    press(active, "Space")
    until(qtbot, lambda: active.lab.status.playing)


def test_what_is_typed_into_a_box_goes_into_the_box(active: MainWindow, qtbot: QtBot):
    row = active.form.rows["beta"].widget
    assert isinstance(row, ValueSlider)
    step = active.lab.status.cursor
    row.box.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(row.box, "2.5")
    assert row.box.text() == "2.5"
    QTest.keyClicks(row.box, ", ")
    assert row.box.text() == "2.5, "
    QTest.keyClick(row.box, Qt.Key.Key_Backspace)
    QTest.keyClick(row.box, Qt.Key.Key_Backspace)
    QTest.keyClick(row.box, Qt.Key.Key_Return)
    until(qtbot, lambda: active.lab.run.params.beta == 2.5)
    assert active.lab.status.cursor == step
    assert not active.lab.status.playing


def test_undo_inside_a_box_undoes_typing(active: MainWindow, qtbot: QtBot):
    box = active.transport.seed_box
    assert isinstance(box, QLineEdit)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    before = box.text()
    QTest.keyClicks(box, "123")
    press(active, "Ctrl+Z")
    assert box.text() != "123"
    assert before
    assert active.conductor.undo_stack.count() == 0


def test_the_window_opens_with_the_keyboard_on_the_hero(active: MainWindow):
    focus = QApplication.focusWidget()
    assert focus is not None
    assert active.page.docks["map"].isAncestorOf(focus)
    press(active, "Right")


# ------------------------------------------------------------------------------------------------- getting around


def test_f6_goes_round_all_visible_panels_and_back(active: MainWindow):
    def panel_with_keyboard() -> str:
        focus = QApplication.focusWidget()
        return next(i for i, dock in active.page.docks.items() if focus is not None and dock.isAncestorOf(focus))

    seen = []
    for _ in range(len(active.page.visible_panels())):
        press(active, "F6")
        seen.append(panel_with_keyboard())
    assert len(seen) == len(set(seen)) >= 5
    press(active, "Shift+F6")
    assert panel_with_keyboard() == seen[-2]


def test_the_keyboard_reaches_every_enabled_control(active: MainWindow):
    start = QApplication.focusWidget()
    seen: set[object] = set()
    for _ in range(400):
        press(active, "Tab")
        focus = QApplication.focusWidget()
        if focus is None or focus in seen:
            break
        seen.add(focus)
    bar = active.transport
    assert {bar.play_button, bar.step_button, bar.reset_button, bar.scrub, bar.seed_box, bar.new_seed_button} <= seen
    assert {row.widget.box for row in active.form.rows.values() if isinstance(row.widget, ValueSlider)} <= seen
    assert start in seen or start is None


def test_f1_lists_every_key(active: MainWindow):
    press(active, "F1")
    (dialog,) = active.dialogs._open
    words = {label.text() for label in dialog.findChildren(QLabel)}
    assert {text for row in keys_table() for text in row} <= words
    dialog.close()


def test_the_picture_of_the_panel_in_use_is_copied(active: MainWindow):
    QGuiApplication.clipboard().clear()
    active.lab.panel("curves").view.setFocus()  # type: ignore[attr-defined]
    press(active, "Ctrl+Shift+C")
    assert not QGuiApplication.clipboard().image().isNull()
    assert "copied" in active.toast.text.lower()


def test_export_opens_for_the_panel_in_use(active: MainWindow):
    active.lab.panel("curves").view.setFocus()  # type: ignore[attr-defined]
    assert active.desk.panel_in_use() == "curves"
    press(active, "Ctrl+E")
    (dialog,) = active.dialogs._open
    assert dialog.isVisible()
    dialog.close()
