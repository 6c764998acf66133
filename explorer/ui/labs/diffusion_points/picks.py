"""What a person picked in the plane: points of the film, and ways through places; no Qt."""

from __future__ import annotations

import numpy as np

from explorer.core.frames import Array
from explorer.specs.diffusion_points import Followed
from explorer.ui.labs.diffusion_points.travel_film import TravelFilm

Way = tuple[Array, int]
"""Places (k, 2) from noise to data, and the index at which it stands."""


class Picks:
    """Points by their number, ways by what was answered."""

    def __init__(self) -> None:
        self.points: list[int] = []
        self.ways: list[Followed] = []

    def clear(self) -> None:
        """Let go of everything."""
        self.points.clear()
        self.ways.clear()

    def pick(self, point: int, *, added: bool) -> None:
        """Pick a point, beside the others or instead of them; picked again beside others it is let go."""
        if added and point in self.points:
            self.points.remove(point)
            return
        if not added:
            self.clear()
        self.points.append(point)

    def keep(self, way: Followed, *, added: bool) -> None:
        """Keep a way, beside the others or instead of them."""
        if not added:
            self.clear()
        self.ways.append(way)

    def at(self, film: TravelFilm, position: int, time: int) -> list[Way]:
        """All of them as they stand at a position of the film, or at a time."""
        points = [(film.x[:, i], position) for i in self.points if i < film.x.shape[1]]
        return [*points, *(way_at(way, time) for way in self.ways)]


def way_at(way: Followed, time: int) -> Way:
    """A followed way as it stands at a time."""
    return way.path, int(np.abs(way.times - time).argmin())
