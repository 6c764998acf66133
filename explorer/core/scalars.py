"""The run's numbers, step by step, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.core.frames import Array, frozen

Series = Mapping[str, tuple[Array, Array]]
"""By name: steps (n,) int64 rising, values (n,) float64."""


class _Column:
    """Growing pair of arrays; at the capacity it keeps every second value and takes every second one from then on."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._stride = 1
        self._n_seen = 0
        self._steps = np.empty(256, np.int64)
        self._values = np.empty(256, np.float64)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def append(self, step: int, value: float) -> None:
        self._n_seen += 1
        if (self._n_seen - 1) % self._stride:
            return
        if self._n == len(self._steps):
            self._grow()
        self._steps[self._n] = step
        self._values[self._n] = value
        self._n += 1
        if self._n >= self._capacity:
            self._halve()

    def _grow(self) -> None:
        self._steps = np.concatenate([self._steps, np.empty_like(self._steps)])
        self._values = np.concatenate([self._values, np.empty_like(self._values)])

    def _halve(self) -> None:
        self._stride *= 2
        self._n = (self._n + 1) // 2
        self._steps[: self._n] = self._steps[: 2 * self._n : 2].copy()
        self._values[: self._n] = self._values[: 2 * self._n : 2].copy()

    def cut_after(self, step: int) -> None:
        self._n = self._n_until(step)
        self._n_seen = self._n * self._stride

    def extend(self, steps: Array, values: Array) -> None:
        if self._n or not len(steps):
            for step, value in zip(steps.tolist(), values.tolist(), strict=True):
                self.append(step, value)
            return
        self._stride = 2 ** max(0, int(np.ceil(np.log2(max(1, len(steps)) / self._capacity))))
        self._steps = np.array(steps[:: self._stride], np.int64)
        self._values = np.array(values[:: self._stride], np.float64)
        self._n, self._n_seen = len(self._steps), len(steps)
        if self._n >= self._capacity:
            self._halve()

    def arrays(self, last: int | None) -> tuple[Array, Array]:
        n = self._n if last is None else self._n_until(last)
        return frozen(self._steps[:n]), frozen(self._values[:n])

    def at_or_before(self, step: int) -> float | None:
        n = self._n_until(step)
        return float(self._values[n - 1]) if n else None

    def _n_until(self, step: int) -> int:
        return int(np.searchsorted(self._steps[: self._n], step, side="right"))


class ScalarLog:
    """Every number of the run by name. A column that reaches its capacity keeps every second value.

    Args:
        capacity: Values per name.
    """

    def __init__(self, capacity: int = 65_536) -> None:
        self._capacity = capacity
        self._columns: dict[str, _Column] = {}

    def append(self, step: int, values: Mapping[str, float]) -> None:
        """Add the numbers of one step; steps must rise."""
        for name, value in values.items():
            if name not in self._columns:
                self._columns[name] = _Column(self._capacity)
            self._columns[name].append(step, value)

    def extend(self, series: Series) -> None:
        """Add whole series, as read from a file."""
        for name, (steps, values) in series.items():
            self._columns.setdefault(name, _Column(self._capacity)).extend(steps, values)

    def cut_after(self, step: int) -> None:
        """Forget everything later than ``step``; a name with nothing earlier is forgotten whole."""
        for column in self._columns.values():
            column.cut_after(step)
        self._columns = {name: column for name, column in self._columns.items() if len(column)}

    def series(self, last: int | None = None) -> dict[str, tuple[Array, Array]]:
        """Everything up to step ``last``, or everything there is, as frozen copies."""
        return {name: column.arrays(last) for name, column in self._columns.items()}

    def at_or_before(self, step: int) -> dict[str, float]:
        """Each name's newest value not after ``step``."""
        found = {name: column.at_or_before(step) for name, column in self._columns.items()}
        return {name: value for name, value in found.items() if value is not None}


def thinned(series: Series, most: int) -> dict[str, tuple[Array, Array]]:
    """Series with at most ``most`` values each, evenly chosen, the last one kept."""
    out: dict[str, tuple[Array, Array]] = {}
    for name, (steps, values) in series.items():
        keep = np.unique(np.linspace(0, len(steps) - 1, min(most, len(steps))).astype(np.int64))
        out[name] = (frozen(steps[keep]), frozen(values[keep]))
    return out
