"""The density that a denoiser has learned, exactly: points carried along the probability-flow ODE to the noise.

With sqrt(abar) = cos(w) and sqrt(1 - abar) = sin(w) the ODE (Song et al. 2021, arXiv:2011.13456, eq. 13) is dx/dw = v,
Salimans & Ho's v = cos(w) eps - sin(w) x_0 (2022, arXiv:2202.00512, appendix D): even where hardly any noise or hardly
anything else is left, nothing is divided by it. The volume around a point grows by the divergence of v (Chen et al.
2018, arXiv:1806.07366, theorem 1), in two dimensions two derivatives:

    log p_t(x) = log N(x_T; 0, I) + integral of div v over w, from time t to the last one

Steps are Heun's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.models.diffusion import Belief

Believe = Callable[[Tensor, int], Belief]
"""(x (B, 2), time) -> what the network takes for data and noise; differentiable in x."""
_BENT: Final = 1.5


class Carried(NamedTuple):
    """Points on their way.

    Attributes:
        x: Where they are, (B, 2).
        log_volume: By how much the logarithm of the volume around each has grown since the beginning, (B,).
    """

    x: Tensor
    log_volume: Tensor


def way_to_noise(t: int, n_steps: int, signal: NDArray[np.float64]) -> NDArray[np.int64]:
    """Times from ``t`` up to the last one, each at most once: (k + 1,), k at most ``n_steps``.

    Their angles rise, in the beginning by less than later: close to the data the flow bends most.

    Args:
        t: Time to begin at, at least 1.
        n_steps: Steps wished for.
        signal: alpha_bar at times 0 .. T.
    """
    angles = np.arctan2(np.sqrt(1 - signal[1:]), np.sqrt(signal[1:]))  # of times 1 .. T, rising
    wished = angles[t - 1] + (angles[-1] - angles[t - 1]) * np.linspace(0, 1, n_steps + 1) ** _BENT
    found = 1 + np.searchsorted(angles, wished - 1e-9)
    found[0], found[-1] = t, len(angles)
    return np.unique(found.clip(t, len(angles)))


def flow(believe: Believe, x: Tensor, t: int, s: int, signal: NDArray[np.float64]) -> Tensor:
    """One Heun step of points (B, 2) from time ``t`` to a time ``s``, later or earlier.

    At time 0 there is no noise to see: a step that ends or begins there is Euler's, with what is seen at its other end.
    """
    turn = _angle(signal, s) - _angle(signal, t)
    v = _velocity(believe, x, t or s, signal)
    there = x + turn * v
    return x + turn * (v + _velocity(believe, there, s, signal)) / 2 if t and s else there


def carry(believe: Believe, now: Carried, t: int, s: int, signal: NDArray[np.float64]) -> Carried:
    """One Heun step of points and volumes from time ``t`` to a time ``s``, later or earlier; both at least 1."""
    turn = _angle(signal, s) - _angle(signal, t)
    v, spread = velocity_and_divergence(believe, now.x, t, signal)
    v_there, spread_there = velocity_and_divergence(believe, now.x + turn * v, s, signal)
    return Carried(now.x + turn * (v + v_there) / 2, now.log_volume + turn * (spread + spread_there) / 2)


def velocity_and_divergence(believe: Believe, x: Tensor, t: int, signal: NDArray[np.float64]) -> tuple[Tensor, Tensor]:
    """Velocities v at points (B, 2), and its divergence there (B,)."""
    with torch.enable_grad():
        x = x.detach().requires_grad_(True)
        v = _velocity(believe, x, t, signal)
        (across,) = torch.autograd.grad(v[:, 0].sum(), x, retain_graph=True)
        (up,) = torch.autograd.grad(v[:, 1].sum(), x)
    return v.detach(), across[:, 0] + up[:, 1]


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


def _velocity(believe: Believe, x: Tensor, t: int, signal: NDArray[np.float64]) -> Tensor:
    found = believe(x, t)
    return math.sqrt(signal[t]) * found.noise - math.sqrt(1 - signal[t]) * found.x0


def _angle(signal: NDArray[np.float64], t: int) -> float:
    return math.atan2(math.sqrt(1 - signal[t]), math.sqrt(signal[t]))
