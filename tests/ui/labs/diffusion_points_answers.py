"""Answers of the lab of points made by hand: everything shrinks to a cross of four places."""

from __future__ import annotations

import numpy as np

from explorer.core.denoising import N_LEVELS
from explorer.core.figures import Provenance
from explorer.core.frames import Array
from explorer.specs.diffusion_points import (
    DENSITY_SIDE,
    Density,
    DensitySeen,
    Field,
    FieldSeen,
    Follow,
    Followed,
    PointSampling,
    Travel,
    Travelled,
)

CROSS = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
N_PIECES = 3


def where(title: str) -> Provenance:
    """Provenance of a figure."""
    return Provenance("Diffusion in 2-D", title, "", 7, 0, "0")


def film_of(sampling: PointSampling) -> tuple[Array, Array]:
    """Times, and points at these: from noise straight to the cross."""
    times = np.rint(np.linspace(N_LEVELS, 0, sampling.steps + 1)).astype(np.int64)
    noise = np.random.default_rng(sampling.seed).normal(size=(sampling.n, 2))
    goal = CROSS[np.arange(sampling.n) % 4]
    share = (times / N_LEVELS)[:, None, None]
    return times, (share * noise + (1 - share) * goal).astype(np.float32)


def travelled(request: Travel, step: int = 100, took_ms: float = 2.0) -> Travelled:
    """The next steps of the film."""
    times, x = film_of(request.sampling)
    end = min(request.start + request.count, request.sampling.steps) + 1
    return Travelled(request, step, times[request.start : end], x[request.start : end], took_ms, request.generation)


def field_seen(request: Field, step: int = 100) -> FieldSeen:
    """Arrows to the middle; the exact ones twice as long."""
    places = (2 * np.arange(request.side) + 1 - request.side) * 3.0 / request.side
    up, across = np.meshgrid(places, places, indexing="ij")
    score = -np.stack([across, up], -1).astype(np.float32)
    return FieldSeen(request, step, places, score, 2 * score, request.generation)


def density_seen(request: Density, step: int = 100) -> DensitySeen:
    """A bell after three pieces."""
    done, n = request.done + 1, DENSITY_SIDE
    middles = (2 * np.arange(n) + 1 - n) * 3.0 / n
    bell = np.exp(-0.5 * (middles[:, None] ** 2 + middles**2)).astype(np.float32) / (2 * np.pi)
    whole = done == N_PIECES
    x, volume = np.full((n * n, 2), done, np.float32), np.zeros(n * n, np.float32)
    learned, exact, mass = (bell, 0.5 * bell, 0.987) if whole else (None, None, 0.0)
    return DensitySeen(request, step, done, N_PIECES, x, volume, learned, exact, mass, request.generation)


def followed(request: Follow, step: int = 100) -> Followed:
    """From twice as far out through the place to the middle."""
    times = np.unique(np.append(np.arange(0, N_LEVELS + 1, 100), request.time))[::-1]
    share = np.where(times >= request.time, 1 + (times - request.time) / 1000, times / max(request.time, 1))
    path = (share[:, None] * np.array(request.x)).astype(np.float32)
    return Followed(request, step, times.astype(np.int64), path, request.generation)


def answered(request: object, **more: int) -> Travelled | FieldSeen | DensitySeen | Followed:
    """The answer to any of them."""
    match request:
        case Travel():
            return travelled(request, **more)
        case Field():
            return field_seen(request, **more)
        case Density():
            return density_seen(request, **more)
        case Follow():
            return followed(request, **more)
    raise TypeError(type(request).__name__)
