"""Density maps asked for piece by piece, and kept as long as the weights are the same; no Qt."""

from __future__ import annotations

from explorer.specs.diffusion_points import Density, DensitySeen

MOST = 40
"""Maps kept."""


class DensityMaps:
    """Knows the maps of one step of the weights, and which one is being made."""

    def __init__(self) -> None:
        self._maps: dict[int, DensitySeen] = {}
        self._waits: Density | None = None
        self._share_done = 0.0
        self._step = -1

    def at(self, time: int) -> DensitySeen | None:
        """The finished map of a time."""
        return self._maps.get(time)

    @property
    def making(self) -> int | None:
        """The time whose map is being made."""
        return self._waits.time if self._waits is not None else None

    @property
    def progress(self) -> float | None:
        """How much of the map that is being made is done, 0 to 1; None when none is."""
        return self._share_done if self._waits is not None else None

    def clear(self) -> None:
        """The weights are others now."""
        self._maps.clear()
        self._waits = None

    def stop(self) -> None:
        """Nobody waits for the map that is being made."""
        self._waits = None

    def begin(self, time: int) -> Density | None:
        """The first question about a time; None when it is answered or being asked already."""
        if time in self._maps or self.making == time:
            return None
        self._waits, self._share_done = Density(time), 0.0
        return self._waits

    def take(self, answer: DensitySeen) -> Density | None:
        """Take in a piece; gives the question about the next one, None when there is none or nobody waits for it."""
        asked = answer.request
        if self._waits is None or (asked.time, asked.done) != (self._waits.time, self._waits.done):
            return None
        if answer.step != self._step:
            self._maps.clear()
            self._step = answer.step
        if answer.learned is None:
            self._share_done = answer.done / answer.n_steps
            self._waits = Density(asked.time, answer.done, answer.x, answer.log_volume)
            return self._waits
        if len(self._maps) >= MOST:
            self._maps.pop(next(iter(self._maps)))
        self._maps[asked.time] = answer
        self._waits = None
        return None
