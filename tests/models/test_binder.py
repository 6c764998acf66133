"""The network of attention alone: against loops over numbers, and what each of its parts can and cannot do."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.models.binder import Binder, Layer

V, C, LONGEST, D = 11, 5, 9, 8
FAMILY = [(layers, heads) for layers in (1, 2) for heads in (1, 2, 3, 4)]


def made(layers: int = 2, heads: int = 2, seed: int = 3) -> Binder:
    return Binder(V, C, LONGEST, D, layers, heads, torch.Generator().manual_seed(seed)).double()


def layer_of(network: Binder, index: int) -> Layer:
    layer = network.layers[index]
    assert isinstance(layer, Layer)
    return layer


def sentences() -> tuple[Tensor, Tensor]:
    tokens = torch.randint(V, (4, 7), generator=torch.Generator().manual_seed(1))
    return tokens, torch.tensor([7, 4, 1, 6])


def by_loops(network: Binder, tokens: list[int], heads_off: set[tuple[int, int]]) -> np.ndarray:
    """Logits of one sentence, number by number."""
    E, P, U = (p.detach().numpy() for p in (network.E, network.P, network.U))
    x = [E[token] for token in tokens]
    H = network.n_heads
    d = D // H
    for index in range(len(network.layers)):
        layer = layer_of(network, index)
        W_Q, W_K, W_V, W_O = (p.detach().numpy() for p in (layer.W_Q, layer.W_K, layer.W_V, layer.W_O))
        what = [one / math.sqrt((one @ one) / D + np.finfo(float).eps) for one in x]
        after = []
        for i in range(len(tokens)):
            joined = np.zeros(H * d)
            for h in range(H):
                of_head = slice(h * d, (h + 1) * d)
                q = ((what[i] + P[i]) @ W_Q)[of_head]
                scores = [q @ ((what[j] + P[j]) @ W_K)[of_head] / math.sqrt(d) for j in range(i + 1)]
                shares = np.exp(scores) / np.exp(scores).sum()
                if (index, h) not in heads_off:
                    joined[of_head] = sum(a * (what[j] @ W_V)[of_head] for j, a in enumerate(shares))
            after.append(x[i] + joined @ W_O)
        x = after
    last = x[-1] / math.sqrt((x[-1] @ x[-1]) / D + np.finfo(float).eps)
    logits: np.ndarray = last @ U
    return logits


@pytest.mark.parametrize(("layers", "heads"), FAMILY)
@pytest.mark.parametrize("off", ["none", "one"])
def test_it_is_what_loops_over_its_formulas_give(layers: int, heads: int, off: str):
    network, (tokens, lengths) = made(layers, heads), sentences()
    heads_on = torch.ones(layers, heads, dtype=torch.bool)
    heads_on[-1, -1] = off == "none"
    logits = network(tokens, lengths, heads_on).logits.detach().numpy()
    heads_off = set() if off == "none" else {(layers - 1, heads - 1)}
    for row, n, found in zip(tokens.tolist(), lengths.tolist(), logits, strict=True):
        np.testing.assert_allclose(found, by_loops(network, row[:n], heads_off), rtol=0, atol=1e-10)


@pytest.mark.parametrize(("layers", "heads"), FAMILY)
def test_rows_sum_to_one_and_nobody_looks_ahead(layers: int, heads: int):
    weights = made(layers, heads)(*sentences()).weights
    assert weights.shape == (layers, 4, heads, 7, 7)
    torch.testing.assert_close(weights.sum(-1), torch.ones(layers, 4, heads, 7).double(), rtol=0, atol=1e-12)
    assert (weights.triu(1) == 0).all()
    assert (weights >= 0).all()


def test_what_stands_behind_the_end_counts_for_nothing():
    network, (tokens, lengths) = made(), sentences()
    other = torch.where(torch.arange(7) < lengths[:, None], tokens, (tokens + 1) % V)
    one, two = network(tokens, lengths), network(other, lengths)
    assert torch.equal(one.logits, two.logits)
    alone = network(tokens[1:2, :4], lengths[1:2])
    torch.testing.assert_close(alone.logits, one.logits[1:2], rtol=0, atol=1e-12)
    torch.testing.assert_close(alone.weights, one.weights[:, 1:2, :, :4, :4], rtol=0, atol=1e-12)


@pytest.mark.parametrize("off", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_head_that_is_off_has_no_influence_and_learns_nothing(off: tuple[int, int]):
    network, (tokens, lengths) = made(), sentences()
    heads_on = torch.ones(2, 2, dtype=torch.bool)
    heads_on[off] = False
    before = network(tokens, lengths, heads_on).logits
    assert not torch.allclose(before, network(tokens, lengths).logits)
    before.square().sum().backward()
    of_head = slice(off[1] * 4, off[1] * 4 + 4)
    layer = layer_of(network, off[0])
    for matrix in (layer.W_Q, layer.W_K, layer.W_V):
        assert matrix.grad is not None
        assert (matrix.grad[:, of_head] == 0).all()
        with torch.no_grad():
            matrix[:, of_head] += 1.0
    assert torch.equal(network(tokens, lengths, heads_on).logits, before)


def test_with_all_heads_off_only_the_last_token_is_known():
    network, (tokens, lengths) = made(), sentences()
    none = torch.zeros(2, 2, dtype=torch.bool)
    last = torch.arange(7) == lengths[:, None] - 1
    other = torch.where(last, tokens, (tokens + 1) % V)
    assert torch.equal(network(tokens, lengths, none).logits, network(other, lengths, none).logits)
    assert not torch.equal(network(tokens, lengths).logits, network(other, lengths).logits)


def test_values_know_no_places():
    network = made(1, 1)
    tokens, lengths = torch.tensor([[4, 4, 4, 4]]), torch.tensor([4])
    before = network(tokens, lengths).logits  # the same word everywhere: places can only shift who looks at whom
    with torch.no_grad():
        network.P.mul_(10)
    torch.testing.assert_close(network(tokens, lengths).logits, before, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("layers", "heads"), FAMILY)
def test_gradients_are_finite_and_reach_every_weight(layers: int, heads: int):
    network = made(layers, heads)
    network(*sentences()).logits.square().sum().backward()
    gradients = [p.grad for p in network.parameters()]
    assert all(g is not None and g.isfinite().all() and g.abs().sum() > 0 for g in gradients)


def test_gradients_are_those_of_finite_differences():
    network, (tokens, lengths) = made(), sentences()

    def loss() -> Tensor:
        out: Tensor = network(tokens, lengths).logits.square().sum()
        return out

    loss().backward()
    for parameter in network.parameters():
        assert parameter.grad is not None
        direction = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(7), dtype=torch.float64)
        with torch.no_grad():
            parameter.add_(1e-5 * direction)
            above = loss()
            parameter.sub_(2e-5 * direction)
            below = loss()
            parameter.add_(1e-5 * direction)
        torch.testing.assert_close((above - below) / 2e-5, (parameter.grad * direction).sum(), rtol=1e-5, atol=1e-6)


def test_first_weights_come_from_the_generator_alone():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one, other, third = made(), made(), made(seed=4)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert not torch.equal(one.E, third.E)


def test_the_last_layer_begins_with_words_looking_at_words_like_themselves():
    network = made()
    assert torch.equal(layer_of(network, 1).W_Q, layer_of(network, 1).W_K)
    assert not torch.equal(layer_of(network, 0).W_Q, layer_of(network, 0).W_K)
