"""A film of points from noise to data, made piece by piece or recorded while training; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.core.denoising import N_LEVELS
from explorer.core.frames import Array
from explorer.specs.diffusion_points import PointSampling, Travel, Travelled

PIECE_MS = 8.0
"""What one question may take of the worker, which other questions and training wait for."""


@dataclass(frozen=True, eq=False)
class TravelFilm:
    """Points at the times made so far; a piece more is another film.

    Attributes:
        sampling: How it is made.
        times: Falling from 1,000, (k + 1,) int64.
        x: Points at these, (k + 1, n, 2) float32.
        step: Step of the weights of its first piece; -1 before.
        took_ms: Milliseconds of one step; 0 before the first.
    """

    sampling: PointSampling
    times: Array
    x: Array
    step: int = -1
    took_ms: float = 0.0

    @property
    def n_made(self) -> int:
        """Steps made."""
        return len(self.x) - 1

    @property
    def complete(self) -> bool:
        """Whether all steps are made."""
        return self.n_made == self.sampling.steps

    def nearest(self, time: int) -> int:
        """The position whose time is nearest to this one."""
        return int(np.abs(self.times - time).argmin())

    def request(self, *, at_once: bool = False) -> Travel:
        """The next question: as many steps as take the worker 8 ms, or all that are left."""
        left = self.sampling.steps - self.n_made
        fitting = int(PIECE_MS / self.took_ms) if self.took_ms > 0 else 1
        count = left if at_once else max(1, min(fitting, left))
        return Travel(self.sampling, self.n_made, self.x[-1] if self.n_made else None, count)

    def with_piece(self, answer: Travelled) -> TravelFilm | None:
        """The film with the next piece; None when that is not what the answer is."""
        asked = answer.request
        if asked.sampling != self.sampling or asked.start != self.n_made or self.complete:
            return None
        if self.n_made and (asked.x is None or not np.array_equal(asked.x, self.x[-1])):
            return None
        if not self.n_made:
            return TravelFilm(self.sampling, answer.times, answer.x, answer.step, answer.took_ms)
        times, x = np.concatenate([self.times, answer.times[1:]]), np.concatenate([self.x, answer.x[1:]])
        return TravelFilm(self.sampling, times, x, self.step, answer.took_ms)


def unmade(sampling: PointSampling) -> TravelFilm:
    """A film of which nothing is made."""
    return TravelFilm(sampling, np.array([N_LEVELS]), np.zeros((1, sampling.n, 2), np.float32))


def recorded(cloud: Array, step: int) -> TravelFilm:
    """The film that a run makes while training, from its frame (steps + 1, n, 2)."""
    steps, n = len(cloud) - 1, cloud.shape[1]
    times = np.rint(np.linspace(N_LEVELS, 0, steps + 1)).astype(np.int64)
    return TravelFilm(PointSampling(steps=steps, n=n), times, cloud, step)
