"""Attention: torch's own operator is the oracle; rows sum to one, what is masked weighs exactly nothing."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.models.attention import (
    attend,
    attend_into,
    causal_mask,
    join_heads,
    key_mask,
    split_heads,
    switched,
)

B, H, T, D = 3, 4, 7, 32


def drawn(seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    Q, K, V = torch.randn(3, B, H, T, D // H, generator=torch.Generator().manual_seed(seed))
    return Q, K, V


def some_keys() -> Tensor:
    return torch.arange(T) < torch.tensor([[7], [4], [1]])  # (B, T)


MASKS = {
    "none": None,
    "causal": causal_mask(T),
    "padding": key_mask(some_keys()),
    "both": causal_mask(T) & key_mask(some_keys()),
}


@pytest.mark.parametrize("name", MASKS)
def test_equals_torchs_own_attention(name: str) -> None:
    Q, K, V = drawn()
    expected = F.scaled_dot_product_attention(Q, K, V, attn_mask=MASKS[name])
    torch.testing.assert_close(attend(Q, K, V, MASKS[name]).output, expected)


@pytest.mark.parametrize("name", MASKS)
def test_both_ways_are_one(name: str) -> None:
    Q, K, V = drawn(1)
    kept = attend(Q, K, V, MASKS[name])
    weights = torch.full((B, H, T, T), math.nan)  # whatever was in the memory does not matter
    output = attend_into(weights, Q, K, V, MASKS[name])
    torch.testing.assert_close(weights, kept.weights)
    torch.testing.assert_close(output, kept.output)


@pytest.mark.parametrize("name", MASKS)
def test_rows_sum_to_one_and_masked_weighs_exactly_nothing(name: str) -> None:
    mask = MASKS[name]
    kept = attend(*drawn(2), mask)
    torch.testing.assert_close(kept.weights.sum(-1), torch.ones(B, H, T))
    if mask is not None:
        forbidden = (~mask).expand(B, H, T, T)
        assert (kept.weights[forbidden] == 0).all()
        assert (kept.masked[forbidden] == -math.inf).all()
        assert (kept.weights[~forbidden] > 0).all()


def test_stages_follow_from_each_other() -> None:
    Q, K, V = drawn(3)
    kept = attend(Q, K, V, MASKS["causal"])
    torch.testing.assert_close(kept.scores[0, 1, 2, 1], Q[0, 1, 2] @ K[0, 1, 1])
    torch.testing.assert_close(kept.scaled, kept.scores / math.sqrt(D // H))
    torch.testing.assert_close(kept.output, torch.einsum("bhts,bhsd->bhtd", kept.weights, V))


def test_scale_can_be_chosen() -> None:
    Q, K, V = drawn(4)
    expected = F.scaled_dot_product_attention(Q, K, V, scale=1.0)
    torch.testing.assert_close(attend(Q, K, V, scale=1.0).output, expected)


def test_queries_and_keys_may_differ_in_number() -> None:
    Q, K, V = drawn(5)
    kept = attend(Q[:, :, :2], K, V)
    assert kept.weights.shape == (B, H, 2, T)
    torch.testing.assert_close(kept.output, F.scaled_dot_product_attention(Q[:, :, :2], K, V))


def test_nobody_to_look_at_gives_zeros() -> None:
    Q, K, V = drawn(6)
    nobody = key_mask(torch.tensor([[True], [False], [True]]).expand(B, T))
    kept = attend(Q, K, V, nobody)
    weights = torch.empty(B, H, T, T)
    output = attend_into(weights, Q, K, V, nobody)
    for tensor in (kept.weights, kept.output, weights, output):
        assert (tensor[1] == 0).all()
        assert tensor.isfinite().all()


def test_huge_scores_do_not_overflow() -> None:
    Q, K, V = drawn(7)
    kept = attend(1e4 * Q, 1e4 * K, V)
    assert kept.weights.isfinite().all()
    torch.testing.assert_close(kept.weights.sum(-1), torch.ones(B, H, T))


def test_gradients_agree_with_finite_differences() -> None:
    Q, K, V = (part[:1, :1, :3].double().requires_grad_() for part in drawn(8))
    assert torch.autograd.gradcheck(lambda q, k, v: attend(q, k, v, causal_mask(3)).output, (Q, K, V))


def test_causal_mask_looks_back_only() -> None:
    assert causal_mask(3).tolist() == [[True, False, False], [True, True, False], [True, True, True]]


def test_heads_split_and_join() -> None:
    x = torch.randn(B, T, D, generator=torch.Generator().manual_seed(9))
    heads = split_heads(x, H)
    assert heads.shape == (B, H, T, D // H)
    assert torch.equal(heads[:, 1], x[:, :, D // H : 2 * D // H])
    assert torch.equal(join_heads(heads), x)


def test_a_head_switched_off_leaves_zeros() -> None:
    outputs = drawn(10)[0]
    assert switched(outputs, None) is outputs
    off = switched(outputs, torch.tensor([True, False, True, True]))
    assert (off[:, 1] == 0).all()
    assert torch.equal(off[:, [0, 2, 3]], outputs[:, [0, 2, 3]])
    each = switched(outputs, torch.eye(4, dtype=torch.bool)[:B])
    assert torch.equal(each[0, 0], outputs[0, 0])
    assert (each[0, 1:] == 0).all()
