"""Writers: fed the truth, fed their own words, token by token or all at once."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.models.beam import greedy, write
from explorer.models.recurrent import CELLS, CellState, Recurrent
from explorer.models.seq2seq import initialise, token_loss
from explorer.models.writer import Writer, parts

V, START, END = 7, 2, 3


def writer(cell: str = "gru", layers: int = 1) -> Writer:
    with torch.random.fork_rng(devices=[]):
        made = Writer(Recurrent(cell, 5, 6, layers), V)
    initialise(made, torch.Generator().manual_seed(4))
    return made


def first(made: Writer, n: int = 3) -> CellState:
    zero = made.cells.zero_state(n)
    h = torch.rand(zero.h.shape, generator=torch.Generator().manual_seed(5))
    return CellState(h, None if zero.c is None else 0.5 * h)


def tokens() -> Tensor:
    drawn = torch.randint(0, V, (6, 3), generator=torch.Generator().manual_seed(6))
    drawn[0] = START
    return drawn


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_all_true_is_teacher_forcing(cell: str, layers: int) -> None:
    made = writer(cell, layers)
    forced = made.forced(tokens(), first(made), torch.ones(6, 3, dtype=torch.bool))
    torch.testing.assert_close(forced, made(tokens(), first(made)))


@pytest.mark.parametrize("cell", CELLS)
def test_nothing_true_is_what_it_writes_alone(cell: str) -> None:
    made = writer(cell)
    scores = made.forced(tokens(), first(made), torch.zeros(6, 3, dtype=torch.bool))
    own = scores.argmax(-1)  # (6, 3)
    for i, sentence in enumerate(write(made.writing(), parts(first(made)), greedy, START, END, 6)):
        assert tuple(own[: len(sentence.tokens), i].tolist()) == sentence.tokens


def test_a_mixture_is_fed_as_told() -> None:
    made, is_true = writer(), torch.tensor([[True], [False], [True], [False], [False], [True]]).expand(6, 3)
    scores = made.forced(tokens(), first(made), is_true)
    own = torch.cat([tokens()[:1], scores[:-1].argmax(-1)])
    torch.testing.assert_close(made(torch.where(is_true, tokens(), own), first(made)), scores)


@pytest.mark.parametrize("cell", CELLS)
def test_one_token_at_a_time_says_the_same(cell: str) -> None:
    made = writer(cell, 2)
    step, state, rows = made.writing(), parts(first(made)), []
    for token in tokens():
        row, state = step(token, state)
        rows.append(row)
    torch.testing.assert_close(torch.stack(rows), F.log_softmax(made(tokens(), first(made)), -1))


def test_padding_costs_nothing() -> None:
    scores = torch.randn(4, 3, V, generator=torch.Generator().manual_seed(0))
    targets = torch.tensor([[1, 2, 3], [4, -100, 5], [-100, -100, 6], [-100, -100, 0]])
    picked = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 2), (3, 2)]
    expected = -sum(float(F.log_softmax(scores[t, b], -1)[targets[t, b]]) for t, b in picked) / len(picked)
    assert float(token_loss(scores, targets, -100)) == pytest.approx(expected, rel=1e-5)
