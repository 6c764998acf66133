"""What the autoencoder's experiment answers, against independent oracles, and its checks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from explorer.core.errors import UserError
from explorer.core.params import values_of
from explorer.core.questions import RunChecks
from explorer.core.session import Session
from explorer.data.digits import load_digits
from explorer.experiments.autoencoder import create
from explorer.specs.autoencoder import (
    AutoencoderParams,
    Decode,
    Encode,
    Interpolate,
    PathEnd,
    Trick,
)
from tests.experiments.autoencoder_runs import (
    SMALL,
    SMALL_AE,
    run,
    trained,
)

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
