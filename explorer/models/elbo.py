"""The evidence lower bound and the importance-weighted bound above it, in nats per picture.

Kingma & Welling 2014, arXiv:1312.6114, equations 3 and 10; the weight beta: Higgins et al. 2017, beta-VAE.
Burda, Grosse & Salakhutdinov 2016, "Importance Weighted Autoencoders", arXiv:1509.00519, equation 8.

Names: x picture (B, P), z code, q(z|x) = N(mu, sigma^2) with log_var = log sigma^2, p(z) = N(0, 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

LOG_2_PI: Final = math.log(2 * math.pi)

Reconstruction = Callable[[Tensor, Tensor], Tensor]
"""(logits (..., P), x broadcastable to it) to -log p(x|z) (...), nats."""


@dataclass(frozen=True)
class ElboTerms:
    """The terms of the negative ELBO, each (B,) in nats; ``total`` weighs the KL with beta."""

    total: Tensor
    reconstruction: Tensor
    kl: Tensor


def bernoulli_reconstruction(logits: Tensor, x: Tensor) -> Tensor:
    """Cross entropy -sum_p [x log y + (1 - x) log(1 - y)] with y = sigmoid(logits).

    For binary x this is -log p(x|z). Grey pixels count as probabilities of ink; it is then the expected value
    over binary pictures drawn with these probabilities, and cannot reach 0.

    Args:
        logits: (..., P).
        x: Same shape or one that broadcasts to it, in [0, 1].

    Returns:
        (...) nats.
    """
    # softplus(l) - x l is binary_cross_entropy_with_logits, which does not broadcast
    return (F.softplus(logits) - x * logits).sum(-1)


def gaussian_reconstruction(logits: Tensor, x: Tensor, sigma: float) -> Tensor:
    """-log N(x; y, sigma^2) with y = sigmoid(logits), its constant included: a density, so it may be below 0.

    Args:
        logits: (..., P).
        x: Same shape or one that broadcasts to it, in [0, 1].
        sigma: Standard deviation of a pixel, > 0, in units of full ink.

    Returns:
        (...) nats.
    """
    n_pixels = logits.shape[-1]
    squares = (torch.sigmoid(logits) - x).square().sum(-1)
    return squares / (2 * sigma**2) + n_pixels * (0.5 * LOG_2_PI + math.log(sigma))


def kl_to_prior(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mu, sigma^2) || N(0, 1)) per latent: (mu^2 + sigma^2 - 1 - log sigma^2) / 2, nats, same shape."""
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var)


def reparametrize(mu: Tensor, log_var: Tensor, noise: Tensor) -> Tensor:
    """Give z = mu + sigma r. A log variance of minus infinity gives z = mu."""
    return mu + (0.5 * log_var).exp() * noise


def negative_elbo(
    reconstruction: Reconstruction, logits: Tensor, x: Tensor, mu: Tensor, log_var: Tensor, beta: float = 1.0
) -> ElboTerms:
    """-ELBO with one sample of z, already decoded to ``logits``.

    Args:
        reconstruction: Gives -log p(x|z).
        logits: (B, P), decoded from z drawn from q(z|x).
        x: (B, P) in [0, 1].
        mu: (B, L).
        log_var: (B, L).
        beta: Weight of the KL; 1 makes ``total`` the true bound.
    """
    data = reconstruction(logits, x)  # (B,)
    kl = kl_to_prior(mu, log_var).sum(1)  # (B,)
    return ElboTerms(total=data + beta * kl, reconstruction=data, kl=kl)


def importance_weighted_bound(
    reconstruction: Reconstruction,
    decode: Callable[[Tensor], Tensor],
    x: Tensor,
    mu: Tensor,
    log_var: Tensor,
    noise: Tensor,
) -> Tensor:
    """Estimate log (1/K) sum_k p(x, z_k) / q(z_k|x): never below the ELBO on average, and tighter as K grows.

    Args:
        reconstruction: Gives -log p(x|z).
        decode: (N, L) to logits (N, P).
        x: (B, P).
        mu: (B, L).
        log_var: (B, L), finite.
        noise: (K, B, L) standard normal; z_k = mu + sigma noise_k.

    Returns:
        (B,) nats; a lower bound of log p(x) on average. For K = 1 a one-sample estimate of the ELBO.
    """
    log_weights = _log_weights(reconstruction, decode, x, mu, log_var, noise)  # (K, B)
    return torch.logsumexp(log_weights, 0) - math.log(len(noise))


def elbo_from_samples(
    reconstruction: Reconstruction,
    decode: Callable[[Tensor], Tensor],
    x: Tensor,
    mu: Tensor,
    log_var: Tensor,
    noise: Tensor,
) -> Tensor:
    """The ELBO from the same samples: the mean of the log weights instead of the log of their mean. (B,) nats."""
    return _log_weights(reconstruction, decode, x, mu, log_var, noise).mean(0)


def _log_weights(
    reconstruction: Reconstruction,
    decode: Callable[[Tensor], Tensor],
    x: Tensor,
    mu: Tensor,
    log_var: Tensor,
    noise: Tensor,
) -> Tensor:
    """Sum of log p(x|z_k) + log p(z_k) - log q(z_k|x), (K, B)."""
    K, B, L = noise.shape
    z = reparametrize(mu, log_var, noise)  # (K, B, L)
    logits = decode(z.reshape(K * B, L)).reshape(K, B, -1)  # (K, B, P)
    log_prior = -0.5 * (z.square() + LOG_2_PI).sum(-1)  # (K, B)
    log_posterior = -0.5 * (noise.square() + LOG_2_PI + log_var).sum(-1)  # (K, B)
    return log_prior - reconstruction(logits, x) - log_posterior
