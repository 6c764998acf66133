"""Panels of the sequences lab show the present: no number of another input, cell or step; a class has one colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from explorer.specs.sequences import SequenceParams, Trace
from explorer.ui.labs.sequences.grammar import fits
from explorer.ui.theme import LIGHT
from explorer.ui.views.painting import named_color
from explorer.ui.views.unrolled_look import Look, Mosaics
from tests.ui.labs import sequences_traces as traces
from tests.ui.labs.sequences_bench import TRACES, Bench
from tests.ui.views.drawn import svg_texts


def nothing_read(trace: Trace) -> Trace:
    """The answer to an empty text."""
    part = trace.reader
    assert part is not None
    empty = replace(part, hidden=part.hidden[:0], memory=part.memory[:0], gates=part.gates[:0])
    return replace(trace, tokens=(), reader=empty, probabilities=trace.probabilities[:0], truth="")


def test_an_empty_text_leaves_no_numbers_of_the_one_before(qtbot: QtBot):
    bench = Bench(qtbot, "sentiment")
    bench.answer(traces.sentiment_trace())
    assert bench.panel("cell").view.inside.gates
    bench.lab.read_text("")
    bench.answer(nothing_read(traces.sentiment_trace()))
    assert not bench.panel("cell").view.inside.gates
    assert bench.panel("cell").subtitle == ""
    network = bench.panel("network")
    assert "Nothing to read" in svg_texts(network.view, QSize(600, 400))
    assert network.subtitle == ""
    assert "has read nothing" in svg_texts(bench.panel("output").overview, QSize(300, 200))
    bench.lab.read_text("great")
    bench.answer(traces.sentiment_trace())
    assert bench.panel("cell").view.inside.gates


@pytest.mark.parametrize("cell", ["rnn_tanh", "rnn_relu", "lstm"])
def test_an_answer_of_another_cell_does_not_fit(cell: str):
    trace = traces.sentiment_trace("gru")
    assert fits(trace, SequenceParams(hidden=traces.HIDDEN), "sentiment")
    assert not fits(trace, SequenceParams(hidden=traces.HIDDEN, cell=cell), "sentiment")
    other = traces.sentiment_trace(cell)
    assert fits(other, SequenceParams(hidden=traces.HIDDEN, cell=cell), "sentiment")
    assert not fits(other, SequenceParams(hidden=traces.HIDDEN), "sentiment")


def test_a_writer_begins_with_the_memory_that_the_reader_left(qtbot: QtBot):
    bench = Bench(qtbot, "translate")
    trace = bench.answer(traces.translate_trace())
    assert trace.reader is not None
    for t, before in ((0, np.zeros(traces.HIDDEN)), (len(trace.tokens), trace.reader.memory[-1, 0])):
        bench.lab.set_time(t)
        table = bench.panel("cell").figure_data().table
        np.testing.assert_array_equal(table["c before"], before)


@pytest.mark.parametrize("task", ["sentiment", "digits"])
def test_a_class_has_one_colour_in_every_panel(qtbot: QtBot, task: str):
    bench = Bench(qtbot, task)
    trace = bench.answer(TRACES[task]())
    story = bench.panel("network").view.story
    look = Look(LIGHT, story, Mosaics(story, LIGHT.signed))
    for bar in bench.panel("output").bars._bars:
        assert named_color(LIGHT, bar.color_key) == look.class_color(trace.classes.index(bar.label))
