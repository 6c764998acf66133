"""Writing token by token: greedily, by sampling, or with beam search (Graves 2012, arXiv:1211.3711, section 3).

A writer is any function from the last token and a state to the log-probabilities of the next token and a new state.
States are tuples of tensors whose second axis counts sentences, (L, B, H).

Names: B sentences, V tokens of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from explorer.core.frames import Array

State = tuple[Tensor, ...]
Writing = Callable[[Tensor, State], tuple[Tensor, State]]
"""(tokens (B,) int64, state) -> (log-probabilities (B, V), next state)."""
Choosing = Callable[[Tensor], Tensor]
"""Log-probabilities (B, V) -> tokens (B,) int64."""


@dataclass(frozen=True)
class Sentence:
    """What was written.

    Attributes:
        tokens: Without start and end.
        log_probability: Of all tokens, and of the end where it was written; nats.
        ended: Whether the end token was written, rather than the writing stopped.
    """

    tokens: tuple[int, ...]
    log_probability: float
    ended: bool


def greedy(log_probabilities: Tensor) -> Tensor:
    """The likeliest token of each row (B, V): (B,); the first of several."""
    return log_probabilities.argmax(-1)


def sampling(temperature: float, generator: torch.Generator) -> Choosing:
    """Draws tokens from softmax(scores / temperature).

    Args:
        temperature: Above 0; low is bold, 1 is the network's own distribution.
        generator: Source of the draws, on the CPU.
    """

    def choose(log_probabilities: Tensor) -> Tensor:
        weights = torch.softmax(log_probabilities.cpu() / temperature, -1)
        return torch.multinomial(weights, 1, generator=generator)[:, 0].to(log_probabilities.device)

    return choose


@torch.no_grad()
def write(step: Writing, state: State, choose: Choosing, start: int, end: int, most: int) -> list[Sentence]:
    """Write B sentences at once, each until its own end.

    Args:
        step: The writer.
        state: State before the first token, with B sentences.
        choose: How a token is taken.
        start: Token before the first one.
        end: Token after the last one.
        most: Tokens written at most.

    Returns:
        B sentences; their log-probabilities are the writer's own, whatever the temperature.
    """
    B = state[0].shape[1]
    token = torch.full((B,), start, dtype=torch.int64, device=state[0].device)
    chosen, scores = [], []
    going = torch.ones(B, dtype=torch.bool, device=token.device)
    for _ in range(most):
        log_probabilities, state = step(token, state)  # (B, V)
        token = choose(log_probabilities)
        chosen.append(token)
        scores.append(log_probabilities.gather(1, token[:, None])[:, 0])
        going = going & (token != end)
        if not going.any():
            break
    if not chosen:
        return [Sentence((), 0.0, False)] * B
    return _cut_at(end, torch.stack(chosen, 1).cpu().numpy(), torch.stack(scores, 1).double().cpu().numpy())


def _cut_at(end: int, tokens: Array, scores: Array) -> list[Sentence]:
    """Sentences from tokens and log-probabilities (B, T), each up to its first end."""
    T = tokens.shape[1]
    ends = np.where((tokens == end).any(1), (tokens == end).argmax(1), T)
    return [
        Sentence(tuple(row[:n].tolist()), float(score[: n + 1].sum()), bool(n < T))
        for row, score, n in zip(tokens, scores, ends.tolist(), strict=True)
    ]


@torch.no_grad()
def beam_search(step: Writing, state: State, width: int, start: int, end: int, most: int) -> tuple[Sentence, ...]:
    """The ``width`` likeliest sentences found by keeping that many beginnings at every length.

    Finished sentences stay in the race with the log-probability they have; nothing is divided by the length. With
    width 1 this is greedy writing. A beam may drop the greedy beginning for a likelier one that ends worse.

    Args:
        step: The writer.
        state: State before the first token, of one sentence.
        width: Beginnings kept, at least 1.
        start: Token before the first one.
        end: Token after the last one.
        most: Tokens written at most.

    Returns:
        At most ``width`` sentences, likeliest first.
    """
    alive, finished = [Sentence((), 0.0, False)], list[Sentence]()
    for _ in range(most):
        last = [s.tokens[-1] if s.tokens else start for s in alive]
        log_probabilities, state = step(torch.tensor(last, device=state[0].device), state)  # (B, V)
        table = log_probabilities.double().cpu().numpy() + np.array([s.log_probability for s in alive])[:, None]
        finished, alive, parents = _best(finished, alive, table, width, end)
        if not alive:
            break
        at = torch.tensor(parents, device=state[0].device)
        state = tuple(part.index_select(1, at) for part in state)
    return tuple(sorted([*finished, *alive], key=lambda s: -s.log_probability)[:width])


def _best(
    finished: list[Sentence], alive: list[Sentence], table: Array, width: int, end: int
) -> tuple[list[Sentence], list[Sentence], list[int]]:
    """The best of the finished and of all continuations: finished ones, beginnings, and whose continuation each is."""
    kept = np.argsort(-table, axis=None, kind="stable")[:width]
    rows, tokens = np.unravel_index(kept, table.shape)
    race: list[tuple[float, int, Sentence]] = [(s.log_probability, -1, s) for s in finished]
    for row, token in zip(rows.tolist(), tokens.tolist(), strict=True):
        score, before = float(table[row, token]), alive[row].tokens
        sentence = Sentence(before, score, True) if token == end else Sentence((*before, token), score, False)
        race.append((score, row, sentence))
    best = sorted(race, key=lambda entry: -entry[0])[:width]
    going = [(row, s) for _, row, s in best if not s.ended]
    return [s for _, _, s in best if s.ended], [s for _, s in going], [row for row, _ in going]
