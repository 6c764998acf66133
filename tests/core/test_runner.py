from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import UserError
from explorer.core.history import History
from explorer.core.mailbox import Mailbox
from explorer.core.runner import Runner
from tests.core.toy import SPEC, Clock, Double, Predict, Toy, ToyParams, make_runner, play

ALL = frozenset(f.name for f in SPEC.frames)


def weights(runner: Runner) -> np.ndarray:
    return runner._weights.experiment.state()["w"]


def values(runner: Runner, name: str = "loss") -> Any:
    return runner.scalars.series()[name][1].tolist()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def runner(mailbox: Mailbox) -> Runner:
    runner = make_runner(mailbox=mailbox)
    runner.set_wanted(ALL)
    return runner


# ------------------------------------------------------------------------------------------------- playing and stepping


def test_a_new_run_stands_at_step_zero_with_its_first_frames(runner: Runner, mailbox: Mailbox):
    mail = mailbox.drain()
    assert set(mail.frames) == ALL
    assert mail.snapshot is not None
    assert mail.snapshot.seed == 1
    assert (runner.head, runner.cursor, runner.playing) == (0, 0, False)
    assert runner.wait_s() == float("inf")


def test_play_trains_in_slices_and_pause_shows_the_step_reached(runner: Runner, mailbox: Mailbox):
    runner.play()
    runner.run_for(20.0)
    assert runner.playing
    assert 0 < runner.head < 20
    runner.pause()
    mail = mailbox.drain()
    assert mail.status is not None
    assert (mail.status.playing, mail.status.cursor) == (False, runner.head)
    assert {f.step for f in mail.frames.values()} == {runner.head}
    np.testing.assert_array_equal(mail.frames["weights"].data, weights(runner))
    assert [step for step, _ in mail.scalars] == list(range(1, runner.head + 1))


def test_step_takes_exactly_so_many_steps(runner: Runner):
    runner.step()
    runner.step(4)
    assert runner.head == runner.cursor == 5
    assert len(values(runner)) == 5


def test_step_back_and_forth_in_the_past_visits_recorded_steps(runner: Runner, mailbox: Mailbox):
    for _ in range(3):
        runner.step()
    runner.step_back()
    runner.step_back()
    assert (runner.cursor, runner.head) == (1, 3)
    assert mailbox.drain().frames["weights"].step == 1
    runner.step()
    assert (runner.cursor, runner.head) == (2, 3)
    for _ in range(9):
        runner.step_back()
    assert runner.cursor == 0
    assert runner.head == 3


def test_scrubbing_loses_nothing_and_play_goes_on_from_the_head(runner: Runner):
    plain = make_runner()
    plain.train(40)
    play(runner, 20)
    runner.scrub(6)
    assert runner.status().in_the_past
    assert not runner.ready
    play(runner, 40)
    assert values(runner)[:40] == values(plain)


def test_scrubbing_beyond_the_ends_stays_inside(runner: Runner):
    play(runner, 10)
    runner.scrub(-5)
    assert runner.cursor == 0
    runner.scrub(10**9)
    assert runner.cursor == runner.head


def test_a_past_step_shows_no_frame_that_is_younger(runner: Runner, mailbox: Mailbox):
    play(runner, 30)
    mailbox.drain()
    for step in range(30):
        runner.scrub(step)
        assert all(f.step <= runner.cursor for f in mailbox.drain().frames.values())


def test_a_question_about_a_past_step_is_answered_by_the_weights_of_that_step(runner: Runner):
    runner.step()
    runner.step()
    expected = runner.ask(Predict(1.0)).y
    runner.step(30)
    runner.scrub(2)
    assert runner.ask(Predict(1.0, generation=7)).y == expected
    assert runner.ask(Predict(1.0, generation=7)).generation == 7


def test_a_question_that_has_nothing_to_do_with_the_run_waits_for_no_weights(runner: Runner):
    runner.step(30)
    runner.scrub(2)
    assert runner.ask(Double(4.0)).y == 8.0
    assert not runner.ready


def test_preparing_rebuilds_in_slices_and_says_how_far_it_is(runner: Runner):
    runner.step(350)
    runner.scrub(0)
    runner.cursor = 280  # as if it had been recorded
    runner.prepare()
    fractions = []
    while not runner.ready:
        runner.run_for(5.0)
        busy = runner.status().busy
        fractions.append(busy.fraction if busy else 1.0)
    assert len(fractions) > 3
    assert fractions == sorted(fractions)
    assert runner.wait_s() == float("inf")


