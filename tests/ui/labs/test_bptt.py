"""The panels of the lab of gradients through time follow its run, its questions and one another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.core.errors import Trouble, UserError
from explorer.core.mailbox import Mail
from explorer.core.questions import RunChecks
from explorer.specs.bptt import BpttParams, Chain, MeasureDelays
from explorer.ui.conductor import Conductor
from explorer.ui.labs.bptt import BpttLab
from explorer.ui.panel import Panel
from tests.ui.acting import click, type_text
from tests.ui.labs.bptt_window import PANELS, answer_all, chained, frames_of, lab_with_run, mail_of, measured

MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def lab(qtbot: QtBot) -> BpttLab:
    lab, asked = lab_with_run()
    lab.asked_so_far = asked  # type: ignore[attr-defined]
    for panel_id in PANELS:
        keep(qtbot, lab.panel(panel_id))
    return lab


def keep(qtbot: QtBot, panel: Panel) -> None:
    """A panel without a window is closed at the end, and so are its controls."""
    for widget in (panel, *panel.controls):
        qtbot.addWidget(widget)


def asked_of(lab: BpttLab) -> list[Any]:
    return lab.asked_so_far  # type: ignore[attr-defined, no-any-return]


def text_of(view: Any) -> list[str]:
    """Lines of numbers of a formula view."""
    return ["".join(text for text, _ in line) for line in view._numbers]


# ---------------------------------------------------------------------------------------------------------- frames


def test_every_frame_reaches_its_panel(lab: BpttLab):
    frames = frames_of(BpttParams(delay=80))
    radius = float(np.hypot(*frames["spectrum"].T).max())
    assert lab.panel("spectrum").subtitle == f"step 300, the RNN's W, radius {radius:.2f}"
    np.testing.assert_array_equal(lab.panel("spectrum").figure_data().arrays["spectrum"], frames["spectrum"])
    np.testing.assert_array_equal(lab.panel("gates").figure_data().table["LSTM forget"], frames["gates"][0])
    np.testing.assert_array_equal(lab.panel("gradient").figure_data().arrays["film"], frames["film"])
    np.testing.assert_array_equal(lab.panel("now").figure_data().arrays["norms"], frames["norms"])


def test_a_film_is_shown_once_when_all_its_parts_have_come(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    lab, _ = lab_with_run()
    panel: Any = lab.panel("gradient")
    keep(qtbot, panel)
    shown = []
    monkeypatch.setattr(panel, "set_film", lambda *parts: shown.append([len(part) for part in parts]))
    longer = mail_of(BpttParams(delay=80)).frames
    more = {n: replace(f, data=np.concatenate([f.data, f.data])) for n, f in longer.items() if n.startswith("film")}
    lab.receive(Mail(None, None, {"film": more["film"]}, (), 0))
    assert not shown, "its rows are not yet those of the steps"
    lab.receive(Mail(None, None, {n: more[n] for n in ("film_steps", "film_truncate")}, (), 0))
    assert shown == [[120, 120, 120]]


def test_eigenvalues_leave_a_trail_only_while_training(lab: BpttLab):
    view = lab.panel("spectrum").view  # type: ignore[attr-defined]
    lab.receive(mail_of(BpttParams(delay=80), playing=True))
    lab.receive(mail_of(BpttParams(delay=80), playing=True))
    assert view.n_trails == 1
    lab.receive(mail_of(BpttParams(delay=80)))
    lab.receive(mail_of(BpttParams(delay=80)))
    assert view.n_trails == 0


def test_accuracies_follow_the_step_shown(lab: BpttLab):
    assert lab.accuracy == pytest.approx({"rnn": 12.5, "lstm": 99.94, "gru": 99.94}, abs=0.1)
    lab.receive(Mail(None, replace(lab.status, cursor=150), {}, (), 0))
    assert lab.accuracy["gru"] == pytest.approx(50.0)
    panel: Any = lab.panel("gradient")
    assert panel._accuracy["lstm"] == pytest.approx(50.0)
    assert panel.view._cursor == 150
    lab.receive(Mail(None, replace(lab.status, cursor=300), {}, (), 0))
    assert panel.view._cursor is None
    lab.close()


def test_a_row_whose_step_is_not_kept_is_not_marked_and_it_is_said_why(lab: BpttLab):
    panel: Any = lab.panel("gradient")
    said: list[str] = []
    wished: list[int] = []
    lab.notice.connect(said.append)
    lab.scrub_requested.connect(wished.append)
    standing = replace(lab.status, first=300)
    lab.receive(Mail(None, standing, {}, (), 0))
    panel.view._choose_row(3)
    assert (wished, panel.view._cursor) == ([20], 20)
    lab.receive(Mail(None, standing, {}, (), 0))
    assert panel.view._cursor is None, "the newest step is shown still"
    assert said == ["Of step 20 only the film is kept; the run can be scrubbed back to step 300."]


def test_another_run_at_the_same_step_is_asked_again(lab: BpttLab):
    answer_all(lab, asked_of(lab))
    lab.receive(mail_of(BpttParams(delay=80)))
    assert not asked_of(lab), "the same run as before"
    lab.receive(mail_of(BpttParams(delay=80, radius=1.5)))
    assert {Chain, MeasureDelays, RunChecks} <= {type(question) for question in asked_of(lab)}


def test_what_was_measured_of_a_longer_run_is_forgotten(lab: BpttLab):
    answer_all(lab, asked_of(lab))
    chain: Any = lab.panel("chain")
    delays: Any = lab.panel("delays")
    assert (chain.step, delays.step) == (300, 300)
    lab.receive(mail_of(BpttParams(delay=80), step=20, playing=True))
    assert (chain.step, delays.step) == (0, 0)
    assert chain.view._factors is None
    assert not len(delays.figure_data().table["delay"])
    assert delays.subtitle == "measured whenever training stops"


def test_panels_say_the_step_they_show(lab: BpttLab):
    answer_all(lab, asked_of(lab))
    for name in ("chain", "gates", "spectrum"):
        assert lab.panel(name).subtitle.startswith("step 300"), name


def test_the_step_that_broke_is_marked_in_the_film(lab: BpttLab):
    panel: Any = lab.panel("gradient")
    lab.receive(Mail(None, replace(lab.status, trouble=Trouble("It exploded.", "", 301)), {}, (), 0))
    assert panel.view._trouble == 301
    lab.receive(Mail(None, replace(lab.status, trouble=None), {}, (), 0))
    assert panel.view._trouble is None


def test_a_time_under_the_pointer_is_marked_everywhere(lab: BpttLab):
    lab.panel("gates").view.hovered.emit(30)  # type: ignore[attr-defined]
    assert lab.panel("chain").view._time == 30  # type: ignore[attr-defined]
    assert lab.panel("gates").view._cursor == 30  # type: ignore[attr-defined]
    lab.panel("chain").time_hovered.emit(0)  # type: ignore[attr-defined]
    assert lab.panel("chain").view._time == 0  # type: ignore[attr-defined]
    assert lab.panel("gates").view._cursor is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("panel_id", PANELS)
def test_every_panel_gives_its_numbers(lab: BpttLab, panel_id: str):
    empty = lab.panel(panel_id).figure_data()
    answer_all(lab, asked_of(lab))
    full = lab.panel(panel_id).figure_data()
    for figure in (empty, full):
        assert len({len(column) for column in figure.table.values()}) == 1
        assert figure.provenance.seed == 7
    assert full.provenance.step == 300


# ----------------------------------------------------------------------------------------------------------- chain


def test_the_chain_says_its_factors_and_its_term(lab: BpttLab):
    answer_all(lab, asked_of(lab))
    panel: Any = lab.panel("chain")
    panel.resize(420, 400)
    answer = chained(Chain("rnn", 0, 2), 81)
    last = [f"{f:.2f}" for f in answer.factors[::-1]]
    product, term = text_of(panel.numbers)
    assert product == f"0.12 · {last[0]} · {last[1]} · {last[2]} ⋯ {last[-2]} · 3.1"
    assert term == f"≥ {answer.term_norm:.1e}, the term j = 2;  0.34, all terms".replace("e-", f"e{MINUS}")
    assert panel.view.ends == (81, 2)
    assert panel.view._factors.bound_words == "bound 0.84⁷⁹ = 1.0e−6"


@pytest.mark.parametrize(("factor", "word"), [(0.7, "bound"), (0.86, "W alone")])
def test_what_is_passed_is_not_called_a_bound(lab: BpttLab, factor: float, word: str):
    answer = chained(Chain("rnn", 0, 2), 81)
    products = factor ** np.arange(80, -1, -1.0)
    panel: Any = lab.panel("chain")
    panel.set_chained(replace(answer, products=products))
    assert panel.view._factors.bound_words.startswith(word)


def test_no_more_factors_are_written_than_there_are(lab: BpttLab):
    panel: Any = lab.panel("chain")
    panel.resize(420, 400)
    for j, n_factors in ((81, 0), (80, 1), (78, 3), (77, 4), (76, 5)):
        panel.set_chained(chained(Chain("rnn", 81, j), 81))
        product = text_of(panel.numbers)[0]
        assert product.count("·") == (n_factors + 1 if n_factors <= 4 else 4)
        assert ("⋯" in product) == (n_factors > 4)


def test_dragging_and_typing_ask_for_other_ends(lab: BpttLab, qtbot: QtBot):
    answer_all(lab, asked_of(lab))
    panel: Any = lab.panel("chain")
    panel.view.ends_moved.emit(81, 12)
    assert asked_of(lab)[-1] == Chain("rnn", 81, 12, generation=asked_of(lab)[-1].generation)
    assert [panel.boxes[end].value for end in "kj"] == [81, 12]
    assert not panel.boxes["k"].isEnabled(), "only the last step has a loss"
    lab.receive(mail_of(BpttParams(task="copy", delay=20)))
    panel.resize(420, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    for end, text, ends in (
        ("k", "27\r", (27, 2)),
        ("j", "99\r", (27, 2)),
        ("j", "29\r", (27, 27)),
        ("k", "5\r", (27, 27)),
    ):
        panel.boxes[end].selectAll()
        type_text(panel.boxes[end], text)
        assert panel.ends == ends
    panel.hide()


def test_another_cell_is_asked_for_and_a_late_answer_of_the_old_one_is_left(lab: BpttLab):
    answer_all(lab, asked_of(lab))
    panel: Any = lab.panel("chain")
    click(panel.cells.segments()[2])
    question = asked_of(lab)[-1]
    assert question.cell == "gru"
    panel.set_chained(chained(Chain("rnn"), 81))
    before = panel.figure_data().arrays["factors"].copy()
    lab.receive_answer(chained(question, 81))
    assert np.abs(panel.figure_data().arrays["factors"] - before).max() > 0.2
    assert "W alone" in panel.view._factors.bound_words


def test_sequences_of_another_length_are_followed_all_the_way(lab: BpttLab):
    panel: Any = lab.panel("chain")
    panel.choose("lstm", 81, 12)
    lab.receive(mail_of(BpttParams(delay=20)))
    assert panel.request() == Chain("lstm", 0, 2)
    assert panel.view.ends == (21, 2)
    lab.receive(mail_of(BpttParams(delay=20, task="copy")))
    assert panel.view.ends == (30, 2)


def test_a_session_brings_the_chain_back(lab: BpttLab, qtbot: QtBot):
    lab.panel("chain").choose("gru", 81, 7)  # type: ignore[attr-defined]
    other, _ = lab_with_run()
    other.restore_view(lab.view())
    keep(qtbot, other.panel("chain"))
    assert other.panel("chain").request() == Chain("gru", 81, 7)  # type: ignore[attr-defined]
    for broken in ({"cell": "gru"}, {"cell": 3.0, "k": "x", "j": [1.0]}, {"cell": "tree", "k": 1e9, "j": float("nan")}):
        other.restore_view(broken)  # type: ignore[arg-type]
    other.restore_view({"cell": "rnn", "k": 12.0, "j": 99.0})
    assert other.panel("chain").ends == (81, 7)  # type: ignore[attr-defined]


# ---------------------------------------------------------------------------------------------------------- delays


def test_delays_are_measured_when_training_stops_but_not_behind_other_panels(lab: BpttLab):
    asked_of(lab).clear()
    lab.receive(mail_of(BpttParams(delay=80), playing=True))
    assert not [q for q in asked_of(lab) if isinstance(q, MeasureDelays)]
    lab.receive(mail_of(BpttParams(delay=80)))
    assert len([q for q in asked_of(lab) if isinstance(q, MeasureDelays)]) == 1
    answer_all(lab, asked_of(lab))
    panel: Any = lab.panel("delays")
    assert panel.subtitle == "at step 300; 512 new sequences at each delay"
    assert panel.view._mark == (80, "trained on")
    lab.receive(mail_of(BpttParams(delay=120)))
    assert panel.view._mark == (120, "trained on")


def test_measured_accuracies_are_those_of_the_answer(lab: BpttLab):
    answer_all(lab, asked_of(lab))
    table = lab.panel("delays").figure_data().table
    expected = measured(MeasureDelays())
    np.testing.assert_array_equal(table["delay (steps)"], expected.delays)
    np.testing.assert_array_equal(table["GRU (share right)"], expected.accuracy[2])
    asked_of(lab).clear()
    click(lab.panel("delays").button)  # type: ignore[attr-defined]
    assert isinstance(asked_of(lab)[-1], MeasureDelays)


# ------------------------------------------------------------------------------------------------------ parameters


def test_dragging_the_clip_line_is_one_change_that_can_be_taken_back(lab: BpttLab):
    conductor = Conductor(lab)
    heard: list[BpttParams] = []
    conductor.params_changed.connect(heard.append)
    now: Any = lab.panel("now")
    for norm, final in ((0.5, False), (0.1, False), (1e-9, True)):
        now.clip_moved.emit(norm, final)
    assert [params.clip_norm for params in heard] == [0.5, 0.1, 1e-3], "inside the parameter's range"
    assert conductor.undo_stack.count() == 1
    now.clip_moved.emit(2.0, True)
    assert conductor.undo_stack.count() == 2
    conductor.undo_stack.undo()
    conductor.undo_stack.undo()
    assert lab.params == BpttParams(delay=80)


def test_unknown_panels_are_refused(lab: BpttLab):
    with pytest.raises(UserError, match="no panel called nonsense"):
        lab.panel("nonsense")
