"""How fast norms fall or rise over time, and what the tracks are called: pure arithmetic, no Qt."""

from __future__ import annotations

import math

import numpy as np

from explorer.core.frames import Array

CELL_NAMES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
TRACK_NAMES = {"rnn/h": "RNN", "lstm/c": "LSTM c", "lstm/h": "LSTM h", "gru/h": "GRU"}


def slope(norms: Array) -> float:
    """Decades per time step by which norms rise: the least-squares line through log10 of the norm over t.

    Above zero the gradient shrinks on its way back; below zero it grows. Values that are zero or not finite are
    left out.

    Args:
        norms: (T,) at least zero.

    Returns:
        Decades per step; NaN with fewer than two values to fit.
    """
    values = np.asarray(norms, np.float64)
    good = np.isfinite(values) & (values > 0)
    if good.sum() < 2:
        return math.nan
    t = np.flatnonzero(good).astype(np.float64)
    t -= t.mean()
    return float((t * np.log10(values[good])).sum() / (t * t).sum())


def back_per_ten(norms: Array) -> float:
    """Decades gained (below zero: lost) over ten time steps back; NaN where there is nothing to fit."""
    return -10.0 * slope(norms)
