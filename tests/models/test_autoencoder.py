"""The networks: shapes, determinism, finite gradients, over the whole family."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from explorer.models.autoencoder import LOG_VAR_RANGE, Autoencoder, NetworkSize, initialise

FAMILY = [
    NetworkSize(latent, hidden, convolutional, variational)
    for latent, hidden, convolutional, variational in itertools.product(
        (2, 7, 32), (32, 256), (False, True), (False, True)
    )
]


def built(size: NetworkSize, seed: int = 0) -> Autoencoder:
    model = Autoencoder(size)
    initialise(model, torch.Generator().manual_seed(seed))
    return model


def pictures(n: int = 5) -> torch.Tensor:
    return torch.rand(n, 784, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("size", FAMILY, ids=str)
def test_shapes(size: NetworkSize) -> None:
    model = built(size)
    mu, log_var = model.encode(pictures())
    logits = model.decode(mu)
    assert mu.shape == log_var.shape == (5, size.latent)
    assert logits.shape == (5, 784)
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("size", FAMILY, ids=str)
def test_every_weight_has_a_finite_gradient(size: NetworkSize) -> None:
    model = built(size)
    mu, log_var = model.encode(pictures())
    loss = model.decode(mu).square().mean() + (log_var.mean() if size.variational else 0)
    loss.backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
        assert weight.grad.abs().sum() > 0, name


@pytest.mark.parametrize("convolutional", [False, True])
def test_the_seed_alone_decides_the_weights(convolutional: bool) -> None:
    size = NetworkSize(convolutional=convolutional)
    torch.manual_seed(1)
    first = built(size, seed=5).state_dict()
    torch.manual_seed(2)
    second, other = built(size, seed=5).state_dict(), built(size, seed=6).state_dict()
    assert all(torch.equal(first[k], second[k]) for k in first)
    assert not any(torch.equal(first[k], other[k]) for k in first)


def test_plain_autoencoder_has_no_spread() -> None:
    _, log_var = built(NetworkSize(variational=False)).encode(pictures())
    assert (log_var == -math.inf).all()


def test_log_variance_stays_in_its_range() -> None:
    model = built(NetworkSize())
    _, log_var = model.encode(pictures() * 1e6)
    assert log_var.min() >= LOG_VAR_RANGE[0]
    assert log_var.max() <= LOG_VAR_RANGE[1]


def test_initial_spread_of_the_logits_is_moderate() -> None:
    """The first picture is grey: no pixel starts saturated, whatever the network."""
    for size in FAMILY:
        logits = built(size).decode(torch.randn(64, size.latent, generator=torch.Generator().manual_seed(0)))
        assert logits.abs().max() < 4
