"""What is said of the plane, in words; no Qt."""

from __future__ import annotations

import math

import numpy as np

from explorer.core.frames import Array
from explorer.data.point_sets import REACH
from explorer.specs.diffusion_points import DENSITY_SIDE
from explorer.ui.labs.diffusion_points.plane_state import PlaneState
from explorer.ui.labs.diffusion_points.travel_film import TravelFilm
from explorer.ui.views.ticks import number, significant

Paragraph = list[tuple[str, str]]


def subtitle(time: int, signal: float, film: TravelFilm) -> str:
    """What is left at a time, and what made the film."""
    share = f"t = {time:,}: {_percent(signal)} of the variance is data"
    sampling = film.sampling
    names = {"ddpm": "DDPM", "ddim": "DDIM", "heun": "Heun"}
    how = f"{sampling.n:,} points, {names[sampling.sampler]}, {sampling.steps:,} steps"
    return f"{share}; {how}" if film.n_made else share


def readout(state: PlaneState, *, exact: bool, longest: float) -> list[Paragraph]:
    """Place, score and density under the pointer; what can be done where there is none."""
    (x, y), field, seen = state.pointer, state.field, state.map
    longest_words = f"Longest arrow: |∇ log p| = {significant(longest, 2)} or more." if field is not None else ""
    if not math.isfinite(x):
        hint = (
            "Point anywhere: the way of the flow through that place. Click keeps it, or a point; Ctrl adds, Esc clears."
        )
        return [[(hint, "muted")], [(longest_words, "muted")]]
    pieces: Paragraph = [(f"({number(x, 2)}, {number(y, 2)})", "ink")]
    if field is not None:
        a, b = _nearest(field.exact if exact else field.score, field.places, x, y)
        pieces += [("  ∇ log p = ", "muted"), (f"({number(a, 1)}, {number(b, 1)})", "ink")]
    if seen is not None and seen.learned is not None and seen.exact is not None:
        cell = [min(max(int((v + REACH) / (2 * REACH) * DENSITY_SIDE), 0), DENSITY_SIDE - 1) for v in (y, x)]
        p, q = (float(values[cell[0], cell[1]]) for values in (seen.learned, seen.exact))
        pieces += [("  p = ", "muted"), (f"{p:.3f}", "ink"), (f" (exact {q:.3f})", "muted")]
    return [pieces, [(longest_words, "muted")]]


def _nearest(field: Array, places: Array, x: float, y: float) -> tuple[float, float]:
    """The arrow nearest to a place."""
    row, column = (int(np.abs(places - v).argmin()) for v in (y, x))
    a, b = field[row, column].tolist()
    return a, b


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else f"{significant(100 * share, 1)} %"
