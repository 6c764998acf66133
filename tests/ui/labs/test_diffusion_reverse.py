"""The denoising panel on films that are known: made piece by piece, played, scrubbed, painted on, branched."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from explorer.specs.diffusion import SPEC, Denoise, DiffusionParams, Sampling
from explorer.ui.labs.diffusion.denoising_stage import arrange
from explorer.ui.labs.diffusion.reverse_panel import ReversePanel
from explorer.ui.theme import LIGHT
from tests.ui.acting import click, drag, until
from tests.ui.labs.diffusion_film_bench import Bench, shown, where

KEY = Qt.Key


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    bench.panel.hide()


@pytest.fixture
def full(bench: Bench) -> Bench:
    """With a finished film of the run's present step."""
    bench.make_film()
    return bench


# -------------------------------------------------------------------------------------------------------- the making


def test_until_there_is_a_model_the_stored_digits_stand_there(bench: Bench):
    digits = np.stack([np.full((28, 28), 20 * i, np.uint8) for i in range(10)])
    bench.panel.set_samples(digits)
    assert not bench.asked
    np.testing.assert_allclose(shown(bench.panel), 60 / 127.5 - 1, atol=1e-6)
    assert bench.panel.subtitle == "the model is on its way"
    assert bench.panel.stage.story.isVisible()
    assert not bench.panel.transport.film_buttons.buttons["play"].isEnabled()
    assert bench.panel.figure_data().arrays == {}


def test_a_film_makes_itself_piece_by_piece_and_stands_at_its_end(bench: Bench, qtbot: QtBot):
    bench.panel.set_step(1200, False)
    bench.panel.set_ready(True)
    assert [(q.start, q.count, q.x) for q in bench.asked] == [(0, 1, None)]
    bench.answer_one()
    assert [(q.start, q.count) for q in bench.asked] == [(1, 2)]
    assert "1 of 50 steps made" in bench.panel.subtitle
    assert bench.panel.position == 0
    bench.answer_one()
    qtbot.waitUntil(lambda: bench.panel.position == 2)  # painted at a pace of its own
    bench.answer_all()
    assert bench.panel.position == 50
    assert bench.times[-1] == 0
    assert bench.panel.subtitle == "a 3 · film of step 1,200"
    assert bench.panel.transport.film_buttons.words.text() == "step 50 of 50"
    np.testing.assert_array_equal(shown(bench.panel), bench.panel.film.end()[0])  # type: ignore[union-attr, index]


def test_escape_stops_and_the_button_goes_on(bench: Bench):
    bench.panel.set_step(1200, False)
    bench.panel.set_ready(True)
    bench.answer_one()
    late = bench.asked.pop()
    bench.key(KEY.Key_Escape)
    assert bench.panel.subtitle == "a 3: stopped after 1 of 50 steps"
    bench.panel.redraw.setParent(bench.panel)
    bench.panel.transport.film_buttons.set_words("")
    bench.panel.maker.changed.emit()
    assert bench.panel.redraw.text() == "Go on"
    assert bench.panel.redraw.isVisible()
    click(bench.panel.redraw)
    assert [(q.start, q.count) for q in bench.asked] == [(late.start, late.count)]
    bench.answer_all()
    assert bench.panel.film is not None
    assert bench.panel.film.complete


def test_another_setting_draws_another_film_and_the_old_one_stays_till_then(qtbot: QtBot, full: Bench):
    panel, controls = full.panel, full.panel.sampling_controls
    said: list[Sampling] = []
    panel.sampling_changed.connect(said.append)
    old = panel.film
    click(controls.digits.segments()[7])
    click(controls.sampler.segments()[0])
    assert [s.label for s in said] == [7, 7]
    assert [s.sampler for s in said] == ["ddim", "ddpm"]
    assert not controls.eta.isVisible()
    until(qtbot, lambda: bool(full.asked))
    assert panel.film is old
    assert len(full.asked) == 1, "both changes are one question"
    assert full.asked[0].sampling == Sampling(label=7, sampler="ddpm")
    full.answer_one()
    assert panel.film is not old
    full.answer_all()
    assert panel.subtitle.startswith("a 7")


