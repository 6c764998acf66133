"""The reparametrization trick, asked of torch itself."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.frames import frozen
from explorer.models.reparametrization import (
    GradientEstimate,
    pathwise,
    quadratic,
    quadratic_gradients,
    sample_inside,
    score_function,
)
from explorer.specs.autoencoder import Gradient, Trick, Tricked

MAX_SAMPLES: Final = 1_000_000


def answer_trick(request: Trick) -> Tricked:
    """Both graphs' gradients, in float64.

    Raises:
        UserError: The numbers do not fit together.
    """
    _check(request)
    mu, sigma, noise, target = (
        torch.tensor(v, dtype=torch.float64) for v in (request.mu, request.sigma, request.noise, request.target)
    )
    generator = torch.Generator().manual_seed(request.seed & 0xFFFF_FFFF)

    def loss(z: Tensor) -> Tensor:
        return quadratic(z, target)

    inside = sample_inside(loss, mu, sigma, 1, generator)
    samples = torch.randn(request.n_samples, len(mu), generator=generator, dtype=torch.float64)
    one = pathwise(loss, mu, sigma, noise[None])
    many, score = pathwise(loss, mu, sigma, samples), score_function(loss, mu, sigma, samples)
    z = mu + sigma * noise
    return Tricked(
        request=request,
        z=frozen(z.numpy()),
        loss=loss(z[None]).item(),
        inside_requires_grad=inside.requires_grad,
        inside_error=inside.error,
        pathwise=_mean(one),
        pathwise_formula=_gradient(2 * (z - target), 2 * (z - target) * noise),
        expected=_gradient(*quadratic_gradients(mu, sigma, target)),
        pathwise_mean=_mean(many),
        pathwise_variance=_variance(many),
        score_mean=_mean(score),
        score_variance=_variance(score),
        generation=request.generation,
    )


def _check(request: Trick) -> None:
    lengths = {len(v) for v in (request.mu, request.sigma, request.noise, request.target)}
    if len(lengths) != 1 or lengths == {0}:
        raise UserError("Mean, spread, noise and target need the same number of dimensions; give one number for each.")
    if min(request.sigma) <= 0:
        raise UserError("The spread sigma must be above 0; raise it.")
    if not 1 <= request.n_samples <= MAX_SAMPLES:
        raise UserError(f"Choose between 1 and {MAX_SAMPLES:,} samples.")


def _gradient(mu: Tensor, sigma: Tensor) -> Gradient:
    return Gradient(frozen(mu.numpy()), frozen(sigma.numpy()))


def _mean(estimate: GradientEstimate) -> Gradient:
    return _gradient(estimate.d_mu, estimate.d_sigma)


def _variance(estimate: GradientEstimate) -> Gradient:
    return _gradient(estimate.var_mu, estimate.var_sigma)
