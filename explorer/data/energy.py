"""Energy distance of two clouds of points (Székely & Rizzo 2013, doi:10.1016/j.jspi.2013.03.018)."""

from __future__ import annotations

import numpy as np

from explorer.core.frames import Array


def energy_distance(a: Array, b: Array) -> float:
    """2 E|X - Y| - E|X - X'| - E|Y - Y'| over all pairs; 0 for clouds that are alike, never negative.

    Args:
        a: (n, d), n at least 1.
        b: (m, d), m at least 1.

    Raises:
        ValueError: The clouds do not fit each other, or one is empty.
    """
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or min(len(a), len(b)) < 1:
        raise ValueError(f"clouds of shapes {a.shape} and {b.shape} cannot be compared")
    return 2 * _mean_distance(a, b) - _mean_distance(a, a) - _mean_distance(b, b)


def split_half_distance(points: Array, n: int, seed: int, n_splits: int = 8) -> float:
    """What chance makes of it: the mean energy distance of two disjoint random parts of ``points``, ``n`` each.

    Raises:
        ValueError: There are fewer than 2 n points.
    """
    if len(points) < 2 * n or n < 1:
        raise ValueError(f"{len(points)} points cannot be split into twice {n}")
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(points)) for _ in range(n_splits)]
    return float(np.mean([energy_distance(points[order[:n]], points[order[n : 2 * n]]) for order in orders]))


def _mean_distance(a: Array, b: Array) -> float:
    """Mean of |x - y| over all pairs, from squares: in double precision, so that no digit that matters is lost."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
    return float(np.sqrt(np.maximum(squares, 0.0)).mean())
