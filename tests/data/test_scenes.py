"""Scenes: captions against what the pixels show, and that one picture has one caption."""

from __future__ import annotations

import zlib
from itertools import combinations, permutations

import numpy as np
import pytest

from explorer.data.scenes import (
    COLOURS,
    SHAPES,
    SIZES,
    VOCABULARY,
    Scene,
    SceneObject,
    caption,
    draw,
    render,
    render_all,
    rgb,
)

CIRCLE: SceneObject = ("circle", "blue", "large", 0, 1)
SQUARE: SceneObject = ("square", "red", "small", 2, 1)
ONE = "a large blue circle"
OTHER = "a small red square"

# Simulated loss of one kind of cone, in linear RGB: Machado, Oliveira & Fernandes 2009, severity 1.0.
EYES = {
    "all cones": np.eye(3),
    "no L": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no M": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no S": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ((), ""),
        ((CIRCLE,), ONE),
        ((CIRCLE, SQUARE), f"{ONE} left of {OTHER}"),
        ((SQUARE, CIRCLE), f"{ONE} left of {OTHER}"),
        (((*CIRCLE[:3], 1, 0), (*SQUARE[:3], 1, 2)), f"{ONE} above {OTHER}"),
        (((*CIRCLE[:3], 1, 2), (*SQUARE[:3], 1, 0)), f"{OTHER} above {ONE}"),
        (((*CIRCLE[:3], 0, 2), (*SQUARE[:3], 1, 0)), f"{ONE} below {OTHER}"),
        (((*CIRCLE[:3], 0, 0), (*SQUARE[:3], 1, 1)), f"{ONE} above {OTHER}"),
        (((*CIRCLE[:3], 0, 0), (*SQUARE[:3], 2, 1)), f"{ONE} left of {OTHER}"),
        (
            (CIRCLE, SQUARE, ("triangle", "green", "large", 0, 2)),
            f"{ONE} above a large green triangle and left of {OTHER}",
        ),
    ],
)
def test_captions_made_by_hand(objects: tuple[SceneObject, ...], words: str):
    assert caption(objects) == tuple(words.split())


@pytest.mark.parametrize("longer", [False, True])
def test_every_order_of_the_objects_gives_the_same_caption_and_picture(longer: bool):
    for scene in draw(np.random.default_rng(1), 20, longer=longer):
        picture = render(scene.objects)
        for objects in permutations(scene.objects):
            assert caption(objects) == scene.caption
            assert np.array_equal(render(objects), picture)


def test_captions_say_what_the_pixels_show():
    for scene in draw(np.random.default_rng(2), 300):
        seen = seen_in(render(scene.objects, 96))
        named = phrases(scene)
        assert [words[1:] for _, words in named] == [list(one[:3]) for one in seen]
        for relation, (_, _, x, y) in zip(
            [words for words, _ in named[1:]], [one[1:] for one in seen[1:]], strict=True
        ):
            across, down = x - seen[0][3], y - seen[0][4]
            expected = ["left", "of"] if across > abs(down) + 10 else ["above"] if down > 0 else ["below"]
            assert relation == expected, scene


def phrases(scene: Scene) -> list[tuple[list[str], list[str]]]:
    """Each object's relation to the first one, and its own four words."""
    words, found = list(scene.caption), []
    while words:
        start = words.index("a")
        found.append(([word for word in words[:start] if word != "and"], words[start : start + 4]))
        words = words[start + 4 :]
    return found


