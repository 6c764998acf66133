"""Small turns, stretches and slants of digits: more training pictures than were written.

Digits are centred by mass in this data set, so nothing is shifted: a shifted digit would be none of it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.models.autoencoder import SIDE_PX

MAX_TURN_RAD = 0.1
MAX_STRETCH = 0.08
MAX_SLANT = 0.1


def warp(x: Tensor, generator: torch.Generator) -> Tensor:
    """Each picture turned, stretched and slanted by its own random amounts, bilinearly sampled.

    Args:
        x: (B, 784) in [0, 1].
        generator: Source of the amounts, on the CPU.

    Returns:
        (B, 784) in [0, 1].
    """
    B = len(x)
    maps = random_maps(B, generator).to(x.device)  # (B, 2, 3)
    grid = F.affine_grid(maps, [B, 1, SIDE_PX, SIDE_PX], align_corners=False)  # (B, 28, 28, 2)
    pictures = x.view(B, 1, SIDE_PX, SIDE_PX)
    return F.grid_sample(pictures, grid, align_corners=False).view(B, -1)


def random_maps(n: int, generator: torch.Generator) -> Tensor:
    """Affine maps (n, 2, 3) about the middle: a stretch of each axis, a slant, a turn; uniform within the limits."""
    u = 2 * torch.rand(n, 4, generator=generator) - 1
    cos, sin = (MAX_TURN_RAD * u[:, 0]).cos(), (MAX_TURN_RAD * u[:, 0]).sin()
    wide, high = 1 + MAX_STRETCH * u[:, 1], 1 + MAX_STRETCH * u[:, 2]
    slant, zero = MAX_SLANT * u[:, 3], torch.zeros(n)
    return torch.stack([cos * wide, slant - sin * wide, zero, sin * high, cos * high, zero], 1).view(n, 2, 3)
