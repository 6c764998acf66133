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
from explorer.specs.attention import AttentionParams, Bind
from explorer.specs.attention.cost import LENGTHS, Cost, Costed
from explorer.ui.labs.attention.curves_panel import MODES
from explorer.ui.theme import LIGHT, load_fonts
from explorer.ui.views.binding_maps import AXES
from tests.ui.acting import click
from tests.ui.labs.attention_window import Bench
from tests.ui.views.drawn import svg_texts

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


def test_frames_of_the_run_are_shown_and_measured_anew_where_it_stands(qtbot: QtBot, model: AttentionExperiment):
    bench = Bench(qtbot, model)
    learn = bench.panel("learn")
    assert bench.asked == []  # there is no live model yet
    np.testing.assert_array_equal(learn.shown.weights, bench.lab.frames["attention"])
    assert learn.shown.accuracy_percent is None
    assert learn.figure_data().table["probability"][1] > 0.5  # golden are the wings
    bench.ready().answer()
    assert learn.shown.accuracy_percent == pytest.approx(100 * model.learner.measure().right.mean())
    assert learn.words.text()[0].startswith(f"{learn.shown.accuracy_percent:.1f} % of 500 held-out sentences right;")


def test_while_the_example_trains_frames_show_it_and_nothing_is_asked(bench: Bench, learn: Any):
    bench.model.step()
    bench.lab.receive(bench.mail(playing=True))
    bench.lab._ask_live()
    assert not any(isinstance(question, Bind) for question in bench.asked)
    assert learn.shown.step == bench.model.n_steps
    assert learn.subtitle.endswith(f"step {bench.model.n_steps:,}")


def test_both_jumps_have_arcs_and_rings_in_two_colours_and_say_their_weights(learn: Any):
    fans, words, shown = learn.arcs._fans, learn.shown.reading.words, learn.shown
    assert [words[fan.token] for fan in fans] == ["wings", "wings"]
    assert len({fan.color_key for fan in fans}) == 2
    assert words[int(np.argmax(fans[0].shares))] == "golden"
    first, last = shown.noun_jump, shown.question_jump
    assert (first.head[0], last.head[0]) == (0, 1)
    assert first.weight == shown.weights[0, :, shown.reading.asked_noun, shown.reading.asked_colour].max()
    rings = learn.maps._rings
    assert {at: (ring.row, ring.column) for at, ring in rings.items()} == {
        first.head: (first.query, first.key),
        last.head: (last.query, last.key),
    }
    said = learn.words.text()[-1]
    assert f"{first.weight:.2f}" in said
    assert f"{last.weight:.2f}" in said


def test_before_it_has_learned_no_jump_is_claimed(qtbot: QtBot):
    bench = Bench(qtbot)
    learn = bench.panel("learn")
    bench.ready().answer()
    said = learn.words.text()
    assert any(sentence.startswith("Not both jumps are there yet") for sentence in said)
    assert not any("reads the colour off" in sentence for sentence in said)


def test_a_sentence_of_ones_own_is_asked_and_a_noun_clicked(bench: Bench, learn: Any):
    type_anew(learn, OWN)
    assert bench.asked[-1].text == OWN
    bench.answer()
    assert int(learn.shown.probabilities.argmax()) == 2  # red
    hat = learn.shown.reading.words.index("hat")
    click(learn.arcs, learn.arcs.places(learn.arcs.area())[hat].center())
    assert learn.text.text() == "A red owl with a green hat and blue boots. Which colour has the hat?"
    assert bench.asked[-1].text == learn.text.text()
    bench.answer()
    assert int(learn.shown.probabilities.argmax()) == 3  # green


def test_arrow_keys_ask_for_the_other_nouns(bench: Bench, learn: Any):
    type_anew(learn, OWN)
    learn.setFocus()
    asked = []
    for _ in range(3):
        QTest.keyClick(learn, Qt.Key.Key_Right)
        asked.append(learn.text.text().split()[-1])
    assert asked == ["hat?", "boots?", "owl?"]


def test_until_the_answer_comes_everything_shown_is_of_one_sentence(bench: Bench, learn: Any):
    before = learn.shown
    type_anew(learn, OWN)
    assert learn.shown is before
    assert len(learn.arcs._tokens) == len(learn.maps._words) == learn.maps._shades.shape[-1]
    bench.answer()
    assert tuple(token.text for token in learn.arcs._tokens) == learn.maps._words == learn.shown.reading.words
    assert learn.maps._shades.shape[-1] == len(learn.maps._words)


def test_while_training_the_own_sentence_is_asked_again_and_never_blank(bench: Bench, learn: Any):
    type_anew(learn, OWN)
    bench.answer()
    for _ in range(5):
        bench.model.step()
        bench.lab.receive(bench.mail(playing=True))
        assert learn.shown.reading.words[-1] == "owl"
        assert learn.arcs._fans
    bench.asked.clear()
    bench.lab._ask_live()
    assert [type(question) for question in bench.asked] == [Bind]
    assert learn.subtitle.endswith(f"step {learn.shown.step:,}")  # the step it was asked at
    bench.answer()
    assert learn.shown.step == bench.model.n_steps


