"""The tour of gradients through time is played to its end, and what it says is measured again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.catalog import spec
from explorer.commands.runs import Plan, start_run, stored_plan
from explorer.core.params import with_values
from explorer.core.runner import Runner
from explorer.core.tour import load_tour, validate
from explorer.specs.bptt import EXPLODING, TRACKS, Chain

LAB = spec("bptt")
TOUR = load_tour("bptt")
SCENES = {scene.id: scene for scene in TOUR.scenes}
RNN, MEMORY, GRU = TRACKS.index("rnn/h"), TRACKS.index("lstm/c"), TRACKS.index("gru/h")


@pytest.fixture(scope="module")
def stored() -> Runner:
    return start_run(stored_plan(LAB, "cpu"))[0]


def norms_of(runner: Runner):
    return runner.session().frames["norms"]


def test_tour_fits_its_lab_and_follows_the_seminar():
    validate(TOUR, LAB)
    order = ["remember", "recurrence", "chain", "vanish", "spectrum", "gates", "truncate", "explode"]
    assert [scene.id for scene in TOUR.scenes][: len(order)] == order


@pytest.mark.slow
def test_tour_is_played_to_its_end(qapp, tmp_path: Path):
    from explorer.ui.tour.demo import n_pictures, photograph_tour

    pictures = list(photograph_tour("bptt", tmp_path, "cpu", most_s=0.3))
    assert len(pictures) == n_pictures("bptt") == len(TOUR.scenes)
    assert all(path.stat().st_size > 20_000 for path in pictures)


def test_scene_says_who_learns_it(stored: Runner):
    latest = stored.scalars.at_or_before(stored.head)
    assert latest["lstm_accuracy"] > 99
    assert latest["gru_accuracy"] > 99
    assert latest["rnn_accuracy"] < 19  # guessing is right in 12.5 %


def test_scene_says_what_many_factors_make():
    n = stored_delay()
    small, large = 0.9**n, 1.1**n
    assert n == 100
    assert small == pytest.approx(0.00003, abs=0.000005)
    assert large == pytest.approx(13781, abs=1)


def stored_delay() -> int:
    return int(stored_plan(LAB, "cpu").params.delay)


def test_scene_says_that_the_plain_gradient_vanishes_and_the_gated_ones_do_not(stored: Runner):
    norms = norms_of(stored)
    lost = norms[:, 0] / norms[:, -1]
    assert lost[RNN] < 1e-3
    answer = stored.ask(Chain("rnn"))
    assert answer.products[0] < 1e-3


def test_scene_says_that_beyond_the_cut_the_gradient_is_zero(stored: Runner):
    runner = start_run(stored_plan(LAB, "cpu"))[0]
    runner.set_params(with_values(runner.params, {"truncate": 20}))
    runner.train(2)
    norms = norms_of(runner)
    assert (norms[:, : norms.shape[1] - 40] == 0).all()
    assert (norms[:, -15:] > 0).all()


def test_scene_says_that_it_explodes():
    scene = SCENES["explode"]
    runner, _ = start_run(Plan(LAB, with_values(LAB.params(), scene.set), device="cpu"))
    norms = norms_of(runner)[RNN]
    assert norms[0] > EXPLODING * norms[-1] or not np.isfinite(norms[0])
