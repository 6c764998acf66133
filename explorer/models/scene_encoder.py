"""A small convolutional network that looks: a picture becomes the first state of a writer.

After Vinyals et al. 2015, "Show and tell", arXiv:1411.4555; here the picture is the writer's first state, and nothing
of it is shown again later.

Names: B pictures, L layers, H units.
"""

from __future__ import annotations

from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.recurrent import CellState

SIDE_PX: Final = 32
CHANNELS: Final = (16, 32, 32)
GROUND: Final = 0.96
"""Brightness of the empty picture: it is given to the network as 0."""
CONTRAST: Final = 4.0


class SceneEncoder(nn.Module):
    """Three convolutions that halve the side, then one full matrix to the state.

    Args:
        n_hidden: Units of each of the writer's layers, H.
        layers: The writer's layers, L.
        has_memory: Whether the writer's cells also want a memory c.
    """

    def __init__(self, n_hidden: int, layers: int, has_memory: bool) -> None:
        super().__init__()
        self._form = (2 if has_memory else 1, layers, n_hidden)
        first, second, third = CHANNELS
        self.layers = nn.Sequential(
            nn.Conv2d(3, first, 4, 2, 1),  # (B, 16, 16, 16)
            nn.ReLU(),
            nn.Conv2d(first, second, 4, 2, 1),  # (B, 32, 8, 8)
            nn.ReLU(),
            nn.Conv2d(second, third, 4, 2, 1),  # (B, 32, 4, 4)
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(third * (SIDE_PX // 8) ** 2, self._form[0] * layers * n_hidden),
        )

    def embed(self, inputs: Tensor) -> Tensor:
        """Pictures as they are, (B, 32, 32, 3) in [0, 1]."""
        return inputs

    def forward(self, x: Tensor, lengths: Tensor) -> CellState:
        """The writer's first state, (L, B, H), in [-1, 1].

        Args:
            x: Pictures, (B, 32, 32, 3) in [0, 1].
            lengths: Not looked at: every picture has the same size.
        """
        flat: Tensor = self.layers(CONTRAST * (GROUND - x.permute(0, 3, 1, 2)))
        balanced = F.layer_norm(flat.view(len(x), *self._form), self._form[-1:])  # else the tanh saturates, and stays
        states = torch.tanh(balanced).permute(1, 2, 0, 3).contiguous()
        return CellState(states[0], states[1] if len(states) > 1 else None)
