"""What can be seen in pictures of a window."""

from __future__ import annotations

import numpy as np

from tests.window.conftest import Box, Pixels

CHANGED = 40
"""A pixel differs when a channel does by more than this, of 255."""


def share_changed(before: Pixels, after: Pixels, box: Box) -> float:
    """Part of the pixels of a box that differ."""
    difference = np.abs(box.of(before).astype(int) - box.of(after).astype(int)).max(axis=2)
    return float((difference > CHANGED).mean())


def ink(picture: Pixels, box: Box) -> float:
    """Part of the pixels of a box that are neither white nor light."""
    return float((box.of(picture).min(axis=2) < 160).mean())
