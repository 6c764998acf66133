"""What attention costs, beside a recurrent network of the same width: measured when asked, on this machine."""

from __future__ import annotations

import time
from typing import Final

import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.models.attention import attend, attend_into, join_heads, split_heads
from explorer.specs.attention.cost import NETWORKS, QUANTITIES, Cost, Costed

HEAD_DIMS: Final = 32
MOST: Final = 4096
MOST_WIDTH: Final = 1024
MOST_BYTES: Final = 10**9
"""Scores, scaled scores and weights of all heads, four bytes each, at most."""
WARMING: Final = 16
"""Tokens of a first pass that is not counted."""
REPEATS: Final = 3
PATIENCE_S: Final = 0.06
"""When so much has been spent on one layer it is not repeated any more: the run that learns waits meanwhile."""


def cost(request: Cost) -> Costed:
    """Measure it.

    Raises:
        UserError: The question makes no sense, or what it asks for would not fit into memory.
    """
    T, D = request.n_tokens, request.width
    if request.network not in NETWORKS or request.quantity not in QUANTITIES:
        raise UserError(f"Nothing is called “{request.network}” or “{request.quantity}”.")
    if not 1 <= T <= MOST:
        raise UserError(f"Between 1 and {MOST:,} tokens can be measured.")
    if not HEAD_DIMS <= D <= MOST_WIDTH or D % HEAD_DIMS:
        raise UserError(f"The width is a multiple of {HEAD_DIMS}, {MOST_WIDTH:,} at most.")
    if request.network == "attention" and 3 * 4 * T * T * (D // HEAD_DIMS) > MOST_BYTES:
        raise UserError(f"{T:,} tokens with {D // HEAD_DIMS} heads need too much memory; choose fewer tokens.")
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(1, T, D, generator=generator)
    layer = (_AttentionLayer if request.network == "attention" else _Recurrent)(D, generator)
    value = _kept_bytes(layer, x) if request.quantity == "bytes" else _fastest_ms(layer, x)
    return Costed(request, value, torch.get_num_threads(), request.generation)


class _AttentionLayer(nn.Module):
    """A layer of attention with heads of 32 numbers: four maps, and what lies between."""

    def __init__(self, D: int, generator: torch.Generator) -> None:
        super().__init__()
        self.maps = nn.ParameterList([torch.randn(D, D, generator=generator) / D**0.5 for _ in range(4)])
        self.n_heads = D // HEAD_DIMS

    def forward(self, x: Tensor) -> Tensor:
        """(1, T, D) to (1, T, D); without a gradient scores become weights in place, as in the ready-made model."""
        W_Q, W_K, W_V, W_O = self.maps
        Q, K, V = (split_heads(x @ W, self.n_heads).contiguous() for W in (W_Q, W_K, W_V))
        if torch.is_grad_enabled():
            outputs = attend(Q, K, V).output
        else:
            outputs = attend_into(x.new_empty(1, self.n_heads, x.shape[1], x.shape[1]), Q, K, V)
        out: Tensor = join_heads(outputs) @ W_O
        return out


class _Recurrent(nn.Module):
    """A GRU of the same width, torch's own."""

    def __init__(self, D: int, generator: torch.Generator) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):  # torch's own initialisation draws from the global generator
            self.cell = nn.GRU(D, D, batch_first=True)
        with torch.no_grad():
            for part in self.cell.parameters():
                part.copy_(torch.randn(part.shape, generator=generator) / D**0.5)

    def forward(self, x: Tensor) -> Tensor:
        """(1, T, D) to (1, T, D)."""
        states: Tensor = self.cell(x)[0]
        return states


def _fastest_ms(layer: nn.Module, x: Tensor) -> float:
    took = list[float]()
    with torch.no_grad():
        layer(x[:, :WARMING])
        while len(took) < REPEATS and sum(took) < PATIENCE_S:
            began = time.perf_counter()
            layer(x)
            took.append(time.perf_counter() - began)
    return 1000 * min(took)


def _kept_bytes(layer: nn.Module, x: Tensor) -> int:
    """Bytes that autograd keeps until the gradient has been taken, parameters and input left out."""
    known = {tensor.untyped_storage().data_ptr() for tensor in (x, *layer.parameters())}
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        out = layer(x)
    del out
    return sum(kept.values())
