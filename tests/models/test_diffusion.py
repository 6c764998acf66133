"""The process against its closed form, and what networks predict against one another."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.data.noise_schedules import SCHEDULES, alpha_bar
from explorer.models.diffusion import KINDS, belief, noise_error, noisy, roots, target

GENERATOR = torch.Generator().manual_seed(2)
X0 = torch.rand(6, 1, 4, 4, generator=GENERATOR, dtype=torch.float64) * 2 - 1
NOISE = torch.randn(6, 1, 4, 4, generator=GENERATOR, dtype=torch.float64)
SIGNAL = torch.linspace(0.05, 0.95, 6, dtype=torch.float64)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("t", [1, 300, 999])
def test_moments_of_noisy_pictures_are_those_of_the_closed_form(name: str, t: int):
    signal = torch.tensor(alpha_bar(name, 1000)[t])
    x0 = torch.full((200_000, 1), 0.7, dtype=torch.float64)
    noise = torch.randn(x0.shape, generator=torch.Generator().manual_seed(t), dtype=torch.float64)
    x = noisy(x0, noise, signal)
    spread = (1 - signal).sqrt().item()
    assert x.mean().item() == pytest.approx(0.7 * signal.sqrt().item(), abs=5 * spread / 200_000**0.5)
    assert x.std().item() == pytest.approx(spread, rel=5 / (2 * 200_000) ** 0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_perfect_prediction_gives_back_picture_and_noise(kind: str):
    x = noisy(X0, NOISE, SIGNAL)
    found = belief(kind, target(kind, X0, NOISE, SIGNAL), x, SIGNAL)
    torch.testing.assert_close(found.x0, X0)
    torch.testing.assert_close(found.noise, NOISE)


@pytest.mark.parametrize("kind", KINDS)
def test_a_clipped_belief_still_makes_up_the_noisy_picture(kind: str):
    x = noisy(X0, NOISE, SIGNAL)
    found = belief(kind, 5 * target(kind, X0, NOISE, SIGNAL) + 1, x, SIGNAL)
    assert found.x0.abs().max() <= 1
    torch.testing.assert_close(noisy(found.x0, found.noise, SIGNAL), x)


@pytest.mark.parametrize("kind", KINDS)
def test_errors_of_any_prediction_are_told_as_errors_of_the_noise(kind: str):
    x = noisy(X0, NOISE, SIGNAL)
    wrong = target(kind, X0, NOISE, SIGNAL) + 0.1 * torch.randn(X0.shape, generator=GENERATOR, dtype=torch.float64)
    own = (wrong - target(kind, X0, NOISE, SIGNAL)).square().mean((1, 2, 3))
    noise = (belief(kind, wrong, x, SIGNAL, clip=False).noise - NOISE).square().mean((1, 2, 3))
    torch.testing.assert_close(noise_error(kind, own, SIGNAL), noise)


def test_roots_are_those_of_a_whole():
    a, b = roots(SIGNAL, X0)
    assert a.shape == (6, 1, 1, 1)
    np.testing.assert_allclose((a**2 + b**2).numpy(), 1)
