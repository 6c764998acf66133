"""A small U-Net that sees a noisy digit, the time and the class, and says what is noise.

After Ronneberger et al. 2015 and Ho et al. 2020. Two by two pixels are folded into channels first: at 14 x 14 and 7 x 7
convolutions cost a quarter of those at 28 x 28, and a digit's strokes are two pixels wide. Time and class shift and
scale the channels of every block (Nichol & Dhariwal 2021).

Names: B pictures, C channels at 14 x 14 (twice as many at 7 x 7), E numbers that say time and class.
"""

from __future__ import annotations

import math
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FOLD: Final = 2
N_FREQUENCIES: Final = 32
GROUPS: Final = 8
N_INNER: Final = 2
"""Blocks at 7 x 7; at 14 x 14 there is one on the way down and one on the way up."""


class Block(nn.Module):
    """Two convolutions beside which the picture passes unchanged; begins as doing nothing.

    Args:
        channels: Of the picture.
        n_embedding: Numbers that say time and class, E.
    """

    def __init__(self, channels: int, n_embedding: int) -> None:
        super().__init__()
        self.norm_in = nn.GroupNorm(GROUPS, channels)
        self.conv_in = nn.Conv2d(channels, channels, 3, padding=1)
        self.modulation = nn.Linear(n_embedding, 2 * channels)
        self.norm_out = nn.GroupNorm(GROUPS, channels)
        self.conv_out = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """(B, C, H, W) and (B, E) to (B, C, H, W)."""
        h = self.conv_in(F.silu(self.norm_in(x)))  # (B, C, H, W)
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, 1)  # (B, C, 1, 1) each
        h = self.conv_out(F.silu(self.norm_out(h) * (1 + scale) + shift))
        out: Tensor = x + h
        return out


class Denoiser(nn.Module):
    """The network: a noisy picture, its time and its class to whatever it was trained to predict.

    Args:
        width: Channels at 14 x 14, a multiple of 8.
        n_labels: Classes, "none in particular" among them.
    """

    def __init__(self, width: int, n_labels: int) -> None:
        super().__init__()
        E, wide = 3 * width, 2 * width
        self.label = nn.Embedding(n_labels, E)
        self.time = nn.Sequential(nn.Linear(2 * N_FREQUENCIES, E), nn.SiLU(), nn.Linear(E, E))
        self.conv_in = nn.Conv2d(FOLD * FOLD, width, 3, padding=1)
        self.before = Block(width, E)
        self.down = nn.Conv2d(width, wide, 3, stride=2, padding=1)
        self.inner = nn.ModuleList([Block(wide, E) for _ in range(N_INNER)])
        self.up = nn.Conv2d(wide, width, 1)
        self.join = nn.Conv2d(2 * width, width, 1)
        self.after = Block(width, E)
        self.norm_out = nn.GroupNorm(GROUPS, width)
        self.conv_out = nn.Conv2d(width, FOLD * FOLD, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor, label: Tensor) -> Tensor:
        """What the network predicts.

        Args:
            x: Noisy pictures, (B, 1, 28, 28).
            t: Times from 0 (no noise) to 1, (B,).
            label: Classes, (B,) int64.

        Returns:
            (B, 1, 28, 28).
        """
        embedding = F.silu(self.time(time_features(t)) + self.label(label))  # (B, E)
        x = F.pixel_unshuffle(x, FOLD).contiguous(memory_format=torch.channels_last)  # (B, 4, 14, 14)
        skip = self.before(self.conv_in(x), embedding)  # (B, C, 14, 14)
        h = self.down(skip)  # (B, 2C, 7, 7)
        for block in self.inner:
            h = block(h, embedding)
        h = F.interpolate(self.up(h), scale_factor=2)  # (B, C, 14, 14)
        h = self.after(self.join(torch.cat([h, skip], 1)), embedding)
        out: Tensor = F.pixel_shuffle(self.conv_out(F.silu(self.norm_out(h))), FOLD)
        return out


def time_features(t: Tensor) -> Tensor:
    """Sines and cosines of times in [0, 1] (B,) at 32 rates from 1 to 1/1000 of a thousandth: (B, 64)."""
    rates = torch.exp(torch.arange(N_FREQUENCIES, device=t.device) * (-math.log(1000) / (N_FREQUENCIES - 1)))
    angles = 1000 * t[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1)


def build_denoiser(width: int, n_labels: int, device: torch.device) -> Denoiser:
    """A network whose weights are still to be filled, laid out for fast convolutions."""
    with torch.random.fork_rng(devices=[]):  # torch's own initialisation draws from the global generator
        network = Denoiser(width, n_labels).to(device)
    for part in network.modules():
        if isinstance(part, nn.Conv2d):
            part.weight.data = part.weight.data.contiguous(memory_format=torch.channels_last)
    return network


@torch.no_grad()
def initialise(network: Denoiser, generator: torch.Generator) -> None:
    """Fill every weight from ``generator`` alone; what each block and the whole network add begins at zero."""
    for part in network.modules():
        if isinstance(part, nn.Linear | nn.Conv2d):
            bound = 1 / math.sqrt(part.weight[0].numel())
            for values in part.parameters(recurse=False):
                values.copy_((2 * torch.rand(values.shape, generator=generator) - 1) * bound)
        elif isinstance(part, nn.Embedding):
            part.weight.copy_(torch.randn(part.weight.shape, generator=generator))
    for part in network.modules():
        if isinstance(part, Block | Denoiser):
            part.conv_out.weight.zero_()
            part.conv_out.bias.zero_()  # type: ignore[union-attr]
