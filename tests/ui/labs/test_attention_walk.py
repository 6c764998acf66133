"""The walk: stages forward and back, numbers by hand and of the real model, and arithmetic that adds up."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from explorer.specs.attention import Reading, Trace, TraceByHand
from explorer.ui.labs.attention.hand_model import HandModel
from explorer.ui.labs.attention.walk_stages import STAGES, factors, product_of, written
from explorer.ui.theme import DARK, LIGHT, Theme
from tests.ui.acting import click, drag, until
from tests.ui.labs.attention_window import Bench

IDS = [stage.id for stage in STAGES]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    made = Bench(qtbot)
    made.panel("walk")
    made.ready().answer()
    return made


@pytest.fixture
def walk(bench: Bench) -> Any:
    return bench.panel("walk")


def number_at_end(line: list[tuple[str, str]]) -> float:
    text = line[-1][0].replace("−", "-").replace(",", "")
    return float(text.replace("∞", "inf"))


@pytest.mark.parametrize("stage", IDS)
@pytest.mark.parametrize("real", [False, True])
def test_what_is_written_out_is_the_number_in_the_cell(bench: Bench, stage: str, real: bool):
    request = Trace(Reading(mask="causal"), 2, 0) if real else HandModel(mask="causal", n_heads=2, head=1).request()
    traced = bench.model.answer(request)
    values = product_of(stage, traced).result.values
    rng = np.random.default_rng(1)
    for _ in range(12):
        cell = int(rng.integers(values.shape[0])), int(rng.integers(values.shape[1]))
        shown = float(values[cell])
        assert number_at_end(written(stage, traced, cell)) == pytest.approx(shown, abs=0.006)
        found = factors(stage, traced, cell)
        if found is not None:
            a, b, bias = found
            assert float(a.astype(np.float64) @ b) + bias == pytest.approx(shown, abs=2e-3)


def test_few_products_are_written_one_by_one_and_add_up(bench: Bench):
    traced = bench.model.answer(HandModel().at_random(3).request())
    line = "".join(text for text, _ in written("scores", traced, (2, 1)))
    terms, total = line.replace("−", "-").split(" = ")
    sums = sum(float(a) * float(b) for a, b in (re.findall(r"-?\d+\.\d+", term) for term in terms.split(" + ")))
    assert sums == pytest.approx(float(total), abs=0.03)  # of factors with two digits


def test_stages_go_forward_and_back_by_keyboard_list_and_slider(walk: Any):
    walk.go_to(0)
    walk.setFocus()
    for _ in range(3):
        QTest.keyClick(walk, Qt.Key.Key_Right)
    assert walk.stage.step.text() == "stage 4 of 13"
    QTest.keyClick(walk, Qt.Key.Key_Left)
    assert walk.stage.formula.text().startswith("3  Queries")
    QTest.keyClick(walk, Qt.Key.Key_End)
    assert walk.stage.step.text() == "stage 13 of 13"
    QTest.keyClick(walk, Qt.Key.Key_Space)
    assert walk.stage.step.text() == "stage 13 of 13"
    walk.stage.items[4].click()
    assert walk.stage.formula.text().startswith("5  Scores")
    click(walk.stage.back)
    walk.stage.track.fraction_picked.emit(1.0)
    assert walk.stage.step.text() == "stage 13 of 13"


def test_every_matrix_says_what_rows_and_columns_are_and_its_real_range(bench: Bench, walk: Any):
    for i, stage in enumerate(IDS):
        walk.go_to(i)
        result = product_of(stage, walk.traced).result
        view = walk.stage.views["result"]
        assert view._words.columns
        finite = result.values[np.isfinite(result.values)]
        ends = walk.stage.legends["result"]._words.replace("−", "-")
        assert ends == f"{finite.min():.2f} to {finite.max():.2f}"
        assert view._sums == (stage == "weights")


def test_the_row_and_the_column_that_make_a_cell_light_up(walk: Any):
    walk.go_to(IDS.index("scores"))
    result = walk.stage.views["result"]
    QTest.mouseMove(result, result.place_of(result.area(), 2, 1).center().toPoint())
    assert dict(walk.stage.views["left"]._lit_rows) == {2: "query"}
    assert dict(walk.stage.views["right"]._lit_columns) == {1: "key"}
    assert walk.stage.arithmetic.text()[0].endswith("= 3.00")
    np.testing.assert_allclose(walk.stage.products.products.sum(), 3.0)


def test_the_number_under_the_pointer_is_said_in_every_matrix(walk: Any):
    walk.go_to(IDS.index("Q"))
    for name, cell, said in (
        ("left", (2, 0), "E, “fox”, “noun”: 1.000"),
        ("right", (0, 1), "W_Q, “noun”, column 2: 3.000"),
    ):
        view = walk.stage.views[name]
        QTest.mouseMove(view, view.place_of(view.area(), *cell).center().toPoint())
        assert walk.stage.arithmetic.text() == [said]


def test_by_hand_the_fox_looks_at_blue(walk: Any):
    weights = walk.traced.weights
    assert walk.traced.tokens == ("a", "blue", "fox", "flies")
    assert int(weights[2].argmax()) == 1
    assert int(weights[3].argmax()) == 2


def test_a_number_is_dragged_and_everything_follows_and_comes_back(bench: Bench, walk: Any):
    walk.go_to(IDS.index("E"))
    view = walk.stage.views["result"]
    assert view.editable
    start = view.place_of(view.area(), 2, 1).center()
    drag(view, start, start - QPointF(0, 30), start - QPointF(0, 60))
    bench.answer()
    assert walk.hand.arrays["E"][2, 1] == pytest.approx(1.2)
    assert walk.traced.E[2, 1] == pytest.approx(1.2)
    click(walk.stage.undo)
    bench.answer()
    assert walk.traced.E[2, 1] == 0.0
    click(walk.stage.redo)
    bench.answer()
    assert walk.traced.E[2, 1] == pytest.approx(1.2)


def test_weights_are_edited_where_they_stand_and_results_are_not(bench: Bench, walk: Any):
    walk.go_to(IDS.index("Q"))
    views = walk.stage.views
    assert (views["left"].editable, views["right"].editable, views["result"].editable) == (True, True, False)
    views["right"].value_edited.emit(0, 3, 99.0, True)
    bench.answer()
    assert walk.hand.arrays["W_Q"][0, 3] == pytest.approx(9.99)
    assert walk.traced.Q[2, 3] == pytest.approx(9.99)


def test_with_two_heads_an_edit_reaches_the_columns_of_the_head_followed():
    model = HandModel(n_heads=2, head=1).with_value("W_V", 0, 1, 5.0)
    assert model.arrays["W_V"][0, 3] == 5.0
    assert HandModel().arrays["W_V"][0, 3] == 0.0  # the first numbers stay as they were


def test_tools_change_heads_tokens_and_numbers(bench: Bench, walk: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("[PAD]", True))
    for tool in ("heads", "other head", "add", "random"):
        walk.stage.tool_used.emit(tool)
    bench.answer()
    assert (walk.traced.n_heads, walk.hand.head, walk.traced.tokens[-1]) == (2, 1, "[PAD]")
    walk._on_mask_activated(2)
    bench.answer()
    assert (walk.traced.weights[:, -1] == 0).all()
    for _ in range(9):
        walk.stage.tool_used.emit("remove")
        walk.stage.tool_used.emit("add")
        walk.stage.tool_used.emit("add")
    assert len(walk.hand.tokens) == 6
    for _ in range(9):
        walk.stage.tool_used.emit("remove")
    assert len(walk.hand.tokens) == 1
    walk.stage.tool_used.emit("reset")
    bench.answer()
    assert walk.traced.tokens == ("a", "blue", "fox", "flies")


def test_the_real_model_walks_by_the_same_panel(bench: Bench, walk: Any):
    click(walk.stage.model.segments()[1])
    assert any(isinstance(question, Trace) for question in bench.asked)
    bench.answer()
    assert walk.traced.E.shape == (9, 384)
    assert not walk.stage.views["result"].editable
    assert "MiniLM, layer 3, head 1" in walk.subtitle
    walk.go_to(IDS.index("weights"))
    np.testing.assert_allclose(walk.traced.weights, bench.lab.attending.weights[2, 0], atol=0.02)
    walk._on_mask_activated(1)
    assert bench.lab.reading.mask == "causal"
    bench.answer()
    assert not np.isfinite(walk.traced.masked[0, 1])


def test_without_the_model_it_says_what_it_waits_for(qtbot: QtBot):
    bench = Bench(qtbot)
    walk = bench.panel("walk")
    assert walk.stage.nothing.isVisible()
    assert walk.stage.nothing.text() == "Loading the model …"
    assert not any(isinstance(question, TraceByHand) for question in bench.asked)


@pytest.mark.parametrize("size", [(327, 210), (620, 330), (760, 480), (1100, 700)])
@pytest.mark.parametrize("theme", [LIGHT, DARK.scaled(1.4)], ids=["light", "presenting"])
def test_at_every_stage_the_result_is_there_and_inside(qtbot: QtBot, theme: Theme, size: tuple[int, int]):
    bench = Bench(qtbot, theme=theme)
    walk = bench.panel("walk", *size)
    bench.ready().answer()
    walk.resize(*size)
    until(qtbot, lambda: walk.size().toTuple() == size)
    for i in range(len(STAGES)):
        walk.go_to(i)
        view = walk.stage.views["result"]
        assert view.isVisible()
        assert view.width() >= 80
        assert walk.rect().contains(walk.stage.geometry())
