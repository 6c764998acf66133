"""The tour of points is played to its end, and what it says is measured again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.catalog import spec
from explorer.commands.runs import start_run, stored_plan
from explorer.core.questions import RunChecks
from explorer.core.runner import Runner
from explorer.core.session import load_session
from explorer.core.stored import stored_path
from explorer.core.tour import load_tour, validate
from explorer.data.point_sets import point_set
from explorer.specs.diffusion_points import Density, Field, PointSampling, Travel

LAB = spec("diffusion_points")
TOUR = load_tour("diffusion_points")


@pytest.fixture(scope="module")
def stored() -> Runner:
    return start_run(stored_plan(LAB, "cpu"))[0]


def test_tour_fits_its_lab():
    validate(TOUR, LAB)
    assert [scene.id for scene in TOUR.scenes][:4] == ["cloud", "score", "way", "density"]


@pytest.mark.slow
def test_tour_is_played_to_its_end(qapp, tmp_path: Path):
    from explorer.ui.tour.demo import n_pictures, photograph_tour

    pictures = list(photograph_tour("diffusion_points", tmp_path, "cpu", most_s=0.3))
    assert len(pictures) == n_pictures("diffusion_points") == len(TOUR.scenes)
    assert all(path.stat().st_size > 20_000 for path in pictures)


def test_scene_says_that_it_is_decided_late(stored: Runner):
    """Distance to the nearest training point: at t = 500 hardly less than at first, below t = 200 far less."""
    film, data = stored.ask(Travel(PointSampling(steps=50), count=50)), point_set("moons").train

    def away(time: int) -> float:
        x = film.x[int(np.abs(film.times - time).argmin())]
        return float(np.sqrt(((x[:, None] - data[None]) ** 2).sum(-1)).min(1).mean())

    assert away(500) > 0.6 * away(1000)
    assert away(100) < 0.3 * away(1000)


def test_scene_says_where_the_arrows_point(stored: Runner):
    def inwards(time: int) -> np.ndarray:
        seen = stored.ask(Field(time, 12))
        up, across = np.meshgrid(seen.places, seen.places, indexing="ij")
        place, score = np.stack([across, up], -1), seen.score
        cosines = -(place * score).sum(-1) / np.linalg.norm(place, axis=-1) / np.linalg.norm(score, axis=-1)
        found: np.ndarray = cosines
        return found

    assert inwards(1000).min() > 0.99
    assert inwards(100).min() < 0.0


def test_scene_says_that_the_density_adds_up(stored: Runner):
    seen = stored.ask(Density(300))
    while seen.learned is None:
        seen = stored.ask(Density(300, seen.done, seen.x, seen.log_volume))
    assert seen.mass == pytest.approx(1.0, abs=0.01)
    assert stored.ask(RunChecks()).checks[0].value < 0.01


@pytest.mark.parametrize("shape", ["moons", "spiral", "checkerboard"])
def test_scene_says_that_the_end_is_as_close_as_chance_can_tell(shape: str):
    series = load_session(stored_path(f"diffusion_points-{shape}")).series["energy_ratio"][1]
    assert float(series[-10:].mean()) < 2
