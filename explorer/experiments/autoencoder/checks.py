"""What the lab verifies before the user's eyes; every check uses its own fixed noise and a copy of the weights."""

from __future__ import annotations

import copy
import math
from typing import Final

import torch
from torch import Tensor

from explorer.core.experiment import Check
from explorer.experiments.autoencoder.network import Network
from explorer.models.autoencoder import Autoencoder
from explorer.models.elbo import (
    LOG_2_PI,
    Reconstruction,
    elbo_from_samples,
    importance_weighted_bound,
    kl_to_prior,
    negative_elbo,
    reparametrize,
)

CHECK_SEED: Final = 28
N_KL_DIGITS: Final = 64
N_KL_SAMPLES: Final = 2_000
N_GRADIENT_DIGITS: Final = 8
GRADIENT_TOLERANCE: Final = 1e-5
N_BOUND_DIGITS: Final = 100
N_BOUND_SAMPLES: Final = 50


def run_checks(network: Network, test: Tensor, beta: float) -> tuple[Check, ...]:
    """The checks that make sense for this kind of model; about a third of a second.

    Args:
        network: The model.
        test: Test digits, (500, 784).
        beta: Weight of the KL in the loss whose gradient is checked.
    """
    gradient = check_gradient(network, test[:N_GRADIENT_DIGITS], beta)
    if not network.variational:
        return (gradient,)
    return (
        check_kl(network, test[:N_KL_DIGITS]),
        gradient,
        check_bounds(network, test[:N_BOUND_DIGITS]),
    )


@torch.no_grad()
def check_kl(network: Network, x: Tensor) -> Check:
    """The closed form of the KL against the mean of log q(z|x) - log p(z) over samples of z."""
    mu, log_var = (t.double().cpu() for t in network.module.encode(x))  # (B, L)
    noise = _noise(N_KL_SAMPLES, *mu.shape)  # (K, B, L)
    z = reparametrize(mu, log_var, noise)
    log_q = -0.5 * (noise.square() + LOG_2_PI + log_var).sum(-1)  # (K, B)
    log_p = -0.5 * (z.square() + LOG_2_PI).sum(-1)
    per_sample = (log_q - log_p).mean(1)  # (K,)
    closed, sampled = kl_to_prior(mu, log_var).sum(1).mean().item(), per_sample.mean().item()
    tolerance = 4 * per_sample.std().item() / math.sqrt(N_KL_SAMPLES) + 1e-9
    return Check(
        name="KL = sampling",
        value=abs(closed - sampled),
        tolerance=tolerance,
        passed=abs(closed - sampled) <= tolerance,
        unit="nats",
        detail=(
            f"Closed form {closed:.3f} nats, mean of {N_KL_SAMPLES:,} samples {sampled:.3f} nats, over {len(x)} test "
            "digits; the tolerance is four standard errors."
        ),
    )


def check_gradient(network: Network, x: Tensor, beta: float) -> Check:
    """Backpropagation against central differences in float64, at the steepest weight of each layer."""
    module = copy.deepcopy(network.module).double().cpu()
    x = x.double().cpu()
    noise = _noise(len(x), network.latent)
    loss = _Loss(module, network.reconstruction, x, noise, beta)
    worst = max(_gradient_error(loss, parameter) for parameter in module.parameters())
    return Check(
        name="gradient = differences",
        value=worst,
        tolerance=GRADIENT_TOLERANCE,
        passed=worst <= GRADIENT_TOLERANCE,
        detail=(
            f"Largest relative disagreement between backpropagation and central differences over "
            f"{len(list(module.parameters()))} weights, one of each layer, in double precision."
        ),
    )


@torch.no_grad()
def check_bounds(network: Network, x: Tensor) -> Check:
    """The importance-weighted bound is above the ELBO made from the same samples, digit by digit."""
    mu, log_var = network.module.encode(x)
    noise = _noise(N_BOUND_SAMPLES, *mu.shape).to(mu)
    parts = (network.reconstruction, network.module.decode, x, mu, log_var, noise)
    elbo, iwae = elbo_from_samples(*parts), importance_weighted_bound(*parts)
    margin = (iwae - elbo).min().item()
    return Check(
        name="ELBO ≤ IWAE bound",
        value=(iwae - elbo).mean().item(),
        tolerance=0.0,
        passed=margin >= -1e-3,
        unit="nats",
        detail=(
            f"Mean over {len(x)} test digits: ELBO {elbo.mean().item():.1f} nats, bound with {N_BOUND_SAMPLES} samples "
            f"{iwae.mean().item():.1f} nats; the smallest gap of a digit is {margin:.2f} nats."
        ),
    )


class _Loss:
    """The training loss of a few digits with its noise held fixed: a plain function of the weights."""

    def __init__(self, module: Autoencoder, reconstruction: Reconstruction, x: Tensor, noise: Tensor, beta: float):
        self._module = module
        self._reconstruction = reconstruction
        self._x = x
        self._noise = noise
        self._beta = beta

    def __call__(self) -> Tensor:
        mu, log_var = self._module.encode(self._x)
        if not self._module.size.variational:
            return self._reconstruction(self._module.decode(mu), self._x).mean()
        logits = self._module.decode(reparametrize(mu, log_var, self._noise))
        return negative_elbo(self._reconstruction, logits, self._x, mu, log_var, self._beta).total.mean()


def _gradient_error(loss: _Loss, parameter: Tensor, h: float = 1e-5) -> float:
    """Relative disagreement at the entry with the largest gradient; 0 where the layer has none at all."""
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(loss(), (parameter,))
    at = int(gradient.abs().argmax())
    exact = gradient.flatten()[at].item()
    entry = parameter.data.view(-1)
    with torch.no_grad():
        value = entry[at].item()
        entry[at] = value + h
        above = loss().item()
        entry[at] = value - h
        below = loss().item()
        entry[at] = value
    differences = (above - below) / (2 * h)
    return abs(exact - differences) / max(abs(exact), abs(differences), 1e-6)


def _noise(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(CHECK_SEED), dtype=torch.float64)
