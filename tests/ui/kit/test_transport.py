from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from explorer.ui.kit.transport import ACTIONS, SPEEDS, TransportBar
from explorer.ui.theme import DARK, LIGHT


@pytest.fixture
def bar(qtbot) -> TransportBar:
    bar = TransportBar(LIGHT)
    qtbot.addWidget(bar)
    bar.resize(1100, 60)
    bar.show()
    qtbot.waitExposed(bar)
    bar.set_position(2300, 3000, 300)
    bar.set_seed(7)
    return bar


@pytest.mark.parametrize(
    ("button", "wish"),
    [
        ("reset_button", "reset_requested"),
        ("step_back_button", "step_back_requested"),
        ("play_button", "play_requested"),
        ("step_button", "step_requested"),
        ("branch_button", "branch_requested"),
        ("new_seed_button", "new_seed_requested"),
    ],
)
def test_buttons_wish_by_mouse_and_by_key(qtbot, bar: TransportBar, button: str, wish: str) -> None:
    widget = getattr(bar, button)
    with qtbot.waitSignal(getattr(bar, wish), timeout=1000):
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    widget.setFocus()
    with qtbot.waitSignal(getattr(bar, wish), timeout=1000):
        QTest.keyClick(widget, Qt.Key.Key_Space)
    assert widget.toolTip().endswith(")")


def test_the_middle_button_pauses_while_playing(qtbot, bar: TransportBar) -> None:
    bar.set_playing(True)
    with qtbot.waitSignal(bar.pause_requested, timeout=1000), qtbot.assertNotEmitted(bar.play_requested):
        QTest.mouseClick(bar.play_button, Qt.MouseButton.LeftButton)
    assert bar.play_button.accessibleName() == "Pause"


def test_position_is_written_in_words(bar: TransportBar) -> None:
    assert bar.step_label.text() == "step 2,300"
    assert bar.head_label.text() == "of 3,000"
    assert bar.scrub.fraction == pytest.approx(2300 / 3000)


def picked(bar: TransportBar) -> list[int]:
    steps: list[int] = []
    bar.scrub_requested.connect(steps.append)
    return steps


def test_a_click_on_the_line_jumps_there(bar: TransportBar) -> None:
    steps = picked(bar)
    QTest.mouseClick(bar.scrub, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.scrub.x_of(0.5)), 11))
    assert steps[0] == pytest.approx(1500, abs=8)


def test_a_drag_scrubs_and_the_run_does_not_pull_the_handle_back(bar: TransportBar) -> None:
    steps = picked(bar)
    QTest.mousePress(bar.scrub, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.scrub.x_of(0.5)), 11))
    bar.set_position(2999, 3001)
    QTest.mouseMove(bar.scrub, QPoint(round(bar.scrub.x_of(0.7)), 11))
    QTest.mouseRelease(bar.scrub, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.scrub.x_of(0.7)), 11))
    assert steps == [pytest.approx(1500, abs=8), pytest.approx(2100, abs=8)]


def test_nothing_before_the_record_can_be_picked(bar: TransportBar) -> None:
    steps = picked(bar)
    QTest.mouseClick(bar.scrub, Qt.MouseButton.LeftButton, pos=QPoint(10, 11))
    assert steps == [300]


def test_keys_move_along_the_run(bar: TransportBar) -> None:
    steps = picked(bar)
    bar.scrub.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(bar.scrub, key)
    assert steps == [2315, 2300, 300, 3000]


def test_the_wheel_moves_along_the_run(bar: TransportBar) -> None:
    steps = picked(bar)
    at = QPointF(bar.scrub.rect().center())
    for turn in (120, -120, -120):
        event = QWheelEvent(
            at,
            bar.scrub.mapToGlobal(at),
            QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(bar.scrub, event)
    assert steps == [2315, 2300, 2285]


def test_a_seed_is_typed_and_nonsense_is_refused(bar: TransportBar) -> None:
    seeds: list[int] = []
    bar.seed_entered.connect(seeds.append)
    for text in ("12", "-3", "many"):
        bar.seed_box.setFocus()
        bar.seed_box.selectAll()
        QTest.keyClicks(bar.seed_box, text)
        QTest.keyClick(bar.seed_box, Qt.Key.Key_Return)
    assert seeds == [12]
    assert bar.seed_box.text() == "12"
    assert bar.seed_box.property("error") == "true"
    assert "is not a number" in bar.seed_box.toolTip()


def test_the_speed_menu_offers_slow_motion_and_full_speed(bar: TransportBar) -> None:
    speeds: list[object] = []
    bar.speed_chosen.connect(speeds.append)
    for action in bar.speed_button.drop_menu().actions():
        action.trigger()
    assert speeds == [value for _, value in SPEEDS]
    assert bar.speed_button.text() == "Full speed"
    bar.set_speed(5.0)
    assert bar.speed_button.text() == "5 steps/s"


def test_only_what_can_be_done_is_enabled(bar: TransportBar) -> None:
    bar.set_enabled_actions({"play"})
    assert bar.play_button.isEnabled()
    assert not bar.scrub.isEnabled()
    assert not bar.branch_button.isEnabled()
    bar.set_enabled_actions(ACTIONS)
    assert bar.scrub.isEnabled()


def test_marks_are_painted(bar: TransportBar) -> None:
    before = bar.scrub.grab().toImage()
    bar.set_marks([900])
    x = round(bar.scrub.x_of(0.3) * before.devicePixelRatio())
    after = bar.scrub.grab().toImage()
    assert any(before.pixel(x, y) != after.pixel(x, y) for y in range(before.height()))


def test_everything_can_be_reached_by_tab_and_has_a_name(bar: TransportBar) -> None:
    for widget in bar.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.accessibleName() or widget.property("text"), widget


def test_it_fits_the_smallest_window(bar: TransportBar) -> None:
    bar.set_position(99_999, 100_000)
    assert bar.minimumSizeHint().width() <= 1280 - 208 - 20


def test_another_theme_changes_signs_and_line(bar: TransportBar) -> None:
    before = bar.step_button.icon().pixmap(18, 18).toImage()
    line = bar.scrub.grab().toImage()
    bar.set_theme(DARK)
    assert bar.scrub.grab().toImage() != line
    assert bar.step_button.icon().pixmap(18, 18).toImage() != before
