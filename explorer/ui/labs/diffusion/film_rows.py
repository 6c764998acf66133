"""Fills the strip with pictures of the films, and says of a film in words and numbers what it is."""

from __future__ import annotations

import numpy as np

from explorer.core.figures import Column
from explorer.core.frames import Array
from explorer.specs.diffusion import ANY_CLASS, Sampling
from explorer.ui.labs.diffusion.denoising_film import Film
from explorer.ui.labs.diffusion.denoising_films import Films
from explorer.ui.labs.diffusion.sampling_controls import ALL_TEN
from explorer.ui.views.denoising_strip import DenoisingStrip, Row

_FOUR_ROWS_PX, _TWO_ROWS_PX = 136, 54


class FilmRows:
    """Keeps the strip's pictures until they would be others."""

    def __init__(self, strip: DenoisingStrip) -> None:
        self._strip = strip
        self._key: object = None

    def show_digits(self, digits: Array | None) -> None:
        """Ten finished digits (10, 28, 28), before there is a film."""
        self._key = None
        self._strip.set_mark(None)
        self._strip.set_position(None, 0 if digits is None else len(digits) - 1)
        self._strip.set_ends("", "")
        self._strip.set_rows([Row("", "muted", digits)] if digits is not None else [])

    def show(self, films: Films, position: int, sample: int) -> None:
        """The films, with a position marked."""
        film, strip = films.shown, self._strip
        if film is None:
            return
        strip.set_position(position, film.n_steps, f"t = {film.time(position):,}")
        strip.set_ends(f"t = {film.time(0):,}, noise", "t = 0, picture")
        strip.set_mark(None if films.branch is None else films.branch.edited_at)
        found = [f for f in (films.original, films.branch) if f is not None]
        columns = strip.positions()
        made = [[p for p in columns if p <= f.head] for f in found]
        key = ([(id(f), len(p), f.complete) for f, p in zip(found, made, strict=True)], columns, sample, self._n_rows)
        if key != self._key:
            self._key = key
            strip.set_rows(self._rows(found, made, sample))

    @property
    def _n_rows(self) -> int:
        """Rows for which there is room."""
        height = self._strip.height() / self._strip.theme.scale
        return 4 if height >= _FOUR_ROWS_PX else 2 if height >= _TWO_ROWS_PX else 1

    def _rows(self, films: list[Film], made: list[list[int]], sample: int) -> list[Row]:
        pairs = [film.strip(p, sample) for film, p in zip(films, made, strict=True)]
        if len(films) == 1:
            (x, x0) = pairs[0]
            rows = [Row("xₜ", "ink", x), Row("x̂₀", "reconstruction", x0)]
            return rows[: self._n_rows]
        names = ("original", "branch")
        if self._n_rows < 4:
            return [Row(name, "ink", x) for name, (x, _) in zip(names, pairs, strict=True)]
        rows = []
        for name, (x, x0) in zip(names, pairs, strict=True):
            rows += [Row(f"{name} xₜ", "ink", x), Row("x̂₀", "reconstruction", x0)]
        return rows


def name_of(sampling: Sampling, sample: int) -> str:
    """What is being drawn, in words."""
    if sampling.label == ANY_CLASS:
        return "any digit"
    digit = sample % 10 if sampling.label == ALL_TEN else sampling.label
    return f"{'an' if digit == 8 else 'a'} {digit}"


def made_at(film: Film) -> str:
    """Which weights a film was made with, in words."""
    if film.last_step == film.first_step:
        return f"film of step {film.first_step:,}"
    return f"film of steps {film.first_step:,} to {film.last_step:,}"


def words_of(films: Films, sample: int, *, ready: bool, painting: bool) -> str:
    """The sentence beside the panel's title."""
    film, making = films.shown, films.making
    if film is None:
        return "the first steps are on their way" if ready else "the model is on its way"
    what = name_of(film.sampling, sample)
    if making is not None and films.busy:
        return f"{name_of(making.sampling, sample)}: {making.n_made:,} of {making.n_steps:,} steps made, Esc stops"
    if making is not None:
        return f"{what}: stopped after {making.n_made:,} of {making.n_steps:,} steps"
    if painting:
        return "draw on xₜ, the right button erases; letting go makes a branch"
    return f"{what} · {made_at(film)}"


def numbers_of(film: Film, position: int, sample: int) -> tuple[dict[str, Column], dict[str, Array]]:
    """The steps of a film as columns, its pictures as arrays, and those of the moment shown."""
    positions = film.positions()
    weights = np.array([film.weights(p) for p in positions]).reshape(-1, 3)
    times = np.array([film.time(p) for p in positions], np.int64)
    signal = np.array([film.signal(p) for p in positions])
    table: dict[str, Column] = {"position": np.array(positions), "time t": times, "signal": signal}
    table |= {f"weight of {name}": weights[:, i] for i, name in enumerate(("x0_hat", "eps_hat", "z"))}
    arrays = {
        "x": np.stack([film.x(p).astype(np.float16) for p in positions]),
        "x0": np.stack([film.x0(p).astype(np.float16) for p in positions]),
        "times": times,
        "signal": signal,
        "weights": weights,
        "now_x": film.x(position)[sample],
        "now_x0": film.x0(position)[sample],
        "now_noise": film.noise(position)[sample],
    }
    return table, arrays
