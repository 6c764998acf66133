"""How good a network is on digits that it never trained on; always with the same noise, so that steps compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from explorer.experiments.autoencoder.network import Network
from explorer.models.elbo import kl_to_prior, reparametrize

NOISE_SEED: Final = 784
ACTIVE_VARIANCE: Final = 0.01
"""A latent is active if the variance of its mean over the digits exceeds this (Burda et al. 2016, section 5.2)."""


@dataclass(frozen=True)
class Score:
    """Means over the digits, in nats, and the number of active latents."""

    reconstruction: float
    kl: float
    active_units: int


def fixed_noise(n_samples: int, n_digits: int, latent: int) -> Tensor:
    """The noise of every evaluation, (n_samples, n_digits, latent), the same in every run."""
    return torch.randn(n_samples, n_digits, latent, generator=torch.Generator().manual_seed(NOISE_SEED))


@torch.no_grad()
def score(network: Network, x: Tensor, noise: Tensor) -> Score:
    """Terms of the negative ELBO on pictures ``x`` (B, 784), averaged over the samples of ``noise`` (K, B, L)."""
    mu, log_var = network.module.encode(x)  # (B, L)
    samples = [network.reconstruction(network.module.decode(reparametrize(mu, log_var, r)), x).mean() for r in noise]
    kl = kl_to_prior(mu, log_var).sum(1).mean().item() if network.variational else 0.0
    active = int((mu.var(0) > ACTIVE_VARIANCE).sum().item())
    return Score(torch.stack(samples).mean().item(), kl, active)
