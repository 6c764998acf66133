"""Warped digits stay digits: in range, in place, and other than before."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.data.digits import load_digits
from explorer.models import warping
from explorer.models.warping import random_maps, warp


@pytest.fixture
def digits() -> torch.Tensor:
    return torch.tensor(load_digits().train_images[:200]).reshape(-1, 784)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_stays_in_range_and_in_place(digits: torch.Tensor) -> None:
    warped = warp(digits, seeded())
    assert warped.shape == digits.shape
    assert warped.min() >= 0
    assert warped.max() <= 1
    index = torch.arange(28.0)
    for profile in (warped.view(-1, 28, 28).sum(2), warped.view(-1, 28, 28).sum(1)):
        centre = profile @ index / profile.sum(1)
        assert (centre - 14).abs().max() < 1.2


def test_changes_every_digit_a_little(digits: torch.Tensor) -> None:
    change = (warp(digits, seeded()) - digits).square().mean(1).sqrt()
    assert change.min() > 0.005
    assert change.max() < 0.4


def test_the_generator_alone_decides(digits: torch.Tensor) -> None:
    assert torch.equal(warp(digits, seeded(1)), warp(digits, seeded(1)))
    assert not torch.equal(warp(digits, seeded(1)), warp(digits, seeded(2)))


def test_no_amount_is_no_change(digits: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("MAX_TURN_RAD", "MAX_STRETCH", "MAX_SLANT"):
        monkeypatch.setattr(warping, limit, 0.0)
    torch.testing.assert_close(warp(digits, seeded()), digits, atol=1e-5, rtol=0)


def test_maps_have_no_shift_and_stay_close_to_identity() -> None:
    maps = random_maps(500, seeded()).numpy()
    assert not maps[:, :, 2].any()
    assert np.abs(maps[:, :, :2] - np.eye(2)).max() < 0.21
    assert (np.linalg.det(maps[:, :, :2]) > 0.8).all()
