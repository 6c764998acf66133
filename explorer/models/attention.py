"""Scaled dot-product attention and its many heads, with everything on the way kept to be looked at.

Vaswani et al., Attention Is All You Need (2017): Attention(Q, K, V) = softmax(Q Kᵀ / √d) V, equation 1; heads side by
side, section 3.2.2. A mask says with True who may be looked at.

Names: B sentences, H heads, T tokens (queries), S tokens (keys), d numbers per head, D = H d.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Attention:
    """One attention, stage by stage; leading dimensions are those of the inputs.

    Attributes:
        scores: Q Kᵀ, (..., T, S): row = query, column = key.
        scaled: Scores divided by √d.
        masked: Scaled scores, -inf where the mask forbids to look.
        weights: Softmax of each row, exactly 0 where masked; a row without any key is 0 throughout.
        output: Weights times V, (..., T, d).
    """

    scores: Tensor
    scaled: Tensor
    masked: Tensor
    weights: Tensor
    output: Tensor


def causal_mask(n_tokens: int, device: torch.device | None = None) -> Tensor:
    """(T, T) bool: each token may look at itself and at those before it."""
    return torch.ones(n_tokens, n_tokens, dtype=torch.bool, device=device).tril_()


def key_mask(on: Tensor) -> Tensor:
    """(B, 1, 1, T) bool: all queries of all heads may look at the keys that are on, (B, T) bool."""
    return on[:, None, None, :]


def attend(Q: Tensor, K: Tensor, V: Tensor, mask: Tensor | None = None, scale: float | None = None) -> Attention:
    """Attention with every stage kept.

    Args:
        Q: Queries, (..., T, d).
        K: Keys, (..., S, d).
        V: Values, (..., S, d).
        mask: Bool, broadcast to (..., T, S): True where a query may look; None lets all look at all.
        scale: What scores are multiplied with; 1 / √d when None.
    """
    scores = Q @ K.mT  # (..., T, S)
    scaled = scores * (Q.shape[-1] ** -0.5 if scale is None else scale)
    masked = scaled if mask is None else scaled.masked_fill(~mask, -math.inf)
    weights = torch.softmax(masked, dim=-1)
    if mask is not None:  # a row of nothing but -inf has no softmax
        weights = weights.masked_fill(~mask.any(dim=-1, keepdim=True), 0.0)
    return Attention(scores, scaled, masked, weights, weights @ V)


def attend_into(weights: Tensor, Q: Tensor, K: Tensor, V: Tensor, mask: Tensor | None = None) -> Tensor:
    """The same attention where only its weights are wanted: scores become weights in place, without a gradient.

    Args:
        weights: Written over, (B, H, T, S), contiguous.
        Q: Queries, (B, H, T, d), contiguous as K and V are.
        K: Keys, (B, H, S, d).
        V: Values, (B, H, S, d).
        mask: As in :func:`attend`.

    Returns:
        The output, (B, H, T, d).
    """
    flat = weights.flatten(0, 1)  # (B H, T, S), the same memory
    torch.baddbmm(flat, Q.flatten(0, 1), K.flatten(0, 1).mT, beta=0, alpha=Q.shape[-1] ** -0.5, out=flat)
    if mask is not None:
        weights.masked_fill_(~mask, -math.inf)
    torch.softmax(weights, dim=-1, out=weights)
    if mask is not None:
        weights.masked_fill_(~mask.any(dim=-1, keepdim=True), 0.0)
    return torch.bmm(flat, V.flatten(0, 1)).view(Q.shape)


def switched(outputs: Tensor, heads_on: Tensor | None) -> Tensor:
    """Outputs of all heads, (B, H, T, d), with zeros from those that are off.

    Args:
        outputs: (B, H, T, d).
        heads_on: Bool, (H,) for all sentences alike or (B, H); None leaves every head on.
    """
    return outputs if heads_on is None else outputs.masked_fill(~heads_on[..., None, None], 0.0)


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """(B, H, T, d) of (B, T, D): each head's share of the D numbers, in their order."""
    B, T, D = x.shape
    return x.view(B, T, n_heads, D // n_heads).transpose(1, 2)


def join_heads(x: Tensor) -> Tensor:
    """(B, T, D) of (B, H, T, d): all heads side by side."""
    B, H, T, d = x.shape
    return x.transpose(1, 2).reshape(B, T, H * d)
