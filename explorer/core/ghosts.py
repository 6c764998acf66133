"""Earlier runs, kept as grey curves behind the present one."""

from __future__ import annotations

from typing import Any

from explorer.core.params import changed, summary
from explorer.core.run import Ghost
from explorer.core.scalars import Series, thinned

MAX_GHOSTS = 4
GHOST_VALUES = 2_000


def with_ghost(ghosts: tuple[Ghost, ...], label: str, series: Series, branch_step: int) -> tuple[Ghost, ...]:
    """The ghosts and one more; the oldest gives way when there are too many."""
    return (*ghosts, Ghost(label, thinned(series, GHOST_VALUES), branch_step))[-MAX_GHOSTS:]


def branch_label(old: Any, new: Any, step: int) -> str:
    """What to call the run that a branch at ``step`` leaves: its parameters where the new run's differ."""
    differing = changed(old, new)
    return summary(old, differing) if differing else f"before branch at {step:,}"


def restart_label(old: Any, new: Any, seed: int, stored: str) -> str:
    """What to call the run that a restart leaves."""
    if stored:
        return stored[:1].lower() + stored[1:]
    differing = changed(old, new)
    return summary(old, differing) if differing else f"seed {seed}"
