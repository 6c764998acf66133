"""Two settings drawn from the same noise, piece by piece, and how far apart they end; no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from explorer.core.frames import Array
from explorer.specs.diffusion import DenoiseBeside, Denoised, Sampling

PIECE_MS = 25.0
"""How long a piece may take, so that other questions and training are not kept waiting."""


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two, as far as it has come.

    Attributes:
        sampling: How it is drawn.
        start: Steps taken.
        x: Pictures after these, (n, 28, 28) float32; None before the first.
        took_ms: Milliseconds that a step of it takes; not a number before the first.
        weights: First and last training step of the weights that drew it; None before the first.
    """

    sampling: Sampling
    start: int = 0
    x: Array | None = None
    took_ms: float = math.nan
    weights: tuple[int, int] | None = None

    @property
    def done(self) -> bool:
        """Whether all steps are taken."""
        return self.start >= self.sampling.steps

    def request(self, piece_ms: float) -> DenoiseBeside:
        """The next piece of about ``piece_ms``; one step while nobody knows how long a step takes."""
        left = self.sampling.steps - self.start
        count = left
        if math.isfinite(piece_ms):
            fitting = piece_ms / max(self.took_ms, 1e-3) if math.isfinite(self.took_ms) else 1.0
            count = min(max(1, int(fitting)), left)
        return DenoiseBeside(self.sampling, self.start, self.x, count)

    def with_piece(self, answer: Denoised) -> Side:
        """What it is after a piece."""
        lo, hi = self.weights or (answer.step, answer.step)
        weights = min(lo, answer.step), max(hi, answer.step)
        return Side(self.sampling, self.start + len(answer.x), answer.last, answer.took_ms, weights)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Side A is drawn to its end, then B.

    Attributes:
        a: The first.
        b: The second.
    """

    a: Side
    b: Side

    def again(self, a: Sampling, b: Sampling, step: int) -> Comparison:
        """A comparison of these settings; a side that the weights of ``step`` have drawn already is kept."""
        return Comparison(*(self._kept(sampling, step) for sampling in (a, b)))

    def _kept(self, sampling: Sampling, step: int) -> Side:
        for side in (self.a, self.b):
            if side.sampling == sampling and side.done and side.weights == (step, step):
                return side
        return Side(sampling)

    @property
    def done(self) -> bool:
        """Whether both are drawn."""
        return self.a.done and self.b.done

    @property
    def progress(self) -> tuple[int, int]:
        """Steps taken and steps in all."""
        return self.a.start + self.b.start, self.a.sampling.steps + self.b.sampling.steps

    @property
    def weights(self) -> tuple[int, int] | None:
        """First and last training step of the weights that drew; None before anything is drawn."""
        found = [side.weights for side in (self.a, self.b) if side.weights is not None]
        return (min(lo for lo, _ in found), max(hi for _, hi in found)) if found else None

    def request(self, piece_ms: float = PIECE_MS) -> DenoiseBeside | None:
        """The next piece; None when both are drawn. An endless piece takes a side to its end."""
        side = next((side for side in (self.a, self.b) if not side.done), None)
        return None if side is None else side.request(piece_ms)

    def with_piece(self, answer: Denoised) -> Comparison:
        """The comparison after an answer; itself when that is not the piece asked for."""
        request = answer.request
        for name, side in (("a", self.a), ("b", self.b)):
            if not side.done:
                if request.sampling != side.sampling or request.start != side.start or not len(answer.x):
                    return self
                grown = side.with_piece(answer)
                return Comparison(grown, self.b) if name == "a" else Comparison(self.a, grown)
        return self

    @property
    def difference(self) -> Array | None:
        """B minus A of every pixel, (n, 28, 28) float32 within [-2, 2]; None until both are drawn."""
        if not self.done or self.a.x is None or self.b.x is None:
            return None
        return np.asarray(np.clip(self.b.x, -1, 1) - np.clip(self.a.x, -1, 1))

    @property
    def apart(self) -> float:
        """Mean absolute difference of a pixel; not a number until both are drawn."""
        difference = self.difference
        return math.nan if difference is None else float(np.abs(difference).mean())
