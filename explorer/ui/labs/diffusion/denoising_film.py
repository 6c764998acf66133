"""A film of denoising: what a model said step by step, in little memory, and a second film that leaves it midway."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from explorer.core.denoising import N_LEVELS
from explorer.core.frames import Array
from explorer.specs.diffusion import Denoise, Denoised, Sampling

PIECE_MS = 8.0
"""What one question may take of the worker, which other questions and training wait for."""
MOST_BYTES = 128 * 10**6
_CERTAIN = 1e-7
"""Share of noise below which a picture says nothing about it."""


class Film:
    """Pictures before every step of one film, what the network took them for, and where it ends.

    Position p stands before step p (0 is pure noise); position ``n_steps`` is the end. A branch shares the positions
    before its cut with the film it left.

    Args:
        sampling: How it is drawn.
        shared: The film whose beginning this one shares; None for a film of its own.
        cut: Positions that are shared.
        most_bytes: Memory of its own at most: of longer films only every so many steps are kept.
    """

    def __init__(
        self, sampling: Sampling, shared: Film | None = None, cut: int = 0, most_bytes: int = MOST_BYTES
    ) -> None:
        self.sampling = sampling
        self.n_made = cut
        self._shared, self._cut = shared, cut
        self._most_bytes = most_bytes
        self._stride = shared.stride if shared is not None else 1
        self._x = self._x0 = np.zeros((0, 0, 0, 0), np.float16)
        self._last: Array | None = None
        self._took_ms = 0.0
        self._edited_at: int | None = None
        self._only: tuple[int, ...] = ()
        self.first_step, self.last_step = -1, -1
        n = self.n_steps
        self._times = np.rint(N_LEVELS * (1 - np.arange(n + 1) / n)).astype(np.int64)
        self._signal = np.full(n + 1, np.nan)
        self._weights = np.full((n, 3), np.nan)
        if shared is not None:
            self._take_over(shared)

    def _take_over(self, shared: Film) -> None:
        cut = self._cut
        self._times[: cut + 1] = shared._times[: cut + 1]
        self._signal[: cut + 1] = shared._signal[: cut + 1]
        self._weights[:cut] = shared._weights[:cut]
        self._took_ms = shared._took_ms
        self.first_step, self.last_step = shared.first_step, shared.last_step

    # ------------------------------------------------------------------------------------------------- how far it is

    @property
    def n_steps(self) -> int:
        """Steps of the whole film."""
        return self.sampling.steps

    @property
    def complete(self) -> bool:
        """Whether every step has been made."""
        return self.n_made >= self.n_steps

    @property
    def stride(self) -> int:
        """Every so many steps are kept."""
        return self._stride

    @property
    def edited_at(self) -> int | None:
        """Position at which the pictures were changed by hand; None for an original."""
        return self._edited_at

    @property
    def head(self) -> int:
        """The last position that can be shown with what the network believes there."""
        if self.complete or self.n_made == self._edited_at:
            return self.n_made
        return self.kept(max(0, self.n_made - 1))

    @property
    def n_bytes(self) -> int:
        """Memory of its own for pictures."""
        return int(self._x.nbytes + self._x0.nbytes)

    def kept(self, position: int) -> int:
        """The position at or before this one whose pictures are kept."""
        inside = min(max(position, 0), self.n_made)
        return inside if inside == self.n_steps or inside == self._edited_at else inside - inside % self._stride

    def positions(self) -> list[int]:
        """Every position whose pictures are kept, the end included."""
        found = list(range(0, self.n_made, self._stride))
        return [*found, self.n_steps] if self.complete else found

    def nearest(self, time: int) -> int:
        """The kept position whose time is nearest to this one."""
        found = self.positions()
        return min(found, key=lambda p: abs(int(self._times[p]) - time), default=0)

    # ------------------------------------------------------------------------------------------------- what it shows

    def time(self, position: int) -> int:
        """Time t at a position, 1000 to 0; where nothing is made yet, what it will be about."""
        return int(self._times[position])

    def signal(self, position: int) -> float:
        """Share of the picture left there (alpha bar); NaN where nothing is made yet."""
        return float(self._signal[position])

    def weights(self, position: int) -> tuple[float, float, float]:
        """Weights of x0_hat, eps_hat and fresh noise in the step that begins there; NaN at the end."""
        if position >= self.n_made:
            return math.nan, math.nan, math.nan
        a, b, c = self._weights[position].tolist()
        return a, b, c

    def x(self, position: int) -> Array:
        """Pictures at a kept position, (n, 28, 28) float32."""
        return np.asarray(self._pictures(position), np.float32)

    def x0(self, position: int) -> Array:
        """What the network takes them for, (n, 28, 28) float32; at the end the pictures themselves."""
        return np.asarray(self._beliefs(position), np.float32)

    def strip(self, positions: Sequence[int], sample: int) -> tuple[Array, Array]:
        """One sample at some positions: pictures and what the network takes them for, (k, 28, 28) float32 each."""
        if not positions:
            return np.zeros((0, 0, 0), np.float32), np.zeros((0, 0, 0), np.float32)
        kept = [self.kept(p) for p in positions]
        x = np.stack([self._pictures(p)[sample] for p in kept])
        x0 = np.stack([self._beliefs(p)[sample] for p in kept])
        return np.asarray(x, np.float32), np.asarray(x0, np.float32)

    def _pictures(self, position: int) -> Array:
        if position >= self.n_made and self._last is not None:
            return self._last
        if self._shared is not None and position < self._cut:
            return self._shared._pictures(position)
        kept: Array = self._x[self._index(position)]
        return kept

    def _beliefs(self, position: int) -> Array:
        if position >= self.n_made:
            return self._end_or_last_belief()
        if self._shared is not None and position < self._cut:
            return self._shared._beliefs(position)
        kept: Array = self._x0[self._index(position)]
        return kept

    def noise(self, position: int) -> Array:
        """The noise it sees, (n, 28, 28) float32, from x = sqrt(signal) x0 + sqrt(1 - signal) noise; 0 without any."""
        signal = self.signal(position)
        x = self.x(position)
        if math.isnan(signal) or 1 - signal < _CERTAIN:
            return np.zeros_like(x)
        seen = (x - math.sqrt(signal) * self.x0(position)) / math.sqrt(1 - signal)
        return np.asarray(seen, np.float32)

    def change(self, position: int) -> Array:
        """What the step that begins there does (or the steps until the next kept one), (n, 28, 28) float32."""
        following = self.following(position)
        return np.asarray(self.x(following) - self.x(position), np.float32)

    def following(self, position: int) -> int:
        """The next kept position; the same at the end."""
        if position >= self.n_made:
            return position
        ahead = min(position - position % self._stride + self._stride, self.n_made)
        return ahead if ahead < self.n_made or self.complete or self._stride == 1 else position

    def end(self) -> Array | None:
        """The finished pictures, (n, 28, 28) float32; None before."""
        return self._last if self.complete else None

    def _end_or_last_belief(self) -> Array:
        if self.complete and self._last is not None:
            return self._last
        return self._beliefs(self.kept(self.n_made - 1)) if self.n_made else np.zeros_like(self._pictures(0))

    def _index(self, position: int) -> int:
        return position // self._stride - self._first_index()

    def _first_index(self) -> int:
        return math.ceil(self._cut / self._stride)

    # ------------------------------------------------------------------------------------------------- how it grows

    def request(self, *, at_once: bool = False) -> Denoise:
        """The next question: as many steps as take the worker 8 ms, or all that are left."""
        left = self.n_steps - self.n_made
        count = left if at_once else self._count()
        return Denoise(self.sampling, self.n_made, self._asked_x(), max(1, min(count, left)), only=self._only)

    def _asked_x(self) -> Array | None:
        return self._last[list(self._only)] if self._last is not None and self._only else self._last

    def fits(self, answer: Denoised) -> bool:
        """Whether an answer is the piece that comes next."""
        asked = answer.request
        if (asked.sampling, asked.start, asked.only) != (self.sampling, self.n_made, self._only) or self.complete:
            return False
        x = self._asked_x()
        if x is None or asked.x is None:
            return x is None and asked.x is None
        return asked.x is x or np.array_equal(asked.x, x)

    def append(self, answer: Denoised) -> None:
        """Take the next piece.

        Raises:
            ValueError: It is not the next one.
        """
        if not self.fits(answer):
            raise ValueError(f"the piece from step {answer.request.start} does not follow step {self.n_made}")
        k = len(answer.x)
        x, x0, last = self._with_the_others(answer)
        if not len(self._x):
            self._make_room(x.shape[1:])
        steps = np.arange(self.n_made, self.n_made + k)
        kept = steps % self._stride == 0
        where = steps[kept] // self._stride - self._first_index()
        self._x[where], self._x0[where] = x[kept], x0[kept]
        self._times[self.n_made : self.n_made + k + 1] = answer.times
        self._signal[self.n_made : self.n_made + k + 1] = answer.signal
        self._weights[steps] = answer.weights
        self._last = np.asarray(last, np.float32)
        self._took_ms = answer.took_ms
        self.first_step = answer.step if self.first_step < 0 else self.first_step
        self.last_step = answer.step
        self.n_made += k

    def _with_the_others(self, answer: Denoised) -> tuple[Array, Array, Array]:
        """x, x0 and last of all samples: those that nobody painted on are as they were in the film that was left."""
        others, only = self._shared, list(self._only)
        if others is None or not only:
            return answer.x, answer.x0, answer.last
        steps = range(self.n_made, self.n_made + len(answer.x))
        x = np.stack([others._pictures(step) for step in steps])
        x0 = np.stack([others._beliefs(step) for step in steps])
        last = np.array(others._pictures(steps.stop), np.float32)
        x[:, only], x0[:, only], last[only] = answer.x, answer.x0, answer.last
        return x, x0, last

    def edited(self, position: int, x: Array) -> Film:
        """A second film that shares the beginning with this one and goes on from other pictures.

        Where the film that was left is complete, only the samples that differ are made anew.

        Args:
            position: Where, below ``n_steps``; a kept one.
            x: The pictures there, (n, 28, 28).
        """
        if self._shared is not None and position <= self._cut:
            return self._shared.edited(position, x)
        if self._shared is None:
            branch = Film(self.sampling, self, position, self._most_bytes)
        else:
            branch = Film(self.sampling, self._shared, self._cut, self._most_bytes)
            branch._copy(self, position)
        branch._only = self._changed(position, x)
        branch._last = np.array(x, np.float32)
        branch._edited_at = position
        return branch

    def _changed(self, position: int, x: Array) -> tuple[int, ...]:
        """Samples of a branch that differ from the film it leaves; none named where all do, or no other is known."""
        original = self._shared or self
        if not original.complete or self._stride > 1 or (self._shared is not None and not self._only):
            return ()
        differs = (x != self.x(position)).any(axis=(1, 2))
        differs[list(self._only)] = True
        return () if differs.all() else tuple(np.flatnonzero(differs).tolist())

    def _copy(self, other: Film, position: int) -> None:
        """Take the pictures that another branch made of its own before a position, and all its numbers."""
        self._make_room(other._x.shape[1:])
        n = max(0, math.ceil(position / self._stride) - self._first_index())
        self._x[:n], self._x0[:n] = other._x[:n], other._x0[:n]
        self._times[: position + 1] = other._times[: position + 1]
        self._signal[: position + 1] = other._signal[: position + 1]
        self._weights[:position] = other._weights[:position]
        self._took_ms, self.last_step = other._took_ms, other.last_step
        self.n_made = position

    def _make_room(self, shape: tuple[int, ...]) -> None:
        """Room for all pictures; the system gives the memory as it is written to."""
        if self._shared is None:
            one = 2 * 2 * math.prod(shape)
            self._stride = max(1, math.ceil(self.n_steps * one / self._most_bytes))
        n = math.ceil(self.n_steps / self._stride) - self._first_index()
        self._x = np.empty((n, *shape), np.float16)
        self._x0 = np.empty_like(self._x)

    def _count(self) -> int:
        return round(PIECE_MS / self._took_ms) if self._took_ms > 0 else 1
