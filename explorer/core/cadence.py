"""How often each frame is worth taking: never above its own rate, all together within a share of the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from explorer.core.frames import FrameInfo

FRAME_SHARE = 0.1
"""Part of the worker's time that frames may take."""
EXACT_BELOW_SPEED = 8.0
"""At this slow motion (steps per second) or slower, every step's frames are recomputed exactly."""


class Cadence:
    """Remembers when each channel was taken and what it cost.

    Args:
        infos: The frames a lab offers.
        share: Part of the time that all of them together may take.
    """

    def __init__(self, infos: Iterable[FrameInfo], share: float = FRAME_SHARE) -> None:
        self._infos: Mapping[str, FrameInfo] = {i.name: i for i in infos}
        self._share = share
        self._cost_s: dict[str, float] = {}
        self._next_s: dict[str, float] = {}

    def due(self, wanted: frozenset[str], now_s: float) -> frozenset[str]:
        """The wanted channels whose time has come."""
        return frozenset(name for name in wanted if now_s >= self._next_s.get(name, 0.0))

    def taken(self, name: str, now_s: float, cost_s: float, n_active: int) -> None:
        """Note that a channel was taken at ``now_s`` and cost ``cost_s``; ``n_active`` channels share the time."""
        smooth = 0.7 * self._cost_s.get(name, cost_s) + 0.3 * cost_s
        self._cost_s[name] = smooth
        affordable_s = smooth * max(1, n_active) / self._share
        self._next_s[name] = now_s + max(1.0 / self._infos[name].rate_hz, affordable_s)


class Pace:
    """Steps per second and milliseconds per step over about the last second, and the wait of slow motion."""

    def __init__(self) -> None:
        self.speed: float | None = None
        self.ms_per_step = 0.0
        self.steps_per_s = 0.0
        self.frame_share = 0.0
        self._since_s = 0.0
        self._n = 0
        self._frames_s = 0.0
        self._next_s = 0.0

    @property
    def is_slow(self) -> bool:
        """Whether every step can be looked at."""
        return self.speed is not None and self.speed <= EXACT_BELOW_SPEED

    def start(self, now_s: float) -> None:
        """Begin counting anew, as after a pause."""
        self._since_s, self._n, self._frames_s, self._next_s = now_s, 0, 0.0, now_s
        self.steps_per_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next step may be taken; 0 at full speed."""
        return max(0.0, self._next_s - now_s) if self.speed else 0.0

    def stepped(self, now_s: float, took_s: float) -> None:
        """Count one step that took ``took_s`` and ended at ``now_s``."""
        took_ms = 1000 * took_s
        self.ms_per_step = took_ms if self.ms_per_step == 0 else 0.95 * self.ms_per_step + 0.05 * took_ms
        self._n += 1
        if self.speed:
            self._next_s = max(self._next_s + 1 / self.speed, now_s - 1 / self.speed)
        elapsed = now_s - self._since_s
        if elapsed >= 1.0 or (self.steps_per_s == 0 and elapsed > 0.2):
            self.steps_per_s = self._n / elapsed
            self.frame_share = self._frames_s / elapsed
            self._since_s, self._n, self._frames_s = now_s, 0, 0.0

    def framed(self, took_s: float) -> None:
        """Count time spent making frames."""
        self._frames_s += took_s
