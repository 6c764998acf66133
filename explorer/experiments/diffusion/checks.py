"""What the lab verifies before the user's eyes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.denoising import N_LEVELS
from explorer.core.experiment import Check
from explorer.experiments.diffusion.drawing import Live, believe, drawn, noise_of
from explorer.models.samplers import ddim_weights, posterior_weights, times
from explorer.specs.diffusion import ANY_CLASS, Sampling

EXACT: Final = 1e-9
SINGLE: Final = 1e-4
FILM: Final = Sampling("ddim", 10, 0.0, 1.5, -1, 5, 10)


def run_checks(live: Live) -> tuple[Check, ...]:
    """All checks; about a quarter of a second.

    Args:
        live: The network as it is now.
    """
    return (
        _check(
            "x_t = closed form",
            moments_error(live.signal),
            EXACT,
            f"Mean and variance of x_t after adding noise {N_LEVELS:,} times one by one, against the formula; largest "
            "difference.",
        ),
        _check(
            "posterior = eq. 7",
            posterior_error(live.signal),
            EXACT,
            "DDPM's step against Bayes' rule for the two Gaussians it comes from, at 50 steps; largest difference.",
        ),
        _check(
            "DDIM η = 1 = DDPM",
            ddim_error(live.signal),
            EXACT,
            "Weights of picture, noise and fresh noise of the two samplers at 50 steps; largest difference.",
        ),
        _check(
            "guidance 1 = none",
            guidance_error(live),
            SINGLE,
            "The network asked with and without class and mixed with guidance 1, against asked once; largest pixel.",
        ),
        _check(
            "repeats exactly",
            repeat_error(live),
            0.0,
            "Ten digits drawn twice by DDIM with η = 0 from one noise; largest difference of a pixel.",
        ),
    )


def _check(name: str, value: float, tolerance: float, detail: str) -> Check:
    return Check(name, value, tolerance, value <= tolerance, detail=detail)


def moments_error(signal: NDArray[np.float64]) -> float:
    """Adding noise step by step, x_t = sqrt(alpha) x_(t-1) + sqrt(1 - alpha) z, against q(x_t | x_0)."""
    mean, variance, worst = 1.0, 0.0, 0.0
    for before, after in zip(signal[:-1].tolist(), signal[1:].tolist(), strict=True):
        alpha = after / before
        mean, variance = math.sqrt(alpha) * mean, alpha * variance + (1 - alpha)
        worst = max(worst, abs(mean - math.sqrt(after)), abs(variance - (1 - after)))
    return worst


def posterior_error(signal: NDArray[np.float64]) -> float:
    """q(x_s | x_t, x_0) as the product of q(x_s | x_0) and q(x_t | x_s) over x_s, against the sampler's step."""
    path, worst = times(50, N_LEVELS), 0.0
    for t, s in zip(path[:-2].tolist(), path[1:-1].tolist(), strict=True):
        now, after = signal[t], signal[s]
        alpha = now / after
        precision = 1 / (1 - after) + alpha / (1 - alpha)
        of_picture = math.sqrt(after) / (1 - after) / precision
        of_x = math.sqrt(alpha) / (1 - alpha) / precision
        bayes = of_picture + of_x * math.sqrt(now), of_x * math.sqrt(1 - now), math.sqrt(1 / precision)
        worst = max(worst, *(abs(a - b) for a, b in zip(bayes, posterior_weights(now, after), strict=True)))
    return worst


def ddim_error(signal: NDArray[np.float64]) -> float:
    """DDIM's weights with eta 1 against those of ancestral sampling."""
    path, worst = times(50, N_LEVELS), 0.0
    for t, s in zip(path[:-1].tolist(), path[1:].tolist(), strict=True):
        pair = zip(ddim_weights(signal[t], signal[s], 1.0), posterior_weights(signal[t], signal[s]), strict=True)
        worst = max(worst, *(abs(a - b) for a, b in pair))
    return worst


@torch.no_grad()
def guidance_error(live: Live) -> float:
    """Mixing with guidance 1 against asking once, in the middle of the film."""
    x = torch.from_numpy(noise_of(FILM, 0))[:, None].to(live.device)
    labels, t = torch.arange(len(x), device=live.device), N_LEVELS // 2
    time = torch.full((len(x),), 0.5, device=live.device)
    with_class, without = live.network(x, time, labels), live.network(x, time, torch.full_like(labels, ANY_CLASS))
    once = live.network(x, torch.full_like(time, t / N_LEVELS), labels)
    worst = float((without + 1.0 * (with_class - without) - once).abs().max())
    guided = believe(live, labels, 1.0 + 1e-12, x, t).x0 - believe(live, labels, 1.0, x, t).x0
    return max(worst, float(guided.abs().max()))


def repeat_error(live: Live) -> float:
    """The same film twice."""
    one, other = drawn(live, FILM), drawn(live, replace(FILM))
    return float(np.abs(one - other).max())
