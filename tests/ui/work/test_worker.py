from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.core.questions import RunChecks
from explorer.core.session import load_session
from explorer.specs import autoencoder
from explorer.specs.autoencoder import AutoencoderParams, Decode
from explorer.ui.work.orders import Ask, Collect, Open, Resume, Save
from tests.core.toy import Double, Predict, Toy, make_runner
from tests.ui.faulty import FAULTY, INFINITE, NOT_A_NUMBER, RAISES, UNLUCKY, WORDS
from tests.ui.work.conftest import OPEN_TOY, Bench

FRAMES = frozenset(frame.name for frame in autoencoder.SPEC.frames)
OPEN_FAULTY = Open(FAULTY, AutoencoderParams(), 7, wanted=FRAMES)
OPEN_STORED = Open(autoencoder.SPEC, AutoencoderParams(), 7, "autoencoder-vae", "Stored VAE", wanted=FRAMES)


# --------------------------------------------------------------------------------------------------------- orders


def test_opening_a_run_says_on_what_device(bench: Bench):
    bench.obey(OPEN_TOY)
    assert bench.ready
    assert "CPU" in bench.ready[0]
    mail = bench.mailbox.drain()
    assert mail.snapshot is not None
    assert {"weights", "fit"} <= set(mail.frames)


def test_a_window_closed_meanwhile_has_nothing_built(bench: Bench):
    bench.attention.leaving = True
    bench.obey(OPEN_TOY)
    assert not bench.ready
    assert bench.worker._runner is None
    assert not bench.troubles


