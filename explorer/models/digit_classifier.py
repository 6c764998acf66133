"""A small network that says which digit a picture shows; its last hidden layer is a place to measure in."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

N_FEATURES = 64


class DigitClassifier(nn.Module):
    """Three strided convolutions and two layers; 105,000 weights."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList([
            nn.Conv2d(1, 24, 3, stride=2, padding=1),
            nn.Conv2d(24, 48, 3, stride=2, padding=1),
            nn.Conv2d(48, 64, 3, stride=2, padding=1),
        ])  # fmt: skip
        self.hidden = nn.Linear(64 * 4 * 4, N_FEATURES)
        self.readout = nn.Linear(N_FEATURES, 10)

    def features(self, x: Tensor) -> Tensor:
        """The last hidden layer of pictures (B, 1, 28, 28) in [-1, 1]: (B, 64)."""
        for convolution in self.convolutions:  # (B, 24, 14, 14), (B, 48, 7, 7), (B, 64, 4, 4)
            x = convolution(x).relu()
        return F.relu(self.hidden(x.flatten(1)))

    def scores(self, features: Tensor) -> Tensor:
        """Scores of the digits 0 to 9, (B, 10), from features (B, 64)."""
        scores: Tensor = self.readout(features)
        return scores


def build_classifier() -> DigitClassifier:
    """A classifier whose weights are still to be filled."""
    with torch.random.fork_rng(devices=[]):
        return DigitClassifier()
