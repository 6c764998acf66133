"""What the lab verifies before the user's eyes."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F

from explorer.core.experiment import Check
from explorer.data.binding_reading import EXAMPLE as QUESTION
from explorer.data.binding_reading import read
from explorer.data.known_sentences import load_known_sentences
from explorer.experiments.attention.learner import BindingLearner
from explorer.experiments.attention.ready_made import ReadyMade
from explorer.models.attention import attend, causal_mask
from explorer.specs.attention import EXAMPLE, N_PADDING, Reading

SINGLE: Final = 1e-5
NEAR: Final = 1e-3


def run_checks(ready_made: ReadyMade, learner: BindingLearner) -> tuple[Check, ...]:
    """All checks; about a fifth of a second."""
    ready_made = ready_made.beside()
    return (
        _check(
            "rows add up to 1", rows_error(ready_made, learner), SINGLE,
            "Each row of all 72 heads, and of those that learn; largest difference from 1.",
        ),
        _check(
            "equals torch's attention", operator_error(), SINGLE,
            "Our attention against torch.nn.functional.scaled_dot_product_attention, with masks; largest difference.",
        ),
        _check(
            "masked is exactly 0", masked_weight(ready_made), 0.0,
            "The largest weight of all heads at which nobody may look, causal and with padding.",
        ),
        _check(
            "encoder = reference", encoder_error(ready_made), NEAR,
            "1 minus the cosine of our vector with that of the original weights, the worst of 20 sentences.",
        ),
    )  # fmt: skip


def _check(name: str, value: float, tolerance: float, detail: str) -> Check:
    return Check(name, value, tolerance, value <= tolerance, detail=detail)


def rows_error(ready_made: ReadyMade, learner: BindingLearner) -> float:
    """Largest difference of a row's sum from 1."""
    of_text = ready_made.read(Reading(EXAMPLE)).ran.weights.numpy()
    of_learner = learner.attention_of(read(QUESTION)).weights
    return max(float(np.abs(weights.sum(-1, dtype=np.float64) - 1).max()) for weights in (of_text, of_learner))


def operator_error() -> float:
    """Our attention against torch's operator on random numbers."""
    generator = torch.Generator().manual_seed(3)
    Q, K, V = (torch.randn(2, 4, 12, 8, generator=generator) for _ in range(3))
    worst = 0.0
    for mask in (None, causal_mask(12), torch.rand(2, 1, 1, 12, generator=generator) < 0.7):
        theirs = F.scaled_dot_product_attention(Q, K, V, mask)
        worst = max(worst, float((attend(Q, K, V, mask).output - theirs).abs().max()))
    return worst


def masked_weight(ready_made: ReadyMade) -> float:
    """The largest weight where the mask forbids to look."""
    causal = ready_made.read(Reading(EXAMPLE, mask="causal")).ran.weights[:, 0].numpy()
    padded = ready_made.read(Reading(EXAMPLE, mask="padding")).ran.weights[:, 0].numpy()
    ahead = np.triu(np.ones(causal.shape[-2:], bool), 1)
    return max(float(causal[..., ahead].max()), float(padded[..., -N_PADDING:].max()))


def encoder_error(ready_made: ReadyMade) -> float:
    """One minus the worst cosine of the twenty known sentences."""
    known = load_known_sentences()
    ours = torch.stack([ready_made.read(Reading(text)).ran.sentence[0] for text in known.texts]).numpy()
    return float(1 - (ours * known.vectors).sum(-1).min())
