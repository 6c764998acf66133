"""Learning live, its curves, and what attention costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.experiments.attention import AttentionExperiment, create
from explorer.specs.attention import COST_LENGTHS, AttentionParams, Bind, Cost, Costed
from explorer.ui.labs.attention.curves_panel import MODES
from tests.ui.acting import click
from tests.ui.labs.attention_window import Bench

OWN = "A red owl with a green hat and blue boots. Which colour has the owl?"


@pytest.fixture(scope="module")
def model() -> AttentionExperiment:
    made = create(AttentionParams(learning_rate=3e-3), 7)
    for _ in range(400):
        made.step()
    return made


@pytest.fixture
def bench(qtbot: QtBot, model: AttentionExperiment) -> Bench:
    made = Bench(qtbot, model)
    made.panel("learn")
    made.ready().answer()
    return made


@pytest.fixture
def learn(bench: Bench) -> Any:
    return bench.panel("learn")


def type_anew(learn: Any, text: str) -> None:
    learn.text.setText(text)
    learn._on_text_edited(text)


def test_the_frames_of_the_run_are_shown_without_asking(bench: Bench, learn: Any):
    assert not any(isinstance(question, Bind) for question in bench.asked)
    np.testing.assert_array_equal(learn.shown.weights, bench.lab.frames["attention"])
    assert learn.figure_data().table["probability"][1] > 0.5  # golden are the wings
    assert "Layer 1: “wings” looks at its colour" in learn.words.text()[-1]


def test_both_jumps_have_arcs_in_two_colours(learn: Any):
    fans = learn.arcs._fans
    words = learn._reading.words
    assert [words[fan.token] for fan in fans] == ["wings", "wings"]
    assert len({fan.color_key for fan in fans}) == 2
    assert words[int(np.argmax(fans[0].shares))] == "golden"


def test_a_sentence_of_ones_own_is_asked_and_a_noun_clicked(bench: Bench, learn: Any):
    type_anew(learn, OWN)
    assert bench.asked[-1].text == OWN
    bench.answer()
    assert int(learn.shown.probabilities.argmax()) == 2  # red
    hat = learn._reading.words.index("hat")
    place = learn.arcs.places(learn.arcs.area())[hat].center()
    click(learn.arcs, place)
    assert bench.asked[-1].noun == "hat"
    bench.answer()
    assert int(learn.shown.probabilities.argmax()) == 3  # green


def test_what_cannot_be_read_is_explained_and_the_last_sentence_stays(bench: Bench, learn: Any):
    before = learn._reading
    type_anew(learn, "A smiling xylophone. Which colour has the fox?")
    assert learn.refusal.isVisible()
    assert "xylophone" in learn.refusal.text()
    assert learn._reading is before
    type_anew(learn, OWN)
    assert not learn.refusal.isVisible()


def test_heads_are_switched_off_and_answers_suffer(bench: Bench, learn: Any):
    learn.switch_head(0, 0)
    learn.switch_head(0, 1)
    bench.answer()
    without = learn._bound.accuracy_percent
    assert without < 60
    assert learn.words.text()[0].startswith(f"{without:.1f} %")
    assert learn.all_on.isVisible()
    click(learn.all_on)
    assert learn._off == ()
    assert learn.shown is not None


def test_with_attention_off_it_says_that_it_must_fail(bench: Bench, learn: Any, model: AttentionExperiment):
    learn.set_run(replace(model.params, attention_on=False))
    assert any("it can only guess" in sentence for sentence in learn.words.text())
    learn.set_run(replace(model.params, layers=1))
    assert any("47 %" in sentence for sentence in learn.words.text())
    assert learn.shown is None  # frames of another form are not shown as its own


def test_while_training_the_own_sentence_is_asked_again(bench: Bench, learn: Any):
    type_anew(learn, OWN)
    bench.answer()
    learn.set_step(450, True)
    bench.asked.clear()
    bench.lab._ask_live()
    assert [type(question) for question in bench.asked] == [Bind]


def test_curves_show_numbers_that_the_run_gives(bench: Bench, model: AttentionExperiment):
    given = {scalar.name for scalar in bench.lab.spec.scalars}
    assert {line.scalar for mode in MODES for line in mode.lines} == given
    assert set(model.step()) <= given


# ------------------------------------------------------------------------------------------ cost


def costed(request: Cost) -> Costed:
    n = request.n_tokens
    return Costed(request, 1e-5 * n**2, 1e-2 * n, 8 * n * n, 1000 * n, 1, request.generation)


@pytest.fixture
def cost(qtbot: QtBot) -> tuple[Any, list[Any]]:
    bench = Bench(qtbot)
    panel = bench.panel("cost", 1000, 240)
    return panel, bench.asked


def test_costs_are_measured_length_after_length(cost: tuple[Any, list[Any]]):
    panel, asked = cost
    assert not panel.button.isEnabled()
    panel.set_ready(True)
    click(panel.button)
    lengths = []
    while panel.is_measuring:
        question = next(q for q in reversed(asked) if isinstance(q, Cost))
        lengths.append(question.n_tokens)
        panel.take(costed(question))
    assert tuple(lengths) == COST_LENGTHS
    said = " ".join(panel.words.text())
    assert "1 against 2,048" in said
    assert "×4.0 against ×2.0" in said
    assert "Attention is faster up to 512 tokens" in said
    assert panel.figure_data().table["attention_ms"][0] == pytest.approx(1e-5 * 256)


def test_measuring_is_stopped_and_stale_answers_are_dropped(cost: tuple[Any, list[Any]]):
    panel, asked = cost
    panel.set_ready(True)
    panel.measure()
    panel.take(costed(asked[-1]))
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.is_measuring
    assert panel.button.text() == "Measure"
    panel.take(costed(asked[-1]))
    assert len(panel.figure_data().table["tokens"]) == 1
