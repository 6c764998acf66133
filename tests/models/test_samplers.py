"""Samplers where the ideal network is known: Gaussian data, for which every step has a closed form."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.core.denoising import asks_twice
from explorer.data.noise_schedules import SCHEDULES, alpha_bar
from explorer.models.diffusion import Belief
from explorer.models.samplers import Believe, ddim_weights, one_step, posterior_weights, times, times_along

T = 1000
SIGNAL = alpha_bar("cosine", T)
MEAN = torch.tensor([0.5, -1.0], dtype=torch.float64)
COVARIANCE = torch.tensor([[0.9, 0.3], [0.3, 0.4]], dtype=torch.float64)
NO_NOISE = torch.zeros(1)


def ideal(signal=SIGNAL) -> Believe:
    """E[x0 | x_t] of data from N(MEAN, COVARIANCE), by conditioning a joint Gaussian."""

    def believe(x: Tensor, t: int) -> Belief:
        a = float(signal[t])
        spread = a * COVARIANCE + (1 - a) * torch.eye(2, dtype=torch.float64)
        gain = math.sqrt(a) * COVARIANCE @ torch.linalg.inv(spread)
        x0 = MEAN + (x - math.sqrt(a) * MEAN) @ gain.T
        return Belief(x0, (x - math.sqrt(a) * x0) / math.sqrt(1 - a))

    return believe


def film(sampler: str, eta: float, n: int, n_steps: int, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 2, generator=generator, dtype=torch.float64)
    path = times(n_steps, T).tolist()
    for t, s in itertools.pairwise(path):
        fresh = torch.randn(x.shape, generator=generator, dtype=torch.float64)
        x = one_step(sampler, eta, ideal(), x, t, s, SIGNAL, fresh).x
    return x


@pytest.mark.parametrize(
    ("sampler", "eta", "n_steps"), [("ddpm", 0.0, 1000), ("ddim", 0.0, 250), ("ddim", 0.5, 500), ("heun", 0.0, 50)]
)
def test_every_sampler_recovers_mean_and_covariance(sampler: str, eta: float, n_steps: int):
    n = 20_000
    x = film(sampler, eta, n, n_steps)
    sd = COVARIANCE.diag().sqrt()
    assert ((x.mean(0) - MEAN).abs() < 5 * sd / n**0.5 + 0.01).all()
    np.testing.assert_allclose(torch.cov(x.T).numpy(), COVARIANCE.numpy(), atol=0.03)


def exact(x: Tensor, t: int, s: int, signal=SIGNAL) -> Tensor:
    """Where the probability-flow ODE takes x from time t to time s: along each principal axis the score stays."""
    values, axes = torch.linalg.eigh(COVARIANCE)
    now, after = float(signal[t]), float(signal[s])
    scores = (x - math.sqrt(now) * MEAN) @ axes / (now * values + 1 - now).sqrt()
    found: Tensor = math.sqrt(after) * MEAN + (scores * (after * values + 1 - after).sqrt()) @ axes.T
    return found


@pytest.mark.parametrize(("sampler", "order"), [("ddim", 1), ("heun", 2)])
def test_errors_fall_with_the_order_they_should(sampler: str, order: int):
    start = torch.tensor([[1.0, 0.3], [-0.8, 1.2], [0.1, -2.0]], dtype=torch.float64)
    errors = []
    for n_steps in (15, 30, 60):
        x, path = start, np.linspace(800, 200, n_steps + 1).astype(int).tolist()
        for t, s in itertools.pairwise(path):
            x = one_step(sampler, 0.0, ideal(), x, t, s, SIGNAL, NO_NOISE).x
        errors.append(float((x - exact(start, 800, 200)).norm()))
    orders = [math.log2(coarse / fine) for coarse, fine in itertools.pairwise(errors)]
    assert orders[-1] == pytest.approx(order, abs=0.25)
    assert errors[-1] < 0.02


@pytest.mark.parametrize("name", SCHEDULES)
def test_five_steps_of_the_second_order_are_nearer_than_ten_of_the_first(name: str):
    start = torch.randn(500, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    signal, errors = alpha_bar(name, T), []
    for sampler, n_steps in (("heun", 5), ("ddim", 10)):
        x = start
        for t, s in itertools.pairwise(times(n_steps, T).tolist()):
            x = one_step(sampler, 0.0, ideal(signal), x, t, s, signal, NO_NOISE).x
        errors.append(float((x - exact(start, T, 0, signal)).norm(dim=1).mean()))
    assert errors[0] < 0.8 * errors[1]


@pytest.mark.parametrize("name", SCHEDULES)
def test_ancestral_weights_are_those_of_equation_7(name: str):
    signal = alpha_bar(name, T)
    for t in (2, 10, 500, 999, 1000):
        beta = 1 - signal[t] / signal[t - 1]
        mean_x0 = math.sqrt(signal[t - 1]) * beta / (1 - signal[t])
        mean_x = math.sqrt(1 - beta) * (1 - signal[t - 1]) / (1 - signal[t])
        variance = (1 - signal[t - 1]) / (1 - signal[t]) * beta
        found = posterior_weights(signal[t], signal[t - 1])
        assert found.picture == pytest.approx(mean_x0 + mean_x * math.sqrt(signal[t]), rel=1e-9)
        assert found.noise == pytest.approx(mean_x * math.sqrt(1 - signal[t]), rel=1e-9)
        assert found.fresh**2 == pytest.approx(variance, rel=1e-9)


@pytest.mark.parametrize("name", SCHEDULES)
def test_ddim_with_eta_1_is_ancestral_sampling_and_with_eta_0_adds_nothing(name: str):
    signal, path = alpha_bar(name, T), times(50, T).tolist()
    for t, s in itertools.pairwise(path):
        assert ddim_weights(signal[t], signal[s], 1.0) == pytest.approx(
            posterior_weights(signal[t], signal[s]), abs=1e-9
        )
        assert ddim_weights(signal[t], signal[s], 0.0).fresh == 0
        for eta in (0.0, 0.4, 1.0):  # the marginal's variance is kept, whatever eta
            weights = ddim_weights(signal[t], signal[s], eta)
            assert weights.noise**2 + weights.fresh**2 == pytest.approx(1 - signal[s], abs=1e-12)


def test_the_deviation_is_that_of_equation_16():
    now, after = SIGNAL[600], SIGNAL[580]
    sigma = 0.3 * math.sqrt((1 - after) / (1 - now)) * math.sqrt(1 - now / after)
    assert ddim_weights(now, after, 0.3).fresh == pytest.approx(sigma, rel=1e-12)


@pytest.mark.parametrize("sampler", ["ddpm", "ddim", "heun"])
def test_what_a_step_says_it_did_is_what_it_did(sampler: str):
    x = torch.randn(5, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    z = torch.randn(5, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    for t, s in ((1000, 980), (500, 480), (20, 0)):
        taken = one_step(sampler, 0.7, ideal(), x, t, s, SIGNAL, z)
        w, found = taken.weights, taken.belief
        if not asks_twice(sampler, t, s):
            torch.testing.assert_close(taken.x, w.picture * found.x0 + w.noise * found.noise + w.fresh * z)
        torch.testing.assert_close(x, math.sqrt(SIGNAL[t]) * found.x0 + math.sqrt(1 - SIGNAL[t]) * found.noise)


def test_the_last_step_ends_at_the_picture_believed():
    x = torch.ones(3, 2, dtype=torch.float64)
    for sampler in ("ddpm", "ddim", "heun"):
        taken = one_step(sampler, 0.0, ideal(), x, 20, 0, SIGNAL, x)
        torch.testing.assert_close(taken.x, taken.belief.x0)


def test_times_fall_from_noise_to_picture():
    for n_steps in (1, 5, 50, 333, 1000):
        path = times(n_steps, T)
        assert (len(path), path[0], path[-1]) == (n_steps + 1, T, 0)
        assert (np.diff(path) < 0).all()
    for n_steps in (0, 1001):
        with pytest.raises(ValueError, match="steps"):
            times(n_steps, T)


@pytest.mark.parametrize("trained", sorted(SCHEDULES))
@pytest.mark.parametrize("other", sorted(SCHEDULES))
@pytest.mark.parametrize("n_steps", [1, 7, 50, 1000])
def test_steps_placed_by_another_schedule_leave_as_much_as_it_does(trained: str, other: str, n_steps: int):
    signal, wished = alpha_bar(trained, T), alpha_bar(other, T)
    path = times_along(n_steps, signal, wished)
    assert path[0] == T
    assert path[-1] == 0
    assert (np.diff(path) < 0).all()
    if trained == other:
        np.testing.assert_array_equal(path, times(n_steps, T))
    if n_steps == 7:  # few enough that no step gives way to another
        left = wished[times(n_steps, T)][1:-1]
        nearest = [int(np.abs(signal - one).argmin()) for one in left]
        np.testing.assert_array_equal(path[1:-1], nearest)


def test_an_unknown_sampler_is_refused():
    with pytest.raises(ValueError, match="no sampler"):
        one_step("euler", 0.0, ideal(), torch.ones(1, 2, dtype=torch.float64), 10, 5, SIGNAL, NO_NOISE)
