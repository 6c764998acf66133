"""The two kinds of trouble: what a person can fix, and what stopped a run."""

from __future__ import annotations

import math
from dataclasses import dataclass


class UserError(Exception):
    """Something a person can put right; its text is one sentence that names the remedy."""


@dataclass(frozen=True)
class Trouble:
    """What stopped a run or failed a request.

    Attributes:
        sentence: What happened and what to do, for the user.
        detail: A traceback for the log; empty when the sentence says it all.
        step: The step at which it happened.
        source: ``"step"`` or the name of the request type.
    """

    sentence: str
    detail: str
    step: int
    source: str = "step"


def first_line(error: Exception) -> str:
    """What an exception says, in one line of at most 200 characters; its type where it says nothing."""
    text = str(error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:200]


def not_finite(label: str, value: float, step: int) -> str:
    """The sentence for a loss that broke at ``step``."""
    kind = "not a number" if math.isnan(value) else "infinite"
    return f"The {label} loss became {kind} at step {step:,}; lower the learning rate, then play again."
