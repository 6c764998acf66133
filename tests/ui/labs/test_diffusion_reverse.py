"""The denoising panel on films that are known: made piece by piece, played, scrubbed, painted on, branched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from explorer.core.figures import Provenance
from explorer.specs.diffusion import SPEC, Denoise, DiffusionParams, Sampling
from explorer.ui.labs.diffusion.reverse_panel import ReversePanel
from explorer.ui.theme import DARK, LIGHT, apply_basics, apply_theme
from tests.ui.acting import click, drag, until
from tests.ui.labs.diffusion_films import answer

KEY = Qt.Key


class Bench:
    """A shown panel, what it asked and what it said."""

    def __init__(self, qtbot: QtBot, size: tuple[int, int] = (760, 520)) -> None:
        self.panel = ReversePanel(SPEC.panel("reverse"), LIGHT, _where)
        for widget in (self.panel, *self.panel.controls):
            qtbot.addWidget(widget)
        self.asked: list[Denoise] = []
        self.times: list[int] = []
        self.panel.asked.connect(self.asked.append)
        self.panel.time_changed.connect(self.times.append)
        self.panel.resize(*size)
        with qtbot.waitExposed(self.panel):
            self.panel.show()

    def answer_one(self, step: int = 1200, took_ms: float = 12.5) -> None:
        """Answer the newest question."""
        request = self.asked[-1]
        self.asked.clear()
        self.panel.take(answer(request, step, took_ms))

    def answer_all(self, step: int = 1200) -> None:
        """Answer until nothing is asked any more."""
        while self.asked:
            self.answer_one(step)

    def key(self, key: Qt.Key) -> None:
        """Press a key on the large picture."""
        QTest.keyClick(self.panel.stage.canvas, key)


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    yield bench
    bench.panel.hide()


@pytest.fixture
def full(bench: Bench) -> Bench:
    """With a finished film of the run's present step."""
    bench.panel.set_step(1200, False)
    bench.panel.set_ready(True)
    bench.answer_all()
    return bench


def _where(title: str) -> Provenance:
    return Provenance("Diffusion", title, "", 7, 1200, "0")


def shown(panel: ReversePanel) -> Any:
    return panel.stage.canvas.picture


# -------------------------------------------------------------------------------------------------------- the making


def test_until_there_is_a_model_the_stored_digits_stand_there(bench: Bench):
    digits = np.stack([np.full((28, 28), 20 * i, np.uint8) for i in range(10)])
    bench.panel.set_samples(digits)
    assert not bench.asked
    np.testing.assert_allclose(shown(bench.panel), 60 / 127.5 - 1, atol=1e-6)
    assert bench.panel.subtitle == "the model is on its way"
    assert bench.panel.stage.story.isVisible()
    assert not bench.panel.transport.buttons["play"].isEnabled()
    assert bench.panel.figure_data().arrays == {}


def test_a_film_makes_itself_piece_by_piece_and_stands_at_its_end(bench: Bench):
    bench.panel.set_step(1200, False)
    bench.panel.set_ready(True)
    assert [(q.start, q.count, q.x) for q in bench.asked] == [(0, 1, None)]
    bench.answer_one()
    assert [(q.start, q.count) for q in bench.asked] == [(1, 2)]
    assert "1 of 50 steps made" in bench.panel.subtitle
    assert bench.panel.position == 0
    bench.answer_one()
    assert bench.panel.position == 2
    bench.answer_all()
    assert bench.panel.position == 50
    assert bench.times[-1] == 0
    assert bench.panel.subtitle == "a 3 · film of step 1,200"
    assert bench.panel.transport.words.text() == "step 50 of 50"
    np.testing.assert_array_equal(shown(bench.panel), bench.panel.film.end()[0])  # type: ignore[union-attr, index]


def test_escape_stops_and_the_button_goes_on(bench: Bench):
    bench.panel.set_step(1200, False)
    bench.panel.set_ready(True)
    bench.answer_one()
    late = bench.asked.pop()
    bench.key(KEY.Key_Escape)
    assert bench.panel.subtitle == "a 3: stopped after 1 of 50 steps"
    bench.panel.redraw.setParent(bench.panel)
    bench.panel.transport.set_words("")
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
    assert full.panel.sample <= shape[0] * shape[1] - 1
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
    panel = ReversePanel(SPEC.panel("reverse"), LIGHT, _where)
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
    buttons = full.panel.transport.buttons
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
    click(panel.transport.buttons["play"])
    assert panel.playing
    click(panel.transport.buttons["play"])
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
    assert full.panel.sample == 9
    assert full.panel.film is not None
    np.testing.assert_array_equal(shown(full.panel), full.panel.film.x(50)[9])


def test_the_formula_has_the_numbers_of_the_step(full: Bench):
    full.panel.go_to(20)
    text = ["".join(word for word, _ in line) for line in full.panel.stage.formula._numbers]
    a, b, sigma = full.panel.film.weights(20)  # type: ignore[union-attr]
    assert text[0] == f"x₅₈₀ = {a:.3f} x̂₀ + {b:.3f} ε̂ + {sigma:.3f} z"
    assert text[1].startswith("t = 600 → 580")
    full.panel.go_to(50)
    assert "no step is left" in full.panel.stage.formula._numbers[0][0][0]


