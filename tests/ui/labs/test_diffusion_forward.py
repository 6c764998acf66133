"""Adding noise and the schedule: every number shown is checked, everything can be moved by mouse and keys."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from explorer.core.figures import Provenance
from explorer.data.digits import load_digits
from explorer.specs.diffusion import SPEC, DiffusionParams
from explorer.ui.labs.diffusion.forward_panel import ForwardPanel
from explorer.ui.panel import Panel
from explorer.ui.theme import DARK, LIGHT, Theme
from tests.ui.acting import click, drag
from tests.ui.views.drawn import svg_texts

ALPHA = "α\N{COMBINING MACRON}"
SIZES = [(327, 210), (420, 420), (700, 520), (420, 310), (560, 240), (330, 520), (980, 700)]


def where(panel: str) -> Provenance:
    return Provenance("Diffusion", panel, "", 1, 0, "0")


def shown_panel(qtbot: QtBot, panel: Panel, size: tuple[int, int] = (420, 420)) -> None:
    for widget in (panel, *panel.controls):
        qtbot.addWidget(widget)
    panel.resize(*size)
    with qtbot.waitExposed(panel):
        panel.show()


@pytest.fixture
def digit() -> np.ndarray:
    return np.array(load_digits().train_images[3])


@pytest.fixture
def panel(qtbot: QtBot, digit: np.ndarray) -> ForwardPanel:
    made = ForwardPanel(SPEC.panel("forward"), LIGHT, where)
    made.set_picture(digit, "a digit of the data")
    shown_panel(qtbot, made)
    return made


def linear(t: int) -> float:
    left = 1.0
    for k in range(t):
        left *= 1.0 - (1e-4 + (0.02 - 1e-4) * k / 999)
    return left


def cosine(t: int) -> float:
    f = [math.cos((s / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2 for s in (0, t)]
    return f[1] / f[0]


def numbers_of(panel: ForwardPanel) -> str:
    return "".join(text for line in panel.numbers._numbers for text, _ in line)


# ------------------------------------------------------------------------------------------------------- the mixture


@pytest.mark.parametrize(("schedule", "signal"), [("linear", linear), ("cosine", cosine)])
@pytest.mark.parametrize("t", [0, 1, 300, 1000])
def test_x_t_is_the_mixture_of_picture_and_noise(panel: ForwardPanel, digit: np.ndarray, schedule, signal, t):
    panel.set_run(DiffusionParams(schedule=schedule))
    panel.set_time(t)
    found = panel.figure_data().arrays
    assert int(found["t"]) == t
    assert float(found["alpha_bar"]) == pytest.approx(signal(t), abs=2e-5)
    np.testing.assert_allclose(found["x0"], 2 * digit - 1, atol=1e-6)
    expected = math.sqrt(signal(t)) * (2 * digit - 1) + math.sqrt(1 - signal(t)) * found["eps"]
    np.testing.assert_allclose(found["x_t"], expected, atol=5e-3 if t == 1000 else 1e-3)


def test_the_numbers_of_the_formula_are_those_of_the_schedule(panel: ForwardPanel):
    panel.set_run(DiffusionParams(schedule="linear"))
    panel.set_time(300)
    kept, added = math.sqrt(linear(300)), math.sqrt(1 - linear(300))
    assert numbers_of(panel) == f"xₜ = {kept:.2f} x₀ + {added:.2f} ε     {ALPHA}ₜ = {linear(300):.3f}"
    panel.set_time(0)
    assert numbers_of(panel).startswith("xₜ = 1.00 x₀ + 0.00 ε")


def test_pictures_show_the_numbers_that_are_exported(panel: ForwardPanel):
    found = panel.figure_data().arrays
    np.testing.assert_array_equal(panel.noise._values, found["eps"])
    np.testing.assert_array_equal(panel.noisy._values, found["x_t"])
    assert panel.histogram.words[0].endswith(f"mean −{abs(found['x_t'].mean()):.2f}, variance {found['x_t'].var():.2f}")
    table = panel.figure_data().table
    assert len(table["x_t"]) == len(table["row"]) == 28 * 28


def test_at_last_the_pixels_are_those_of_a_standard_normal(panel: ForwardPanel):
    panel.set_time(1000)
    x = panel.figure_data().arrays["x_t"]
    assert abs(x.mean()) < 4 / 28
    assert x.var() == pytest.approx(1.0, abs=0.2)


def test_a_pixel_under_the_pointer_is_worked_out(qtbot: QtBot, panel: ForwardPanel):
    found = panel.figure_data().arrays
    rect = panel.noisy.picture_rect(panel.noisy.area())
    at = QPointF(rect.left() + 12.5 / 28 * rect.width(), rect.top() + 9.5 / 28 * rect.height())
    qtbot.mouseMove(panel.noisy, at.toPoint())
    x, eps, x0 = (float(found[name][9, 12]) for name in ("x_t", "eps", "x0"))
    kept, added = math.sqrt(cosine(300)), math.sqrt(1 - cosine(300))
    said = f"{x:.2f} = {kept:.2f} · {x0:.2f} + {added:.2f} · {eps:.2f}".replace("-", "−")
    assert numbers_of(panel).startswith(said)
    qtbot.mouseMove(panel.noisy, QPoint(1, 1))
    assert numbers_of(panel).startswith("xₜ = ")


# ------------------------------------------------------------------------------------------------------- time


def test_keys_move_the_time(qtbot: QtBot, panel: ForwardPanel):
    told: list[int] = []
    panel.time_changed.connect(told.append)
    for key in ("Right", "Up", "Left", "PageUp", "PageDown", "PageDown", "End", "Right", "Home", "Left"):
        qtbot.keyClick(panel.time.track, getattr(Qt.Key, f"Key_{key}"))
    assert told == [301, 302, 301, 351, 301, 251, 1000, 0]
    assert int(panel.figure_data().arrays["t"]) == 0


def test_the_slider_is_dragged_and_a_time_typed(qtbot: QtBot, panel: ForwardPanel):
    told: list[int] = []
    panel.time_changed.connect(told.append)
    track = panel.time.track
    drag(track, *(QPointF(track.x_of(share), track.height() / 2) for share in (0.3, 0.5, 0.75)))
    assert told[-1] == pytest.approx(750, abs=4)
    panel.time.box.selectAll()
    qtbot.keyClicks(panel.time.box, "42")
    qtbot.keyClick(panel.time.box, Qt.Key.Key_Return)
    assert told[-1] == 42
    assert track.fraction == pytest.approx(0.042)


def test_a_time_that_is_none_is_refused_with_a_sentence(qtbot: QtBot, panel: ForwardPanel):
    panel.time.box.selectAll()
    qtbot.keyClicks(panel.time.box, "1001")
    with qtbot.waitSignal(panel.notice) as said:
        qtbot.keyClick(panel.time.box, Qt.Key.Key_Return)
    assert said.args == ["Choose a number from 0 to 1,000. Kept 300."]
    assert int(panel.figure_data().arrays["t"]) == 300


def test_what_the_lab_sets_is_no_news(qtbot: QtBot, panel: ForwardPanel):
    with qtbot.assertNotEmitted(panel.time_changed):
        panel.set_time(500)
        panel.set_run(DiffusionParams(schedule="sigmoid"))
    assert panel.time.box.text() == "500"


# ------------------------------------------------------------------------------------------------------- noise


def test_kept_noise_is_the_same_at_every_time_until_new_is_wanted(panel: ForwardPanel):
    first = panel.figure_data().arrays["eps"]
    panel.set_time(700)
    np.testing.assert_array_equal(panel.figure_data().arrays["eps"], first)
    click(panel.new_noise)
    second = panel.figure_data().arrays["eps"]
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.15


def test_fresh_noise_is_another_at_each_time_and_comes_back(panel: ForwardPanel):
    click(panel.noises.segments()[1])
    at: dict[int, np.ndarray] = {}
    for t in (300, 301, 302, 300):
        panel.set_time(t)
        eps = panel.figure_data().arrays["eps"]
        np.testing.assert_array_equal(at.setdefault(t, eps), eps)
    assert abs(np.corrcoef(at[300].ravel(), at[301].ravel())[0, 1]) < 0.15
    assert abs(np.corrcoef(at[301].ravel(), at[302].ravel())[0, 1]) < 0.15


def test_two_panels_begin_with_the_same_noise(qtbot: QtBot, panel: ForwardPanel):
    other = ForwardPanel(SPEC.panel("forward"), DARK, where)
    for widget in (other, *other.controls):
        qtbot.addWidget(widget)
    np.testing.assert_array_equal(other.figure_data().arrays["eps"], panel.figure_data().arrays["eps"])


# ------------------------------------------------------------------------------------------------------- pictures


def test_a_digit_is_wanted_when_there_is_none_and_when_the_button_is_pressed(qtbot: QtBot):
    panel = ForwardPanel(SPEC.panel("forward"), LIGHT, where)
    assert panel.is_empty
    wanted: list[bool] = []
    panel.picture_wanted.connect(lambda: wanted.append(True))
    shown_panel(qtbot, panel)
    assert len(wanted) == 1
    click(panel.random_digit)
    assert len(wanted) == 2


def test_a_drawing_is_x_0(panel: ForwardPanel, qtbot: QtBot):
    qtbot.keyClick(panel.pad, Qt.Key.Key_Delete)
    assert (panel.figure_data().arrays["x0"] == -1).all()
    sheet = panel.pad.sheet_rect(panel.pad.area())
    line = [sheet.topLeft() + QPointF(0.5 * sheet.width(), share * sheet.height()) for share in (0.2, 0.5, 0.8)]
    drag(panel.pad, *line)
    x0 = panel.figure_data().arrays["x0"]
    assert x0[14, 13:15].max() > 0.9
    assert (x0[:, :8] == -1).all()
    drawing = panel.pad.drawing
    assert x0[10, 14] == pytest.approx(2 * drawing[40:44, 56:60].mean() - 1, abs=1e-6)
    assert panel.subtitle == "a digit of your own"


def test_the_first_stroke_takes_a_new_sheet(panel: ForwardPanel):
    sheet = panel.pad.sheet_rect(panel.pad.area())
    drag(panel.pad, *(sheet.topLeft() + QPointF(4, share * sheet.height()) for share in (0.2, 0.4)))
    assert (panel.figure_data().arrays["x0"][:, 8:] == -1).all()


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    pixels = np.full((90, 60), 255, np.uint8)
    pixels[20:70, 25:35] = 0
    Image.fromarray(pixels).save(tmp_path / "one.png")
    return tmp_path / "one.png"


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, picture_file: Path) -> list[str]:
    names = [str(picture_file)]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (names[-1], ""))
    return names


def test_a_file_is_loaded_and_brought_to_the_form_of_the_digits(panel: ForwardPanel, chosen: list[str]):
    click(panel.load_file)
    x0 = panel.figure_data().arrays["x0"]
    ink = np.argwhere(x0 > 0)
    assert np.ptp(ink[:, 0]) + 1 == 20
    assert panel.subtitle.startswith("loaded, 60 × 90 pixels: light and dark exchanged")
    before = x0
    chosen.append("")
    click(panel.load_file)
    np.testing.assert_array_equal(panel.figure_data().arrays["x0"], before)


def test_a_bad_file_is_explained_and_changes_nothing(qtbot: QtBot, panel: ForwardPanel, chosen: list[str], tmp_path):
    bad = tmp_path / "notes.png"
    bad.write_text("no picture at all")
    chosen.append(str(bad))
    before = panel.figure_data().arrays["x0"]
    with qtbot.waitSignal(panel.notice) as said:
        click(panel.load_file)
    assert said.args == ["“notes.png” is no readable picture: choose a whole PNG or JPEG file."]
    np.testing.assert_array_equal(panel.figure_data().arrays["x0"], before)


def test_a_file_is_dropped_on_the_sheet(panel: ForwardPanel, picture_file: Path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture_file))])
    none = Qt.KeyboardModifier.NoModifier
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(panel.pad, QDragEnterEvent(QPoint(40, 40), action, data, button, none))
    QApplication.sendEvent(panel.pad, QDropEvent(QPointF(40, 40), action, data, button, none))
    assert panel.subtitle.startswith("loaded, 60 × 90 pixels")


# ------------------------------------------------------------------------------------------------------- room


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", [LIGHT, DARK.scaled(1.4)], ids=["light", "presenting"])
def test_parts_stay_inside_and_apart_and_x_t_is_always_there(qtbot: QtBot, panel: ForwardPanel, theme: Theme, size):
    panel.set_theme(theme)
    panel.resize(*size)
    qtbot.waitUntil(lambda: panel.size().toTuple() == size)
    panel.column.activate()
    assert panel.size().toTuple() == size
    parts = [panel.pad, panel.noise, panel.noisy, panel.numbers, panel.histogram, panel.time, panel._buttons]
    seen = [part for part in parts if part.isVisible()]
    assert {panel.noisy, panel.time, panel.histogram, panel.numbers} <= set(seen)
    places = [part.geometry() for part in seen]
    for i, place in enumerate(places):
        assert panel.rect().contains(place)
        assert not any(place.intersects(other) for other in places[i + 1 :])
    for view in panel.views():
        assert "…" not in svg_texts(view, view.size())
    if panel.pad.isVisible():
        assert panel.noisy.width() > panel.pad.width()
    assert panel.noisy.picture_rect(panel.noisy.area()).width() >= 60


def test_in_the_smallest_panel_the_other_pictures_give_way_and_come_back(panel: ForwardPanel):
    panel.resize(327, 210)
    assert not panel.pad.isVisible()
    assert not panel.noise.isVisible()
    assert panel.new_noise.isVisible()
    panel.resize(420, 420)
    assert panel.pad.isVisible()
    assert panel.noise.isVisible()


def test_in_the_smallest_panel_a_sheet_to_draw_on_takes_the_place_of_the_histogram(panel: ForwardPanel, digit):
    panel.resize(327, 210)
    click(panel.draw)
    assert panel.pad.isVisible()
    assert not panel.histogram.isVisible()
    assert panel.pad.hasFocus()
    assert (panel.figure_data().arrays["x0"] == -1).all()
    centre = QPointF(panel.pad.rect().center())
    drag(panel.pad, centre, centre + QPointF(8, 8))
    assert (panel.figure_data().arrays["x0"] > 0).any()
    panel.set_picture(digit)
    assert not panel.pad.isVisible()
    assert panel.histogram.isVisible()


def test_a_panel_that_was_never_shown_can_be_exported(qtbot: QtBot, digit: np.ndarray):
    panel = ForwardPanel(SPEC.panel("forward"), LIGHT, where)
    for widget in (panel, *panel.controls):
        qtbot.addWidget(widget)
    panel.set_picture(digit)
    image = QImage(840, 840, QImage.Format.Format_RGB32)
    image.fill(LIGHT.card)
    painter = QPainter(image)
    panel.paint(painter, QRectF(0, 0, 840, 840), vector=True)
    painter.end()
    assert panel.views() == [panel.pad, panel.noise, panel.noisy, panel.numbers, panel.histogram]
    assert all(label in svg_texts(panel.histogram, panel.histogram.size()) for label in panel.figure_data().labels)
    paper = [image.pixelColor(x, y) for x, y in ((2, 838), (838, 2))]
    assert paper == [LIGHT.card, LIGHT.card]