def test_a_slider_that_is_dragged_asks_now_and_then(qtbot: QtBot, full: Bench):
    track = full.panel.sampling_controls.guidance.track
    drag(track, *(QPointF(x, track.height() / 2) for x in np.linspace(20, track.width() - 5, 30)))
    until(qtbot, lambda: bool(full.asked))
    assert len(full.asked) == 1
    assert full.asked[0].sampling.guidance > 4


def test_new_noise_is_the_next_seed(qtbot: QtBot, full: Bench):
    click(full.panel.sampling_controls.new_noise)
    until(qtbot, lambda: bool(full.asked))
    assert full.asked[0].sampling == Sampling(seed=2)


@pytest.mark.parametrize(("n", "shape"), [(0, (1, 1)), (1, (2, 2)), (3, (8, 8))])
def test_any_number_of_samples(qtbot: QtBot, full: Bench, n: int, shape: tuple[int, int]):
    full.panel.choose_sample(15)
    click(full.panel.sampling_controls.samples.segments()[n])
    until(qtbot, lambda: bool(full.asked))
    full.answer_all()
    assert full.panel._sample <= shape[0] * shape[1] - 1
    assert full.panel.stage.grid.isVisible() == (n > 0)
    if n:
        assert full.panel.stage.grid.shape == shape


# ------------------------------------------------------------------------------------------------------ with the run


def test_a_film_stays_while_the_run_goes_on_and_is_drawn_anew_when_it_pauses(qtbot: QtBot, full: Bench):
    full.panel.set_step(1300, True)
    assert not full.asked
    assert full.panel.subtitle == "a 3 · film of step 1,200"
    assert full.panel.maker.is_behind
    full.panel.set_step(1310, False)
    until(qtbot, lambda: bool(full.asked))
    full.answer_all(1310)
    assert full.panel.subtitle == "a 3 · film of step 1,310"
    assert not full.panel.maker.is_behind


def test_pieces_of_several_steps_are_said_to_be(bench: Bench):
    bench.panel.set_step(1200, True)
    bench.panel.set_ready(True)
    bench.answer_one(1200)
    bench.answer_all(1230)
    assert bench.panel.subtitle == "a 3 · film of steps 1,200 to 1,230"


def test_a_hidden_panel_asks_nothing_and_catches_up(qtbot: QtBot, full: Bench):
    host = QLabel()
    qtbot.addWidget(host)
    full.panel.setParent(host)
    full.panel.set_step(1400, False)
    assert not full.asked
    full.panel.show()
    with qtbot.waitExposed(host):
        host.show()
    assert len(full.asked) == 1
    full.panel.hide()
    full.answer_one(1400)
    assert not full.asked
    full.panel.show()
    assert [q.start for q in full.asked] == [1]
    full.panel.setParent(None)


def test_a_branch_is_not_drawn_over(qtbot: QtBot, full: Bench):
    click(full.panel.transport.noise)
    full.answer_all()
    full.panel.set_step(1500, False)
    full.panel.maker.catch_up()
    assert not full.asked
    assert full.panel.maker.films.branch is not None


def test_another_model_begins_another_film(full: Bench):
    full.panel.set_run(DiffusionParams(learning_rate=1e-3))
    assert not full.asked
    full.panel.set_run(DiffusionParams(prediction="noise"))
    assert len(full.asked) == 1


def test_alone_it_asks_for_the_whole_film_at_once(qtbot: QtBot):
    panel = ReversePanel(SPEC.panel("reverse"), LIGHT, where)
    for widget in (panel, *panel.controls):
        qtbot.addWidget(widget)
    asked: list[Denoise] = []
    panel.asked.connect(asked.append)
    panel.set_ready(True)
    assert [q.count for q in asked] == [50]


