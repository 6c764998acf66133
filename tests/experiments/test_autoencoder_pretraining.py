"""Stored runs: made as their cards say, and as good as their cards say."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.core.params import values_of
from explorer.core.session import load_session
from explorer.core.stored import read_card, stored_path
from explorer.data.digits import digits_sha256
from explorer.experiments.autoencoder import AutoencoderExperiment, create
from explorer.experiments.autoencoder.pretraining import RUNS, pretrain, quality, rate_at
from explorer.specs.autoencoder import SPEC, AutoencoderParams, Interpolate, PathEnd


def shipped(stem: str) -> AutoencoderExperiment:
    session = load_session(stored_path(stem))
    experiment = create(AutoencoderParams(kind=RUNS[stem]), session.seed)
    experiment.load(dict(session.state))
    return experiment


def test_a_short_run_is_repeatable_and_loads() -> None:
    heard: list[tuple[int, int]] = []
    session, card = pretrain("autoencoder-vae", lambda done, of: heard.append((done, of)), n_steps=60)
    again, _ = pretrain("autoencoder-vae", lambda done, of: None, n_steps=60)
    assert all(np.array_equal(session.state[k], again.state[k]) for k in session.state)
    assert session.step == card.steps == 60
    assert heard[-1] == (60, 60)
    experiment = create(AutoencoderParams(), session.seed)
    experiment.load(dict(session.state))
    assert quality(experiment) == card.quality
    np.testing.assert_array_equal(experiment.frames(frozenset({"map"}), exact=False)["map"], session.frames["map"])


def test_the_rate_falls() -> None:
    rates = [rate_at(part) for part in np.linspace(0, 1, 11)]
    assert rates[0] == 1
    assert rates[-1] == pytest.approx(0.01)
    assert (np.diff(rates) < 0).all()


def test_every_stored_run_can_be_made_again() -> None:
    assert set(RUNS) == {run.stem for run in SPEC.stored}


@pytest.mark.parametrize("stem", list(RUNS))
def test_a_stored_run_is_what_its_card_says(stem: str) -> None:
    session, card, experiment = load_session(stored_path(stem)), read_card(stem), shipped(stem)
    assert card.params == dict(session.params) == values_of(AutoencoderParams(kind=RUNS[stem]))
    assert (card.seed, card.steps, card.lab) == (session.seed, session.step, session.lab)
    assert card.data_sha256 == digits_sha256()
    assert quality(experiment) == pytest.approx(card.quality, abs=0.02)


def test_the_stored_vae_is_good() -> None:
    assert quality(shipped("autoencoder-vae"))["test_negative_elbo_nats"] <= 148


@pytest.mark.parametrize("stem", list(RUNS))
def test_stored_frames_are_those_of_the_weights(stem: str) -> None:
    stored = load_session(stored_path(stem)).frames
    fresh = shipped(stem).frames(frozenset(f.name for f in SPEC.frames), exact=True)
    assert stored.keys() == fresh.keys()
    for name in fresh:
        np.testing.assert_allclose(
            stored[name].astype(float), fresh[name].astype(float), atol=2 if name == "manifold" else 1e-3
        )


def test_a_stored_run_goes_on() -> None:
    experiment = shipped("autoencoder-vae")
    values = [experiment.step()["total"] for _ in range(30)]
    assert max(values) < 175


def test_the_stored_counterpart_walks_beside_the_live_model() -> None:
    answer = create(AutoencoderParams(hidden=32), 0).answer(Interpolate(PathEnd(0), PathEnd(1), 5))
    assert answer.other is not None
    assert answer.other.title == "Stored autoencoder"
