from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from explorer.models.differences import slope_at_zero


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (math.exp, 1.0),
        (lambda x: math.sin(3 * x), 3.0),
        (lambda x: 1e-6 * math.exp(x), 1e-6),
        (lambda x: math.tanh(2e3 * x), 2e3),  # so curved that long steps see nothing of it
        (lambda x: 5 * x + 1e3 * max(0.0, x - 2e-6), 5.0),  # a kink beside the place
        (lambda x: 7.0, 0.0),
    ],
)
def test_the_slope_of_functions_of_any_curvature(function: Callable[[float], float], slope: float):
    assert slope_at_zero(function) == pytest.approx(slope, rel=1e-6, abs=1e-12)


def test_one_step_alone_would_be_wrong():
    def steep(x: float) -> float:
        return math.tanh(2e3 * x)

    assert (steep(1e-3) - steep(-1e-3)) / 2e-3 < 0.5 * slope_at_zero(steep)