def test_an_answer_of_another_step_is_dropped_where_the_run_stands(
    bench: Bench, learn: Any, model: AttentionExperiment
):
    type_anew(learn, OWN)
    late = model.answer(bench.asked[-1])
    learn.set_step(late.step - 10, False)
    learn.take(late)
    assert learn.shown.reading.words != learn._reading.words
    learn.set_step(late.step, False)
    learn.take(late)
    assert learn.shown.reading is learn._reading


def test_what_cannot_be_read_is_explained_and_the_last_sentence_stays_and_is_asked(bench: Bench, learn: Any):
    type_anew(learn, OWN)
    bench.answer()
    type_anew(learn, "A smiling xylophone. Which colour has the fox?")
    assert learn.refusal.isVisible()
    assert "xylophone" in learn.refusal.text()
    learn.set_ready(True)
    learn.ask_again()
    assert {question.text for question in bench.asked} == {OWN}
    type_anew(learn, OWN)
    assert not learn.refusal.isVisible()


def test_heads_are_switched_off_by_a_click_and_by_return_and_answers_suffer(bench: Bench, learn: Any):
    click(learn.maps, learn.maps.places(learn.maps.area())[0, 0].center())
    learn.maps.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(learn.maps, Qt.Key.Key_Right)
    QTest.keyClick(learn.maps, Qt.Key.Key_Return)
    assert {at for at, mark in learn.maps._marks.items() if mark.off} == {(0, 0), (0, 1)}
    bench.answer()
    without = learn.shown.accuracy_percent
    assert without < 60
    assert learn.words.text()[0].startswith(f"{without:.1f} % of 500 held-out sentences right without layer 1, head 1")
    assert learn.shown.noun_jump is None
    assert len(learn.arcs._fans) == 1
    assert learn.all_on.isVisible()
    click(learn.all_on)
    bench.answer()
    assert learn.shown.off == frozenset()
    assert learn.shown.accuracy_percent > 90


def test_a_head_that_is_off_is_not_shown_to_make_the_jump(bench: Bench, learn: Any):
    layer, head = learn.shown.noun_jump.head
    learn.switch_head(layer, head)
    bench.answer()
    assert learn.shown.noun_jump.head == (0, 1 - head)
    assert learn.maps._rings.keys() & {(layer, head)} == set()


def test_maps_say_what_each_head_does_on_average(learn: Any):
    means = learn.shown.to_colour
    assert {at: mark.caption for at, mark in learn.maps._marks.items()} == {
        at: f"{means[at]:.2f}" for at in np.ndindex(2, 2)
    }


def test_the_number_under_the_pointer_is_said(learn: Any):
    shown = learn.shown
    head, row, column, weight = shown.noun_jump
    QTest.mouseMove(learn.maps, learn.maps.place_of(learn.maps.area(), head, row, column).center().toPoint())
    assert learn.subtitle == f"layer 1, head {head[1] + 1}; from “wings” to “golden”: {weight:.3f}"
    unseen = learn.maps.place_of(learn.maps.area(), head, 2, 12).center()
    QTest.mouseMove(learn.maps, unseen.toPoint())
    assert learn.subtitle.startswith("which colour belongs to which noun?")


def test_with_attention_off_it_is_measured_and_said_that_it_must_fail(qtbot: QtBot):
    made = create(AttentionParams(learning_rate=3e-3), 7)
    for _ in range(300):
        made.step()
    bench = Bench(qtbot, made)
    learn = bench.panel("learn")
    bench.ready().answer()
    assert learn.shown.accuracy_percent > 90
    off = replace(made.params, attention_on=False)
    made.set_params(off)
    learn.set_run(off)
    left = learn.shown
    assert left is None  # nothing of before is true of it
    learn.set_ready(True)
    bench.answer()
    assert learn.shown.accuracy_percent < 20
    assert learn.arcs._fans == ()
    assert all(mark.off for mark in learn.maps._marks.values())
    assert any("it can only guess" in sentence for sentence in learn.words.text())


def test_attention_switched_off_where_the_run_stands_is_asked_about_once_the_runner_knows(
    bench: Bench, learn: Any, model: AttentionExperiment, qtbot: QtBot
):
    bench.lab.params_edited(replace(model.params, attention_on=False))
    assert not any(isinstance(question, Bind) for question in bench.asked)  # the runner has not heard of it yet
    qtbot.waitUntil(lambda: any(isinstance(question, Bind) for question in bench.asked))


