from __future__ import annotations

import math
from dataclasses import replace

import pytest

from explorer.core.errors import UserError, first_line, not_finite
from explorer.core.mailbox import Mailbox
from explorer.core.runner import Runner
from tests.core.toy import Predict, Toy, ToyParams, make_runner, play


class Fragile(Toy):
    """Its weights break at the third step with a rate that is far too high."""

    n_bold = 0

    def step(self) -> dict[str, float]:
        scalars = super().step()
        self.n_bold = self.n_bold + 1 if self.params.rate > 1000 else 0
        if self.n_bold == 3:
            self.w = self.w * math.nan
            return {**scalars, "loss": math.nan}
        return scalars


def broken(mailbox: Mailbox | None = None, build: type[Toy] = Fragile) -> Runner:
    """A run that breaks soon after twenty good steps."""
    runner = make_runner(mailbox=mailbox, build=build)
    for _ in range(20):
        runner.step()
    runner.set_params(replace(runner.params, rate=1e6))
    play(runner, 10_000)
    return runner


@pytest.mark.parametrize("build", [Toy, Fragile])
def test_a_loss_that_breaks_stops_the_run_and_names_the_step(build: type[Toy]):
    mailbox = Mailbox()
    runner = broken(mailbox, build)
    assert not runner.playing
    assert runner.trouble is not None
    assert runner.trouble.step > 21
    assert f"at step {runner.trouble.step:,}" in runner.trouble.sentence
    assert "learning rate" in runner.trouble.sentence
    assert runner.head < runner.trouble.step
    mail = mailbox.drain()
    assert mail.status is not None
    assert mail.status.trouble == runner.trouble
    assert mail.snapshot is not None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("how", ["step", "train", "play"])
def test_every_kind_of_broken_number_is_noticed_however_the_run_goes(value: float, how: str):
    class Breaking(Toy):
        def step(self) -> dict[str, float]:
            scalars = super().step()
            return {**scalars, "loss": value} if self.n_taken == 6 else scalars

    runner = make_runner(build=Breaking)
    {"step": lambda: runner.step(9), "train": lambda: runner.train(9), "play": lambda: play(runner, 9)}[how]()
    assert runner.trouble is not None
    assert runner.trouble.step == 6
    assert runner.trouble.sentence == not_finite("train", value, 6)
    assert runner.head <= 5


def test_the_lab_stays_usable_after_trouble():
    runner = broken()
    good = runner.head
    assert math.isfinite(runner.ask(Predict(1.0)).y)
    runner.scrub(10)
    assert runner.cursor == 10
    assert runner.ask(Predict(1.0)).y == pytest.approx(1.0, abs=0.5)
    runner.scrub(good)
    runner.set_params(replace(runner.params, rate=0.01))
    play(runner, good + 300)
    assert runner.trouble is None
    assert runner.head >= good + 300
    steps, losses = runner.scalars.series()["loss"]
    assert steps.tolist() == list(range(1, runner.head + 1))
    assert losses[-1] < losses[good]


def test_branching_before_the_trouble_clears_it():
    runner = broken()
    runner.scrub(10)
    runner.set_params(replace(runner.params, rate=0.01))
    runner.branch()
    assert runner.trouble is None
    assert runner.train(20) == 20


def test_playing_on_with_the_same_parameters_comes_to_grief_at_the_same_step():
    runner = broken()
    assert runner.trouble is not None
    step = runner.trouble.step
    play(runner, 10_000)
    assert runner.trouble is not None
    assert runner.trouble.step == step


@pytest.mark.parametrize("how", ["step", "train", "play"])
def test_a_step_that_raises_is_a_sentence_with_a_traceback_for_the_log(how: str):
    runner = make_runner(build=lambda params, seed: Toy(params, seed, raise_at=13))
    {"step": lambda: runner.step(50), "train": lambda: runner.train(50), "play": lambda: play(runner, 50)}[how]()
    trouble = runner.trouble
    assert trouble is not None
    assert trouble.step == 13
    assert trouble.sentence == "Step 13 failed: mat1 and mat2 shapes cannot be multiplied"
    assert "Traceback" in trouble.detail
    assert runner.head <= 12
    runner.reset()
    assert runner.trouble is None
    assert runner.train(12) == 12


def test_a_step_that_refuses_is_its_own_sentence_and_needs_no_traceback():
    class Refusing(Toy):
        def step(self) -> dict[str, float]:
            if self.n_taken == 4:
                raise UserError("Too steep; lower the rate.")
            return super().step()

    runner = make_runner(build=Refusing)
    runner.train(9)
    assert runner.trouble is not None
    assert (runner.trouble.sentence, runner.trouble.detail, runner.trouble.step) == (
        "Too steep; lower the rate.",
        "",
        5,
    )
    assert runner.head <= 4


def test_a_request_that_fails_leaves_the_run_as_it_is():
    runner = make_runner()
    runner.step(5)
    with pytest.raises(UserError, match="must not be negative"):
        runner.ask(Predict(-1.0))
    assert (runner.head, runner.trouble) == (5, None)
    assert runner.train(1) == 1


def test_a_frame_that_fails_stops_the_run_with_a_sentence_and_the_run_goes_on_afterwards():
    made: list[Toy] = []

    def build(params: ToyParams, seed: int) -> Toy:
        made.append(Toy(params, seed))
        return made[-1]

    mailbox = Mailbox()
    runner = make_runner(build=build, mailbox=mailbox)
    runner.set_wanted(frozenset({"fit"}))
    runner.step(3)
    made[-1].sick_frames = True
    play(runner, 50)
    status = mailbox.drain().status
    assert status is not None
    assert status.trouble is not None
    assert status.trouble.source == "frames"
    assert "no picture" in status.trouble.sentence
    assert not status.playing
    made[-1].sick_frames = False
    play(runner, 50)
    assert runner.trouble is None
    assert runner.head >= 50


def test_weights_that_cannot_be_rebuilt_do_not_keep_the_runner_at_work():
    made: list[Toy] = []

    def build(params: ToyParams, seed: int) -> Toy:
        made.append(Toy(params, seed))
        return made[-1]

    runner = make_runner(build=build)
    for _ in range(20):
        runner.step()
    runner.scrub(15)
    made[-1].raise_at = 10
    runner.prepare()
    with pytest.raises(RuntimeError):
        runner.run_for(1_000.0)
    assert runner.wait_s() == float("inf")
    made[-1].raise_at = -1
    runner.prepare()
    runner.run_for(1_000.0)
    assert runner.ready


def test_first_line_is_short_and_never_empty():
    assert first_line(ValueError("one\ntwo")) == "one"
    assert first_line(ValueError()) == "ValueError"
    assert len(first_line(ValueError("x" * 999))) == 200
