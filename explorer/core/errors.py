"""The two kinds of trouble: what a person can fix, and what stopped a run."""

from __future__ import annotations

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
