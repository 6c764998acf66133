"""The autoencoder's experiment: repeatable, resumable, leaving no trace, and right."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from explorer.core.errors import UserError
from explorer.core.experiment import Experiment
from explorer.core.params import values_of
from explorer.core.session import Session
from explorer.data.digits import load_digits
from explorer.experiments.autoencoder import AutoencoderExperiment, create, latent_map
from explorer.experiments.autoencoder.batches import Batches
from explorer.experiments.autoencoder.experiment import TEST_EVERY
from explorer.specs.autoencoder import (
    SPEC,
    AutoencoderParams,
    Decode,
    Encode,
    Interpolate,
    PathEnd,
    RunChecks,
    Trick,
)

ALL_FRAMES = frozenset(f.name for f in SPEC.frames)
SMALL = AutoencoderParams(hidden=32, batch_size=32)
SMALL_AE = replace(SMALL, kind="autoencoder")
FAMILY = [
    AutoencoderParams(network=network, kind=kind, likelihood=likelihood, latent=latent, hidden=32, batch_size=32)
    for network, kind, likelihood, latent in itertools.product(
        ("mlp", "conv"), ("autoencoder", "variational"), ("bernoulli", "gaussian"), (2, 5)
    )
]
REQUESTS = [
    Decode((0.3, -0.2)),
    Encode(np.full((28, 28), 0.5, np.float32)),
    Interpolate(PathEnd(3), PathEnd(z=(0.5, 0.5)), 5),
    Trick((0.5,), (0.8,), (0.3,), (1.0,), 50),
    RunChecks(),
]


def nothing_shipped(stem: str) -> Session:
    raise UserError(f"{stem} is not there.")


def run(params: AutoencoderParams = SMALL, seed: int = 0) -> AutoencoderExperiment:
    return create(params, seed, "cpu", nothing_shipped)


def trained(n: int, params: AutoencoderParams = SMALL, seed: int = 0) -> AutoencoderExperiment:
    experiment = run(params, seed)
    for _ in range(n):
        experiment.step()
    return experiment


def same(a: dict[str, NDArray[Any]], b: dict[str, NDArray[Any]]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)


@pytest.fixture(autouse=True)
def _no_trace() -> Iterator[None]:
    """Global generators and grad mode are as they were after every test of this file."""
    torch.manual_seed(11)
    np.random.seed(11)
    before, legacy = torch.get_rng_state(), np.random.get_state(legacy=False)["state"]["key"].copy()
    yield
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(np.random.get_state(legacy=False)["state"]["key"], legacy)


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


# ------------------------------------------------------------------------------------------------------ frames


@pytest.mark.parametrize("params", [SMALL, replace(SMALL, latent=5), SMALL_AE], ids=str)
@pytest.mark.parametrize("exact", [False, True])
def test_frames_are_frozen_copies(exact: bool, params: AutoencoderParams) -> None:
    experiment = trained(2, params)
    frames, again = (experiment.frames(ALL_FRAMES, exact=exact) for _ in range(2))
    inside = [experiment._mu.numpy(), experiment._variance.numpy(), experiment._basis]
    for name, array in frames.items():
        assert array.flags.c_contiguous, name
        assert not array.flags.writeable, name
        assert not any(np.shares_memory(array, other) for other in [*inside, again[name]]), name
    kept = {name: array.copy() for name, array in frames.items()}
    experiment.step()
    assert same(frames, kept)


def test_only_what_is_wanted_is_made() -> None:
    assert run().frames(frozenset({"map"}), exact=False).keys() == {"map"}
    with pytest.raises(KeyError):
        run().frames(frozenset({"nonsense"}), exact=True)


def test_the_map_while_playing_is_at_most_two_epochs_old() -> None:
    """Steps note the codes of their batch; with frozen weights two epochs bring the map to the exact one."""
    experiment = trained(20)
    experiment.set_params(replace(SMALL, learning_rate=1e-30, batch_size=20))
    for _ in range(2 * 4500 // 20):
        experiment.step()
    noted, exact = (experiment.frames(frozenset({"map", "spreads"}), exact=e) for e in (False, True))
    np.testing.assert_allclose(noted["map"], exact["map"], atol=1e-3)
    np.testing.assert_allclose(noted["spreads"], exact["spreads"], atol=1e-3)


def test_manifold_is_the_decoded_grid() -> None:
    experiment = trained(30)
    frames = experiment.frames(ALL_FRAMES, exact=True)
    columns, rows = frames["grid"]
    assert (np.diff(columns) > 0).all()
    assert (np.diff(rows) < 0).all()
    for row, column in ((0, 0), (3, 11), (12, 6)):
        image = experiment.answer(Decode((float(columns[column]), float(rows[row])))).image
        np.testing.assert_allclose(frames["manifold"][row, column] / 255, image, atol=0.5 / 255 + 1e-5)


def test_grid_of_the_vae_is_the_priors_quantiles() -> None:
    columns = run().frames(frozenset({"grid"}), exact=True)["grid"][0]
    np.testing.assert_allclose([NormalDist().cdf(float(x)) for x in columns], (np.arange(13) + 0.5) / 13, atol=1e-6)


def test_grid_of_the_autoencoder_holds_its_codes() -> None:
    frames = trained(30, SMALL_AE).frames(ALL_FRAMES, exact=True)
    below = (frames["map"][:, :1] < frames["grid"][0]).mean(0)
    np.testing.assert_allclose(below, (np.arange(13) + 0.5) / 13, atol=0.01)


def test_unit_kl_adds_up_to_the_kl() -> None:
    experiment = trained(60, replace(SMALL, latent=5))
    unit_kl = experiment.frames(frozenset({"unit_kl"}), exact=True)["unit_kl"]
    assert unit_kl.sum() == pytest.approx(experiment.quality(1).kl, rel=0.1)


def test_two_latents_are_their_own_map() -> None:
    experiment = trained(10)
    frames = experiment.frames(ALL_FRAMES, exact=True)
    state = experiment.state()
    np.testing.assert_array_equal(frames["basis"], [[0, 0], [1, 0], [0, 1]])
    noted = experiment.frames(frozenset({"map", "spreads"}), exact=False)
    np.testing.assert_array_equal(noted["map"], state["codes/mu"])
    np.testing.assert_allclose(noted["spreads"][:, [0, 2]], state["codes/variance"])
    assert not noted["spreads"][:, 1].any()


def test_pictures_on_the_map_are_where_the_map_says() -> None:
    for params in (SMALL, replace(SMALL, latent=5)):
        experiment = trained(10, params)
        exact = experiment.frames(frozenset({"map"}), exact=True)["map"]
        found = experiment.answer(Encode(load_digits().train_images[17]))
        np.testing.assert_allclose(found.map_xy, exact[17], atol=1e-4)


# ------------------------------------------------------------------------------------------------------ the map's plane


def blob(*stretch: float, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(3000, len(stretch))) * stretch + 1).astype(np.float32)


def test_first_basis_is_the_principal_plane() -> None:
    basis = latent_map.first_basis(blob(0.1, 3.0, 0.2, 1.0))
    np.testing.assert_allclose(basis[1:], [[0, 1, 0, 0], [0, 0, 0, 1]], atol=0.05)
    np.testing.assert_allclose(basis[0], 1, atol=0.2)


def test_next_basis_does_not_flip_or_turn() -> None:
    """Two directions of equal width have no order of their own; the plane before decides."""
    before = latent_map.first_basis(blob(1.0, 1.01, 0.1))
    for seed in range(1, 6):
        after = latent_map.next_basis(blob(1.01, 1.0, 0.1, seed=seed), before)
        np.testing.assert_allclose(after[1:], before[1:], atol=0.05)
        np.testing.assert_allclose(after[1:] @ after[1:].T, np.eye(2), atol=1e-5)


def test_spreads_are_the_projected_covariance() -> None:
    basis = latent_map.first_basis(blob(1, 2, 3, 4))
    variances = np.array([[0.1, 0.2, 0.3, 0.4]], np.float32)
    xx, xy, yy = latent_map.spreads_on_map(variances, basis)[0]
    expected = basis[1:] @ np.diag(variances[0]) @ basis[1:].T
    np.testing.assert_allclose([[xx, xy], [xy, yy]], expected, atol=1e-6)


def test_prior_quantiles_on_a_shifted_plane() -> None:
    basis = latent_map.first_basis(blob(1, 2, 3, 4))
    codes = latent_map.grid_codes(latent_map.prior_grid(basis), basis)
    along = codes @ basis[1:].T
    quantile = NormalDist().inv_cdf(0.5 / 13)
    np.testing.assert_allclose(along.min(0), [quantile, quantile], atol=1e-4)


# ------------------------------------------------------------------------------------------------------ batches


def test_an_epoch_shows_each_digit_once() -> None:
    batches = Batches(100, torch.Generator().manual_seed(0))
    first = torch.cat([batches.next(20) for _ in range(5)])
    second = torch.cat([batches.next(20) for _ in range(5)])
    assert first.sort().values.tolist() == second.sort().values.tolist() == list(range(100))
    assert first.tolist() != second.tolist()


# ------------------------------------------------------------------------------------------------------ questions


@pytest.mark.parametrize("params", [SMALL, SMALL_AE], ids=["vae", "ae"])
def test_decode_finds_the_nearest_digit(params: AutoencoderParams) -> None:
    experiment = trained(20, params)
    codes = experiment.frames(frozenset({"map"}), exact=True)["map"]
    answer = experiment.answer(Decode(tuple(float(v) for v in codes[42]), 9))
    assert answer.nearest == 42
    assert answer.code_distance == pytest.approx(0, abs=1e-5)
    digit = load_digits().train_images[42]
    assert answer.pixel_distance == pytest.approx(float(np.sqrt(((digit - answer.image) ** 2).mean())), abs=1e-6)
    assert (answer.step, answer.generation, answer.image.flags.writeable) == (20, 9, False)


def test_encode_agrees_with_torch() -> None:
    experiment = trained(20)
    picture = load_digits().test_images[7]
    answer = experiment.answer(Encode(picture, 3))
    with torch.no_grad():
        mu, log_var = experiment.network.module.encode(torch.tensor(picture).reshape(1, 784))
    np.testing.assert_allclose(answer.mu, mu[0].numpy(), atol=1e-6)
    np.testing.assert_allclose(answer.sigma, (log_var / 2).exp()[0].numpy(), atol=1e-6)
    expected = F.binary_cross_entropy(torch.tensor(answer.sample), torch.tensor(picture), reduction="sum")
    assert answer.reconstruction == pytest.approx(expected.item(), rel=1e-4)
    kl = torch.distributions.kl_divergence(
        torch.distributions.Normal(mu, (log_var / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    )
    assert answer.kl == pytest.approx(kl.sum().item(), rel=1e-4)


def test_the_sample_is_redrawn_with_each_question_only() -> None:
    experiment = trained(20)
    picture = load_digits().test_images[7]
    first, again, other = (experiment.answer(Encode(picture, generation)).sample for generation in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_plain_autoencoder_has_neither_spread_nor_kl() -> None:
    answer = trained(5, SMALL_AE).answer(Encode(load_digits().test_images[7]))
    assert not answer.sigma.any()
    assert answer.kl == 0
    assert np.array_equal(answer.sample, answer.mean)


def test_a_path_goes_straight_from_end_to_end() -> None:
    experiment = trained(20)
    codes = experiment.frames(frozenset({"map"}), exact=True)["map"]
    answer = experiment.answer(Interpolate(PathEnd(5), PathEnd(z=tuple(map(float, codes[8]))), 7, 2))
    assert answer.ends == (5, 8)
    np.testing.assert_allclose(answer.live.codes[[0, -1]], codes[[5, 8]], atol=1e-5)
    np.testing.assert_allclose(np.diff(answer.live.codes, 2, axis=0), 0, atol=1e-5)
    assert answer.live.images.shape == (7, 28, 28)
    assert answer.other is None


def test_strangeness_is_the_distance_to_the_nearest_digit() -> None:
    strip = trained(20).answer(Interpolate(PathEnd(5), PathEnd(8), 4)).live
    digits = load_digits().train_images
    expected = [np.sqrt(((digits - image) ** 2).mean((1, 2))).min() for image in strip.images]
    np.testing.assert_allclose(strip.strangeness, expected, atol=1e-4)


@pytest.mark.parametrize(("live", "shipped"), [(SMALL, SMALL_AE), (SMALL_AE, SMALL)], ids=["vae", "ae"])
def test_the_stored_model_of_the_other_kind_walks_too(live: AutoencoderParams, shipped: AutoencoderParams) -> None:
    other = trained(5, shipped)

    def stored(stem: str) -> Session:
        kind = shipped if (stem == "autoencoder-ae") == (shipped.kind == "autoencoder") else live
        return Session("autoencoder", values_of(kind), 0, 5, other.state(), {}, {})

    answer = create(live, 0, "cpu", stored).answer(Interpolate(PathEnd(5), PathEnd(8), 4))
    assert answer.other is not None
    codes = other.frames(frozenset({"map"}), exact=True)["map"]
    np.testing.assert_allclose(answer.other.codes[[0, -1]], codes[[5, 8]], atol=1e-5)


def test_the_trick_agrees_with_its_formulas() -> None:
    request = Trick((0.5, -1.0), (0.8, 1.3), (0.3, -0.7), (1.0, 0.0), 20_000, generation=5)
    answer = run().answer(request)
    np.testing.assert_allclose(answer.z, [0.74, -1.91])
    assert answer.loss == pytest.approx(0.26**2 + 1.91**2)
    assert answer.inside_requires_grad is False
    assert "does not require grad" in answer.inside_error
    np.testing.assert_allclose(answer.pathwise.mu, answer.pathwise_formula.mu)
    np.testing.assert_allclose(answer.pathwise.sigma, answer.pathwise_formula.sigma)
    np.testing.assert_allclose(answer.expected.mu, [-1.0, -2.0])
    np.testing.assert_allclose(answer.expected.sigma, [1.6, 2.6])
    for name in ("mu", "sigma"):
        expected, path, score = (getattr(g, name) for g in (answer.expected, answer.pathwise_mean, answer.score_mean))
        path_var, score_var = (getattr(g, name) for g in (answer.pathwise_variance, answer.score_variance))
        assert (np.abs(path - expected) < 5 * np.sqrt(path_var / 20_000)).all()
        assert (np.abs(score - expected) < 5 * np.sqrt(score_var / 20_000)).all()
        assert (score_var > path_var).all()


@pytest.mark.parametrize(
    "request_",
    [
        Decode((0.0,)),
        Decode((0.0, math.nan)),
        Encode(np.zeros((28, 27), np.float32)),
        Encode(np.full((28, 28), np.inf, np.float32)),
        Interpolate(PathEnd(4500), PathEnd(0)),
        Interpolate(PathEnd(0), PathEnd(1), 1),
        Interpolate(PathEnd(0), PathEnd(1), 10_000_000),
        Trick((0.0,), (0.0,), (0.0,), (0.0,)),
        Trick((0.0,), (1.0, 2.0), (0.0,), (0.0,)),
        Trick((), (), (), ()),
        Trick((0.0,), (1.0,), (0.0,), (0.0,), n_samples=10**12),
    ],
    ids=lambda r: type(r).__name__,
)
def test_questions_that_do_not_fit_get_a_sentence(request_: object) -> None:
    with pytest.raises(UserError):
        run().answer(request_)


def test_unknown_questions_are_a_bug() -> None:
    with pytest.raises(TypeError, match="answers no str"):
        run().answer("what?")


# ------------------------------------------------------------------------------------------------------ checks


def test_checks_are_numbered_answers() -> None:
    answer = trained(5).answer(RunChecks(8))
    assert answer.generation == 8
    assert [c.name.split()[0] for c in answer.checks] == ["KL", "gradient", "ELBO"]
    assert all(c.passed for c in answer.checks)


def test_a_wrong_kl_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.experiments.autoencoder.checks.kl_to_prior", lambda mu, log_var: mu.square())
    assert not trained(30).checks()[0].passed


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = torch.autograd.grad

    def wrong(*args: Any) -> Any:
        return tuple(1.001 * g for g in true(*args))

    monkeypatch.setattr(torch.autograd, "grad", wrong)
    assert not trained(5).checks()[1].passed


def test_a_wrong_bound_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "explorer.experiments.autoencoder.checks.importance_weighted_bound",
        lambda reconstruction, decode, x, mu, log_var, noise: -1e4 * torch.ones(len(x)),
    )
    assert not trained(5).checks()[2].passed