def seen_in(picture: np.ndarray) -> list[tuple[str, str, str, float, float]]:
    """Size, colour and shape of what is at each place of a picture of 96 px, with its middle in px.

    Columns from left to right, each from the top. Shapes by their outline: a square fills its box, a circle 0.79 of it,
    and a triangle is wider below.
    """
    ink = np.abs(picture - 0.96).max(2) > 0.08
    found = []
    for column, row in [(c, r) for c in range(3) for r in range(3)]:
        part = np.zeros_like(ink)
        ys, xs = (slice(32 * n, 32 * (n + 1)) for n in (row, column))
        part[ys, xs] = ink[ys, xs]
        if not part.any():
            continue
        rows, columns = np.flatnonzero(part.any(1)), np.flatnonzero(part.any(0))
        middle = picture[(rows[0] + rows[-1] + 1) // 2, (columns[0] + columns[-1] + 1) // 2] * 255
        colour = min(COLOURS, key=lambda name: float(np.abs(middle - rgb(name)).sum()))
        top, bottom = part[rows[0] : rows[0] + 3].sum(), part[rows[-1] - 2 : rows[-1] + 1].sum()
        filled = part.sum() / (len(rows) * len(columns))
        shape = "triangle" if bottom > 2.5 * top else "square" if filled > 0.95 else "circle"
        size = "large" if len(columns) > 24 else "small"
        found.append((size, colour, shape, float(columns.mean()), float(rows.mean())))
    return found


@pytest.mark.parametrize("side", [32, 48, 96])
def test_pictures_have_their_form(side: int):
    picture = render((CIRCLE, SQUARE), side)
    assert picture.shape == (side, side, 3)
    assert picture.dtype == np.float32
    assert picture.flags.writeable
    assert 0 <= picture.min() <= picture.max() <= 1


def test_edges_are_smooth_and_ink_is_full():
    blue = render((CIRCLE,))[..., 0]
    assert np.isclose(blue.min(), rgb("blue")[0] / 255, atol=1e-6)
    assert len(np.unique(blue.round(3))) > 5


def test_area_is_that_of_the_shape():
    """A circle of radius 0.47 thirds of 96 px covers pi r^2 px."""
    darkness = (0.96 - render((CIRCLE,), 96)[..., 0]).sum() / (0.96 - rgb("blue")[0] / 255)
    assert darkness == pytest.approx(np.pi * (0.47 * 32) ** 2, rel=0.02)


def test_pictures_are_fresh_however_often_they_are_drawn():
    first = render((CIRCLE,))
    first[:] = 0
    assert render((CIRCLE,)).max() > 0.9


def test_different_objects_look_different():
    pictures = render_all([[(shape, colour, size, 1, 1)] for shape in SHAPES for colour in COLOURS for size in SIZES])
    flat = pictures.reshape(len(pictures), -1)
    assert min(float(np.abs(one - other).sum()) for one, other in combinations(flat, 2)) > 2


@pytest.mark.parametrize("eye", EYES)
def test_every_eye_tells_the_colours_apart(eye: str):
    seen = [lab(np.asarray(EYES[eye]) @ linear(colour)) for colour in [*map(rgb, COLOURS), (245, 245, 245)]]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 18


def linear(colour: tuple[int, int, int]) -> np.ndarray:
    """Linear RGB of an sRGB colour (IEC 61966-2-1)."""
    values = np.array(colour) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(values: np.ndarray) -> np.ndarray:
    """CIELAB (D65) of linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(np.maximum(to_xyz @ np.clip(values, 0, 1) / np.array([0.9505, 1, 1.089]), 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    "objects",
    [
        [CIRCLE, (*SQUARE[:3], 0, 1)],
        [("star", "blue", "large", 0, 0)],
        [("circle", "blue", "huge", 0, 0)],
        [("circle", "pink", "large", 0, 0)],
        [("circle", "blue", "large", 3, 0)],
        [("circle", "blue", "large", 0, -1)],
    ],
)
def test_scenes_that_are_none_are_refused(objects: list[SceneObject]):
    with pytest.raises(ValueError, match=r"no such object|share a place"):
        caption(objects)
    with pytest.raises(ValueError, match=r"no such object|share a place"):
        render(objects)


def test_training_has_one_to_three_objects_and_longer_scenes_four():
    short, long = draw(np.random.default_rng(0), 1000), draw(np.random.default_rng(0), 200, longer=True)
    assert {len(scene.objects) for scene in short} == {1, 2, 3}
    assert {len(scene.objects) for scene in long} == {4}
    assert max(len(scene.caption) for scene in short) < min(len(scene.caption) for scene in long) <= 40
    assert all(word in VOCABULARY for scene in short + long for word in scene.caption)
    assert set(VOCABULARY.tokens[4:]) == {word for scene in short for word in scene.caption}


def test_one_picture_in_eight_is_held_out_and_never_in_training():
    def hashed(scene: Scene) -> int:
        return zlib.crc32(repr(scene.objects).encode()) % 8

    assert all(hashed(scene) for scene in draw(np.random.default_rng(1), 3000))
    assert not any(hashed(scene) for scene in draw(np.random.default_rng(1), 500, held_out=True))


def test_one_seed_is_one_list():
    assert draw(np.random.default_rng(5), 100) == draw(np.random.default_rng(5), 100)
    assert draw(np.random.default_rng(5), 100) != draw(np.random.default_rng(6), 100)
