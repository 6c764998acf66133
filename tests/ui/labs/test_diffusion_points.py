"""The lab of points: one time everywhere, shapes and drawings, sessions; the panel to draw in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from explorer.core.errors import UserError
from explorer.core.frames import Frame
from explorer.core.mailbox import Mail
from explorer.core.run import RunSnapshot, RunStatus
from explorer.data.point_sets import decode, encode, point_set
from explorer.specs.diffusion_points import FEWEST_DRAWN, SPEC, Field, Follow, PointParams, PointSampling, Travel
from explorer.ui.labs.diffusion_points import DiffusionPointsLab
from explorer.ui.labs.diffusion_points.distribution_panel import DistributionPanel
from explorer.ui.labs.diffusion_points.panels import CHECK_NAMES, make_panel
from explorer.ui.theme import LIGHT
from tests.ui.acting import click, drag, until
from tests.ui.labs.diffusion_points_answers import answered, film_of, where

PANELS = [panel.id for panel in SPEC.panels]


def mail_of(params: PointParams, step: int = 300, stored: str = "", **status: Any) -> Mail:
    """What a run at a step says of itself."""
    now = RunStatus(**({"head": step, "cursor": step} | status))
    frames = {
        "cloud": Frame("cloud", step, film_of(PointSampling())[1]),
        "levels": Frame("levels", step, np.linspace(1, 0.02, 20).astype(np.float32)),
    }
    steps = np.arange(1, step + 1)
    series = dict.fromkeys(("loss", "test_loss", "gradient_norm", "energy_ratio"), (steps, 1 / steps))
    return Mail(RunSnapshot(params, 7, now, series, (), stored), now, frames, (), 0)


@pytest.fixture
def lab(qtbot: QtBot) -> Iterator[DiffusionPointsLab]:
    lab = DiffusionPointsLab(SPEC, LIGHT)
    lab.receive(mail_of(PointParams()))
    yield lab
    lab.close()


@pytest.fixture
def panels(qtbot: QtBot, lab: DiffusionPointsLab) -> dict[str, Any]:
    found: dict[str, Any] = {panel_id: lab.panel(panel_id) for panel_id in PANELS}
    for panel in found.values():
        for widget in (panel, *panel.controls):
            qtbot.addWidget(widget)
    return found


def test_every_panel_shows_the_run_and_gives_its_numbers(panels: dict[str, Any]):
    for panel in panels.values():
        assert panel.figure_data().table or panel.spec.id == "checks"
    assert panels["plane"].state.film.sampling.steps == 20
    assert len(CHECK_NAMES) == 5


def test_there_is_no_other_panel(lab: DiffusionPointsLab):
    with pytest.raises(UserError, match="no panel called"):
        make_panel(lab, "map")


def test_one_time_in_the_plane_and_in_the_schedule(lab: DiffusionPointsLab, panels: dict[str, Any]):
    panels["schedule"].time_changed.emit(700)
    assert panels["plane"].state.time == 700
    panels["plane"].go_to_edge(True)
    assert panels["schedule"]._time == 0
    assert lab.time == 0


def test_answers_reach_the_plane_and_late_ones_do_not(lab: DiffusionPointsLab, panels: dict[str, Any]):
    asked: list[Any] = []
    lab.asked.connect(asked.append)
    lab.device = "CPU"
    lab.model_ready()
    kinds = {type(question) for question in asked}
    assert {Travel, Field} <= kinds
    newest = next(q for q in reversed(asked) if isinstance(q, Field))
    lab.receive_answer(answered(newest))
    assert panels["plane"].state.field.request == newest
    lab.receive_answer(answered(Field(100, generation=newest.generation)))
    assert panels["plane"].state.field.request == newest
    lab.ask(Follow((0.1, 0.2), 240))
    assert asked[-1].generation == 1


def test_while_training_the_score_is_asked_for_between_two_films(lab: DiffusionPointsLab, panels: dict[str, Any]):
    lab.device = "CPU"
    lab.model_ready()
    asked: list[Any] = []
    lab.asked.connect(asked.append)
    moving = RunStatus(playing=True, head=310, cursor=310)
    lab.receive(Mail(None, moving, {}, (), 0))
    assert [type(question) for question in asked] == [Field]


def test_a_shape_with_a_stored_run_is_opened_and_any_other_begins_a_new_one(
    lab: DiffusionPointsLab, panels: dict[str, Any], qtbot: QtBot
):
    lab.receive(mail_of(PointParams(), stored="Moons"))
    with qtbot.waitSignal(lab.stored_wished) as stored:
        lab.learn_shape("spiral")
    assert SPEC.stored[stored.args[0]].stem == "diffusion_points-spiral"
    with qtbot.waitSignal(lab.params_wished) as wished:
        lab.learn_shape("rings")
    assert (wished.args[0].shape, wished.args[2]) == ("rings", True)
    presets = panels["distribution"].presets
    assert presets._tips[2] == "Spiral: open the trained run"
    lab.receive(mail_of(PointParams(shape="rings"), stored=""))  # a run of one's own stays one's own
    assert presets._tips[2] == "Spiral: begin a new run"
    with qtbot.waitSignal(lab.params_wished) as wished:
        lab.learn_shape("spiral")
    assert wished.args[0].shape == "spiral"
    lab.receive(mail_of(PointParams(shape="rings"), step=0))
    assert presets._tips[2] == "Spiral: open the trained run"
    with qtbot.waitSignal(lab.stored_wished):
        lab.learn_shape("spiral")


def test_the_face_is_what_is_learned_while_nothing_is_drawn(lab: DiffusionPointsLab, qtbot: QtBot):
    lab.receive(mail_of(PointParams(shape="drawn", drawn=encode(point_set("rings").train[:50]))))
    with qtbot.waitSignal(lab.params_wished) as wished:
        lab.learn_shape("drawn")
    assert (wished.args[0].shape, wished.args[0].drawn) == ("drawn", "")


def test_the_distance_of_data_from_data_is_drawn_beside_that_of_the_points(panels: dict[str, Any]):
    curves = panels["curves"]
    curves.mode.set_value("closeness")
    curves.mode.chosen.emit("closeness")
    floor = next(s for s in curves._run_series(curves._modes["closeness"]) if s.name == "floor")
    np.testing.assert_array_equal(floor.x, [1, 300])
    np.testing.assert_array_equal(floor.y, [1, 1])
    assert [s.name for s in curves._run_series(curves._modes["loss"])] == ["loss", "test_loss"]


def test_a_drawing_begins_a_new_run(lab: DiffusionPointsLab, panels: dict[str, Any], qtbot: QtBot):
    panel = panels["distribution"]
    panel.set_points(np.tile([[1.0, 0.5]], (FEWEST_DRAWN, 1)))
    with qtbot.waitSignal(lab.params_wished) as wished:
        click(panel.train)
    params = wished.args[0]
    assert params.shape == "drawn"
    np.testing.assert_allclose(decode(params.drawn), panel.points, atol=1e-3)


def test_a_view_is_restored_and_nonsense_ignored(lab: DiffusionPointsLab, panels: dict[str, Any]):
    view: dict[str, float | str | list[float]] = {
        "time": 640.0, "sampler": "heun", "steps": 30.0, "eta": 0.0, "n": 1000.0, "seed": 5.0, "density": "exact",
        "arrows": 0.0,
    }  # fmt: skip
    lab.restore_view(view)
    plane = panels["plane"]
    assert (plane.state.time, plane.settings.map.value, plane.settings.arrows.isChecked()) == (640, "exact", False)
    assert plane.settings.sampling == PointSampling("heun", 30, 0.0, 5, 1000)
    assert lab.view() == view
    lab.restore_view(
        {"time": math.nan, "sampler": "euler", "steps": -3.0, "n": "many", "seed": 1e99, "density": "x", "arrows": "no"}
    )
    assert lab.view() == view


def test_what_a_person_chooses_in_the_plane_is_part_of_the_view(lab: DiffusionPointsLab, panels: dict[str, Any]):
    settings = panels["plane"].settings
    settings.map.set_value("learned")
    settings.map.chosen.emit("learned")
    click(settings.arrows)
    settings.sampler.chosen.emit("ddpm")
    assert (lab.view()["density"], lab.view()["arrows"], lab.view()["sampler"]) == ("learned", 0.0, "ddpm")
    twin = DiffusionPointsLab(SPEC, LIGHT)
    twin.restore_view(lab.view())
    assert twin.view() == lab.view()
    twin.close()


# ------------------------------------------------------------------------------------------------- distribution


@pytest.fixture
def panel(qtbot: QtBot) -> DistributionPanel:
    made = DistributionPanel(SPEC.panel("distribution"), LIGHT, where)
    for widget in (made, *made.controls):
        qtbot.addWidget(widget)
    made.resize(420, 460)
    with qtbot.waitExposed(made):
        made.show()
    return made


def at(widget: QWidget, x: float, y: float) -> QPointF:
    return QPointF(*widget.axes(widget.area()).point(x, y))  # type: ignore[attr-defined]


def test_dragging_sprays_and_the_right_button_wipes_away(panel: DistributionPanel):
    pad = panel.pad
    drag(pad, *(at(pad, x, 1.0) for x in (-1.0, -0.5, 0.0, 0.5, 1.0)))
    sprayed = panel.points
    assert len(sprayed) >= 24
    assert abs(sprayed[:, 1].mean() - 1.0) < 0.2
    drag(pad, at(pad, 1.0, 1.0), at(pad, 1.0, 1.0), button=Qt.MouseButton.RightButton)
    left = panel.points
    assert 0 < len(left) < len(sprayed)
    assert np.hypot(*(left - [1.0, 1.0]).T).min() > 0.35


def test_strokes_are_undone_and_done_again(panel: DistributionPanel):
    pad = panel.pad
    drag(pad, at(pad, 0.0, 0.0), at(pad, 0.2, 0.0))
    one = panel.points
    drag(pad, at(pad, 1.0, 0.0), at(pad, 1.2, 0.0))
    two = panel.points
    click(panel.undo)
    np.testing.assert_array_equal(panel.points, one)
    click(panel.redo)
    np.testing.assert_array_equal(panel.points, two)
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Delete)
    assert not len(panel.points)
    click(panel.undo)
    np.testing.assert_array_equal(panel.points, two)


def test_a_held_button_goes_on_spraying(panel: DistributionPanel, qtbot: QtBot):
    QTest.mousePress(panel.pad, Qt.MouseButton.LeftButton, pos=at(panel.pad, 0.0, 0.0).toPoint())
    until(qtbot, lambda: len(panel.points) > 40)
    QTest.mouseRelease(panel.pad, Qt.MouseButton.LeftButton, pos=at(panel.pad, 0.0, 0.0).toPoint())
    assert panel.train.isEnabled()


def test_too_few_points_cannot_be_trained_on_and_it_says_so(panel: DistributionPanel):
    assert not panel.train.isEnabled()
    panel.set_points(np.zeros((FEWEST_DRAWN - 1, 2)))
    assert panel.count.text() == "39 of at least 40 points"
    assert not panel.train.isEnabled()
    panel.set_points(np.zeros((9000, 2)))
    assert len(panel.points) == 4000
    assert panel.count.text() == "4,000 points: it takes no more"


def test_what_the_run_learns_is_shown(panel: DistributionPanel):
    drawn = encode(point_set("spiral").train[:100])
    panel.set_run(PointParams(shape="drawn", drawn=drawn))
    assert encode(panel.points) == drawn
    assert panel.count.text() == "100 points, which the run learns"
    assert not panel.train.isEnabled()


def test_a_ready_made_shape_is_clicked(panel: DistributionPanel, qtbot: QtBot):
    with qtbot.waitSignal(panel.shape_wished) as wished:
        click(panel.presets, panel.presets.places(panel.presets.area())[2].center())
    assert wished.args == ["spiral"]


def test_a_ready_made_shape_is_chosen_by_keyboard(panel: DistributionPanel, qtbot: QtBot):
    panel.presets.setFocus()
    QTest.keyClick(panel.presets, Qt.Key.Key_Right)  # from the moons, which are learned
    with qtbot.waitSignal(panel.shape_wished) as wished:
        QTest.keyClick(panel.presets, Qt.Key.Key_Return)
    assert wished.args == ["rings"]


def test_a_drawing_can_start_from_what_the_run_learns(panel: DistributionPanel):
    click(panel.take)
    np.testing.assert_array_equal(panel.points, point_set("moons").train)
    click(panel.undo)
    assert not len(panel.points)


def test_points_are_strewn_over_a_picture(panel: DistributionPanel, tmp_path: Path):
    """A tall black bar on white paper: its points are as tall and as thin, and dark at the right place."""
    pixels = np.full((200, 300), 255, np.uint8)
    pixels[20:180, 100:140] = 0
    Image.fromarray(pixels).save(tmp_path / "bar.png")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "bar.png"))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(panel.pad, QDragEnterEvent(QPoint(40, 40), *how))
    QApplication.sendEvent(panel.pad, QDropEvent(QPointF(40, 40), *how))
    assert np.abs(panel.points).max(axis=0) == pytest.approx([0.6, 2.4], abs=0.05)
    assert panel.train.isEnabled()
    click(panel.undo)
    assert not len(panel.points)


def test_a_file_that_is_no_picture_is_explained_and_changes_nothing(
    panel: DistributionPanel, qtbot: QtBot, tmp_path: Path
):
    panel.set_points(np.zeros((50, 2)))
    bad = tmp_path / "notes.png"
    bad.write_text("no picture at all")
    with qtbot.waitSignal(panel.notice) as told:
        panel.strew(str(bad))
    assert "no readable picture" in told.args[0]
    Image.new("L", (40, 40), 255).save(tmp_path / "blank.png")
    with qtbot.waitSignal(panel.notice) as told:
        panel.strew(str(tmp_path / "blank.png"))
    assert "blank" in told.args[0]
    assert len(panel.points) == 50


def test_the_brush_is_led_by_keyboard(panel: DistributionPanel):
    pad = panel.pad
    pad.setFocus()
    QTest.keyClick(pad, Qt.Key.Key_Space)  # the brush is nowhere yet
    assert not len(panel.points)
    for key in (*[Qt.Key.Key_Right] * 10, Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Space):
        QTest.keyClick(pad, key)
    assert 6 < len(panel.points) <= 12
    assert np.abs(panel.points.mean(axis=0) - [1.0, 0.1]).max() < 0.3
    for _ in range(2):
        QTest.keyClick(pad, Qt.Key.Key_Backspace)
    assert len(panel.points) < 6
    click(panel.undo)
    click(panel.undo)
    assert 0 < len(panel.points) <= 12


def test_the_pad_is_large_enough_to_draw_on(panel: DistributionPanel):
    """In the dock of a window of 1280 x 720 the square is most of the panel."""
    panel.resize(332, 370)
    assert panel.pad.axes(panel.pad.area()).width >= 180
