"""A small network that sees a noisy point of the plane and the time, and says what is noise.

Three layers beside which the numbers pass unchanged; the time is added before each (after Ho et al. 2020, in small).

Names: B points, H units.
"""

from __future__ import annotations

import math
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.denoiser import N_FREQUENCIES, time_features

N_LAYERS: Final = 3


class PointDenoiser(nn.Module):
    """The network: noisy points and their time to whatever it was trained to predict.

    Args:
        width: Units of each layer, H.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.point = nn.Linear(2, width)
        self.time = nn.Linear(2 * N_FREQUENCIES, width)
        self.shifts = nn.ModuleList([nn.Linear(width, width) for _ in range(N_LAYERS)])
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(N_LAYERS)])
        self.out = nn.Linear(width, 2)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """What the network predicts.

        Args:
            x: Noisy points, (B, 2).
            t: Times from 0 (no noise) to 1, (B,), or (1,) for all alike.

        Returns:
            (B, 2).
        """
        embedding = F.silu(self.time(time_features(t)))  # (B or 1, H)
        h = self.point(x)  # (B, H)
        for layer, shift in zip(self.layers, self.shifts, strict=True):
            h = h + layer(F.silu(h + shift(embedding)))
        out: Tensor = self.out(F.silu(h))
        return out


def build_point_denoiser(width: int, device: torch.device) -> PointDenoiser:
    """A network whose weights are still to be filled."""
    with torch.random.fork_rng(devices=[]):  # torch's own initialisation draws from the global generator
        return PointDenoiser(width).to(device)


@torch.no_grad()
def initialise_points(network: PointDenoiser, generator: torch.Generator) -> None:
    """Fill every weight from ``generator`` alone; the network begins by predicting zero."""
    for part in network.modules():
        if isinstance(part, nn.Linear):
            bound = 1 / math.sqrt(part.in_features)
            for values in part.parameters(recurse=False):
                values.copy_((2 * torch.rand(values.shape, generator=generator) - 1) * bound)
    network.out.weight.zero_()
    network.out.bias.zero_()
