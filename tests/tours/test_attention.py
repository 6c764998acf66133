"""The tour of attention is played to its end, and what it says is measured again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.catalog import spec
from explorer.commands.runs import start_run, stored_plan
from explorer.core.runner import Runner
from explorer.core.tour import load_tour, validate
from explorer.data.binding import CHANCE
from explorer.data.binding_reading import EXAMPLE as QUESTION
from explorer.specs.attention import EXAMPLE, AttentionParams, Bind, Cost, Encode, Reading, Relate, Trace
from explorer.ui.labs.attention.attending import attending_of
from explorer.ui.labs.attention.hand_model import HandModel
from explorer.ui.labs.attention.sentences_panel import FIRST

LAB = spec("attention")
TOUR = load_tour("attention")
FOX = 4


@pytest.fixture(scope="module")
def stored() -> Runner:
    return start_run(stored_plan(LAB, "cpu"))[0]


def test_tour_fits_its_lab():
    validate(TOUR, LAB)
    assert [scene.id for scene in TOUR.scenes][:4] == ["tokens", "rest", "cell", "walk"]


@pytest.mark.slow
def test_tour_is_played_to_its_end(qapp, tmp_path: Path):
    from explorer.ui.tour.demo import n_pictures, photograph_tour

    pictures = list(photograph_tour("attention", tmp_path, "cpu", most_s=0.3))
    assert len(pictures) == n_pictures("attention") == len(TOUR.scenes)
    assert all(path.stat().st_size > 20_000 for path in pictures)


def test_scenes_say_what_fox_looks_at_and_what_is_left_without_added_tokens(stored: Runner):
    seen = attending_of(stored.ask(Encode()))
    weights = dict(zip(seen.tokens, seen.weights[2, 0, FOX].tolist(), strict=True))
    assert max(weights, key=lambda word: weights[word]) == "[CLS]"
    assert [round(weights[word], 2) for word in ("smiling", "blue", "golden")] == [0.36, 0.12, 0.0]
    assert round(100 * seen.kept_share(2, 0, FOX)) == 58


def test_scene_says_that_a_few_dimensions_carry_most(stored: Runner):
    traced = stored.ask(Trace())
    products = np.sort(np.abs(traced.Q[FOX] * traced.K[2]))[::-1]
    assert products[:6].sum() > 0.6 * products.sum()


def test_scene_says_whom_the_words_by_hand_look_at(stored: Runner):
    traced = stored.ask(HandModel().request())
    looks = {word: traced.tokens[int(row.argmax())] for word, row in zip(traced.tokens, traced.weights, strict=True)}
    assert (looks["fox"], looks["flies"]) == ("blue", "fox")


@pytest.mark.parametrize("text", [EXAMPLE, "The keys to the old cabinet are on the table."])
def test_scene_says_which_head_looks_at_the_word_before(stored: Runner, text: str):
    seen = stored.ask(Encode(Reading(text)))
    assert np.diagonal(seen.weights[0, 2], -1).min() >= 0.99


def test_scene_says_how_alike_the_sentences_are(stored: Runner):
    assert stored.ask(Relate(Reading(EXAMPLE), FIRST)).cosine == pytest.approx(0.49, abs=0.01)
    assert abs(stored.ask(Relate(Reading(EXAMPLE), "The stock market fell on Monday.")).cosine) < 0.15


def test_scene_says_that_it_learns_and_that_it_guesses_without_attention(stored: Runner):
    assert stored.ask(Bind(QUESTION)).accuracy_percent > 98
    learner = stored._weights.experiment.learner  # type: ignore[attr-defined]
    learner.set_shape(replace(learner.shape, attention_on=False))
    guessed = 100 * float(learner.measure().right.mean())
    learner.set_shape(replace(learner.shape, attention_on=AttentionParams().attention_on))
    assert guessed == pytest.approx(100 * CHANCE, abs=6)


def test_scene_says_how_memory_grows(stored: Runner):
    one, two = (stored.ask(Cost(n, 64)) for n in (1024, 2048))
    assert two.attention_bytes / one.attention_bytes > 3.5
    assert two.recurrent_bytes / one.recurrent_bytes == pytest.approx(2.0, rel=0.02)