# ----------------------------------------------------------------------------------------------------------- editing


def test_painting_branches_where_the_button_is_let_go(full: Bench):
    panel, canvas = full.panel, full.panel.stage.canvas
    panel.go_to(20)
    original = panel.film
    assert original is not None
    before = original.x(20).copy()
    click(panel.transport.paint)
    where = canvas.picture_rect(canvas.area())
    drag(canvas, where.center() - QPointF(40, 0), where.center() + QPointF(40, 0))
    assert len(full.asked) == 1
    assert full.asked[0].start == 20
    assert full.asked[0].x is not None
    assert np.abs(full.asked[0].x[0] - before[0]).max() > 0.5
    np.testing.assert_array_equal(full.asked[0].x[1:], before[1:])
    np.testing.assert_array_equal(original.x(20), before)
    assert panel.film is panel.maker.films.branch
    assert panel.position == 20, "one may go on painting"
    full.answer_all()
    assert panel.transport.film.isVisible()
    assert panel.stage.end.isVisible()
    assert panel.stage.branch_end.isVisible()
    assert [row.label for row in panel.strip._rows][0].startswith("original")
    click(panel.transport.film.segments()[0])
    assert panel.film is original
    click(panel.transport.clear)
    assert panel.maker.films.branch is None
    assert not panel.transport.film.isVisible()
    assert not panel.stage.end.isVisible()


def test_at_the_end_a_change_goes_back_to_where_it_matters(full: Bench):
    click(full.panel.transport.paint)
    assert full.panel.position == 30
    click(full.panel.transport.paint)
    full.panel.go_to(50)
    click(full.panel.transport.noise)
    assert [q.start for q in full.asked] == [30]
    full.answer_all()
    assert full.panel.position == 50
    click(full.panel.transport.film.segments()[0])
    assert full.panel.position == 50


def test_while_painting_a_piece_does_not_take_the_picture_away(full: Bench):
    panel, canvas = full.panel, full.panel.stage.canvas
    panel.go_to(20)
    click(panel.transport.paint)
    middle = canvas.picture_rect(canvas.area()).center().toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    drawn = shown(panel)
    panel.set_time(0)
    panel.maker.grown.emit()
    np.testing.assert_array_equal(shown(panel), drawn)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert [q.start for q in full.asked] == [20]


# ------------------------------------------------------------------------------------------------------------ figure


def test_the_figure_holds_the_whole_film(full: Bench):
    full.panel.go_to(12)
    figure = full.panel.figure_data()
    film = full.panel.film
    assert film is not None
    assert figure.arrays["x"].shape == (51, 16, 28, 28)
    assert figure.arrays["x0"].shape == (51, 16, 28, 28)
    assert (figure.arrays["times"][0], figure.arrays["times"][-1]) == (1000, 0)
    assert len(figure.arrays["signal"]) == 51
    np.testing.assert_array_equal(figure.arrays["now_x"], film.x(12)[0])
    assert len({len(column) for column in figure.table.values()}) == 1


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[None]:
    """Controls of the size they have in the window."""
    apply_theme(qapp, LIGHT)
    yield
    qapp.setStyleSheet("")


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("size", [(607, 346), (631, 362), (751, 496), (1000, 640)])
@pytest.mark.parametrize("branched", [False, True])
def test_everything_fits(qtbot: QtBot, size: tuple[int, int], branched: bool):
    bench = Bench(qtbot, size)
    panel = bench.panel
    panel.set_ready(True)
    bench.answer_all()
    if branched:
        click(panel.transport.noise)
        bench.answer_all()
    assert (panel.width(), panel.height()) == size
    assert panel.minimumSizeHint().width() <= size[0]
    canvas = panel.stage.canvas
    assert canvas.picture_rect(canvas.area()).width() >= 150
    assert panel.stage.belief.isVisible()
    for button in panel.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.fontMetrics().horizontalAdvance(button.text()) + 8, button.text()
            assert panel.rect().contains(button.geometry().translated(button.parentWidget().mapTo(panel, panel.pos())))
    for view in panel.views():
        place = view.rect().translated(view.mapTo(panel, view.rect().topLeft()))
        assert panel.rect().contains(place), view
    panel.hide()


def test_it_wears_another_theme(qapp, full: Bench):
    apply_basics(qapp, DARK)
    full.panel.set_theme(DARK.scaled(1.3))
    assert full.panel.stage.canvas.theme.is_dark
    apply_basics(qapp, LIGHT)


def test_settings_from_a_session_and_a_position(full: Bench):
    sampling = replace(Sampling(), steps=20, label=-1, n=4)
    full.panel.set_sampling(sampling, 7)
    full.answer_all()
    assert full.panel.position == 7
    assert full.panel.sampling == sampling
    assert full.panel.sampling_controls.digits.value == "-1"
