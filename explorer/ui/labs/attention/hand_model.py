"""The model of four numbers per token that a person sets; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from explorer.core.frames import Array
from explorer.specs.attention import HAND_DIMS, MOST_HAND_TOKENS, TraceByHand

DIMS = ("noun", "adjective", "verb", "place")
MATRICES = ("W_Q", "W_K", "W_V", "W_O")
LARGEST = 9.99
TOKENS = ("a", "blue", "fox", "flies")
_E = np.array([[0, 0, 0, 0.5], [0, 1, 0, 0.3], [1, 0, 0, 0.1], [0, 0, 1, 0]], np.float32)
_ASK = np.array([[0, 3, 0, 0], [0, 0, 0, 0], [2, 0, 0, 0], [0, 0, 0, 0]], np.float32)
"""Nouns ask for adjectives, verbs for nouns."""
_SAME = np.eye(HAND_DIMS, dtype=np.float32)
_FIRST = {"E": _E, "W_Q": _ASK, "W_K": _SAME, "W_V": _SAME, "W_O": _SAME}


@dataclass(frozen=True, eq=False)
class HandModel:
    """Numbers of a person's own; a change gives another model.

    Attributes:
        tokens: One to six.
        arrays: ``"E"`` (T, 4), and W_Q, W_K, W_V, W_O (4, 4).
        n_heads: 1 or 2.
        head: The one that is followed.
        mask: As in the spec.
    """

    tokens: tuple[str, ...] = TOKENS
    arrays: dict[str, Array] = field(default_factory=lambda: dict(_FIRST))
    n_heads: int = 1
    head: int = 0
    mask: str = "none"

    def with_value(self, name: str, row: int, column: int, value: float) -> HandModel:
        """One number changed, kept within what can be set; with two heads ``column`` is one of the head followed."""
        changed = self.arrays[name].copy()
        if name in ("W_Q", "W_K", "W_V"):
            column += self.head * (HAND_DIMS // self.n_heads)
        changed[row, column] = min(max(value, -LARGEST), LARGEST)
        return replace(self, arrays=self.arrays | {name: changed})

    def with_token(self, text: str) -> HandModel:
        """One token more, with numbers of 0; six at most."""
        if len(self.tokens) >= MOST_HAND_TOKENS or not text:
            return self
        E = np.concatenate([self.arrays["E"], np.zeros((1, HAND_DIMS), np.float32)])
        return replace(self, tokens=(*self.tokens, text), arrays=self.arrays | {"E": E})

    def without_last(self) -> HandModel:
        """One token less; one stays."""
        if len(self.tokens) == 1:
            return self
        return replace(self, tokens=self.tokens[:-1], arrays=self.arrays | {"E": self.arrays["E"][:-1]})

    def at_random(self, seed: int) -> HandModel:
        """The same tokens with matrices from N(0, 1)."""
        rng = np.random.default_rng(seed)
        return replace(
            self, arrays={n: rng.normal(size=a.shape).round(2).astype(np.float32) for n, a in self.arrays.items()}
        )

    def request(self) -> TraceByHand:
        """The question that goes through it."""
        E, W_Q, W_K, W_V, W_O = (self.arrays[name] for name in ("E", *MATRICES))
        return TraceByHand(self.tokens, E, W_Q, W_K, W_V, W_O, self.n_heads, self.head, self.mask)
