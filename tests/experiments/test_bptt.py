"""Three cells side by side: what every experiment owes, and what this one claims."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.core.mailbox import Mailbox
from explorer.core.params import values_of, with_values
from explorer.core.questions import RunChecks
from explorer.core.runner import Runner
from explorer.core.session import load_session, restore
from explorer.core.stored import read_card, stored_path
from explorer.experiments.bptt import create
from explorer.experiments.bptt.chains import MOST_STEPS_OLD
from explorer.experiments.bptt.experiment import LARGEST, BpttExperiment
from explorer.experiments.bptt.film import Film
from explorer.experiments.bptt.learner import per_sequence_norms, run_pass
from explorer.experiments.bptt.plain import create as plain_training
from explorer.experiments.bptt.pretraining import pretrain, quality
from explorer.models.adamw import AdamW
from explorer.specs.bptt import CELLS, MAX_ROWS, SPEC, TRACKS, BpttParams, Chain, MeasureDelays, n_steps_of

SMALL = BpttParams(delay=12, hidden=16, batch_size=16)
TASKS = ("remember", "adding", "copy")
ALL = frozenset(frame.name for frame in SPEC.frames)


def trained(params: BpttParams = SMALL, n: int = 3, seed: int = 5) -> BpttExperiment:
    experiment = create(params, seed)
    for _ in range(n):
        experiment.step()
    return experiment


@pytest.mark.parametrize("task", TASKS)
def test_frames_have_the_form_that_the_spec_names(task: str):
    params = replace(SMALL, task=task)
    experiment = trained(params)
    T = n_steps_of(params)
    for exact in (True, False):
        frames = experiment.frames(ALL, exact=exact)
        assert {n: f.shape for n, f in frames.items()} == {
            "film": (3, 4, T),
            "film_steps": (3,),
            "film_truncate": (3,),
            "norms": (4, T),
            "spectrum": (16, 2),
            "gates": (5, T),
        }
        assert all(f.flags.c_contiguous and not f.flags.writeable for f in frames.values())
        assert ((frames["gates"] >= 0) & (frames["gates"] <= 1)).all()
    with pytest.raises(KeyError):
        experiment.frames(frozenset({"nonsense"}), exact=False)


@pytest.mark.parametrize("task", TASKS)
def test_a_state_goes_on_bit_for_bit(task: str):
    params = replace(SMALL, task=task)
    one, other = trained(params), create(params, 99)
    other.load(one.state())
    for _ in range(3):
        assert dict(one.step()) == dict(other.step())
    for name, array in one.state().items():
        np.testing.assert_array_equal(array, other.state()[name], err_msg=name)


def test_the_same_seed_gives_the_same_run_and_no_global_chance_is_touched():
    torch_before, numpy_before = torch.get_rng_state(), str(np.random.get_state())
    one, other = trained(), trained()
    one.frames(ALL, exact=True)
    one.answer(Chain("lstm"))
    assert dict(one.step()) == dict(other.step())
    assert dict(trained(seed=6).step()) != dict(other.step())
    assert torch.equal(torch_before, torch.get_rng_state())
    assert numpy_before == str(np.random.get_state())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("exact", [True, False])
def test_norms_of_a_step_are_those_of_its_row_and_come_back_with_its_state(exact: bool):
    one = create(BpttParams(delay=12, hidden=8), 3)
    for _ in range(3):
        one.step()
    frames = one.frames(ALL, exact=exact)
    np.testing.assert_array_equal(frames["film"][-1], np.log10(frames["norms"]).astype(np.float16))
    state = one.state()
    other = create(BpttParams(delay=12, hidden=8), 4)
    other.load(state)
    again = other.frames(ALL, exact=exact)
    for name in ("norms", "gates"):
        np.testing.assert_array_equal(again[name], frames[name], err_msg=name)
    for wrong in (np.zeros((4, 3)), np.zeros((4, 13), np.float32)):
        with pytest.raises(UserError):
            other.load(state | {"found/norms": wrong})
    other.step()
    assert np.abs(other.frames(ALL, exact=exact)["norms"] - frames["norms"]).max() > 0
    old = {name: array for name, array in state.items() if not name.startswith("found/")}
    other.load(old)
    assert np.isfinite(other.frames(ALL, exact=exact)["norms"]).all(), "sessions of before are opened still"


def test_a_state_of_another_model_changes_nothing():
    experiment = trained()
    before = experiment.state()
    for other in (replace(SMALL, hidden=24), replace(SMALL, delay=20)):
        with pytest.raises(UserError):
            experiment.load(trained(other).state())
    np.testing.assert_array_equal(before["film/rows"], experiment.state()["film/rows"])


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("truncate", [0, 4])
def test_all_checks_pass(activation: str, truncate: int):
    experiment = trained(replace(SMALL, activation=activation, truncate=truncate), 20)
    answer = experiment.answer(RunChecks(4))
    assert (answer.step, answer.generation) == (20, 4)
    assert len(answer.checks) >= 4
    assert [c.name for c in answer.checks if not c.passed] == []


@pytest.mark.parametrize("cell", CELLS)
def test_the_terms_of_the_chain_add_up_to_what_autograd_gives(cell: str):
    experiment = trained()
    whole = experiment.answer(Chain(cell))
    terms = [experiment.answer(Chain(cell, j=j)).term_norm for j in range(1, whole.k + 1)]
    learner, batch, task = experiment.learners[cell], experiment.held_out, experiment.task
    states, _ = learner.recurrent(batch.x[:, :1])
    loss = task.loss(learner.read(states[-1:]), batch.y[:, :1])
    (gradient,) = torch.autograd.grad(loss, learner.recurrent.weights().weight_hh)
    assert whole.total_norm == pytest.approx(float(gradient.norm()), rel=1e-4)
    assert max(terms) <= sum(terms)
    assert whole.total_norm <= sum(terms) * (1 + 1e-6)
    assert whole.products[-1] == pytest.approx(1.0)
    assert len(whole.factors) == whole.k - 1
    assert (whole.products[:-1] <= np.cumprod(whole.factors[::-1])[::-1] * (1 + 1e-9)).all()


def test_questions_that_make_no_sense_are_answered_in_a_sentence():
    experiment = trained()
    for request in (Chain("nonsense"), Chain("rnn", k=5), Chain("rnn", j=0), Chain("rnn", j=99)):
        with pytest.raises(UserError):
            experiment.answer(request)
    with pytest.raises(TypeError):
        experiment.answer("what?")


def test_other_delays_are_measured():
    answer = trained().answer(MeasureDelays(2))
    assert 12 in answer.delays
    assert answer.accuracy.shape == (3, len(answer.delays))
    assert ((answer.accuracy >= 0) & (answer.accuracy <= 1)).all()
    assert answer.chance == pytest.approx(1 / 8)


def test_beyond_the_cut_gradients_are_zero_and_the_film_says_so():
    experiment = trained(replace(SMALL, truncate=4), 2)
    frames = experiment.frames(ALL, exact=False)
    assert (frames["norms"][:, :4] == 0).all()
    assert (frames["norms"][:, -3:] > 0).all()
    assert np.isneginf(frames["film"][-1, :, 0]).all()
    assert (frames["film_truncate"] == 4).all()


def test_clipping_scales_the_weights_gradient_and_leaves_the_norms_alone():
    free, held = (trained(replace(SMALL, clipping=c, clip_norm=1e-3), 1) for c in (False, True))
    one, other = (e.frames(frozenset({"film"}), exact=False)["film"] for e in (free, held))
    np.testing.assert_array_equal(one, other)
    for name in CELLS:
        given = [p.grad for p in held.learners[name].parameters() if p.grad is not None]
        norm = float(torch.linalg.vector_norm(torch.cat([g.flatten() for g in given])))
        assert norm == pytest.approx(1e-3, rel=1e-3)


@pytest.mark.parametrize("task", TASKS)
def test_training_that_looks_inside_is_training_without_a_look(task: str):
    params = replace(SMALL, task=task, clip_norm=0.3)
    looked, plain = create(params, 5), plain_training(params, 5)
    for _ in range(30):
        one, other = looked.step(), plain.step()
        assert one == pytest.approx(other, rel=1e-4)


EXPLOSIVE = replace(SMALL, delay=300, activation="relu", radius=2.0, clipping=False)


@pytest.mark.parametrize("radius", [1.9, 2.0])
def test_a_run_that_explodes_is_stopped_by_a_sentence_before_its_weights_break(radius: float):
    experiment = create(replace(EXPLOSIVE, hidden=48, radius=radius), 5)
    weights = experiment.state()
    with pytest.raises(UserError, match=r"RNN's gradient exploded at step 1: .*32-bit.*Clip gradients"):
        experiment.step()
    for name, array in experiment.state().items():
        np.testing.assert_array_equal(array, weights[name], err_msg=name)


def test_norms_beyond_single_precision_are_still_numbers():
    norm = per_sequence_norms(torch.full((1, 64, 9), 1e38))
    assert norm.item() == pytest.approx(1e38 * 3 * 64, rel=1e-6)


@pytest.mark.parametrize(("size", "moves"), [(0.9 * LARGEST, True), (1.1 * LARGEST, False)])
def test_beyond_the_bound_adam_stands_still_without_a_word(size: float, moves: bool):
    weight = torch.nn.Parameter(torch.zeros(1))
    optimiser = AdamW([("w", weight)], 0.1, weight_decay=0.0)
    weight.grad = torch.tensor([size])
    for _ in range(5000):  # until the mean of squares is there
        optimiser.step()
    before = weight.item()
    optimiser.step()
    assert (weight.item() != before) is moves


def test_an_exploding_run_is_marked_and_goes_on_with_clipping():
    params = replace(EXPLOSIVE, learning_rate=0.1)
    runner = Runner(SPEC, create, params, 5)
    runner.train(20)
    assert runner.trouble is not None
    assert f"step {runner.trouble.step}" in runner.trouble.sentence
    assert not runner.trouble.detail
    assert runner.head < runner.trouble.step
    runner.reset()
    runner.set_params(replace(params, clipping=True, radius=1.1))
    assert runner.train(5) == 5
    assert runner.trouble is None


def test_a_full_film_halves_itself_and_keeps_its_order():
    film, rows = Film(3), np.ones((len(TRACKS), 3))
    for step in range(1, 3 * MAX_ROWS):
        if film.wants(step):
            film.add(step, rows, step % 7)
    assert len(film.steps) <= MAX_ROWS
    strides = set(np.diff(film.steps).tolist())
    assert strides == {4}
    np.testing.assert_array_equal(film.truncate, film.steps % 7)
    other = Film(3)
    other.load(film.state())
    np.testing.assert_array_equal(other.rows, film.rows)
    with pytest.raises(ValueError, match="form"):
        Film(4).load(film.state())


@pytest.mark.parametrize("truncate", [0, 5])
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_of_states_agree_with_finite_differences(cell: str, truncate: int):
    """The state at one time is nudged in a hand-written run in double precision; truncation by detached states."""
    experiment = trained()
    learner, task = experiment.learners[cell].double(), experiment.task
    batch = replace(experiment.held_out, x=experiment.held_out.x[:, :2].double(), y=experiment.held_out.y[:, :2])
    found = run_pass(learner, task, batch, truncate).gradients
    T = task.n_steps
    for t in (T - 2, T - 4):
        state = learner.recurrent.zero_state(2)
        for s in range(t + 1):
            state, _ = learner.recurrent.step(batch.x[s], state)

        def loss(nudge: torch.Tensor, state=state, t=t) -> float:
            now = state._replace(h=state.h + nudge)
            for s in range(t + 1, T):
                now, _ = learner.recurrent.step(batch.x[s], now)
            return task.loss(learner.read(now.h), batch.y).item()

        direction = torch.randn(state.h.shape, generator=torch.Generator().manual_seed(t), dtype=torch.float64)
        with torch.no_grad():
            slope = (loss(1e-5 * direction) - loss(-1e-5 * direction)) / 2e-5
        through_h = float((found.h[t] * direction[0]).sum())
        assert through_h == pytest.approx(slope, rel=1e-4, abs=1e-10)


def test_the_film_ends_at_the_step_that_an_explosion_falls_back_to():
    mailbox = Mailbox()
    runner = Runner(SPEC, create, replace(EXPLOSIVE, learning_rate=0.1), 5, mailbox=mailbox)
    runner.set_wanted(frozenset({"film_steps"}))
    runner.play()
    while runner.playing:
        runner.run_for(100.0)
    assert runner.trouble is not None
    runner.ask(Chain("rnn"))
    steps = mailbox.drain().frames["film_steps"].data
    assert steps.tolist() == list(range(1, runner.head + 1))


# ------------------------------------------------------------------------------------------------- the stored run


def test_the_stored_run_is_as_good_as_its_card_says():
    session, card = load_session(stored_path("bptt-remember")), read_card("bptt-remember")
    params = with_values(BpttParams(), session.params)
    experiment = create(params, session.seed)
    restore(session, experiment)
    assert quality(experiment) == pytest.approx(card.quality, abs=0.5)
    assert card.quality["lstm_accuracy_percent"] > 99
    assert card.quality["gru_accuracy_percent"] > 99
    assert card.quality["rnn_accuracy_percent"] < 25
    assert values_of(params) == card.params
    np.testing.assert_array_equal(experiment.frames(frozenset({"film"}), exact=True)["film"], session.frames["film"])


def test_a_short_run_is_made_the_same_way_twice():
    told: list[tuple[int, int]] = []
    one, _ = pretrain("bptt-remember", lambda n, of: told.append((n, of)), 2)
    other, card = pretrain("bptt-remember", lambda n, of: None, 2)
    assert (told[0], told[-1], card.steps) == ((0, 2), (2, 2), 2)
    for name, array in one.state.items():
        np.testing.assert_array_equal(array, other.state[name], err_msg=name)


# ------------------------------------------------------------------------------------------------- chains kept


def test_while_training_a_chain_of_a_moment_ago_will_do_and_says_so():
    experiment = trained()
    first = experiment.answer(Chain("gru", j=2))
    experiment.step()
    later = experiment.answer(Chain("gru", j=5, exact=False))
    assert (first.step, later.step) == (3, 3)
    np.testing.assert_array_equal(first.products, later.products)
    exact = experiment.answer(Chain("gru", j=5))
    assert exact.step == 4
    assert not np.array_equal(exact.products, later.products)
    assert experiment.answer(Chain("lstm", exact=False)).step == 4  # another cell, another chain
    for _ in range(MOST_STEPS_OLD + 1):
        experiment.step()
    assert experiment.answer(Chain("lstm", exact=False)).step == experiment.n_steps


def test_a_chain_of_other_weights_is_forgotten():
    experiment = trained()
    before = experiment.answer(Chain("rnn"))
    experiment.load(trained(n=3, seed=9).state())
    after = experiment.answer(Chain("rnn", exact=False))
    assert not np.array_equal(before.products, after.products)
