"""Autoencoder and variational autoencoder for 28 x 28 digits: the networks.

Kingma & Welling 2014, "Auto-Encoding Variational Bayes", arXiv:1312.6114; the encoder gives the mean and the log
variance of q(z|x) = N(mu, diag sigma^2), appendix C. A plain autoencoder uses the mean alone as its code.

Tanh throughout, not ReLU: with 4,500 digits it generalises better (measured), and the decoded picture has no kinks
while the probe is dragged.

Names: x picture, z code, B batch, L latent size, H hidden width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

N_PIXELS: Final = 784
SIDE_PX: Final = 28
LOG_VAR_RANGE: Final = (-12.0, 8.0)
"""sigma between 0.0025 and 55: far outside what training reaches, inside what float32 squares safely."""


@dataclass(frozen=True)
class NetworkSize:
    """What the two networks look like.

    Attributes:
        latent: Numbers in a code, L >= 1.
        hidden: Units of the MLP's wide hidden layer; the narrow one has half. The convolutional network has hidden / 16
            channels, then twice as many.
        convolutional: Convolutions instead of full matrices.
        variational: The encoder also gives a log variance.
    """

    latent: int = 2
    hidden: int = 256
    convolutional: bool = False
    variational: bool = True

    @property
    def n_channels(self) -> int:
        """Channels of the first convolution; the second has twice as many."""
        return max(4, self.hidden // 16)


class Autoencoder(nn.Module):
    """Encoder and decoder; the decoder gives logits (Bernoulli) or what a sigmoid turns into means (Gaussian)."""

    def __init__(self, size: NetworkSize) -> None:
        super().__init__()
        self.size = size
        n_codes = size.latent * (2 if size.variational else 1)
        self.encoder = conv_encoder(size, n_codes) if size.convolutional else mlp_encoder(size, n_codes)
        self.decoder = conv_decoder(size) if size.convolutional else mlp_decoder(size)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the code.

        Args:
            x: (B, 784) in [0, 1].

        Returns:
            mu (B, L) and log sigma^2 (B, L); for a plain autoencoder the second is minus infinity: no spread.
        """
        codes = self.encoder(x)  # (B, L) or (B, 2L)
        if not self.size.variational:
            return codes, torch.full_like(codes, -math.inf)
        mu, log_var = codes.chunk(2, dim=1)  # (B, L), (B, L)
        return mu, log_var.clamp(*LOG_VAR_RANGE)

    def decode(self, z: Tensor) -> Tensor:
        """Logits (B, 784) of the pixels from codes (B, L)."""
        logits: Tensor = self.decoder(z)
        return logits


def mlp_encoder(size: NetworkSize, n_codes: int) -> nn.Sequential:
    """(B, 784) to (B, n_codes)."""
    H = size.hidden
    return nn.Sequential(
        nn.Linear(N_PIXELS, H),  # (B, H)
        nn.Tanh(),
        nn.Linear(H, H // 2),  # (B, H/2)
        nn.Tanh(),
        nn.Linear(H // 2, n_codes),  # (B, L) or (B, 2L)
    )


def mlp_decoder(size: NetworkSize) -> nn.Sequential:
    """(B, L) to (B, 784): the encoder's mirror."""
    H = size.hidden
    return nn.Sequential(
        nn.Linear(size.latent, H // 2),  # (B, H/2)
        nn.Tanh(),
        nn.Linear(H // 2, H),  # (B, H)
        nn.Tanh(),
        nn.Linear(H, N_PIXELS),  # (B, 784)
    )


def conv_encoder(size: NetworkSize, n_codes: int) -> nn.Sequential:
    """(B, 784) to (B, n_codes) by two convolutions that halve the side."""
    C = size.n_channels
    return nn.Sequential(
        nn.Unflatten(1, (1, SIDE_PX, SIDE_PX)),  # (B, 1, 28, 28)
        nn.Conv2d(1, C, 4, stride=2, padding=1),  # (B, C, 14, 14)
        nn.Tanh(),
        nn.Conv2d(C, 2 * C, 4, stride=2, padding=1),  # (B, 2C, 7, 7)
        nn.Tanh(),
        nn.Flatten(),  # (B, 98C)
        nn.Linear(2 * C * 49, n_codes),  # (B, L) or (B, 2L)
    )


def conv_decoder(size: NetworkSize) -> nn.Sequential:
    """(B, L) to (B, 784): the encoder's mirror."""
    C = size.n_channels
    return nn.Sequential(
        nn.Linear(size.latent, 2 * C * 49),  # (B, 98C)
        nn.Tanh(),
        nn.Unflatten(1, (2 * C, 7, 7)),  # (B, 2C, 7, 7)
        nn.ConvTranspose2d(2 * C, C, 4, stride=2, padding=1),  # (B, C, 14, 14)
        nn.Tanh(),
        nn.ConvTranspose2d(C, 1, 4, stride=2, padding=1),  # (B, 1, 28, 28)
        nn.Flatten(),  # (B, 784)
    )


@torch.no_grad()
def initialise(model: Autoencoder, generator: torch.Generator) -> None:
    """Fill every weight and bias from ``generator`` alone: U(-1/sqrt(n), 1/sqrt(n)) for n inputs, as torch would."""
    for layer in model.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)):
            bound = 1 / math.sqrt(_n_inputs(layer))
            for values in layer.parameters(recurse=False):
                values.copy_(torch.empty(values.shape).uniform_(-bound, bound, generator=generator))


def _n_inputs(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> int:
    """Inputs that one output sums over; a transposed convolution of stride s uses 1/s^2 of its kernel for each."""
    if isinstance(layer, nn.Linear):
        return layer.in_features
    n = layer.in_channels * math.prod(layer.kernel_size)
    return n // math.prod(layer.stride) if isinstance(layer, nn.ConvTranspose2d) else n
