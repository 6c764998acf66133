"""The bound against torch's own functions, closed forms and sampling."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.distributions import Bernoulli, Normal, kl_divergence

from explorer.models.elbo import (
    bernoulli_reconstruction,
    elbo_from_samples,
    gaussian_reconstruction,
    importance_weighted_bound,
    kl_to_prior,
    negative_elbo,
    reparametrize,
)


def randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_bernoulli_is_binary_cross_entropy() -> None:
    logits, x = 30 * randn(4, 784), torch.rand(4, 784, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    expected = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
    torch.testing.assert_close(bernoulli_reconstruction(logits, x), expected)


def test_bernoulli_of_binary_pictures_is_their_probability() -> None:
    logits, x = randn(4, 50), (randn(4, 50, seed=1) > 0).double()
    torch.testing.assert_close(bernoulli_reconstruction(logits, x), -Bernoulli(logits=logits).log_prob(x).sum(1))


def test_grey_pixels_are_the_expectation_over_binary_pictures() -> None:
    logits, grey = randn(1, 3), torch.tensor([[0.2, 0.5, 0.9]], dtype=torch.float64)
    total = torch.zeros(1, dtype=torch.float64)
    for bits in range(8):
        x = torch.tensor([[(bits >> i) & 1 for i in range(3)]], dtype=torch.float64)
        total += (grey**x * (1 - grey) ** (1 - x)).prod(1) * bernoulli_reconstruction(logits, x)
    torch.testing.assert_close(bernoulli_reconstruction(logits, grey), total)


@pytest.mark.parametrize("sigma", [0.1, 0.3, 1.0])
def test_gaussian_is_the_normal_density(sigma: float) -> None:
    logits, x = randn(4, 784), torch.rand(4, 784, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    expected = -Normal(torch.sigmoid(logits), sigma).log_prob(x).sum(1)
    torch.testing.assert_close(gaussian_reconstruction(logits, x, sigma), expected)


def test_extreme_logits_stay_finite() -> None:
    logits = torch.tensor([[1e4, -1e4]])
    assert torch.isfinite(bernoulli_reconstruction(logits, torch.tensor([[0.0, 1.0]]))).all()
    assert bernoulli_reconstruction(logits, torch.tensor([[1.0, 0.0]])) == 0


def test_kl_is_that_of_torch() -> None:
    mu, log_var = randn(6, 5), randn(6, 5, seed=1)
    expected = kl_divergence(Normal(mu, (log_var / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_to_prior(mu, log_var), expected)


def test_kl_is_zero_at_the_prior_and_positive_elsewhere() -> None:
    assert kl_to_prior(torch.zeros(1), torch.zeros(1)) == 0
    assert (kl_to_prior(randn(1000), randn(1000, seed=1)) > 0).all()


def test_reparametrized_codes_have_the_right_moments() -> None:
    z = reparametrize(
        torch.tensor([1.0, -2.0]).double(), torch.tensor([0.0, math.log(9.0)]).double(), randn(200_000, 2)
    )
    torch.testing.assert_close(z.mean(0), torch.tensor([1.0, -2.0]).double(), atol=0.03, rtol=0)
    torch.testing.assert_close(z.std(0), torch.tensor([1.0, 3.0]).double(), atol=0.03, rtol=0)


def test_no_spread_gives_the_mean() -> None:
    mu = randn(3, 2)
    assert torch.equal(reparametrize(mu, torch.full_like(mu, -math.inf), randn(3, 2, seed=1)), mu)


def test_beta_weighs_the_kl_alone() -> None:
    logits, x, mu, log_var = randn(4, 9), torch.zeros(4, 9).double(), randn(4, 2), randn(4, 2, seed=1)
    one, four = (negative_elbo(bernoulli_reconstruction, logits, x, mu, log_var, beta) for beta in (1.0, 4.0))
    torch.testing.assert_close(four.total - one.total, 3 * one.kl)
    torch.testing.assert_close(one.total, one.reconstruction + one.kl)
    torch.testing.assert_close(one.reconstruction, four.reconstruction)


# A linear Gaussian model, where log p(x) and the posterior are known: z ~ N(0, 1), x_p ~ N(w_p z, s^2).
WEIGHTS = torch.tensor([0.8, -0.5, 0.3], dtype=torch.float64)
SPREAD = 0.7


def linear_reconstruction(means: Tensor, x: Tensor) -> Tensor:
    total: Tensor = -Normal(means, SPREAD).log_prob(x).sum(-1)
    return total


def linear_decode(z: Tensor) -> Tensor:
    return z * WEIGHTS


def linear_evidence(x: Tensor) -> Tensor:
    covariance = torch.outer(WEIGHTS, WEIGHTS) + SPREAD**2 * torch.eye(3, dtype=torch.float64)
    log_p: Tensor = torch.distributions.MultivariateNormal(torch.zeros(3, dtype=torch.float64), covariance).log_prob(x)
    return log_p


def linear_posterior(x: Tensor) -> tuple[Tensor, Tensor]:
    precision = 1 + WEIGHTS.square().sum() / SPREAD**2
    mu = (x @ WEIGHTS / SPREAD**2 / precision)[:, None]
    return mu, torch.full_like(mu, -math.log(precision.item()))


def test_both_bounds_are_exact_at_the_true_posterior() -> None:
    x = randn(5, 3, seed=2)
    mu, log_var = linear_posterior(x)
    for bound in (importance_weighted_bound, elbo_from_samples):
        values = bound(linear_reconstruction, linear_decode, x, mu, log_var, randn(4, 5, 1))
        torch.testing.assert_close(values, linear_evidence(x))


def test_bounds_are_ordered_elbo_iwae_evidence() -> None:
    x = randn(5, 3, seed=2)
    mu, log_var = linear_posterior(x)
    mu, log_var, noise = mu + 0.6, log_var + 0.8, randn(20_000, 5, 1)
    elbo = elbo_from_samples(linear_reconstruction, linear_decode, x, mu, log_var, noise)
    tens = noise.reshape(2_000, 10, 5, 1)
    iwae = torch.stack(
        [importance_weighted_bound(linear_reconstruction, linear_decode, x, mu, log_var, n) for n in tens[:500]]
    ).mean(0)
    evidence = linear_evidence(x)
    assert (elbo < iwae - 0.05).all()
    assert (iwae < evidence).all()
    many = importance_weighted_bound(linear_reconstruction, linear_decode, x, mu, log_var, noise)
    torch.testing.assert_close(many, evidence, atol=0.05, rtol=0)


def test_sampled_elbo_agrees_with_the_closed_form_kl() -> None:
    x, mu, log_var, noise = randn(5, 3, seed=2), randn(5, 1), randn(5, 1, seed=1), randn(50_000, 5, 1, seed=4)
    z = reparametrize(mu, log_var, noise)
    expected = -(linear_reconstruction(linear_decode(z), x).mean(0) + kl_to_prior(mu, log_var).sum(1))
    sampled = elbo_from_samples(linear_reconstruction, linear_decode, x, mu, log_var, noise)
    torch.testing.assert_close(sampled, expected, atol=0.05, rtol=0)


def test_gradient_of_the_negative_elbo_against_finite_differences() -> None:
    noise, x = randn(3, 2), torch.rand(3, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    decoder = randn(2, 6, seed=5)

    def loss(mu: Tensor, log_var: Tensor) -> Tensor:
        logits = reparametrize(mu, log_var, noise) @ decoder
        return negative_elbo(bernoulli_reconstruction, logits, x, mu, log_var, 2.0).total.sum()

    mu, log_var = randn(3, 2, seed=6).requires_grad_(), randn(3, 2, seed=7).requires_grad_()
    assert torch.autograd.gradcheck(loss, (mu, log_var))
