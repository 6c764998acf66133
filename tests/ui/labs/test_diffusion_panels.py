"""Panels of the diffusion lab beside its films: on answers that are known exactly, with real clicks and keys."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from explorer.data.noise_schedules import alpha_bar
from explorer.specs.diffusion import Judge, Sampling
from explorer.ui.labs.diffusion.judgement import Judgement, wilson
from explorer.ui.panel import Panel
from explorer.ui.theme import DARK, LIGHT, Theme
from tests.ui.acting import click, until
from tests.ui.labs.diffusion_answers import judged
from tests.ui.labs.diffusion_bench import KINDS, Bench


def told(panel: Panel) -> None:
    """Give a panel some numbers to show."""
    panels: dict[str, Any] = {panel.spec.id: panel}
    if "samples" in panels:
        panels["samples"].set_samples(np.full((10, 28, 28), 51, np.uint8), 40)
    if "levels" in panels:
        panels["levels"].set_levels(np.geomspace(0.5, 0.01, 20), "linear")
    if "curves" in panels:
        steps = np.arange(1, 60)
        panels["curves"].set_numbers(dict.fromkeys(("loss", "test_loss", "gradient_norm"), (steps, 1.0 / steps)), ())


# ----------------------------------------------------------------------------------------------- samples and levels


def test_samples_are_named_and_a_click_says_which(qtbot: QtBot):
    bench = Bench(qtbot, "samples").show(qtbot)
    samples = np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    bench.panel.set_samples(samples, 1200)
    assert "step 1,200" in bench.panel.subtitle
    assert "same noise" in bench.panel.subtitle
    view = bench.panel.view
    places = view.places(view.area())
    assert len(places) == 10
    assert all(place.width() == pytest.approx(places[0].width()) for place in places)
    with qtbot.waitSignal(bench.panel.class_chosen) as chosen:
        click(view, places[7].center())
    assert chosen.args == [7]
    with qtbot.waitSignal(bench.panel.class_chosen) as chosen:
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert chosen.args == [8]
    np.testing.assert_allclose(bench.panel.figure_data().table["mean ink"], np.arange(10) / 255)


def test_a_level_is_read_under_the_pointer(qtbot: QtBot):
    bench = Bench(qtbot, "levels").show(qtbot)
    levels = np.geomspace(0.5, 0.01, 20)
    levels[3] = np.nan
    bench.panel.set_levels(levels, "cosine")
    assert "cosine" in bench.panel.subtitle
    view = bench.panel.view
    axes = view.axes(view.area())
    for index, words in ((0, "0.500"), (3, "nothing measured yet"), (19, "0.0100")):
        x, _ = axes.point(50 * index + 25, 1.0)
        QTest.mouseMove(view, QPointF(x, axes.bottom - 5).toPoint())
        until(qtbot, lambda words=words: words in view.reading())  # type: ignore[misc]
        assert f"t {50 * index:,} to {50 * index + 50:,}: " in view.reading()
        left = 100 * alpha_bar("cosine", 1000)[50 * index + 25]
        assert f"{left:.1f} % of the signal left" in view.reading()
    data = bench.panel.figure_data()
    np.testing.assert_array_equal(data.arrays["levels"], levels)
    np.testing.assert_array_equal(data.table["t to"], np.arange(50, 1001, 50))


def test_a_stretch_without_a_number_stays_empty(qtbot: QtBot):
    bench = Bench(qtbot, "levels").show(qtbot)
    levels = np.full(20, 0.1)
    levels[10] = np.nan
    bench.panel.set_levels(levels, "linear")
    view = bench.panel.view
    axes, image = view.axes(view.area()), view.grab().toImage()
    below = round(axes.bottom - 4)

    def colored(index: int) -> bool:
        x, _ = axes.point(50 * index + 25, 1.0)
        return bool(image.pixelColor(round(x), below) != LIGHT.card)

    assert [colored(i) for i in (9, 10, 11)] == [True, False, True]


def test_curves_show_loss_or_gradient(qtbot: QtBot):
    bench = Bench(qtbot, "curves").show(qtbot)
    told(bench.panel)
    assert bench.panel.figure_data().labels == ("train", "test")
    click(bench.panel.mode.segments()[1])
    assert bench.panel.figure_data().labels == ("gradient",)
    assert "before" not in bench.panel.subtitle
    assert set(bench.panel.figure_data().table["series"]) == {"loss", "test_loss", "gradient_norm"}


# --------------------------------------------------------------------------------------------------------- judgement


@pytest.mark.parametrize(("right", "n"), [(0, 10), (3, 10), (39, 40), (40, 40), (381, 400)])
def test_wilson_ends_are_where_the_score_test_just_holds(right: int, n: int):
    """Each end p solves |right / n - p| = z sqrt(p (1 - p) / n)."""
    low, high = wilson(right, n)
    assert 0 <= low <= right / n <= high <= 1
    for end in (low, high):
        score = abs(right / n - end)
        assert score == pytest.approx(1.959964 * math.sqrt(end * (1 - end) / n), abs=1e-6)


def test_wilson_of_nothing_is_everything():
    assert wilson(0, 0) == (0.0, 1.0)


def test_parts_add_up():
    judgement = Judgement()
    for part in range(3):
        judgement = judgement.with_part(judged(Judge(part=part), wrong=[part, 10 + part]))
    assert judgement.n == 120
    assert judgement.agreement[:2] == (114, 120)
    assert sum(rate.right for rate in judgement.by_class) == 114
    assert judgement.by_class[0][:2] == (10, 12)
    assert judgement.by_class[5][:2] == (12, 12)
    np.testing.assert_array_equal(judgement.mistaken, [0, 10, 41, 51, 82, 92])


def test_frechet_distance_waits_for_enough_digits_and_agrees_with_its_definition():
    judgement = Judgement().with_part(judged(Judge(part=0))).with_part(judged(Judge(part=1)))
    assert judgement.n == 80
    assert judgement.frechet is None
    judgement = judgement.with_part(judged(Judge(part=2)))
    parts = [judged(Judge(part=part)) for part in range(3)]
    drawn = np.concatenate([part.features for part in parts]).astype(np.float64)
    assert judgement.frechet is not None
    for cloud, found in zip((drawn, parts[0].other_real), judgement.frechet, strict=True):
        assert found == pytest.approx(_frechet(np.asarray(cloud, np.float64), parts[0].real), rel=1e-6)


def _frechet(a: np.ndarray, b: np.ndarray) -> float:
    """By the eigenvalues of the product of the covariances, which is not symmetric."""
    b = b.astype(np.float64)
    one, two = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    cross = np.sqrt(np.maximum(np.linalg.eigvals(one @ two).real, 0)).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(one) + np.trace(two) - 2 * cross)


# ----------------------------------------------------------------------------------------------------------- quality


def test_quality_is_measured_part_after_part(qtbot: QtBot):
    bench = Bench(qtbot, "quality").show(qtbot)
    bench.panel.set_sampling(Sampling(steps=20, guidance=2.5))
    assert not bench.asked
    click(bench.panel.button)
    assert bench.asked == [Judge(part=0, n=40, steps=20, guidance=2.5)]
    assert bench.panel.button.text() == "Stop"
    bench.panel.take(judged(bench.asked[0], wrong=[4]))
    assert [question.part for question in bench.asked] == [0, 1]
    assert bench.panel.progress.value() == 40
    assert bench.panel.progress.isVisible()
    bench.asked.pop(0)
    assert bench.finish() == 9
    assert bench.panel.judgement.n == 400
    assert bench.panel.button.text() == "Measure"
    assert not bench.panel.progress.isVisible()
    words = " ".join(bench.panel.words.text())
    low, high = wilson(399, 400)
    assert f"99.8 % of 400 are seen as asked (95 % interval {100 * low:.1f} to {100 * high:.1f})." in words
    drawn, floor = bench.panel.judgement.frechet
    assert f"{drawn:.2f}; real from real {floor:.2f}: {drawn / floor:.1f} times" in words
    for part in ("20 DDIM steps", "guidance 2.5", "97.8 % of test digits", "500 training digits", "step 300"):
        assert part in words


def test_an_answer_nobody_waits_for_changes_nothing(qtbot: QtBot):
    bench = Bench(qtbot, "quality").show(qtbot)
    bench.panel.take(judged(Judge()))
    assert bench.panel.judgement.n == 0
    click(bench.panel.button)
    first = bench.asked.pop()
    bench.panel.take(judged(replace(first, part=3)))
    assert bench.panel.judgement.n == 0
    bench.panel.take(judged(replace(first, generation=12)))
    bench.panel.take(judged(first))
    assert bench.panel.judgement.n == 40


def test_too_few_digits_have_no_frechet_distance(qtbot: QtBot):
    bench = Bench(qtbot, "quality").show(qtbot)
    click(bench.panel.button)
    bench.panel.take(judged(bench.asked[-1]))
    assert "from 100 digits on" in " ".join(bench.panel.words.text())
    click(bench.panel.button)
    assert not bench.panel.is_measuring
    n_asked = len(bench.asked)
    bench.panel.take(judged(bench.asked[-1]))
    assert bench.panel.judgement.n == 40
    assert len(bench.asked) == n_asked


@pytest.mark.parametrize("on", ["button", "panel"])
def test_escape_stops_measuring_and_nothing_else(qtbot: QtBot, on: str):
    """In the window Escape is a shortcut, which comes first unless the panel wants the key."""
    window = QMainWindow()
    qtbot.addWidget(window)
    bench = Bench(qtbot, "quality")
    window.setCentralWidget(bench.panel)
    window.setMenuWidget(bench.panel.button)
    escaped: list[str] = []
    action = QAction("escape", window)
    action.setShortcut("Esc")
    action.triggered.connect(lambda *_: escaped.append("escape"))
    window.addAction(action)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    click(bench.panel.button)
    target = bench.panel.button if on == "button" else bench.panel
    target.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    target.setFocus()
    QTest.keyClick(target, Qt.Key.Key_Escape)
    assert not bench.panel.is_measuring
    assert not escaped
    QTest.keyClick(target, Qt.Key.Key_Escape)
    assert escaped == ["escape"]


def test_numbers_stay_those_of_their_step(qtbot: QtBot):
    bench = Bench(qtbot, "quality").show(qtbot)
    bench.panel.set_step(300, False)
    click(bench.panel.button)
    bench.finish(step=300)
    assert "step 300" in bench.panel.subtitle
    assert "now" not in bench.panel.subtitle
    bench.panel.set_step(301, True)
    assert "step 300" in bench.panel.subtitle
    assert "another step now" in bench.panel.subtitle
    bench.panel.clear()
    assert bench.panel.judgement.n == 0
    assert "step" not in bench.panel.subtitle


def test_mistaken_digits_are_shown_with_both_classes(qtbot: QtBot):
    bench = Bench(qtbot, "quality", size=(1200, 240)).show(qtbot)
    click(bench.panel.button)
    bench.panel.take(judged(bench.asked[-1], wrong=[4, 19]))
    view = bench.panel.mistakes
    assert view._captions == ("4→5", "9→0")
    assert len(view.places(view.area())) == 2
    bars = bench.panel.rates._bars
    assert [(bar.label, bar.n_right, bar.n) for bar in bars[:2]] == [("all", 38, 40), ("0", 4, 4)]
    axes = bench.panel.rates.axes(bench.panel.rates.area())
    QTest.mouseMove(bench.panel.rates, bench.panel.rates.bar_rect(axes, 5).center().toPoint())
    until(qtbot, lambda: bench.panel.rates.reading().startswith("4: 3 of 4"))
    data = bench.panel.figure_data()
    np.testing.assert_allclose(data.table["share (%)"][:2], [95.0, 100.0])
    assert len(data.arrays["pictures"]) == 40


# --------------------------------------------------------------------------------------------------------- all of them


@pytest.mark.parametrize("theme", [LIGHT, DARK, LIGHT.scaled(1.4)], ids=["light", "dark", "presenting"])
@pytest.mark.parametrize("size", [(631, 140), (327, 300), (1200, 240), (420, 640)], ids=str)
@pytest.mark.parametrize("panel_id", list(KINDS))
def test_every_panel_paints_empty_and_full(qtbot: QtBot, panel_id: str, size: tuple[int, int], theme: Theme):
    bench = Bench(qtbot, panel_id, theme, size)
    for full in (False, True):
        if full:
            told(bench.panel)
            if panel_id == "quality":
                bench.panel.measure()
            elif panel_id == "compare":
                bench.panel.begin()
            bench.finish()
        image = QImage(*size, QImage.Format.Format_RGB32)
        image.fill(theme.card)
        painter = QPainter(image)
        bench.panel.paint(painter, QRectF(0, 0, *size), vector=True)
        painter.end()
        bench.panel.set_theme(theme)
        data = bench.panel.figure_data()
        assert len({len(column) for column in data.table.values()}) == 1
        assert data.title == bench.panel.title
