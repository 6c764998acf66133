"""The tour of the autoencoder lab is played to its end, and what it says is measured again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.catalog import spec
from explorer.commands.runs import Plan, start_run
from explorer.core.params import with_values
from explorer.core.runner import Runner
from explorer.core.session import load_session
from explorer.core.stored import stored_path
from explorer.core.tour import load_tour, validate
from explorer.data.digits import load_digits
from explorer.specs.autoencoder import Interpolate, PathEnd

LAB = spec("autoencoder")
TOUR = load_tour("autoencoder")
SCENES = {scene.id: scene for scene in TOUR.scenes}


def stored(index: int) -> Runner:
    run = LAB.stored[index]
    session = load_session(stored_path(run.stem))
    params = with_values(LAB.params(), session.params)
    return start_run(Plan(LAB, params, session.seed, "cpu", session, run.title))[0]


@pytest.fixture(scope="module")
def vae() -> Runner:
    return stored(0)


@pytest.fixture(scope="module")
def ae() -> Runner:
    return stored(1)


def frames_of(runner: Runner):
    return runner.session().frames


def test_tour_fits_its_lab_and_follows_the_seminar():
    validate(TOUR, LAB)
    order = ["compress", "map", "explore", "dice", "path", "distribution", "trick", "elbo", "live", "beta", "collapse"]
    assert [scene.id for scene in TOUR.scenes][: len(order)] == order


@pytest.mark.slow
def test_tour_is_played_to_its_end(qapp, tmp_path: Path):
    from explorer.ui.tour.demo import n_pictures, photograph_tour

    pictures = list(photograph_tour("autoencoder", tmp_path, "cpu", most_s=0.3))
    assert len(pictures) == n_pictures("autoencoder") == len(TOUR.scenes)
    assert all(path.stat().st_size > 20_000 for path in pictures)


def test_scenes_say_how_often_the_nearest_code_is_of_the_same_class(ae: Runner):
    codes, labels = frames_of(ae)["map"], load_digits().train_labels
    some = np.random.default_rng(0).choice(len(codes), 1500, replace=False)
    distance = np.square(codes[some, None] - codes[None]).sum(-1)
    distance[np.arange(len(some)), some] = np.inf
    share = (labels[distance.argmin(1)] == labels[some]).mean()
    assert share == pytest.approx(0.78, abs=0.03)
    assert "78 of 100" in SCENES["map"].reveal


def test_scene_says_where_the_codes_of_the_plain_autoencoder_lie(ae: Runner):
    codes, labels = frames_of(ae)["map"], load_digits().train_labels
    throws = np.random.default_rng(0).normal(size=(1500, 2))
    nearest = labels[np.square(throws[:, None] - codes[None]).sum(-1).argmin(1)]
    assert np.isin(nearest, (0, 1)).mean() == pytest.approx(0.02, abs=0.015)
    assert (np.linalg.norm(codes, axis=1) > 2).mean() == pytest.approx(2 / 3, abs=0.04)
    assert np.abs(codes).max() == pytest.approx(10, abs=1)


def test_scene_says_which_walk_strays(vae: Runner):
    a, b = next(action.path for action in SCENES["path"].do if not isinstance(action, str) and action.path)
    labels = load_digits().train_labels
    assert (labels[a], labels[b]) == (9, 0)
    answer = vae.ask(Interpolate(PathEnd(a), PathEnd(b)))
    means = [float(strip.strangeness[1:-1].mean()) for strip in (answer.live, answer.other)]
    assert means == pytest.approx([0.130, 0.156], abs=0.002)
    assert all(f"{mean:.3f}" in SCENES["path"].reveal for mean in means)


def test_scenes_say_the_numbers_of_the_stored_runs(vae: Runner, ae: Runner):
    latest = vae.scalars.at_or_before(vae.head)
    total, kl = latest["test_total"], latest["test_kl"]
    assert f"{latest['test_reconstruction']:.1f} + {kl:.1f} = {total:.1f}" in SCENES["elbo"].text
    assert f"{ae.scalars.at_or_before(ae.head)['test_total']:.1f}" in SCENES["elbo"].reveal
    sigma = np.sqrt(np.median(frames_of(vae)["spreads"][:, [0, 2]], axis=0))
    assert sigma == pytest.approx([0.053, 0.037], abs=0.004)


@pytest.mark.slow
def test_scene_says_what_beta_4_does():
    runner = stored(0)
    before = np.sqrt(np.median(frames_of(runner)["spreads"][:, [0, 2]], axis=0))
    runner.set_params(with_values(runner.params, {"beta": 4.0}))
    assert runner.train(300) == 300
    latest = runner.scalars.at_or_before(runner.head)
    assert latest["test_kl"] == pytest.approx(5, abs=0.5)
    assert latest["test_reconstruction"] == pytest.approx(143, abs=2)
    after = np.sqrt(np.median(frames_of(runner)["spreads"][:, [0, 2]], axis=0))
    assert after / before == pytest.approx([2, 2], abs=0.6)


@pytest.mark.slow
def test_scene_says_what_beta_0_does():
    runner = stored(0)
    runner.set_params(with_values(runner.params, {"beta": 0.0}))
    assert runner.train(300) == 300
    assert np.sqrt(np.median(frames_of(runner)["spreads"][:, [0, 2]], axis=0)).max() < 0.005


@pytest.mark.slow
def test_scenes_say_what_happens_from_scratch():
    runner, _ = start_run(Plan(LAB, LAB.params(), device="cpu"))
    assert frames_of(runner)["unit_kl"].sum() < 0.1
    runner.train(100)
    assert runner.scalars.at_or_before(100)["test_kl"] == pytest.approx(4, abs=0.7)
    scene = SCENES["collapse"]
    collapsing, _ = start_run(Plan(LAB, with_values(LAB.params(), scene.set), device="cpu"))
    collapsing.train(600)
    kl = np.sort(frames_of(collapsing)["unit_kl"])
    assert collapsing.scalars.at_or_before(600)["active_units"] == 4
    assert kl[:4].max() < 0.05
    assert kl[4:].min() > 0.3
