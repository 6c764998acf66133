"""One layer and one head of all-MiniLM-L6-v2 step by step: what the encoder does in one go, with every stage kept.

Layers and heads count from 0.

Names: T tokens, L = 6 layers, H = 12 heads, D = 384 numbers per token, d = D / H = 32.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.models.attention import attend, join_heads, split_heads, switched
from explorer.models.minilm import N_HEAD_DIMS, N_HEADS, Encoder, feed_forward, mask_of, of_layer


@dataclass(frozen=True)
class Walk:
    """One layer's way through one sentence, with one head's attention in every stage.

    Attributes:
        E: Input of the layer, (T, D).
        Q: The head's queries, (T, d).
        K: Its keys, (T, d).
        V: Its values, (T, d).
        scores: Q Kᵀ, (T, T); row = query, column = key.
        scaled: Scores divided by √d.
        masked: Scaled scores, -inf where nobody may look.
        weights: Softmax of each row, exactly 0 where masked.
        output: Weights times V, (T, d); zeros if the head is off.
        side_by_side: Outputs of all heads, (T, D).
        projected: What W_O makes of them, (T, D).
        attended: Layer norm of E + projected, (T, D).
        left: What the layer leaves behind its feed-forward network, (T, D).
    """

    E: Tensor
    Q: Tensor
    K: Tensor
    V: Tensor
    scores: Tensor
    scaled: Tensor
    masked: Tensor
    weights: Tensor
    output: Tensor
    side_by_side: Tensor
    projected: Tensor
    attended: Tensor
    left: Tensor


@dataclass(frozen=True)
class HeadWeights:
    """What one head has learned, turned so that Q = E W_Q + bias_q.

    Attributes:
        W_Q: (D, d).
        W_K: (D, d).
        W_V: (D, d).
        bias_q: (d,).
        bias_k: (d,).
        bias_v: (d,).
        W_O: The head's rows of the output map, (d, D).
    """

    W_Q: Tensor
    W_K: Tensor
    W_V: Tensor
    bias_q: Tensor
    bias_k: Tensor
    bias_v: Tensor
    W_O: Tensor


@torch.no_grad()
def walk(
    encoder: Encoder,
    E: Tensor,
    layer: int,
    head: int,
    *,
    tokens_on: Tensor | None = None,
    heads_on: Tensor | None = None,
    causal: bool = False,
) -> Walk:
    """One layer step by step, for one sentence.

    Args:
        encoder: The weights.
        E: The layer's input, (T, D): ``hidden[layer]`` of an :class:`Encoded`, for one sentence.
        layer: 0..5.
        head: 0..11; the one whose stages are kept.
        tokens_on: (T,) bool; None for all on.
        heads_on: (L, H) bool; None for all on.
        causal: As in :func:`encode`.
    """
    here = encoder.layers[layer]
    mask = mask_of(E[None], None if tokens_on is None else tokens_on[None], causal)
    Q, K, V = (split_heads(part[None], N_HEADS) for part in here.qkv.linear(E).chunk(3, dim=-1))  # (1, H, T, d)
    seen = attend(Q, K, V, mask)
    outputs = switched(seen.output, of_layer(heads_on, layer))
    side_by_side = join_heads(outputs)[0]
    projected = here.output.linear(side_by_side)
    attended = here.attention_norm.norm(E + projected)
    return Walk(
        E=E,
        Q=Q[0, head],
        K=K[0, head],
        V=V[0, head],
        scores=seen.scores[0, head],
        scaled=seen.scaled[0, head],
        masked=seen.masked[0, head],
        weights=seen.weights[0, head],
        output=outputs[0, head],
        side_by_side=side_by_side,
        projected=projected,
        attended=attended,
        left=feed_forward(here, attended),
    )


def head_weights(encoder: Encoder, layer: int, head: int) -> HeadWeights:
    """The matrices of one head."""
    here, at = encoder.layers[layer], slice(head * N_HEAD_DIMS, (head + 1) * N_HEAD_DIMS)
    W_Q, W_K, W_V = (part[at].T for part in here.qkv.weight.chunk(3))
    bias_q, bias_k, bias_v = (part[at] for part in here.qkv.bias.chunk(3))
    return HeadWeights(W_Q, W_K, W_V, bias_q, bias_k, bias_v, here.output.weight[:, at].T)
