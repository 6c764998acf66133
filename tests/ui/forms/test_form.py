from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from explorer.core.errors import UserError
from explorer.core.params import Choice, ParamInfo, param
from explorer.ui.forms.form import ParamForm
from explorer.ui.forms.undo import ParamsChange
from explorer.ui.kit.choice_row import ChoiceRow
from explorer.ui.kit.segmented import Segmented
from explorer.ui.kit.switch_row import SwitchRow
from explorer.ui.kit.value_slider import ValueSlider
from explorer.ui.theme import DARK, LIGHT


@dataclass(frozen=True)
class Settings:
    kind: str = param("vae", ParamInfo("Model", "What.", choices=(Choice("ae", "AE"), Choice("vae", "VAE"))))
    beta: float = param(
        1.0,
        ParamInfo(
            "KL weight β", "More pull.", low=0, high=10, step=0.1, live=True, shown_when=lambda p: p.kind == "vae"
        ),
    )
    rate: float = param(1e-3, ParamInfo("Rate", "Faster.", low=1e-5, high=1e-1, log=True, live=True, group="Training"))
    batch: int = param(128, ParamInfo("Batch", "Smoother.", unit="digits", low=8, high=512, step=8, group="Training"))
    flip: bool = param(False, ParamInfo("Flip", "Mirrored.", group="Training"))

    def __post_init__(self) -> None:
        if self.batch > 256 and self.rate > 0.05:
            raise UserError("A batch this large does not learn at this rate; lower one of them.")


@pytest.fixture
def form(qtbot) -> ParamForm:
    form = ParamForm(LIGHT, Settings())
    qtbot.addWidget(form)
    form.resize(260, 500)
    form.show()
    qtbot.waitExposed(form)
    return form


def edits(form: ParamForm) -> list[tuple[object, str, bool]]:
    seen: list[tuple[object, str, bool]] = []
    form.params_edited.connect(lambda *args: seen.append(args))
    return seen


def type_into(form: ParamForm, name: str, text: str) -> None:
    row = form.rows[name].widget
    assert isinstance(row, ValueSlider)
    row.box.setFocus()
    row.box.selectAll()
    QTest.keyClicks(row.box, text)
    QTest.keyClick(row.box, Qt.Key.Key_Return)


def test_every_parameter_has_the_row_its_type_asks_for(form: ParamForm) -> None:
    kinds = {name: type(row.widget) for name, row in form.rows.items()}
    assert kinds == {
        "kind": ChoiceRow,
        "beta": ValueSlider,
        "rate": ValueSlider,
        "batch": ValueSlider,
        "flip": SwitchRow,
    }
    assert form.rows["beta"].widget.head.badge.text() == "live"
    assert form.rows["batch"].widget.head.badge.text() == "restarts"
    assert "More pull." in form.rows["beta"].widget.toolTip()


def test_a_typed_value_is_one_final_edit_of_the_right_type(form: ParamForm) -> None:
    seen = edits(form)
    type_into(form, "batch", "64 digits")
    assert [final for _, _, final in seen] == [False, True]
    assert form.params() == Settings(batch=64)
    assert type(form.params().batch) is int  # type: ignore[attr-defined]


def test_a_drag_has_one_key_and_the_next_drag_another(form: ParamForm) -> None:
    seen = edits(form)
    row = form.rows["beta"].widget
    assert isinstance(row, ValueSlider)
    y = row.track.height() // 2
    for start in (40, 150):
        QTest.mousePress(row.track, Qt.MouseButton.LeftButton, pos=QPoint(start, y))
        QTest.mouseMove(row.track, QPoint(start + 30, y))
        QTest.mouseRelease(row.track, Qt.MouseButton.LeftButton, pos=QPoint(start + 30, y))
    assert [final for _, _, final in seen] == [False, False, True] * 2
    assert len({key for _, key, _ in seen[:3]}) == 1
    assert len({key for _, key, _ in seen}) == 2


def test_rows_hide_when_they_mean_nothing(form: ParamForm) -> None:
    row = form.rows["kind"].widget
    assert isinstance(row, ChoiceRow)
    assert isinstance(row.editor, Segmented)
    QTest.mouseClick(row.editor.segments()[0], Qt.MouseButton.LeftButton)
    assert not form.rows["beta"].widget.isVisible()
    form.set_params(Settings())
    assert form.rows["beta"].widget.isVisible()


