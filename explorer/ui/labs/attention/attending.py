"""The attention of all heads in one text, as the panels show it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from explorer.core.frames import Array, frozen
from explorer.data.head_patterns import head_patterns
from explorer.data.known_sentences import load_known_sentences
from explorer.specs.attention import Encoded, Reading

SPECIAL: Final = frozenset({"[CLS]", "[SEP]", "[PAD]"})


@dataclass(frozen=True, eq=False)
class Attending:
    """What the ready-made model does with a text; layers and heads count from 0.

    Attributes:
        reading: What was read, and how.
        tokens: The T tokens.
        spans: Each token's characters in the text, (T, 2) int64; empty for added ones.
        cut: What was cut off the text.
        weights: (6, 12, T, T) float32; row = query, column = key.
        shades: The same as whole numbers, 255 for 1, uint8.
        patterns: (6, 12, P) float32, as :data:`explorer.data.head_patterns.PATTERNS`.
        whole: Attention with nothing switched off; None where nothing is.
        cosine: Of the sentence's vector with that of the sentence with nothing switched off.
        took_ms: Milliseconds that the model took; 0 where it was stored.
    """

    reading: Reading
    tokens: tuple[str, ...]
    spans: Array
    cut: str
    weights: Array
    shades: Array
    patterns: Array
    whole: Array | None = None
    cosine: float = 1.0
    took_ms: float = 0.0

    @cached_property
    def special(self) -> tuple[int, ...]:
        """Places of [CLS], [SEP] and [PAD]."""
        return tuple(i for i, token in enumerate(self.tokens) if token in SPECIAL)

    @cached_property
    def _kept(self) -> Array:
        """Whether a token is no special one, (T,) bool."""
        return ~np.isin(np.arange(len(self.tokens)), self.special)

    def matrix(self, layer: int, head: int, special_out: bool = False) -> Array:
        """One head's attention, (T, T) float32.

        With ``special_out`` rows and columns of special tokens are NaN, and what is left of each row adds up to one
        again; a row of which nothing is left is 0.
        """
        weights = self.weights[layer, head]
        return self._renormalised(weights) if special_out else weights

    def shares(self, layer: int, head: int, token: int, towards: bool = False, special_out: bool = False) -> Array:
        """What one token looks at, or with ``towards`` what looks at it: (T,) float32, as in :meth:`matrix`."""
        matrix = self.matrix(layer, head, special_out)
        found: Array = matrix[:, token] if towards else matrix[token]
        return found

    def kept_share(self, layer: int, head: int, token: int) -> float:
        """How much of a token's attention goes to tokens that are not special, 0 to 1."""
        return float(self.weights[layer, head, token][self._kept].sum())

    def _renormalised(self, weights: Array) -> Array:
        kept = self._kept
        left = np.where(kept, weights, 0.0)
        sums = left.sum(-1, keepdims=True)
        scaled = np.divide(left, sums, out=np.zeros_like(left), where=sums > 0)
        return np.where(kept[:, None] & kept, scaled, np.nan).astype(np.float32)


def attending_of(answer: Encoded) -> Attending:
    """What an answer of the live model says."""
    return Attending(
        reading=answer.request.reading,
        tokens=answer.tokens,
        spans=answer.spans,
        cut=answer.cut,
        weights=answer.weights,
        shades=answer.shades,
        patterns=answer.patterns,
        whole=answer.whole,
        cosine=answer.cosine,
        took_ms=answer.took_ms,
    )


def first_attending() -> Attending:
    """That of the running example, stored: there before any model is (a few milliseconds)."""
    known = load_known_sentences()
    n, text = len(known.tokens), known.texts[0]
    words = text.split()  # every word of the example is one token
    begins = np.cumsum([0, *(len(word) + 1 for word in words)])[: len(words)]
    spans = np.zeros((n, 2), np.int64)
    spans[1 : n - 1] = [(begin, begin + len(word)) for begin, word in zip(begins, words, strict=True)]
    return Attending(
        reading=Reading(text),
        tokens=known.tokens,
        spans=frozen(spans),
        cut="",
        weights=known.attention,
        shades=frozen(np.rint(known.attention * 255), np.uint8),
        patterns=frozen(head_patterns(known.attention, [n - 1])),
    )
