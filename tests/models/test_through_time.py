from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from explorer.models.recurrent import CELLS, CellState, Recurrent
from explorer.models.through_time import Gradients, backward, unroll
from tests.models.through_time_oracle import grads, unrolled_by_hand

T, B, D, H = 12, 3, 4, 6


def made(cell: str, dtype: torch.dtype = torch.float64) -> Recurrent:
    return Recurrent(cell, D, H, 1, torch.Generator().manual_seed(1)).to(dtype)


def inputs(n: int = T, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(n, B, D, generator=torch.Generator().manual_seed(2), dtype=dtype)


def loss_of(h: Tensor) -> Tensor:
    """Some loss of the states (K, B, H) that are read."""
    return (h.sum(-1).sin() + h[..., 0] * h[..., 1]).mean()


def by_hand(network: Recurrent, x: Tensor, k: int = 1, truncate: int = 0) -> Gradients:
    run = unroll(network, x)
    read = run.h[len(run.h) - k :].clone().requires_grad_()
    (direct,) = torch.autograd.grad(loss_of(read), read)
    return backward(network, run, direct, truncate)


@pytest.mark.parametrize(("k", "truncate"), [(1, 0), (5, 0), (1, 4), (5, 4), (5, 1), (1, 12), (5, 50)])
@pytest.mark.parametrize("cell", CELLS)
def test_every_gradient_is_autograds(cell: str, k: int, truncate: int) -> None:
    network, x = made(cell), inputs()
    found = by_hand(network, x, k, truncate)
    oracle = unrolled_by_hand(network, x, truncate)
    loss_of(torch.stack(oracle.h[-k:])).backward()
    torch.testing.assert_close(found.h, grads(oracle.h), rtol=1e-10, atol=1e-16)
    if found.c is not None:
        torch.testing.assert_close(found.c, grads(oracle.c), rtol=1e-10, atol=1e-16)
    for one, weight in zip(found.weights, network.weights(), strict=True):
        assert weight.grad is not None
        torch.testing.assert_close(one, weight.grad, rtol=1e-10, atol=1e-16)
    reached = [bool(row.any()) for row in found.h]
    if truncate in (1, 4):
        last_block = -(-k // truncate) * truncate  # blocks that hold an answer
        assert reached == [T - t <= last_block for t in range(T)]
    else:
        assert all(reached)


@pytest.mark.parametrize("cell", CELLS)
def test_every_gradient_is_the_slope_of_the_loss(cell: str) -> None:
    """Central differences: push one state a little, let the rest of the sequence run."""
    network, x, e = made(cell), inputs(), 1e-6
    found = by_hand(network, x)

    def loss_after(t: int, state: CellState) -> float:
        with torch.no_grad():
            for later in range(t + 1, T):
                state, _ = network.step(x[later], state)
            return loss_of(state.h).item()

    traced = network.trace(x)
    for t in (0, 5, T - 2):
        h, c = traced.h[t].detach(), traced.c[t].detach() if cell == "lstm" else None
        push = torch.zeros_like(h)
        push[0, 1, 2] = e
        slope = (loss_after(t, CellState(h + push, c)) - loss_after(t, CellState(h - push, c))) / (2 * e)
        assert found.h[t, 1, 2].item() == pytest.approx(slope, rel=1e-6, abs=1e-10)
        if c is not None and found.c is not None:  # a memory that is pushed shows in its h at once
            o = traced.gates[t][:, :, 3].detach()
            up, down = (loss_after(t, CellState(o * m.tanh(), m)) for m in (c + push, c - push))
            assert found.c[t, 1, 2].item() == pytest.approx((up - down) / (2 * e), rel=1e-6, abs=1e-10)


@pytest.mark.parametrize("cell", CELLS)
def test_single_precision_keeps_four_digits_over_many_steps(cell: str) -> None:
    small, x = made(cell, torch.float32), inputs(100, torch.float32)
    found, exact = by_hand(small, x), by_hand(small.double(), x.double())
    norms: Callable[[Tensor], Tensor] = lambda g: torch.linalg.vector_norm(g.double(), dim=(1, 2))  # noqa: E731
    torch.testing.assert_close(norms(found.h), norms(exact.h), rtol=1e-4, atol=1e-34)


@pytest.mark.parametrize("cell", CELLS)
def test_states_and_gates_are_those_of_the_steps(cell: str) -> None:
    network, x = made(cell), inputs()
    run, traced = unroll(network, x), network.trace(x)
    torch.testing.assert_close(run.h[1:], traced.h[:, 0], rtol=0, atol=1e-12)
    torch.testing.assert_close(run.gates, traced.gates[:, 0], rtol=0, atol=1e-12)
    if run.c is not None:
        torch.testing.assert_close(run.c[1:], traced.c[:, 0], rtol=0, atol=1e-12)


def test_what_vanishes_below_single_precision_is_zero_and_stops_nothing() -> None:
    network = made("rnn_tanh", torch.float32)
    with torch.no_grad():
        network.weights().weight_hh.mul_(0.02)
    found = by_hand(network, inputs(100, torch.float32))
    size = found.h.abs().amax((1, 2))
    assert size[-1] > 0
    assert (size[:10] == 0).all()
    assert not ((size > 0) & (size < 1e-44)).any()
    assert all(torch.isfinite(w).all() for w in found.weights)


def test_an_explosion_is_not_hidden() -> None:
    network = made("rnn_relu", torch.float32)
    with torch.no_grad():
        network.weights().weight_hh.copy_(3 * torch.eye(H))
    found = by_hand(network, inputs(100, torch.float32).abs())
    assert not all(torch.isfinite(w).all() for w in found.weights)
