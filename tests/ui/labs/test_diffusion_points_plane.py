"""The panel of the plane: films, arrows, maps and ways, with answers made by hand and real clicks and keys."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.specs.diffusion_points import SPEC, Density, Field, Follow, PointParams, Travel
from explorer.ui.labs.diffusion_points import film_player
from explorer.ui.labs.diffusion_points.plane_controls import FIRST
from explorer.ui.labs.diffusion_points.plane_panel import PlanePanel
from explorer.ui.theme import DARK, LIGHT, Theme
from tests.ui.acting import click, until
from tests.ui.labs.diffusion_points_answers import answered, film_of, where

FILM = replace(FIRST, steps=20)


class Bench:
    """The panel, and what it asks."""

    def __init__(self, qtbot: QtBot, theme: Theme = LIGHT, size: tuple[int, int] = (800, 560)) -> None:
        self.panel = PlanePanel(SPEC.panel("plane"), theme, where)
        self.asked: list[Any] = []
        self.panel.asked.connect(self.asked.append)
        for widget in (self.panel, *self.panel.controls):
            qtbot.addWidget(widget)
        self.panel.resize(*size)
        self.panel.set_run(PointParams())
        self.panel.set_cloud(film_of(FILM)[1], 100)
        self.panel.set_step(100, False)

    def show(self, qtbot: QtBot) -> Bench:
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        return self

    def answer(self, kind: type, most: int = 1000) -> int:
        """Answer the questions of one kind until there are none."""
        n = 0
        while n < most and (mine := [q for q in self.asked if isinstance(q, kind)]):
            self.asked[:] = [q for q in self.asked if not isinstance(q, kind)]
            self.panel.take(answered(mine[-1]))
            n += 1
        return n

    def of(self, kind: type) -> list[Any]:
        return [question for question in self.asked if isinstance(question, kind)]

    def px(self, x: float, y: float) -> QPointF:
        plane = self.panel.stage.plane
        return QPointF(*plane.axes(plane.area()).point(x, y))


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    made = Bench(qtbot).show(qtbot)
    made.panel.set_ready(True)
    return made


def test_before_the_model_is_there_the_stored_film_is_shown_and_nothing_is_asked(qtbot: QtBot):
    bench = Bench(qtbot).show(qtbot)
    panel = bench.panel
    assert not bench.asked
    assert panel.state.film.sampling.steps == 20
    panel.go_to_edge(True)
    np.testing.assert_array_equal(panel.stage.plane._points, film_of(FILM)[1][-1])
    assert panel.state.time == 0


def test_a_film_of_the_chosen_settings_is_made_in_pieces_and_grows(bench: Bench):
    first = bench.of(Travel)[0]
    assert first.sampling == FIRST
    assert first.count == 1
    n = bench.answer(Travel)
    assert 10 < n < 20  # 2 ms a step, 8 ms a piece
    film = bench.panel.state.film
    assert film.complete
    np.testing.assert_array_equal(film.x, film_of(FIRST)[1])


def test_a_film_is_shown_as_soon_as_it_has_come_to_the_time(bench: Bench):
    """Never the points of one time with the arrows of another."""
    panel = bench.panel
    while panel.state.film.sampling != FIRST:
        assert panel.state.film.times[panel.state.position] == 250  # of the run's own film of 20 steps
        assert bench.answer(Travel, 1)
    assert panel.state.film.times[-1] <= 240
    assert not panel.state.film.complete
    panel.set_time(0)
    assert panel.state.film.times[panel.state.position] == 0
    panel.set_time(900)
    assert panel.state.film.sampling == FIRST


def test_other_settings_make_another_film_and_old_pieces_are_dropped(bench: Bench, qtbot: QtBot):
    bench.answer(Travel)
    bench.panel.settings.sampler.chosen.emit("heun")
    until(qtbot, lambda: bool(bench.of(Travel)))
    assert bench.of(Travel)[-1].sampling.sampler == "heun"
    old = bench.panel.state.film
    bench.panel.take(answered(Travel(FIRST, count=3)))
    assert bench.panel.state.film is old
    bench.answer(Travel)
    assert bench.panel.state.film.sampling.sampler == "heun"


def test_keys_and_buttons_move_through_the_film_and_say_so(bench: Bench, qtbot: QtBot):
    bench.answer(Travel)
    panel, told = bench.panel, list[int]()
    panel.time_changed.connect(told.append)
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_End)
    QTest.keyClick(panel, Qt.Key.Key_Left)
    QTest.keyClick(panel, Qt.Key.Key_Home)
    click(panel.stage.buttons.buttons["forward"])
    assert told == [0, 20, 1000, 980]
    assert panel.stage.buttons.words.text() == "step 1 of 50"
    click(panel.stage.buttons.buttons["play"])
    until(qtbot, lambda: panel.state.position > 4)
    QTest.keyClick(panel, Qt.Key.Key_P)
    assert not panel.playing


def test_playing_rests_at_the_data_and_begins_again(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(film_player, "REST_TICKS", 3)
    bench.answer(Travel)
    panel, told = bench.panel, list[int]()
    panel.set_time(40)
    panel.time_changed.connect(told.append)
    panel.toggle_play()
    until(qtbot, lambda: 980 in told)
    assert told[:4] == [20, 0, 1000, 980]
    assert panel.playing
    panel.go_by(1)
    assert not panel.playing


def test_a_stage_can_be_clicked(bench: Bench):
    bench.answer(Travel)
    stages = bench.panel.stage.stages
    click(stages, stages.places(stages.area())[2].center())
    assert bench.panel.state.time == 600


def test_arrows_are_those_of_the_time_and_can_be_hidden(bench: Bench):
    assert bench.of(Field)[-1].time == bench.panel.state.time
    bench.answer(Field)
    plane = bench.panel.stage.plane
    assert plane._arrows.shape == (17, 17, 2)
    np.testing.assert_allclose(plane._arrows[0, 0], -np.array([plane._places[0]] * 2))
    bench.panel.settings.map.set_value("exact")
    bench.panel.settings.map.chosen.emit("exact")
    np.testing.assert_allclose(plane._arrows[0, 0], -2 * np.array([plane._places[0]] * 2))
    click(bench.panel.settings.arrows)
    assert not plane._arrows.size
    click(bench.panel.settings.arrows)
    bench.panel.set_time(0)
    assert not plane._arrows.size


def test_a_map_is_made_in_pieces_once_all_is_at_rest_and_kept(bench: Bench, qtbot: QtBot):
    panel = bench.panel
    panel.settings.map.set_value("learned")
    panel.settings.map.chosen.emit("learned")
    assert bench.answer(Density) == 3
    assert panel.stage.plane._density is not None
    assert panel.stage.legend._words == "learned: adds up to 0.987"
    panel.set_time(500)
    assert panel.stage.plane._density is None
    assert panel.stage.legend._words == "density: once the time rests"
    assert not bench.of(Density)  # not while the time moves
    until(qtbot, lambda: bool(bench.of(Density)))
    bench.answer(Density, 1)
    assert panel.stage.legend._words == "computing, 33 %"
    panel.set_time(240)
    bench.answer(Density)
    assert panel.stage.plane._density is not None
    assert not bench.of(Density)
    panel.set_step(101, False)
    assert panel.stage.plane._density is None
    panel.set_step(101, True)
    assert panel.stage.legend._words == "density: once training rests"


def test_pointing_shows_the_way_through_a_place_and_a_click_keeps_it(bench: Bench):
    plane = bench.panel.stage.plane
    QTest.mouseMove(plane, bench.px(-1.5, 2.0).toPoint())
    place = bench.of(Follow)[-1].x
    assert place == pytest.approx((-1.5, 2.0), abs=0.05)
    bench.answer(Follow)
    assert plane._preview is not None
    np.testing.assert_allclose(plane._preview[0][plane._preview[1]], place, atol=1e-5)
    plane.place_clicked.emit(*place, False)
    plane.place_clicked.emit(2.0, 2.0, True)
    assert len(plane._ways) == 1
    bench.answer(Follow)
    assert len(plane._ways) == 2
    plane.setFocus()
    QTest.keyClick(plane, Qt.Key.Key_Escape)
    assert not plane._ways


def test_the_way_under_a_resting_pointer_follows_time_and_weights(bench: Bench):
    panel = bench.panel
    QTest.mouseMove(panel.stage.plane, bench.px(2.0, 1.0).toPoint())
    place = bench.of(Follow)[-1].x
    panel.set_time(500)
    assert (bench.of(Follow)[-1].x, bench.of(Follow)[-1].time) == (place, 500)
    bench.answer(Follow)
    assert panel.state.preview is not None
    assert panel.state.preview.request.time == 500
    panel.ask_live()
    assert bench.of(Follow)[-1].x == place
    panel.stage.plane.pointed.emit(math.nan, math.nan)
    bench.asked.clear()
    panel.ask_live()
    assert not bench.of(Follow)


def test_places_are_pointed_at_and_picked_by_keyboard(bench: Bench):
    plane = bench.panel.stage.plane
    bench.panel.set_time(500)
    plane.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, *[Qt.Key.Key_Up] * 24):
        QTest.keyClick(plane, key, Qt.KeyboardModifier.ShiftModifier)
    assert bench.of(Follow)[-1].x == pytest.approx((-0.1, 2.5))
    assert bench.panel.state.time == 500
    bench.answer(Follow)
    plane.set_points(np.zeros((0, 2)))
    QTest.keyClick(plane, Qt.Key.Key_Return)
    bench.answer(Follow)
    assert len(plane._ways) == 1


def test_a_clicked_point_shows_its_own_way(bench: Bench):
    bench.answer(Travel)
    plane, film = bench.panel.stage.plane, bench.panel.state.film
    bench.panel.go_to_edge(False)
    x, y = film.x[0, 7].tolist()
    click(plane, bench.px(x, y))
    ((way, at),) = plane._ways
    index = int(np.abs(film.x[0] - way[0]).sum(1).argmin())
    np.testing.assert_array_equal(way, film.x[:, index])
    assert at == 0
    plane.point_clicked.emit(3, True)
    assert len(plane._ways) == 2
    plane.point_clicked.emit(3, True)
    assert len(plane._ways) == 1


def test_while_training_the_film_of_the_run_is_shown_and_afterwards_one_is_drawn(bench: Bench, qtbot: QtBot):
    bench.answer(Travel)
    panel = bench.panel
    panel.set_step(150, True)
    panel.set_cloud(film_of(replace(FILM, seed=5))[1], 150)
    np.testing.assert_array_equal(panel.state.film.x, film_of(replace(FILM, seed=5))[1])
    bench.asked.clear()
    panel.draw_film()
    assert not bench.of(Travel)
    panel.set_step(200, False)
    until(qtbot, lambda: bool(bench.of(Travel)))


def test_what_another_model_said_is_forgotten(bench: Bench):
    bench.answer(Travel)
    bench.answer(Field)
    bench.panel.stage.plane.point_clicked.emit(3, False)
    bench.panel.set_run(PointParams(shape="rings"))
    assert bench.panel.state.film.sampling.steps == 20
    assert not bench.panel.stage.plane._ways
    assert not bench.panel.stage.plane._arrows.size


def test_the_words_say_what_is_under_the_pointer(bench: Bench):
    bench.answer(Field)
    plane = bench.panel.stage.plane
    QTest.mouseMove(plane, bench.px(1.06, 0.0).toPoint())
    words = bench.panel.stage.words.text()[0]
    assert "∇ log p = (−1.1, " in words
    plane.pointed.emit(math.nan, math.nan)
    assert "Point: the flow" in bench.panel.stage.words.text()[0]
    # √ᾱ and √(1 − ᾱ) of the cosine schedule
    signal = math.cos((0.24 + 0.008) / 1.008 * math.pi / 2) ** 2 / math.cos(0.008 / 1.008 * math.pi / 2) ** 2
    assert (round(math.sqrt(signal), 2), round(math.sqrt(1 - signal), 2)) == (0.93, 0.38)
    assert bench.panel.subtitle.startswith("0.93 × data + 0.38 × noise at t = 240; 400 points")


@pytest.mark.parametrize("size", [(327, 210), (470, 300), (594, 330), (1100, 700)])
@pytest.mark.parametrize("theme", [LIGHT, DARK.scaled(1.4)], ids=["light", "presenting"])
def test_parts_stay_inside_and_apart(qtbot: QtBot, theme: Theme, size: tuple[int, int]):
    bench = Bench(qtbot, theme, size).show(qtbot)
    bench.panel.resize(*size)
    until(qtbot, lambda: bench.panel.size().toTuple() == size)
    stage = bench.panel.stage
    assert stage.plane.width() >= 140
    assert bench.panel.rect().contains(stage.geometry())
    shown = [w for w in (stage.plane, stage._side, stage.words, stage.buttons, stage.time_row) if w.isVisible()]
    boxes = [QRect(w.mapTo(stage, QPoint()), w.size()) for w in shown]
    assert all(stage.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_its_numbers_are_those_on_the_screen(bench: Bench):
    bench.answer(Travel)
    bench.answer(Field)
    data = bench.panel.figure_data()
    film = bench.panel.state.film
    np.testing.assert_array_equal(data.table["x"], film.x[film.nearest(240), :, 0])
    assert data.arrays["score"].shape == (17, 17, 2)
