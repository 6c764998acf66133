"""What the lab verifies before the user's eyes."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.experiment import Check
from explorer.experiments.diffusion_points.fields import WAY_STEPS
from explorer.experiments.diffusion_points.travelling import Live, believe, drawn, noise_of
from explorer.models.flow_density import (
    Carried,
    carry,
    exact_log_density,
    exact_score,
    log_density,
    velocity_and_divergence,
    way_to_noise,
)
from explorer.specs.diffusion_points import PointSampling

TIME: Final = 400
"""Where densities and fields are checked: blurred enough that a grid sees all of them."""
FAR, SIDE = 5.0, 36
NUDGE: Final = 1e-2
FILM: Final = PointSampling("ddim", 10, 0.0, 5, 100)


def run_checks(live: Live, train: Tensor) -> tuple[Check, ...]:
    """All checks; about 0.4 seconds.

    Args:
        live: The network as it is now.
        train: The data, (N, 2).
    """
    return (
        _check("density adds up to 1", mass_error(live), 0.01,
               f"Learned density at t = {TIME} over a square of {2 * FAR:g} by {2 * FAR:g}, minus 1."),
        _check("divergence = differences", divergence_error(live), 5e-3,
               "Divergence of v by torch against differences across 0.02; the largest of a hundred points."),
        _check("flow there and back", return_error(live), 0.01,
               f"200 points carried along the flow from t = {TIME} to the noise and back; mean distance from home."),
        _check("DDIM repeats exactly", repeat_error(live), 0.0,
               "A hundred points drawn twice with η = 0 from one noise; largest difference."),
        _check("exact score = gradient", score_error(live, train), 1e-3,
               "The score of the training points' density in closed form against torch's gradient; the largest."),
    )  # fmt: skip


def _check(name: str, value: float, tolerance: float, detail: str) -> Check:
    return Check(name, value, tolerance, value <= tolerance, detail=detail)


def mass_error(live: Live) -> float:
    """Sum of the density over a wide grid, minus 1."""
    middles = torch.from_numpy(((2 * np.arange(SIDE) + 1 - SIDE) * FAR / SIDE).astype(np.float32))
    x = torch.cartesian_prod(middles, middles).to(live.device)
    end = _carried(live, Carried(x, torch.zeros(len(x), device=live.device)))
    return abs(float(log_density(end).exp().double().sum()) * (2 * FAR / SIDE) ** 2 - 1)


def divergence_error(live: Live) -> float:
    """Divergence of v by torch against central differences."""
    x = torch.from_numpy(noise_of(FILM, 0)).to(live.device)
    see = partial(believe, live)
    _, divergence = velocity_and_divergence(see, x, TIME, live.signal)
    found = torch.zeros_like(divergence)
    for axis in range(2):
        nudge = torch.zeros(2, device=live.device)
        nudge[axis] = NUDGE
        ahead, behind = (velocity_and_divergence(see, x + sign * nudge, TIME, live.signal)[0] for sign in (1, -1))
        found += (ahead - behind)[:, axis] / (2 * NUDGE)
    return float((divergence - found).abs().max())


def return_error(live: Live) -> float:
    """Mean distance between where points were and where they come back to."""
    x = torch.from_numpy(noise_of(PointSampling(seed=6, n=200), 0)).to(live.device)
    away = _carried(live, Carried(x, torch.zeros(len(x), device=live.device)))
    back = _carried(live, away, home=True)
    return float((back.x - x).norm(dim=1).mean())


def repeat_error(live: Live) -> float:
    """The same film twice."""
    return float(np.abs(drawn(live, FILM) - drawn(live, FILM)).max())


def score_error(live: Live, train: Tensor) -> float:
    """Closed form of the data's score against the gradient of their log density."""
    x = torch.from_numpy(noise_of(FILM, 0)).double().to(live.device).requires_grad_(True)
    points, left = train.double(), float(live.signal[TIME])
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(exact_log_density(points, x, left).sum(), x)
    return float((gradient - exact_score(points, x.detach(), left)).abs().max())


def _carried(live: Live, now: Carried, *, home: bool = False) -> Carried:
    way = way_to_noise(TIME, WAY_STEPS, live.signal).tolist()
    way = way[::-1] if home else way
    for t, s in pairwise(way):
        now = carry(partial(believe, live), now, t, s, live.signal)
    return now
