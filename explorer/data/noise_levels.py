"""The loss by noise level: where in time the network is still wrong."""

from __future__ import annotations

import numpy as np

from explorer.core.denoising import N_BINS, N_LEVELS
from explorer.core.frames import Array

KEEP = 0.95
"""Share of a stretch's mean that stays when a batch has one more digit in it."""


class NoiseLevels:
    """Running means of the noise's squared error in stretches of time."""

    def __init__(self) -> None:
        self.means = np.full(N_BINS, np.nan, np.float64)

    def add(self, t: Array, errors: Array) -> None:
        """Take in the errors (B,) at times (B,) from 1 to T."""
        bins = np.minimum((t - 1) * N_BINS // N_LEVELS, N_BINS - 1)
        counts = np.bincount(bins, minlength=N_BINS)
        seen = counts > 0
        sums = np.bincount(bins, weights=errors, minlength=N_BINS)
        now = sums[seen] / counts[seen]
        keep = KEEP ** counts[seen]
        old = np.where(np.isnan(self.means[seen]), now, self.means[seen])
        self.means[seen] = keep * old + (1 - keep) * now
