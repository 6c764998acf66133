from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from explorer.ui.kit.choice_row import ChoiceRow
from explorer.ui.kit.menus import Choice
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.switch_row import SwitchRow
from explorer.ui.kit.themed import wear
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.theme import DARK, LIGHT

MODELS = [("ae", "Autoencoder", "points"), ("vae", "Variational", "clouds")]
FOUR = [(name, name.capitalize(), "") for name in ("sgd", "momentum", "rmsprop", "adam")]


@pytest.fixture
def slider(qtbot) -> ValueSlider:
    row = ValueSlider(LIGHT, "KL weight β", Scale(0, 10, 0.05), 1.0, live=True, help_text="Pulls codes to the prior")
    qtbot.addWidget(row)
    row.resize(240, 60)
    row.show()
    qtbot.waitExposed(row)
    return row


def record(slider: ValueSlider) -> tuple[list[float], list[float]]:
    moves: list[float] = []
    commits: list[float] = []
    slider.value_changed.connect(moves.append)
    slider.value_committed.connect(commits.append)
    return moves, commits


def type_into(slider: ValueSlider, text: str) -> None:
    slider.box.setFocus()
    slider.box.selectAll()
    QTest.keyClicks(slider.box, text)
    QTest.keyClick(slider.box, Qt.Key.Key_Return)


def test_a_drag_moves_all_along_and_commits_once(slider: ValueSlider) -> None:
    moves, commits = record(slider)
    track = slider.track
    y = track.height() // 2
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(60, y))
    for x in (90, 120, 150):
        QTest.mouseMove(track, QPoint(x, y))
    assert len(moves) == 4
    assert moves == sorted(moves)
    assert commits == []
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(150, y))
    assert commits == [moves[-1]]
    assert slider.box.text() == Scale(0, 10, 0.05).text(moves[-1])


def test_keys_step_and_go_to_the_ends(slider: ValueSlider) -> None:
    _, commits = record(slider)
    slider.track.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        QTest.keyClick(slider.track, key)
    assert commits == pytest.approx([1.05, 1.55, 1.5, 10.0, 0.0])


def test_typed_numbers_are_taken_exactly(slider: ValueSlider) -> None:
    moves, commits = record(slider)
    type_into(slider, "2.123")
    assert moves == commits == [2.123]
    assert slider.value == 2.123


@pytest.mark.parametrize("nonsense", ["abc", "99", "nan", "-1"])
def test_nonsense_is_refused_with_a_sentence_and_the_old_value_kept(slider: ValueSlider, nonsense: str) -> None:
    moves, commits = record(slider)
    type_into(slider, nonsense)
    assert moves == commits == []
    assert slider.value == 1.0
    assert slider.box.text() == "1.00"
    assert slider.box.property("error") == "true"
    assert "Kept 1.00." in slider.refusal
    type_into(slider, "3")
    assert slider.value == 3.0
    assert slider.refusal == ""
    assert slider.box.property("error") == "false"


def test_the_mark_appears_with_a_change_and_takes_it_back(slider: ValueSlider) -> None:
    mark = slider.head.findChild(QToolButton)
    assert mark is not None
    assert not mark.isVisible()
    type_into(slider, "4")
    assert mark.isVisible()
    _, commits = record(slider)
    QTest.mouseClick(mark, Qt.MouseButton.LeftButton)
    assert commits == [1.0]
    assert not mark.isVisible()


def test_a_double_click_on_the_label_resets(slider: ValueSlider) -> None:
    type_into(slider, "4")
    QTest.mouseDClick(slider.head.label, Qt.MouseButton.LeftButton)
    assert slider.value == 1.0


def test_setting_a_value_is_no_news(slider: ValueSlider) -> None:
    moves, commits = record(slider)
    slider.set_value(5.0)
    assert moves == commits == []
    assert slider.track.fraction == pytest.approx(0.5)


def test_sliders_can_be_used_without_seeing_them(slider: ValueSlider) -> None:
    assert slider.track.accessibleName() == "KL weight β"
    assert slider.box.accessibleName() == "KL weight β, exact value"
    assert "Pulls codes" in slider.toolTip()


def test_segments_are_chosen_by_mouse_and_arrow_keys(qtbot) -> None:
    bar = Segmented(MODELS, "Model")
    qtbot.addWidget(bar)
    bar.show()
    qtbot.waitExposed(bar)
    chosen: list[str] = []
    bar.chosen.connect(chosen.append)
    first, second = bar.segments()
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Left)
    assert chosen == ["vae", "ae"]
    assert (first.focusPolicy(), second.focusPolicy()) == (Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.ClickFocus)
    with pytest.raises(ValueError, match="gan"):
        bar.set_value("gan")


def test_few_choices_are_segments_and_many_a_menu(qtbot) -> None:
    few, many = ChoiceRow(LIGHT, "Model", MODELS, "vae"), ChoiceRow(LIGHT, "Optimiser", FOUR, "adam")
    qtbot.addWidget(few)
    qtbot.addWidget(many)
    assert isinstance(few.editor, Segmented)
    assert isinstance(many.editor, Choice)
    many.show()
    qtbot.waitExposed(many)
    chosen: list[str] = []
    many.chosen.connect(chosen.append)
    many.editor.setFocus()
    QTest.keyClick(many.editor, Qt.Key.Key_Up)
    assert chosen == ["rmsprop"]
    many.reset()
    assert chosen == ["rmsprop", "adam"]
    assert many.value == "adam"


def test_switches_are_thrown_by_mouse_and_space(qtbot) -> None:
    row = SwitchRow(LIGHT, "Augment digits", True, live=True)
    qtbot.addWidget(row)
    row.show()
    qtbot.waitExposed(row)
    thrown: list[bool] = []
    row.toggled.connect(thrown.append)
    QTest.mouseClick(row.switch, Qt.MouseButton.LeftButton)
    row.switch.setFocus()
    QTest.keyClick(row.switch, Qt.Key.Key_Space)
    QTest.keyClick(row.switch, Qt.Key.Key_Space)
    row.reset()
    assert thrown == [False, True, False, True]


def test_another_theme_repaints_every_part(slider: ValueSlider) -> None:
    before = slider.track.grab().toImage()
    wear(slider, DARK)
    assert slider.track.grab().toImage() != before
