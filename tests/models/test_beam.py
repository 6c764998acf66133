"""Beam search against every sentence there is; greedy writing and sampling against what they say they do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.models.beam import Sentence, State, beam_search, greedy, sampling, write

START, END, V, MOST = 3, 0, 4, 4


def table(seed: int) -> Tensor:
    """Log-probabilities of the next token, by how many were written and which was last: (MOST, V, V) float64."""
    scores = 2 * torch.randn(MOST, V, V, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return F.log_softmax(scores, -1)


def writer(seed: int):
    rows = table(seed)

    def step(token: Tensor, state: State) -> tuple[Tensor, State]:
        (n,) = state  # (1, B, 1): tokens written so far
        return rows[n[0, :, 0].long(), token], (n + 1,)

    return step


def first(n: int = 1) -> State:
    return (torch.zeros(1, n, 1),)


def log_probability(seed: int, tokens: tuple[int, ...]) -> float:
    before = (START, *tokens[:-1])
    return sum(float(table(seed)[i, a, b]) for i, (a, b) in enumerate(zip(before, tokens, strict=True)))


def all_sentences(seed: int) -> list[Sentence]:
    """Every sentence that ends within MOST tokens, and every one that does not, likeliest first."""
    words = [token for token in range(V) if token != END]
    found = [
        Sentence(tokens, log_probability(seed, (*tokens, END)), True)
        for n in range(MOST)
        for tokens in itertools.product(words, repeat=n)
    ]
    found += [Sentence(t, log_probability(seed, t), False) for t in itertools.product(words, repeat=MOST)]
    return sorted(found, key=lambda s: -s.log_probability)


@pytest.mark.parametrize("seed", range(5))
def test_a_wide_beam_finds_the_likeliest_of_all_sentences(seed: int) -> None:
    everything = all_sentences(seed)
    found = beam_search(writer(seed), first(), len(everything), START, END, MOST)
    assert [(s.tokens, s.ended) for s in found] == [(s.tokens, s.ended) for s in everything]
    np.testing.assert_allclose([s.log_probability for s in found], [s.log_probability for s in everything])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_a_narrow_beam_gives_real_sentences_in_order(seed: int, width: int) -> None:
    found = beam_search(writer(seed), first(), width, START, END, MOST)
    assert 1 <= len(found) <= width
    assert len({(s.tokens, s.ended) for s in found}) == len(found)
    scores = [s.log_probability for s in found]
    assert scores == sorted(scores, reverse=True)
    for s in found:
        whole = (*s.tokens, END) if s.ended else s.tokens
        assert s.log_probability == pytest.approx(log_probability(seed, whole))


@pytest.mark.parametrize("seed", range(8))
def test_a_beam_of_one_is_greedy(seed: int) -> None:
    (beam,) = beam_search(writer(seed), first(), 1, START, END, MOST)
    (alone,) = write(writer(seed), first(), greedy, START, END, MOST)
    assert (beam.tokens, beam.ended) == (alone.tokens, alone.ended)
    assert beam.log_probability == pytest.approx(alone.log_probability)


def test_a_wider_beam_can_find_what_greedy_misses() -> None:
    gains = [
        beam_search(writer(seed), first(), 5, START, END, MOST)[0].log_probability
        - write(writer(seed), first(), greedy, START, END, MOST)[0].log_probability
        for seed in range(12)
    ]
    assert max(gains) > 0.1


def test_sentences_written_together_are_those_written_alone() -> None:
    rows = table(0)

    def step(token: Tensor, state: State) -> tuple[Tensor, State]:
        n, shift = state
        return rows[n[0, :, 0].long(), (token + shift[0, :, 0].long()) % V], (n + 1, shift)

    def state(shifts: list[int]) -> State:
        return torch.zeros(1, len(shifts), 1), torch.tensor(shifts).view(1, -1, 1)

    together = write(step, state([0, 1, 2, 3]), greedy, START, END, MOST)
    alone = [write(step, state([shift]), greedy, START, END, MOST)[0] for shift in range(4)]
    assert together == alone
    assert len({s.tokens for s in together}) > 1


def test_nothing_may_be_written() -> None:
    assert write(writer(0), first(2), greedy, START, END, 0) == [Sentence((), 0.0, False)] * 2
    assert beam_search(writer(0), first(), 3, START, END, 0) == (Sentence((), 0.0, False),)


def test_samples_follow_the_probabilities() -> None:
    rows, n = table(1)[0, START], 4000
    drawn = sampling(2.0, torch.Generator().manual_seed(0))(rows.expand(n, V))
    expected = torch.softmax(rows / 2.0, -1).numpy()
    shares = np.bincount(drawn.numpy(), minlength=V) / n
    assert np.abs(shares - expected).max() < 4 * np.sqrt(0.25 / n)


def test_samples_come_from_their_seed() -> None:
    def drawn(seed: int) -> list[Sentence]:
        return write(writer(2), first(20), sampling(3.0, torch.Generator().manual_seed(seed)), START, END, MOST)

    assert drawn(5) == drawn(5)
    assert drawn(5) != drawn(6)


def test_a_cold_sample_is_greedy() -> None:
    cold = write(writer(3), first(), sampling(1e-3, torch.Generator().manual_seed(0)), START, END, MOST)
    assert cold[0].tokens == write(writer(3), first(), greedy, START, END, MOST)[0].tokens
