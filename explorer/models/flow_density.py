"""The density that a denoiser has learned, exactly: points carried along the probability-flow ODE to the noise.

With y = x / sqrt(abar) and sigma = sqrt((1 - abar) / abar), the ODE is dy/dsigma = eps(x, t) (Karras et al. 2022,
arXiv:2206.00364, eq. 1), and log p changes by the divergence (Chen et al. 2018, arXiv:1806.07366, theorem 1):

    log p_t(x) = log N(x_T; 0, I) + sum over the way of  div_x f       with everything in the coordinates of x

In two dimensions the divergence is two derivatives; nothing is estimated. Steps are Heun's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.models.diffusion import Belief

Believe = Callable[[Tensor, int], Belief]
"""(x (B, 2), time) -> what the network takes for data and noise; differentiable in x."""


class Carried(NamedTuple):
    """Points on their way.

    Attributes:
        x: Where they are, (B, 2).
        log_volume: By how much the logarithm of the volume around each has grown since the beginning, (B,).
    """

    x: Tensor
    log_volume: Tensor


def way_to_noise(t: int, n_steps: int, signal: NDArray[np.float64]) -> NDArray[np.int64]:
    """Times from ``t`` up to the last one, about evenly spaced in log sigma, each at most once: (k + 1,).

    Args:
        t: Time to begin at, at least 1.
        n_steps: Steps of the whole way from time 1; a later beginning takes fewer.
        signal: alpha_bar at times 0 .. T.
    """
    log_sigma = 0.5 * (np.log1p(-signal[1:]) - np.log(signal[1:]))  # of times 1 .. T, rising
    share = (log_sigma[-1] - log_sigma[t - 1]) / (log_sigma[-1] - log_sigma[0])
    wished = np.linspace(log_sigma[t - 1], log_sigma[-1], max(2, math.ceil(n_steps * share)) + 1)
    found = 1 + np.searchsorted(log_sigma, wished - 1e-9)
    found[0], found[-1] = t, len(log_sigma)
    return np.unique(found.clip(t, len(log_sigma)))


def carry(believe: Believe, now: Carried, t: int, s: int, signal: NDArray[np.float64]) -> Carried:
    """One Heun step of points and volumes from time ``t`` to a time ``s``, later or earlier; both at least 1."""
    (a, b), (c, d) = _roots(signal, t), _roots(signal, s)
    step = d / c - b / a  # of sigma = b / a; y = x / a
    noise, spread = noise_and_divergence(believe, now.x, t)
    trial = c * (now.x / a + step * noise)
    noise_there, spread_there = noise_and_divergence(believe, trial, s)
    x = c * (now.x / a + step * (noise + noise_there) / 2)
    # d log|dy| = div_y(noise) dsigma, div_y = a div_x; and x = a y scales the plane by a^2
    growth = step * (a * spread + c * spread_there) / 2 + 2 * math.log(c / a)
    return Carried(x.detach(), now.log_volume + growth.detach())


def noise_and_divergence(believe: Believe, x: Tensor, t: int) -> tuple[Tensor, Tensor]:
    """The noise seen at points (B, 2), and its divergence there (B,)."""
    with torch.enable_grad():
        x = x.detach().requires_grad_(True)
        noise = believe(x, t).noise
        (across,) = torch.autograd.grad(noise[:, 0].sum(), x, retain_graph=True)
        (up,) = torch.autograd.grad(noise[:, 1].sum(), x)
    return noise.detach(), across[:, 0] + up[:, 1]


def log_density(arrived: Carried) -> Tensor:
    """The log-density at the beginning of the way, (B,), of points that have arrived at the last time."""
    return -0.5 * (arrived.x**2).sum(1) - math.log(2 * math.pi) + arrived.log_volume


def exact_log_density(points: Tensor, x: Tensor, signal: float) -> Tensor:
    """The logarithm of q_t(x) for data that are just these points: a Gaussian around each, (B,).

    Args:
        points: The data, (N, 2).
        x: Where, (B, 2).
        signal: alpha_bar, below 1.
    """
    squares = torch.cdist(x, math.sqrt(signal) * points) ** 2  # (B, N)
    width = 1 - signal
    return torch.logsumexp(-squares / (2 * width), 1) - math.log(len(points) * 2 * math.pi * width)


def exact_score(points: Tensor, x: Tensor, signal: float) -> Tensor:
    """Gradient of :func:`exact_log_density`, (B, 2): towards the points, weighted by how likely each is the origin."""
    centres = math.sqrt(signal) * points
    weights = torch.softmax(-(torch.cdist(x, centres) ** 2) / (2 * (1 - signal)), 1)  # (B, N)
    pulled: Tensor = (weights @ centres - x) / (1 - signal)
    return pulled


def _roots(signal: NDArray[np.float64], t: int) -> tuple[float, float]:
    return math.sqrt(signal[t]), math.sqrt(1 - signal[t])