def test_an_order_that_waits_ends_a_slice_after_one_step(runner: Runner):
    runner.play()
    runner.interrupted = lambda: True
    runner.run_for(10_000.0)
    assert runner.head == 1


def test_slow_motion_waits_between_steps_and_shows_each_of_them():
    clock, mailbox = Clock(tick_s=1e-6), Mailbox()
    runner = make_runner(clock=clock, mailbox=mailbox)
    runner.set_wanted(ALL)
    runner.set_speed(4.0)
    runner.play()
    runner.run_for(10.0)
    for expected in range(1, 5):
        assert runner.head == expected
        assert mailbox.drain().frames["weights"].step == expected
        assert runner.wait_s() == pytest.approx(0.25, abs=0.01)
        runner.run_for(10.0)
        assert runner.head == expected
        clock.now_s += 0.25
        runner.run_for(10.0)
    runner.set_speed(None)
    assert runner.wait_s() == 0.0


# ------------------------------------------------------------------------------------------------- the same run


@given(cuts=st.lists(st.integers(1, 60), max_size=6), speed=st.sampled_from([None, 5.0, 1000.0]))
def test_scalars_are_the_same_however_the_run_is_cut(cuts: list[int], speed: float | None):
    whole = make_runner()
    whole.train(60)
    clock = Clock()
    pieces = make_runner(clock=clock)
    pieces.set_speed(speed)
    for cut in sorted(cuts):
        pieces.play()
        while pieces.head < cut:
            clock.now_s += 0.2
            pieces.run_for(3.0)
        pieces.pause()
        pieces.ask(Predict(1.0))
        pieces.scrub(cut // 2)
    if pieces.head < 60:
        pieces.train(60 - pieces.head)
    assert values(pieces)[:60] == values(whole)


def test_saving_loading_and_going_on_is_the_same_run():
    whole, first = make_runner(), make_runner()
    whole.train(50)
    play(first, 20)
    second = make_runner(ToyParams(), seed=99, session=first.session())
    assert second.seed == 1
    second.train(50 - second.head)
    assert values(second) == values(whole)
    np.testing.assert_array_equal(weights(second), weights(whole))


def test_reset_repeats_the_run_and_a_new_seed_does_not():
    runner = make_runner()
    runner.train(20)
    before = values(runner)
    runner.reset()
    assert (runner.head, values_or_none(runner)) == (0, None)
    runner.train(20)
    assert values(runner) == before
    assert not runner.ghosts
    runner.reseed(2)
    runner.train(20)
    assert values(runner) != before
    (ghost,) = runner.ghosts
    assert ghost.label == "seed 1"
    assert ghost.series["loss"][1].tolist() == before


def values_or_none(runner: Runner) -> Any:
    return values(runner) if runner.scalars.series() else None


def test_reset_while_playing_goes_on_playing():
    runner = make_runner()
    play(runner, 10)
    runner.play()
    runner.reset()
    assert runner.playing
    runner.run_for(5.0)
    assert runner.head > 0


# ------------------------------------------------------------------------------------------------- parameters, branches


def test_a_live_parameter_acts_on_the_next_step_and_keeps_the_run():
    runner, other = make_runner(), make_runner()
    runner.train(10)
    other.train(10)
    runner.set_params(replace(runner.params, rate=0.01))
    runner.train(1)
    other.train(1)
    assert runner.head == 11
    assert values(runner)[:10] == values(other)[:10]
    assert values(runner)[10] != values(other)[10]


def test_another_parameter_restarts_and_leaves_a_ghost():
    runner = make_runner()
    runner.train(10)
    runner.set_params(replace(runner.params, n_points=16))
    assert (runner.head, runner.seed) == (0, 1)
    assert [g.label for g in runner.ghosts] == ["points = 8 points"]


def test_a_parameter_that_cannot_be_built_leaves_the_run_as_it_is():
    def build(params: ToyParams, seed: int) -> Toy:
        if params.n_points == 64:
            raise UserError("Too many.")
        return Toy(params, seed)

    runner = make_runner(build=build)
    runner.train(10)
    with pytest.raises(UserError):
        runner.set_params(replace(runner.params, n_points=64))
    assert (runner.head, runner.params.n_points, runner.ghosts) == (10, 8, ())
    assert runner.train(1) == 1


def test_a_branch_goes_on_from_the_step_shown_and_leaves_the_old_run_as_a_ghost():
    runner = make_runner()
    for _ in range(12):
        runner.step()
    old = values(runner)
    runner.scrub(5)
    runner.branch()
    assert (runner.head, runner.cursor) == (5, 5)
    assert values(runner) == old[:5]
    assert runner.history.frames.steps[-1] == 5
    (ghost,) = runner.ghosts
    assert (ghost.branch_step, ghost.series["loss"][1].tolist()) == (5, old)
    runner.train(7)
    assert values(runner) == old


def test_a_branch_with_other_parameters_names_what_the_old_run_had():
    runner = make_runner()
    for _ in range(8):
        runner.step()
    runner.scrub(4)
    runner.set_params(replace(runner.params, momentum=0.9))
    runner.branch()
    assert [g.label for g in runner.ghosts] == ["m = 0.5"]
    runner.train(4)
    direct = make_runner()
    direct.train(4)
    direct.set_params(replace(direct.params, momentum=0.9))
    direct.train(4)
    assert values(runner) == values(direct)


def test_rebuilding_a_step_uses_the_parameters_that_acted_then():
    runner = make_runner()
    seen = {}
    for step in range(1, 31):
        if step % 7 == 0:
            runner.set_params(replace(runner.params, rate=0.1 / step, momentum=0.02 * step))
        runner.step()
        seen[step] = weights(runner)
    for step in (3, 25, 7, 14, 13, 30, 28):
        runner.scrub(step)
        runner.ask(Predict(1.0))
        np.testing.assert_array_equal(weights(runner), seen[step])


def test_a_branch_after_parameter_changes_repeats_them_up_to_the_branch():
    runner = make_runner()
    for rate in (0.1, 0.01, 0.3):
        runner.set_params(replace(runner.params, rate=rate))
        for _ in range(5):
            runner.step()
    runner.scrub(8)
    runner.branch()
    direct = make_runner()
    for rate, n in ((0.1, 5), (0.01, 3), (0.3, 6)):
        direct.set_params(replace(direct.params, rate=rate))
        direct.train(n)
    runner.train(6)
    assert values(runner) == values(direct)


def test_only_the_last_few_ghosts_stay():
    runner = make_runner()
    for seed in range(2, 9):
        runner.train(2)
        runner.reseed(seed)
    assert [g.label for g in runner.ghosts] == [f"seed {n}" for n in (4, 5, 6, 7)]


def test_leaving_a_stored_run_keeps_it_as_a_ghost_by_its_title():
    saved = make_runner()
    saved.train(5)
    runner = make_runner(session=saved.session(), stored="Stored line")
    assert runner.stored == "Stored line"
    runner.reset()
    assert [g.label for g in runner.ghosts] == ["stored line"]
    assert runner.stored == ""


# ------------------------------------------------------------------------------------------------- long runs


def test_a_long_run_stays_inside_its_budget_and_every_kept_step_can_be_rebuilt():
    runner = make_runner(history=History(40_000))
    for _ in range(2_000):
        runner.step()
    assert runner.history.n_bytes <= 40_000
    assert runner.history.frames.steps[0] == 0
    shown = {}
    for step in runner.history.frames.steps[::40]:
        shown[step] = runner.history.frames_at(step, frozenset({"weights"}))["weights"][1]
    for step, recorded in reversed(shown.items()):
        runner.scrub(step)
        runner.ask(Predict(1.0))
        np.testing.assert_array_equal(weights(runner), recorded)


def test_pictures_give_way_to_an_order_that_waits_but_not_for_ever():
    clock, mailbox = Clock(), Mailbox()
    runner = make_runner(clock=clock, mailbox=mailbox)
    runner.set_wanted(frozenset({"weights"}))
    runner.play()
    runner.run_for(7.0)
    assert mailbox.drain().frames
    runner.interrupted = lambda: True
    for _ in range(5):
        clock.now_s += 0.1
        runner.run_for(1.0)
    assert not mailbox.drain().frames
    clock.now_s += 3.0
    runner.run_for(1.0)
    assert set(mailbox.drain().frames) == {"weights"}
