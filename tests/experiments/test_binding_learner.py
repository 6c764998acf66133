"""The model that learns which colour belongs to which noun: what it learns, what it cannot, and that a run is a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.core.errors import UserError
from explorer.data.binding import CHANCE, COLOURS, GUESSING, VOCABULARY, is_held_out
from explorer.data.binding_reading import EXAMPLE, ask, read
from explorer.experiments.attention.learner import N_TEST, TEST_EVERY, BinderShape, BindingLearner

SMALL = BinderShape(width=8, batch_size=8)
FAST = BinderShape(learning_rate=3e-3)
FAMILY = [replace(SMALL, layers=layers, heads=heads) for layers in (1, 2) for heads in (1, 2, 3, 4)]


def run(shape: BinderShape, n_steps: int, seed: int = 0) -> BindingLearner:
    learner = BindingLearner(shape, seed)
    for _ in range(n_steps):
        learner.step()
    return learner


def same(one: BindingLearner, other: BindingLearner) -> bool:
    a, b = one.state(), other.state()
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.fixture(scope="module")
def learned() -> BindingLearner:
    return run(FAST, 400)


# ---------------------------------------------------------------------------------------------------------- learning


def test_it_learns_to_bind(learned: BindingLearner):
    measured = learned.measure()
    assert measured.right.mean() > 0.95
    assert measured.loss < 0.3
    assert measured.to_colour[0].max() > 0.7  # the first layer binds ...
    assert measured.to_noun[1].max() > 0.4  # ... and the last one looks it up
    assert measured.to_colour.max() == measured.to_colour[0].max()


def test_it_answers_a_sentence_that_it_never_saw(learned: BindingLearner):
    for noun, colour in read(EXAMPLE).told.items():
        looked = learned.attention_of(ask(EXAMPLE, noun))
        assert looked.answer == colour == looked.reading.answer


def test_it_fails_without_its_heads(learned: BindingLearner):
    none = np.zeros((2, 2), bool)
    for heads_on in (none, np.array([[False, False], [True, True]]), np.array([[True, True], [False, False]])):
        assert learned.measure(heads_on).right.mean() < 0.5
    assert learned.measure(none).right.mean() < 0.25
    assert learned.measure(~none).right.mean() == learned.measure().right.mean()


def test_without_attention_it_learns_nothing():
    learner = run(replace(FAST, attention_on=False), 150)
    assert learner.measure().right.mean() == pytest.approx(CHANCE, abs=0.06)
    assert learner.measure().loss > 0.95 * np.log(len(COLOURS))


def test_one_layer_learns_little_more_than_which_colours_occur():
    learner = run(replace(FAST, layers=1), 300)
    assert GUESSING - 0.1 < learner.measure().right.mean() < 0.6


# ---------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize("shape", FAMILY, ids=str)
def test_a_step_tells_its_numbers(shape: BinderShape):
    learner = BindingLearner(shape, 0)
    for step in range(1, TEST_EVERY + 1):
        values = learner.step()
        names = {"loss", "accuracy", "gradient_norm"}
        if step in (1, TEST_EVERY):
            names |= {"test_loss", "test_accuracy", "asked_attention", "question_attention"}
            assert 0 <= values["asked_attention"] <= 1
            assert 0 <= values["test_accuracy"] <= 100
        assert values.keys() == names
        assert np.isfinite(list(values.values())).all()


def test_what_is_measured_is_held_out_and_the_same_in_every_run():
    one, other = run(SMALL, 0).test_sentences, run(replace(SMALL, heads=4), 3, seed=9).test_sentences
    assert np.array_equal(one.tokens, other.tokens)
    assert len(one) == N_TEST
    for row, nouns, colours in zip(one.tokens, one.noun_places, one.colour_places, strict=True):
        words = VOCABULARY.decode(row)
        told = zip(nouns[nouns >= 0], colours[colours >= 0], strict=True)
        assert is_held_out({words[noun]: words[colour] for noun, colour in told})


def test_one_sentence_is_seen_as_among_many():
    learner = run(SMALL, 3)
    test = learner.test_sentences
    to_colour, right = np.zeros((2, 2)), []
    for i in range(N_TEST):
        words = VOCABULARY.decode(test.tokens[i][: test.lengths[i]])
        looked = learner.attention_of(read(" ".join(words)))
        assert looked.reading.asked_noun == test.asked_nouns[i]
        to_colour += looked.weights[:, :, looked.reading.asked_noun, looked.reading.asked_colour] / N_TEST
        right.append(looked.answer == looked.reading.answer)
    np.testing.assert_allclose(learner.measure().to_colour, to_colour, atol=1e-5)
    assert learner.measure().right.tolist() == right


def test_what_is_looked_at_is_whole_and_its_own():
    learner = run(SMALL, 2)
    looked = learner.attention_of(read(EXAMPLE))
    T = len(looked.reading.words)
    assert looked.weights.shape == (2, 2, T, T)
    assert looked.step == 2
    np.testing.assert_allclose(looked.weights.sum(-1), 1, atol=1e-5)
    assert looked.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert not looked.weights.flags.writeable
    before = looked.weights.copy()
    learner.step()
    assert np.array_equal(looked.weights, before)
    with pytest.raises(ValueError, match="switched"):
        learner.attention_of(read(EXAMPLE), np.ones((1, 2), bool))


def test_looking_and_measuring_change_nothing_and_leave_grad_mode_alone():
    one, other = run(SMALL, 3), run(SMALL, 3)
    one.attention_of(read(EXAMPLE), np.array([[True, False], [True, True]]))
    one.measure(np.zeros((2, 2), bool))
    assert torch.is_grad_enabled()
    assert same(one, other)
    with torch.no_grad():
        one.step()
    other.step()
    assert same(one, other)


# ---------------------------------------------------------------------------------------------------------- runs


def test_the_same_seed_gives_the_same_run():
    assert same(run(SMALL, 4), run(SMALL, 4))
    assert not same(run(SMALL, 4), run(SMALL, 4, seed=1))


@pytest.mark.parametrize("shape", FAMILY, ids=str)
def test_a_state_goes_on_bit_for_bit(shape: BinderShape):
    whole = run(shape, 3, seed=2)
    state = whole.state()
    other = run(shape, 1, seed=7)
    other.load(state)
    for _ in range(3):
        assert whole.step() == other.step()
    assert same(whole, other)
    assert not np.array_equal(state["weights/E"], whole.state()["weights/E"])  # a state is a copy


def test_a_state_that_does_not_fit_changes_nothing():
    learner, before = run(SMALL, 2), run(SMALL, 2)
    state = run(SMALL, 3).state()
    without = {name: array for name, array in state.items() if name != "weights/U"}
    negative = state | {"n_steps": np.array(-1, np.int64)}
    for wrong in (without, negative, run(replace(SMALL, width=16), 0).state(), state | {"more": np.zeros(1)}):
        with pytest.raises(UserError, match="do not fit"):
            learner.load(wrong)
        assert same(learner, before)


def test_live_parameters_take_effect_and_others_need_a_new_run():
    learner, other = run(SMALL, 2), run(SMALL, 2)
    learner.set_shape(replace(SMALL, learning_rate=1e-2, batch_size=4))
    learner.step()
    other.step()
    assert not same(learner, other)
    assert not np.array_equal(learner.measure().to_colour, np.zeros((2, 2)))
    loss = learner.measure().loss
    learner.set_shape(replace(learner.shape, attention_on=False))
    assert learner.measure().loss != loss
    for wrong in (replace(SMALL, layers=1), replace(SMALL, heads=4), replace(SMALL, width=16)):
        with pytest.raises(ValueError, match="new run"):
            learner.set_shape(wrong)
