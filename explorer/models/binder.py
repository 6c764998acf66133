"""A network of nothing but attention, small enough to learn in seconds which colour belongs to which noun.

    Q, K = (norm(x) + P) W_Q, (norm(x) + P) W_K        who looks at whom: by what a word is and by where it stands
    V = norm(x) W_V                                    what is handed on: what a word is, not where it stands
    x <- x + concat(heads) W_O                         equation 1 and section 3.2.2 of Vaswani et al. 2017

The decoder's attention without its feed-forward layers (as in Elhage et al. 2021, "A mathematical framework for
transformer circuits"). Nobody looks ahead, so a noun can only look back for its colour. Norm is x over its root mean
square (Zhang & Sennrich 2019, arXiv:1910.07467), without weights. Places are added to queries and keys of every layer
alone (as in Carion et al. 2020, arXiv:2005.12872): what one layer found reaches the next one as a word.

The last layer begins with W_K = W_Q, so that at first a word looks at words like itself: the noun of a question at the
same noun told before. From there all is learned.

Names: B sentences, T tokens, L layers, H heads, d numbers per head (D / H, rounded down), C answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.attention import Attention, attend, causal_mask, join_heads, split_heads, switched

PLACE_SPREAD: Final = 0.3
"""First numbers of a place, as against 1 for those of a word: at first it counts more what a word is."""


@dataclass(frozen=True)
class Bound:
    """What the network says and how it came to it.

    Attributes:
        logits: Score of each answer, (B, C).
        attentions: Of each layer, with every stage, (B, H, T, ..); rows behind a sentence's end mean nothing.
    """

    logits: Tensor
    attentions: tuple[Attention, ...]

    @property
    def weights(self) -> Tensor:
        """Who looks at whom, (L, B, H, T, T): row = query, column = key."""
        return torch.stack([one.weights for one in self.attentions])


class Layer(nn.Module):
    """The four matrices of one layer, W_O (H d, D), the others (D, H d), from N(0, 1/D)."""

    def __init__(self, width: int, heads: int, generator: torch.Generator) -> None:
        super().__init__()
        inner, spread = heads * (width // heads), width**-0.5
        self.W_Q, self.W_K, self.W_V = (_normal((width, inner), spread, generator) for _ in range(3))
        self.W_O = _normal((inner, width), spread, generator)

    def forward(self, x: Tensor, P: Tensor, n_heads: int, heads_on: Tensor | None = None) -> tuple[Tensor, Attention]:
        """What the heads add to x (B, T, D), and their attention.

        Args:
            x: One vector for each token, (B, T, D).
            P: One vector for each place, (T, D).
            n_heads: Number of heads, H.
            heads_on: Bool (H,): which of them count; None for all.
        """
        what = normed(x)  # (B, T, D)
        where = what + P
        Q, K, V = (split_heads(y, n_heads) for y in (where @ self.W_Q, where @ self.W_K, what @ self.W_V))
        attention = attend(Q, K, V, causal_mask(x.shape[1], x.device))  # (B, H, T, d)
        return join_heads(switched(attention.output, heads_on)) @ self.W_O, attention


class Binder(nn.Module):
    """Embedding, layers of attention, and scores of the answers, read where the sentence ends.

    Args:
        n_words: Size of the vocabulary.
        n_answers: Answers to choose from, C.
        longest: Tokens of the longest sentence.
        width: Numbers that stand for a token, D; at least the heads.
        layers: Number of layers, L.
        heads: Number of heads in each, H.
        generator: Source of the first weights.
    """

    def __init__(
        self,
        n_words: int,
        n_answers: int,
        longest: int,
        width: int,
        layers: int,
        heads: int,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.n_heads = heads
        self.E = _normal((n_words, width), 1.0, generator)
        self.P = _normal((longest, width), PLACE_SPREAD, generator)
        blocks = [Layer(width, heads, generator) for _ in range(layers)]
        with torch.no_grad():
            blocks[-1].W_K.copy_(blocks[-1].W_Q)
        self.layers = nn.ModuleList(blocks)
        self.U = _normal((width, n_answers), width**-0.5, generator)

    def forward(self, tokens: Tensor, lengths: Tensor, heads_on: Tensor | None = None) -> Bound:
        """Answer what is asked at the end of each sentence.

        Args:
            tokens: Ids, (B, T) int64; anything behind a sentence's end, which nobody before it sees.
            lengths: Tokens of each sentence, (B,), at least 1.
            heads_on: Bool (L, H): which heads count, the others add nothing; None for all.
        """
        B, T = tokens.shape
        x, attentions = self.E[tokens], list[Attention]()  # (B, T, D)
        for index, layer in enumerate(self.layers):
            added, attention = layer(x, self.P[:T], self.n_heads, None if heads_on is None else heads_on[index])
            x = x + added
            attentions.append(attention)
        last = x[torch.arange(B, device=x.device), lengths - 1]  # (B, D)
        return Bound(normed(last) @ self.U, tuple(attentions))


def normed(x: Tensor) -> Tensor:
    """Vectors (.., D), each divided by the root mean square of its numbers."""
    return F.rms_norm(x, x.shape[-1:])


def _normal(shape: tuple[int, ...], spread: float, generator: torch.Generator) -> nn.Parameter:
    return nn.Parameter(torch.randn(shape, generator=generator) * spread)
