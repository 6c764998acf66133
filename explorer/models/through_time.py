"""Backpropagation through time by hand: the gradient at every time step, not at the weights alone.

The forward pass runs torch's fused loop. All gates are then computed at once from the recorded states, and with them
everything that one step of the recursion back multiplies by, so that the recursion itself is two to five operations a
step (Werbos 1990; for the LSTM: Hochreiter & Schmidhuber 1997, with the whole gradient). What comes out is

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


@torch.no_grad()
def unroll(network: Recurrent, x: Tensor) -> Unrolled:
    """Run a network of one layer through ``x`` (T, B, D) from a state of zeros."""
    H, (W, U, b, b_h) = network.n_hidden, network.weights()
    T, B, _ = x.shape
    out, _ = network(x)
    h = torch.cat([out.new_zeros(1, B, H), out])  # (T + 1, B, H)
    if network.cell not in ("lstm", "gru"):
        return Unrolled(x, h, None, h.new_empty(T, B, 0, H), None)
    from_x = torch.addmm(b, x.reshape(T * B, -1), W.T).view(T, B, -1, H)
    from_h = torch.addmm(b_h, h[:-1].reshape(T * B, H), U.T).view(T, B, -1, H)
    if network.cell == "gru":
        r_z = from_x[:, :, :2].add_(from_h[:, :, :2]).sigmoid_()
        from_x[:, :, 2].addcmul_(r_z[:, :, 0], from_h[:, :, 2]).tanh_()
        return Unrolled(x, h, None, from_x, from_h[:, :, 2])
    gates = from_x.add_(from_h)
    gates[:, :, :2].sigmoid_()
    gates[:, :, 2].tanh_()
    gates[:, :, 3].sigmoid_()
    return Unrolled(x, h, _memories(gates), gates, None)


def _memories(gates: Tensor) -> Tensor:
    """The LSTM's c_t = f_t c_(t-1) + i_t g_t of all steps, (T + 1, B, H)."""
    i, f, g, _ = gates.unbind(2)
    added = i * g  # (T, B, H)
    c = torch.cat([torch.zeros_like(added[:1]), added])
    rows = c.unbind(0)
    for t, keep in enumerate(f.unbind(0)):
        rows[t + 1].addcmul_(keep, rows[t])
    return c


@torch.no_grad()
def local_derivatives(cell: str, run: Unrolled) -> Local:
    """Everything that the recursion back multiplies by, for all steps at once."""
    if run.from_h is not None:
        r, z, n = run.gates.unbind(2)
        to_n = (1 - z) * (1 - n * n)  # (T, B, H)
        factors = torch.stack([to_n * run.from_h * (r - r * r), (run.h[:-1] - n) * (z - z * z), to_n * r], 2)
        return Local(factors, keep=z, n_factor=to_n)
    if run.c is not None:
        i, f, g, o = run.gates.unbind(2)
        tanh_c = run.c[1:].tanh()
        factors = torch.stack(
            [g * (i - i * i), run.c[:-1] * (f - f * f), i * (1 - g * g), tanh_c * (o - o * o)], 2
        )  # (T, B, 4, H)
        return Local(factors, keep=f, h_of_c=o * (1 - tanh_c * tanh_c))
    h = run.h[1:]
    slope = (h > 0).to(h) if cell == "rnn_relu" else 1 - h * h
    return Local(slope[:, :, None])


@torch.no_grad()
def backward(network: Recurrent, run: Unrolled, direct: Tensor, truncate: int = 0) -> Gradients:
    """The gradient of a loss that reads the states of the last K steps.

    Args:
        network: Of one layer.
        run: Its pass.
        direct: The loss's derivative by h_t at the last K steps through the answers there alone, (K, B, H).
        truncate: Steps that gradients go back, see above; 0 for all the way.

    Returns:
        Gradients of the loss as it is, before any clipping.
    """
    local, U = local_derivatives(network.cell, run), network.weights().weight_hh
    d_h = torch.zeros_like(run.h[1:])  # (T, B, H)
    d_h[len(d_h) - len(direct) :] = direct
    d_a = torch.zeros_like(local.factors)  # (T, B, G, H)
    d_c = None
    if local.h_of_c is None:
        _recurse(local, U, d_h, d_a, len(direct), truncate)
    else:
        d_c = torch.zeros_like(d_h)
        _recurse_with_memory(local, U, d_h, d_c, d_a, len(direct), truncate)
    return Gradients(d_h, d_c, _weight_gradients(run, local, d_h, d_a))


def _recurse(local: Local, U: Tensor, d_h: Tensor, d_a: Tensor, n_direct: int, truncate: int) -> None:
    """RNN and GRU: dL/dh_(t-1) += (dL/dh_t * factors) U + dL/dh_t * keep; fills ``d_h`` and ``d_a`` in place."""
    T, B, _ = d_h.shape
    quiet = T - n_direct  # before this step no answer is read
    h, a, flat = d_h.unbind(0), d_a.unbind(0), d_a.view(T, B, -1).unbind(0)
    factors = local.factors.unbind(0)
    keep = None if local.keep is None else local.keep.unbind(0)
    for t in range(T - 1, -1, -1):
        if t < quiet and t % _LOOK_EVERY == 0 and _fades(h[t]):
            break
        torch.mul(h[t].unsqueeze(1), factors[t], out=a[t])
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
    h, c, flat, factors = d_h.unbind(0), d_c.unbind(0), d_a.view(T, B, -1).unbind(0), local.factors.unbind(0)
    to_memory, to_output = d_a[:, :, :3].unbind(0), d_a[:, :, 3].unbind(0)
    keep, h_of_c = local.keep.unbind(0), local.h_of_c.unbind(0)
    for t in range(T - 1, -1, -1):
        c[t].addcmul_(h[t], h_of_c[t])
        if t < quiet and t % _LOOK_EVERY == 0 and _fades(h[t], c[t]):
            break
        torch.mul(c[t].unsqueeze(1), factors[t][:, :3], out=to_memory[t])
        torch.mul(h[t], factors[t][:, 3], out=to_output[t])
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
    at_h = d_a.view(T * B, G * H)
    d_U, d_b_h = at_h.T @ run.h[:-1].reshape(T * B, H), at_h.sum(0)
    if local.n_factor is not None:  # the GRU's x meets n before the reset gate
        d_a[:, :, 2] = d_h * local.n_factor
    return CellWeights(at_h.T @ run.x.reshape(T * B, -1), d_U, at_h.sum(0), d_b_h)
