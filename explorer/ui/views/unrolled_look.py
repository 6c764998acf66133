"""What decides how the things in an unrolled network look, and what several of them share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from explorer.core.frames import Array
from explorer.ui.theme import Theme
from explorer.ui.views.images import mapped, to_image
from explorer.ui.views.painting import CENTER, draw_text, named_color, text_height, text_width
from explorer.ui.views.unrolled_layout import Key, Mark
from explorer.ui.views.unrolled_story import Story

_LETTERS = {" ": "␣", "<start>": "▶", "<end>": "■"}
"""How signs are written in tiles that are as wide as a letter."""


@dataclass
class Mosaics:
    """States as small pictures, one square per unit in reading order; kept until the story changes."""

    story: Story
    signed: Array
    _kept: dict[tuple[int, int, int], QImage] = field(default_factory=dict)

    def image(self, step: int, layer: int, aspect: float) -> QImage:
        """The state after a step (-1: before the first) for a box of this width : height."""
        source = self.story.first if step < 0 else self.story.states[step]
        values = source[layer] if layer < len(source) else np.zeros(0)
        if not values.size or not bool(np.isfinite(values).all()):
            return QImage()
        columns = grid_columns(values.size, aspect)
        key = (step, layer, columns)
        if key not in self._kept:
            self._kept[key] = self._made(values, columns)
        return self._kept[key]

    def _made(self, values: Array, columns: int) -> QImage:
        limit, rows = self.story.limit(), math.ceil(values.size / columns)
        cells = np.zeros((rows * columns, 4), np.uint8)
        cells[: values.size, :3] = mapped(values[None], self.signed, -limit, limit)[0]
        cells[: values.size, 3] = 255
        return to_image(cells.reshape(rows, columns, 4))


def grid_columns(n_units: int, aspect: float) -> int:
    """How many squares side by side fill a box of this width : height best."""
    return max(1, min(n_units, round(math.sqrt(max(n_units, 1) * max(aspect, 1e-3)))))


def unit_at(mark: Mark, n_units: int, x: float, y: float, theme: Theme) -> int:
    """The unit whose square lies at a place inside a state's box, -1 beside the squares."""
    inner = mosaic_rect(mark.box, theme)
    if not n_units or not inner.contains(x, y):
        return -1
    columns = grid_columns(n_units, inner.width() / inner.height())
    rows = math.ceil(n_units / columns)
    row = int((y - inner.top()) / inner.height() * rows)
    unit = row * columns + int((x - inner.left()) / inner.width() * columns)
    return unit if unit < n_units else -1


def mosaic_rect(box: QRectF, theme: Theme) -> QRectF:
    """Where the squares lie inside a state's box."""
    inset = min(5.0 * theme.scale, 0.16 * box.width())
    return box.adjusted(inset, inset, -inset, -inset)


@dataclass
class Look:
    """Everything that decides how a mark looks.

    Attributes:
        theme: Colours and fonts.
        story: What is shown.
        mosaics: The states as pictures.
        active: The active step.
        hovered: What is under the pointer.
        strengths: Influence of each input by step, in [0, 1].
        vector: Whether real shapes are wanted.
        tight: Whether words need smaller type.
    """

    theme: Theme
    story: Story
    mosaics: Mosaics
    active: int = 0
    hovered: Key | None = None
    strengths: Mapping[int, float] = field(default_factory=dict)
    vector: bool = False
    tight: bool = False

    @property
    def cell_color(self) -> QColor:
        """The colour of this kind of cell, in every lab."""
        return named_color(self.theme, self.story.cell)

    def class_color(self, index: int) -> QColor:
        """The colour of a class of the answer."""
        return named_color(self.theme, class_key(index, len(self.story.classes)))


def class_key(index: int, n_classes: int) -> str:
    """The name of a class's colour: vermilion and blue for two classes, else the palette of classes."""
    return f"class {(3, 0)[index] if n_classes == 2 else index}"


def draw_tile(painter: QPainter, look: Look, mark: Mark, ground: QColor, *, dashed: bool = False) -> None:
    """Draw the rounded ground of a word, outlined by whether it is active."""
    painter.setPen(edge_of(look, mark, dashed=dashed))
    painter.setBrush(ground)
    radius = min(6.0 * look.theme.scale, mark.box.height() / 3)
    painter.drawRoundedRect(mark.box, radius, radius)


def edge_of(look: Look, mark: Mark, *, dashed: bool = False, quiet: QColor | None = None) -> QPen:
    """The outline of what is active, hovered, or neither."""
    theme = look.theme
    if mark.step == look.active:
        pen = QPen(theme.accent, 2.0 * theme.scale)
    elif mark.key == look.hovered:
        pen = QPen(theme.ink, 1.5 * theme.scale)
    else:
        pen = QPen(quiet or theme.border, 1.25 * theme.scale)
        if dashed:
            pen.setColor(theme.faint)
    if dashed:
        pen.setDashPattern([3.0, 2.2])
    return pen


def draw_tile_text(
    painter: QPainter, look: Look, box: QRectF, text: str, color: QColor, *, strong: bool = True
) -> None:
    """A word in a tile: smaller where some word needs that, then cut with an ellipsis; never below 9 pt."""
    font = look.theme.font("strong" if strong and not look.tight else "secondary")
    room = box.adjusted(2, 0, -2, 0)
    if text in _LETTERS and (look.story.noun == "characters" or text_width(font, text) > room.width()):
        text = _LETTERS[text]
    if text_height(font) * 0.7 <= box.height():
        draw_text(painter, room, text, font, color, CENTER)


def is_tight(theme: Theme, story: Story, marks: Iterable[Mark]) -> bool:
    """Whether some visible word is too wide for its tile in the type that is wanted."""
    font = theme.font("strong")
    return any(
        mark.kind == "input" and text_width(font, story.inputs[mark.step].text) > mark.box.width() - 6
        for mark in marks
        if mark.step < story.n_steps and story.inputs[mark.step].kind in ("word", "unknown", "fed")
    )
