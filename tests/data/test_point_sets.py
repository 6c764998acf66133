"""Shapes to learn, and drawn points as text."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from explorer.core.params import param_fields, read_value
from explorer.data.point_sets import N_TEST, N_TRAIN, REACH, SHAPES, decode, encode, point_set, points_of_ink
from explorer.specs.diffusion_points import FEWEST_DRAWN, MOST_DRAWN, PointParams


@pytest.mark.parametrize("shape", [*SHAPES, "drawn"])
def test_shapes_lie_in_the_picture_and_are_always_the_same(shape: str):
    points = point_set(shape)
    assert points.train.shape == (N_TRAIN, 2)
    assert points.test.shape == (N_TEST, 2)
    assert (np.abs(np.concatenate(points)) < REACH).mean() > 0.99
    np.testing.assert_array_equal(points.train, point_set(shape).train)
    assert not {tuple(p) for p in points.train.tolist()} & {tuple(p) for p in points.test.tolist()}
    assert np.abs(points.train.mean(0)).max() < 0.35
    with pytest.raises(ValueError, match="read-only"):
        points.train[0] = 0


def test_the_spec_offers_every_shape():
    (field,) = [field for field in param_fields(PointParams) if field.name == "shape"]
    assert {choice.value for choice in field.info.choices} == {*SHAPES, "drawn"}


def test_drawn_points_come_back_from_their_text():
    points = np.random.default_rng(1).uniform(-REACH, REACH, (1000, 2))
    text = encode(points)
    assert len(text) == 4 * len(points)
    np.testing.assert_allclose(decode(text), points, atol=0.0008)
    assert encode(decode(text)) == text
    np.testing.assert_allclose(decode(encode(np.array([[9.0, -9.0]]))), [[REACH, -REACH]])
    assert decode("").shape == (0, 2)


def test_of_drawn_points_every_fifth_is_held_out():
    points = np.random.default_rng(2).uniform(-1, 1, (50, 2))
    found = point_set("drawn", encode(points))
    assert (len(found.train), len(found.test)) == (40, 10)
    np.testing.assert_allclose(found.test, points[4::5], atol=0.0008)


def test_points_lie_where_the_ink_is_and_as_thickly():
    """Three quarters of the ink at the upper left, a quarter at the lower right of a wide picture."""
    ink = np.zeros((20, 40), np.float32)
    ink[0, 0], ink[19, 39] = 0.75, 0.25
    points = points_of_ink(ink, 4000)
    pixel, upper = 2 * 0.8 * REACH / 40, points[:, 1] > 0
    assert upper.mean() == pytest.approx(0.75, abs=0.02)
    corner = np.array([-0.8 * REACH, 0.4 * REACH])
    for found, lowest in ((points[upper], corner - [0, pixel]), (points[~upper], -corner - [pixel, 0])):
        assert (found >= lowest - 1e-9).all()
        assert (found <= lowest + pixel + 1e-9).all()
    np.testing.assert_array_equal(points, points_of_ink(ink, 4000))
    assert len(points_of_ink(ink)) == N_TRAIN


@pytest.mark.parametrize("text", ["?", "äöü", "abc", "AAAAA", "AA=="])
def test_what_is_no_text_of_points_is_refused(text: str):
    with pytest.raises(ValueError, match="drawn points"):
        decode(text)


def few(n: int) -> str:
    return encode(np.zeros((n, 2)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense!", "not the text of drawn points"),
        (base64.urlsafe_b64encode(b"1234").decode(), "cut off"),
        (few(FEWEST_DRAWN - 1), "40 to 4,000 points, not 39"),
        (few(MOST_DRAWN + 1), "not 4,001"),
    ],
)
def test_the_form_says_what_is_wrong_with_a_drawing(text: str, words: str):
    (field,) = [field for field in param_fields(PointParams) if field.name == "drawn"]
    with pytest.raises(Exception, match=words):
        read_value(field, text)


@pytest.mark.parametrize("text", ["", few(FEWEST_DRAWN), few(MOST_DRAWN)])
def test_a_drawing_of_sensible_size_is_taken(text: str):
    (field,) = [field for field in param_fields(PointParams) if field.name == "drawn"]
    assert read_value(field, text) == text
