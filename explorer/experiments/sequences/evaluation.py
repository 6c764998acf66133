"""How good a network is on what it never trained on: fixed sets, the same in every run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.frames import Array
from explorer.experiments.sequences.tasks import END_ID, IGNORED, START_ID, Batch, Task
from explorer.models.beam import Sentence, greedy, write
from explorer.models.seq2seq import Answerer, Network, token_loss
from explorer.models.writer import parts

HELD_OUT_SEED: Final = 404
LONGER_SEED: Final = 405
N_HELD_OUT: Final = 200
N_LONGER: Final = 100


@dataclass(frozen=True, eq=False)
class Measured:
    """What came out on one batch.

    Attributes:
        loss: Nats per answer, or per token with the true ones before it given.
        right: Whether each answer, or each whole sentence written greedily, is right, (B,) bool.
        token_share: Share of right tokens, the true ones before each given; None for single answers.
    """

    loss: float
    right: Array
    token_share: float | None


def held_out(task: Task, n: int = N_HELD_OUT) -> Batch:
    """The first ``n`` of the held-out draws."""
    return task.draw(np.random.default_rng(HELD_OUT_SEED), n, held_out=True)


def longer(task: Task, n: int = N_LONGER) -> Batch:
    """The first ``n`` draws that are longer than any in training."""
    return task.draw(np.random.default_rng(LONGER_SEED), n, held_out=True, longer=True)


@torch.no_grad()
def measure(network: Network, batch: Batch) -> Measured:
    """Loss and what is right on a batch."""
    if isinstance(network, Answerer):
        scores = network(batch.inputs, batch.lengths)  # (B, V)
        right = scores.argmax(-1) == batch.targets
        return Measured(token_loss(scores, batch.targets, IGNORED).item(), _array(right), None)
    first = network.first_state(batch.inputs, batch.lengths)
    scores = network.writer(batch.starting(), first)  # (S, B, V)
    counts = batch.targets != IGNORED
    share = ((scores.argmax(-1) == batch.targets) & counts).sum() / counts.sum()
    sentences = write(network.writer.writing(), parts(first), greedy, START_ID, END_ID, len(batch.targets))
    return Measured(token_loss(scores, batch.targets, IGNORED).item(), _matches(sentences, batch), share.item())


def by_length(batch: Batch, right: Array, more: Batch, more_right: Array) -> Array:
    """Length, share right, number measured, in training (1 or 0): (K, 4) float32, one row for each length, rising.

    Args:
        batch: Held-out sequences of lengths that occur in training.
        right: Which of them are right, (B,) bool.
        more: Longer ones.
        more_right: Which of these are right.
    """
    sizes, all_right = np.concatenate([batch.sizes, more.sizes]), np.concatenate([right, more_right])
    lengths = np.unique(sizes)
    trained = np.isin(lengths, batch.sizes)
    rows = [
        (length, all_right[sizes == length].mean(), (sizes == length).sum(), is_trained)
        for length, is_trained in zip(lengths, trained, strict=True)
    ]
    return np.array(rows, np.float32)


def _matches(sentences: list[Sentence], batch: Batch) -> Array:
    """Whether each sentence is exactly the one to be written, (B,) bool."""
    columns = batch.targets.T.cpu().numpy()
    wanted = [tuple(int(t) for t in column if t not in (IGNORED, END_ID)) for column in columns]
    return np.array([s.ended and s.tokens == w for s, w in zip(sentences, wanted, strict=True)])


def _array(values: Tensor) -> Array:
    array: Array = values.cpu().numpy()
    return array
