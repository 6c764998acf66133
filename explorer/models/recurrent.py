"""Recurrent cells, one step at a time: the simple RNN, the LSTM and the GRU.

A cell makes its new state of the input and the state before, ``h_t = f(x_t, h_(t-1))``, with the same weights at every
step. The formulas are those of torch.nn, with its layout of weights and its order of gates:

    simple RNN (Elman 1990)
        h' = tanh(W x + b + U h + b'), or max(0, .) for ReLU
    LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000)
        i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of W x + b + U h + b'
        c' = f c + i g          h' = o tanh(c')
    GRU (Cho et al. 2014, arXiv:1406.1078, with the reset gate behind the matrix, as cuDNN has it)
        r, z = sigmoid of W x + b + U h + b'
        n = tanh(W_n x + b_n + r (U_n h + b'_n))
        h' = (1 - z) n + z h    (z = 1 keeps the old state)

Sequences are time first: T time steps, B sequences, D inputs, H units, G gates, L layers.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

CELLS: Final = ("rnn_tanh", "rnn_relu", "lstm", "gru")
N_ROWS: Final = {"rnn_tanh": 1, "rnn_relu": 1, "lstm": 4, "gru": 3}
"""Blocks of H rows in a cell's matrices: LSTM i, f, g, o; GRU r, z, n."""
N_GATES: Final = {"rnn_tanh": 0, "rnn_relu": 0, "lstm": 4, "gru": 3}
"""Gates that a step returns, in the order of the blocks; a simple RNN has none."""


class CellWeights(NamedTuple):
    """One layer's weights: W (G*H, D), U (G*H, H), b (G*H,), b' (G*H,); G is at least 1 here."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor


class CellState(NamedTuple):
    """The state (.., H) after a step; ``c`` is the LSTM's memory and None for other cells."""

    h: Tensor
    c: Tensor | None = None


class Traced(NamedTuple):
    """What :meth:`Recurrent.trace` found: every state and every gate.

    Attributes:
        h: States after each step, (T, L, B, H).
        c: The LSTM's memories, (T, L, B, H); (T, 0, B, H) for other cells.
        gates: (T, L, B, G, H); G = 0 for simple RNNs.
    """

    h: Tensor
    c: Tensor
    gates: Tensor


def rnn_step(x: Tensor, h: Tensor, weights: CellWeights, relu: bool = False) -> Tensor:
    """One step of the simple RNN: input (B, D) and state (B, H) to the new state (B, H)."""
    W, U, b, b_h = weights
    a = x @ W.T + b + h @ U.T + b_h  # (B, H)
    return a.relu() if relu else a.tanh()


def lstm_step(x: Tensor, h: Tensor, c: Tensor, weights: CellWeights) -> tuple[Tensor, Tensor, Tensor]:
    """One step of the LSTM.

    Args:
        x: Input, (B, D).
        h: State before, (B, H).
        c: Memory before, (B, H).
        weights: The layer's.

    Returns:
        New state (B, H), new memory (B, H), gates i, f, g, o (B, 4, H); g is in [-1, 1], the others in [0, 1].
    """
    W, U, b, b_h = weights
    i, f, g, o = (x @ W.T + b + h @ U.T + b_h).chunk(4, -1)  # (B, H) each
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * c + i * g
    return o * c.tanh(), c, torch.stack([i, f, g, o], -2)


def gru_step(x: Tensor, h: Tensor, weights: CellWeights) -> tuple[Tensor, Tensor]:
    """One step of the GRU.

    Args:
        x: Input, (B, D).
        h: State before, (B, H).
        weights: The layer's.

    Returns:
        New state (B, H), gates r, z, n (B, 3, H); n is in [-1, 1], the others in [0, 1]. z = 1 keeps the old state.
    """
    W, U, b, b_h = weights
    from_x, from_h = (x @ W.T + b).chunk(3, -1), (h @ U.T + b_h).chunk(3, -1)  # (B, H) each
    r = (from_x[0] + from_h[0]).sigmoid()
    z = (from_x[1] + from_h[1]).sigmoid()
    n = (from_x[2] + r * from_h[2]).tanh()
    return (1 - z) * n + z * h, torch.stack([r, z, n], -2)


def cell_step(cell: str, x: Tensor, state: CellState, weights: CellWeights) -> tuple[CellState, Tensor]:
    """One step of any of :data:`CELLS`: input (B, D) and state to the new state and the gates (B, G, H)."""
    if cell == "lstm":
        if state.c is None:
            raise ValueError("the state of an LSTM has a memory c")
        h, c, gates = lstm_step(x, state.h, state.c, weights)
        return CellState(h, c), gates
    if cell == "gru":
        h, gates = gru_step(x, state.h, weights)
        return CellState(h), gates
    h = rnn_step(x, state.h, weights, relu=cell == "rnn_relu")
    return CellState(h), h.new_empty(*h.shape[:-1], 0, h.shape[-1])