def test_setting_params_shows_them_and_is_no_news(form: ParamForm) -> None:
    seen = edits(form)
    form.set_params(Settings(kind="ae", rate=0.01, batch=32, flip=True))
    assert seen == []
    assert form.rows["rate"].widget.value == 0.01
    assert form.rows["flip"].widget.value is True


def test_an_impossible_combination_is_refused_beside_its_row(form: ParamForm) -> None:
    form.set_params(Settings(batch=512))
    seen = edits(form)
    type_into(form, "rate", "0.1")
    assert seen == []
    row = form.rows["rate"].widget
    assert isinstance(row, ValueSlider)
    assert "does not learn" in row.refusal
    assert row.value == 1e-3
    type_into(form, "rate", "0.01")
    assert row.refusal == ""


def test_reset_all_is_one_change_and_only_offered_when_there_is_one(form: ParamForm) -> None:
    assert not form.reset_all_button.isEnabled()
    form.set_params(Settings(beta=4.0, batch=64))
    seen = edits(form)
    QTest.mouseClick(form.reset_all_button, Qt.MouseButton.LeftButton)
    assert [(params, final) for params, _, final in seen] == [(Settings(), True)]
    assert form.rows["beta"].widget.value == 1.0


def test_a_form_can_show_a_part(qtbot) -> None:
    form = ParamForm(LIGHT, Settings(), only=("beta",))
    qtbot.addWidget(form)
    assert list(form.rows) == ["beta"]


def test_another_theme_reaches_every_row(form: ParamForm) -> None:
    before = {name: row.widget.grab().toImage() for name, row in form.rows.items()}
    form.set_theme(DARK)
    for name in ("beta", "rate", "batch", "flip"):
        assert form.rows[name].widget.grab().toImage() != before[name], name


class TestUndo:
    def test_a_drag_is_one_entry_and_goes_back_and_forth(self) -> None:
        stack, now = QUndoStack(), [Settings()]

        def apply(params: object) -> None:
            assert isinstance(params, Settings)
            now[0] = params

        for beta in (1.5, 2.0, 4.0):
            stack.push(ParamsChange(apply, now[0], replace(now[0], beta=beta), "beta#0"))
        stack.push(ParamsChange(apply, now[0], replace(now[0], batch=64), "batch#1"))
        assert stack.count() == 2
        assert stack.undoText() == "change of Batch"
        stack.undo()
        stack.undo()
        assert now[0] == Settings()
        stack.redo()
        assert now[0] == Settings(beta=4.0)

    def test_a_drag_that_comes_back_leaves_nothing_to_undo(self) -> None:
        stack, now = QUndoStack(), Settings()
        stack.push(ParamsChange(lambda params: None, now, replace(now, beta=2.0), "beta#0"))
        stack.push(ParamsChange(lambda params: None, replace(now, beta=2.0), now, "beta#0"))
        assert stack.count() == 0


@dataclass(frozen=True)
class Folding:
    delay: int = param(9, ParamInfo("Delay", "Further.", low=1, high=99, step=1))
    hidden: int = param(48, ParamInfo("Hidden", "Stronger.", low=8, high=256, step=8, folded=True))
    size: int = param(8, ParamInfo("Size", "Smoother.", low=8, high=256, step=8, folded=True))


@pytest.fixture
def folding(qtbot) -> ParamForm:
    form = ParamForm(LIGHT, Folding())
    qtbot.addWidget(form)
    form.show()
    qtbot.waitExposed(form)
    return form


def test_folded_rows_are_seen_on_request(folding: ParamForm):
    assert folding.rows["delay"].widget.isVisible()
    assert not folding.rows["hidden"].widget.isVisible()
    assert "Hidden" in folding.more_button.toolTip()
    folding.more_button.click()
    assert folding.rows["hidden"].widget.isVisible()
    assert folding.rows["size"].widget.isVisible()
    folding.more_button.click()
    assert not folding.rows["hidden"].widget.isVisible()


def test_what_is_not_at_its_default_is_not_folded_away(folding: ParamForm):
    folding.set_params(Folding(hidden=64))
    assert folding.rows["hidden"].widget.isVisible()


def test_a_form_without_folded_rows_has_no_button_for_them(form: ParamForm):
    assert not form.more_button.isVisible()


def test_unfolding_scrolls_to_what_came(qtbot):
    area, form = QScrollArea(), ParamForm(LIGHT, Folding())
    area.setWidgetResizable(True)
    area.setWidget(form)
    qtbot.addWidget(area)
    area.resize(280, 90)
    area.show()
    qtbot.waitExposed(area)
    form.more_button.click()
    last = form.rows["size"].widget
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())
