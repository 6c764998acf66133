"""How close drawn points are to the data, in multiples of what chance makes of the data themselves."""

from __future__ import annotations

from typing import Final

import numpy as np

from explorer.core.frames import Array
from explorer.data.energy import energy_distance, split_half_distance
from explorer.data.point_sets import PointSet
from explorer.experiments.diffusion_points.travelling import Live, drawn
from explorer.specs.diffusion_points import PointSampling

SEED: Final = 3
LIVE_POINTS, LIVE_STEPS = 400, 20
FULL_POINTS, FULL_STEPS, FULL_NOISES = 1000, 50, 10
LIVE_SPLITS, FULL_SPLITS = 16, 48
"""Parts of the data that the floor is the mean of: a single pair of them says little."""


class Closeness:
    """Measures the energy distance of drawn points to the data over the data's own split-half distance.

    Args:
        points: The data; the floor is that of two disjoint random parts of all of them.
        most: Points compared at most.
        n_splits: Pairs of parts that the floor is the mean of.
    """

    def __init__(self, points: PointSet, most: int, n_splits: int) -> None:
        self._all = np.concatenate([points.train, points.test])
        self._n = min(most, len(self._all) // 2)
        self._floor = split_half_distance(self._all, self._n, SEED, n_splits)

    def ratio(self, live: Live, steps: int, seed: int) -> float:
        """Points drawn by DDIM from the noise of a seed against as many of the data; 1 is what chance makes of them."""
        end = drawn(live, PointSampling("ddim", steps, 0.0, seed, self._n))[-1]
        if not np.isfinite(end).all():
            return float("inf")
        return energy_distance(end, self._part(seed)) / self._floor

    def _part(self, seed: int) -> Array:
        chosen = np.random.default_rng([SEED, seed]).permutation(len(self._all))[: self._n]
        return np.asarray(self._all[chosen])


def full_ratio(points: PointSet, live: Live) -> float:
    """The mean of ten films of up to 1,000 points and 50 steps: what a card states."""
    closeness = Closeness(points, FULL_POINTS, FULL_SPLITS)
    return float(np.mean([closeness.ratio(live, FULL_STEPS, 1000 + i) for i in range(FULL_NOISES)]))