# -------------------------------------------------------------------------------------------------------------- time


def test_keys_go_through_the_film(full: Bench):
    panel = full.panel
    for key, position in (
        (KEY.Key_Left, 49),
        (KEY.Key_Left, 48),
        (KEY.Key_Right, 49),
        (KEY.Key_Home, 0),
        (KEY.Key_Left, 0),
        (KEY.Key_Right, 1),
        (KEY.Key_End, 50),
        (KEY.Key_Right, 50),
    ):
        full.key(key)
        assert panel.position == position
        assert full.times[-1] == panel.film.time(position)  # type: ignore[union-attr]
    QTest.keyClick(panel.strip, KEY.Key_Left)
    assert panel.position == 49


def test_buttons_go_through_the_film(full: Bench):
    buttons = full.panel.transport.film_buttons.buttons
    for name, position in (("first", 0), ("forward", 1), ("forward", 2), ("back", 1), ("last", 50)):
        click(buttons[name])
        assert full.panel.position == position


def test_it_plays_at_15_frames_a_second_or_more_and_stops_at_the_end(qtbot: QtBot, full: Bench):
    panel = full.panel
    assert panel._player.interval() <= 1000 / 15
    full.key(KEY.Key_P)
    assert panel.playing
    assert panel.position == 0
    until(qtbot, lambda: not panel.playing)
    assert panel.position == 50
    assert full.times[-1] == 0
    click(panel.transport.film_buttons.buttons["play"])
    assert panel.playing
    click(panel.transport.film_buttons.buttons["play"])
    assert not panel.playing


def test_the_strip_is_scrubbed(full: Bench):
    strip = full.panel.strip
    at = [QPointF(strip.x_of(strip.area(), p), 20) for p in (10, 20, 33)]
    drag(strip, *at)
    assert full.panel.position == 33
    assert full.panel.film is not None
    np.testing.assert_array_equal(shown(full.panel), full.panel.film.x(33)[0])
    assert strip.position == 33


def test_a_time_from_elsewhere_is_gone_to_without_an_echo(full: Bench):
    n_said = len(full.times)
    full.panel.set_time(605)
    assert full.panel.position == 20
    assert len(full.times) == n_said
    full.key(KEY.Key_Left)
    assert full.times[-1] == 620


def test_a_click_enlarges_a_sample(full: Bench):
    grid = full.panel.stage.grid
    click(grid, grid.cell_rect(grid.grid_rect(grid.area()), 2, 1).center())
    assert full.panel._sample == 9
    assert full.panel.film is not None
    np.testing.assert_array_equal(shown(full.panel), full.panel.film.x(50)[9])


def test_in_a_low_stage_the_numbers_stay_where_the_formula_does_not_fit():
    shown = [arrange(900, height, 3, 24, 110, 48).formula.height() for height in (300, 220, 190, 160)]
    assert shown == [110, 48, 48, 0]


def test_the_formula_has_the_numbers_of_the_step(full: Bench):
    full.panel.go_to(20)
    text = ["".join(word for word, _ in line) for line in full.panel.stage.formula._numbers]
    a, b, sigma = full.panel.film.weights(20)  # type: ignore[union-attr]
    assert text[0] == f"x(580) = {a:.3f} x̂₀ + {b:.3f} ε̂ + {sigma:.3f} z"
    assert text[1].startswith("t = 600 → 580")
    full.panel.go_to(50)
    assert "no step is left" in full.panel.stage.formula._numbers[0][0][0]


def test_a_place_wished_for_outlasts_another_run_until_somebody_moves(bench: Bench):
    bench.panel.set_ready(True)
    bench.panel.set_sampling(Sampling(steps=50, n=4), 32)
    bench.answer_all()
    assert bench.panel.position == 32
    bench.panel.restart()  # the same run, opened once more
    bench.answer_all()
    assert bench.panel.position == 32
    bench.panel.go_to(10)
    bench.panel.restart()
    bench.answer_all()
    assert bench.panel.position == 50
