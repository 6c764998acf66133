"""A network with its likelihood, ready to be asked: numpy in, numpy out, no gradients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.frames import Array
from explorer.models.autoencoder import Autoencoder, NetworkSize
from explorer.models.elbo import Reconstruction, bernoulli_reconstruction, gaussian_reconstruction
from explorer.specs.autoencoder import GAUSSIAN_SIGMA, SIDE_PX, AutoencoderParams

N_PIXELS: Final = SIDE_PX * SIDE_PX
_CHUNK: Final = 500


@dataclass(frozen=True, eq=False)
class Network:
    """An autoencoder on its device.

    Attributes:
        module: Encoder and decoder.
        reconstruction: -log p(x|z) of the likelihood chosen.
        device: Where the module is.
    """

    module: Autoencoder
    reconstruction: Reconstruction
    device: torch.device

    @property
    def latent(self) -> int:
        """Numbers in a code, L."""
        return self.module.size.latent

    @property
    def variational(self) -> bool:
        """Whether a digit is encoded as a Gaussian."""
        return self.module.size.variational

    @torch.no_grad()
    def encode(self, pictures: Array | Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance of the codes, each (n, L) on the device; the variance of a plain autoencoder is 0.

        Args:
            pictures: (n, 28, 28) or (n, 784) float32 in [0, 1].
        """
        flat = as_tensor(pictures, self.device).reshape(-1, N_PIXELS)
        parts = [self.module.encode(chunk) for chunk in torch.split(flat, _CHUNK)]  # small ones stay in the cache
        return torch.cat([mu for mu, _ in parts]), torch.cat([log_var for _, log_var in parts]).exp()

    @torch.no_grad()
    def images(self, codes: Array | Tensor) -> Array:
        """Mean pictures of codes (n, L): (n, 28, 28) float32 in [0, 1]."""
        logits = self.module.decode(as_tensor(codes, self.device))
        return as_array(torch.sigmoid(logits)).reshape(-1, SIDE_PX, SIDE_PX)


def build_network(params: AutoencoderParams, device: torch.device) -> Network:
    """The network that the parameters describe; its weights are still to be filled."""
    size = NetworkSize(params.latent, params.hidden, params.network == "conv", params.kind == "variational")
    # torch's own initialisation draws from the global generator: let it, and put that back. (On the meta device nothing
    # would be drawn, but leaving it imports torch's reference operators: half a second before the first answer.)
    with torch.random.fork_rng(devices=[]):
        module = Autoencoder(size).to(device)
    return Network(module, likelihood(params.likelihood), device)


def likelihood(name: str) -> Reconstruction:
    """-log p(x|z) by name: ``"bernoulli"`` or ``"gaussian"``."""
    return bernoulli_reconstruction if name == "bernoulli" else partial(gaussian_reconstruction, sigma=GAUSSIAN_SIGMA)


def as_tensor(values: Array | Tensor, device: torch.device) -> Tensor:
    """Values as float32 on the device; read-only arrays are copied, since torch would warn."""
    if isinstance(values, Tensor):
        return values.to(device)
    return torch.tensor(np.asarray(values, dtype=np.float32), device=device)


def as_array(values: Tensor) -> Array:
    """A tensor as an array on the CPU, which may share its memory."""
    array: Array = values.detach().cpu().numpy()
    return array
