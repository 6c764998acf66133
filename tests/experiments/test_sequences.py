"""The experiment of the sequence tasks: repeatable, resumable, leaving no trace."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.experiment import Experiment
from explorer.experiments.sequences.experiment import MAX_GRADIENT_NORM, TEST_EVERY
from explorer.experiments.sequences.generators import pack_rng, unpack_rng
from explorer.specs.sequences import SPEC, TASKS, SequenceParams, task_of
from tests.experiments.sequences_runs import (
    ALL_FRAMES,
    FAMILY,
    N_GATES,
    WRITING,
    params_of,
    requests,
    run,
    same,
    trained,
)

every_task = pytest.mark.parametrize("task", TASKS)


def name(params: SequenceParams) -> str:
    return f"{task_of(params)}-{params.cell}-{params.layers}"


# ------------------------------------------------------------------------------------------------------ the family


@pytest.mark.parametrize("params", FAMILY, ids=name)
def test_every_kind_trains_and_shows(params: SequenceParams) -> None:
    experiment: Experiment = run(params)
    values = [experiment.step() for _ in range(2)]
    assert all(math.isfinite(v) for step in values for v in step.values())
    frames = experiment.frames(ALL_FRAMES, exact=False)
    L, H = params.layers, params.hidden
    T = len(frames["hidden"])
    assert frames["hidden"].shape == (T, L, H)
    assert frames["memory"].shape == (T, L if params.cell == "lstm" else 0, H)
    assert frames["gates"].shape == (T, L, N_GATES[params.cell], H)
    assert 1 <= len(frames["probabilities"]) <= T
    assert frames["by_length"].shape[1] == 4
    for array in frames.values():
        assert array.dtype == np.float32
        assert np.isfinite(array).all()
        assert array.flags.c_contiguous
        assert not array.flags.writeable
    assert all(check.passed for check in experiment.checks())


@pytest.mark.parametrize("params", FAMILY[::3], ids=name)
def test_a_batch_seen_again_and_again_is_learned(params: SequenceParams, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = run(replace(params, learning_rate=1e-2))
    batch = experiment.task.draw(np.random.default_rng(0), 8)
    monkeypatch.setattr(experiment.task, "draw", lambda rng, n, **kind: batch)
    losses = [experiment.step()["loss"] for _ in range(40)]
    assert losses[-1] < 0.7 * losses[0]


def test_an_unknown_frame_is_an_error() -> None:
    with pytest.raises(KeyError):
        run(params_of("sentiment")).frames(frozenset({"nonsense"}), exact=True)


def test_an_unknown_question_is_an_error() -> None:
    with pytest.raises(TypeError, match="answers no str"):
        run(params_of("sentiment")).answer("why")


# ------------------------------------------------------------------------------------------------------ repeatable


@every_task
def test_same_seed_same_numbers_and_looking_changes_nothing(task: str) -> None:
    watched, alone = run(params_of(task)), run(params_of(task))
    assert watched.step() == alone.step()
    for exact in (False, True):
        watched.frames(ALL_FRAMES, exact=exact)
    for request in requests(task):
        watched.answer(request)
    assert watched.step() == alone.step()
    assert same(watched.state(), alone.state())


@every_task
def test_another_seed_other_numbers(task: str) -> None:
    assert run(params_of(task), 0).step() != run(params_of(task), 1).step()


@every_task
def test_the_grad_mode_of_the_caller_does_not_matter(task: str) -> None:
    first, second = run(params_of(task)), run(params_of(task))
    with torch.no_grad():
        values = first.step()
        first.frames(frozenset({"hidden"}), exact=True)
        for request in requests(task)[2:]:
            first.answer(request)
        assert not torch.is_grad_enabled()
    assert values == second.step()


# ------------------------------------------------------------------------------------------------------ state


@pytest.mark.parametrize("params", FAMILY[1::4], ids=name)
def test_continuing_is_bit_for_bit(params: SequenceParams) -> None:
    params = replace(params, teacher_forcing=0.5)
    whole, resumed = trained(4, params), trained(2, params, seed=99)
    resumed.load(whole.state())
    assert same(resumed.state(), whole.state())
    assert [resumed.step() for _ in range(4)] == [whole.step() for _ in range(4)]
    assert same(resumed.state(), whole.state())
    assert same(resumed.frames(ALL_FRAMES, exact=False), whole.frames(ALL_FRAMES, exact=True))


def test_what_was_looked_at_before_loading_is_forgotten() -> None:
    early, late = trained(2, params_of("dates")), trained(9, params_of("dates"))
    state = late.state() | {"n_steps": np.array(2)}
    early.frames(ALL_FRAMES, exact=True)
    early.load(state)
    assert same(early.frames(ALL_FRAMES, exact=True), late.frames(ALL_FRAMES, exact=True))


def test_a_state_is_not_moved_by_later_steps_and_may_be_read_only() -> None:
    experiment = trained(3, params_of("translate"))
    state = experiment.state()
    kept = {key: array.copy() for key, array in state.items()}
    after = experiment.step()
    assert same(state, kept)
    for array in state.values():
        array.flags.writeable = False
    experiment.load(state)
    assert experiment.step() == after


@pytest.mark.parametrize("damage", ["missing", "extra", "shape", "type", "rng", "generator"])
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(damage: str) -> None:
    experiment = trained(3, params_of("sentiment"))
    state, before = trained(5, params_of("sentiment")).state(), experiment.state()
    if damage == "missing":
        del state["n_steps"]
    elif damage == "extra":
        state["weights/other"] = np.zeros(3, np.float32)
    elif damage == "shape":
        state["weights/readout.bias"] = np.zeros(7, np.float32)
    elif damage == "type":
        state["weights/readout.bias"] = state["weights/readout.bias"].astype(np.float64)
    elif damage == "rng":
        state["rng"] = np.full_like(state["rng"], 2**40)
    else:
        state["generator"] = np.full_like(state["generator"], 255)
    with pytest.raises(UserError):
        experiment.load(state)
    assert same(experiment.state(), before)


def test_a_state_of_another_task_is_refused() -> None:
    with pytest.raises(UserError):
        run(params_of("dates")).load(run(params_of("translate")).state())


def test_a_numpy_generator_comes_back_bit_for_bit() -> None:
    rng = np.random.default_rng(3)
    rng.integers(10, size=7, dtype=np.uint32)  # leaves a spare half
    back = unpack_rng(pack_rng(rng))
    assert back.bit_generator.state == rng.bit_generator.state
    assert np.array_equal(back.random(5), rng.random(5))


@every_task
def test_a_state_is_small(task: str) -> None:
    state = run(params_of(task, hidden=96)).state()
    assert all(isinstance(array, np.ndarray) for array in state.values())
    assert sum(array.nbytes for array in state.values()) < 2_000_000


# ------------------------------------------------------------------------------------------------------ parameters


def test_parameters_that_restart_are_refused() -> None:
    with pytest.raises(ValueError, match="new run"):
        run(params_of("sentiment")).set_params(params_of("digits"))


def test_live_parameters_act_on_the_next_step() -> None:
    params = params_of("translate")
    still, slower = trained(2, params), trained(2, params)
    slower.set_params(replace(params, learning_rate=1e-5))
    before = still.state()["weights/writer.readout.weight"]
    assert still.step() == slower.step()
    moves = [np.abs(e.state()["weights/writer.readout.weight"] - before).sum() for e in (still, slower)]
    assert moves[0] > 50 * moves[1]


@pytest.mark.parametrize("task", WRITING)
def test_without_teacher_forcing_the_network_reads_its_own_words(task: str) -> None:
    forced, free = trained(3, params_of(task)), trained(3, params_of(task))
    free.set_params(params_of(task, teacher_forcing=0.0))
    a, b = forced.step(), free.step()
    assert a["loss"] != b["loss"]
    assert math.isfinite(b["loss"])


def test_a_gradient_is_shortened_but_told_as_it_was() -> None:
    params = params_of("digits")
    experiment = run(params)
    state = experiment.state()
    experiment.load(state | {"weights/readout.weight": 300 * state["weights/readout.weight"]})
    assert experiment.step()["gradient_norm"] > 2 * MAX_GRADIENT_NORM
    gradients = [p.grad.norm().item() for p in experiment.network.parameters() if p.grad is not None]
    assert np.linalg.norm(gradients) == pytest.approx(MAX_GRADIENT_NORM, rel=1e-3)


@every_task
def test_held_out_values_come_every_fiftieth_step_and_are_those_of_the_spec(task: str) -> None:
    experiment = run(params_of(task))
    state = experiment.state()
    experiment.load(state | {"n_steps": np.array(TEST_EVERY - 3)})
    steps = [experiment.step() for _ in range(3)]
    assert all(step.keys() == {"loss", "gradient_norm"} for step in steps[:-1])
    missing = set() if task in WRITING else {"token_accuracy"}
    assert steps[-1].keys() == {s.name for s in SPEC.scalars} - missing
    assert all(0 <= steps[-1][key] <= 100 for key in steps[-1] if "accuracy" in key)


def test_a_broken_loss_is_not_hidden() -> None:
    experiment = trained(2, params_of("dates"))
    good = experiment.state()
    experiment.load(good | {"weights/writer.readout.bias": np.full(len(experiment.task.classes), np.nan, np.float32)})
    assert math.isnan(experiment.step()["loss"])
    experiment.load(good)
    assert math.isfinite(experiment.step()["loss"])