def test_the_worker_gives_the_numbers_of_a_bare_runner(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.command("play")
    bench.tick(3)
    bench.command("pause")
    bare = make_runner()
    bare.train(bench.runner.head)
    assert bench.runner.head > 3
    for name, (steps, values) in bare.scalars.series().items():
        np.testing.assert_array_equal(steps, bench.runner.scalars.series()[name][0])
        np.testing.assert_array_equal(values, bench.runner.scalars.series()[name][1])


def test_a_slice_of_training_ends_after_one_step_when_an_order_waits(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.command("play")
    bench.tick()
    in_a_whole_slice = bench.runner.head
    bench.attention.raise_hand()
    bench.tick()
    assert in_a_whole_slice > 1
    assert bench.runner.head == in_a_whole_slice + 1


def test_an_order_that_was_heard_does_not_shorten_slices_any_more(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.command("play")
    assert not bench.attention.waiting()
    bench.tick()
    assert bench.runner.head > 1


def test_commands_before_a_run_is_open_are_ignored(bench: Bench):
    bench.command("play")
    bench.tick()
    assert not bench.troubles


def test_a_command_that_fails_becomes_a_sentence_and_the_run_goes_on(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.command("set_params", "no params at all")
    assert len(bench.troubles) == 1
    assert bench.troubles[0].sentence
    assert "Traceback" in bench.troubles[0].detail
    bench.command("step")
    assert bench.runner.head == 1


def test_a_session_that_is_not_there_becomes_a_sentence_and_the_run_stays(bench: Bench, tmp_path: Path):
    bench.obey(OPEN_TOY)
    bench.command("step")
    bench.obey(replace(OPEN_TOY, path=tmp_path / "gone.nexplore"))
    assert "gone.nexplore" in bench.troubles[0].sentence
    assert not bench.troubles[0].detail
    assert bench.runner.head == 1


def test_a_session_of_another_lab_becomes_a_sentence(bench: Bench, tmp_path: Path):
    bench.obey(OPEN_TOY)
    bench.obey(Save(tmp_path / "toy.nexplore"))
    bench.obey(replace(OPEN_FAULTY, path=tmp_path / "toy.nexplore"))
    assert "toy" in bench.troubles[0].sentence
    assert bench.runner.spec.id == "autoencoder"  # the lab turned to opens on a new run instead


def test_what_opened_instead_comes_before_the_sentence_about_the_file(bench: Bench, tmp_path: Path):
    heard: list[str] = []
    bench.worker.ready.connect(lambda _: heard.append("ready"))
    bench.worker.troubled.connect(lambda trouble: heard.append(trouble.sentence))
    bench.obey(replace(OPEN_STORED, path=tmp_path / "gone.nexplore"))
    assert heard[0] == "ready"  # a run that opens takes away what was said before it
    assert len(heard) == 2
    assert "gone.nexplore" in heard[1]
    assert bench.runner.stored == "Stored VAE"


def test_a_lab_left_waits_paused_and_comes_back_as_it_was(bench: Bench):
    turned: list[str] = []
    bench.worker.turned_to.connect(turned.append)
    bench.obey(OPEN_TOY)
    bench.command("step", 3)
    bench.command("play")
    toy = bench.runner
    bench.obey(OPEN_FAULTY)
    assert (bench.runner.spec.id, toy.playing, toy.head) == ("autoencoder", False, 3)
    bench.mailbox.drain()
    bench.obey(Ask(RunChecks(1)))
    bench.obey(Resume("toy"))
    assert bench.runner is toy
    assert turned == ["toy", "autoencoder", "toy"]
    bench.command("step")
    assert toy.head == 4
    assert {step for step, _ in bench.mailbox.drain().scalars} == {4}
    assert not bench.answers  # what was asked of the other lab has no answer here


def test_a_lab_never_opened_cannot_come_back(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.obey(Resume("nonsense"))
    bench.command("step")
    assert not bench.troubles


def test_saving_writes_the_step_shown_and_the_view(bench: Bench, tmp_path: Path):
    bench.obey(OPEN_TOY)
    bench.command("step", 3)
    bench.obey(Save(tmp_path / "a.nexplore", {"probe": [1.0, 2.0]}))
    assert bench.saved == [str(tmp_path / "a.nexplore")]
    session = load_session(tmp_path / "a.nexplore")
    assert session.step == 3
    assert session.view == {"probe": [1.0, 2.0]}


def test_saving_where_nothing_can_be_written_becomes_a_sentence(bench: Bench, tmp_path: Path):
    bench.obey(OPEN_TOY)
    bench.obey(Save(tmp_path / "no folder" / "a.nexplore"))
    assert not bench.saved
    assert len(bench.troubles) == 1
    assert not bench.troubles[0].detail


# ------------------------------------------------------------------------------------------------------ questions


def test_only_the_newest_question_of_a_kind_is_answered(bench: Bench):
    bench.obey(OPEN_TOY)
    for generation in range(1, 6):
        bench.obey(Ask(Predict(float(generation), generation)))
    bench.tick()
    bench.tick()
    assert [(a.request.x, a.generation) for a in bench.answers] == [(5.0, 5)]


def test_questions_of_different_kinds_are_all_answered(bench: Bench):
    bench.obey(OPEN_FAULTY)
    bench.obey(Ask(Decode((0.0, 0.0), 4)))
    bench.obey(Ask(RunChecks(9)))
    bench.tick()
    assert sorted(answer.generation for answer in bench.answers) == [4, 9]


def test_a_question_is_answered_while_training(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.command("play")
    bench.tick()
    bench.obey(Ask(Predict(1.0, 1)))
    bench.tick()
    assert bench.answers[0].step > 0
    assert bench.status.playing


def test_a_question_that_is_refused_becomes_the_sentence_of_the_refusal(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.obey(Ask(Predict(-1.0, 1)))
    bench.tick()
    assert [t.sentence for t in bench.troubles] == ["The point must not be negative; choose another one."]
    assert bench.troubles[0].source == "Predict"
    assert not bench.troubles[0].detail


def test_a_question_that_fails_becomes_a_sentence_with_its_traceback_and_training_goes_on(bench: Bench):
    bench.obey(OPEN_FAULTY)
    bench.command("play")
    bench.obey(Ask(Decode((UNLUCKY, 0.0), 1)))
    bench.tick()
    (trouble,) = bench.troubles
    assert WORDS in trouble.sentence
    assert "Traceback" in trouble.detail
    assert trouble.source == "Decode"
    assert bench.status.playing
    bench.obey(Ask(Decode((0.0, 0.0), 2)))
    bench.tick()
    assert [a.generation for a in bench.answers] == [2]


def test_a_question_about_a_past_step_is_answered_by_the_weights_of_that_step(bench: Bench):
    bench.obey(OPEN_TOY)
    for _ in range(30):
        bench.command("step")
    bench.command("scrub", 10)
    bench.obey(Ask(Predict(1.0, 1)))
    bench.tick(20)
    bare = make_runner()
    bare.train(10)
    assert bench.answers[0].step == 10
    assert bench.answers[0].y == bare.ask(Predict(1.0, 1)).y


def test_at_a_past_step_what_has_nothing_to_do_with_the_run_is_answered_first(bench: Bench):
    bench.obey(OPEN_TOY)
    for _ in range(30):
        bench.command("step")
    bench.command("scrub", 10)
    bench.obey(Ask(Predict(1.0, 1)))
    bench.obey(Ask(Double(4.0, 1)))
    bench.tick()
    assert [a.request for a in bench.answers[:1]] == [Double(4.0, 1)]
    bench.tick(20)
    assert [a.request for a in bench.answers] == [Double(4.0, 1), Predict(1.0, 1)]


# --------------------------------------------------------------------------------------------------- broken steps


def test_a_step_that_raises_is_named_and_the_lab_stays_usable(bench: Bench):
    bench.obey(OPEN_FAULTY)
    bench.command("step", 3)
    bench.command("set_params", replace(AutoencoderParams(), learning_rate=RAISES))
    bench.command("play")
    bench.tick(20)
    trouble = bench.status.trouble
    assert trouble is not None
    assert trouble.sentence == f"Step 4 failed: {WORDS}"
    assert trouble.step == 4
    assert "Traceback" in trouble.detail
    assert not bench.status.playing
    bench.obey(Ask(Decode((0.0, 0.0), 1)))
    bench.tick(20)
    assert [a.generation for a in bench.answers] == [1]
    bench.command("scrub", 0)
    assert bench.status.cursor == 0
    bench.command("set_params", AutoencoderParams())
    bench.command("play")
    bench.tick(20)
    assert bench.status.trouble is None
    assert bench.status.head >= 4


@pytest.mark.parametrize(("rate", "words"), [(NOT_A_NUMBER, "not a number"), (INFINITE, "infinite")])
def test_a_loss_that_breaks_is_named(bench: Bench, rate: float, words: str):
    bench.obey(OPEN_FAULTY)
    bench.command("step", 2)
    bench.command("set_params", replace(AutoencoderParams(), learning_rate=rate))
    bench.command("play")
    bench.tick(20)
    trouble = bench.status.trouble
    assert trouble is not None
    assert words in trouble.sentence
    assert trouble.step == 3
    assert bench.status.head <= 2


def test_frames_that_cannot_be_taken_stop_the_run_with_a_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    def no_frames(*_: object, **__: object) -> None:
        raise RuntimeError("no picture")

    bench.obey(OPEN_TOY)
    monkeypatch.setattr(Toy, "frames", no_frames)
    bench.command("play")
    bench.tick()
    assert bench.status.trouble is not None
    assert "no picture" in bench.status.trouble.sentence
    assert not bench.status.playing


# ----------------------------------------------------------------------------------------------------- the record


def test_recorded_frames_are_handed_out_in_order_and_end_with_none(bench: Bench):
    bench.obey(OPEN_TOY)
    for _ in range(6):
        bench.command("step")
    order = Collect(frozenset({"weights"}), most=4)
    bench.obey(order)
    bench.tick(8)
    steps = [step for _, step, _ in bench.collected]
    assert steps[-1] == -1
    assert steps[:-1] == sorted(steps[:-1])
    assert 2 <= len(steps[:-1]) <= 4
    assert all(set(frames) == {"weights"} for _, _, frames in bench.collected[:-1])


def test_collecting_ends_when_it_is_cancelled(bench: Bench):
    bench.obey(OPEN_TOY)
    for _ in range(6):
        bench.command("step")
    bench.obey(Collect(frozenset({"weights"}), cancelled=lambda: len(bench.collected) >= 2))
    bench.tick(8)
    assert [frames is None for _, _, frames in bench.collected] == [False, False, True]


# --------------------------------------------------------------------------------------------------- the promises


def test_frames_are_read_only_copies_of_the_model(bench: Bench):
    bench.obey(OPEN_STORED)
    first = bench.mailbox.drain().frames
    bench.command("step")
    second = bench.mailbox.drain().frames
    assert set(first) == set(second) == FRAMES
    model: Any = bench.runner._weights.experiment
    inside = [p.detach().numpy() for p in model.network.module.parameters()]
    inside += [value for value in vars(model).values() if isinstance(value, np.ndarray)]
    assert len(inside) > 4
    for name in FRAMES:
        for array in (first[name].data, second[name].data):
            assert array.flags["C_CONTIGUOUS"]
            assert not array.flags["WRITEABLE"]
            assert not any(np.shares_memory(array, other) for other in inside)
        assert not np.shares_memory(first[name].data, second[name].data)


def test_grad_mode_and_the_global_generators_stay_as_they_are(bench: Bench):
    before = torch.get_rng_state(), np.random.get_state(legacy=True)[1].tolist(), random.getstate()  # type: ignore[index]
    bench.obey(OPEN_STORED)
    bench.obey(Ask(Decode((0.0, 0.0), 1)))
    bench.obey(Ask(RunChecks(1)))
    bench.command("play")
    bench.tick(20)
    assert torch.is_grad_enabled()
    bench.command("pause")
    bench.command("reset")
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state(legacy=True)[1].tolist() == before[1]  # type: ignore[index]
    assert random.getstate() == before[2]
    assert not bench.troubles


def test_a_standing_worker_asks_for_no_ticks(bench: Bench):
    bench.obey(OPEN_TOY)
    bench.command("step")
    assert bench.worker._timer is not None
    assert not bench.worker._timer.isActive()
    bench.command("play")
    assert bench.worker._timer.isActive()
