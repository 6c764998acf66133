"""What is changed in the middle of a film becomes a branch; what is exported, and how it fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from explorer.specs.diffusion import Sampling
from explorer.ui.theme import DARK, LIGHT, apply_basics, apply_theme
from tests.ui.acting import click, drag, until
from tests.ui.labs.diffusion_film_bench import Bench, shown


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
    assert full.asked[0].only == (0,)  # the others stay as they were
    assert len(full.asked[0].x) == 1
    np.testing.assert_array_equal(original.x(20), before)
    assert panel.film is panel.maker.films.branch
    assert panel.position == 20, "one may go on painting"
    full.answer_all()
    assert panel.transport.film.isVisible()
    assert panel.stage.end.isVisible()
    assert panel.stage.branch_end.isVisible()
    assert panel.strip._rows[0].label.startswith("original")
    click(panel.transport.film.segments()[0])
    assert panel.film is original
    click(panel.transport.clear)
    assert panel.maker.films.branch is None
    assert not panel.transport.film.isVisible()
    assert not panel.stage.end.isVisible()


def test_the_first_piece_of_a_branch_comes_at_once_and_the_rest_when_the_hand_rests(full: Bench, qtbot: QtBot):
    full.panel.go_to(20)
    click(full.panel.transport.noise)
    full.answer_one()
    assert full.panel.film is not None
    assert full.panel.film.n_made == 22
    assert not full.asked
    until(qtbot, lambda: bool(full.asked))
    assert full.asked[0].start == 22


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
            assert panel.rect().contains(button.rect().translated(button.mapTo(panel, button.rect().topLeft())))
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
