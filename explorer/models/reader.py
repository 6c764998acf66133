"""A recurrent network that reads: a whole sequence of words or rows becomes one state.

Sequences of a batch have different lengths. The shorter ones are padded, but the padding is not read: the batch is
packed, and each sequence leaves the state after its own last entry.

Names: T time steps, B sequences, D numbers of an input, H units, L layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from explorer.models.recurrent import CellState, Recurrent


class Reader(nn.Module):
    """Reads words (integers) or rows of numbers.

    Args:
        cells: The recurrent network; its inputs are the embeddings, or the rows themselves.
        n_words: Size of the vocabulary; 0 where rows of numbers are read.
    """

    def __init__(self, cells: Recurrent, n_words: int = 0) -> None:
        super().__init__()
        self.cells = cells
        self.embedding = nn.Embedding(n_words, cells.n_in) if n_words else None

    def embed(self, inputs: Tensor) -> Tensor:
        """What the cells are given, (T, B, D): words (T, B) looked up, rows (T, B, D) as they are."""
        return inputs if self.embedding is None else self.embedding(inputs)

    def forward(self, x: Tensor, lengths: Tensor) -> CellState:
        """The state after each sequence's own end, (L, B, H).

        Args:
            x: Embedded inputs, (T, B, D).
            lengths: Entries of each sequence, (B,) int64 on the CPU, at least 1.
        """
        if bool((lengths == len(x)).all()):
            state: CellState = self.cells(x)[1]
            return state
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        return read_packed(self.cells, packed)


def read_packed(cells: Recurrent, packed: PackedSequence) -> CellState:
    """Every layer's state after each sequence's own end, (L, B, H) in the batch's order; by torch's fused loop."""
    zero = cells.zero_state(int(packed.batch_sizes[0]))
    flat = [weight for layer in range(cells.layers) for weight in cells.weights(layer)]
    options = (True, cells.layers, 0.0, cells.training, False)  # biases, layers, dropout, training, one way
    order = packed.unsorted_indices
    if order is None:
        raise ValueError("the sequences were packed without their order")
    if zero.c is not None:
        _, h, c = torch.lstm(packed.data, packed.batch_sizes, [zero.h, zero.c], flat, *options)
        return CellState(h.index_select(1, order), c.index_select(1, order))
    fused = {"rnn_tanh": torch.rnn_tanh, "rnn_relu": torch.rnn_relu, "gru": torch.gru}[cells.cell]
    _, h = fused(packed.data, packed.batch_sizes, zero.h, flat, *options)
    return CellState(h.index_select(1, order))
