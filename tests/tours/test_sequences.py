"""The tour of sequence tasks is played to its end, and what it says is measured again on the stored runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.catalog import spec
from explorer.commands.runs import Plan, start_run
from explorer.core.params import with_values
from explorer.core.runner import Runner
from explorer.core.session import load_session
from explorer.core.stored import read_card, stored_path
from explorer.core.tour import load_tour, validate
from explorer.specs.sequences import EXAMPLES, Read, Trace

LAB = spec("sequences")
TOUR = load_tour("sequences")
SCENES = {scene.id: scene for scene in TOUR.scenes}


def stored(task: str) -> Runner:
    run = next(run for run in LAB.stored if run.stem.endswith(task))
    session = load_session(stored_path(run.stem))
    params = with_values(LAB.params(), session.params)
    return start_run(Plan(LAB, params, session.seed, "cpu", session, run.title))[0]


@pytest.fixture(scope="module")
def sentiment() -> Runner:
    return stored("sentiment")


def read(runner: Runner, text: str) -> Trace:
    answer = runner.ask(Read(text=text))
    assert isinstance(answer, Trace)
    return answer


def test_tour_fits_its_lab_and_follows_the_seminar():
    validate(TOUR, LAB)
    order = ["order", "state", "negation", "influence", "rows", "caption", "translate", "bottleneck", "live"]
    assert [scene.id for scene in TOUR.scenes] == order


@pytest.mark.slow
def test_tour_is_played_to_its_end(qapp, tmp_path: Path):
    from explorer.ui.tour.demo import n_pictures, photograph_tour

    pictures = list(photograph_tour("sequences", tmp_path, "cpu", most_s=0.3))
    assert len(pictures) == n_pictures("sequences") == len(TOUR.scenes)
    assert all(path.stat().st_size > 20_000 for path in pictures)


def test_scenes_say_what_order_and_negation_do(sentiment: Runner):
    one = read(sentiment, "the cast is great but the film is dull")
    other = read(sentiment, "the film is dull but the cast is great")
    assert (one.written, other.written) == (("negative",), ("positive",))
    assert sorted(t.text for t in one.tokens) == sorted(t.text for t in other.tokens)
    assert read(sentiment, "not bad at all").written == ("positive",)
    assert read(sentiment, "bad").written == ("negative",)
    assert read_card("sequences-sentiment").quality["negation_accuracy_percent"] == 100


def test_scene_says_where_the_answer_turns(sentiment: Runner):
    trace = read(sentiment, EXAMPLES["sentiment"])
    positive = trace.probabilities[:, 1] > 0.5
    words = [token.text for token in trace.tokens]
    at = words.index("not")
    assert positive[:at].all()
    assert not positive[at + 1 :].any()


def test_scenes_say_how_often_digits_and_translations_are_right():
    digits, italian = read_card("sequences-digits").quality, read_card("sequences-translate").quality
    assert digits["accuracy_percent"] == pytest.approx(98, abs=0.5)
    assert italian["exact_match_percent"] >= 99
    assert italian["longer_exact_match_percent"] == pytest.approx(3, abs=0.5)


def test_scene_says_how_the_fox_sleeps():
    trace = read(stored("translate"), "the blue fox sleeps")
    assert " ".join(trace.written) == "la volpe blu dorme" == trace.truth
    assert trace.ended


@pytest.mark.slow
def test_scene_says_that_some_hundred_steps_suffice():
    runner, _ = start_run(Plan(LAB, LAB.params(), device="cpu"))
    runner.train(600)
    assert runner.scalars.at_or_before(600)["accuracy"] > 90
