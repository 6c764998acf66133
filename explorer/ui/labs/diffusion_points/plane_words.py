"""What is said of the plane, in words; no Qt."""

from __future__ import annotations

import math

import numpy as np

from explorer.core.denoising import SAMPLER_NAMES
from explorer.core.frames import Array
from explorer.data.point_sets import REACH
from explorer.specs.diffusion_points import DENSITY_SIDE
from explorer.ui.labs.diffusion_points.plane_state import PlaneState
from explorer.ui.labs.diffusion_points.travel_film import TravelFilm
from explorer.ui.views.ticks import number, significant

Paragraph = list[tuple[str, str]]


def subtitle(time: int, signal: float, film: TravelFilm) -> str:
    """What a point at a time is made of, and what made the film."""
    parts = (significant(math.sqrt(share), 2) for share in (signal, 1 - signal))
    share = f"{' × data + '.join(parts)} × noise at t = {time:,}"
    sampling = film.sampling
    how = f"{sampling.n:,} points, {SAMPLER_NAMES[sampling.sampler]}, {sampling.steps:,} steps"
    return f"{share}; {how}" if film.n_made else share


def readout(state: PlaneState, *, exact: bool, longest: float) -> list[Paragraph]:
    """Place, score and density under the pointer; what can be done where there is none."""
    (x, y), field, seen = state.pointer, state.field, state.map
    longest_words = f"   Longest arrow: |∇ log p| ≥ {significant(longest, 2)}." if field is not None else ""
    if not math.isfinite(x):
        return [
            [
                ("Point: the flow through a place. Click keeps it, Ctrl adds, Esc clears.", "muted"),
                (longest_words, "muted"),
            ]
        ]
    pieces: Paragraph = [(f"({number(x, 2)}, {number(y, 2)})", "ink")]
    if field is not None:
        a, b = _nearest(field.exact if exact else field.score, field.places, x, y)
        pieces += [("  ∇ log p = ", "muted"), (f"({number(a, 1)}, {number(b, 1)})", "ink")]
    if seen is not None and seen.learned is not None and seen.exact is not None:
        cell = [min(max(int((v + REACH) / (2 * REACH) * DENSITY_SIDE), 0), DENSITY_SIDE - 1) for v in (y, x)]
        p, q = (float(values[cell[0], cell[1]]) for values in (seen.learned, seen.exact))
        pieces += [("  p = ", "muted"), (f"{p:.3f}", "ink"), (f" (exact {q:.3f})", "muted")]
    return [[*pieces, (".", "muted"), (longest_words, "muted")]]


def map_words(state: PlaneState, kind: str) -> str:
    """What the map behind the points is, or why there is none yet."""
    seen, making = state.map, state.maps.progress
    if state.time == 0:
        return "no density at t = 0"
    if seen is None:
        if state.training:
            return "density: once training rests"
        return f"computing, {100 * making:.0f} %" if making is not None else "density: once the time rests"
    return f"learned: adds up to {seen.mass:.3f}" if kind == "learned" else "exact: that of the data"


def _nearest(field: Array, places: Array, x: float, y: float) -> tuple[float, float]:
    """The arrow nearest to a place."""
    row, column = (int(np.abs(places - v).argmin()) for v in (y, x))
    a, b = field[row, column].tolist()
    return a, b
