"""The store of a film of denoising: what was said comes back, in little memory, and a branch leaves it untouched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.specs.diffusion import Denoise, Sampling
from explorer.ui.labs.diffusion.denoising_film import Film
from explorer.ui.labs.diffusion.denoising_films import Films
from explorer.ui.labs.diffusion.film_maker import FilmMaker
from tests.ui.labs.diffusion_films import SIGNAL, answer, times_of, whole

SAMPLING = Sampling(steps=20, n=4, label=-1)


def made(sampling: Sampling = SAMPLING, *, most_bytes: int = 128 * 10**6) -> Film:
    film = Film(sampling, most_bytes=most_bytes)
    while not film.complete:
        film.append(answer(film.request(), took_ms=10.0))
    return film


def test_a_film_in_pieces_is_the_film_in_one_piece():
    film, one = made(), whole(SAMPLING)
    assert film.complete
    assert film.positions() == list(range(21))
    for p in range(20):
        np.testing.assert_allclose(film.x(p), one.x[p], atol=4e-3)
        np.testing.assert_allclose(film.x0(p), one.x0[p], atol=4e-3)
        assert film.weights(p) == pytest.approx(tuple(one.weights[p]))
        assert film.time(p) == one.times[p]
        assert film.signal(p) == pytest.approx(one.signal[p])
    np.testing.assert_allclose(film.x(20), one.last, atol=4e-3)
    assert film.time(20) == 0
    end = film.end()
    assert end is not None
    np.testing.assert_array_equal(film.x0(20), end)
    assert np.isnan(film.weights(20)).all()


def test_the_noise_follows_from_picture_and_belief():
    film, one = made(), whole(SAMPLING)
    for p in range(19):
        np.testing.assert_allclose(film.noise(p), one.noise[p].astype(np.float32), atol=0.03)
    assert not film.noise(20).any()


def test_change_is_what_the_step_does():
    film = made()
    np.testing.assert_array_equal(film.change(3), film.x(4) - film.x(3))
    np.testing.assert_array_equal(film.change(19), film.x(20) - film.x(19))
    assert not film.change(20).any()


@pytest.mark.parametrize(("took_ms", "count"), [(0.2, 40), (1.6, 5), (4.0, 2), (8.0, 1), (300.0, 1)])
def test_a_piece_takes_about_8_ms(took_ms: float, count: int):
    film = Film(Sampling(steps=50, n=1))
    assert (film.request().start, film.request().x, film.request().count) == (0, None, 1)
    film.append(answer(film.request(), took_ms=took_ms))
    asked = film.request()
    assert (asked.start, asked.count) == (1, count)
    assert asked.x is film.x(1) or np.array_equal(asked.x, film.x(1))  # type: ignore[arg-type]
    assert film.request(at_once=True).count == 49


def test_a_thousand_steps_of_sixteen_samples_fit_into_128_mb():
    film = Film(Sampling(steps=1000, n=16))
    film.append(answer(film.request()))
    assert film.stride == 1
    assert film.n_bytes < 128 * 10**6
    film = Film(Sampling(steps=1000, n=64))
    film.append(answer(film.request()))
    assert film.stride == 2
    assert film.n_bytes < 128 * 10**6


def test_with_little_memory_only_some_steps_are_kept():
    one = 4 * 784 * 4
    film, all_of_it = made(most_bytes=7 * one), made()
    assert film.stride == 3
    assert film.positions() == [0, 3, 6, 9, 12, 15, 18, 20]
    assert [film.kept(p) for p in (0, 1, 2, 3, 19, 20)] == [0, 0, 0, 3, 18, 20]
    for p in film.positions():
        np.testing.assert_array_equal(film.x(p), all_of_it.x(p))
    np.testing.assert_array_equal(film.change(18), film.x(20) - film.x(18))
    branch = film.edited(6, film.x(6) + 1)
    while not branch.complete:
        branch.append(answer(branch.request(), took_ms=5.0))
    assert branch.positions() == film.positions()
    np.testing.assert_array_equal(branch.x(3), film.x(3))
    np.testing.assert_allclose(branch.x(6), film.x(6) + 1, atol=4e-3)


def test_a_branch_shares_the_beginning_and_leaves_the_original_alone():
    film = made()
    before = [film.x(p).copy() for p in film.positions()]
    changed = film.x(8).copy()
    changed[2] = -changed[2]
    branch = film.edited(8, changed)
    assert (branch.n_made, branch.edited_at, branch.head) == (8, 8, 8)
    asked = branch.request()
    assert asked.start == 8
    assert asked.only == (2,)
    np.testing.assert_array_equal(asked.x, changed[[2]])
    while not branch.complete:
        branch.append(answer(branch.request(), took_ms=5.0))
    for p in range(8):
        np.testing.assert_array_equal(branch.x(p), film.x(p))
    np.testing.assert_allclose(branch.x(8), changed, atol=4e-3)
    assert np.abs(branch.x(10)[2] - film.x(10)[2]).max() > 0.1
    for p in range(8, film.n_steps + 1):  # nobody painted on these
        np.testing.assert_array_equal(branch.x(p)[[0, 1, 3]], film.x(p)[[0, 1, 3]])
        np.testing.assert_array_equal(branch.x0(p)[[0, 1, 3]], film.x0(p)[[0, 1, 3]])
    for p, x in zip(film.positions(), before, strict=True):
        np.testing.assert_array_equal(film.x(p), x)
    assert branch.n_bytes < film.n_bytes


def test_a_branch_of_one_sample_is_that_of_all_and_a_second_one_goes_with_it():
    film = made()
    changed = film.x(8).copy()
    changed[2] = -changed[2]
    branch, all_anew = film.edited(8, changed), Film(SAMPLING)
    for piece in (Denoise(SAMPLING, 0, None, 8), Denoise(SAMPLING, 8, changed, 12)):
        all_anew._last = piece.x
        all_anew.append(answer(piece))
    while not branch.complete:
        branch.append(answer(branch.request(), took_ms=5.0))
    np.testing.assert_allclose(branch.x(20), all_anew.x(20), atol=4e-3)
    again = branch.x(13).copy()
    again[0] = 0.0
    second = branch.edited(13, again)
    assert second.request().only == (0, 2)
    second.append(answer(second.request(at_once=True)))
    np.testing.assert_array_equal(second.x(20)[1], film.x(20)[1])
    np.testing.assert_allclose(second.x(20)[2], branch.x(20)[2], atol=4e-3)
    assert np.abs(second.x(20)[0] - film.x(20)[0]).max() > 0


def test_where_the_rest_of_a_film_is_not_known_a_branch_makes_all_samples_anew():
    film = Film(SAMPLING)
    film.append(answer(Denoise(SAMPLING, 0, None, 10)))
    changed = film.x(8).copy()
    changed[2] = 0.0
    assert film.edited(8, changed).request().only == ()


@pytest.mark.parametrize("second", [0, 3, 8, 13])
def test_a_branch_of_a_branch(second: int):
    film = made()
    branch = film.edited(8, film.x(8) + 0.5)
    while not branch.complete:
        branch.append(answer(branch.request()))
    again = branch.edited(second, branch.x(second) - 0.5)
    while not again.complete:
        again.append(answer(again.request()))
    for p in range(second):
        np.testing.assert_array_equal(again.x(p), branch.x(p))
    np.testing.assert_allclose(again.x(second), branch.x(second) - 0.5, atol=4e-3)
    assert again.edited_at == second


def test_the_first_position_can_be_edited_too():
    film = made()
    branch = film.edited(0, np.zeros_like(film.x(0)))
    again = branch.edited(0, np.ones_like(film.x(0)))
    again.append(answer(again.request()))
    assert (again.x(0) == 1).all()


def test_a_piece_that_does_not_follow_is_refused():
    film = Film(SAMPLING)
    first = answer(film.request())
    film.append(first)
    for wrong in (first, whole(SAMPLING), answer(Denoise(SAMPLING, 1, np.zeros((4, 28, 28), np.float32)))):
        assert not film.fits(wrong)
        with pytest.raises(ValueError, match="does not follow"):
            film.append(wrong)
    assert not film.fits(answer(replace(film.request(), sampling=replace(SAMPLING, seed=9))))
    assert film.fits(answer(replace(film.request(), x=film.x(1).copy())))


def test_before_it_is_made_a_film_knows_about_its_times():
    film = Film(SAMPLING)
    assert [film.time(p) for p in (0, 10, 20)] == [1000, 500, 0]
    assert np.isnan(film.signal(0))
    film = made()
    assert film.nearest(760) == 5
    assert film.nearest(0) == 20
    assert film.signal(5) == SIGNAL[times_of(SAMPLING)[5]]


def test_one_question_at_a_time_and_the_old_film_stays_until_the_new_one_comes():
    films = Films()
    assert films.request() is None
    films.begin(SAMPLING)
    assert films.shown is None
    first = films.request()
    assert first is not None
    assert films.request() is None, "one is on its way"
    assert films.request(again=True) is not None
    assert films.take(whole(SAMPLING))
    assert not films.busy
    old, other = films.shown, replace(SAMPLING, seed=5)
    films.begin(other)
    assert films.shown is old
    assert films.take(answer(Denoise(other)))
    assert films.shown is not old


def test_the_branch_is_made_first_and_then_the_rest_of_the_original():
    films = Films()
    films.begin(SAMPLING)
    films.take(answer(Denoise(SAMPLING, count=5)))
    film = films.shown
    assert film is not None
    films.edit(2, film.x(2) + 1)
    assert films.shows_branch
    branch = films.branch
    assert branch is not None
    assert films.making is branch
    films.take(whole(SAMPLING, x=film.x(2) + 1, start=2))
    assert branch.complete
    assert films.making is film
    films.clear_branch()
    assert films.shown is film


def test_what_is_stopped_asks_nothing_until_it_goes_on():
    films = Films()
    films.begin(SAMPLING)
    films.take(answer(Denoise(SAMPLING, count=5)))
    films.stop()
    assert films.request() is None
    assert not films.busy
    films.go_on()
    asked = films.request()
    assert asked is not None
    assert asked.start == 5


def test_growth_is_told_at_a_pace_and_the_end_at_once(qtbot: QtBot):
    watched = QWidget()
    qtbot.addWidget(watched)
    watched.show()
    maker, asked, told = FilmMaker(Sampling(steps=30, n=1), watched), list[Denoise](), list[int]()
    maker.asked.connect(asked.append)
    maker.grown.connect(lambda: told.append(maker.films.original.n_made if maker.films.original else -1))
    maker.set_ready(True)
    while maker.films.busy:
        maker.take(answer(asked[-1], took_ms=12.0))
    assert told[0] == 1
    assert told[-1] == 30
    assert len(told) < 10  # of thirty pieces that come at once
    maker.rest()
