"""The tour of attention is played to its end, and what it says is measured again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.catalog import spec
from explorer.commands.runs import Plan, start_run, stored_plan
from explorer.core.runner import Runner
from explorer.core.tour import load_tour, validate
from explorer.data.binding import CHANCE
from explorer.data.binding_reading import EXAMPLE as QUESTION
from explorer.experiments.attention.ready_made import shipped_encoder
from explorer.specs.attention import EXAMPLE, N_HEADS, N_LAYERS, Bind, Encode, Reading, Relate, Trace
from explorer.specs.attention.cost import NETWORKS, Cost
from explorer.ui.labs.attention.attending import attending_of
from explorer.ui.labs.attention.hand_model import HandModel
from explorer.ui.labs.attention.sentences_panel import FIRST
from explorer.ui.labs.attention.tokens_panel import EXAMPLES

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


def test_scene_says_which_head_looks_at_the_word_before(stored: Runner):
    least = {text: np.diagonal(stored.ask(Encode(Reading(text))).weights[0, 2], -1).min() for text in EXAMPLES}
    assert least[EXAMPLE] >= 0.99
    assert min(least.values()) > 0.9


def test_scene_says_how_large_the_model_is(stored: Runner):
    encoder = shipped_encoder()
    maps = [encoder.norm, *(part for layer in encoder.layers for part in vars(layer).values())]
    tables = [encoder.words, encoder.positions, encoder.types]
    n_weights = sum(table.numel() for table in (*tables, *(x for part in maps for x in (part.weight, part.bias))))
    assert round(n_weights / 1e6) == 22
    assert (N_LAYERS, N_HEADS) == (6, 12) == (len(encoder.layers), stored.ask(Encode()).weights.shape[1])


def test_scene_says_how_alike_the_sentences_are(stored: Runner):
    assert stored.ask(Relate(Reading(EXAMPLE), FIRST)).cosine == pytest.approx(0.49, abs=0.01)
    assert abs(stored.ask(Relate(Reading(EXAMPLE), "The stock market fell on Monday.")).cosine) < 0.15


@pytest.mark.slow
def test_scene_says_which_jump_is_found_first_and_that_it_has_learned_by_then():
    scene = TOUR.scenes[TOUR.index("learn")]
    assert scene.until is not None
    assert scene.until.step is not None
    run = start_run(Plan(LAB, LAB.params(), device="cpu"))[0]
    run.step(scene.until.step)
    numbers = run.scalars.series()

    def first_above(name: str, bound: float) -> int:
        steps, values = numbers[name]
        return int(steps[np.argmax(values >= bound)])

    assert numbers["test_accuracy"][1][-1] >= 98
    found = [first_above("question_attention", 0.5), first_above("asked_attention", 0.5)]
    assert 1 < found[0] < found[1] < first_above("test_accuracy", 98)


def test_scene_says_which_head_is_needed_and_that_it_guesses_without_attention(stored: Runner):
    right = [stored.ask(Bind(QUESTION, heads_off=off)).accuracy_percent for off in ((), ((0, 0),), ((0, 1),))]
    assert right[:2] == [100.0, 100.0]
    assert right[2] < 2
    before = stored.params
    stored.set_params(replace(before, attention_on=False))
    guessed = stored.ask(Bind(QUESTION)).accuracy_percent
    stored.set_params(before)
    assert guessed == pytest.approx(100 * CHANCE, abs=4)  # of 500: three standard deviations


def test_scene_says_how_memory_grows(stored: Runner):
    one, two = (
        {network: stored.ask(Cost(n, 64, network, "bytes")).value for network in NETWORKS} for n in (1024, 2048)
    )
    assert two["attention"] / one["attention"] > 3.5
    assert two["recurrent"] / one["recurrent"] == pytest.approx(2.0, rel=0.02)
