"""The lab of points: training, questions, checks, state."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from explorer.core.denoising import N_LEVELS
from explorer.core.errors import UserError
from explorer.core.frames import Array
from explorer.core.questions import RunChecks
from explorer.data.energy import energy_distance, split_half_distance
from explorer.data.point_sets import encode
from explorer.experiments.diffusion_points import PointsExperiment, create
from explorer.experiments.diffusion_points.pretraining import pretrain, quality
from explorer.experiments.diffusion_points.travelling import believe, noise_of
from explorer.models.flow_density import exact_log_density, exact_score
from explorer.specs.diffusion_points import (
    CLOUD_POINTS,
    CLOUD_STEPS,
    DENSITY_SIDE,
    SPEC,
    Density,
    DensitySeen,
    Field,
    Follow,
    PointParams,
    PointSampling,
    Travel,
)

SMALL = PointParams(width=32)
FEW = PointSampling("ddim", 6, 0.0, 3, 5)


def trained(params: PointParams = SMALL, n_steps: int = 30, seed: int = 7) -> PointsExperiment:
    experiment = create(params, seed)
    for _ in range(n_steps):
        experiment.step()
    return experiment


@pytest.fixture(scope="module")
def run() -> PointsExperiment:
    return trained(n_steps=600)


def drawing(n: int = 60) -> str:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return encode(np.stack([2 * np.cos(angle), np.sin(angle)], 1))


@pytest.mark.parametrize("prediction", ["noise", "x0", "v"])
@pytest.mark.parametrize("schedule", ["linear", "cosine", "sigmoid"])
def test_it_learns_whatever_it_predicts(prediction: str, schedule: str):
    experiment = create(replace(SMALL, prediction=prediction, schedule=schedule, ema=False), 7)
    before = experiment.test_loss()
    for _ in range(300):
        values = experiment.step()
    assert values["test_loss"] < 0.95 * before


def test_five_seconds_worth_of_steps_come_close_to_the_data():
    experiment = create(PointParams(shape="rings"), 7)
    assert experiment.energy_ratio() > 3
    ratios = [values["energy_ratio"] for values in (experiment.step() for _ in range(2000)) if "energy_ratio" in values]
    assert len(ratios) == 4
    assert ratios[-1] < 1.5
    assert quality(experiment)["energy_ratio"] < 2


def test_the_ratio_is_that_of_its_definition():
    experiment = trained(n_steps=20)
    data = np.concatenate(experiment.points)
    end = experiment.answer(Travel(PointSampling("ddim", 20, 0.0, 1, 1000), count=20)).x[-1]
    rng, distances = np.random.default_rng([3, 1]), []
    for start in range(0, 1000, 250):
        part = data[rng.permutation(len(data))[:250]]
        distances.append(energy_distance(end[start : start + 250], part))
    assert experiment.energy_ratio() == pytest.approx(np.mean(distances) / split_half_distance(data, 250, 3, 48))


def test_few_drawn_points_are_enough():
    experiment = trained(replace(SMALL, shape="drawn", drawn=drawing(40)), 50)
    assert len(experiment.points.train) == 32
    assert np.isfinite(experiment.energy_ratio())
    assert np.isfinite(experiment.test_loss())


def test_points_that_cannot_be_read_are_a_sentence():
    with pytest.raises(UserError, match="draw them in the panel"):
        create(replace(SMALL, shape="drawn", drawn="???"), 7)


def test_the_same_seed_gives_the_same_run():
    one, other, third = trained(), trained(), trained(seed=8)
    for experiment in (one, other):
        experiment.answer(Travel(FEW, count=6))
    np.testing.assert_equal(one.state(), other.state())
    assert any(not np.array_equal(array, third.state()[name]) for name, array in one.state().items())


def test_a_state_goes_on_bit_for_bit():
    one, other = trained(), create(SMALL, 1)
    other.load(one.state())
    for _ in range(60):
        a, b = one.step(), other.step()
    assert a == b
    np.testing.assert_equal(one.state(), other.state())


def test_a_small_state_draws_the_same_and_a_wrong_one_changes_nothing():
    one, other = trained(), create(SMALL, 1)
    other.load(one.small_state())
    np.testing.assert_array_equal(one.answer(Travel(FEW, count=6)).x, other.answer(Travel(FEW, count=6)).x)
    before = other.state()
    with pytest.raises(UserError):
        other.load(trained(replace(SMALL, width=40)).state())
    np.testing.assert_equal(other.state(), before)


def test_live_parameters_act_and_others_are_refused():
    experiment = trained()
    experiment.set_params(replace(SMALL, learning_rate=1e-5, ema=False))
    assert experiment.drawing_network is experiment._run.network
    with pytest.raises(ValueError, match="new run"):
        experiment.set_params(replace(SMALL, shape="spiral"))


def test_frames_have_the_form_that_the_spec_names(run: PointsExperiment):
    frames = run.frames(frozenset(f.name for f in SPEC.frames), exact=True)
    assert frames["cloud"].shape == (CLOUD_STEPS + 1, CLOUD_POINTS, 2)
    assert frames["levels"].shape == (20,)
    assert all(f.dtype == np.float32 and not f.flags.writeable for f in frames.values())
    np.testing.assert_array_equal(frames["cloud"][0], noise_of(PointSampling(), 0))
    with pytest.raises(KeyError):
        run.frames(frozenset({"nothing"}), exact=True)


@pytest.mark.parametrize("sampler", ["ddpm", "ddim", "heun"])
def test_a_film_in_pieces_is_the_film_in_one(run: PointsExperiment, sampler: str):
    sampling = replace(FEW, sampler=sampler, eta=0.5 if sampler == "ddim" else 0.0)
    whole = run.answer(Travel(sampling, count=99))
    first = run.answer(Travel(sampling, count=2, generation=4))
    rest = run.answer(Travel(sampling, 2, first.x[-1], 9))
    assert first.generation == 4
    np.testing.assert_array_equal(np.concatenate([first.x, rest.x[1:]]), whole.x)
    np.testing.assert_array_equal(np.concatenate([first.times, rest.times[1:]]), whole.times)
    assert whole.x.shape == (7, 5, 2)
    assert whole.times[[0, -1]].tolist() == [N_LEVELS, 0]


def test_a_step_of_ddim_is_made_of_data_and_noise(run: PointsExperiment):
    film = run.answer(Travel(FEW, count=6))
    for i, (t, s) in enumerate(zip(film.times[:-1].tolist(), film.times[1:].tolist(), strict=True)):
        with torch.no_grad():
            seen = believe(run.live(), torch.tensor(film.x[i]), t)
        after = np.sqrt(run.signal[s]) * seen.x0 + np.sqrt(1 - run.signal[s]) * seen.noise
        np.testing.assert_allclose(film.x[i + 1], after, atol=1e-5)


def test_the_score_is_minus_the_noise_over_its_deviation(run: PointsExperiment):
    seen = run.answer(Field(300, 5))
    assert seen.places[0] == -2.4
    row, column = 1, 3
    x = torch.tensor([[seen.places[column], seen.places[row]]], dtype=torch.float32)
    with torch.no_grad():
        noise = believe(run.live(), x, 300).noise[0].numpy()
    np.testing.assert_allclose(seen.score[row, column], -noise / np.sqrt(1 - run.signal[300]), rtol=1e-4)
    exact = exact_score(torch.tensor(run.points.train), x, run.signal[300])[0]
    np.testing.assert_allclose(seen.exact[row, column], exact, rtol=1e-4)


def density_of(run: PointsExperiment, time: int) -> DensitySeen:
    seen: DensitySeen = run.answer(Density(time))
    while seen.learned is None:
        assert seen.exact is None
        seen = run.answer(Density(time, seen.done, seen.x, seen.log_volume))
    assert seen.done == seen.n_steps
    return seen


def test_the_learned_density_adds_up_and_looks_like_the_exact_one(run: PointsExperiment):
    seen = density_of(run, 400)
    assert seen.mass == pytest.approx(1.0, abs=0.02)
    assert seen.learned is not None
    assert seen.exact is not None
    assert seen.learned.shape == (DENSITY_SIDE, DENSITY_SIDE)
    assert np.corrcoef(seen.learned.ravel(), seen.exact.ravel())[0, 1] > 0.95
    row, column = 30, 12
    middles = (2 * np.arange(DENSITY_SIDE) + 1 - DENSITY_SIDE) * 3.0 / DENSITY_SIDE
    x = torch.tensor([[middles[column], middles[row]]], dtype=torch.float32)
    wanted = exact_log_density(torch.tensor(run.points.train), x, run.signal[400]).exp()
    np.testing.assert_allclose(seen.exact[row, column], wanted[0], rtol=1e-4)


def test_the_way_through_a_place_goes_through_it_and_comes_back(run: PointsExperiment):
    seen = run.answer(Follow((0.7, -0.4), 425))
    assert seen.times[[0, -1]].tolist() == [N_LEVELS, 0]
    assert (np.diff(seen.times) < 0).all()
    at = seen.times.tolist().index(425)
    np.testing.assert_allclose(seen.path[at], [0.7, -0.4], atol=1e-6)
    x, y = seen.path[0].tolist()
    again = run.answer(Follow((x, y), N_LEVELS))
    np.testing.assert_allclose(again.path[-1], seen.path[-1], atol=0.02)
    for time in (0, N_LEVELS):
        assert run.answer(Follow((0.1, 0.1), time)).times.tolist().count(time) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        Travel(replace(FEW, sampler="euler")),
        Travel(replace(FEW, steps=0)),
        Travel(replace(FEW, steps=251)),
        Travel(replace(FEW, n=0)),
        Travel(replace(FEW, n=1001)),
        Travel(replace(FEW, eta=-0.1)),
        Travel(replace(FEW, seed=-1)),
        Travel(FEW, start=6),
        Travel(FEW, start=2),
        Travel(FEW, count=0),
        Travel(FEW, 2, np.full((5, 2), np.nan, np.float32)),
        Travel(FEW, 2, np.zeros((4, 2), np.float32)),
        Follow((np.nan, 0.0)),
        Follow((11.0, 0.0)),
        Follow((0.0, 0.0), 1001),
        Field(0),
        Field(300, 1),
        Density(0),
        Density(300, 3),
        Density(300, 1, np.zeros((3, 2), np.float32), np.zeros(3, np.float32)),
        Density(300, 99, np.zeros((DENSITY_SIDE**2, 2), np.float32), np.zeros(DENSITY_SIDE**2, np.float32)),
    ],
)
def test_questions_that_make_no_sense_are_answered_in_a_sentence(run: PointsExperiment, wrong: object):
    with pytest.raises(UserError, match=r"\.$"):
        run.answer(wrong)


def test_an_unknown_question_is_an_error_of_ours(run: PointsExperiment):
    with pytest.raises(TypeError):
        run.answer("how are you")


@pytest.mark.parametrize("schedule", ["linear", "cosine", "sigmoid"])
def test_all_checks_pass(schedule: str):
    experiment = trained(replace(SMALL, schedule=schedule), 400)
    done = experiment.answer(RunChecks(generation=2))
    assert [check.name for check in done.checks if not check.passed] == []
    assert len(done.checks) == 5
    assert done.generation == 2


def test_a_short_run_is_made_the_same_way_twice():
    told: list[int] = []
    make = partial(pretrain, "diffusion_points-spiral", n_steps=120)
    session, card = make(lambda n, of: told.append(n))
    again, _ = make(lambda n, of: None)
    assert session.params["shape"] == "spiral"
    assert told == [0, 100, 120]
    assert card.quality["energy_ratio"] > 1
    same: Array = session.frames["cloud"]
    np.testing.assert_array_equal(same, again.frames["cloud"])
