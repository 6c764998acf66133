"""Points in the plane to learn: a few shapes, and whatever a person draws.

Coordinates are those of the picture, about -3 to 3; nothing is scaled, so what is drawn is what is learned.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.core.frames import Array, frozen

Floats = NDArray[np.float64]

REACH: Final = 3.0
"""Drawn points lie within this square."""
N_TRAIN: Final = 2000
N_TEST: Final = 1000
_SEED: Final = 17
_LEVELS: Final = 4095
_HELD_OUT_EVERY: Final = 5
_INK_REACH: Final = 0.8 * REACH


class PointSet(NamedTuple):
    """Points to train on and points held out, (N, 2) and (M, 2) float32, read-only."""

    train: Array
    test: Array


def point_set(shape: str, drawn: str = "") -> PointSet:
    """The points of a shape, the same whenever asked for.

    Args:
        shape: A key of :data:`SHAPES`, or ``"drawn"``.
        drawn: What :func:`encode` made of the points that were drawn; empty for a face, until something is.

    Raises:
        KeyError: There is no such shape.
        ValueError: ``drawn`` cannot be read.
    """
    if shape == "drawn" and drawn:
        points = decode(drawn)
        held_out = np.arange(len(points)) % _HELD_OUT_EVERY == _HELD_OUT_EVERY - 1
        return PointSet(frozen(points[~held_out], np.float32), frozen(points[held_out], np.float32))
    rng = np.random.default_rng(_SEED)
    make = face if shape == "drawn" else SHAPES[shape]
    return PointSet(frozen(make(N_TRAIN, rng), np.float32), frozen(make(N_TEST, rng), np.float32))


def moons(n: int, rng: np.random.Generator) -> Floats:
    """Two half circles, one in the other's arms, (n, 2)."""
    angle, upper = rng.random(n) * np.pi, rng.random(n) < 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return np.stack([1.5 * x, 1.5 * y], 1) + 0.1 * rng.standard_normal((n, 2))


def rings(n: int, rng: np.random.Generator) -> Floats:
    """Two circles around one centre, (n, 2)."""
    radius, angle = np.where(rng.random(n) < 1 / 3, 0.8, 1.9), 2 * np.pi * rng.random(n)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1) + 0.07 * rng.standard_normal((n, 2))


def spiral(n: int, rng: np.random.Generator) -> Floats:
    """One arm, wound almost twice, (n, 2)."""
    along = np.sqrt(rng.random(n))
    angle = 3.5 * np.pi * along
    arm = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return np.asarray(2.2 * arm + 0.05 * rng.standard_normal((n, 2)))


def checkerboard(n: int, rng: np.random.Generator) -> Floats:
    """Eight of the sixteen squares of a board, (n, 2)."""
    column, pair = rng.integers(0, 4, n), rng.integers(0, 2, n)
    row = 2 * pair + column % 2
    return np.stack([column + rng.random(n), row + rng.random(n)], 1) - 2


def blobs(n: int, rng: np.random.Generator) -> Floats:
    """Eight heaps on a circle, (n, 2)."""
    angle = 2 * np.pi * rng.integers(0, 8, n) / 8
    return 1.9 * np.stack([np.cos(angle), np.sin(angle)], 1) + 0.16 * rng.standard_normal((n, 2))


def face(n: int, rng: np.random.Generator) -> Floats:
    """A face that smiles, (n, 2)."""
    part, angle = rng.random(n), 2 * np.pi * rng.random(n)
    outline = 2.1 * np.stack([np.cos(angle), np.sin(angle)], 1)
    smile = 1.2 * np.stack([np.cos(np.pi + angle / 2), np.sin(np.pi + angle / 2)], 1) + [0.0, -0.1]
    eyes = np.stack([np.where(rng.random(n) < 0.5, -0.75, 0.75), np.full(n, 0.75)], 1)
    where = np.where((part < 0.55)[:, None], outline, np.where((part < 0.8)[:, None], smile, eyes))
    return where + np.where(part < 0.8, 0.06, 0.13)[:, None] * rng.standard_normal((n, 2))


def points_of_ink(ink: Array, n: int = N_TRAIN) -> Floats:
    """Points (n, 2) strewn over a picture, as thickly as it has ink; its longer side is four fifths of the square's.

    Args:
        ink: (h, w) in [0, 1], not all of it 0; the first row is the top.
        n: Points, the same whenever asked for.
    """
    rng = np.random.default_rng(_SEED)
    share = np.asarray(ink, np.float64).ravel()
    height, width = ink.shape
    row, column = np.divmod(rng.choice(share.size, n, p=share / share.sum()), width)
    x, y = column + rng.random(n) - width / 2, height / 2 - row - rng.random(n)
    return np.asarray(np.stack([x, y], 1) * (2 * _INK_REACH / max(height, width)))


SHAPES: Final[Mapping[str, Callable[[int, np.random.Generator], Floats]]] = {
    "moons": moons,
    "rings": rings,
    "spiral": spiral,
    "checkerboard": checkerboard,
    "blobs": blobs,
}


def encode(points: Array) -> str:
    """Points (N, 2) as text, four characters each: two numbers of twelve bits, exact to 0.0008.

    Points outside the square of :data:`REACH` are moved to its edge.
    """
    inside = np.clip(np.asarray(points, np.float64), -REACH, REACH)
    whole = np.rint((inside / REACH + 1) / 2 * _LEVELS).astype(np.uint32)  # (N, 2)
    packed = (whole[:, 0] << 12) | whole[:, 1]  # (N,)
    parts = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], 1).astype(np.uint8)
    return base64.urlsafe_b64encode(parts.tobytes()).decode()


def decode(text: str) -> Floats:
    """The points (N, 2) that :func:`encode` made text of.

    Raises:
        ValueError: It is no such text.
    """
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not the text of drawn points") from error
    if len(raw) % 3:
        raise ValueError("the text of drawn points is cut off")
    parts = np.frombuffer(raw, np.uint8).reshape(-1, 3).astype(np.uint32)
    packed = (parts[:, 0] << 16) | (parts[:, 1] << 8) | parts[:, 2]
    whole = np.stack([packed >> 12, packed & _LEVELS], 1)
    return np.asarray((whole / _LEVELS * 2 - 1) * REACH)
