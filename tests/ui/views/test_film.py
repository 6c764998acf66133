"""A film of rows: exact means at any size, colours that mean one thing, and handling by mouse, wheel and keys."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication

from explorer.ui.theme import LIGHT
from explorer.ui.views.axes import Range
from explorer.ui.views.film import FilmView
from explorer.ui.views.film_image import FilmSums, image, palette, repeated, stretches
from explorer.ui.views.film_layout import Mark, Strip, row_of
from explorer.ui.views.film_legend import zero_color
from tests.ui.views.drawn import svg_texts

STRIPS = [Strip("RNN", "∂L/∂h", "rnn", "24 % right"), Strip("GRU", "∂L/∂h", "gru", "100 % right")]


def random_film(n_rows: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(-4, 2, (n_rows, 2, 30)).astype(np.float16)


def filled(film: np.ndarray, cuts: np.ndarray | None = None) -> FilmView:
    view = FilmView(LIGHT)
    view.set_strips(STRIPS, (0, 1))
    view.set_words("time step t", "norm")
    view.set_film(film, 10 * np.arange(len(film)), np.zeros(len(film), int) if cuts is None else cuts)
    return view


def wheel(
    view: FilmView, at: QPointF, notches: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def place(view: FilmView, strip: int, row: float, column: float) -> QPoint:
    layout = view.layout_in(view.area())
    return QPointF(layout.edge(column), layout.y(layout.strips[strip], row)).toPoint()


# Sums ----------------------------------------------------------------------------------------------------------------


def test_means_over_rows_are_those_of_numpy_without_zeros():
    film = random_film(200)
    film[50:80, 0, :10] = -np.inf
    sums = FilmSums()
    sums.put(film)
    starts, ends = stretches(Range(20.0, 180.0), 200, 23)
    got = sums.means(0, starts, ends, slice(5, 25))
    for line, (start, end) in enumerate(zip(starts, ends, strict=True)):
        part = film[start:end, 0, 5:25].astype(np.float64)
        part[np.isneginf(part)] = np.nan
        blank = np.isnan(part).all(axis=0)
        np.testing.assert_allclose(got[line, ~blank], np.nanmean(part[:, ~blank], axis=0), atol=2e-3)
        assert np.isneginf(got[line, blank]).all()
    assert np.isneginf(got).any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_one_bad_number_is_never_averaged_away(value):
    film = random_film(500)
    film[123, 1, 7] = value
    sums = FilmSums()
    sums.put(film)
    means = sums.means(1, np.array([0]), np.array([500]), slice(0, 30))
    assert np.flatnonzero(np.isnan(means[0])).tolist() == [7]
    assert sums.bad_rows[:, 1].nonzero()[0].tolist() == [123]
    assert not sums.bad_rows[:, 0].any()


def test_rows_that_come_give_what_the_whole_film_gives():
    film = random_film(700)
    film[300:340, :, :9] = -np.inf
    film[601, 0, 3] = np.nan
    grown, whole = FilmSums(), FilmSums()
    kept = [grown.put(film[:n].copy()) for n in (1, 2, 250, 310, 600, 700)]
    whole.put(film)
    assert kept == [0, 1, 2, 250, 310, 600]
    starts, ends = stretches(Range(0.0, 700.0), 700, 40)
    for strip in (0, 1):
        every = slice(0, 30)
        np.testing.assert_array_equal(grown.means(strip, starts, ends, every), whole.means(strip, starts, ends, every))
    assert grown.range() == whole.range()


def test_a_run_that_branched_is_worked_on_from_the_branch_on():
    film, other = random_film(100), random_film(80)
    other[40, 1, 29] += 1
    sums = FilmSums()
    sums.put(film)
    film_then = film[:80].copy()
    film_then[40, 1, 29] += 1
    assert sums.put(film_then) == 40
    np.testing.assert_allclose(
        sums.means(1, np.array([40]), np.array([41]), slice(29, 30)), film_then[40, 1, 29], atol=2e-3
    )
    assert sums.range() == Range(*(float(np.round(x * 512) / 512) for x in (film_then.min(), film_then.max())))


def test_every_row_is_in_some_line_and_enlarged_rows_stay_sharp():
    starts, ends = stretches(Range(0.0, 2000.0), 2000, 95)
    assert starts[0] == 0
    assert ends[-1] == 2000
    np.testing.assert_array_equal(starts[1:], ends[:-1])
    starts, ends = stretches(Range(0.0, 3.0), 3, 9)
    assert starts.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert (ends - starts == 1).all()


def test_films_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="rows, strips and times"):
        FilmSums().put(np.zeros((3, 4), np.float16))
    with pytest.raises(ValueError, match="do not fit"):
        FilmView(LIGHT).set_film(np.zeros((3, 2, 4), np.float16), np.arange(2), np.zeros(3, int))


def test_colours_are_those_of_the_map_with_later_rows_above():
    colors = LIGHT.magnitude
    pixels = palette(colors, QColor("#111111"), QColor("#ff0000"))
    picture = image(np.array([[0.0, -8.0], [-np.inf, np.nan]], np.float32), Range(-8.0, 0.0), pixels)
    assert picture.pixelColor(0, 1) == QColor(*colors[255].tolist())
    assert picture.pixelColor(1, 1) == QColor(*colors[0].tolist())
    assert picture.pixelColor(0, 0) == QColor("#111111")
    assert picture.pixelColor(1, 0) == QColor("#ff0000")


def test_pictures_for_files_repeat_pixels_and_stay_small():
    picture = image(
        np.arange(6.0).reshape(3, 2).astype(np.float32), Range(0.0, 5.0), palette(LIGHT.magnitude, *[QColor()] * 2)
    )
    large = repeated(picture, 100.0, 9.0)
    assert (large.width(), large.height()) == (200, 18)
    assert all(large.pixel(x, y) == picture.pixel(x // 100, y // 6) for x in (0, 99, 100, 199) for y in range(18))


# What is seen --------------------------------------------------------------------------------------------------------


def colour_at(view: FilmView, draw, strip: int, row: float, column: float) -> QColor:
    layout = view.layout_in(QRectF(0, 0, 700, 420))
    x, y = layout.edge(column), layout.y(layout.strips[strip], row)
    return QColor(draw(view, 700, 420).pixelColor(math.floor(x), math.floor(y)))


def test_time_goes_across_training_goes_up_and_both_strips_share_the_scale(qtbot, draw):
    film = np.full((2, 2, 4), -6.0, np.float16)
    film[1, 0, 3] = 0.0
    film[0, 1, 0] = -3.0
    view = filled(film)
    qtbot.addWidget(view)
    assert view.scale == Range(-6.0, 0.0)
    found = {
        (strip, row, column): colour_at(view, draw, strip, row + 0.5, column + 0.5).name()
        for strip in (0, 1) for row in (0, 1) for column in (0, 3)
    }  # fmt: skip
    lowest, middle, highest = (QColor(*LIGHT.magnitude[i].tolist()).name() for i in (0, 128, 255))
    assert found.pop((0, 1, 3)) == highest
    assert found.pop((1, 0, 0)) == middle
    assert set(found.values()) == {lowest}


def test_truncated_rows_have_their_own_colour_a_line_and_an_entry_in_the_legend(qtbot, draw):
    film, cuts = random_film(40), np.zeros(40, int)
    before = svg_texts(filled(film), QSize(860, 560))
    film[20:, :, :20], cuts[20:] = -np.inf, 10
    view = filled(film, cuts)
    qtbot.addWidget(view)
    assert colour_at(view, draw, 0, 30.5, 5.5) == zero_color(LIGHT)
    assert colour_at(view, draw, 0, 10.5, 5.5) != zero_color(LIGHT)
    assert colour_at(view, draw, 0, 30.5, 20.0) == LIGHT.ink
    assert "exactly 0: cut off" in svg_texts(view, QSize(860, 560))
    assert "exactly 0" not in before
    assert view.reading(0, 30, 5) == "‖∂L/∂h‖ = 0, cut off"


def test_a_row_without_numbers_is_seen_however_many_rows_there_are(qtbot, draw):
    film = random_film(1500)
    film[700, 1] = np.nan
    view = filled(film)
    qtbot.addWidget(view)
    assert colour_at(view, draw, 1, 700.5, 15.0) == LIGHT.bad
    assert colour_at(view, draw, 0, 700.5, 15.0) != LIGHT.bad
    assert "not finite" in svg_texts(view, QSize(860, 560))
    assert "not a number" in view.reading(1, 700, 3)


def test_the_legend_tells_the_range_shown_and_what_lies_beyond(qtbot):
    film = np.clip(random_film(40), -6, 0)
    film[0, 0, 0], film[1, 0, 0] = -7.5, 1.5
    view = filled(film)
    qtbot.addWidget(view)
    shown = svg_texts(view, QSize(860, 560))
    assert {"10⁻⁸", "10²"} <= set(shown.splitlines())
    assert "≤" not in shown
    view.set_scale(Range(-5.0, 0.0))
    assert {"≤ 10⁻⁵", "≥ 10⁰"} <= set(svg_texts(view, QSize(860, 560)).splitlines())


def test_a_few_odd_rows_do_not_take_the_colours_from_all_others(qtbot):
    film = np.clip(random_film(200), -6, -1)
    film[50, 0, 4], film[51, 1, 4] = 30.0, -40.0
    view = filled(film)
    qtbot.addWidget(view)
    assert view.scale == Range(-6.0, -1.0)
    assert {"≤ 10⁻⁶", "≥ 10⁻¹"} <= set(svg_texts(view, QSize(860, 560)).splitlines())


def test_what_explodes_leaves_the_other_strips_their_colours(qtbot):
    film = np.clip(random_film(40), -6, 0)
    film[:, 0, :10] = 35.0
    view = filled(film)
    qtbot.addWidget(view)
    assert view.scale == Range(-6.0, 35.0)
    film = np.clip(random_film(40), -6, 0)
    film[:, 0, :10] = -35.0
    view = filled(film)
    qtbot.addWidget(view)
    assert view.scale == Range(-14.0, 0.0)


def test_a_run_that_broke_is_marked_over_its_last_row(qtbot):
    view = filled(random_film(40))
    qtbot.addWidget(view)
    view.set_trouble(41)
    assert svg_texts(view, QSize(860, 560)).splitlines().count("stopped at step 41") == 1
    view.zoom("rows", 0.3, 0.0)
    assert "stopped" not in svg_texts(view, QSize(860, 560)), "the last row is not shown"
    view.reset_zoom()
    view.set_trouble(None)
    assert "stopped" not in svg_texts(view, QSize(860, 560))


def test_words_that_do_not_fit_are_shorter_ones(qtbot):
    view = filled(random_film(40))
    qtbot.addWidget(view)
    view.set_words("time step t: " + "what stands where, in many words, " * 3, "norm")
    shown = svg_texts(view, QSize(480, 560)).splitlines()
    assert "time step t" in shown
    assert not any("what stands" in text for text in shown)


def test_words_and_steps_are_text(qtbot):
    view = filled(random_film(33))
    qtbot.addWidget(view)
    view.set_marks([Mark(1, 1, "symbol"), Mark(30, 30, "answer asked")])
    shown = svg_texts(view, QSize(860, 560)).splitlines()
    assert {"RNN", "GRU", "24 % right", "step 320", "0", "h₁", "h₃₀", "symbol", "answer asked", "time step t"} <= set(
        shown
    )


# Handling ------------------------------------------------------------------------------------------------------------


def test_a_click_scrubs_to_its_row_and_a_drag_follows(qtbot, show):
    view = show(filled(random_film(40)), 700, 420)
    with qtbot.waitSignal(view.step_chosen) as chosen:
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=place(view, 1, 12.5, 3.5))
    assert chosen.args == [120]
    with qtbot.waitSignal(view.step_chosen) as chosen:
        qtbot.mouseMove(view, place(view, 1, 30.5, 3.5))
    assert chosen.args == [300]
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=place(view, 1, 30.5, 3.5))
    with qtbot.assertNotEmitted(view.step_chosen):
        qtbot.mouseMove(view, place(view, 1, 5.5, 3.5))


def test_the_time_under_the_pointer_is_said_from_one_on_and_zero_when_it_leaves(qtbot, show):
    view = show(filled(random_film(40)), 700, 420)
    times: list[int] = []
    view.time_hovered.connect(times.append)
    qtbot.mouseMove(view, place(view, 0, 12.5, 0.5))
    qtbot.mouseMove(view, place(view, 1, 12.5, 29.5))
    qtbot.mouseMove(view, QPoint(3, 3))
    assert times == [1, 30, 0]


def test_the_number_under_the_pointer_is_the_norm_itself(qtbot):
    film = random_film(5)
    film[3, 1, 2] = np.log10(3.2e-7)
    view = filled(film)
    qtbot.addWidget(view)
    assert view.reading(1, 3, 2) == "‖∂L/∂h‖ = 3.2e−7"


def test_the_wheel_zooms_about_the_pointer_in_time_and_with_ctrl_in_steps(qtbot, show):
    view = show(filled(random_film(40)), 700, 420)
    at = QPointF(place(view, 0, 10.5, 8.5))
    layout = view.layout_in(view.area())
    column, row = layout.column_at(at.x()), layout.row_at(layout.strips[0], at.y())
    wheel(view, at, 3)
    assert view.shown_times.span == pytest.approx(30 * 0.8**3)
    assert view.shown_rows == Range(0.0, 40.0)
    assert view.layout_in(view.area()).column_at(at.x()) == pytest.approx(column)
    wheel(view, at, 2, Qt.KeyboardModifier.ControlModifier)
    layout = view.layout_in(view.area())
    assert view.shown_rows.span == pytest.approx(40 * 0.8**2)
    assert layout.row_at(layout.strips[0], at.y()) == pytest.approx(row)
    wheel(view, at, -9)
    assert view.shown_times == Range(0.0, 30.0)


def test_panning_by_drag_wheel_and_keys_stays_inside_the_film(qtbot, show):
    view = show(filled(random_film(40)), 700, 420)
    view.zoom("times", 0.5)
    start = view.shown_times
    wheel(view, QPointF(view.layout_in(view.area()).ticks.center()), -1)
    assert view.shown_times.lo > start.lo
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.shown_times.lo == pytest.approx(start.lo)
    at = place(view, 0, 10.5, 15.0)
    with qtbot.assertNotEmitted(view.step_chosen):
        qtbot.mousePress(view, Qt.MouseButton.MiddleButton, pos=at)
        qtbot.mouseMove(view, at + QPoint(3000, 0))
        qtbot.mouseRelease(view, Qt.MouseButton.MiddleButton, pos=at)
    assert view.shown_times == Range(0.0, 15.0)


def test_double_click_and_nought_show_everything_again(qtbot, show):
    view = show(filled(random_film(40)), 700, 420)
    for again in (lambda: qtbot.keyClick(view, Qt.Key.Key_0),
                  lambda: qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))):  # fmt: skip
        qtbot.keyClick(view, Qt.Key.Key_Plus)
        with qtbot.waitSignal(view.zoomed) as zoomed:
            again()
        assert zoomed.args == [False]
        assert view.shown_times == Range(0.0, 30.0)


def test_page_keys_choose_the_next_row(qtbot, show):
    view = show(filled(random_film(40)), 700, 420)
    for key, step in ((Qt.Key.Key_PageDown, 380), (Qt.Key.Key_PageDown, 370), (Qt.Key.Key_PageUp, 380)):
        with qtbot.waitSignal(view.step_chosen) as chosen:
            qtbot.keyClick(view, key)
        assert chosen.args == [step]


def test_zoomed_steps_stay_when_every_other_row_is_dropped(qtbot):
    film = random_film(41)
    view = filled(film)
    qtbot.addWidget(view)
    view.zoom("rows", 0.5)
    lo, hi = view.shown_rows.lo * 10, view.shown_rows.hi * 10
    view.set_film(film[::2], 10 * np.arange(41)[::2], np.zeros(21, int))
    assert (view.shown_rows.lo * 20, view.shown_rows.hi * 20) == pytest.approx((lo, hi))


def test_row_of_a_step():
    steps = np.array([0, 4, 8, 12])
    assert [row_of(steps, step) for step in (None, 0, 5, 12, 99, -3)] == [3, 0, 1, 3, 3, 0]
    assert row_of(steps[:0], 5) == -1
