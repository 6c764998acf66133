"""What a task gives to the network: batches drawn from a grammar, and a person's own input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import torch
from torch import Tensor

from explorer.core.frames import Array
from explorer.data.vocabulary import Vocabulary
from explorer.data.writing import batch
from explorer.specs.sequences import UNKNOWN, Read, Token

PAD_ID: Final = 0
START_ID: Final = 2
END_ID: Final = 3
IGNORED: Final = -100
"""Target of what is padding."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences and what is to be answered. T inputs in time, B sequences, S tokens to write.

    Attributes:
        inputs: Words (T, B) int64, rows (T, B, 28) float32, or pictures (B, 32, 32, 3) float32.
        lengths: Entries of each input, (B,) int64; 1 for pictures.
        targets: Classes (B,) int64, or tokens with their end (S, B) int64, padded with :data:`IGNORED`.
        sizes: Lengths by which accuracy is told, (B,) int64: of what is read; for captions, of what is written.
        marked: Which of them the card's extra figure is about (negated reviews), (B,) bool.
    """

    inputs: Tensor
    lengths: Tensor
    targets: Tensor
    sizes: Array
    marked: Array

    def to(self, device: torch.device) -> Batch:
        """The same with inputs and targets on a device; lengths stay on the CPU, where packing wants them."""
        return Batch(self.inputs.to(device), self.lengths, self.targets.to(device), self.sizes, self.marked)

    def starting(self) -> Tensor:
        """What a writer is fed under teacher forcing: start and the true tokens but the last, (S, B)."""
        start = torch.full_like(self.targets[:1], START_ID)
        return torch.cat([start, self.targets[:-1].clamp(min=PAD_ID)])


@dataclass(frozen=True, eq=False)
class Input:
    """One input as the network reads it.

    Attributes:
        inputs: As :class:`Batch` has them, B = 1; T = 0 for an empty text.
        tokens: What is read, token by token.
        cut: What was left out.
        truth: The right answer, or nothing.
        picture: What is read as a picture, or None.
    """

    inputs: Tensor
    tokens: tuple[Token, ...] = ()
    cut: str = ""
    truth: str = ""
    picture: Array | None = None


class Task(Protocol):
    """One of the five tasks."""

    classes: tuple[str, ...]
    """Names of the answers, or the vocabulary that is written."""
    n_words: int
    """Size of the vocabulary read; 0 where rows or pictures are."""
    joint: str
    """What lies between two written tokens."""

    def draw(self, rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> Batch:
        """A batch from the grammar; held out means never in training, longer means longer than any there."""

    def take(self, read: Read) -> Input:
        """A person's input; anything goes."""

    def example(self) -> Read:
        """What is read when the lab opens."""


def padded(rows: list[Array]) -> tuple[Tensor, Tensor]:
    """Sequences of token numbers side by side, (T, B) int64, padded behind each end, and their lengths (B,)."""
    table, lengths = batch(rows)
    return torch.from_numpy(table), torch.from_numpy(lengths)


def targets_of(rows: list[Array]) -> Tensor:
    """Sentences to write with their ends, (S, B) int64, :data:`IGNORED` behind them."""
    tokens, lengths = padded([np.append(row, END_ID) for row in rows])
    return tokens.masked_fill(torch.arange(len(tokens))[:, None] >= lengths, IGNORED)


def as_read(pieces: tuple[str, ...], vocabulary: Vocabulary) -> tuple[tuple[Token, ...], Tensor]:
    """Typed pieces as tokens, with what the network reads for each, and their numbers (T, 1) int64."""
    tokens = tuple(Token(piece, piece if piece in vocabulary else UNKNOWN) for piece in pieces)
    return tokens, torch.from_numpy(vocabulary.encode(pieces))[:, None]
