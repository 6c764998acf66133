"""From noise back to pictures: single steps of three samplers.

    DDPM   ancestral sampling, the posterior q(x_s | x_t, x_0) with x_0 replaced by what the network believes
           (Ho et al. 2020, arXiv:2006.11239, eq. 7 and algorithm 2), here from any time t to any earlier time s
    DDIM   the same marginals with a share eta of that noise (Song et al. 2021, arXiv:2010.02502, eq. 12 and 16)
    Heun   second order on the probability-flow ODE (Karras et al. 2022, arXiv:2206.00364, algorithm 1 without churn):
           with y = x / sqrt(abar) and sigma = sqrt((1 - abar) / abar), dy/dsigma = noise. Its Euler step is DDIM's,
           and taken alone where Heun's has nothing to correct with: to time 0, and from pure noise, where sigma is so
           large (over 100 with the cosine schedule) that the mean of two noises throws few steps far out. One such
           step leaves the order at two.

Every step is ``w_picture * x0 + w_noise * noise + w_fresh * z``: these weights are what this file is about.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.denoising import asks_twice
from explorer.models.diffusion import Belief

Believe = Callable[[Tensor, int], Belief]
"""(x (B, ..), time) -> what the network takes for picture and noise."""


class Weights(NamedTuple):
    """What a step makes the new picture of: picture, noise and fresh noise."""

    picture: float
    noise: float
    fresh: float


class Taken(NamedTuple):
    """One step.

    Attributes:
        x: Pictures after it, (B, ..).
        belief: What the network took for picture and noise before it, (B, ..).
        weights: What the step made of them; between the ends Heun takes the mean with the noise after a trial step.
    """

    x: Tensor
    belief: Belief
    weights: Weights


def times(n_steps: int, n_levels: int) -> NDArray[np.int64]:
    """Times of a film of ``n_steps`` steps, evenly spaced from ``n_levels`` down to 0, (n_steps + 1,).

    Raises:
        ValueError: There are more steps than levels, or none.
    """
    if not 1 <= n_steps <= n_levels:
        raise ValueError(f"between 1 and {n_levels} steps, not {n_steps}")
    return np.rint(np.linspace(n_levels, 0, n_steps + 1)).astype(np.int64)


def times_along(n_steps: int, signal: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.int64]:
    """Times at which as much is left of the picture as at even steps of another schedule, (n_steps + 1,), falling.

    A network knows how noisy a picture is, not which schedule made it so: the steps may be placed by any schedule.

    Args:
        n_steps: Denoising steps.
        signal: alpha_bar of the schedule that the network was trained with, (T + 1,).
        other: alpha_bar of the schedule that places the steps, (T + 1,).

    Raises:
        ValueError: There are more steps than levels, or none.
    """
    n_levels = len(signal) - 1
    wished = other[times(n_steps, n_levels)]
    behind = np.clip(np.searchsorted(-signal, -wished), 1, n_levels)  # the first time with no more left than wished
    nearer = behind - (signal[behind - 1] - wished < wished - signal[behind])
    nearer[0] = n_levels  # all films begin with pure noise
    least = np.arange(n_steps, -1, -1)  # each step goes down by one time or more
    room = np.clip(nearer - least, 0, n_levels - n_steps)
    return np.asarray(np.maximum.accumulate(room[::-1])[::-1] + least, np.int64)


def posterior_weights(signal: float, next_signal: float) -> Weights:
    """DDPM: mean and deviation of q(x_s | x_t, x_0), eq. 7, with x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) noise.

    Args:
        signal: abar at the time t before the step.
        next_signal: abar at the time s after it, larger.
    """
    alpha = signal / next_signal
    beta = 1 - alpha
    of_picture = math.sqrt(next_signal) * beta / (1 - signal)
    of_x = math.sqrt(alpha) * (1 - next_signal) / (1 - signal)
    variance = beta * (1 - next_signal) / (1 - signal)
    return Weights(of_picture + of_x * math.sqrt(signal), of_x * math.sqrt(1 - signal), math.sqrt(variance))


def ddim_weights(signal: float, next_signal: float, eta: float) -> Weights:
    """DDIM: eq. 12 with the deviation of eq. 16 times ``eta``."""
    fresh = eta * math.sqrt((1 - next_signal) / (1 - signal)) * math.sqrt(1 - signal / next_signal)
    return Weights(math.sqrt(next_signal), math.sqrt(max(0.0, 1 - next_signal - fresh * fresh)), fresh)


def one_step(
    sampler: str, eta: float, believe: Believe, x: Tensor, t: int, s: int, signal: NDArray[np.float64], fresh: Tensor
) -> Taken:
    """Take one denoising step.

    Args:
        sampler: ``"ddpm"``, ``"ddim"`` or ``"heun"``.
        eta: DDIM alone.
        believe: The network.
        x: Pictures at time t, (B, ..).
        t: Time before the step.
        s: Time after it, earlier.
        signal: abar at times 0 .. T, (T + 1,).
        fresh: Noise to put back, (B, ..); not looked at where none is.

    Raises:
        ValueError: There is no such sampler.
    """
    now, after = float(signal[t]), float(signal[s])
    found = believe(x, t)
    if sampler == "heun":
        weights = ddim_weights(now, after, 0.0)
        if asks_twice(sampler, t, s, len(signal) - 1):
            return Taken(_mixed(weights, _middle(believe, x, found, weights, s, now), None), found, weights)
    elif sampler == "ddpm":
        weights = posterior_weights(now, after)
    elif sampler == "ddim":
        weights = ddim_weights(now, after, eta)
    else:
        raise ValueError(f"there is no sampler called {sampler}")
    return Taken(_mixed(weights, found, fresh), found, weights)


def _middle(believe: Believe, x: Tensor, first: Belief, weights: Weights, s: int, now: float) -> Belief:
    """Heun: the mean of the noise seen before and after a trial step, and the picture that belongs to it."""
    second = believe(_mixed(weights, first, None), s)
    noise = (first.noise + second.noise) / 2
    return Belief((x - math.sqrt(1 - now) * noise) / math.sqrt(now), noise)


def _mixed(weights: Weights, found: Belief, fresh: Tensor | None) -> Tensor:
    x = weights.picture * found.x0 + weights.noise * found.noise
    return x if fresh is None or weights.fresh == 0 else x + weights.fresh * fresh
