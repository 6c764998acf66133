"""Attention with numbers that a person has set: four per token, one head or two."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.core.errors import UserError
from explorer.data.word_pieces import PAD
from explorer.experiments.attention.ready_made import traced
from explorer.models.attention import attend, causal_mask, join_heads, key_mask, split_heads
from explorer.specs.attention import HAND_DIMS, MASKS, MOST_HAND_TOKENS, TraceByHand, Traced

LARGEST: Final = 100.0
"""Of the numbers that can be set."""
_MATRICES: Final = ("W_Q", "W_K", "W_V", "W_O")


@torch.no_grad()
def trace_by_hand(request: TraceByHand) -> Traced:
    """One head of the model, stage by stage.

    Raises:
        UserError: The numbers do not fit.
    """
    E, (W_Q, W_K, W_V, W_O) = _checked(request)
    H, d = request.n_heads, HAND_DIMS // request.n_heads
    Q, K, V = (split_heads((E @ W)[None], H) for W in (W_Q, W_K, W_V))  # (1, H, T, d)
    seen = attend(Q, K, V, _mask(request))
    side_by_side = join_heads(seen.output)[0]
    projected = side_by_side @ W_O
    h = request.head
    own, none = slice(h * d, (h + 1) * d), torch.zeros(d)
    return traced(
        request,
        request.tokens,
        H,
        {
            "E": E,
            "W_Q": W_Q[:, own],
            "W_K": W_K[:, own],
            "W_V": W_V[:, own],
            "bias_q": none,
            "bias_k": none,
            "bias_v": none,
            "Q": Q[0, h],
            "K": K[0, h],
            "V": V[0, h],
            "scores": seen.scores[0, h],
            "scaled": seen.scaled[0, h],
            "masked": seen.masked[0, h],
            "weights": seen.weights[0, h],
            "output": seen.output[0, h],
            "side_by_side": side_by_side,
            "W_O": W_O,
            "bias_o": torch.zeros(HAND_DIMS),
            "projected": projected,
            "attended": F.layer_norm(E + projected, (HAND_DIMS,)),
        },
    )


def _mask(request: TraceByHand) -> Tensor | None:
    T = len(request.tokens)
    if request.mask == "causal":
        return causal_mask(T)
    if request.mask == "padding":
        return key_mask(torch.tensor([[token != PAD for token in request.tokens]]))
    return None


def _checked(request: TraceByHand) -> tuple[Tensor, tuple[Tensor, ...]]:
    T = len(request.tokens)
    if not 1 <= T <= MOST_HAND_TOKENS:
        raise UserError(f"Between 1 and {MOST_HAND_TOKENS} tokens can be set by hand.")
    if request.n_heads not in (1, 2) or not 0 <= request.head < request.n_heads:
        raise UserError("The model that is set by hand has one head or two.")
    if request.mask not in MASKS:
        raise UserError(f"There is no mask called {request.mask}; choose one of {', '.join(MASKS)}.")
    arrays = [np.array(getattr(request, name), np.float32) for name in ("E", *_MATRICES)]
    forms = [(T, HAND_DIMS), *[(HAND_DIMS, HAND_DIMS)] * len(_MATRICES)]
    for array, form in zip(arrays, forms, strict=True):
        if array.shape != form or not np.isfinite(array).all() or np.abs(array).max() > LARGEST:
            raise UserError(f"These matrices hold numbers between -{LARGEST:g} and {LARGEST:g}, {form[0]} rows of 4.")
    E, *matrices = (torch.from_numpy(array) for array in arrays)
    return E, tuple(matrices)