class Recurrent(nn.Module):
    """A recurrent network of one or more layers.

    :meth:`forward` runs torch's fused loop, for training; :meth:`trace` walks through :func:`cell_step` and returns
    everything on the way. Both compute the same. Parameters are named and shaped as in torch.nn (``weight_ih_l0``).

    Attributes:
        cell: One of :data:`CELLS`.
        n_in: Inputs, D.
        n_hidden: Units of each layer, H.
        layers: Number of layers, L.

    Args:
        cell: One of :data:`CELLS`.
        n_in: Inputs, D.
        n_hidden: Units of each layer, H.
        layers: Number of layers, L.
        generator: Source of the first weights, uniform in ±1/sqrt(H) as torch.nn has them; None leaves them at 0.

    Raises:
        KeyError: There is no such cell.
    """

    def __init__(
        self, cell: str, n_in: int, n_hidden: int, layers: int = 1, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.cell, self.n_in, self.n_hidden, self.layers = cell, n_in, n_hidden, layers
        rows = N_ROWS[cell] * n_hidden
        for layer in range(layers):
            shapes = [(rows, n_in if layer == 0 else n_hidden), (rows, n_hidden), (rows,), (rows,)]
            for name, shape in zip(CellWeights._fields, shapes, strict=True):
                self.register_parameter(f"{name}_l{layer}", nn.Parameter(torch.zeros(shape)))
        if generator is not None:
            initialise(self, generator)

    def weights(self, layer: int = 0) -> CellWeights:
        """One layer's weights; the parameters themselves."""
        return CellWeights(*(self.get_parameter(f"{name}_l{layer}") for name in CellWeights._fields))

    def zero_state(self, batch_size: int) -> CellState:
        """The state before the first step: (L, B, H) of zeros."""
        zeros = self.weights().weight_hh.new_zeros(self.layers, batch_size, self.n_hidden)
        return CellState(zeros, zeros.clone() if self.cell == "lstm" else None)

    def forward(self, x: Tensor, state: CellState | None = None) -> tuple[Tensor, CellState]:
        """Run through whole sequences.

        Args:
            x: Inputs, (T, B, D).
            state: State before the first step, (L, B, H); None for zeros.

        Returns:
            The last layer's states after each step (T, B, H), and every layer's last state (L, B, H).
        """
        state = state or self.zero_state(x.shape[1])
        flat = [weight for layer in range(self.layers) for weight in self.weights(layer)]
        options = (True, self.layers, 0.0, self.training, False, False)  # biases, layers, dropout, training, one way
        if self.cell == "lstm":
            if state.c is None:
                raise ValueError("the state of an LSTM has a memory c")
            out, h, c = torch.lstm(x, [state.h, state.c], flat, *options)
            return out, CellState(h, c)
        fused = {"rnn_tanh": torch.rnn_tanh, "rnn_relu": torch.rnn_relu, "gru": torch.gru}[self.cell]
        out, h = fused(x, state.h, flat, *options)
        return out, CellState(h)

    def step(self, x: Tensor, state: CellState) -> tuple[CellState, Tensor]:
        """One time step of all layers, by the formulas.

        Args:
            x: Inputs, (B, D).
            state: State before, (L, B, H).

        Returns:
            New state (L, B, H), gates (L, B, G, H). The new state's last layer is the output.
        """
        states, gates = [], []
        for layer in range(self.layers):
            before = CellState(state.h[layer], None if state.c is None else state.c[layer])
            after, gate = cell_step(self.cell, x, before, self.weights(layer))
            states.append(after)
            gates.append(gate)
            x = after.h  # the next layer's input
        memories = [s.c for s in states if s.c is not None]
        new = CellState(torch.stack([s.h for s in states]), torch.stack(memories) if memories else None)
        return new, torch.stack(gates)

    def trace(self, x: Tensor, state: CellState | None = None) -> Traced:
        """Walk through whole sequences (T, B, D), T at least 1, and keep every state and gate of every layer."""
        T, B, _ = x.shape
        state = state or self.zero_state(B)
        h, c, gates = [], [], []
        for t in range(T):
            state, gate = self.step(x[t], state)
            h.append(state.h)
            c.append(state.h[:0] if state.c is None else state.c)
            gates.append(gate)
        return Traced(torch.stack(h), torch.stack(c), torch.stack(gates))


@torch.no_grad()
def initialise(network: Recurrent, generator: torch.Generator) -> None:
    """All weights and biases uniform in ±1/sqrt(H), as torch.nn begins, drawn from ``generator``."""
    bound = network.n_hidden**-0.5
    for parameter in network.parameters():
        parameter.copy_((2 * torch.rand(parameter.shape, generator=generator) - 1) * bound)
