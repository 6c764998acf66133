"""The panels of the sequences lab follow one input, one time and one output: on answers that are known exactly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from explorer.specs.sequences import (
    END,
    EXAMPLES,
    SPEC,
    UNKNOWN,
    Decoding,
    Influence,
    Read,
    SequenceParams,
    Trace,
)
from explorer.ui.labs.sequences.grammar import MOST_CHARACTERS, classes_of
from explorer.ui.labs.sequences.hidden_panel import ordered
from explorer.ui.labs.sequences.output_panel import tempered
from explorer.ui.labs.sequences.recorded import trace_of_frames
from explorer.ui.labs.sequences.try_panel import verdict_of
from tests.ui.labs import sequences_traces as traces
from tests.ui.labs.sequences_bench import TASKS, TRACES, Bench, new_run


@pytest.fixture(params=list(TASKS))
def task(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bench(qtbot: QtBot, task: str) -> Bench:
    return Bench(qtbot, task)


# ---------------------------------------------------------------------------------------------------- one time step


def test_one_time_is_seen_in_every_panel(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    n_read = len(trace.tokens)
    bench.lab.set_time(2)
    assert bench.panel("network").time == 2
    assert bench.panel("hidden").view._column == 2
    output = 2 if trace.writer is None else max(0, 2 - n_read)
    assert bench.panel("output").overview._column == output
    assert bench.panel("influence")._output == output
    row = trace.probabilities[output]
    shown = {bar.label: bar.value for bar in bench.panel("output").bars._bars}
    best = trace.classes[int(row.argmax())]
    assert shown[{END: "end"}.get(best, best)] == pytest.approx(float(row.max()))


def test_time_begins_at_the_answer_or_the_first_word_written(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    wanted = len(trace.tokens) - 1 if trace.writer is None else len(trace.tokens)
    assert bench.lab.time == wanted
    n_asked = len(bench.asked)
    bench.panel("output").time_chosen.emit(1)
    assert bench.lab.time == 1
    assert not any(isinstance(q, Read) for q in bench.asked[n_asked:]), "time asks no model to read again"
    bench.lab.set_time(10_000)
    assert bench.lab.time == len(bench.panel("hidden").view._columns) - 1


def test_the_answer_stands_there_with_its_truth(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    verdict = bench.panel("try").verdict.verdict
    assert verdict.answer == trace.truth
    assert verdict.right
    wrong = verdict_of(replace(trace, truth="something else"))
    assert wrong.right is False
    assert "something else" in wrong.truth
    unknown = verdict_of(replace(trace, truth=""))
    assert unknown.right is None
    assert unknown.truth


def test_an_answer_of_another_model_is_not_shown(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    other = "digits" if task == "sentiment" else "sentiment"
    params = SequenceParams(hidden=traces.HIDDEN, **TASKS[other])
    bench.lab.receive(new_run(params))
    assert bench.lab.trace is None
    bench.answer(trace)
    assert bench.lab.trace is None
    assert not bench.panel("hidden").view._values.size
    assert not bench.panel("output").bars._bars


# -------------------------------------------------------------------------------------------------------- influence


def test_a_hovered_output_is_asked_about_and_seen_in_both_panels(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    bench.panel("network").output_hovered.emit(1)
    assert bench.newest(Influence).output == 1
    found = bench.influence(trace)
    panel = bench.panel("influence")
    assert panel._current is found
    if task == "caption":
        np.testing.assert_array_equal(panel.picture._norms, found.pixels)
    elif task == "digits":
        np.testing.assert_array_equal(panel.picture._norms[:, 3], found.tokens)
    else:
        np.testing.assert_array_equal(panel.inputs._values, found.tokens)
    assert bench.panel("network").view._strengths
    bench.panel("network").output_hovered.emit(-1)
    assert not bench.panel("network").view._strengths


def test_a_click_locks_an_output_until_the_next_one(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    panel = bench.panel("influence")
    panel.output_locked.emit(2)
    bench.influence(trace)
    panel.output_hovered.emit(0)
    assert bench.lab.output == 0
    panel.output_hovered.emit(-1)
    assert bench.lab.output == 2
    assert panel.outputs._locked
    panel.output_locked.emit(2)
    bench.lab.set_time(0)
    assert bench.lab.output == 0
    assert not panel.outputs._locked


def test_influence_of_an_output_left_behind_is_not_painted(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    bench.lab.hover_output(1)
    late = replace(traces.influence_of(trace, 1), request=bench.newest(Influence), generation=999)
    bench.lab.hover_output(0)
    bench.lab.receive_answer(late)
    assert bench.panel("influence")._current is None
    assert not bench.panel("network").view._strengths


# ----------------------------------------------------------------------------------------------------- hidden state


@pytest.mark.parametrize("task", ["translate"], indirect=True)
def test_units_can_be_ordered_and_the_memory_shown(bench: Bench, task: str):
    trace = bench.answer(traces.translate_trace(layers=1))
    panel = bench.panel("hidden")
    assert trace.reader is not None
    assert trace.writer is not None
    whole = np.concatenate([trace.reader.hidden[:, 0], trace.writer.hidden[:, 0]]).T
    np.testing.assert_array_equal(panel.states, whole)
    panel.sort.choose("now")
    values = panel.view._values[:, bench.lab.time]
    assert (np.diff(values) <= 0).all()
    bench.lab.set_time(0)
    assert (np.diff(panel.view._values[:, 0]) <= 0).all()
    panel.view.row_chosen.emit(0)
    unit = panel.view._rows[0]
    panel.sort.choose("index")
    assert panel.view._rows[panel.view._row] == unit, "the unit stays marked wherever it goes"
    panel.state.choose("c")
    np.testing.assert_array_equal(panel.states[:, 0], trace.reader.memory[0, 0])
    assert panel.view.scale.lo == -panel.view.scale.hi


def test_units_that_change_early_come_first():
    states = np.array([[0, 0, 0, 1], [0, 2, 2, 2], [0, 1, 1, 1], [3, 3, 3, 3]], float)
    assert ordered(states, "change", 0).tolist()[:3] == [1, 2, 3] or ordered(states, "change", 0)[0] == 1
    order = ordered(states, "change", 0).tolist()
    assert order.index(1) < order.index(2) < order.index(0)
    assert ordered(states, "now", 1).tolist() == [3, 1, 2, 0]
    assert ordered(states, "index", 0).tolist() == [0, 1, 2, 3]
    assert ordered(states[:, :1], "change", 0).tolist() == [0, 1, 2, 3]


# ----------------------------------------------------------------------------------------------------------- output


@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0, 3.0])
def test_another_temperature_is_the_softmax_of_scores_divided_by_it(temperature: float):
    scores = np.random.default_rng(1).normal(0, 3, (5, 7))

    def softmax(x: np.ndarray) -> np.ndarray:
        raised = np.exp(x - x.max(1, keepdims=True))
        return np.asarray(raised / raised.sum(1, keepdims=True))

    one, other = softmax(scores / 0.7).astype(np.float32), softmax(scores / temperature)
    np.testing.assert_allclose(tempered(one, 0.7, temperature), other, atol=2e-5)
    certain = tempered(np.array([[1.0, 0.0]], np.float32), 1.0, temperature)
    np.testing.assert_array_equal(certain, [[1.0, 0.0]])


@pytest.mark.parametrize("task", ["translate"], indirect=True)
def test_temperature_moves_the_bars_at_once_and_asks_only_when_it_matters(bench: Bench, task: str):
    bench.answer(traces.translate_trace())
    panel = bench.panel("output")
    sharp = panel.bars._bars[0].value
    n_asked = len(bench.asked)
    panel.temperature.value_changed.emit(2.0)
    assert panel.bars._bars[0].value < sharp
    assert len(bench.asked) == n_asked, "greedy writing does not depend on it"
    panel.how.choose("sample")
    assert bench.newest(Read).decoding == Decoding("sample", 2.0, 3, 0)
    panel.redraw.click()
    assert bench.newest(Read).decoding.seed == 1
    panel.how.choose("beam")
    panel.beam.value_changed.emit(5.0)
    assert bench.newest(Read).decoding.beam == 5
    bench.answer(traces.translate_trace())
    rows = panel.beams._rows
    assert [row[0].text for row in rows] == ["1  la volpe blu dorme", "2  la volpe dorme"]
    assert rows[1][1].text == "\N{MINUS SIGN}3.20"


# ------------------------------------------------------------------------------------------------------------ input


@pytest.mark.parametrize("task", ["sentiment"], indirect=True)
def test_what_is_unknown_and_what_is_cut_is_said(bench: Bench, task: str):
    bench.answer(traces.sentiment_trace(unknown=1, cut="and much more besides"))
    panel = bench.panel("try")
    assert [chip.marked for chip in panel.tokens._chips] == [i == 1 for i in range(9)]
    assert UNKNOWN in panel.note.full_text
    assert "left out: and much more besides" in panel.note.full_text


@pytest.mark.parametrize("task", ["sentiment"], indirect=True)
def test_a_huge_text_is_cut_before_it_is_sent(bench: Bench, task: str, tmp_path: Path):
    panel = bench.panel("try")
    panel.text.edit.insert("great " * 4_000)
    assert len(bench.newest(Read).text) == MOST_CHARACTERS
    assert "2,000 characters" in panel.note.full_text
    path = tmp_path / "long.txt"
    path.write_bytes(b"dull film\xff\n" * 100_000)
    panel.text.edit.load(path)
    assert len(bench.newest(Read).text) <= MOST_CHARACTERS
    assert bench.newest(Read).text.startswith("dull film")
    said: list[str] = []
    panel.notice.connect(said.append)
    panel.text.edit.load(tmp_path / "gone.txt")
    assert "gone.txt" in said[0]


def test_what_was_read_survives_a_session(bench: Bench, task: str, qtbot: QtBot):
    lab = bench.lab
    if task == "caption":
        lab.read_scene((("square", "purple", "small", 2, 2),))
    elif task == "digits":
        lab.read_picture(np.eye(28, dtype=np.float32))
    else:
        lab.read_text("another text")
    lab.decode(Decoding("sample", 0.5, 4, 9))
    other = Bench(qtbot, task)
    other.lab.restore_view(lab.view())
    asked, wanted = other.newest(Read), bench.newest(Read)
    assert (asked.text, asked.scene, asked.decoding) == (wanted.text, wanted.scene, wanted.decoding)
    if task == "digits":
        np.testing.assert_array_equal(asked.picture, wanted.picture)
    for nonsense in (
        {"scene": "a; b", "how": 3.0},
        {"digit": 1e9, "picture": [1.0, 2.0]},
        {"beam": 99.0, "time": -4.0},
    ):
        other.lab.restore_view(nonsense)  # type: ignore[arg-type]
    assert other.lab._decoding == Decoding()


def test_a_panel_that_was_never_shown_is_painted_with_everything_in_its_place(bench: Bench, task: str):
    trace = bench.answer(TRACES[task]())
    bench.influence(trace)
    for panel_id in ("try", "output", "influence", "hidden"):
        panel = bench.panel(panel_id)
        image = QImage(QSize(*panel.spec.size_px), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        panel.paint(painter, QRectF(image.rect()), vector=False)
        painter.end()
        places = [QRect(view.mapTo(panel, QPoint(0, 0)), view.size()) for view in panel.views()]
        assert places
        assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[:i]), panel_id


@pytest.mark.parametrize("task", ["sentiment"], indirect=True)
def test_small_influences_are_told_in_powers_of_ten(bench: Bench, task: str):
    trace = bench.answer(traces.sentiment_trace())
    found = bench.influence(trace)
    panel = bench.panel("influence")
    panel.set_influence(replace(found, tokens=found.tokens * np.float32(1e-5)))
    assert panel.bars._unit == "× 10⁻⁶"
    assert panel.bars._bars[0].value == pytest.approx(8.0)
    panel.set_influence(found)
    assert panel.bars._unit == ""
    assert [bar.value for bar in panel.bars._bars] == pytest.approx(sorted(found.tokens.tolist(), reverse=True))


# ------------------------------------------------------------------------------------------------------------ frames


def frames_of(trace: Trace, classes: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The frames that recording this trace would have left, its outputs moved to the full vocabulary."""
    chains = [chain for chain in (trace.reader, trace.writer) if chain is not None]
    p = np.zeros((len(trace.probabilities), len(classes)), np.float32)
    for i, name in enumerate(trace.classes):
        if name in classes:
            p[:, classes.index(name)] = trace.probabilities[:, i]
    parts = {name: np.concatenate([getattr(c, name) for c in chains]) for name in ("hidden", "memory", "gates")}
    return parts | {"probabilities": p}


