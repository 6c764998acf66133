"""Slopes from differences: the oracle that gradients are checked against.

A central difference errs by the curvature where its step is long, and by rounding where it is short. Which step is
right depends on the function, so several are tried and the one is kept where the result has settled (the idea of
Ridders 1982, doi:10.1016/S0141-1195(82)80057-0). The gradient that is checked has no say in the choice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Final

PUSHES: Final = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
"""Lengths of steps, for arguments and functions around one in double precision."""


def slope_at_zero(function: Callable[[float], float], pushes: Sequence[float] = PUSHES) -> float:
    """Derivative of ``function`` at 0, by the central difference that changed least from the one before.

    Args:
        function: Of one number, in double precision.
        pushes: Lengths of steps, falling; at least two.
    """
    slopes = [(function(push) - function(-push)) / (2 * push) for push in pushes]
    changes = [abs(after - before) for before, after in itertools.pairwise(slopes)]
    return slopes[1 + min(range(len(changes)), key=changes.__getitem__)]
