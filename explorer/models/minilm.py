"""all-MiniLM-L6-v2: a sentence becomes tokens, six layers let them look at each other, their mean is the sentence.

Wang et al., MiniLM (2020), trained further on pairs of sentences by the authors of sentence-transformers. The network
is BERT's encoder (Devlin et al., 2019): each layer is attention, add & norm, feed-forward with GELU, add & norm.

Layers and heads count from 0. A token that is off is a key to nobody in any layer and takes no part in the mean;
padding is switched off in the same way. A head that is off leaves zeros.

Names: B sentences, T tokens, L = 6 layers, H = 12 heads, D = 384 numbers per token, d = D / H = 32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from explorer.models.attention import attend_into, causal_mask, join_heads, key_mask, switched

N_LAYERS: Final = 6
N_HEADS: Final = 12
N_DIMS: Final = 384
N_HEAD_DIMS: Final = N_DIMS // N_HEADS
EPS: Final = 1e-12
"""Added to the variance by every layer norm."""


@dataclass(frozen=True)
class Affine:
    """A weight and a bias: of a linear map, (outputs, inputs) and (outputs,), or of a layer norm, (D,) and (D,)."""

    weight: Tensor
    bias: Tensor

    def linear(self, x: Tensor) -> Tensor:
        """X Wᵀ + b, (..., outputs)."""
        return F.linear(x, self.weight, self.bias)

    def norm(self, x: Tensor) -> Tensor:
        """Each row of x to mean 0 and variance 1, times the weight, plus the bias, (..., D)."""
        return F.layer_norm(x, self.bias.shape, self.weight, self.bias, EPS)


@dataclass(frozen=True)
class Layer:
    """The weights of one layer.

    Attributes:
        qkv: Queries, keys and values of all heads in one map, D to 3 D.
        output: W_O, D to D.
        attention_norm: Layer norm behind attention.
        up: First half of the feed-forward network, D to 4 D.
        down: Second half, 4 D to D.
        feed_forward_norm: Layer norm behind it.
    """

    qkv: Affine
    output: Affine
    attention_norm: Affine
    up: Affine
    down: Affine
    feed_forward_norm: Affine


@dataclass(frozen=True)
class Encoder:
    """The weights of the whole network.

    Attributes:
        words: Vectors of the word pieces, (30522, D).
        positions: Vectors of the places in a sentence, (256, D).
        types: Vectors of the first and the second sentence of a pair, (2, D).
        norm: Layer norm behind the sum of the three.
        layers: The six layers.
    """

    words: Tensor
    positions: Tensor
    types: Tensor
    norm: Affine
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Encoded:
    """Everything that the encoder computed.

    Attributes:
        hidden: (L + 1, B, T, D): input of the first layer, then what each layer leaves.
        weights: Attention, (L, B, H, T, T); row = query, column = key.
        sentence: One vector of length one per sentence, (B, D).
    """

    hidden: Tensor
    weights: Tensor
    sentence: Tensor


def encoder_from(arrays: Mapping[str, NDArray[np.float32]], device: str = "cpu") -> Encoder:
    """The encoder with given weights; on the CPU most share the arrays' memory.

    Args:
        arrays: Weights under the names of the original file, as ``"encoder.layer.0.output.dense.weight"``.
        device: Where it computes.

    Raises:
        KeyError: Weights are missing.
    """

    def tensor(*names: str) -> Tensor:
        found = [arrays[name] for name in names]
        return torch.from_numpy(found[0] if len(found) == 1 else np.concatenate(found)).to(device)

    def affine(*names: str) -> Affine:
        return Affine(tensor(*(f"{name}.weight" for name in names)), tensor(*(f"{name}.bias" for name in names)))

    def layer(at: str) -> Layer:
        return Layer(
            qkv=affine(*(f"{at}.attention.self.{name}" for name in ("query", "key", "value"))),
            output=affine(f"{at}.attention.output.dense"),
            attention_norm=affine(f"{at}.attention.output.LayerNorm"),
            up=affine(f"{at}.intermediate.dense"),
            down=affine(f"{at}.output.dense"),
            feed_forward_norm=affine(f"{at}.output.LayerNorm"),
        )

    return Encoder(
        words=tensor("embeddings.word_embeddings.weight"),
        positions=tensor("embeddings.position_embeddings.weight"),
        types=tensor("embeddings.token_type_embeddings.weight"),
        norm=affine("embeddings.LayerNorm"),
        layers=tuple(layer(f"encoder.layer.{index}") for index in range(N_LAYERS)),
    )


def embed(encoder: Encoder, ids: Tensor, types: Tensor | None = None) -> Tensor:
    """Input of the first layer, (B, T, D): word, position and type added up, then normed.

    Args:
        encoder: The weights.
        ids: Token ids, (B, T) int64.
        types: 0 for tokens of the first sentence of a pair, 1 for those of the second, (B, T) int64; None for 0.

    Raises:
        ValueError: There are more tokens than positions.
    """
    T = ids.shape[1]
    if len(encoder.positions) < T:
        raise ValueError(f"{T} tokens are more than the {len(encoder.positions)} positions that the encoder knows")
    which = encoder.types[0] if types is None else encoder.types[types]
    return encoder.norm.norm(encoder.words[ids] + encoder.positions[:T] + which)


@torch.no_grad()
def encode(
    encoder: Encoder,
    ids: Tensor,
    types: Tensor | None = None,
    *,
    tokens_on: Tensor | None = None,
    heads_on: Tensor | None = None,
    causal: bool = False,
) -> Encoded:
    """Run the encoder and keep every layer's states and attention.

    Args:
        encoder: The weights.
        ids: Token ids, (B, T) int64, [CLS] and [SEP] included.
        types: As in :func:`embed`.
        tokens_on: (B, T) bool, False for padding and for tokens switched off; None for all on.
        heads_on: (L, H) bool for all sentences alike, or (B, L, H); None for all on.
        causal: Tokens may look at themselves and back only; the weights were not trained so.

    Raises:
        ValueError: There are more tokens than positions.
    """
    x = embed(encoder, ids, types)
    B, T, D = x.shape
    mask = mask_of(x, tokens_on, causal)
    hidden = x.new_empty(N_LAYERS + 1, B, T, D)
    weights = x.new_empty(N_LAYERS, B, N_HEADS, T, T)
    hidden[0] = x
    for index, layer in enumerate(encoder.layers):
        x = _run(layer, x, weights[index], mask, of_layer(heads_on, index))
        hidden[index + 1] = x
    return Encoded(hidden, weights, mean_pool(x, tokens_on))


@torch.no_grad()
def sentence_vectors(
    encoder: Encoder,
    ids: Tensor,
    types: Tensor | None = None,
    *,
    tokens_on: Tensor | None = None,
    heads_on: Tensor | None = None,
) -> Tensor:
    """The sentences alone, (B, D): as :func:`encode`, with the memory of one layer."""
    x = embed(encoder, ids, types)
    B, T, _ = x.shape
    mask = mask_of(x, tokens_on)
    weights = x.new_empty(B, N_HEADS, T, T)
    for index, layer in enumerate(encoder.layers):
        x = _run(layer, x, weights, mask, of_layer(heads_on, index))
    return mean_pool(x, tokens_on)


def mean_pool(hidden: Tensor, tokens_on: Tensor | None = None) -> Tensor:
    """The mean token, brought to length one, (B, D); [CLS] and [SEP] count, as in the original.

    Args:
        hidden: (B, T, D).
        tokens_on: (B, T) bool, which tokens count; None for all. Where none does, the vector is 0.
    """
    counted = hidden if tokens_on is None else hidden * tokens_on[..., None]
    return F.normalize(counted.sum(dim=1), dim=-1)  # of length one either way, so nothing is divided by their number


def mask_of(x: Tensor, tokens_on: Tensor | None, causal: bool = False) -> Tensor | None:
    """Who may be looked at, broadcast to (B, H, T, T), True where allowed; None where all may.

    Args:
        x: Input of a layer, (B, T, D).
        tokens_on: (B, T) bool; None for all on.
        causal: Nobody looks ahead.
    """
    keys = None if tokens_on is None else key_mask(tokens_on)
    if not causal:
        return keys
    back = causal_mask(x.shape[1], x.device)
    return back if keys is None else back & keys


def _run(layer: Layer, x: Tensor, weights: Tensor, mask: Tensor | None, heads_on: Tensor | None) -> Tensor:
    """One layer, (B, T, D) to (B, T, D); its attention is written into ``weights``, (B, H, T, T)."""
    B, T, _ = x.shape
    qkv = layer.qkv.linear(x).view(B, T, 3, N_HEADS, N_HEAD_DIMS)
    Q, K, V = qkv.permute(2, 0, 3, 1, 4).contiguous()  # each (B, H, T, d)
    outputs = switched(attend_into(weights, Q, K, V, mask), heads_on)  # (B, H, T, d)
    projected = layer.output.linear(join_heads(outputs))  # (B, T, D)
    return feed_forward(layer, layer.attention_norm.norm(projected.add_(x)))


def feed_forward(layer: Layer, x: Tensor) -> Tensor:
    """Feed-forward network, add & norm, (..., D)."""
    widened = F.gelu(layer.up.linear(x))  # (..., 4 D)
    return layer.feed_forward_norm.norm(layer.down.linear(widened).add_(x))


def of_layer(heads_on: Tensor | None, layer: int) -> Tensor | None:
    """One layer's row of (L, H) or (B, L, H)."""
    return None if heads_on is None else heads_on[..., layer, :]