def test_a_past_step_is_not_said_to_be_without_attention(bench: Bench, learn: Any, model: AttentionExperiment):
    step = model.n_steps
    learn.set_run(replace(model.params, attention_on=False))
    learn.set_step(step, False, True)
    learn.take(model.answer(Bind(learn._sentence)))  # of a model that had attention then
    assert learn.shown.accuracy_percent > 90
    said = " ".join(learn.words.text())
    assert "off for the steps to come" in said
    assert "can only guess" not in said
    assert not any(mark.off for mark in learn.maps._marks.values())


def test_what_was_measured_stays_when_the_frames_of_the_same_step_come(bench: Bench, learn: Any):
    measured = learn.shown.accuracy_percent
    assert measured is not None
    bench.lab.receive(bench.mail())
    assert learn.shown.accuracy_percent == measured


def test_a_number_of_another_step_is_not_put_beside_the_maps(qtbot: QtBot, model: AttentionExperiment):
    bench = Bench(qtbot, model)
    learn = bench.panel("learn")
    learn.set_numbers({"test_accuracy": 61.5})
    assert "61.5 %" in learn.words.text()[0]
    learn.set_step(learn.shown.step - 10, False, True)  # its frames are still on their way
    learn.set_numbers({"test_accuracy": 12.5})
    assert not any("held-out" in sentence for sentence in learn.words.text())


def test_frames_and_answers_of_another_form_are_not_shown(bench: Bench, learn: Any, model: AttentionExperiment):
    learn.set_run(replace(model.params, layers=1))
    assert any("47 %" in sentence for sentence in learn.words.text())
    for name, frame in bench.lab.frames.items():
        learn.set_frame(name, frame, model.n_steps)
    learn.take(model.answer(Bind(learn._sentence)))
    assert learn.shown is None
    assert np.isnan(learn.figure_data().table["probability"]).all()


SIZES = [(327, 210), (500, 300), (700, 420), (751, 474), (1280, 720)]


@pytest.mark.parametrize("scale", [1.0, 1.4])
@pytest.mark.parametrize("refused", [False, True], ids=["read", "refused"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_part_covers_another(bench: Bench, learn: Any, width: int, height: int, refused: bool, scale: float):
    load_fonts()
    learn.set_theme(LIGHT.scaled(scale))
    learn.resize(width, height)
    if refused:
        type_anew(learn, "A smiling xylophone. Which colour has the fox?")
    learn.column.activate()
    parts = [part.geometry() for part in (learn.text, learn.arcs, learn.maps, learn.answers, learn.words)]
    assert not [(a, b) for i, a in enumerate(parts) for b in parts[:i] if a.intersects(b)]
    assert all(learn.rect().contains(part) for part in parts)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_right_answer_has_room_in_every_size(bench: Bench, learn: Any, width: int, height: int):
    load_fonts()  # as the app does: others are wider
    type_anew(learn, "A silver owl with a green hat. Which colour has the owl?")
    bench.answer()
    learn.resize(width, height)
    assert "silver ✓" in svg_texts(learn.answers, learn.answers.size())
    assert any(words in svg_texts(learn.maps, learn.maps.size()) for words in AXES)


def test_curves_show_numbers_that_the_run_gives(bench: Bench, model: AttentionExperiment):
    given = {scalar.name for scalar in bench.lab.spec.scalars}
    assert {line.scalar for mode in MODES for line in mode.lines} == given
    assert set(model.step()) <= given


# ------------------------------------------------------------------------------------------ cost


def costed(request: Cost) -> Costed:
    n = request.n_tokens
    values = {
        ("attention", "ms"): 1e-5 * n**2,
        ("recurrent", "ms"): 1e-2 * n,
        ("attention", "bytes"): 8 * n * n,
        ("recurrent", "bytes"): 1000 * n,
    }
    return Costed(request, values[request.network, request.quantity], 1, request.generation)


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
    assert tuple(lengths[::4]) == LENGTHS
    said = " ".join(panel.words.text())
    assert "1 against 2,048" in said
    assert "×4.0 against ×2.0" in said
    assert "Attention is faster up to 512 tokens" in said
    table = panel.figure_data().table
    assert table["attention_ms"][0] == pytest.approx(1e-5 * 256)
    assert table["recurrent_ms"][0] == pytest.approx(0.16)
    assert (table["attention_bytes"][0], table["recurrent_bytes"][0]) == (2048, 16_000)


def test_measuring_is_stopped_and_stale_answers_are_dropped(cost: tuple[Any, list[Any]]):
    panel, asked = cost
    panel.set_ready(True)
    panel.measure()
    for _ in range(5):
        panel.take(costed(asked[-1]))
    QTest.keyClick(panel.button, Qt.Key.Key_Escape)  # where the keyboard is after a click, in the title bar
    assert not panel.is_measuring
    assert panel.button.text() == "Measure"
    panel.take(costed(asked[-1]))
    assert len(panel.figure_data().table["tokens"]) == 1
