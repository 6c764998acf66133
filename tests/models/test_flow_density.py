"""The flow and its density where both are known: Gaussian data, and data that are a handful of points."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.data.noise_schedules import SCHEDULES, alpha_bar
from explorer.models.diffusion import Belief
from explorer.models.flow_density import (
    Believe,
    Carried,
    carry,
    exact_log_density,
    exact_score,
    flow,
    log_density,
    velocity_and_divergence,
    way_to_noise,
)

T = 1000
SIGNAL = alpha_bar("cosine", T)
COVARIANCE = torch.tensor([[0.9, 0.3], [0.3, 0.4]], dtype=torch.float64)
POINTS = torch.tensor([[0.5, 1.0], [-1.0, 0.3], [0.2, -0.7]], dtype=torch.float64)


def spread(t: int) -> Tensor:
    """Covariance of x_t for Gaussian data of mean 0."""
    a = float(SIGNAL[t])
    return a * COVARIANCE + (1 - a) * torch.eye(2, dtype=torch.float64)


def ideal() -> Believe:
    """E[x_0 | x_t] for these data."""

    def believe(x: Tensor, t: int) -> Belief:
        a = float(SIGNAL[t])
        x0 = x @ (math.sqrt(a) * COVARIANCE @ torch.linalg.inv(spread(t))).T
        return Belief(x0, (x - math.sqrt(a) * x0) / math.sqrt(1 - a))

    return believe


def cloud(n: int = 40) -> Tensor:
    return torch.randn(n, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def errors(t: int, n_steps: int) -> float:
    x = cloud()
    now = Carried(x, torch.zeros(len(x), dtype=torch.float64))
    for a, b in pairwise(way_to_noise(t, n_steps, SIGNAL).tolist()):
        now = carry(ideal(), now, a, b, SIGNAL)
    exact = torch.distributions.MultivariateNormal(torch.zeros(2, dtype=torch.float64), spread(t)).log_prob(x)
    return float((log_density(now) - exact).abs().max())


@pytest.mark.parametrize("t", [20, 200, 500, 900])
def test_the_density_of_gaussian_data_is_the_gaussian(t: int):
    assert errors(t, 400) < 2e-3


def test_its_error_falls_with_the_square_of_the_step():
    coarse, fine = errors(100, 12), errors(100, 48)
    assert 10 < coarse / fine < 25


def test_the_flow_of_gaussian_data_is_linear():
    """The flow keeps whitened places: spread(t)^(-1/2) x_t is the same at all times (the two matrices commute)."""

    def white(x: Tensor, t: int) -> Tensor:
        values, axes = torch.linalg.eigh(spread(t))
        whitened: Tensor = x @ axes @ torch.diag(values**-0.5) @ axes.T
        return whitened

    x = cloud()
    for path in (list(range(400, 1000, 2)), list(range(400, 0, -2))):
        at = x
        for t, s in pairwise(path):
            at = flow(ideal(), at, t, s, SIGNAL)
        torch.testing.assert_close(white(at, path[-1]), white(x, 400), atol=2e-3, rtol=0)


def test_steps_from_and_to_the_data_are_of_first_order_and_meet():
    x = cloud()
    there = flow(ideal(), x, 0, 1, SIGNAL)
    assert (flow(ideal(), there, 1, 0, SIGNAL) - x).abs().max() < 1e-3


@pytest.mark.parametrize("t", [1, 300, 999])
def test_the_divergence_is_that_of_the_linear_field(t: int):
    a = math.sqrt(SIGNAL[t])
    gain = a * COVARIANCE @ torch.linalg.inv(spread(t))
    eye = torch.eye(2, dtype=torch.float64)
    slope = a * (eye - a * gain) / math.sqrt(1 - SIGNAL[t]) - math.sqrt(1 - SIGNAL[t]) * gain
    v, divergence = velocity_and_divergence(ideal(), cloud(), t, SIGNAL)
    torch.testing.assert_close(divergence, slope.trace().expand(40))
    torch.testing.assert_close(v, cloud() @ slope.T)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@pytest.mark.parametrize("t", [1, 2, 500, 998, 999])
def test_ways_rise_to_the_last_time(name: str, t: int):
    way = way_to_noise(t, 24, alpha_bar(name, T))
    assert (way[0], way[-1]) == (t, T)
    assert (np.diff(way) > 0).all()
    assert len(way) <= 25


def test_the_exact_density_is_the_mean_of_gaussians_and_the_score_its_gradient():
    x, left = cloud(), 0.6
    found = exact_log_density(POINTS, x, left)
    eye = (1 - left) * torch.eye(2, dtype=torch.float64)
    each = [torch.distributions.MultivariateNormal(math.sqrt(left) * p, eye).log_prob(x).exp() for p in POINTS]
    torch.testing.assert_close(found.exp(), torch.stack(each).mean(0))
    x.requires_grad_(True)
    (gradient,) = torch.autograd.grad(exact_log_density(POINTS, x, left).sum(), x)
    torch.testing.assert_close(exact_score(POINTS, x.detach(), left), gradient)
    one = exact_score(POINTS[:1], x.detach(), left)
    torch.testing.assert_close(one, (math.sqrt(left) * POINTS[0] - x.detach()) / (1 - left))
