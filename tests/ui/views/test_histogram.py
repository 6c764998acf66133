"""A histogram is a density, stands beside the standard normal, and says both in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSize

from explorer.ui.theme import DARK, LIGHT
from explorer.ui.views.histogram import BIN, NORMAL, NORMAL_SHORT, HistogramView
from tests.ui.views.drawn import svg_texts


def normal_numbers(n: int = 20_000) -> np.ndarray:
    return np.random.default_rng(0).normal(size=n)


def filled(values: object, name: str = "pixels", theme=LIGHT) -> HistogramView:
    view = HistogramView(theme)
    view.set_values(values, name)  # type: ignore[arg-type]
    view.set_titles("pixel value", "density")
    view.set_colors("ink", "kl")
    return view


@pytest.mark.parametrize("values", [normal_numbers(), -np.ones(784), [0.3], np.linspace(-9, 7, 50)])
def test_the_bars_add_up_to_one(qtbot, values):
    view = filled(values)
    qtbot.addWidget(view)
    assert view.density.sum() * BIN == pytest.approx(1.0)


def test_many_normal_numbers_follow_the_curve(qtbot):
    view = filled(normal_numbers(200_000))
    qtbot.addWidget(view)
    middles = (np.arange(len(view.density)) - len(view.density) // 2) * BIN
    expected = np.exp(-(middles**2) / 2) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(view.density, expected, atol=0.01)


def test_a_whole_number_lies_in_the_middle_of_its_bar(qtbot):
    view = filled([-1.0, -1.0, -1.0, 1.0])
    qtbot.addWidget(view)
    axes = view.axes(QRectF(0, 0, 600, 300))
    bar = int(np.argmax(view.density))
    assert view.reading(bar)[0] == "−1.12 to −0.88"
    assert float(axes.px(-1.0)) == pytest.approx((float(axes.px(-1.125)) + float(axes.px(-0.875))) / 2)


def test_what_is_not_finite_is_left_out(qtbot, draw):
    view = filled([0.0, np.nan, np.inf, -np.inf, 1.0])
    qtbot.addWidget(view)
    assert view.words[0] == "pixels: mean 0.50, variance 0.25"
    for values in ([], [np.nan], np.full((3, 3), 1e30)):
        view.set_values(values, "pixels")
        draw(view, 300, 200)
        draw(view, 300, 200, vector=True)


def test_mean_and_variance_are_said_of_both(qtbot):
    values = 0.5 * normal_numbers(784) - 0.7
    view = filled(values)
    qtbot.addWidget(view)
    mean = sum(values) / len(values)
    variance = sum((v - mean) ** 2 for v in values) / len(values)
    said = f"pixels: mean −{abs(mean):.2f}, variance {variance:.2f}"
    shown = svg_texts(view, QSize(640, 300)).splitlines()
    assert {said, NORMAL, "pixel value", "density"} <= set(shown)


@pytest.mark.parametrize("width", [170, 200, 260, 420, 900])
@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_words_are_never_cut_off(qtbot, width, scale):
    view = filled(normal_numbers(784), theme=DARK.scaled(scale))
    view.set_titles("pixel value, −1 paper, 1 ink", "density")
    qtbot.addWidget(view)
    for height in (80, 130, 300):
        shown = svg_texts(view, QSize(width, height))
        assert "…" not in shown
        assert NORMAL in shown or NORMAL_SHORT in shown


@pytest.mark.parametrize("width", [150, 200, 400])
def test_the_axis_tells_its_scale_however_narrow(qtbot, width):
    view = filled(normal_numbers(784))
    qtbot.addWidget(view)
    shown = svg_texts(view, QSize(width, 120)).splitlines()
    assert {"−2", "0", "2"} <= set(shown)


def test_a_bar_higher_than_the_axis_says_how_high_it_is(qtbot):
    view = filled(-np.ones(784))
    qtbot.addWidget(view)
    assert "↑ 4.0" in svg_texts(view, QSize(500, 300))
    view.set_values(normal_numbers(), "pixels")
    assert "↑" not in svg_texts(view, QSize(500, 300))


def test_a_bar_is_read_under_the_pointer(qtbot, show):
    view = show(filled(np.r_[np.zeros(30), np.ones(70)]), 500, 260)
    axes = view.axes(view.area())
    without = svg_texts(view, QSize(500, 260))
    qtbot.mouseMove(view, QPoint(round(float(axes.px(1.0))), round(axes.top + axes.height / 2)))
    expected = 100 * (math.erf(1.125 / math.sqrt(2)) - math.erf(0.875 / math.sqrt(2))) / 2
    shown = svg_texts(view, QSize(500, 260))
    assert "0.88 to 1.12" in shown
    assert f"70.0 %, normal {expected:.1f} %" in shown
    qtbot.mouseMove(view, QPoint(3, 3))
    assert svg_texts(view, QSize(500, 260)) == without
