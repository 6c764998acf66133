"""Networks unrolled in double precision by the papers' formulas, for autograd to differentiate."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.models.recurrent import Recurrent


@dataclass
class Oracle:
    """States of every step, still in the graph: h (and c) as lists of (B, H)."""

    h: list[Tensor]
    c: list[Tensor]


def sig(a: Tensor) -> Tensor:
    return 1 / (1 + torch.exp(-a))


def unrolled_by_hand(network: Recurrent, x: Tensor, truncate: int = 0) -> Oracle:
    """Loop over time; with truncation the state handed on is detached, counted back from the end."""
    W, U, b, b_h = network.weights()
    H, T = network.n_hidden, len(x)
    h = c = torch.zeros(x.shape[1], H, dtype=x.dtype)
    out = Oracle([], [])
    for t in range(T):
        if truncate and (T - t) % truncate == 0:
            h, c = h.detach(), c.detach()
        if network.cell == "lstm":
            a = x[t] @ W.T + b + h @ U.T + b_h
            i, f, g, o = (a[:, k * H : (k + 1) * H] for k in range(4))
            c = sig(f) * c + sig(i) * torch.tanh(g)
            h = sig(o) * torch.tanh(c)
        elif network.cell == "gru":
            p, q = x[t] @ W.T + b, h @ U.T + b_h
            r, z = sig(p[:, :H] + q[:, :H]), sig(p[:, H : 2 * H] + q[:, H : 2 * H])
            n = torch.tanh(p[:, 2 * H :] + r * q[:, 2 * H :])
            h = (1 - z) * n + z * h
        else:
            a = x[t] @ W.T + b + h @ U.T + b_h
            h = torch.tanh(a) if network.cell == "rnn_tanh" else a * (a > 0)
        for kept, state in ((out.h, h), (out.c, c)):
            if state.requires_grad:
                state.retain_grad()
            kept.append(state)
    return out


def grads(states: list[Tensor]) -> Tensor:
    """Gradients that autograd left at the states, (T, B, H); zero where none arrived."""
    return torch.stack([torch.zeros_like(s) if s.grad is None else s.grad for s in states])
