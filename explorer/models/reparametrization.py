"""The reparametrization trick on a function whose gradient is known in closed form.

E[f(z)] with z ~ N(mu, sigma^2) and f(z) = sum_d (z_d - a_d)^2 is sum_d (mu_d - a_d)^2 + sigma_d^2, so

    dE/dmu = 2 (mu - a)        dE/dsigma = 2 sigma

Three ways to it from n samples:

- z drawn inside the path, as torch.distributions.Normal.sample() does: the graph is cut, nothing reaches mu and sigma;
- the noise drawn outside, z = mu + sigma r: the pathwise gradient of Kingma & Welling 2014, section 2.4;
- the score function, f(z) d log q(z) / d(mu, sigma): Williams 1992, REINFORCE. Unbiased too, with far more variance.

Shapes: D dimensions (1 or 2 on screen), n samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Function = Callable[[Tensor], Tensor]
"""z (n, D) to f(z) (n,)."""


@dataclass(frozen=True)
class GradientEstimate:
    """Estimates of dE/dmu and dE/dsigma from n samples.

    Attributes:
        d_mu: (D,) mean of the per-sample gradients.
        d_sigma: (D,) the same for sigma.
        var_mu: (D,) variance of one sample's gradient (n - 1 in the denominator; 0 for n = 1).
        var_sigma: (D,) the same for sigma.
    """

    d_mu: Tensor
    d_sigma: Tensor
    var_mu: Tensor
    var_sigma: Tensor


@dataclass(frozen=True)
class CutGraph:
    """What torch says when z is drawn inside the path.

    Attributes:
        requires_grad: ``requires_grad`` of the loss made from the drawn z.
        error: The text of the RuntimeError that ``backward()`` raises.
    """

    requires_grad: bool
    error: str


def quadratic(z: Tensor, a: Tensor) -> Tensor:
    """f(z) = sum_d (z_d - a_d)^2: z (n, D), a (D,), result (n,)."""
    return (z - a).square().sum(-1)


def quadratic_gradients(mu: Tensor, sigma: Tensor, a: Tensor) -> tuple[Tensor, Tensor]:
    """The closed form for :func:`quadratic`: dE/dmu = 2 (mu - a) and dE/dsigma = 2 sigma, each (D,)."""
    return 2 * (mu - a), 2 * sigma


def sample_inside(f: Function, mu: Tensor, sigma: Tensor, n: int, generator: torch.Generator) -> CutGraph:
    """Draw z as a node on the path from mu and sigma to f, and ask torch for the gradient.

    Args:
        f: The function under the expectation.
        mu: (D,).
        sigma: (D,), > 0.
        n: Samples.
        generator: Source of the randomness.
    """
    with torch.enable_grad():
        mu, sigma = _leaf(mu), _leaf(sigma)
        with (
            torch.no_grad()
        ):  # as torch.distributions.Normal.sample() does; outside of it torch.normal passes back zeros
            z = torch.normal(mu.expand(n, -1), sigma.expand(n, -1), generator=generator)  # (n, D)
        loss = f(z).mean()
        try:
            loss.backward()  # type: ignore[no-untyped-call]
        except RuntimeError as error:
            return CutGraph(loss.requires_grad, str(error).splitlines()[0])
    return CutGraph(loss.requires_grad, "")


def pathwise(f: Function, mu: Tensor, sigma: Tensor, noise: Tensor) -> GradientEstimate:
    """Autograd through z = mu + sigma r, one gradient for each sample.

    Args:
        f: The function under the expectation; differentiable.
        mu: (D,).
        sigma: (D,), > 0.
        noise: r, (n, D) standard normal.
    """
    with torch.enable_grad():
        mus, sigmas = _leaf(mu.expand_as(noise)), _leaf(sigma.expand_as(noise))  # (n, D): a copy for each sample
        z = mus + sigmas * noise  # (n, D)
        d_mu, d_sigma = torch.autograd.grad(f(z).sum(), (mus, sigmas))  # (n, D), (n, D)
    return _estimate(d_mu, d_sigma)


def score_function(f: Function, mu: Tensor, sigma: Tensor, noise: Tensor) -> GradientEstimate:
    """f(z) times the gradient of log q(z): needs no gradient of f.

    Args:
        f: The function under the expectation.
        mu: (D,).
        sigma: (D,), > 0.
        noise: (n, D) standard normal; z = mu + sigma noise are the samples.
    """
    with torch.no_grad():
        values = f(mu + sigma * noise)[:, None]  # (n, 1)
        score_mu = noise / sigma  # d log q / d mu = (z - mu) / sigma^2
        score_sigma = (noise.square() - 1) / sigma  # d log q / d sigma = ((z - mu)^2 - sigma^2) / sigma^3
        return _estimate(values * score_mu, values * score_sigma)


def _leaf(values: Tensor) -> Tensor:
    return values.detach().clone().requires_grad_()


def _estimate(d_mu: Tensor, d_sigma: Tensor) -> GradientEstimate:
    return GradientEstimate(d_mu.mean(0), d_sigma.mean(0), _variance(d_mu), _variance(d_sigma))


def _variance(samples: Tensor) -> Tensor:
    return samples.var(0) if len(samples) > 1 else torch.zeros_like(samples[0])
