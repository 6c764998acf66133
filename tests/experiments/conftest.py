"""What every test of an experiment is held to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch


@pytest.fixture(autouse=True)
def _no_trace() -> Iterator[None]:
    """Global generators and grad mode are as they were after every test of this file."""
    torch.manual_seed(11)
    np.random.seed(11)
    before, legacy = torch.get_rng_state(), np.random.get_state(legacy=False)["state"]["key"].copy()
    yield
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(np.random.get_state(legacy=False)["state"]["key"], legacy)
