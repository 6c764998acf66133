"""Gradient estimators against the closed form, against each other, and against finite differences."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.models.reparametrization import (
    pathwise,
    quadratic,
    quadratic_gradients,
    sample_inside,
    score_function,
)

CASES = [([0.5], [0.8], [2.0]), ([0.5, -1.0], [0.8, 1.3], [2.0, 0.0])]


def tensors(case: tuple[list[float], ...]) -> tuple[Tensor, Tensor, Tensor]:
    mu, sigma, a = (torch.tensor(values, dtype=torch.float64) for values in case)
    return mu, sigma, a


def noise(n: int, D: int, seed: int = 0) -> Tensor:
    return torch.randn(n, D, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("case", CASES)
def test_closed_form_against_finite_differences(case: tuple[list[float], ...]) -> None:
    mu, sigma, a = tensors(case)

    def expectation(mu: Tensor, sigma: Tensor) -> Tensor:
        return ((mu - a).square() + sigma.square()).sum()

    h = 1e-5
    d_mu, d_sigma = quadratic_gradients(mu, sigma, a)
    for d in range(len(mu)):
        e = torch.zeros_like(mu)
        e[d] = h
        assert (expectation(mu + e, sigma) - expectation(mu - e, sigma)) / (2 * h) == pytest.approx(d_mu[d].item())
        assert (expectation(mu, sigma + e) - expectation(mu, sigma - e)) / (2 * h) == pytest.approx(d_sigma[d].item())


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("estimator", [pathwise, score_function])
def test_both_estimators_are_unbiased(estimator: object, case: tuple[list[float], ...]) -> None:
    mu, sigma, a = tensors(case)
    n = 400_000
    found = estimator(lambda z: quadratic(z, a), mu, sigma, noise(n, len(mu)))  # type: ignore[operator]
    d_mu, d_sigma = quadratic_gradients(mu, sigma, a)
    assert ((found.d_mu - d_mu).abs() < 5 * (found.var_mu / n).sqrt()).all()
    assert ((found.d_sigma - d_sigma).abs() < 5 * (found.var_sigma / n).sqrt()).all()


@pytest.mark.parametrize("case", CASES)
def test_pathwise_variance_is_the_closed_form(case: tuple[list[float], ...]) -> None:
    """One sample's gradient is 2 (mu + sigma r - a), with variance 4 sigma^2."""
    mu, sigma, a = tensors(case)
    found = pathwise(lambda z: quadratic(z, a), mu, sigma, noise(100_000, len(mu)))
    torch.testing.assert_close(found.var_mu, 4 * sigma.square(), rtol=0.02, atol=0)


@pytest.mark.parametrize("case", CASES)
def test_score_function_has_far_more_variance(case: tuple[list[float], ...]) -> None:
    mu, sigma, a = tensors(case)
    r = noise(10_000, len(mu))
    path, score = (estimator(lambda z: quadratic(z, a), mu, sigma, r) for estimator in (pathwise, score_function))
    assert (score.var_mu > 3 * path.var_mu).all()
    assert (score.var_sigma > 3 * path.var_sigma).all()


def test_pathwise_of_one_sample_is_the_chain_rule() -> None:
    mu, sigma, a = tensors(CASES[0])
    r = noise(1, 1)
    found = pathwise(lambda z: quadratic(z, a), mu, sigma, r)
    slope = 2 * (mu + sigma * r[0] - a)
    torch.testing.assert_close(found.d_mu, slope)
    torch.testing.assert_close(found.d_sigma, slope * r[0])
    assert found.var_mu == 0


@pytest.mark.parametrize("case", CASES)
def test_sampling_inside_the_path_cuts_the_graph(case: tuple[list[float], ...]) -> None:
    mu, sigma, a = tensors(case)
    answer = sample_inside(lambda z: quadratic(z, a), mu, sigma, 10, torch.Generator().manual_seed(0))
    assert answer.requires_grad is False
    assert "does not require grad" in answer.error


def test_torch_distributions_says_the_same() -> None:
    """The words reported are those that a student gets from torch.distributions."""
    mu, sigma = torch.zeros(1, requires_grad=True), torch.ones(1, requires_grad=True)
    with torch.random.fork_rng():
        z = torch.distributions.Normal(mu, sigma).sample()
    with pytest.raises(RuntimeError) as caught:
        z.sum().backward()
    assert z.requires_grad is False
    assert sample_inside(torch.sum, mu, sigma, 1, torch.Generator()).error == str(caught.value).splitlines()[0]


def test_inputs_and_grad_mode_are_left_alone() -> None:
    mu, sigma, a = tensors(CASES[0])
    with torch.no_grad():
        pathwise(lambda z: quadratic(z, a), mu, sigma, noise(3, 1))
        sample_inside(lambda z: quadratic(z, a), mu, sigma, 3, torch.Generator())
        assert not torch.is_grad_enabled()
    assert not mu.requires_grad
    assert mu.grad is None
