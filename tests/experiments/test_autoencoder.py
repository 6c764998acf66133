"""The autoencoder's experiment: repeatable, resumable, leaving no trace."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.experiment import Experiment
from explorer.experiments.autoencoder.experiment import TEST_EVERY
from explorer.specs.autoencoder import (
    SPEC,
    AutoencoderParams,
    Decode,
)
from tests.experiments.autoencoder_runs import (
    ALL_FRAMES,
    FAMILY,
    REQUESTS,
    SMALL,
    SMALL_AE,
    run,
    same,
    trained,
)

# ------------------------------------------------------------------------------------------------------ the family


@pytest.mark.parametrize("params", FAMILY, ids=lambda p: f"{p.network}-{p.kind}-{p.likelihood}-{p.latent}")
def test_every_kind_trains_and_shows(params: AutoencoderParams) -> None:
    experiment: Experiment = run(params)
    values = [experiment.step() for _ in range(3)]
    assert all(math.isfinite(v) for step in values for v in step.values())
    for exact in (False, True):
        frames = experiment.frames(ALL_FRAMES, exact=exact)
        assert frames["map"].shape == (4500, 2)
        assert frames["spreads"].shape == (4500, 3)
        assert frames["basis"].shape == (3, params.latent)
        assert frames["grid"].shape == (2, 13)
        assert frames["manifold"].shape == (13, 13, 28, 28)
        assert frames["manifold"].dtype == np.uint8
        assert frames["unit_kl"].shape == (params.latent,)
        assert all(np.isfinite(a).all() for a in frames.values())
    assert all(check.passed for check in experiment.checks())
    decoded = experiment.answer(Decode((0.1,) * params.latent, 4))
    assert decoded.image.shape == (28, 28)
    assert decoded.generation == 4


@pytest.mark.parametrize("params", FAMILY[::3], ids=lambda p: f"{p.network}-{p.kind}-{p.likelihood}-{p.latent}")
def test_training_makes_it_better(params: AutoencoderParams) -> None:
    experiment = run(params)
    before = experiment.quality(1)
    for _ in range(60):
        experiment.step()
    assert experiment.quality(1).reconstruction < before.reconstruction - 20


# ------------------------------------------------------------------------------------------------------ repeatable


def test_same_seed_same_numbers() -> None:
    first, second = run(), run()
    assert [first.step() for _ in range(TEST_EVERY)] == [second.step() for _ in range(TEST_EVERY)]
    assert same(first.state(), second.state())


def test_another_seed_other_numbers() -> None:
    assert run(seed=0).step() != run(seed=1).step()


def test_looking_changes_nothing() -> None:
    watched, alone = run(), run()
    for _ in range(TEST_EVERY):
        watched.frames(ALL_FRAMES, exact=False)
        watched.step()
        alone.step()
    watched.frames(ALL_FRAMES, exact=True)
    for request in REQUESTS:
        watched.answer(request)
    watched.quality(2)
    assert same(watched.state(), alone.state())


def test_the_grad_mode_of_the_caller_does_not_matter() -> None:
    first, second = run(), run()
    with torch.no_grad():
        values = first.step()
        first.frames(ALL_FRAMES, exact=True)
        for request in REQUESTS:
            first.answer(request)
        assert not torch.is_grad_enabled()
    assert values == second.step()


# ------------------------------------------------------------------------------------------------------ state


@pytest.mark.parametrize(
    ("params", "n", "n_more"),
    [
        (SMALL, 0, TEST_EVERY),
        (SMALL, 7, TEST_EVERY),
        (SMALL_AE, 7, TEST_EVERY),
        (replace(SMALL, latent=5), TEST_EVERY, TEST_EVERY),
        (replace(SMALL, network="conv"), 3, 5),
    ],
    ids=["start", "vae", "ae", "five", "conv"],
)
def test_continuing_is_bit_for_bit(params: AutoencoderParams, n: int, n_more: int) -> None:
    whole = trained(n, params)
    resumed = trained(3, params, seed=99)
    resumed.load(whole.state())
    assert same(resumed.state(), whole.state())
    assert [resumed.step() for _ in range(n_more)] == [whole.step() for _ in range(n_more)]
    assert same(resumed.state(), whole.state())
    assert same(resumed.frames(ALL_FRAMES, exact=False), whole.frames(ALL_FRAMES, exact=False))
    assert same(resumed.frames(ALL_FRAMES, exact=True), whole.frames(ALL_FRAMES, exact=True))


def test_a_state_is_not_moved_by_later_steps() -> None:
    experiment = trained(3)
    state = experiment.state()
    kept = {name: array.copy() for name, array in state.items()}
    experiment.step()
    assert same(state, kept)


def test_read_only_states_can_be_loaded() -> None:
    state = trained(3).state()
    for array in state.values():
        array.flags.writeable = False
    experiment = run()
    experiment.load(state)
    experiment.step()
    assert same(trained(4).state(), experiment.state())


def test_the_state_holds_arrays_only_and_is_small() -> None:
    state = trained(2, AutoencoderParams()).state()
    assert all(isinstance(a, np.ndarray) for a in state.values())
    assert sum(a.nbytes for a in state.values()) < 6_000_000


@pytest.mark.parametrize("damage", ["missing", "extra", "shape", "type", "order", "cursor", "generator"])
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(damage: str) -> None:
    experiment = trained(3)
    state, before = trained(5).state(), experiment.state()
    if damage == "missing":
        del state["map/basis"]
    elif damage == "extra":
        state["weights/other"] = np.zeros(3, np.float32)
    elif damage == "shape":
        state["weights/encoder.0.bias"] = np.zeros(7, np.float32)
    elif damage == "type":
        state["codes/mu"] = state["codes/mu"].astype(np.float64)
    elif damage == "order":
        state["batches/order"] = np.zeros_like(state["batches/order"])
    elif damage == "cursor":
        state["batches/cursor"] = np.array(9999)
    else:
        state["generator"] = np.full_like(state["generator"], 255)
    with pytest.raises(UserError):
        experiment.load(state)
    assert same(experiment.state(), before)


def test_a_state_of_another_size_is_refused() -> None:
    with pytest.raises(UserError):
        run(SMALL).load(run(replace(SMALL, hidden=64)).state())


# ------------------------------------------------------------------------------------------------------ parameters


def test_live_parameters_act_on_the_next_step() -> None:
    same_until_here, changed = trained(3), trained(3)
    changed.set_params(replace(SMALL, beta=4.0, learning_rate=1e-4, batch_size=64))
    a, b = same_until_here.step(), changed.step()
    assert b["total"] == pytest.approx(b["reconstruction"] + 4 * b["kl"])
    assert a["total"] == pytest.approx(a["reconstruction"] + a["kl"])
    moved_a, moved_b = (np.abs(e.state()["weights/decoder.0.weight"]).sum() for e in (same_until_here, changed))
    assert moved_a != moved_b


def test_learning_rate_scales_the_step() -> None:
    def move(rate: float) -> float:
        experiment = trained(1)
        before = experiment.state()["weights/encoder.0.weight"]
        experiment.set_params(replace(SMALL, learning_rate=rate))
        experiment.step()
        return float(np.abs(experiment.state()["weights/encoder.0.weight"] - before).sum())

    assert move(1e-4) == pytest.approx(move(1e-3) / 10, rel=0.05)


def test_parameters_that_restart_are_refused() -> None:
    with pytest.raises(ValueError, match="new run"):
        run().set_params(replace(SMALL, latent=3))


def test_beta_zero_lets_the_kl_grow() -> None:
    free, bound = trained(150, replace(SMALL, beta=0.0)), trained(150, replace(SMALL, beta=4.0))
    assert free.quality(1).kl > 2 * bound.quality(1).kl


def test_test_values_come_every_fiftieth_step() -> None:
    experiment = run()
    has_test = ["test_total" in experiment.step() for _ in range(2 * TEST_EVERY)]
    assert [i + 1 for i, present in enumerate(has_test) if present] == [TEST_EVERY, 2 * TEST_EVERY]


def test_scalars_are_those_of_the_spec() -> None:
    experiment = run()
    names = set[str]()
    for _ in range(TEST_EVERY):
        names |= experiment.step().keys()
    assert names == {s.name for s in SPEC.scalars}


def test_a_broken_loss_is_not_hidden() -> None:
    experiment = trained(2)
    good = experiment.state()
    broken = dict(good) | {"weights/decoder.4.bias": np.full(784, np.nan, np.float32)}
    experiment.load(broken)
    assert math.isnan(experiment.step()["total"])
    experiment.load(good)
    assert same(experiment.state(), good)
    assert math.isfinite(experiment.step()["total"])
