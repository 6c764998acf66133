"""The score and the density that the network has learned, on a grid; beside them those of the training points alone."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.denoising import N_LEVELS
from explorer.core.errors import UserError
from explorer.core.frames import Array, frozen
from explorer.data.point_sets import REACH
from explorer.experiments.diffusion_points.travelling import Live, believe
from explorer.models.flow_density import Carried, carry, exact_log_density, exact_score, log_density, way_to_noise
from explorer.specs.diffusion_points import DENSITY_SIDE, Density, DensitySeen, Field, FieldSeen

WAY_STEPS: Final = 24
"""Steps from time 1 to the noise; more change the density by less than a shade."""
PIECE_STEPS: Final = 1
"""Steps of one answer: about 8 ms for the whole grid."""
MOST_ARROWS: Final = 40


@torch.no_grad()
def field(live: Live, train: Tensor, request: Field) -> FieldSeen:
    """The score at a time, learned and exact.

    Raises:
        UserError: The time or the grid makes no sense.
    """
    _require_time(request.time)
    if not 2 <= request.side <= MOST_ARROWS:
        raise UserError(f"Between 2 and {MOST_ARROWS} arrows stand side by side.")
    places = _middles(request.side)
    x, left = _grid(places, live.device), float(live.signal[request.time])
    score = -believe(live, x, request.time).noise / (1 - left) ** 0.5
    form = (request.side, request.side, 2)
    return FieldSeen(
        request=request,
        step=live.step,
        places=frozen(places),
        score=frozen(score.view(form).cpu().numpy(), np.float32),
        exact=frozen(exact_score(train, x, left).view(form).cpu().numpy(), np.float32),
        generation=request.generation,
    )


def density(live: Live, train: Tensor, request: Density) -> DensitySeen:
    """The next piece of the learned density at a time; with the last one the density itself, and the exact one.

    Raises:
        UserError: The time makes no sense, or the piece does not fit.
    """
    _require_time(request.time)
    way, x = way_to_noise(request.time, WAY_STEPS, live.signal).tolist(), _grid(_middles(DENSITY_SIDE), live.device)
    now = Carried(x, torch.zeros(len(x), device=live.device)) if request.x is None else _gone_on(request, x)
    n_steps = len(way) - 1
    if not 0 <= request.done <= n_steps or (request.x is None) != (request.done == 0):
        raise UserError(f"The way from time {request.time:,} to the noise has {n_steps} steps.")
    done = min(request.done + PIECE_STEPS, n_steps)
    for t, s in zip(way[request.done : done], way[request.done + 1 : done + 1], strict=True):
        now = carry(partial(believe, live), now, t, s, live.signal)
    learned = exact = None
    mass = 0.0
    if done == n_steps:
        learned = _map(log_density(now).exp())
        exact = _map(exact_log_density(train, x, float(live.signal[request.time])).exp())
        mass = float(learned.sum(dtype=np.float64)) * (2 * REACH / DENSITY_SIDE) ** 2
    arrays = frozen(now.x.cpu().numpy(), np.float32), frozen(now.log_volume.cpu().numpy(), np.float32)
    return DensitySeen(request, live.step, done, n_steps, *arrays, learned, exact, mass, request.generation)


def _gone_on(request: Density, x: Tensor) -> Carried:
    if request.x is None or request.log_volume is None:
        raise UserError("A density that is gone on with needs what the piece before it gave.")
    arrays = np.array(request.x, np.float32), np.array(request.log_volume, np.float32)
    if arrays[0].shape != tuple(x.shape) or arrays[1].shape != (len(x),):
        raise UserError("The pieces of this density do not fit one another.")
    return Carried(*(torch.from_numpy(array).to(x.device) for array in arrays))


def _map(values: Tensor) -> Array:
    return frozen(values.view(DENSITY_SIDE, DENSITY_SIDE).cpu().numpy(), np.float32)


def _middles(side: int) -> NDArray[np.float64]:
    """Middles of ``side`` cells from one end of the picture to the other, rising."""
    return np.asarray((2 * np.arange(side) + 1 - side) * REACH / side)


def _grid(places: NDArray[np.float64], device: torch.device) -> Tensor:
    """All pairs of places, (side * side, 2): the lowest row first, x rising within it."""
    up, across = np.meshgrid(places, places, indexing="ij")
    return torch.from_numpy(np.stack([across.ravel(), up.ravel()], 1).astype(np.float32)).to(device)


def _require_time(time: int) -> None:
    if not 1 <= time <= N_LEVELS:
        raise UserError(f"There is a score at times 1 to {N_LEVELS:,}; without noise there is none.")
