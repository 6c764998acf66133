"""Readers: padding is not read, and the state is the one after each sequence's own end."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.models.reader import Reader
from explorer.models.recurrent import CELLS, CellState, Recurrent
from explorer.models.seq2seq import initialise

LENGTHS = [4, 7, 1, 7, 3]


def reader(cell: str, layers: int = 2, n_words: int = 0) -> Reader:
    with torch.random.fork_rng(devices=[]):
        made = Reader(Recurrent(cell, 5, 6, layers), n_words)
    initialise(made, torch.Generator().manual_seed(1))
    return made


def rows(n: int = 5, steps: int = 7) -> Tensor:
    return torch.randn(steps, n, 5, generator=torch.Generator().manual_seed(2))


def same(a: CellState, b: CellState) -> bool:
    if a.c is None or b.c is None:
        return a.c is b.c and torch.allclose(a.h, b.h, atol=1e-6)
    return torch.allclose(a.h, b.h, atol=1e-6) and torch.allclose(a.c, b.c, atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
def test_sequences_read_together_leave_the_states_of_those_read_alone(cell: str, layers: int) -> None:
    made, x = reader(cell, layers), rows()
    together = made(x, torch.tensor(LENGTHS))
    assert together.h.shape == (layers, 5, 6)
    assert (together.c is not None) == (cell == "lstm")
    for i, length in enumerate(LENGTHS):
        traced = made.cells.trace(x[:length, i : i + 1])
        alone = CellState(traced.h[-1], traced.c[-1] if cell == "lstm" else None)
        own = CellState(together.h[:, i : i + 1], None if together.c is None else together.c[:, i : i + 1])
        assert same(own, alone)


@pytest.mark.parametrize("cell", CELLS)
def test_what_stands_behind_the_end_does_not_matter(cell: str) -> None:
    made, x = reader(cell), rows()
    spoilt = x.clone()
    for i, length in enumerate(LENGTHS):
        spoilt[length:, i] = 1e6
    assert same(made(x, torch.tensor(LENGTHS)), made(spoilt, torch.tensor(LENGTHS)))


@pytest.mark.parametrize("cell", CELLS)
def test_equal_lengths_take_the_same_road_in_the_end(cell: str) -> None:
    made, x = reader(cell), rows()
    whole = made(x, torch.full((5,), 7))
    longer = made(torch.cat([x, x]), torch.full((5,), 7))
    assert same(whole, longer)


def test_no_gradient_comes_from_padding() -> None:
    made, x = reader("gru"), rows().requires_grad_()
    made(x, torch.tensor(LENGTHS)).h.sum().backward()
    assert x.grad is not None
    for i, length in enumerate(LENGTHS):
        assert (x.grad[:length, i].abs().sum(-1) > 0).all()
        assert (x.grad[length:, i] == 0).all()


def test_words_are_looked_up_and_rows_are_not() -> None:
    words = reader("gru", n_words=9)
    ids = torch.tensor([[1, 2], [8, 0]])
    assert words.embedding is not None
    assert torch.equal(words.embed(ids)[1, 0], words.embedding.weight[8])
    assert reader("gru").embed(rows()) is not None
    assert torch.equal(reader("gru").embed(rows()), rows())
