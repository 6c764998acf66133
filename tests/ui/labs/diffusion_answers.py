"""Answers of the diffusion lab made by hand, for tests of its panels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from explorer.core.figures import Provenance
from explorer.specs.diffusion import SIDE_PX, Denoise, Denoised, Judge, Judged

N_FEATURES = 6


def where(title: str) -> Provenance:
    """Provenance of a figure."""
    return Provenance("Diffusion", title, "", 7, 0, "0")


def judged(request: Judge, step: int = 300, wrong: Sequence[int] = (), accuracy: float = 0.978) -> Judged:
    """Digits of each class in turn; those numbered in ``wrong`` are seen as the next class."""
    rng = np.random.default_rng(request.part)
    asked = np.arange(request.n) % 10
    seen = asked.copy()
    seen[list(wrong)] = (seen[list(wrong)] + 1) % 10
    real = np.random.default_rng(100).normal(size=(500, N_FEATURES)).astype(np.float32)
    other = np.random.default_rng(101).normal(size=(500, N_FEATURES)).astype(np.float32)
    features = rng.normal(0.5, 1.2, (request.n, N_FEATURES)).astype(np.float32)
    pictures = rng.integers(0, 256, (request.n, SIDE_PX, SIDE_PX)).astype(np.uint8)
    return Judged(request, step, asked, seen, features, pictures, real, other, accuracy, request.generation)


def level(request: Denoise) -> float:
    """What every pixel of the finished pictures is, by how they are drawn."""
    return {"ddim": 0.5, "ddpm": 0.25, "heun": -0.5}[request.sampling.sampler] - request.sampling.steps / 1000


def denoised(request: Denoise, step: int = 300, took_ms: float = 5.0) -> Denoised:
    """As many steps as were asked for; the last one ends at :func:`level`, all others at zero."""
    sampling = request.sampling
    k = min(request.count, sampling.steps - request.start)
    shape = (len(request.only) or sampling.n, SIDE_PX, SIDE_PX)
    done = request.start + k == sampling.steps
    last = np.full(shape, level(request) if done else 0.0, np.float32)
    film = np.zeros((k, *shape), np.float16)
    times = np.linspace(1000, 0, sampling.steps + 1).astype(np.int64)[request.start : request.start + k + 1]
    weights, signal = np.zeros((k, 3)), 1 - times / 1000
    return Denoised(
        request, step, times, signal, film, film, film, weights, last, took_ms, request.generation
    )  # fmt: skip
