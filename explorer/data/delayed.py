"""Tasks with a delay: what counts comes early, the question comes late.

A batch has its time first: T time steps, B sequences, D inputs. Its last K steps are asked, K = 1 except for the copy.

    remember    the first symbol, named at the last step; fillers in between
    adding      the sum of the two marked numbers of a long row (Hochreiter & Schmidhuber 1997, section 5.4)
    copy        symbols, blanks, a signal to go, then the same symbols again (Arjovsky et al. 2016, arXiv:1511.06464)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

N_ADDING_INPUTS = 2
"""The number and its mark."""


@dataclass(frozen=True, slots=True)
class DelayedBatch:
    """Sequences and what is asked at their end.

    Attributes:
        x: Inputs, (T, B, D) float32.
        y: Right answers at the last K steps: classes (K, B) int64, or sums (1, B) float32.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64] | NDArray[np.float32]


def remember(rng: np.random.Generator, n_sequences: int, delay: int, n_symbols: int, n_fillers: int) -> DelayedBatch:
    """A symbol, then ``delay`` random fillers, one-hot; the class of the symbol is asked at the last step.

    Args:
        rng: Source of the symbols.
        n_sequences: Sequences, B.
        delay: Steps between the symbol and the question.
        n_symbols: Symbols to choose from.
        n_fillers: Others that only fill the time; D = n_symbols + n_fillers.
    """
    symbols = n_symbols + rng.integers(n_fillers, size=(delay + 1, n_sequences))  # (T, B)
    symbols[0] = rng.integers(n_symbols, size=n_sequences)
    return DelayedBatch(_one_hot(symbols, n_symbols + n_fillers), symbols[:1].astype(np.int64))


def adding(rng: np.random.Generator, n_sequences: int, length: int) -> DelayedBatch:
    """Numbers in [0, 1), one marked in each half of the row; their sum is asked at the last step.

    Args:
        rng: Source of numbers and places.
        n_sequences: Sequences, B.
        length: Time steps, T; at least 2.

    Returns:
        Inputs (T, B, 2): the number, and 1 where it counts or else 0.
    """
    numbers = rng.random((length, n_sequences), np.float32)
    marks = np.zeros((length, n_sequences), np.float32)
    each, half = np.arange(n_sequences), length // 2
    marks[rng.integers(0, half, n_sequences), each] = 1
    marks[rng.integers(half, length, n_sequences), each] = 1
    sums: NDArray[np.float32] = (numbers * marks).sum(0, keepdims=True)
    return DelayedBatch(np.stack([numbers, marks], -1), sums)


def copy_memory(rng: np.random.Generator, n_sequences: int, delay: int, n_symbols: int, n_copied: int) -> DelayedBatch:
    """Symbols to copy, ``delay`` blanks of which the last is the signal to go, blanks while the copy is written.

    Args:
        rng: Source of the symbols.
        n_sequences: Sequences, B.
        delay: Steps between the last symbol and the first one's copy, at least 1.
        n_symbols: Symbols to choose from.
        n_copied: Symbols of a sequence, K.

    Returns:
        Inputs (delay + 2 K, B, n_symbols + 2), one-hot: symbols, then blank, then go; answers (K, B).
    """
    blank, go = n_symbols, n_symbols + 1
    symbols = np.full((delay + 2 * n_copied, n_sequences), blank)
    symbols[:n_copied] = rng.integers(n_symbols, size=(n_copied, n_sequences))
    symbols[n_copied + delay - 1] = go
    return DelayedBatch(_one_hot(symbols, n_symbols + 2), symbols[:n_copied].astype(np.int64))


def _one_hot(symbols: NDArray[np.int64], n: int) -> NDArray[np.float32]:
    """(..) to (.., n)."""
    hot: NDArray[np.float32] = np.eye(n, dtype=np.float32)[symbols]
    return hot
