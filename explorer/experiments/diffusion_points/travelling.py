"""Points carried from noise to data, and one point both ways, with a network as it is now."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.denoising import N_LEVELS, SAMPLERS
from explorer.core.errors import UserError
from explorer.core.frames import Array, frozen
from explorer.models.diffusion import Belief, belief
from explorer.models.flow_density import flow
from explorer.models.point_denoiser import PointDenoiser
from explorer.models.samplers import one_step, times
from explorer.specs.diffusion_points import (
    MOST_POINTS,
    MOST_STEPS,
    Follow,
    Followed,
    PointSampling,
    Travel,
    Travelled,
)

PATH_STEPS: Final = 32
"""Steps of the whole way that one point is followed."""
FARTHEST: Final = 10.0
"""A place further out than this is none that a point of the picture comes to."""


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

    network: PointDenoiser
    kind: str
    signal: NDArray[np.float64]
    step: int
    device: torch.device


def believe(live: Live, x: Tensor, t: int) -> Belief:
    """What the network takes for data and noise of points (B, 2) at a time; differentiable in x."""
    output = live.network(x, torch.full((1,), t / N_LEVELS, dtype=x.dtype, device=x.device))
    return belief(live.kind, output, x, torch.tensor(live.signal[t], device=live.device), clip=False)


def noise_of(sampling: PointSampling, index: int) -> Array:
    """Noise (n, 2) float32: number 0 begins a film, number i is put back by step i."""
    return np.random.default_rng([sampling.seed, index]).standard_normal((sampling.n, 2), np.float32)


@torch.no_grad()
def travel(live: Live, request: Travel) -> Travelled:
    """Take the steps asked for.

    Raises:
        UserError: The settings or the points do not fit.
    """
    sampling = checked(request.sampling)
    path, start = times(sampling.steps, N_LEVELS), request.start
    if not 0 <= start < sampling.steps or request.count < 1:
        raise UserError(f"A film of {sampling.steps:,} steps has no step {start + 1:,}.")
    x, end = _begin(request, live.device), min(start + request.count, sampling.steps)
    began, passed = time.perf_counter(), [x]
    for i in range(start, end):
        fresh = torch.from_numpy(noise_of(sampling, i + 1)).to(live.device)
        t, s = int(path[i]), int(path[i + 1])
        x = one_step(sampling.sampler, sampling.eta, partial(believe, live), x, t, s, live.signal, fresh).x
        passed.append(x)
    took_ms = 1000 * (time.perf_counter() - began) / (end - start)
    places = frozen(torch.stack(passed).cpu().numpy(), np.float32)
    return Travelled(request, live.step, frozen(path[start : end + 1]), places, took_ms, request.generation)


def drawn(live: Live, sampling: PointSampling) -> Array:
    """A whole film, (steps + 1, n, 2) float32, from noise to data."""
    return travel(live, Travel(sampling, count=sampling.steps)).x


@torch.no_grad()
def follow(live: Live, request: Follow) -> Followed:
    """The way through a place: to the noise with rising time, to the data with falling time.

    Raises:
        UserError: The place or the time makes no sense.
    """
    place = np.array(request.x, np.float32)
    if place.shape != (2,) or not np.isfinite(place).all() or np.abs(place).max() > FARTHEST:
        raise UserError(f"Points within {FARTHEST:g} of the middle can be followed, and no others.")
    if not 0 <= request.time <= N_LEVELS:
        raise UserError(f"Times are 0 to {N_LEVELS:,}.")
    grid = {*times(PATH_STEPS, N_LEVELS).tolist()}
    later = [request.time, *sorted(t for t in grid if t > request.time)]
    earlier = [request.time, *sorted((t for t in grid if t < request.time), reverse=True)]
    up, down = (_way(live, torch.from_numpy(place)[None].to(live.device), path) for path in (later, earlier))
    return Followed(
        request=request,
        step=live.step,
        times=frozen(np.array([*later[::-1], *earlier[1:]], np.int64)),
        path=frozen(np.concatenate([up[::-1], down[1:]]), np.float32),
        generation=request.generation,
    )


def _way(live: Live, x: Tensor, path: list[int]) -> Array:
    """Places (k, 2) at the times of a path, by Heun's steps of the probability-flow ODE, in either direction."""
    passed = [x]
    for t, s in pairwise(path):
        x = flow(partial(believe, live), x, t, s, live.signal)
        passed.append(x)
    return np.asarray(torch.cat(passed).cpu().numpy())


def checked(sampling: PointSampling) -> PointSampling:
    """The settings, if they make sense.

    Raises:
        UserError: They do not; the sentence says what does.
    """
    if sampling.sampler not in SAMPLERS:
        raise UserError(f"There is no sampler called {sampling.sampler}; choose one of {', '.join(SAMPLERS)}.")
    if not 1 <= sampling.steps <= MOST_STEPS:
        raise UserError(f"A film has 1 to {MOST_STEPS} steps; choose a number in between.")
    if not 1 <= sampling.n <= MOST_POINTS:
        raise UserError(f"Between 1 and {MOST_POINTS:,} points can travel at once.")
    if not 0 <= sampling.eta <= 1 or sampling.seed < 0:
        raise UserError("Eta is 0 to 1, and seeds are not negative.")
    return sampling


def _begin(request: Travel, device: torch.device) -> Tensor:
    if request.x is None:
        if request.start:
            raise UserError("A film that is gone on with needs the points it has come to.")
        x = noise_of(request.sampling, 0)
    else:
        x = np.array(request.x, np.float32)
        if x.shape != (request.sampling.n, 2) or not np.isfinite(x).all():
            raise UserError("The points to go on from do not fit the film.")
    return torch.from_numpy(x).to(device)
