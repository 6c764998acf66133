"""The film of the run: the gradient norms of every so many steps, in bounded memory."""

from __future__ import annotations

import numpy as np

from explorer.core.frames import Array
from explorer.specs.bptt import MAX_ROWS, TRACKS


class Film:
    """Rows of log10 of the gradient norms.

    The first row is that of step 1. When all rows are full, every other one is dropped and from then on rows come half
    as often: which steps have a row depends on the number of steps alone.

    Args:
        n_steps: Time steps of a row, T.
    """

    def __init__(self, n_steps: int) -> None:
        self._rows = np.empty((64, len(TRACKS), n_steps), np.float16)
        self._steps = np.empty(64, np.int64)
        self._truncate = np.empty(64, np.int64)
        self._n = 0
        self._stride = 1

    @property
    def rows(self) -> Array:
        """log10 of the norms, (n, 4, T) float16; -inf where a gradient is zero."""
        return self._rows[: self._n]

    @property
    def steps(self) -> Array:
        """Training step of each row, (n,) int64."""
        return self._steps[: self._n]

    @property
    def truncate(self) -> Array:
        """Truncation in force at each row, (n,) int64; 0 for none."""
        return self._truncate[: self._n]

    def wants(self, step: int) -> bool:
        """Whether training step ``step``, from 1, gets a row."""
        return (step - 1) % self._stride == 0

    def add(self, step: int, norms: Array, truncate: int) -> None:
        """Add the norms (4, T) of a step that :meth:`wants` said yes to."""
        if self._n == MAX_ROWS:
            self._halve()
            if not self.wants(step):
                return
        if self._n == len(self._steps):
            self._grow()
        with np.errstate(divide="ignore"):  # the log of 0 is -inf, and meant so
            self._rows[self._n] = np.log10(norms)
        self._steps[self._n], self._truncate[self._n] = step, truncate
        self._n += 1

    def _halve(self) -> None:
        half = (self._n + 1) // 2
        for array in (self._rows, self._steps, self._truncate):
            array[:half] = array[: self._n : 2].copy()
        self._n = half
        self._stride *= 2

    def _grow(self) -> None:
        self._rows, self._steps, self._truncate = (
            np.concatenate([a, np.empty_like(a)]) for a in (self._rows, self._steps, self._truncate)
        )

    def state(self) -> dict[str, Array]:
        """Everything, copied."""
        return {
            "rows": self.rows.copy(),
            "steps": self.steps.copy(),
            "truncate": self.truncate.copy(),
            "stride": np.array(self._stride, np.int64),
        }

    def load(self, state: dict[str, Array]) -> None:
        """Go back to a state.

        Raises:
            ValueError: It is no film of such sequences; nothing is changed.
        """
        rows, steps, truncate, stride = (state[name] for name in ("rows", "steps", "truncate", "stride"))
        n = len(rows)
        if rows.shape != (n, *self._rows.shape[1:]) or rows.dtype != np.float16 or n > MAX_ROWS:
            raise ValueError("the film has another form")
        if any(a.shape != (n,) or a.dtype != np.int64 for a in (steps, truncate)) or stride.dtype != np.int64:
            raise ValueError("the film's steps do not fit its rows")
        if stride.shape != () or stride < 1 or not np.array_equal(steps, 1 + np.arange(n) * int(stride)):
            raise ValueError("the film's steps are not evenly spaced")
        self._n, self._stride = n, int(stride)
        capacity = max(64, n)
        self._rows = np.empty((capacity, *self._rows.shape[1:]), np.float16)
        self._steps, self._truncate = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
        self._rows[:n], self._steps[:n], self._truncate[:n] = rows, steps, truncate
