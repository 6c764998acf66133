"""Pictures of coloured shapes, each with the one caption that is right.

A scene is some objects on a grid of 3 x 3 places. Its caption names them from left to right (within a column from the
top) and says how the first one lies to each of the others: the vertical relation where it is at least as far as the
horizontal one, otherwise ``left of``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from explorer.data.dice import Dice, draw_split
from explorer.data.vocabulary import Vocabulary

SceneObject = tuple[str, str, str, int, int]
"""Shape, colour, size, column and row; places count from 0 at the upper left."""

SHAPES: Final = ("circle", "square", "triangle")
COLOURS: Final = ("red", "green", "blue", "yellow", "purple")
SIZES: Final = ("small", "large")
PLACES: Final = 3
"""Columns, and rows, of the grid."""
MOST_OBJECTS: Final = 3
"""Objects of a scene in training; a longer one has one more."""

_OBJECTS_DRAWN: Final = (1, 2, 2, 3, 3)
_FINER: Final = 8
_GROUND: Final = 0.96


@dataclass(frozen=True)
class Scene:
    """A picture and what it shows.

    Attributes:
        objects: In the order of the caption, no two at one place.
        caption: Its words.
    """

    objects: tuple[SceneObject, ...]
    caption: tuple[str, ...]


VOCABULARY: Final = Vocabulary.of(("a", "and", "left", "of", "above", "below", *SHAPES, *COLOURS, *SIZES))


def draw(rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> list[Scene]:
    """Random scenes of 1 to 3 objects.

    Args:
        rng: Where chance comes from.
        n: How many.
        held_out: Those that training never gets: about one picture in eight, by a hash of its objects and places.
        longer: Four objects instead, so that the caption is longer than any in training.
    """
    return draw_split(rng, n, lambda dice: _write(dice, longer), lambda scene: repr(scene.objects), held_out)


def caption(objects: Sequence[SceneObject]) -> tuple[str, ...]:
    """The one caption of a picture, whatever the order of its objects; empty for none.

    Raises:
        ValueError: An object is not of the grammar, or two share a place.
    """
    ordered = canonical(objects)
    words: list[str] = []
    for index, one in enumerate(ordered):
        words += ["and"] * (index > 1) + (_relation(ordered[0], one) if index else [])
        words += ["a", one[2], one[1], one[0]]
    return tuple(words)


def canonical(objects: Sequence[SceneObject]) -> tuple[SceneObject, ...]:
    """The objects from left to right, within a column from the top.

    Raises:
        ValueError: An object is not of the grammar, or two share a place.
    """
    for shape, colour, size, column, row in objects:
        inside = column in range(PLACES) and row in range(PLACES)
        if shape not in SHAPES or colour not in COLOURS or size not in SIZES or not inside:
            raise ValueError(f"no such object: {size} {colour} {shape} at ({column}, {row})")
    ordered = tuple(sorted(objects, key=lambda one: (one[3], one[4])))
    if len({one[3:] for one in ordered}) != len(ordered):
        raise ValueError("two objects share a place")
    return ordered


def rgb(colour: str) -> tuple[int, int, int]:
    """A colour of the grammar, 0 to 255.

    They and the ground lie at least 18 apart in CIELAB for any eye: with all cones, or as without one kind of them
    (Machado et al. 2009, "A physiologically-based model for simulation of color vision deficiency").
    """
    return {
        "red": (225, 50, 45),
        "green": (60, 175, 120),
        "blue": (0, 105, 180),
        "yellow": (240, 215, 70),
        "purple": (115, 40, 125),
    }[colour]


def render(objects: Sequence[SceneObject], side: int = 32) -> NDArray[np.float32]:
    """The picture of a scene, with smooth edges on a light ground.

    Args:
        objects: What it shows, in any order.
        side: Height and width, px.

    Returns:
        (side, side, 3) float32 in [0, 1]; a fresh array.

    Raises:
        ValueError: An object is not of the grammar, or two share a place.
    """
    picture: NDArray[np.float32] = render_all([objects], side)[0]
    return picture


def render_all(scenes: Sequence[Sequence[SceneObject]], side: int = 32) -> NDArray[np.float32]:
    """The pictures of several scenes, (B, side, side, 3) float32 in [0, 1]; see :func:`render`."""
    pictures = np.full((len(scenes), side, side, 3), _GROUND, np.float32)
    for picture, objects in zip(pictures, scenes, strict=True):
        for shape, colour, size, column, row in canonical(objects):
            left, top, ink, light = _stamp(shape, colour, size, column, row, side)
            height, width = ink.shape[:2]
            part = picture[top : top + height, left : left + width]
            part *= light
            part += ink
    return pictures


@lru_cache(maxsize=1024)
def _stamp(
    shape: str, colour: str, size: str, column: int, row: int, side: int
) -> tuple[int, int, NDArray[np.float32], NDArray[np.float32]]:
    """Left and top of one object's part of the picture, its ink (h, w, 3), and what shines through (h, w, 1)."""
    left, top, part = _cover(shape, size, column, row, side)
    ink = part * (np.array(rgb(colour), np.float32) / np.float32(255))
    light = np.float32(1) - part
    ink.flags.writeable = light.flags.writeable = False
    return left, top, ink, light


@lru_cache(maxsize=256)
def _cover(shape: str, size: str, column: int, row: int, side: int) -> tuple[int, int, NDArray[np.float32]]:
    """Left and top of one object's part of the picture, and the share of each pixel that it covers, (h, w, 1)."""
    cell = side * _FINER / PLACES
    picture = Image.new("L", (side * _FINER, side * _FINER))
    radius = cell * (0.47 if size == "large" else 0.29)
    _outline(ImageDraw.Draw(picture), shape, ((column + 0.5) * cell, (row + 0.5) * cell), radius)
    left, top, right, bottom = picture.getbbox() or (0, 0, 1, 1)
    left, top, right, bottom = left // _FINER, top // _FINER, -(-right // _FINER), -(-bottom // _FINER)
    fine = np.asarray(picture.crop((left * _FINER, top * _FINER, right * _FINER, bottom * _FINER)), np.float32)
    cover = fine.reshape(bottom - top, _FINER, right - left, _FINER).mean((1, 3)) / np.float32(255)
    return left, top, cover[..., None]


def _outline(pen: ImageDraw.ImageDraw, shape: str, middle: tuple[float, float], radius: float) -> None:
    x, y = middle
    if shape == "circle":
        pen.ellipse((x - radius, y - radius, x + radius - 1, y + radius - 1), fill=255)
    elif shape == "square":
        half = 0.9 * radius
        pen.rectangle((x - half, y - half, x + half - 1, y + half - 1), fill=255)
    else:
        pen.polygon([(x, y - radius), (x + radius, y + 0.8 * radius), (x - radius, y + 0.8 * radius)], fill=255)


def _relation(one: SceneObject, other: SceneObject) -> list[str]:
    """How the first lies to the second; the first is never further right."""
    across, down = other[3] - one[3], other[4] - one[4]
    if across > abs(down):
        return ["left", "of"]
    return ["above" if down > 0 else "below"]


def _write(dice: Dice, longer: bool) -> Scene:
    n_objects = MOST_OBJECTS + 1 if longer else dice.pick(_OBJECTS_DRAWN)
    places: list[int] = []
    while len(places) < n_objects:
        place = dice.below(PLACES * PLACES)
        if place not in places:
            places.append(place)
    objects = tuple(
        (dice.pick(SHAPES), dice.pick(COLOURS), dice.pick(SIZES), place // PLACES, place % PLACES)
        for place in sorted(places)
    )
    return Scene(objects, caption(objects))
