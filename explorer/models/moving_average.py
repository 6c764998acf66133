"""An average of a network's last weights: the restlessness of single steps is gone (Polyak & Juditsky 1992)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MovingAverage:
    """Exponential moving average of parameters, warming up so that the first weights are soon forgotten.

    Args:
        network: What is trained.
        average: A network of the same form, which holds the average; begins as a copy.
        decay: Share that stays at each step, in the end.
    """

    def __init__(self, network: nn.Module, average: nn.Module, decay: float) -> None:
        self._from: list[Tensor] = list(network.parameters())
        self._to: list[Tensor] = list(average.parameters())
        self._decay = decay
        self.copy()

    @torch.no_grad()
    def copy(self) -> None:
        """Make the average the weights as they are."""
        for mean, value in zip(self._to, self._from, strict=True):
            mean.copy_(value)

    @torch.no_grad()
    def update(self, n_steps: int) -> None:
        """Take the weights after ``n_steps`` steps in."""
        decay = min(self._decay, (1 + n_steps) / (10 + n_steps))
        torch._foreach_lerp_(self._to, self._from, 1 - decay)
