"""Backpropagation through time by hand: the gradient at every time step, not at the weights alone.

The forward pass runs torch's fused loop, or walks through the GRU, for which torch has none on the CPU. All gates are
computed at once from the recorded states, and with them everything that one step of the recursion back multiplies by,
so that the recursion itself is two to five operations a step (Werbos 1990; for the LSTM: Hochreiter & Schmidhuber 1997,
with the whole gradient). What comes out is

    dL/dh_t   through everything that h_t acts on: the answers at time t, and the next step's gates
    dL/dc_t   likewise for the LSTM's memory: through h_t, and through c_(t+1)

and from them the gradient of the weights, which is what training uses: looking at the gradient costs only its norm.

Truncation is that of truncated BPTT (Williams & Peng 1990) in blocks: counted back from the last of T steps, every
``truncate`` steps the state handed on is taken for a constant. A loss at the last step reaches exactly ``truncate``
states.

T time steps, B sequences, D inputs, H units, G blocks of rows in the matrices; one layer.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import torch
from torch import Tensor

from explorer.models.recurrent import CellWeights, Recurrent

TOO_SMALL: Final = 100
"""Gradients below so many times the smallest normal number (1e-36 in single precision) are taken for zero: they are
beyond what the numbers can hold, and their arithmetic would be slow."""
_LOOK_EVERY: Final = 8


class Unrolled(NamedTuple):
    """A forward pass with everything on its way.

    Attributes:
        x: Inputs, (T, B, D).
        h: States, (T + 1, B, H); the first one is before the first step.
        c: The LSTM's memories, (T + 1, B, H); None for other cells.
        gates: (T, B, G, H): LSTM i, f, g, o; GRU r, z, n; a simple RNN has none, G = 0.
        from_h: The GRU's U_n h + b'_n, (T, B, H); None for other cells.
    """

    x: Tensor
    h: Tensor
    c: Tensor | None
    gates: Tensor
    from_h: Tensor | None


class Local(NamedTuple):
    """Derivatives of one step, for all steps; ``a`` is what U h adds to, (B, G, H).

    Attributes:
        factors: d(h, or for the LSTM's i, f, g: c)/da, (T, B, G, H).
        keep: dh_t/dh_(t-1) (GRU) or dc_t/dc_(t-1) (LSTM) beside the matrix, (T, B, H); None for the RNN.
        h_of_c: dh_t/dc_t of the LSTM, (T, B, H); None for other cells.
        n_factor: dh_t/d(the n-block's whole argument) of the GRU, (T, B, H); None for other cells.
    """

    factors: Tensor
    keep: Tensor | None = None
    h_of_c: Tensor | None = None
    n_factor: Tensor | None = None


class Gradients(NamedTuple):
    """What the recursion found.

    Attributes:
        h: dL/dh_t, (T, B, H).
        c: dL/dc_t of the LSTM, (T, B, H); None for other cells.
        weights: dL/d(W, U, b, b').
    """

    h: Tensor
    c: Tensor | None
    weights: CellWeights


class Buffers:
    """Memory that passes of the same size use again: asking for fresh pages costs more than the arithmetic on them.

    What a pass returns lies in here and is overwritten by the next pass with the same buffers.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, Tensor] = {}

    def empty(self, name: str, like: Tensor, *shape: int) -> Tensor:
        """An uninitialised tensor of the type and on the device of ``like``, the same one each time."""
        found = self._by_name.get(name)
        if found is None or found.shape != shape or found.dtype != like.dtype:
            found = self._by_name[name] = like.new_empty(shape)
        return found


@torch.no_grad()
def unroll(network: Recurrent, x: Tensor, buffers: Buffers | None = None) -> Unrolled:
    """Run a network of one layer through ``x`` (T, B, D) from a state of zeros."""
    buffers = buffers or Buffers()
    H, (W, U, b, b_h) = network.n_hidden, network.weights()
    T, B, _ = x.shape
    h = buffers.empty("h", x, T + 1, B, H)
    if network.cell == "gru":
        return _unroll_gru(network.weights(), x, h, buffers)
    out, _ = network(x)
    h[0], h[1:] = 0, out
    before, inputs = h[:-1].view(T * B, H), x.reshape(T * B, -1)
    if network.cell not in ("lstm", "gru"):
        return Unrolled(x, h, None, h.new_empty(T, B, 0, H), None)
    G = len(U) // H
    flat = buffers.empty("gates", x, T * B, G * H)
    gates = torch.addmm(b, inputs, W.T, out=flat).view(T, B, G, H)
    flat.addmm_(before, U.T).add_(b_h)
    gates[:, :, :2].sigmoid_()
    gates[:, :, 2].tanh_()
    gates[:, :, 3].sigmoid_()
    return Unrolled(x, h, _memories(gates, buffers), gates, None)


def _unroll_gru(weights: CellWeights, x: Tensor, h: Tensor, buffers: Buffers) -> Unrolled:
    """Step by step: as fast as torch's loop, and every gate is there already. Fills ``h`` (T + 1, B, H)."""
    W, U, b, b_h = weights
    T, B, H = h[1:].shape
    gates = torch.addmm(b, x.reshape(T * B, -1), W.T, out=buffers.empty("gates", x, T * B, 3 * H)).view(T, B, 3, H)
    from_h = buffers.empty("from_h", x, T, B, 3, H)
    h[0] = 0
    states, flat, turned = h.unbind(0), from_h.view(T, B, -1).unbind(0), U.T
    r_z, heard = gates[:, :, :2].unbind(0), from_h[:, :, :2].unbind(0)
    (r, z, n), n_heard = (gate.unbind(0) for gate in gates.unbind(2)), from_h[:, :, 2].unbind(0)
    for t in range(T):
        torch.addmm(b_h, states[t], turned, out=flat[t])
        r_z[t].add_(heard[t]).sigmoid_()
        n[t].addcmul_(r[t], n_heard[t]).tanh_()
        torch.lerp(n[t], states[t], z[t], out=states[t + 1])  # (1 - z) n + z h
    return Unrolled(x, h, None, gates, from_h[:, :, 2])


def _memories(gates: Tensor, buffers: Buffers) -> Tensor:
    """The LSTM's c_t = f_t c_(t-1) + i_t g_t of all steps, (T + 1, B, H)."""
    T, B, _, H = gates.shape
    i, f, g, _ = gates.unbind(2)
    c = buffers.empty("c", gates, T + 1, B, H)
    c[0] = 0
    torch.mul(i, g, out=c[1:])
    rows = c.unbind(0)
    for t, keep in enumerate(f.unbind(0)):
        rows[t + 1].addcmul_(keep, rows[t])
    return c


@torch.no_grad()
def local_derivatives(cell: str, run: Unrolled, buffers: Buffers | None = None) -> Local:
    """Everything that the recursion back multiplies by, for all steps at once."""
    buffers = buffers or Buffers()
    if run.from_h is None and run.c is None:
        h = run.h[1:]
        slope = (h > 0).to(h) if cell == "rnn_relu" else 1 - h * h
        return Local(slope[:, :, None])
    factors = buffers.empty("factors", run.h, *run.gates.shape)  # (T, B, G, H)
    of = factors.unbind(2)
    if run.c is None or run.from_h is not None:
        return _gru_derivatives(run, factors)
    i, f, g, o = run.gates.unbind(2)
    tanh_c = run.c[1:].tanh()
    torch.mul(g, i - i * i, out=of[0])
    torch.mul(run.c[:-1], f - f * f, out=of[1])
    torch.mul(i, 1 - g * g, out=of[2])
    torch.mul(tanh_c, o - o * o, out=of[3])
    return Local(factors, keep=f, h_of_c=o * (1 - tanh_c * tanh_c))


def _gru_derivatives(run: Unrolled, factors: Tensor) -> Local:
    if run.from_h is None:
        raise ValueError("this is not the pass of a GRU")
    (r, z, n), of = run.gates.unbind(2), factors.unbind(2)
    to_n = (1 - z) * (1 - n * n)  # (T, B, H)
    torch.mul(to_n * run.from_h, r - r * r, out=of[0])
    torch.mul(run.h[:-1] - n, z - z * z, out=of[1])
    torch.mul(to_n, r, out=of[2])
    return Local(factors, keep=z, n_factor=to_n)


@torch.no_grad()
def backward(
    network: Recurrent, run: Unrolled, direct: Tensor, truncate: int = 0, buffers: Buffers | None = None
) -> Gradients:
    """The gradient of a loss that reads the states of the last K steps.

    Args:
        network: Of one layer.
        run: Its pass.
        direct: The loss's derivative by h_t at the last K steps through the answers there alone, (K, B, H).
        truncate: Steps that gradients go back, see above; 0 for all the way.
        buffers: Memory to use again; the gradients of states lie in it.

    Returns:
        Gradients of the loss as it is, before any clipping.
    """
    buffers = buffers or Buffers()
    local, U = local_derivatives(network.cell, run, buffers), network.weights().weight_hh
    T, B, H = run.h[1:].shape
    d_h = buffers.empty("d_h", run.h, T, B, H).zero_()
    d_h[T - len(direct) :] = direct
    d_a = buffers.empty("d_a", run.h, *local.factors.shape).zero_()  # (T, B, G, H)
    d_c = None
    if local.h_of_c is None:
        _recurse(local, U, d_h, d_a, len(direct), truncate)
    else:
        d_c = buffers.empty("d_c", run.h, T, B, H).zero_()
        _recurse_with_memory(local, U, d_h, d_c, d_a, len(direct), truncate)
    return Gradients(d_h, d_c, _weight_gradients(run, local, d_h, d_a))


def _recurse(local: Local, U: Tensor, d_h: Tensor, d_a: Tensor, n_direct: int, truncate: int) -> None:
    """RNN and GRU: dL/dh_(t-1) += (dL/dh_t * factors) U + dL/dh_t * keep; fills ``d_h`` and ``d_a`` in place."""
    T, B, _ = d_h.shape
    quiet = T - n_direct  # before this step no answer is read
    h, wide, a, flat = d_h.unbind(0), d_h.unsqueeze(2).unbind(0), d_a.unbind(0), d_a.view(T, B, -1).unbind(0)
    factors = local.factors.unbind(0)
    keep = None if local.keep is None else local.keep.unbind(0)
    for t in range(T - 1, -1, -1):
        if t < quiet and t % _LOOK_EVERY == 0 and _fades(h[t]):
            break
        torch.mul(wide[t], factors[t], out=a[t])
        if t > 0 and not _is_cut(t, T, truncate):
            h[t - 1].addmm_(flat[t], U)
            if keep is not None:
                h[t - 1].addcmul_(h[t], keep[t])


def _recurse_with_memory(
    local: Local, U: Tensor, d_h: Tensor, d_c: Tensor, d_a: Tensor, n_direct: int, truncate: int
) -> None:
    """LSTM: h and c side by side; fills ``d_h``, ``d_c`` and ``d_a`` in place."""
    if local.keep is None or local.h_of_c is None:
        raise ValueError("these are not the derivatives of an LSTM")
    T, B, _ = d_h.shape
    quiet = T - n_direct
    h, c, c_wide = d_h.unbind(0), d_c.unbind(0), d_c.unsqueeze(2).unbind(0)
    flat, to_memory, to_output = d_a.view(T, B, -1).unbind(0), d_a[:, :, :3].unbind(0), d_a[:, :, 3].unbind(0)
    by_memory, by_output = local.factors[:, :, :3].unbind(0), local.factors[:, :, 3].unbind(0)
    keep, h_of_c = local.keep.unbind(0), local.h_of_c.unbind(0)
    for t in range(T - 1, -1, -1):
        c[t].addcmul_(h[t], h_of_c[t])
        if t < quiet and t % _LOOK_EVERY == 0 and _fades(h[t], c[t]):
            break
        torch.mul(c_wide[t], by_memory[t], out=to_memory[t])
        torch.mul(h[t], by_output[t], out=to_output[t])
        if t > 0 and not _is_cut(t, T, truncate):
            h[t - 1].addmm_(flat[t], U)
            torch.mul(c[t], keep[t], out=c[t - 1])


def _is_cut(t: int, T: int, truncate: int) -> bool:
    """Whether no gradient goes from step ``t`` (from 0) to the one before."""
    return truncate > 0 and (T - t) % truncate == 0


def _fades(*gradients: Tensor) -> bool:
    """Whether they are all too small to follow; if so they are set to zero."""
    smallest = TOO_SMALL * torch.finfo(gradients[0].dtype).tiny
    if any(not g.abs().max().item() < smallest for g in gradients):
        return False
    for gradient in gradients:
        gradient.zero_()
    return True


def _weight_gradients(run: Unrolled, local: Local, d_h: Tensor, d_a: Tensor) -> CellWeights:
    """Sums over time and sequences, each one matrix product."""
    T, B, G, H = d_a.shape
    at, x = d_a.view(T * B, G * H), run.x.reshape(T * B, -1)
    d_U, d_b_h = at.T @ run.h[:-1].view(T * B, H), at.sum(0)
    if local.n_factor is not None:  # the GRU's x meets n before the reset gate
        torch.mul(d_h, local.n_factor, out=d_a[:, :, 2])
    return CellWeights((x.T @ at).T, d_U, at.sum(0), d_b_h)  # x has few columns: fastest as the first factor
