from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from explorer.models.recurrent import CELLS, N_GATES, CellState, Recurrent, cell_step

T, B, D, H = 9, 4, 3, 5


def reference(network: Recurrent) -> Any:
    """torch.nn's module with the same weights."""
    kind, more = {
        "rnn_tanh": (nn.RNN, {"nonlinearity": "tanh"}),
        "rnn_relu": (nn.RNN, {"nonlinearity": "relu"}),
        "lstm": (nn.LSTM, {}),
        "gru": (nn.GRU, {}),
    }[network.cell]
    with torch.random.fork_rng(devices=[]):
        module: Any = kind(network.n_in, network.n_hidden, network.layers, **more)
    module = module.to(next(network.parameters()).dtype)
    module.load_state_dict(network.state_dict())
    return module


def made(cell: str, layers: int = 1) -> Recurrent:
    return Recurrent(cell, D, H, layers, torch.Generator().manual_seed(1)).double()


def inputs() -> Tensor:
    return torch.randn(T, B, D, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


def some_state(network: Recurrent) -> CellState:
    generator = torch.Generator().manual_seed(3)
    h, c = torch.randn(2, network.layers, B, H, generator=generator, dtype=torch.float64)
    return CellState(h, c if network.cell == "lstm" else None)


def for_torch(state: CellState) -> Any:
    return state.h if state.c is None else (state.h, state.c)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_forward_and_trace_are_torch_nn(cell: str, layers: int) -> None:
    network, x = made(cell, layers), inputs()
    state = some_state(network)
    expected, last = reference(network)(x, for_torch(state))
    out, after = network(x, state)
    traced = network.trace(x, state)
    torch.testing.assert_close(out, expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(traced.h[:, -1], expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(after.h, last[0] if cell == "lstm" else last, rtol=0, atol=1e-12)
    torch.testing.assert_close(traced.h[-1], after.h, rtol=0, atol=1e-12)
    if after.c is not None:
        torch.testing.assert_close(after.c, last[1], rtol=0, atol=1e-12)
        torch.testing.assert_close(traced.c[-1], last[1], rtol=0, atol=1e-12)
    assert traced.c.shape == (T, layers if cell == "lstm" else 0, B, H)
    assert traced.gates.shape == (T, layers, B, N_GATES[cell], H)


@pytest.mark.parametrize(("cell", "kind"), [("rnn_tanh", nn.RNNCell), ("lstm", nn.LSTMCell), ("gru", nn.GRUCell)])
def test_a_step_is_that_of_torchs_cell(cell: str, kind: Any) -> None:
    network, x = made(cell), inputs()[0]
    state = some_state(network)
    with torch.random.fork_rng(devices=[]):
        module = kind(D, H).double()
    module.load_state_dict({name.removesuffix("_l0"): p for name, p in network.state_dict().items()})
    before = CellState(state.h[0], None if state.c is None else state.c[0])
    after, _ = cell_step(cell, x, before, network.weights())
    expected = module(x, before.h if before.c is None else (before.h, before.c))
    torch.testing.assert_close(after.h, expected[0] if cell == "lstm" else expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_without_a_state_it_begins_at_zero(cell: str) -> None:
    network, x = made(cell), inputs()
    torch.testing.assert_close(network(x)[0], reference(network)(x)[0], rtol=0, atol=1e-12)
    torch.testing.assert_close(network.trace(x).h[:, 0], network(x)[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_flow_through_the_fused_loop(cell: str) -> None:
    network, x = made(cell), inputs()
    network(x)[0][-1].square().sum().backward()
    fused = [p.grad for p in network.parameters()]
    other = made(cell)
    other.trace(x).h[-1].square().sum().backward()
    for one, two in zip(fused, [p.grad for p in other.parameters()], strict=True):
        torch.testing.assert_close(one, two, rtol=0, atol=1e-10)


def test_gates_do_what_they_are_called() -> None:
    lstm = made("lstm")
    with torch.no_grad():
        lstm.weights().bias_ih[H : 2 * H] += 50  # forget gate open, so that c keeps all ...
        lstm.weights().bias_ih[:H] -= 50  # ... and the input gate shut: nothing is added
    state = some_state(lstm)
    traced = lstm.trace(inputs(), state)
    assert state.c is not None
    torch.testing.assert_close(traced.c[-1], state.c)
    torch.testing.assert_close(traced.gates[..., 1, :], torch.ones_like(traced.gates[..., 1, :]))
    gru = made("gru")
    with torch.no_grad():
        gru.weights().bias_ih[H : 2 * H] += 50  # update gate at 1 keeps the old state
    state = some_state(gru)
    torch.testing.assert_close(gru.trace(inputs(), state).h[-1], state.h)


def test_first_weights_come_from_the_generator_alone() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    one = Recurrent("gru", D, H, 2, torch.Generator().manual_seed(7))
    other = Recurrent("gru", D, H, 2, torch.Generator().manual_seed(7))
    assert torch.equal(torch.get_rng_state(), before)
    for p, q in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(p, q)
        assert 0 < p.abs().max() <= H**-0.5


def test_unknown_cells_and_missing_memories_are_refused() -> None:
    with pytest.raises(KeyError):
        Recurrent("transformer", D, H)
    lstm = made("lstm")
    with pytest.raises(ValueError, match="memory"):
        lstm(inputs(), CellState(torch.zeros(1, B, H, dtype=torch.float64)))
