"""How much of a picture is left at each time of the diffusion: alpha_bar, from 1 (all of it) down to almost 0.

x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps        (Ho et al. 2020, arXiv:2006.11239, eq. 4)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST: Final = 1e-5
"""What is left at the end of cosine and sigmoid, so that logarithm and inverse stay finite."""
COSINE_OFFSET: Final = 0.008
SIGMOID_ENDS: Final = (-3.0, 3.0)


def alpha_bar(name: str, n_levels: int) -> Floats:
    """What is left of the picture at times 0 .. ``n_levels``, (n_levels + 1,); the first is 1, and it only falls.

    Args:
        name: A key of :data:`SCHEDULES`.
        n_levels: Number of noise levels, T.

    Raises:
        KeyError: There is no such schedule.
    """
    return SCHEDULES[name](n_levels)


def linear(n_levels: int) -> Floats:
    """Variances of the steps from 1e-4 to 0.02 for 1,000 of them, in proportion for others (Ho et al. 2020)."""
    scale = 1000 / n_levels
    betas = np.clip(np.linspace(1e-4 * scale, 0.02 * scale, n_levels), 0.0, 0.999)
    return np.concatenate([[1.0], np.cumprod(1 - betas)])


def cosine(n_levels: int) -> Floats:
    """Squared cosine of time (Nichol & Dhariwal 2021, arXiv:2102.09672, eq. 17)."""
    t = np.arange(n_levels + 1) / n_levels
    f = np.cos((t + COSINE_OFFSET) / (1 + COSINE_OFFSET) * np.pi / 2) ** 2
    return np.asarray(LEAST + (1 - LEAST) * f / f[0])


def sigmoid(n_levels: int) -> Floats:
    """Logistic function of time between -3 and 3, stretched to end at 1 and 0 (Jabri et al. 2023, arXiv:2212.11972)."""
    lo, hi = SIGMOID_ENDS
    s = 1 / (1 + np.exp(-(lo + (hi - lo) * np.arange(n_levels + 1) / n_levels)))
    return np.asarray(LEAST + (1 - LEAST) * (s[-1] - s) / (s[-1] - s[0]))


def log_snr(signal: Floats) -> Floats:
    """Logarithm of signal over noise, log(alpha_bar / (1 - alpha_bar)), infinite where there is no noise."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(signal) - np.log1p(-signal))


SCHEDULES: Final[Mapping[str, Callable[[int], Floats]]] = {"linear": linear, "cosine": cosine, "sigmoid": sigmoid}
