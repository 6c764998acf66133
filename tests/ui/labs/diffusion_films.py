"""Answers about denoising, made by hand: a digit that is known, under noise that is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from explorer.core.denoising import N_LEVELS
from explorer.core.frames import Array
from explorer.data.digits import load_digits
from explorer.data.noise_schedules import alpha_bar
from explorer.specs.diffusion import Denoise, Denoised, Sampling

SIGNAL = alpha_bar("cosine", N_LEVELS)


def digits_of(sampling: Sampling) -> Array:
    """What the film is going to end in, (n, 28, 28)."""
    digits = load_digits()
    found = []
    for i in range(sampling.n):
        label = i % 10 if sampling.label < 0 else sampling.label % 10
        of_class = np.flatnonzero(digits.train_labels == label)
        found.append(digits.train_images[of_class[(sampling.seed + i) % len(of_class)]] * 2 - 1)
    return np.stack(found).astype(np.float32)


def times_of(sampling: Sampling) -> Array:
    """Times before every step and at the end, (steps + 1,)."""
    return np.rint(N_LEVELS * (1 - np.arange(sampling.steps + 1) / sampling.steps)).astype(np.int64)


def answer(request: Denoise, step: int = 1200, took_ms: float = 2.0) -> Denoised:
    """A piece of the film, DDIM without fresh noise: a network that comes to know the digit better and better."""
    s, only = request.sampling, list(request.only or range(request.sampling.n))
    digits = digits_of(s)
    first = np.random.default_rng(s.seed).normal(size=digits.shape).astype(np.float32)
    digits, x = digits[only], first[only] if request.x is None else np.asarray(request.x)
    k = min(request.count, s.steps - request.start)
    times = times_of(s)[request.start : request.start + k + 1]
    signal = SIGNAL[times]
    found: dict[str, list[Array]] = {"x": [], "x0": [], "noise": []}
    weights = np.zeros((k, 3))
    for i in range(k):
        a, b = signal[i], signal[i + 1]
        sure = math.sqrt(max(0.0, 1 - times[i] / N_LEVELS))
        x0 = np.clip(digits * (0.35 + 0.65 * sure) + (1 - sure) * 0.3 * x.clip(-1, 1), -1, 1)
        noise = (x - math.sqrt(a) * x0) / math.sqrt(1 - a)
        weights[i] = math.sqrt(b), math.sqrt(1 - b), 0.0
        for name, value in (("x", x), ("x0", x0), ("noise", noise)):
            found[name].append(value.astype(np.float16))
        x = (weights[i, 0] * x0 + weights[i, 1] * noise).astype(np.float32)
    return Denoised(
        request, step, times, signal, np.stack(found["x"]), np.stack(found["x0"]), np.stack(found["noise"]),
        weights, x, took_ms, request.generation,
    )  # fmt: skip


def whole(sampling: Sampling, step: int = 1200, x: Array | None = None, start: int = 0) -> Denoised:
    """The whole film, or the rest of it, in one piece."""
    return answer(Denoise(sampling, start, x, sampling.steps), step)


def numbered(request: Denoise, generation: int) -> Denoise:
    """The question as the lab sends it."""
    return replace(request, generation=generation)
