"""Where a picture is composed of coloured shapes."""

from __future__ import annotations

import random

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QPushButton, QWidget

from explorer.core.frames import Array
from explorer.data import scenes
from explorer.specs.sequences import EXAMPLE_SCENE, SceneObject
from explorer.ui.theme import Theme
from explorer.ui.views.scene_pad import ScenePad
from explorer.ui.views.tiles import TilesView

_SHOWN_SIDE, _PIECE_SIDE = 96, 72
_PALETTE_PX = 88
"""Width of the palette at least: no task makes the right column wider than the others do, at any size of the window."""


class SceneInput(QWidget):
    """A grid of places to put objects on, a palette of objects, and a button for a scene drawn at random.

    Signals:
        scene_chosen: The objects, a tuple of (shape, colour, size, column, row).
        refused: A sentence: why nothing was put.
    """

    scene_chosen = Signal(object)
    refused = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rng = random.Random(0)
        self._scene: tuple[SceneObject, ...] = ()
        self.pad = ScenePad(theme, scenes.PLACES)
        self.pad.setAccessibleName("Scene; Enter puts an object on a place or takes it away")
        self.pad.place_clicked.connect(self._on_place_clicked)
        self.palette_view = TilesView(theme, gap_px=2.0)
        self.palette_view.setAccessibleName("Object to put")
        self.palette_view.set_tiles(_pieces(), "rgb", (0.0, 1.0))
        self.palette_view.set_selected((0, 2))
        self.palette_view.setMinimumWidth(_PALETTE_PX)
        self.palette_view.cell_clicked.connect(self._on_piece_clicked)
        self.size_buttons = {size: _chip(size.capitalize(), f"Put {size} objects") for size in ("large", "small")}
        sizes = QButtonGroup(self)
        for button in self.size_buttons.values():
            button.setCheckable(True)
            sizes.addButton(button)
        self.size_buttons["large"].setChecked(True)
        self.random_button = _chip("Random", "A scene of one to three objects drawn at random")
        self.random_button.clicked.connect(self.draw_at_random)
        self._lay_out()
        self.set_scene(EXAMPLE_SCENE)

    @property
    def scene(self) -> tuple[SceneObject, ...]:
        """The objects now."""
        return self._scene

    def set_scene(self, scene: tuple[SceneObject, ...]) -> None:
        """Show a scene; says nothing."""
        self._scene = scene
        self.pad.set_picture(scenes.render(scene, _SHOWN_SIDE), [(x, y) for *_, x, y in scene])

    def draw_at_random(self) -> None:
        """One of the grammar's own scenes."""
        drawn = scenes.draw(np.random.default_rng(self._rng.randrange(2**31)), 1)[0]
        self._take(drawn.objects)

    def _take(self, scene: tuple[SceneObject, ...]) -> None:
        self.set_scene(scene)
        self.scene_chosen.emit(scene)

    def _on_place_clicked(self, column: int, row: int) -> None:
        others = tuple(one for one in self._scene if one[3:] != (column, row))
        if len(others) < len(self._scene):
            self._take(others)
        elif len(others) >= scenes.MOST_OBJECTS:
            self.refused.emit(f"A scene has at most {scenes.MOST_OBJECTS} objects; click one to take it away.")
        else:
            shape, colour = self._piece()
            size = next(name for name, button in self.size_buttons.items() if button.isChecked())
            self._take((*others, (shape, colour, size, column, row)))

    def _piece(self) -> tuple[str, str]:
        row, column = self.palette_view.selected or (0, 0)
        return scenes.SHAPES[row], scenes.COLOURS[column]

    def _on_piece_clicked(self, row: int, column: int) -> None:
        self.palette_view.set_selected((row, column))
        shape, colour = self._piece()
        self.palette_view.setToolTip(f"{colour} {shape}")

    def _lay_out(self) -> None:
        side = QGridLayout()
        side.setSpacing(2)
        for column, button in enumerate(self.size_buttons.values()):
            side.addWidget(button, 0, column)
        side.addWidget(self.random_button, 1, 0, 1, 2)
        side.setRowStretch(2, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.pad, 3)
        row.addWidget(self.palette_view, 4)
        row.addLayout(side)


def _chip(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("kind", "chip")
    button.setToolTip(tip)
    return button


def _pieces() -> Array:
    """Every shape in every colour, (shapes, colours, H, W, 3) float32 in [0, 1]."""
    third = _PIECE_SIDE // scenes.PLACES
    whole = [
        [scenes.render([(shape, colour, "large", 1, 1)], _PIECE_SIDE) for colour in scenes.COLOURS]
        for shape in scenes.SHAPES
    ]
    return np.array(whole)[:, :, third : 2 * third, third : 2 * third]
