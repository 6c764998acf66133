"""A picture on a grid of places: what is clicked is what is meant."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt

from explorer.ui.labs.sequences.scene_input import SceneInput
from explorer.ui.theme import LIGHT
from explorer.ui.views.scene_pad import ScenePad
from tests.ui.acting import click


def test_the_picture_is_the_right_way_round(qtbot, draw):
    view = ScenePad(LIGHT)
    qtbot.addWidget(view)
    pixels = np.ones((3, 3, 3), np.float32)
    pixels[0, 2] = (1.0, 0.0, 0.0)
    view.set_picture(pixels)
    image, rect = draw(view, 300, 200), QRectF(0, 0, 300, 200)
    for column in range(3):
        for row in range(3):
            middle = view.place_rect(rect, column, row).center().toPoint()
            wanted = "#ff0000" if (column, row) == (2, 0) else "#ffffff"
            assert image.pixelColor(middle).name() == wanted
    with pytest.raises(ValueError, match="shape"):
        view.set_picture(np.zeros((3, 3)))


def test_every_place_can_be_clicked_and_reached_by_keys(qtbot, show):
    view = ScenePad(LIGHT)
    show(view, 300, 200)
    for column in range(3):
        for row in range(3):
            with qtbot.waitSignal(view.place_clicked) as clicked:
                click(view, view.place_rect(view.area(), column, row).center())
            assert clicked.args == [column, row]
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    with qtbot.waitSignal(view.place_clicked) as clicked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert clicked.args == [1, 1]
    qtbot.mouseMove(view, QPoint(2, 100))
    assert view.place_at(2, 100) is None


@pytest.fixture
def composer(qtbot) -> SceneInput:
    found = SceneInput(LIGHT)
    qtbot.addWidget(found)
    found.resize(420, 180)
    found.show()
    found.set_scene(())
    return found


def put(composer: SceneInput, column: int, row: int) -> None:
    click(composer.pad, composer.pad.place_rect(composer.pad.area(), column, row).center())


def test_a_scene_is_composed_by_clicks_and_taken_apart_again(qtbot, composer):
    with qtbot.waitSignal(composer.scene_chosen) as chosen:
        put(composer, 1, 2)
    assert chosen.args[0] == (("circle", "blue", "large", 1, 2),)
    tiles = composer.palette_view
    click(tiles, tiles.cell_rect(tiles.grid_rect(tiles.area()), 2, 1).center())
    click(composer.size_buttons["small"])
    put(composer, 0, 0)
    assert composer.scene[1] == ("triangle", "green", "small", 0, 0)
    put(composer, 1, 2)
    assert composer.scene == (("triangle", "green", "small", 0, 0),)


def test_a_fourth_object_is_refused_in_words(qtbot, composer):
    for column in range(3):
        put(composer, column, 1)
    before = composer.scene
    with qtbot.waitSignal(composer.refused) as refused:
        put(composer, 0, 0)
    assert "at most 3" in refused.args[0]
    assert composer.scene == before


def test_scenes_at_random_differ_and_are_of_the_grammar(composer):
    from explorer.data import scenes

    drawn = set()
    for _ in range(8):
        click(composer.random_button)
        assert scenes.caption(composer.scene)
        drawn.add(composer.scene)
    assert len(drawn) > 5
