"""Questions that every lab answers."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.experiment import Check


@dataclass(frozen=True)
class RunChecks:
    """Run the checks at the present weights."""

    generation: int = 0


@dataclass(frozen=True)
class ChecksDone:
    """The answer to :class:`RunChecks`.

    Attributes:
        request: What was asked.
        step: Step of the weights that were checked.
        checks: What came out.
        generation: Same as the request's.
    """

    request: RunChecks
    step: int
    checks: tuple[Check, ...]
    generation: int
