"""The tour of points is played to its end, and what it says is measured again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.catalog import spec
from explorer.commands.runs import Plan, start_run, stored_plan
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


def away(x: np.ndarray) -> float:
    """Mean distance of points (n, 2) to the nearest training point of the moons."""
    apart = x[:, None] - point_set("moons").train[None]
    return float(np.sqrt((apart**2).sum(-1)).min(1).mean())


def test_tour_fits_its_lab():
    validate(TOUR, LAB)
    assert [scene.id for scene in TOUR.scenes][:4] == ["cloud", "score", "way", "dice"]


@pytest.mark.slow
def test_tour_is_played_to_its_end(qapp, tmp_path: Path):
    from explorer.ui.tour.demo import n_pictures, photograph_tour

    pictures = list(photograph_tour("diffusion_points", tmp_path, "cpu", most_s=0.3))
    assert len(pictures) == n_pictures("diffusion_points") == len(TOUR.scenes)
    assert all(path.stat().st_size > 20_000 for path in pictures)


def test_scene_says_that_it_is_decided_late(stored: Runner):
    """Distance to the nearest training point: at t = 500 hardly less than at first, below t = 200 far less."""
    film = stored.ask(Travel(PointSampling(steps=50), count=50))
    at_first, midway, late = (away(film.x[int(np.abs(film.times - time).argmin())]) for time in (1000, 500, 100))
    assert midway > 0.6 * at_first
    assert late < 0.3 * at_first


def test_scene_says_where_dice_lead(stored: Runner):
    """Lengths of the ways of 400 points, and where they end, with the plane's own 50 steps."""
    ddim, ddpm = (stored.ask(Travel(PointSampling(name, 50), count=50)).x for name in ("ddim", "ddpm"))
    np.testing.assert_array_equal(ddim[0], ddpm[0])
    lengths = [np.linalg.norm(np.diff(x, axis=0), axis=-1).sum(0) for x in (ddim, ddpm)]
    assert 25 < np.median(lengths[1]) / np.median(lengths[0]) < 45
    assert np.median(np.linalg.norm(ddim[-1] - ddpm[-1], axis=-1)) > 1
    assert max(away(ddim[-1]), away(ddpm[-1])) < 0.03


@pytest.mark.slow
def test_scene_says_that_place_and_size_come_before_holes():
    """After 50 steps the cloud has the data's middle and spread; on the thin shape it lies only after 1,000."""
    runner, data = start_run(Plan(LAB, LAB.params(), device="cpu"))[0], point_set("moons").train
    cloud = Travel(PointSampling(n=1000), count=20)
    untrained = away(runner.ask(cloud).x[-1])
    runner.train(50)
    early = runner.ask(cloud).x[-1]
    assert np.abs(early.mean(0) - data.mean(0)).max() < 0.2
    assert np.abs(early.std(0) / data.std(0) - 1).max() < 0.1
    assert away(early) > 0.4 * untrained
    runner.train(950)
    assert away(runner.ask(cloud).x[-1]) < 0.2 * untrained


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