def test_recorded_frames_tell_the_labs_own_example(task: str):
    params = SequenceParams(hidden=traces.HIDDEN, **TASKS[task])
    made = TRACES[task]()
    frames = frames_of(made, classes_of(task))
    found = trace_of_frames(params, frames, 40)
    assert found is not None
    assert found.step == 40
    assert found.written == made.written
    assert found.ended == made.ended
    assert [t.text for t in found.tokens] == [t.text for t in made.tokens]
    assert found.request.text == EXAMPLES.get(task, "")
    for mine, theirs in ((found.reader, made.reader), (found.writer, made.writer)):
        assert (mine is None) == (theirs is None)
        if mine is not None and theirs is not None:
            np.testing.assert_array_equal(mine.hidden, theirs.hidden)
            np.testing.assert_array_equal(mine.gates, theirs.gates)
    if task != "digits":
        assert found.truth == made.truth
    assert trace_of_frames(replace(params, hidden=8), frames, 40) is None
    assert trace_of_frames(params, {"hidden": frames["hidden"]}, 40) is None
    other = "dates" if task == "translate" else "translate"
    assert trace_of_frames(SequenceParams(hidden=traces.HIDDEN, **TASKS[other]), frames, 40) is None


@pytest.mark.parametrize("task", ["sentiment"], indirect=True)
def test_the_switch_wishes_for_the_stored_run_of_the_task(bench: Bench, task: str, qtbot: QtBot):
    with qtbot.waitSignal(bench.lab.stored_wished) as wished:
        bench.panel("network").task_chosen.emit("dates")
    assert SPEC.stored[wished.args[0]].stem == "sequences-dates"
    with qtbot.assertNotEmitted(bench.lab.stored_wished):
        bench.panel("network").task_chosen.emit("sentiment")


@pytest.mark.parametrize("task", ["sentiment"], indirect=True)
def test_lengths_are_summed_up_by_how_many_were_measured(bench: Bench, task: str):
    rows = np.array([[4, 1.0, 300, 1], [5, 0.5, 100, 1], [20, 0.25, 8, 0]], np.float32)
    panel = bench.panel("lengths")
    panel.set_lengths(rows, "sentiment")
    assert panel.subtitle == "lengths trained on 87.5 %; never trained on 25.0 %"
    np.testing.assert_array_equal(panel.figure_data().table["right (%)"], [100, 50, 25])
