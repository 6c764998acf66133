"""The sequences lab in its window, with the real model behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from explorer.core.figures import FigureData
from explorer.specs.sequences import EXAMPLES, MAX_WORDS, SPEC, UNKNOWN
from explorer.ui.bench.pointer import send
from explorer.ui.main_window import MainWindow
from explorer.ui.panel import Panel
from explorer.ui.views.tokens import TokensView
from tests.ui.acting import until
from tests.ui.conftest import MakeWindow
from tests.ui.labs.sequences_window import lab_of, trace_of

KEY = Qt.Key


@pytest.fixture
def window(open_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    window = open_window(lab_id="sequences")
    trace_of(qtbot, window, task="sentiment")
    return window


def type_in(window: MainWindow, text: str) -> None:
    """Type into the panel Try it, and press Return."""
    line = window.lab.panel("try").findChild(QLineEdit)
    assert line is not None
    line.selectAll()
    line.insert(text)  # as the clipboard would
    QTest.keyClick(line, KEY.Key_Return)


def wait_for_title(qtbot: QtBot, window: MainWindow, title: str) -> None:
    """Wait until the run of this title is open."""
    until(qtbot, lambda: window.header._stored.text() == title)


def assert_nothing_overlaps(qtbot: QtBot, panel: Panel) -> None:
    """Once it has come to rest, all that a panel shows lies inside it, each thing at a place of its own."""
    qtbot.wait(50)
    shown = [child for child in panel.findChildren(QWidget) if child.isVisible() and not child.findChildren(QWidget)]
    places = [(QRect(child.mapTo(panel, QPoint(0, 0)), child.size()), child) for child in shown]
    for i, (place, child) in enumerate(places):
        assert panel.rect().contains(place), child
        assert not [other for there, other in places[:i] if there.intersects(place)], child
    for view in panel.findChildren(TokensView):
        assert all(view.rect().contains(p.toAlignedRect()) for p in view.token_rects(view.area()) if not p.isNull())


def seen(qtbot: QtBot, window: MainWindow, panel_id: str) -> Panel:
    """A panel that can be seen."""
    until(qtbot, lambda: panel_id in window.page.visible_panels())
    return window.lab.panel(panel_id)


def test_it_opens_on_the_stored_run_before_any_model_is_there(open_window: MakeWindow, qtbot: QtBot):
    window = open_window(lab_id="sequences", ready=False)
    with qtbot.waitSignal(window.first_painted):
        pass
    trace = lab_of(window).trace
    assert trace is not None
    assert not window.conductor.is_ready
    assert " ".join(token.text for token in trace.tokens) == EXAMPLES["sentiment"]
    assert trace.written == ("negative",)
    assert window.header._stored.text() == SPEC.stored[0].title
    before = trace.probabilities
    answer = trace_of(qtbot, window, task="sentiment")
    np.testing.assert_allclose(answer.probabilities, before, atol=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "the zorblax was not bad at all",
        "",
        "   ",
        "😀 😀 great 🎉",
        "فيلم رائع לא רע",
        "word " * 2_000,
        "x" * 10_000,
        "a\0b\nnot\tbad",
    ],
)
def test_whatever_is_typed_is_read(window: MainWindow, qtbot: QtBot, text: str):
    type_in(window, text)
    lab = lab_of(window)
    until(
        qtbot, lambda: lab.trace is not None and lab.trace.request.text.strip() == lab.inputs.text("sentiment").strip()
    )
    trace = lab.trace
    assert trace is not None
    assert not window.trouble_bar.isVisible()
    assert len(trace.tokens) <= MAX_WORDS
    assert len(trace.probabilities) == len(trace.tokens)
    if "zorblax" in text:
        assert [t.read_as for t in trace.tokens if t.text == "zorblax"] == [UNKNOWN]
        assert trace.written == ("positive",)
    if len(text) > 5_000 and " " in text:
        assert trace.cut
    window.grab()
    assert_nothing_overlaps(qtbot, seen(qtbot, window, "try"))
    window.page.docks["influence"].raise_()
    panel: Any = seen(qtbot, window, "influence")
    until(qtbot, lambda: panel._influence is not None or not trace.tokens)
    assert_nothing_overlaps(qtbot, panel)


def test_the_keyboard_steps_through_time_in_every_panel(window: MainWindow, qtbot: QtBot):
    hero: Any = window.lab.panel("network")
    hero.view.setFocus()
    QTest.keyClick(hero.view, KEY.Key_Home)
    until(qtbot, lambda: lab_of(window).time == 0)
    QTest.keyClick(hero.view, KEY.Key_Right)
    QTest.keyClick(hero.view, KEY.Key_Right)
    assert lab_of(window).time == 2
    assert hero.time == 2
    QTest.keyClick(hero.view, KEY.Key_Left)
    assert lab_of(window).time == 1
    QTest.keyClick(hero.view, KEY.Key_End)
    trace = lab_of(window).trace
    assert trace is not None
    assert lab_of(window).time == len(trace.tokens) - 1


def test_pointing_at_an_output_colours_the_words_it_depends_on(window: MainWindow, qtbot: QtBot):
    hero: Any = window.lab.panel("network")
    marks = hero.view.scene(hero.view.area()).marks
    place = marks["belief", 4, 0].box.center()
    with qtbot.waitSignal(
        window.conductor.answered, check_params_cb=lambda a: type(a).__name__ == "Influenced"
    ) as blocker:
        send(hero.view, QEvent.Type.MouseMove, QPointF(place), Qt.MouseButton.NoButton)
    found = blocker.args[0]
    assert found.output == 4
    assert (found.tokens[:5] > 0).all()
    assert not found.tokens[5:].any(), "what is read later cannot count"
    assert hero.view._strengths


def test_the_switch_opens_the_stored_run_of_each_task(window: MainWindow, qtbot: QtBot):
    hero: Any = window.lab.panel("network")
    for task, stored in (("caption", 2), ("translate", 3), ("dates", 4), ("digits", 1)):
        hero.task_chosen.emit(task)
        trace = trace_of(qtbot, window, task=task)
        wait_for_title(qtbot, window, SPEC.stored[stored].title)
        assert trace.written
        assert "".join(trace.written) == trace.truth.replace(" ", "") or " ".join(trace.written) == trace.truth
        window.grab()
    assert not window.trouble_bar.isVisible()


def test_undo_turns_the_switch_back(window: MainWindow, qtbot: QtBot):
    hero: Any = window.lab.panel("network")
    undo = window.actions_by_id["undo"]
    window.conductor.edit_params(replace(window.lab.run.params, cell="lstm", hidden=16), "cell", True)
    until(qtbot, lambda: not window.lab.run.stored)
    hero.task_chosen.emit("caption")
    trace_of(qtbot, window, task="caption")
    hero.task_chosen.emit("dates")
    trace_of(qtbot, window, task="dates")
    undo.trigger()
    trace_of(qtbot, window, task="caption")
    wait_for_title(qtbot, window, SPEC.stored[2].title)
    undo.trigger()
    trace_of(qtbot, window, task="sentiment", step=0)
    assert (window.lab.run.params.cell, window.lab.run.params.hidden) == ("lstm", 16)
    window.actions_by_id["redo"].trigger()
    trace_of(qtbot, window, task="caption")
    wait_for_title(qtbot, window, SPEC.stored[2].title)
    assert not window.trouble_bar.isVisible()


def test_decoding_by_beam_and_by_chance(window: MainWindow, qtbot: QtBot):
    lab_of(window).open_task("translate")
    trace_of(qtbot, window, task="translate")
    panel: Any = window.lab.panel("output")
    panel._on_how_chosen("beam")
    until(qtbot, lambda: bool(lab_of(window).trace and lab_of(window).trace.beams))  # type: ignore[union-attr]
    beams = lab_of(window).trace.beams  # type: ignore[union-attr]
    assert beams[0].text.split() == ["la", "volpe", "blu", "dorme"]
    assert [b.log_probability for b in beams] == sorted((b.log_probability for b in beams), reverse=True)
    panel._on_how_chosen("sample")
    until(qtbot, lambda: lab_of(window).trace.request.decoding.how == "sample")  # type: ignore[union-attr]
    seed = lab_of(window).trace.request.decoding.seed  # type: ignore[union-attr]
    panel._on_redraw_clicked()
    until(qtbot, lambda: lab_of(window).trace.request.decoding.seed != seed)  # type: ignore[union-attr]


@pytest.mark.parametrize("size", [(1280, 720), (1600, 900)])
def test_no_task_takes_width_from_the_parameters(open_window: MakeWindow, qtbot: QtBot, size: tuple[int, int]):
    window = open_window(lab_id="sequences", size=size)
    trace_of(qtbot, window, task="sentiment")
    widths = {name: window.page.docks[name].width() for name in ("parameters", "network", "try")}
    for task in ("digits", "caption", "translate", "dates"):
        lab_of(window).open_task(task)
        trace_of(qtbot, window, task=task)
        qtbot.wait(50)
        assert {name: window.page.docks[name].width() for name in widths} == widths, task


@pytest.mark.parametrize("size", [(1280, 720), (1600, 900)])
def test_a_beam_of_five_is_seen_as_a_whole(open_window: MakeWindow, qtbot: QtBot, size: tuple[int, int]):
    window = open_window(lab_id="sequences", size=size)
    lab_of(window).open_task("caption")
    trace_of(qtbot, window, task="caption")
    panel: Any = seen(qtbot, window, "output")
    panel.how.choose("beam")
    panel.beam.value_changed.emit(5.0)
    until(qtbot, lambda: len(lab_of(window).trace.beams) == 5)  # type: ignore[union-attr]
    until(qtbot, lambda: panel.beams.isVisible() and len(panel.beams._rows) == 5)
    qtbot.wait(50)
    assert panel.beams.height() >= panel.beams.minimumSizeHint().height()
    assert panel.bars.height() >= 20
    assert_nothing_overlaps(qtbot, panel)


def test_a_scene_of_ones_own_is_captioned(window: MainWindow, qtbot: QtBot):
    lab_of(window).open_task("caption")
    trace_of(qtbot, window, task="caption")
    lab_of(window).read_scene((("triangle", "green", "small", 1, 1),))
    trace = trace_of(qtbot, window, task="caption", scene=(("triangle", "green", "small", 1, 1),))
    assert " ".join(trace.written) == trace.truth == "a small green triangle"


def test_training_moves_what_is_shown_and_scrubbing_brings_it_back(window: MainWindow, qtbot: QtBot):
    window.commands.train_from_scratch()
    until(qtbot, lambda: window.lab.status.head == 0)
    first = trace_of(qtbot, window, step=0).probabilities.copy()
    window.commands.toggle_play()
    until(qtbot, lambda: window.lab.status.head > 40)
    window.commands.toggle_play()
    until(qtbot, lambda: not window.lab.status.playing)
    until(qtbot, lambda: lab_of(window).trace is not None and lab_of(window).trace.step == window.lab.status.head)  # type: ignore[union-attr]
    assert not np.allclose(lab_of(window).trace.probabilities, first, atol=1e-3)  # type: ignore[union-attr]
    window.conductor.scrub(0)
    until(qtbot, lambda: lab_of(window).trace is not None and lab_of(window).trace.step == 0)  # type: ignore[union-attr]
    np.testing.assert_allclose(lab_of(window).trace.probabilities, first, atol=1e-5)  # type: ignore[union-attr]


def test_every_panel_has_numbers_and_a_picture(window: MainWindow, qtbot: QtBot):
    for spec in SPEC.panels:
        window.page.docks[spec.id].raise_()
        panel = seen(qtbot, window, spec.id)
        figure = panel.figure_data()
        assert isinstance(figure, FigureData)
        assert figure.title == spec.title
        assert not panel.grab().toImage().isNull()
        if spec.id not in ("checks", "influence"):
            assert figure.table


def test_what_was_read_comes_back_with_a_session(window: MainWindow, qtbot: QtBot):
    type_in(window, "a dull film")
    trace_of(qtbot, window, text="a dull film")
    view = window.lab.view()
    type_in(window, "a great film")
    trace_of(qtbot, window, text="a great film")
    window.lab.restore_view(view)
    trace_of(qtbot, window, text="a dull film")
    window.lab.restore_view({"text": 7, "time": "x"})
    assert not window.trouble_bar.isVisible()
