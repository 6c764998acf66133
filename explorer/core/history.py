"""What a run leaves behind: a bounded record of frames and states, which makes scrubbing and branching possible.

Near now everything is kept; the further back, the fewer. The density falls by a factor of four from the newest step to
the first one, so that the whole run stays reachable however long it grows.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from explorer.core.frames import Array, n_bytes

Arrays = Mapping[str, Array]
T = TypeVar("T")


class Track(Generic[T]):
    """Values at rising steps inside a byte budget; thins itself when the budget is passed.

    Args:
        budget_bytes: Bytes that may be held; the first and the newest value are always kept.
        size: Bytes that a value holds.
    """

    def __init__(self, budget_bytes: int, size: Callable[[T], int]) -> None:
        self._budget = budget_bytes
        self._size = size
        self._values: dict[int, T] = {}
        self._steps: list[int] = []
        self.n_bytes = 0

    @property
    def steps(self) -> tuple[int, ...]:
        """Steps kept, rising."""
        return tuple(self._steps)

    def put(self, step: int, value: T) -> None:
        """Keep ``value`` at ``step``, replacing one already there."""
        self._drop(step)
        self._values[step] = value
        insort(self._steps, step)
        self.n_bytes += self._size(value)
        while self.n_bytes > self._budget and len(self._steps) > 2:
            self._drop(self._least_missed())

    def at_or_before(self, step: int) -> tuple[int, T] | None:
        """The newest value not after ``step``, with its step; None if there is none."""
        i = bisect_right(self._steps, step)
        return (self._steps[i - 1], self._values[self._steps[i - 1]]) if i else None

    def nearest(self, step: int) -> int | None:
        """The kept step closest to ``step``; None when empty."""
        i = bisect_right(self._steps, step)
        around = self._steps[max(0, i - 1) : i + 1]
        return min(around, key=lambda s: abs(s - step)) if around else None

    def before(self, step: int) -> int | None:
        """The last kept step before ``step``."""
        i = bisect_right(self._steps, step - 1)
        return self._steps[i - 1] if i else None

    def after(self, step: int) -> int | None:
        """The first kept step after ``step``."""
        i = bisect_right(self._steps, step)
        return self._steps[i] if i < len(self._steps) else None

    def cut_after(self, step: int) -> None:
        """Forget everything later than ``step``."""
        for later in [s for s in self._steps if s > step]:
            self._drop(later)

    def clear(self) -> None:
        """Forget everything."""
        self.cut_after(-1)

    def _drop(self, step: int) -> None:
        if step in self._values:
            self.n_bytes -= self._size(self._values.pop(step))
            del self._steps[bisect_right(self._steps, step) - 1]

    def _least_missed(self) -> int:
        """The step whose absence leaves the smallest gap for its age; the newest two stay if they can."""
        steps = self._steps
        if len(steps) == 3:
            return steps[1]
        newest = steps[-1]
        softening = (newest - steps[0]) / 3 + 1

        def gap_for_age(i: int) -> float:
            return (steps[i + 1] - steps[i - 1]) / (newest - steps[i] + softening)

        return steps[min(range(1, len(steps) - 2), key=gap_for_age)]


class History:
    """Frames for scrubbing and states for branching, in one budget.

    Args:
        budget_bytes: Bytes in all. States get three fifths: a dozen of them, so that rebuilding a step of a long run
            stays short. Frames get the rest, several hundred, which is what a slider can show.
    """

    def __init__(self, budget_bytes: int = 112 * 2**20) -> None:
        self.states: Track[Arrays] = Track(int(budget_bytes * 0.6), n_bytes)
        self.frames: Track[Arrays] = Track(int(budget_bytes * 0.4), n_bytes)

    @property
    def n_bytes(self) -> int:
        """Bytes held now."""
        return self.states.n_bytes + self.frames.n_bytes

    def cut_after(self, step: int) -> None:
        """Forget everything later than ``step``."""
        self.states.cut_after(step)
        self.frames.cut_after(step)

    def clear(self) -> None:
        """Forget everything."""
        self.states.clear()
        self.frames.clear()

    def frames_at(self, step: int, names: frozenset[str]) -> dict[str, tuple[int, Array]]:
        """For each name the newest recorded array not after ``step``, with its step."""
        found: dict[str, tuple[int, Array]] = {}
        at: int | None = step
        while at is not None and len(found) < len(names):
            entry = self.frames.at_or_before(at)
            if entry is None:
                break
            found.update({n: (entry[0], a) for n, a in entry[1].items() if n in names and n not in found})
            at = self.frames.before(entry[0])
        return found
