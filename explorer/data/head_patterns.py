"""What a head of attention does, as numbers from 0 to 1: patterns that many heads follow, each defined and measured.

Names: T tokens; attention is (.., T, T), row = query, column = key, and each row adds up to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from explorer.core.frames import Array


@dataclass(frozen=True)
class Pattern:
    """One pattern: a short name, and how it is measured in a sentence."""

    name: str
    meaning: str


PATTERNS: Final = (
    Pattern("previous", "Mean attention to the token before; the first token has none and is left out."),
    Pattern("next", "Mean attention to the token behind; the last token has none and is left out."),
    Pattern("self", "Mean attention of each token to itself."),
    Pattern("first", "Mean attention to the first token, here [CLS], of all the others."),
    Pattern("separator", "Mean attention to the separators, here [SEP], of all other tokens."),
    Pattern("broad", "Mean entropy of the rows over its largest possible value: 1 when every token counts the same."),
)


def head_patterns(attention: Array, separators: Sequence[int]) -> Array:
    """How far heads follow each pattern.

    Args:
        attention: (.., T, T), T at least 1.
        separators: Places of the separators.

    Returns:
        (.., P) float32, each from 0 to 1, in the order of :data:`PATTERNS`; 0 where nobody can follow it.
    """
    n = attention.shape[-1]
    others = np.setdiff1d(np.arange(n), separators)
    measured = (
        _mean(np.diagonal(attention, -1, -2, -1)),
        _mean(np.diagonal(attention, 1, -2, -1)),
        _mean(np.diagonal(attention, 0, -2, -1)),
        _mean(attention[..., 1:, 0]),
        _mean(attention[..., others, :][..., separators].sum(-1)),
        _mean(entropies(attention)) / max(np.log(n), 1e-9),
    )
    return np.stack([np.clip(one, 0, 1) for one in measured], -1).astype(np.float32)


def entropies(attention: Array) -> Array:
    """Entropy of each row in nats, (.., T)."""
    logs = np.log(attention, out=np.zeros_like(attention), where=attention > 0)
    found: Array = -(attention * logs).sum(-1)
    return found


def _mean(values: Array) -> Array:
    """Mean over the last axis; 0 over nothing."""
    found: Array = values.mean(-1) if values.shape[-1] else np.zeros(values.shape[:-1])
    return found
