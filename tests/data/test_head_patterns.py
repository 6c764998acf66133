"""Patterns of heads against their definitions, on matrices made to follow them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.data.head_patterns import PATTERNS, entropies, head_patterns

T = 6
NAMES = [pattern.name for pattern in PATTERNS]


def of(attention: np.ndarray, separators: tuple[int, ...] = (T - 1,)) -> dict[str, float]:
    return dict(zip(NAMES, head_patterns(attention, separators).tolist(), strict=True))


@pytest.mark.parametrize(
    ("name", "attention"),
    [
        ("previous", np.eye(T, k=-1) + np.eye(T)[0] * (np.arange(T) == 0)[:, None]),
        ("next", np.eye(T, k=1) + np.eye(T)[-1] * (np.arange(T) == T - 1)[:, None]),
        ("self", np.eye(T)),
        ("first", np.eye(T)[[0] * T]),
        ("separator", np.eye(T)[[T - 1] * T]),
        ("broad", np.full((T, T), 1 / T)),
    ],
)
def test_a_head_made_to_follow_a_pattern_follows_it_most(name: str, attention: np.ndarray):
    found = of(attention)
    assert found[name] == pytest.approx(1.0)
    assert max(found, key=lambda n: found[n]) == name


def test_numbers_are_those_of_the_definitions():
    attention = np.random.default_rng(1).dirichlet(np.ones(T), size=(2, 3, T))
    found = head_patterns(attention, [2, T - 1])
    assert found.shape == (2, 3, len(PATTERNS))
    for layer in range(2):
        for head in range(3):
            a = attention[layer, head]
            others = [i for i in range(T) if i not in (2, T - 1)]
            entropy = [-sum(w * math.log(w) for w in row) for row in a]
            wanted = [
                np.mean([a[i, i - 1] for i in range(1, T)]),
                np.mean([a[i, i + 1] for i in range(T - 1)]),
                np.mean([a[i, i] for i in range(T)]),
                np.mean([a[i, 0] for i in range(1, T)]),
                np.mean([a[i, 2] + a[i, T - 1] for i in others]),
                np.mean(entropy) / math.log(T),
            ]
            np.testing.assert_allclose(found[layer, head], wanted, rtol=1e-5)


def test_a_single_token_and_zeros_break_nothing():
    assert of(np.ones((1, 1)), (0,)) == dict.fromkeys(NAMES, 0.0) | {"self": 1.0}
    assert entropies(np.zeros((2, 3, 3))).tolist() == [[0.0] * 3] * 2
    assert all(pattern.meaning.endswith(".") for pattern in PATTERNS)
