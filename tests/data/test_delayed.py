from __future__ import annotations

import numpy as np
import pytest

from explorer.data.delayed import DelayedBatch, adding, copy_memory, remember

N = 8
N_FILLERS = 4


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def all_tasks(seed: int = 0) -> list[DelayedBatch]:
    return [remember(rng(seed), 50, 12, N, N_FILLERS), adding(rng(seed), 50, 12), copy_memory(rng(seed), 50, 12, N, 5)]


@pytest.mark.parametrize("delay", [1, 5, 300])
def test_remember_asks_for_the_first_symbol(delay: int) -> None:
    batch = remember(rng(), 2000, delay, N, N_FILLERS)
    assert batch.x.shape == (delay + 1, 2000, N + N_FILLERS)
    assert np.array_equal(batch.x.sum(-1), np.ones((delay + 1, 2000)))
    assert np.array_equal(batch.y, batch.x.argmax(-1)[:1])
    symbols = batch.x.argmax(-1)
    np.testing.assert_allclose(np.bincount(symbols[0]) / 2000, [1 / N] * N, atol=0.03)
    assert symbols[1:].min() == N, "fillers are others than what counts"
    np.testing.assert_allclose(np.bincount(symbols[delay])[N:] / 2000, [1 / N_FILLERS] * N_FILLERS, atol=0.04)


@pytest.mark.parametrize("length", [2, 5, 300])
def test_adding_marks_one_number_in_each_half(length: int) -> None:
    batch = adding(rng(), 500, length)
    numbers, marks = batch.x[..., 0], batch.x[..., 1]
    assert batch.x.shape == (length, 500, 2)
    assert 0 <= numbers.min() < numbers.max() < 1
    assert np.array_equal(marks[: length // 2].sum(0), np.ones(500))
    assert np.array_equal(marks[length // 2 :].sum(0), np.ones(500))
    expected = [sum(numbers[t, b] for t in range(length) if marks[t, b]) for b in range(500)]
    np.testing.assert_allclose(batch.y[0], expected, rtol=1e-6)
    places = marks[: length // 2].argmax(0)
    assert {places.min(), places.max()} <= {0, 1, length // 2 - 2, length // 2 - 1}  # up to the ends of the half


@pytest.mark.parametrize("delay", [1, 5, 300])
def test_copy_asks_for_the_symbols_in_their_order(delay: int) -> None:
    batch = copy_memory(rng(), 300, delay, N, 5)
    symbols = batch.x.argmax(-1)
    assert batch.x.shape == (delay + 10, 300, N + 2)
    assert np.array_equal(batch.y, symbols[:5])
    assert (symbols[:5] < N).all()
    assert set(np.unique(symbols[5:])) == {N, N + 1}
    go = np.nonzero(symbols[:, 0] == N + 1)[0]
    assert go.tolist() == [5 + delay - 1]  # the answers begin with the step after it
    assert len(batch.x) - len(batch.y) == go[0] + 1


def test_the_generator_decides() -> None:
    for one, same, other in zip(all_tasks(), all_tasks(), all_tasks(1), strict=True):
        assert np.array_equal(one.x, same.x)
        assert np.array_equal(one.y, same.y)
        assert not np.array_equal(one.x, other.x)
        assert one.x.dtype == np.float32
