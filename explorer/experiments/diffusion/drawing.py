"""Digits drawn from noise, step by step, with a network as it is now."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.denoising import N_LEVELS, SAMPLERS
from explorer.core.errors import UserError
from explorer.core.frames import Array, frozen
from explorer.data.noise_schedules import SCHEDULES, alpha_bar
from explorer.models.denoiser import Denoiser
from explorer.models.diffusion import Belief, belief
from explorer.models.samplers import Taken, one_step, times, times_along
from explorer.specs.diffusion import ANY_CLASS, MOST_SAMPLES, N_CLASSES, SIDE_PX, Denoise, Denoised, Sampling

LARGEST_GUIDANCE = 20.0


@dataclass(frozen=True, eq=False)
class Live:
    """A network as it is now.

    Attributes:
        network: The one to draw with.
        kind: What it predicts.
        signal: alpha_bar at times 0 .. T.
        step: Steps taken.
        device: Where it is.
    """

    network: Denoiser
    kind: str
    signal: NDArray[np.float64]
    step: int
    device: torch.device


def labels_of(sampling: Sampling) -> Array:
    """Class of each picture, (n,) int64."""
    if sampling.label < 0:
        return np.arange(sampling.n) % N_CLASSES
    return np.full(sampling.n, sampling.label)


def noise_of(sampling: Sampling, index: int) -> Array:
    """Noise (n, 28, 28) float32: number 0 begins a film, number i is put back by step i."""
    rng = np.random.default_rng([sampling.seed, index])
    return rng.standard_normal((sampling.n, SIDE_PX, SIDE_PX), np.float32)


@torch.no_grad()
def believe(live: Live, labels: Tensor, guidance: float, x: Tensor, t: int) -> Belief:
    """What the network takes for picture and noise of ``x`` (n, 1, 28, 28), the class exaggerated by the guidance.

    Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598): out = without + guidance (with - without).
    """
    signal = torch.tensor(live.signal[t], device=live.device)
    if guidance == 1:
        output = live.network(x, _time(t, x), labels)
    else:
        anyone = torch.full_like(labels, ANY_CLASS)
        both = live.network(torch.cat([x, x]), _time(t, torch.cat([x, x])), torch.cat([labels, anyone]))
        with_class, without = both.chunk(2)
        output = without + guidance * (with_class - without)
    return belief(live.kind, output, x, signal)


def _time(t: int, x: Tensor) -> Tensor:
    return torch.full((len(x),), t / N_LEVELS, dtype=torch.float32, device=x.device)


def path_of(sampling: Sampling, signal: NDArray[np.float64]) -> NDArray[np.int64]:
    """Times of a film, (steps + 1,), for a network trained with the schedule ``signal``."""
    if not sampling.schedule:
        return times(sampling.steps, N_LEVELS)
    return times_along(sampling.steps, signal, alpha_bar(sampling.schedule, N_LEVELS))


@torch.no_grad()
def denoise(live: Live, request: Denoise) -> Denoised:
    """Take the steps asked for.

    Raises:
        UserError: The settings or the pictures do not fit.
    """
    sampling = checked(request.sampling)
    path = path_of(sampling, live.signal)
    start = request.start
    if not 0 <= start < sampling.steps or request.count < 1:
        raise UserError(f"A film of {sampling.steps:,} steps has no step {start + 1:,}.")
    only = np.array(request.only or range(sampling.n))
    if only.min() < 0 or only.max() >= sampling.n:
        raise UserError(f"There are pictures 0 to {sampling.n - 1} in this film, and no others.")
    x = _begin(request, only, live.device)
    labels = torch.from_numpy(labels_of(sampling)[only]).to(live.device)
    end = min(start + request.count, sampling.steps)
    began, before, taken = time.perf_counter(), [x], list[Taken]()
    for i in range(start, end):
        fresh = torch.from_numpy(noise_of(sampling, i + 1)[only])[:, None].to(live.device)
        see, t, s = partial(believe, live, labels, sampling.guidance), int(path[i]), int(path[i + 1])
        taken.append(one_step(sampling.sampler, sampling.eta, see, x, t, s, live.signal, fresh))
        x = taken[-1].x
        before.append(x)
    took_ms = 1000 * (time.perf_counter() - began) / (end - start)
    return Denoised(
        request=request,
        step=live.step,
        times=frozen(path[start : end + 1]),
        signal=frozen(live.signal[path[start : end + 1]]),
        x=_stacked(before[:-1]),
        x0=_stacked([one.belief.x0 for one in taken]),
        noise=_stacked([one.belief.noise for one in taken]),
        weights=frozen(np.array([one.weights for one in taken], np.float64)),
        last=frozen(x[:, 0].cpu().numpy(), np.float32),
        took_ms=took_ms,
        generation=request.generation,
    )


def drawn(live: Live, sampling: Sampling) -> Array:
    """The pictures at the end of a film, (n, 28, 28) float32, -1 to 1."""
    return denoise(live, Denoise(sampling, count=sampling.steps)).last


def checked(sampling: Sampling) -> Sampling:
    """The settings, with the guidance within reason.

    Raises:
        UserError: A setting makes no sense; the sentence says which values do.
    """
    if sampling.sampler not in SAMPLERS:
        raise UserError(f"There is no sampler called {sampling.sampler}; choose one of {', '.join(SAMPLERS)}.")
    if sampling.schedule and sampling.schedule not in SCHEDULES:
        raise UserError(f"There is no schedule called {sampling.schedule}; choose one of {', '.join(SCHEDULES)}.")
    if not 1 <= sampling.steps <= N_LEVELS:
        raise UserError(f"A film has 1 to {N_LEVELS:,} steps; choose a number in between.")
    if not 1 <= sampling.n <= MOST_SAMPLES:
        raise UserError(f"Between 1 and {MOST_SAMPLES} pictures can be drawn at once.")
    if not -1 <= sampling.label <= ANY_CLASS or not 0 <= sampling.eta <= 1 or sampling.seed < 0:
        raise UserError("Classes are 0 to 9, eta is 0 to 1, and seeds are not negative.")
    return replace(sampling, guidance=min(max(sampling.guidance, 0.0), LARGEST_GUIDANCE))


def as_ink(pictures: Array) -> Array:
    """Pictures from [-1, 1] as uint8, 255 for ink; what is not a number is paper."""
    return np.asarray(np.clip(np.nan_to_num(pictures, nan=-1.0) * 127.5 + 128, 0, 255), np.uint8)


def _begin(request: Denoise, only: Array, device: torch.device) -> Tensor:
    if request.x is None:
        if request.start:
            raise UserError("A film that is gone on with needs the pictures it has come to.")
        x = noise_of(request.sampling, 0)[only]
    else:
        x = np.array(request.x, np.float32)
        if x.shape != (len(only), SIDE_PX, SIDE_PX) or not np.isfinite(x).all():
            raise UserError("The pictures to go on from do not fit the film.")
    return torch.from_numpy(x)[:, None].to(device)


def _stacked(pictures: list[Tensor]) -> Array:
    """(k, n, 28, 28) float16."""
    return frozen(torch.cat([p.transpose(0, 1) for p in pictures]).cpu().numpy(), np.float16)
