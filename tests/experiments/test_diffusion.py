"""The diffusion experiment: what every experiment owes, and what this one claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.denoising import N_BINS, N_LEVELS, asks_twice
from explorer.core.errors import UserError
from explorer.core.frames import Array
from explorer.core.questions import RunChecks
from explorer.data.noise_levels import NoiseLevels
from explorer.data.noise_schedules import SCHEDULES, alpha_bar
from explorer.experiments.diffusion import DiffusionExperiment, create
from explorer.experiments.diffusion.drawing import as_ink, labels_of, noise_of
from explorer.experiments.diffusion.pretraining import pretrain, quality, train_classifier
from explorer.models.packing import pack_weights
from explorer.models.samplers import times
from explorer.specs.diffusion import ANY_CLASS, SIDE_PX, SPEC, Denoise, DenoiseBeside, DiffusionParams, Judge, Sampling

SMALL = DiffusionParams(width=16, batch_size=8)
ALL = frozenset(frame.name for frame in SPEC.frames)
FEW = Sampling("ddim", 6, 0.0, 1.5, -1, 3, 4)


@pytest.fixture(scope="module")
def classifier() -> Mapping[str, Array]:
    return pack_weights(train_classifier(lambda n, of: None, 60))


def trained(params: DiffusionParams = SMALL, n: int = 3, seed: int = 5) -> DiffusionExperiment:
    experiment = create(params, seed)
    for _ in range(n):
        experiment.step()
    return experiment


@pytest.fixture(scope="module")
def run() -> DiffusionExperiment:
    return trained(n=30)


# ------------------------------------------------------------------------------------------------- training


@pytest.mark.parametrize("prediction", ["noise", "x0", "v"])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_it_learns_whatever_it_predicts(prediction: str, schedule: str):
    experiment = create(replace(SMALL, prediction=prediction, schedule=schedule), 5)
    losses = [experiment.step()["loss"] for _ in range(40)]
    assert np.isfinite(losses).all()
    assert np.mean(losses[-8:]) < 0.8 * np.mean(losses[:4])


def test_the_same_seed_gives_the_same_run_and_no_global_chance_is_touched():
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()  # type: ignore[index]
    one, other = trained(), trained()
    for name, array in one.state().items():
        np.testing.assert_array_equal(array, other.state()[name], err_msg=name)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]  # type: ignore[index]
    assert trained(seed=6).step() != trained().step()


def test_a_state_goes_on_bit_for_bit():
    one, other = trained(), create(SMALL, 99)
    other.load(one.state())
    for _ in range(3):
        assert one.step() == other.step()
    for name, array in one.state().items():
        np.testing.assert_array_equal(array, other.state()[name], err_msg=name)


def test_a_small_state_draws_the_same_and_trains_on():
    one, other = trained(n=5), create(SMALL, 99)
    other.load(one.small_state())
    np.testing.assert_array_equal(*(e.answer(Denoise(FEW, count=6)).last for e in (one, other)))
    assert np.isfinite(other.step()["loss"])
    third = create(SMALL, 1)
    third.load(other.state())
    assert third.step() == other.step()


def test_a_state_of_another_model_changes_nothing():
    experiment = trained()
    before = experiment.state()
    wrong = [trained(replace(SMALL, width=24)).state(), {}, {**before, "generator": np.zeros(3, np.uint8)}]
    for state in wrong:
        with pytest.raises(UserError):
            experiment.load(state)
    for name, array in experiment.state().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


def test_live_parameters_act_and_others_are_refused():
    experiment = trained()
    experiment.set_params(replace(SMALL, learning_rate=1e-4, class_dropout=0.5, ema=False, batch_size=16))
    assert np.isfinite(experiment.step()["loss"])
    assert experiment.drawing_network is experiment._run.network
    with pytest.raises(ValueError, match="new run"):
        experiment.set_params(replace(SMALL, schedule="linear"))


def test_test_digits_are_measured_every_fifty_steps_and_always_alike():
    experiment = trained(n=49)
    assert "test_loss" in experiment.step()
    assert experiment.test_loss() == experiment.test_loss()
    assert "test_loss" not in experiment.step()


# ------------------------------------------------------------------------------------------------- frames


def test_frames_have_the_form_that_the_spec_names(run: DiffusionExperiment):
    for exact in (True, False):
        frames = run.frames(ALL, exact=exact)
        assert {n: (f.shape, str(f.dtype)) for n, f in frames.items()} == {
            "samples": ((10, 28, 28), "uint8"),
            "levels": ((N_BINS,), "float32"),
        }
        assert all(f.flags.c_contiguous and not f.flags.writeable for f in frames.values())
    state = run.state()
    run.frames(ALL, exact=False)
    np.testing.assert_array_equal(run.state()["generator"], state["generator"])
    with pytest.raises(KeyError):
        run.frames(frozenset({"nonsense"}), exact=False)


def test_levels_are_means_of_their_stretch():
    levels = NoiseLevels()
    levels.add(np.array([1, 50, 51, 1000]), np.array([1.0, 3.0, 5.0, 7.0]))
    assert levels.means[0] == 2.0
    assert levels.means[1] == 5.0
    assert levels.means[-1] == 7.0
    assert np.isnan(levels.means[2:-1]).all()
    levels.add(np.array([51]), np.array([6.0]))
    assert 5.0 < levels.means[1] < 5.1


# ------------------------------------------------------------------------------------------------- films


@pytest.mark.parametrize("sampler", ["ddpm", "ddim", "heun"])
def test_a_film_in_pieces_is_the_film_in_one(run: DiffusionExperiment, sampler: str):
    sampling = replace(FEW, sampler=sampler, eta=0.6)
    whole = run.answer(Denoise(sampling, count=6, generation=4))
    assert (whole.step, whole.generation) == (30, 4)
    assert whole.x.shape == whole.x0.shape == whole.noise.shape == (6, 4, 28, 28)
    assert whole.times.tolist() == times(6, 1000).tolist()
    np.testing.assert_array_equal(whole.signal, run.signal[whole.times])
    x, pieces = None, []
    for start, count in ((0, 1), (1, 3), (4, 9)):
        pieces.append(run.answer(Denoise(sampling, start, x, count)))
        x = pieces[-1].last
    np.testing.assert_array_equal(pieces[-1].last, whole.last)
    np.testing.assert_array_equal(np.concatenate([piece.x for piece in pieces]), whole.x)


@pytest.mark.parametrize(("sampler", "eta"), [("ddpm", 0.0), ("ddim", 0.0), ("ddim", 1.0), ("heun", 0.0)])
def test_each_step_is_made_of_what_the_answer_says(run: DiffusionExperiment, sampler: str, eta: float):
    sampling = replace(FEW, sampler=sampler, eta=eta)
    film = run.answer(Denoise(sampling, count=6))
    after = np.concatenate([film.x[1:].astype(np.float64), film.last[None]])
    for i in range(6):
        x0, noise = film.x0[i].astype(np.float64), film.noise[i].astype(np.float64)
        a = film.signal[i]
        np.testing.assert_allclose(film.x[i], np.sqrt(a) * x0 + np.sqrt(1 - a) * noise, atol=0.01)
        w, z = film.weights[i], noise_of(sampling, i + 1)
        if not asks_twice(sampler, *film.times[i : i + 2].tolist()):
            np.testing.assert_allclose(after[i], w[0] * x0 + w[1] * noise + w[2] * z, atol=0.02)
    assert film.times[-1] == 0
    assert np.abs(film.x0).max() <= 1


def test_ddim_without_fresh_noise_repeats_and_the_seed_decides(run: DiffusionExperiment):
    def end(**more: object) -> Array:
        found: Array = run.answer(Denoise(replace(FEW, **more), count=6)).last  # type: ignore[arg-type]
        return found

    np.testing.assert_array_equal(end(), end())
    np.testing.assert_array_equal(end(sampler="ddpm"), end(sampler="ddpm"))
    assert not np.array_equal(end(), end(seed=4))
    assert not np.array_equal(end(), end(eta=1.0))
    np.testing.assert_allclose(end(sampler="ddim", eta=1.0), end(sampler="ddpm"), atol=1e-4)


def test_the_steps_of_a_film_can_be_placed_by_another_schedule(run: DiffusionExperiment):
    own, other = (run.answer(Denoise(replace(FEW, schedule=name), count=6)) for name in ("", "linear"))
    trained = run.answer(Denoise(replace(FEW, schedule=run.params.schedule), count=6))
    np.testing.assert_array_equal(trained.times, own.times)
    np.testing.assert_array_equal(trained.last, own.last)
    assert (other.times[[0, -1]] == own.times[[0, -1]]).all()
    assert (other.times[1:-1] > own.times[1:-1]).all()  # linear leaves less of the picture
    left = alpha_bar("linear", N_LEVELS)[own.times[1:-1]]
    np.testing.assert_allclose(other.signal[1:-1], left, rtol=0.1)


def test_guidance_1_is_no_guidance_and_0_ignores_the_class(run: DiffusionExperiment):
    def end(guidance: float, label: int) -> Array:
        found: Array = run.answer(Denoise(replace(FEW, guidance=guidance, label=label), count=6)).last
        return found

    np.testing.assert_allclose(end(1.0, 3), end(1.0 + 1e-9, 3), atol=1e-4)
    np.testing.assert_allclose(end(0.0, 3), end(1.0, ANY_CLASS), atol=1e-4)
    assert np.abs(end(3.0, 3) - end(1.0, 3)).max() > 0


def test_fewer_pictures_begin_with_the_same_noise():
    np.testing.assert_array_equal(noise_of(replace(FEW, n=2), 0), noise_of(replace(FEW, n=16), 0)[:2])
    assert labels_of(replace(FEW, n=12)).tolist() == [*range(10), 0, 1]
    assert labels_of(replace(FEW, label=7)).tolist() == [7] * 4


def test_a_film_goes_on_from_edited_pictures(run: DiffusionExperiment):
    first = run.answer(Denoise(FEW, count=3))
    edited = first.last.copy()
    edited[:, 10:14, 10:14] = 1.0
    branch = run.answer(Denoise(FEW, 3, edited, 9))
    np.testing.assert_array_equal(branch.x[0], edited.astype(np.float16))
    assert len(branch.x) == 3


@pytest.mark.parametrize("sampler", ["ddim", "ddpm"])
def test_some_pictures_of_a_film_go_on_alone_as_they_do_among_the_others(run: DiffusionExperiment, sampler: str):
    sampling = replace(FEW, sampler=sampler)
    film = run.answer(Denoise(sampling, count=6))
    alone = run.answer(Denoise(sampling, 2, film.x[2, [1, 3]].astype(np.float32), 4, only=(1, 3)))
    assert alone.x.shape == (4, 2, SIDE_PX, SIDE_PX)
    np.testing.assert_allclose(alone.last, film.last[[1, 3]], atol=0.02)  # the film is kept in half precision
    from_noise = run.answer(Denoise(sampling, count=6, only=(2,)))
    np.testing.assert_allclose(from_noise.last, film.last[[2]], atol=1e-4)


def test_the_panel_that_compares_is_answered_in_its_own_name(run: DiffusionExperiment):
    answer = run.answer(DenoiseBeside(FEW, generation=9))
    assert type(answer.request) is DenoiseBeside
    assert answer.generation == 9


@pytest.mark.parametrize(
    "wrong",
    [
        Denoise(replace(FEW, sampler="euler")),
        Denoise(replace(FEW, steps=0)),
        Denoise(replace(FEW, steps=1001)),
        Denoise(replace(FEW, n=0)),
        Denoise(replace(FEW, n=65)),
        Denoise(replace(FEW, label=11)),
        Denoise(replace(FEW, eta=1.5)),
        Denoise(replace(FEW, schedule="quadratic")),
        Denoise(FEW, only=(4,)),
        Denoise(FEW, start=6),
        Denoise(FEW, start=2),
        Denoise(FEW, start=0, count=0),
        Denoise(FEW, 2, np.zeros((3, 28, 28), np.float32)),
        Denoise(FEW, 2, np.full((4, 28, 28), np.nan, np.float32)),
        Judge(n=0),
        Judge(part=-1),
    ],
)
def test_questions_that_make_no_sense_are_answered_in_a_sentence(run: DiffusionExperiment, wrong: object):
    with pytest.raises(UserError, match=r"[a-z].*\.$"):
        run.answer(wrong)
    with pytest.raises(TypeError):
        run.answer("what?")


# ------------------------------------------------------------------------------------------------- judging


def test_a_judge_sees_what_was_drawn(classifier: Mapping[str, Array]):
    experiment = create(SMALL, 5, classifier=lambda: classifier)
    one, other = (experiment.answer(Judge(part, 20, 5)) for part in (0, 1))
    assert one.asked.tolist() == [*range(10)] * 2
    assert one.features.shape == (20, one.real.shape[1])
    assert one.real.shape == one.other_real.shape
    assert one.pictures.dtype == np.uint8
    assert 0.5 < one.classifier_accuracy <= 1
    assert not np.array_equal(one.pictures, other.pictures)
    assert {"agreement_percent", "frechet_ratio"} <= quality(experiment, 50).keys()


def test_a_missing_classifier_is_a_sentence():
    def missing() -> Mapping[str, Array]:
        raise UserError("The classifier is missing.")

    with pytest.raises(UserError, match="missing"):
        create(SMALL, 5, classifier=missing).answer(Judge())


def test_ink_is_255_and_paper_0():
    assert as_ink(np.array([-1.0, 0.0, 1.0, np.nan, 9.0])).tolist() == [0, 128, 255, 0, 255]


# ------------------------------------------------------------------------------------------------- checks and runs


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_all_checks_pass(schedule: str):
    answer = trained(replace(SMALL, schedule=schedule)).answer(RunChecks(4))
    assert (answer.step, answer.generation, len(answer.checks)) == (3, 4, 5)
    assert [c.name for c in answer.checks if not c.passed] == []


def test_a_short_run_is_made_the_same_way_twice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("explorer.experiments.diffusion.pretraining.quality", lambda experiment: {})
    one, card = pretrain("diffusion-digits", lambda n, of: None, 2)
    other, _ = pretrain("diffusion-digits", lambda n, of: None, 2)
    assert card.steps == 2
    assert sum(array.nbytes for array in one.state.values()) < 2_000_000
    for name, array in one.state.items():
        np.testing.assert_array_equal(array, other.state[name], err_msg=name)
