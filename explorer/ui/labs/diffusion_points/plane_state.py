"""What is known of the points in the plane: films, field, maps, ways, and the time that is looked at; no Qt."""

from __future__ import annotations

import math

from explorer.core.denoising import N_LEVELS
from explorer.core.frames import Array
from explorer.specs.diffusion_points import DensitySeen, FieldSeen, Followed, PointSampling, Travel, Travelled
from explorer.ui.labs.diffusion_points.density_maps import DensityMaps
from explorer.ui.labs.diffusion_points.picks import Picks, Way, way_at
from explorer.ui.labs.diffusion_points.travel_film import TravelFilm, recorded, unmade

FIRST_TIME = 240


class PlaneState:
    """Holds what was answered, and says what to show of it.

    Attributes:
        time: The time that is looked at, 0 to 1,000.
        field: The score that was seen last; None before, or where it belongs to another model.
        maps: Densities of these weights.
        picks: What a person picked.
        preview: The way through the place under the pointer.
        pointer: That place; not finite without one.
        training: Whether the run goes on.
    """

    def __init__(self) -> None:
        self.time = FIRST_TIME
        self.field: FieldSeen | None = None
        self.maps, self.picks = DensityMaps(), Picks()
        self.preview: Followed | None = None
        self.pointer = (math.nan, math.nan)
        self.training = False
        self._pin: tuple[float, float, bool] | None = None
        self._step = 0
        self._cloud, self._making = unmade(PointSampling()), unmade(PointSampling())
        self._own: TravelFilm | None = None

    @property
    def film(self) -> TravelFilm:
        """The film that is looked at: one that was asked for, once it has come to this time; else what the run made."""
        own = self._own
        return own if own is not None and (own.complete or own.times[-1] <= self.time) else self._cloud

    @property
    def position(self) -> int:
        """The step of the film nearest to the time."""
        return self.film.nearest(self.time)

    @property
    def map(self) -> DensitySeen | None:
        """The density at this time, if it is known."""
        return self.maps.at(self.time)

    @property
    def ways(self) -> list[Way]:
        """The ways that were picked, as they stand now."""
        return self.picks.at(self.film, self.position, self.time)

    @property
    def preview_way(self) -> Way | None:
        """The way through the place under the pointer, as it stands now."""
        return way_at(self.preview, self.time) if self.preview is not None else None

    def forget(self) -> None:
        """The model is another one: nothing of what the old one said holds."""
        self._own = self.field = self.preview = self._pin = None
        self.maps.clear()
        self.picks.clear()

    def record(self, cloud: Array, step: int) -> bool:
        """The film that the run made at a step; says whether it is the one looked at."""
        self._cloud = recorded(cloud, step)
        return self.film is self._cloud

    def stand(self, step: int, training: bool) -> bool:
        """The step of the weights: what others said is old. Says whether anything that is shown or said changes."""
        is_old, turns = training or step != self._step, training != self.training
        shown = self._own is not None or self.preview is not None or self.map is not None or bool(self.picks.ways)
        if is_old:
            self._own = self.preview = None
            self.maps.clear()
            self.picks.ways.clear()
        self._step, self.training = step, training
        return turns or (is_old and shown)

    def move(self, time: int) -> None:
        """Look at another time; score and preview stay until the new ones come."""
        self.time = min(max(time, 0), N_LEVELS)
        self.maps.stop()
        if self.time == 0:
            self.field = None

    # ------------------------------------------------------------------------------------------------- films

    def begin(self, sampling: PointSampling, *, at_once: bool) -> Travel | None:
        """The first question about a film of these settings; None where there is one, or the run goes on."""
        own = self._own
        if self.training or (own is not None and own.complete and own.sampling == sampling):
            return None
        self._making = unmade(sampling)
        return self._making.request(at_once=at_once)

    def take_piece(self, answer: Travelled, *, at_once: bool) -> tuple[bool, Travel | None]:
        """Take a piece of a film; says whether what is looked at has changed, and what to ask next."""
        grown = self._making.with_piece(answer)
        if grown is None or self.training:
            return False, None
        self._making = grown
        shows = grown.complete or self._own is None or self._own.sampling == grown.sampling
        if shows:
            self._own = grown
        return shows, None if grown.complete else grown.request(at_once=at_once)

    # ------------------------------------------------------------------------------------------------- ways

    def take_way(self, way: Followed) -> None:
        """A way was followed: that of a place that was clicked, or of the one under the pointer."""
        if self._pin is not None and way.request.x == self._pin[:2]:
            self.picks.keep(way, added=self._pin[2])
            self._pin = None
        elif way.request.x == self.pointer:
            self.preview = way

    def pin(self, x: float, y: float, *, added: bool) -> bool:
        """Keep the way through a place; says whether it must be asked for first."""
        if self.preview is not None and (self.preview.request.x, self.preview.request.time) == ((x, y), self.time):
            self.picks.keep(self.preview, added=added)
            return False
        self._pin = (x, y, added)
        return True
