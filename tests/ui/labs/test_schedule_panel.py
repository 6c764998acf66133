"""The schedule's panel: three curves, the time as a line to drag, and its numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from pytestqt.qtbot import QtBot

from explorer.core.figures import Provenance
from explorer.specs.diffusion import SPEC
from explorer.ui.panels.schedule import SchedulePanel
from explorer.ui.theme import COMPANY_PX, DARK, LIGHT, SUBJECT_PX
from tests.ui.acting import click, drag
from tests.ui.views.drawn import svg_texts

ALPHA = "α\N{COMBINING MACRON}"
NAMES = ("linear", "cosine", "sigmoid")


@pytest.fixture
def panel(qtbot: QtBot) -> SchedulePanel:
    made = SchedulePanel(SPEC.panel("schedule"), LIGHT, lambda title: Provenance("Diffusion", title, "", 1, 0, "0"))
    for widget in (made, *made.controls):
        qtbot.addWidget(widget)
    made.resize(420, 320)
    with qtbot.waitExposed(made):
        made.show()
    return made


def cosine(t: int) -> float:
    """What is left, never less than a hundred-thousandth."""
    f = [math.cos((s / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2 for s in (0, t)]
    return 1e-5 + (1 - 1e-5) * f[1] / f[0]


def numbers_of(panel: SchedulePanel) -> str:
    return "".join(text for line in panel.numbers._numbers for text, _ in line)


def at_time(panel: SchedulePanel, t: float) -> QPointF:
    axes = panel.view.axes(panel.view.area())
    return QPointF(float(axes.px(t)), axes.top + 0.5 * axes.height)


@pytest.mark.parametrize("name", NAMES)
def test_the_schedule_of_the_run_is_thick_and_all_are_named(panel: SchedulePanel, name: str):
    panel.set_schedule(name)
    widths = {curve.series.name: curve.series.width for curve in panel.view._curves}
    assert widths == {other: SUBJECT_PX if other == name else COMPANY_PX for other in NAMES}
    assert len({curve.series.color_key for curve in panel.view._curves}) == 3
    assert set(NAMES) <= set(svg_texts(panel.view, QSize(420, 320)).splitlines())
    assert panel.subtitle == f"{ALPHA}, {name} schedule"


@pytest.mark.parametrize("t", [1, 300, 357, 999])
def test_the_numbers_of_a_time(panel: SchedulePanel, t: int):
    panel.set_time(t)
    words = numbers_of(panel).split()
    assert words[:3] == ["t", "=", str(t)]
    shown = [float(word.replace("−", "-").replace(",", "")) for word in (words[5], words[-1])]
    assert shown == pytest.approx([cosine(t), cosine(t) / (1 - cosine(t))], rel=0.005)


def test_the_numbers_of_the_drawing(panel: SchedulePanel):
    """Where 0.715 of the picture is left, signal is to noise as 2.51 to 1."""
    t = min(range(1001), key=lambda t: abs(cosine(t) - 0.715))
    panel.set_time(t)
    assert float(numbers_of(panel).split()[-1]) == pytest.approx(2.51, abs=0.02)


def test_without_noise_the_ratio_is_infinite(panel: SchedulePanel):
    panel.set_time(0)
    assert numbers_of(panel) == f"t = 0  {ALPHA} = 1.00  signal : noise = ∞"


def test_the_line_is_dragged(panel: SchedulePanel):
    told: list[int] = []
    panel.time_changed.connect(told.append)
    drag(panel.view, at_time(panel, 300), at_time(panel, 450), at_time(panel, 700))
    assert told[-1] == pytest.approx(700, abs=3)
    assert numbers_of(panel).startswith(f"t = {told[-1]} ")
    far = at_time(panel, 1000) + QPointF(60, 0)
    drag(panel.view, at_time(panel, 700), far)
    assert told[-1] == 1000


def test_arrow_keys_move_it(qtbot: QtBot, panel: SchedulePanel):
    told: list[int] = []
    panel.time_changed.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(panel.view, key)
    assert told == [310, 320, 310]
    qtbot.keyClick(panel.view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert told[-1] == 210


def test_what_the_lab_sets_is_no_news(qtbot: QtBot, panel: SchedulePanel):
    with qtbot.assertNotEmitted(panel.time_changed):
        panel.set_time(12)
        panel.set_schedule("linear")
        panel.set_time(99_999)
    assert numbers_of(panel).startswith("t = 1,000 ")


def test_the_pointer_reads_all_three(qtbot: QtBot, panel: SchedulePanel):
    qtbot.mouseMove(panel.view, at_time(panel, 500).toPoint())
    shown = svg_texts(panel.view, panel.view.size())
    t = int(next(line for line in shown.splitlines() if line.startswith("t = ")).removeprefix("t = "))
    assert t == pytest.approx(500, abs=3)
    assert f"{cosine(t):.3f}" in shown
    qtbot.mouseMove(panel.view, QPoint(1, 1))


def test_log_snr_takes_the_place_of_what_is_left(panel: SchedulePanel):
    click(panel.quantity.segments()[1])
    curves = {curve.series.name: curve for curve in panel.view._curves}
    for t in (1, 300, 999):
        expected = math.log(cosine(t) / (1 - cosine(t)))
        assert curves["cosine"].at(t) == pytest.approx(expected, abs=1e-3)
    assert math.isnan(curves["cosine"].y[0]), "there is no ratio before there is noise"
    axes = panel.view.axes(panel.view.area())
    for curve in curves.values():
        drawn = curve.y[1:]
        assert axes.y.lo <= drawn.min()
        assert drawn.max() <= axes.y.hi
    assert "log of signal over noise" in svg_texts(panel.view, panel.view.size())


def test_figure_data_holds_all_three(panel: SchedulePanel):
    figure = panel.figure_data()
    assert figure.arrays["t"].tolist() == list(range(1001))
    assert figure.arrays["alpha_bar"].shape == figure.arrays["log_snr"].shape == (3, 1001)
    signal = np.asarray(figure.table["alpha_bar cosine"])
    assert signal[357] == pytest.approx(cosine(357), abs=1e-9)
    assert np.asarray(figure.table["log SNR cosine"])[357] == pytest.approx(
        math.log(cosine(357) / (1 - cosine(357))), abs=1e-4
    )
    assert set(figure.labels) == set(NAMES)


@pytest.mark.parametrize("size", [(327, 210), (420, 320), (420, 420), (700, 520), (560, 240), (330, 520)])
@pytest.mark.parametrize("theme", [LIGHT, DARK.scaled(1.4)], ids=["light", "presenting"])
@pytest.mark.parametrize("quantity", [0, 1])
def test_no_word_is_cut_off(panel: SchedulePanel, size, theme, quantity):
    panel.set_theme(theme)
    click(panel.quantity.segments()[quantity])
    panel.resize(*size)
    panel.column.activate()
    for view in panel.views():
        assert panel.rect().contains(view.geometry())
        assert "…" not in svg_texts(view, view.size())
