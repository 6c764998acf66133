"""The tour of diffusion is played to its end, and what it says is measured again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.catalog import spec
from explorer.commands.runs import start_run, stored_plan
from explorer.core.denoising import N_LEVELS
from explorer.core.runner import Runner
from explorer.core.tour import load_tour, validate
from explorer.data.noise_schedules import alpha_bar
from explorer.specs.diffusion import Denoise, Sampling

LAB = spec("diffusion")
TOUR = load_tour("diffusion")
FILM = Sampling("ddim", 20, 0.0, 1.5, 3, 1, 16)


@pytest.fixture(scope="module")
def stored() -> Runner:
    return start_run(stored_plan(LAB, "cpu"))[0]


def film(stored: Runner, sampling: Sampling):
    return stored.ask(Denoise(sampling, count=sampling.steps))


def test_tour_fits_its_lab_and_follows_the_seminar():
    validate(TOUR, LAB)
    assert [scene.id for scene in TOUR.scenes][:4] == ["noise", "schedule", "reverse", "reconstruction"]


@pytest.mark.slow
def test_tour_is_played_to_its_end(qapp, tmp_path: Path):
    from explorer.ui.tour.demo import n_pictures, photograph_tour

    pictures = list(photograph_tour("diffusion", tmp_path, "cpu", most_s=0.3))
    assert len(pictures) == n_pictures("diffusion") == len(TOUR.scenes)
    assert all(path.stat().st_size > 20_000 for path in pictures)


def test_scenes_say_what_is_left():
    assert alpha_bar("cosine", N_LEVELS)[-1] == pytest.approx(1e-5)
    assert alpha_bar("cosine", N_LEVELS)[500] == pytest.approx(0.49, abs=0.005)
    assert alpha_bar("linear", N_LEVELS)[500] == pytest.approx(0.08, abs=0.005)


def test_scene_says_that_the_first_belief_is_an_average(stored: Runner):
    x0 = film(stored, FILM).x0.astype(np.float64)
    assert x0[0].std(axis=0).mean() < 0.5 * x0[-1].std(axis=0).mean()  # at first all sixteen believe the same


def test_scene_says_where_noise_is_hard_to_see(stored: Runner):
    levels = stored.session().frames["levels"]
    assert np.nanargmax(levels) == 0
    assert levels[-1] < 0.1 * levels[0]


def test_scene_says_that_guidance_costs_variety(stored: Runner):
    def variety(guidance: float) -> float:
        return float(film(stored, replace(FILM, guidance=guidance)).last.std(axis=0).mean())

    assert variety(4.0) < variety(1.0) < variety(0.0)


def test_scene_says_that_ddim_repeats_and_ddpm_does_with_its_seed(stored: Runner):
    one, other = film(stored, FILM), film(stored, FILM)
    np.testing.assert_array_equal(one.last, other.last)
    ddpm = replace(FILM, sampler="ddpm")
    np.testing.assert_array_equal(film(stored, ddpm).last, film(stored, ddpm).last)
    first = film(stored, replace(ddpm, seed=2)).last
    assert np.abs(first - film(stored, ddpm).last).max() > 0.5
