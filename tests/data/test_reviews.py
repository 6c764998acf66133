"""Reviews: labels against a list made by hand and a parser, and what training never sees."""

from __future__ import annotations

import re
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.data.reviews import LONGEST, VOCABULARY, draw, truth
from explorer.data.vocabulary import words_of

GOOD = [
    "great cast",
    "not bad",
    "not bad at all",
    "never dull",
    "hardly boring",
    "far from dull",
    "slow but moving",
    "neither dull nor slow",
    "the film is really funny",
    "the old film was not bad at all",
    "it was never a dull film",
    "not a bad film at all",
    "dull plot, but a great film!",
    "weak script but not a bad story",
    "i loved the film",
    "i did not hate the plot at all",
    "i never regretted the film",
    "nobody says the plot is dull",
    "i do not think the film is not good",
    "although the cast was awful the plot is clever",
    "the plot is clever although the cast was awful",
    "honestly it is not so bad for me",
    "not good but moving",
    "really clever plot and the music is great",
]
BAD = [
    "dull",
    "great cast but dull",
    "great cast but not a good film at all",
    "not good",
    "not very good",
    "never funny",
    "hardly a great film",
    "an awful ending",
    "far from a clever plot",
    "neither funny nor moving",
    "not bad but really slow",
    "i really hated the music",
    "i never enjoyed the film",
    "i did not love the acting",
    "i think the plot is rather weak",
    "i do not think it was a good film",
    "nobody says the film is not silly",
    "although it was funny, i regretted the film",
    "in my opinion the script is tedious .",
    "slow and the music is awful in the end",
    "the cast is lovely but the plot is weak and the ending is silly",
]
NEITHER = [
    "",
    "film",
    "the film",
    "but",
    "and good",
    "good but",
    "good and dull",
    "good but great",
    "not",
    "not at all",
    "an good film",
    "a good music",
    "so very good",
    "i loved the film but dull",
    "not good and dull",
    "although good",
    "the the film is good",
    "the fox is good",
    "although",
    "at all",
    "good good",
]


@pytest.mark.parametrize("sentence", GOOD)
def test_praise_is_known(sentence: str):
    assert truth(words_of(sentence, 40)[0]) is True


@pytest.mark.parametrize("sentence", BAD)
def test_blame_is_known(sentence: str):
    assert truth(words_of(sentence, 40)[0]) is False


@pytest.mark.parametrize("sentence", NEITHER)
def test_other_sentences_are_neither(sentence: str):
    assert truth(words_of(sentence, 40)[0]) is None


@pytest.mark.parametrize("longer", [False, True])
@pytest.mark.parametrize("held_out", [False, True])
def test_labels_are_what_the_parser_reads(longer: bool, held_out: bool):
    for review in draw(np.random.default_rng(3), 500 if held_out else 2000, held_out=held_out, longer=longer):
        assert truth(review.words) is review.positive, review
        assert (len(review.words) > LONGEST) == longer
        assert all(word in VOCABULARY for word in review.words)
        negations = {"not", "never", "hardly", "far", "neither", "nobody"}
        assert review.negated == any(word in negations for word in review.words)


def test_classes_are_balanced_with_and_without_negation():
    reviews = draw(np.random.default_rng(0), 8000)
    assert 0.48 < np.mean([one.positive for one in reviews]) < 0.52
    assert 0.45 < np.mean([one.positive for one in reviews if one.negated]) < 0.55
    assert 0.4 < np.mean([one.negated for one in reviews]) < 0.8


def test_no_single_word_gives_the_answer_away():
    reviews = draw(np.random.default_rng(0), 8000)
    for word in VOCABULARY.tokens[4:]:
        having = [one.positive for one in reviews if word in one.words]
        assert len(having) > 20, word
        assert 0.15 < np.mean(having) < 0.85, word


def test_sentences_are_many_and_words_are_few():
    reviews = draw(np.random.default_rng(0), 8000)
    assert len({one.words for one in reviews}) > 6000
    assert 60 <= len(VOCABULARY) <= 90


def opinion(words: tuple[str, ...]) -> str:
    """What is said, without openers, closers and punctuation; by pattern, not by the table of words."""
    said = re.sub(r" ?[,.!]", "", " ".join(words))
    said = re.sub(r"^(honestly|to be honest|in my opinion) ", "", said)
    return re.sub(r" (for me|in the end|on the whole)$", "", said)


def test_one_opinion_in_eight_is_held_out_and_never_in_training():
    def hashed(words: tuple[str, ...]) -> int:
        return zlib.crc32(opinion(words).encode()) % 8

    assert all(hashed(one.words) != 0 for one in draw(np.random.default_rng(1), 4000))
    assert all(hashed(one.words) == 0 for one in draw(np.random.default_rng(1), 500, held_out=True))


def test_what_is_held_out_is_not_trained_on_in_other_dress():
    trained = {opinion(one.words) for one in draw(np.random.default_rng(7), 20_000)}
    held_out = draw(np.random.default_rng(404), 500, held_out=True)
    assert not [one.words for one in held_out if opinion(one.words) in trained]
    assert any(opinion(one.words) != " ".join(one.words) for one in held_out)


def test_one_seed_is_one_list():
    assert draw(np.random.default_rng(5), 100) == draw(np.random.default_rng(5), 100)
    assert draw(np.random.default_rng(5), 100) != draw(np.random.default_rng(6), 100)
    assert draw(np.random.default_rng(5), 0) == []


def test_a_generator_carried_on_is_the_same_run():
    rng = np.random.default_rng(5)
    draw(rng, 64)
    state = rng.bit_generator.state
    later = draw(rng, 64)
    rng.bit_generator.state = state
    assert draw(rng, 64) == later


@given(st.lists(st.one_of(st.sampled_from(VOCABULARY.tokens), st.text(max_size=5)), max_size=12))
def test_any_words_are_judged(words: list[str]):
    assert truth(words) in (True, False, None)
