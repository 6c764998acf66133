"""all-MiniLM-L6-v2 once more, put together from torch's own parts: what our encoder is held against, and timed against.

Nothing here is shared with :mod:`explorer.models.minilm`: the layers are ``torch.nn.TransformerEncoderLayer``, the
weights of attention come from ``torch.nn.MultiheadAttention``.

Names: B sentences, T tokens, L layers, H heads, D numbers per token.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Floats = NDArray[np.float32]

N_LAYERS, N_HEADS, N_DIMS, N_HIDDEN = 6, 12, 384, 1536
EPS = 1e-12


class ReferenceEncoder(nn.Module):
    """BERT's embeddings and torch's encoder.

    Args:
        n_words: Size of the vocabulary.
        n_positions: Most tokens of a sentence.
    """

    def __init__(self, n_words: int, n_positions: int) -> None:
        super().__init__()
        self.words = nn.Embedding(n_words, N_DIMS)
        self.positions = nn.Embedding(n_positions, N_DIMS)
        self.types = nn.Embedding(2, N_DIMS)
        self.norm = nn.LayerNorm(N_DIMS, EPS)
        layer = nn.TransformerEncoderLayer(
            N_DIMS, N_HEADS, N_HIDDEN, dropout=0.0, activation="gelu", layer_norm_eps=EPS, batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, N_LAYERS, enable_nested_tensor=False)

    def embed(self, ids: Tensor, types: Tensor) -> Tensor:
        """Input of the first layer, (B, T, D), of token ids and of types 0 or 1, both (B, T)."""
        summed = self.words(ids) + self.positions(torch.arange(ids.shape[1])) + self.types(types)
        normed: Tensor = self.norm(summed)
        return normed

    def run_layers(self, x: Tensor, off: Tensor | None = None) -> Tensor:
        """The last layer's output, (B, T, D), from the first one's input; torch's fast path, no weights of attention.

        Args:
            x: Input of the first layer, (B, T, D).
            off: (B, T) bool, True for tokens that nobody attends to.
        """
        out: Tensor = self.encoder(x, src_key_padding_mask=off)
        return out

    def trace(self, x: Tensor, off: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """What every layer leaves, (L + 1, B, T, D) with the input first, and its attention, (L, B, H, T, T).

        Args:
            x: Input of the first layer, (B, T, D).
            off: (B, T) bool, True for tokens that nobody attends to.
        """
        hidden, weights = [x], []
        for layer in self.encoder.layers:
            attention = layer.self_attn
            weights.append(attention(x, x, x, key_padding_mask=off, average_attn_weights=False)[1])
            x = layer(x, src_key_padding_mask=off)
            hidden.append(x)
        return torch.stack(hidden), torch.stack(weights)


def reference_from(arrays: Mapping[str, Floats]) -> ReferenceEncoder:
    """The reference with given weights, in evaluation mode and without gradients.

    Args:
        arrays: Weights under the names of the original file, as ``"encoder.layer.0.output.dense.weight"``.

    Raises:
        KeyError: Weights are missing.
    """
    n_words, n_positions = (len(arrays[f"embeddings.{kind}_embeddings.weight"]) for kind in ("word", "position"))
    with torch.device("meta"):  # no numbers are drawn that nobody keeps
        made = ReferenceEncoder(n_words, n_positions)
    made.load_state_dict({name: torch.from_numpy(array) for name, array in _renamed(arrays).items()}, assign=True)
    return made.eval().requires_grad_(False)


def mean_direction(hidden: Tensor, on: Tensor) -> Tensor:
    """Sentence vectors of length one, (B, D): the mean of (B, T, D) over the tokens that are on, (B, T) bool."""
    rows = [states[there].mean(0) for states, there in zip(hidden, on, strict=True)]
    return torch.stack([row / row.norm() for row in rows])


def _renamed(arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    """From the names of the original file to those of torch's parts."""
    named = {
        "words.weight": arrays["embeddings.word_embeddings.weight"],
        "positions.weight": arrays["embeddings.position_embeddings.weight"],
        "types.weight": arrays["embeddings.token_type_embeddings.weight"],
        "norm.weight": arrays["embeddings.LayerNorm.weight"],
        "norm.bias": arrays["embeddings.LayerNorm.bias"],
    }
    parts = {
        "self_attn.out_proj": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "linear1": "intermediate.dense",
        "linear2": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for layer in range(N_LAYERS):
        source, target = f"encoder.layer.{layer}", f"encoder.layers.{layer}"
        for kind in ("weight", "bias"):
            ours = [arrays[f"{source}.attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            named[f"{target}.self_attn.in_proj_{kind}"] = np.concatenate(ours)
            named |= {f"{target}.{there}.{kind}": arrays[f"{source}.{here}.{kind}"] for there, here in parts.items()}
    return named
