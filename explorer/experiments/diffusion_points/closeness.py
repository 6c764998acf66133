"""How close drawn points are to the data, in multiples of what chance makes of the data themselves."""

from __future__ import annotations

from typing import Final

import numpy as np

from explorer.data.energy import energy_distance, split_half_distance
from explorer.data.point_sets import PointSet
from explorer.experiments.diffusion_points.travelling import Live, drawn
from explorer.specs.diffusion_points import MOST_POINTS, PointSampling

SEED: Final = 3
LIVE_POINTS, LIVE_STEPS = 250, 20
FULL_POINTS, FULL_STEPS, FULL_FILMS = 1000, 50, 10
N_SPLITS: Final = 48
"""Pairs of parts of the data that the floor is the mean of: a single one says little, and so does a single cloud."""


class Closeness:
    """Measures the energy distance of drawn points to the data over the data's own split-half distance.

    Args:
        points: The data; the floor is that of two disjoint random parts of all of them.
        most: Points compared at most.
    """

    def __init__(self, points: PointSet, most: int) -> None:
        self._all = np.concatenate([points.train, points.test])
        self._n = min(most, len(self._all) // 2)
        self._floor = split_half_distance(self._all, self._n, SEED, N_SPLITS)

    def ratio(self, live: Live, steps: int, seed: int) -> float:
        """Points drawn by DDIM from one noise, compared part by part with as many of the data; 1 is what chance does.

        Args:
            live: The network.
            steps: DDIM steps.
            seed: Of noise and of the parts.

        Returns:
            The mean over all parts of 1,000 points drawn; infinite when a point is not finite.
        """
        n_parts = MOST_POINTS // self._n
        end = drawn(live, PointSampling("ddim", steps, 0.0, seed, n_parts * self._n))[-1]
        if not np.isfinite(end).all():
            return float("inf")
        rng = np.random.default_rng([SEED, seed])
        parts = [self._all[rng.permutation(len(self._all))[: self._n]] for _ in range(n_parts)]
        pairs = zip(np.split(end, n_parts), parts, strict=True)
        return float(np.mean([energy_distance(cloud, part) for cloud, part in pairs])) / self._floor


def full_ratio(points: PointSet, live: Live) -> float:
    """The mean of ten films of up to 1,000 points and 50 steps: what a card states."""
    closeness = Closeness(points, FULL_POINTS)
    return float(np.mean([closeness.ratio(live, FULL_STEPS, 1000 + i) for i in range(FULL_FILMS)]))
