"""What attention costs, beside a recurrent network of the same width: measured when asked, on this machine."""

from __future__ import annotations

import time
from typing import Final

import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.models.attention import attend, join_heads, split_heads
from explorer.specs.attention import Cost, Costed

HEAD_DIMS: Final = 32
MOST: Final = 4096
MOST_WIDTH: Final = 1024
MOST_WEIGHTS: Final = 2 * 10**8
"""Attention weights kept at once, at most: four bytes each, and a few times over."""
REPEATS: Final = 3
PATIENCE_S: Final = 0.12
"""What takes longer is not repeated."""


def cost(request: Cost) -> Costed:
    """Measure both.

    Raises:
        UserError: The length or the width makes no sense, or would not fit into memory.
    """
    T, D = request.n_tokens, request.width
    if not 1 <= T <= MOST:
        raise UserError(f"Between 1 and {MOST:,} tokens can be measured.")
    if not HEAD_DIMS <= D <= MOST_WIDTH or D % HEAD_DIMS:
        raise UserError(f"The width is a multiple of {HEAD_DIMS}, {MOST_WIDTH:,} at most.")
    if T * T * (D // HEAD_DIMS) > MOST_WEIGHTS:
        raise UserError(f"{T:,} tokens with {D // HEAD_DIMS} heads need too much memory; choose fewer tokens.")
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(1, T, D, generator=generator)
    attention, recurrent = _AttentionLayer(D, generator), _Recurrent(D, generator)
    return Costed(
        request=request,
        attention_ms=_fastest_ms(attention, x),
        recurrent_ms=_fastest_ms(recurrent, x),
        attention_bytes=_kept_bytes(attention, x),
        recurrent_bytes=_kept_bytes(recurrent, x),
        n_threads=torch.get_num_threads(),
        generation=request.generation,
    )


class _AttentionLayer(nn.Module):
    """A layer of attention with heads of 32 numbers: four maps, and what lies between."""

    def __init__(self, D: int, generator: torch.Generator) -> None:
        super().__init__()
        self.maps = nn.ParameterList([torch.randn(D, D, generator=generator) / D**0.5 for _ in range(4)])
        self.n_heads = D // HEAD_DIMS

    def forward(self, x: Tensor) -> Tensor:
        """(1, T, D) to (1, T, D)."""
        W_Q, W_K, W_V, W_O = self.maps
        Q, K, V = (split_heads(x @ W, self.n_heads) for W in (W_Q, W_K, W_V))
        out: Tensor = join_heads(attend(Q, K, V).output) @ W_O
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
        while len(took) <= REPEATS and (not took or took[-1] < PATIENCE_S):  # the first one warms up
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
