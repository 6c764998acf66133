"""A recurrent network that writes: from a first state, one token after the other (Sutskever et al. 2014, section 2).

While training the writer is fed the true sentence (teacher forcing, Williams & Zipser 1989) or, token by token with
some probability, what it has just written itself (scheduled sampling, Bengio et al. 2015, arXiv:1506.03099).

Names: T written tokens, B sentences, V vocabulary, D embedding, H units, L layers.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.beam import State, Writing
from explorer.models.recurrent import CellState, Recurrent


class Writer(nn.Module):
    """Embedding of the token before, cells, scores of the next token.

    Args:
        cells: The recurrent network; its inputs are the embeddings.
        n_words: Size of the vocabulary, V.
    """

    def __init__(self, cells: Recurrent, n_words: int) -> None:
        super().__init__()
        self.cells = cells
        self.embedding = nn.Embedding(n_words, cells.n_in)
        self.readout = nn.Linear(cells.n_hidden, n_words)

    def forward(self, tokens: Tensor, first: CellState) -> Tensor:
        """Scores (T, B, V) of each next token, the true ones before it given.

        Args:
            tokens: Start and the true tokens but the last, (T, B) int64.
            first: State before the first token, (L, B, H).
        """
        scores: Tensor = self.readout(self.cells(self.embedding(tokens), first)[0])
        return scores

    def forced(self, tokens: Tensor, first: CellState, is_true: Tensor) -> Tensor:
        """Scores (T, B, V) where some of the tokens fed are the writer's own.

        Args:
            tokens: Start and the true tokens but the last, (T, B) int64.
            first: State before the first token, (L, B, H).
            is_true: Whether the true token is fed, (T, B) bool; the start always is.
        """
        state, token, scores = first, tokens[0], list[Tensor]()
        for t in range(len(tokens)):
            if t:
                token = torch.where(is_true[t], tokens[t], scores[-1].argmax(-1))
            out, state = self.cells(self.embedding(token)[None], state)
            scores.append(self.readout(out[0]))  # (B, V)
        return torch.stack(scores)

    def writing(self) -> Writing:
        """One token at a time, for greedy writing, sampling and beam search; states as :func:`parts` gives them."""

        def step(token: Tensor, state: State) -> tuple[Tensor, State]:
            out, after = self.cells(self.embedding(token)[None], CellState(*state))
            return F.log_softmax(self.readout(out[0]), -1), parts(after)

        return step


def parts(state: CellState) -> State:
    """The state as a tuple: h alone, or h and c, each (L, B, H)."""
    return (state.h,) if state.c is None else (state.h, state.c)
