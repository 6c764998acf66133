"""The three wirings: many to one, one to many, many to many; no attention.

Sutskever, Vinyals & Le 2014, "Sequence to sequence learning with neural networks", arXiv:1409.3215: the reader's last
state is all that the writer knows of the input.

Names: T time steps, B sequences, V classes or tokens, H units, L layers.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.reader import Reader
from explorer.models.recurrent import CellState, Recurrent
from explorer.models.recurrent import initialise as initialise_cells
from explorer.models.scene_encoder import SceneEncoder
from explorer.models.writer import Writer


class Answerer(nn.Module):
    """Many to one: reads, then gives one answer from its last state.

    Args:
        reader: What reads.
        n_classes: Answers to choose from, V.
    """

    def __init__(self, reader: Reader, n_classes: int) -> None:
        super().__init__()
        self.encoder = reader
        self.readout = nn.Linear(reader.cells.n_hidden, n_classes)

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """Scores of the answers (B, V) after inputs (T, B) or (T, B, D) with lengths (B,)."""
        state = self.encoder(self.encoder.embed(inputs), lengths)
        scores: Tensor = self.readout(state.h[-1])
        return scores


class Translator(nn.Module):
    """One to many and many to many: a reader or an eye gives the first state, the writer writes.

    Args:
        encoder: Makes the writer's first state; as many layers and units as the writer, and the same cells.
        writer: What writes.
    """

    def __init__(self, encoder: Reader | SceneEncoder, writer: Writer) -> None:
        super().__init__()
        self.encoder = encoder
        self.writer = writer

    def first_state(self, inputs: Tensor, lengths: Tensor) -> CellState:
        """The writer's first state, (L, B, H)."""
        state: CellState = self.encoder(self.encoder.embed(inputs), lengths)
        return state

    def forward(self, inputs: Tensor, lengths: Tensor, tokens: Tensor, is_true: Tensor | None = None) -> Tensor:
        """Scores of the next tokens.

        Args:
            inputs: Words (T', B), or pictures (B, 32, 32, 3).
            lengths: Entries of each input, (B,).
            tokens: Start and the true tokens but the last, (T, B).
            is_true: Which of them are fed, (T, B) bool; None feeds all.

        Returns:
            (T, B, V).
        """
        first = self.first_state(inputs, lengths)
        scores: Tensor = self.writer(tokens, first) if is_true is None else self.writer.forced(tokens, first, is_true)
        return scores


GAIN = math.sqrt(6)
"""Convolutions in front of a ReLU start wider, so that the signal keeps its size (He et al. 2015, arXiv:1502.01852)."""
Network = Answerer | Translator


def token_loss(scores: Tensor, targets: Tensor, pad: int) -> Tensor:
    """Cross-entropy in nats per token, of scores (.., V) and targets (..); padding does not count."""
    return F.cross_entropy(scores.flatten(0, -2), targets.flatten(), ignore_index=pad)


@torch.no_grad()
def initialise(network: nn.Module, generator: torch.Generator) -> None:
    """Fill every weight from ``generator`` alone: cells and layers as torch would, embeddings from N(0, 1)."""
    for part in network.modules():
        if isinstance(part, Recurrent):
            initialise_cells(part, generator)
        elif isinstance(part, nn.Embedding):
            part.weight.copy_(torch.randn(part.weight.shape, generator=generator))
        elif isinstance(part, (nn.Linear, nn.Conv2d)):
            gain = GAIN if isinstance(part, nn.Conv2d) else 1.0
            bound = gain / math.sqrt(part.weight[0].numel())
            for values in part.parameters(recurse=False):
                values.copy_((2 * torch.rand(values.shape, generator=generator) - 1) * bound)
