"""The attention lab: one text, head and token in all panels, with the real model's answers and real clicks and keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.core.errors import UserError
from explorer.data.text_files import read_text
from explorer.specs.attention import EXAMPLE, SPEC, Bind, Encode, Reading, Relate, Trace
from explorer.ui.labs.attention.attending import first_attending
from explorer.ui.labs.attention.focus import Focus
from explorer.ui.labs.attention.heads_panel import BY_PAIR
from explorer.ui.labs.attention.panels import CHECK_NAMES, make_panel
from explorer.ui.theme import DARK
from tests.ui.acting import click, type_text
from tests.ui.labs.attention_window import Bench

FOX, SMILING = 4, 2


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    made = Bench(qtbot)
    for name in ("tokens", "looks", "heads", "cell"):
        made.panel(name)
    made.ready().answer()
    return made


def token(panel: Any, index: int) -> QPointF:
    place: QPointF = panel.arcs.places(panel.arcs.area())[index].center()
    return place


# ------------------------------------------------------------------------------------------ before and without torch


def test_before_the_model_is_there_the_stored_example_is_shown(qtbot: QtBot):
    bench = Bench(qtbot)
    tokens, looks, heads = (bench.panel(name) for name in ("tokens", "looks", "heads"))
    assert not [question for question in bench.asked if isinstance(question, Encode)]
    assert tokens.facts.text() == "9 tokens"
    assert looks.figure_data().table["fox (4)"][SMILING] == pytest.approx(0.36, abs=0.005)
    assert heads.words.text()[0].startswith("Layer 3, head 1: first 0.58")


def test_a_text_typed_before_the_model_is_there_is_read_once_it_is(qtbot: QtBot):
    bench = Bench(qtbot)
    panel = bench.panel("tokens")
    type_text(panel.text, "!")
    bench.ready().answer()
    assert bench.lab.attending.reading.text == EXAMPLE + "!"


def test_stored_attention_is_renormalised_and_marked():
    attending = first_attending()
    plain, left = attending.matrix(2, 0), attending.matrix(2, 0, special_out=True)
    np.testing.assert_allclose(np.nansum(left[1:-1], axis=1), 1.0, atol=1e-6)
    assert np.isnan(left[0]).all()
    kept = attending.kept_share(2, 0, FOX)
    np.testing.assert_allclose(left[FOX, 1:-1] * kept, plain[FOX, 1:-1], atol=1e-6)
    np.testing.assert_array_equal(attending.shares(2, 0, FOX, towards=True), plain[:, FOX])


def test_a_focus_stays_within_the_text():
    focus = Focus(token=8, other=3, hovered=9, cell=(1, 8)).within(5)
    assert (focus.token, focus.other, focus.hovered, focus.cell) == (3, None, None, None)
    assert Focus().at_head(9, -1) == Focus(layer=5, head=0)
    assert Focus(token=2, hovered=1).shown == 1


# ----------------------------------------------------------------------------------- one text, one head, one token


def test_a_typed_text_is_followed_by_all_panels(bench: Bench):
    panel = bench.panel("tokens")
    panel.text.clear()
    type_text(panel.text, "the red owl")
    assert [type(question) for question in bench.asked].count(Encode) == len("the red owl")
    bench.answer()
    assert bench.lab.attending.tokens == ("[CLS]", "the", "red", "owl", "[SEP]")
    for name in ("tokens", "looks", "heads", "cell"):
        assert bench.panel(name).attending is bench.lab.attending
    assert panel.facts.text() == "5 tokens"


def test_a_late_answer_about_an_older_text_is_dropped(bench: Bench):
    panel = bench.panel("tokens")
    panel.read_aloud("the red owl")
    old = bench.asked[-1]
    panel.read_aloud("the red owl sleeps")
    bench.answer()
    bench.lab.receive_answer(bench.model.answer(old))
    assert len(bench.lab.attending.tokens) == 6


def test_hovering_previews_clicking_locks_and_ctrl_compares(bench: Bench):
    tokens, looks = bench.panel("tokens"), bench.panel("looks")
    QTest.mouseMove(tokens.arcs, token(tokens, 7).toPoint())
    assert bench.lab.focus.shown == 7
    assert looks.subtitle == "“wings”"
    QTest.mouseMove(tokens.arcs, QPointF(2, 2).toPoint())
    assert bench.lab.focus.shown == FOX
    click(tokens.arcs, token(tokens, 6))
    assert bench.lab.focus.token == 6
    QTest.mouseClick(
        tokens.arcs, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, token(tokens, 7).toPoint()
    )
    assert (bench.lab.focus.token, bench.lab.focus.other) == (6, 7)
    QTest.mouseMove(tokens.arcs, QPointF(2, 2).toPoint())
    assert looks.subtitle == "“golden” and “wings”"
    assert "They differ most at" in looks.words.text()[0]


def test_the_direction_can_be_turned_and_columns_do_not_add_up(bench: Bench):
    tokens, looks = bench.panel("tokens"), bench.panel("looks")
    click(tokens.side.segments()[1])
    assert bench.lab.focus.towards
    column = bench.lab.attending.weights[2, 0, :, FOX]
    np.testing.assert_allclose(looks.figure_data().table["fox (4)"], column)
    assert "only rows add up to 1" in looks.words.text()[0]


def test_added_tokens_are_left_out_and_it_is_said(bench: Bench):
    tokens = bench.panel("tokens")
    click(tokens.special)
    assert bench.lab.focus.special_out
    assert "rescaled" in tokens.legend._words
    assert "58 % of what “fox” gives is shown" in tokens.subtitle


def test_the_matrix_lights_the_cell_and_its_arithmetic_is_that_of_the_head(bench: Bench):
    tokens, cell = bench.panel("tokens"), bench.panel("cell")
    place = tokens.matrix.place_of(tokens.matrix.area(), FOX, SMILING).center()
    QTest.mouseMove(tokens.matrix, place.toPoint())
    assert bench.lab.focus.cell == (FOX, SMILING)
    assert "from “fox” to “smiling”: 0.358" in tokens.subtitle
    bench.answer()
    traced = cell._traced
    data = cell.figure_data().table
    assert data["product"].sum() == pytest.approx(traced.scores[FOX, SMILING], abs=1e-3)
    said = " ".join(cell.words.text())
    assert f"{traced.scores[FOX, SMILING]:.2f}" in said
    assert f"{traced.weights[FOX, SMILING]:.3f}" in said
    assert traced.weights[FOX, SMILING] == pytest.approx(bench.lab.attending.weights[2, 0, FOX, SMILING], abs=1e-5)


def test_numbers_of_another_head_are_never_shown_as_those_of_this_one(bench: Bench):
    heads, cell = bench.panel("heads"), bench.panel("cell")
    click(heads.view, heads.view.places(heads.view.area())[0, 2].center())
    assert (bench.lab.focus.layer, bench.lab.focus.head) == (0, 2)
    assert cell.words.text() == ["The numbers of this head come in a moment."]
    assert any(isinstance(question, Trace) for question in bench.asked)
    bench.answer()
    assert "q · k" in cell.words.text()[0]


def test_keys_move_tokens_and_heads(bench: Bench):
    panel = bench.panel("tokens")
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Right)
    QTest.keyClick(panel, Qt.Key.Key_Down)
    assert (bench.lab.focus.token, bench.lab.focus.head) == (5, 1)
    QTest.keyClick(panel, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert bench.lab.focus.other == 6
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert bench.lab.focus == replace(bench.lab.focus, token=None, other=None)


def test_a_clicked_word_takes_the_arrow_keys_from_the_text_field(bench: Bench):
    panel = bench.panel("tokens")
    panel.activateWindow()
    panel.text.setFocus()
    click(panel.arcs, token(panel, 6))
    assert not panel.text.hasFocus()
    QTest.keyClick(panel.focusWidget(), Qt.Key.Key_Right)
    assert bench.lab.focus.token == 7


# ------------------------------------------------------------------------------------------ switching off


def test_a_token_switched_off_changes_the_rest_and_the_sentence(bench: Bench):
    panel, heads = bench.panel("tokens"), bench.panel("heads")
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Delete)
    bench.answer()
    attending = bench.lab.attending
    assert attending.reading.tokens_off == (FOX,)
    assert attending.whole is not None
    assert (attending.weights[..., FOX] == 0).all()
    assert f"cosine of the sentence with that of the whole one: {attending.cosine:.3f}" in panel.facts.text()
    click(panel.change)
    np.testing.assert_allclose(panel._matrix(), attending.weights[2, 0] - attending.whole[2, 0])
    assert "changed by" in heads.words.text()[0]
    panel.switch_token(FOX)
    bench.answer()
    assert bench.lab.attending.whole is None
    assert not panel.change.isVisible()


def test_heads_are_switched_off_and_all_on_again(bench: Bench):
    heads = bench.panel("heads")
    heads.view.head_switched.emit(2, 0)
    heads.view.head_switched.emit(0, 3)
    bench.answer()
    assert bench.lab.attending.reading.heads_off == ((0, 3), (2, 0))
    assert heads.all_on.isVisible()
    click(heads.all_on)
    bench.answer()
    assert bench.lab.attending.whole is None


def test_heads_are_ordered_by_what_they_do(bench: Bench):
    heads = bench.panel("heads")
    heads.order.setCurrentIndex(1)
    heads.order.activated.emit(1)
    assert heads.view._order[0] == (0, 2)  # layer 1, head 3 looks at the word before
    assert "token before" in heads.words.text()[1]
    bench.lab.set_focus(replace(bench.lab.focus, token=7, other=6))
    heads.order.setCurrentIndex(heads.order.findData(BY_PAIR))
    heads.order.activated.emit(heads.order.currentIndex())
    assert heads.view._order[0] == tuple(
        int(i) for i in np.unravel_index(bench.lab.attending.weights[:, :, 7, 6].argmax(), (6, 12))
    )


def test_masks_are_chosen_and_said(bench: Bench):
    panel = bench.panel("tokens")
    panel.masks.setCurrentIndex(1)
    panel.masks.activated.emit(1)
    bench.answer()
    assert bench.lab.attending.reading.mask == "causal"
    assert (bench.lab.attending.weights[..., np.triu(np.ones((9, 9), bool), 1)] == 0).all()


# ------------------------------------------------------------------------------------------ texts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "2 tokens"),
        ("fox " * 400, "cut off"),
        ("unbelievablenesses 🦊", "rare words are cut into pieces"),
        ("الثعلب الأزرق", "tokens"),
        ("Perché la volpe è azzurra?", "tokens"),
    ],
)
def test_any_text_is_shown(bench: Bench, text: str, said: str):
    panel = bench.panel("tokens")
    panel.read_aloud(text)
    bench.answer()
    assert said in panel.facts.text()
    for name in ("tokens", "looks", "heads", "cell"):
        assert not bench.panel(name).grab().isNull()


def test_a_text_file_is_read_and_a_bad_one_explained(bench: Bench, tmp_path: Path, qtbot: QtBot):
    panel = bench.panel("tokens")
    good = tmp_path / "a.txt"
    good.write_bytes("\ufeffLa volpe\r\n  è azzurra".encode())
    panel.load(good)
    assert panel.text.text() == "La volpe è azzurra"
    with qtbot.waitSignal(panel.notice) as said:
        panel.load(tmp_path / "none.txt")
    assert "cannot be read" in said.args[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("perché".encode("cp1252"), "perché"),
        ("volpe azzurra".encode("utf-16"), "volpe azzurra"),
        (b"", ""),
        (b"a\0b\0\0\0", None),
        (b"x" * 1_000_001, None),
    ],
)
def test_text_files_of_all_kinds(tmp_path: Path, raw: bytes, words: str | None):
    path = tmp_path / "t.txt"
    path.write_bytes(raw)
    if words is None:
        with pytest.raises(UserError, match=r"\.$"):
            read_text(path)
    else:
        assert read_text(path) == words


def test_two_sentences_are_compared(bench: Bench):
    panel = bench.panel("sentences", 1000, 240)
    bench.answer()
    assert panel.words.text()[0].startswith("cosine 0.49")
    texts = panel.figure_data().arrays["known"]
    click(panel.known, QPointF(60, 12))
    bench.answer()
    assert panel.second.text() == EXAMPLE
    assert panel.words.text()[0].startswith("cosine 1.000")
    assert len(texts) == 20
    panel.second.clear()
    panel._on_text_edited("")
    assert panel.words.text() == ["Type a second sentence."]
    assert not panel.matrix.isVisible()
    assert not any(isinstance(question, Relate) for question in bench.asked)


# ------------------------------------------------------------------------------------------ the lab


def test_every_panel_gives_its_numbers_and_there_is_no_other(qtbot: QtBot):
    bench = Bench(qtbot, theme=DARK)
    bench.ready()
    for spec in SPEC.panels:
        panel = bench.lab.panel(spec.id)
        for widget in (panel, *panel.controls):
            qtbot.addWidget(widget)
    bench.answer()
    for spec in SPEC.panels:
        assert bench.lab.panel(spec.id).figure_data().table is not None
    with pytest.raises(UserError, match="no panel called"):
        make_panel(bench.lab, "map")
    assert [check.name for check in bench.model.checks()] == list(CHECK_NAMES)


def test_a_view_is_saved_restored_and_nonsense_ignored(bench: Bench):
    lab = bench.lab
    lab.restore_view({"text": "the red owl", "second": "a bird", "mask": "causal", "layer": 4.0, "head": 11.0})
    bench.answer()
    lab.restore_view({"token": 3.0, "towards": 1.0, "special_out": 0.0})
    view = lab.view()
    assert view == {
        "text": "the red owl",
        "second": "a bird",
        "mask": "causal",
        "layer": 4.0,
        "head": 11.0,
        "towards": 1.0,
        "special_out": 0.0,
        "token": 3.0,
    }
    lab.restore_view({"text": 7.0, "mask": "?", "layer": float("nan"), "head": "x", "token": 1e99, "towards": "y"})
    assert lab.view() == view


def test_a_question_of_the_run_is_asked_again_when_it_moves(bench: Bench):
    learn = bench.panel("learn")
    bench.answer()
    learn.text.setText("A red owl with a green hat. Which colour has the owl?")
    learn._on_text_edited(learn.text.text())
    bench.answer()
    assert learn.shown.reading.words[-1] == "owl"
    bench.model.step()
    bench.lab.receive(bench.mail())
    assert any(isinstance(question, Bind) for question in bench.asked)


def test_reading_another_text_forgets_which_tokens_were_off(bench: Bench):
    bench.lab.set_reading(Reading(EXAMPLE, tokens_off=(3,)))
    bench.lab.set_reading(Reading("the red owl", tokens_off=(3,)))
    assert bench.lab.reading.tokens_off == ()


def test_a_rescaled_or_changed_number_is_called_so(bench: Bench):
    panel = bench.panel("tokens")
    panel.focus_wished.emit(replace(bench.lab.focus, special_out=True, cell=(FOX, SMILING)))
    assert panel.subtitle.endswith(f"rescaled {panel._matrix()[FOX, SMILING]:.3f}")
    panel.focus_wished.emit(replace(bench.lab.focus, cell=(FOX, 0)))
    assert panel.subtitle.endswith("left out")
    panel.switch_token(3)
    bench.answer()
    panel.focus_wished.emit(replace(bench.lab.focus, special_out=False, cell=(FOX, SMILING)))
    click(panel.change)
    assert "changed by" in panel.subtitle or panel._matrix()[FOX, SMILING] != 0
    assert "change of attention" in panel.figure_data().table
