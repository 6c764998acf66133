"""Sentences with colours bound to nouns: against a pattern written apart, what is held out, and what people type."""

from __future__ import annotations

import re
from itertools import pairwise
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import UserError
from explorer.data.binding import (
    CHANCE,
    COLOURS,
    FEWEST,
    GUESSING,
    LONGEST,
    MOST,
    NOUNS,
    PAIRED,
    VOCABULARY,
    Sentences,
    draw,
    is_held_out,
)
from explorer.data.binding_reading import EXAMPLE, Reading, ask, read

COLOUR = "blue|golden|red|green|white|black|purple|silver"
NOUN = "fox|owl|dragon|cat|bear|rabbit|horse|frog|tail|hat|scarf|cape|wings|eyes|ears|boots"
CREATURE = "fox|owl|dragon|cat|bear|rabbit|horse|frog"
PLURAL = "wings|eyes|ears|boots"
PHRASE = rf"(?:(?:a|an|the) )?(?:\w+ )?({COLOUR}) (?:(?:striped|shiny|fluffy|woolly) )?({NOUN})"
SENTENCE = re.compile(rf"{PHRASE}(?: (?:with|and|beside) {PHRASE}){{1,3}} \. which colour (has|have) the ({NOUN})")
FOX = "a blue fox with golden wings"


def some(n: int = 2000, *, held_out: bool = False, seed: int = 5) -> Sentences:
    return draw(np.random.default_rng(seed), n, held_out=held_out)


def words_of_all(sentences: Sentences) -> list[list[str]]:
    pairs = zip(sentences.tokens, sentences.lengths, strict=True)
    return [list(VOCABULARY.decode(row[:length])) for row, length in pairs]


def told_by(words: list[str]) -> list[tuple[str, str]]:
    """Noun and colour of each phrase, by pattern."""
    told = " ".join(words).partition(" . ")[0]
    return [(noun, colour) for colour, noun in re.findall(PHRASE, told)]


@pytest.mark.parametrize("held_out", [False, True])
def test_places_and_answers_are_those_of_a_pattern(held_out: bool):
    sentences = some(held_out=held_out)
    for i, words in enumerate(words_of_all(sentences)):
        match = SENTENCE.fullmatch(" ".join(words))
        assert match is not None, words
        pairs = told_by(words)
        n = len(pairs)
        nouns, colours = sentences.noun_places[i], sentences.colour_places[i]
        assert [(words[p], words[q]) for p, q in zip(nouns[:n], colours[:n], strict=True)] == pairs
        assert (nouns[n:] == -1).all()
        assert (colours[n:] == -1).all()
        assert words[-1] == match[match.re.groups] == words[sentences.asked_nouns[i]]
        assert dict(pairs)[words[-1]] == COLOURS[sentences.answers[i]] == words[sentences.asked_colours[i]]


def test_the_english_is_right():
    for words in words_of_all(some()):
        text = " ".join(words)
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", text)
        assert not re.search(rf"\ban? (?:\w+ ){{1,3}}(?:{PLURAL})\b", text)
        assert (words[-3] == "have") == (words[-1] in PAIRED)
        kinds = ["creature" if noun in CREATURE.split("|") else "thing" for noun, _ in told_by(words)]
        links = [word for word in words if word in ("with", "and", "beside")]
        expected = {("creature", "thing"): "with", ("thing", "thing"): "and"}
        assert links == [expected.get((one, two), "beside") for one, two in pairwise(kinds)]


def test_no_noun_and_no_colour_is_told_twice():
    for words in words_of_all(some()):
        nouns, colours = zip(*told_by(words), strict=True)
        assert FEWEST <= len(nouns) <= MOST
        assert len(set(nouns)) == len(nouns)
        assert len(set(colours)) == len(colours)


def test_what_is_told_and_asked_is_drawn_evenly():
    sentences = some(16_000)
    n_told = (sentences.noun_places >= 0).sum(1)
    np.testing.assert_allclose(np.bincount(n_told)[2:] / len(sentences), 1 / 3, atol=0.02)
    np.testing.assert_allclose(np.bincount(sentences.answers) / len(sentences), CHANCE, atol=0.02)
    asked = np.bincount([NOUNS.index(words[-1]) for words in words_of_all(sentences)], minlength=len(NOUNS))
    np.testing.assert_allclose(asked / len(sentences), 1 / len(NOUNS), atol=0.02)
    for n in (2, 3, 4):
        np.testing.assert_allclose(np.bincount(sentences.asked[n_told == n]), (n_told == n).sum() / n, rtol=0.1)
    assert (1 / n_told).mean() == pytest.approx(GUESSING, abs=0.01)


def test_the_longest_sentence_is_as_long_as_stated_and_padding_lies_behind_the_end():
    sentences = some(4000)
    assert sentences.lengths.max() == sentences.tokens.shape[1] == LONGEST
    is_padding = np.arange(LONGEST) >= sentences.lengths[:, None]
    assert ((sentences.tokens == 0) == is_padding).all()
    assert draw(np.random.default_rng(3), 1).tokens.shape[1] <= LONGEST


def test_the_same_state_gives_the_same_sentences():
    one, other = some(50), some(50)
    assert (one.tokens == other.tokens).all()
    assert (one.colour_places == other.colour_places).all()
    assert not np.array_equal(one.tokens, some(50, seed=6).tokens)
    assert len(draw(np.random.default_rng(1), 0)) == 0


# ---------------------------------------------------------------------------------------------------------- held out


def test_nothing_held_out_is_told_in_training():
    trained = {frozenset(told_by(words)) for words in words_of_all(some(30_000))}
    held_out = {frozenset(told_by(words)) for words in words_of_all(some(4000, held_out=True))}
    assert trained.isdisjoint(held_out)
    assert {len(told) for told in held_out} == {2, 3, 4}


def test_the_split_is_the_stated_hash():
    def by_hand(pairs: list[tuple[str, str]]) -> bool:
        total = sum(crc32(f"{colour}:{noun}".encode()) for noun, colour in pairs)
        return total * 0x9E3779B97F4A7C15 % 2**64 < 2**61

    for held_out in (False, True):
        for words in words_of_all(some(500, held_out=held_out)):
            pairs = told_by(words)
            assert by_hand(pairs) == held_out == is_held_out(dict(pairs)) == is_held_out(dict(pairs[::-1]))


def test_about_one_in_eight_is_held_out():
    pairs = [{one: red, two: blue} for one in NOUNS for two in NOUNS for red in COLOURS for blue in COLOURS]
    share = np.mean([is_held_out(told) for told in pairs if len(told) == 2 and len(set(told.values())) == 2])
    assert share == pytest.approx(1 / 8, abs=0.02)


def test_the_examples_of_the_seminar_are_held_out():
    assert is_held_out(read(EXAMPLE).told)
    assert is_held_out({"fox": "blue", "wings": "golden"})
    with pytest.raises(ValueError, match="zebra"):
        is_held_out({"zebra": "blue"})


# ---------------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("held_out", [False, True])
def test_what_is_drawn_is_read_as_it_was_meant(held_out: bool):
    sentences = some(400, held_out=held_out)
    for i, words in enumerate(words_of_all(sentences)):
        reading = read(" ".join(words) + "?")
        n = len(reading.noun_places)
        assert reading.words == tuple(words)
        assert reading.noun_places == tuple(sentences.noun_places[i][:n])
        assert reading.colour_places == tuple(sentences.colour_places[i][:n])
        assert reading.asked == sentences.asked[i]
        assert reading.answer == COLOURS[sentences.answers[i]]


@pytest.mark.parametrize(
    ("text", "words", "answer"),
    [
        (EXAMPLE, "a smiling blue fox with golden wings and a red hat . which colour have the wings", "golden"),
        (f"{FOX} what color is the fox", f"{FOX} . which colour has the fox", "blue"),
        (f"{FOX}! What colours are wings?!", f"{FOX} . which colour have the wings", "golden"),
        ("A Blue fox, a red hat, and a cape. which colour has a hat?", None, "red"),
        ("striped old silver owl which colour has the owl", None, "silver"),
    ],
)
def test_what_people_type_is_understood(text: str, words: str | None, answer: str):
    reading = read(text)
    assert words is None or " ".join(reading.words) == words
    assert reading.answer == answer


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "end with one like"),
        ("A zebra with pink wings.", "does not know “zebra” and “pink”: use the nouns fox"),
        (FOX, "end with one like"),
        (f"{FOX}. Which hat?", "ask like this"),
        (f"{FOX}. Which colour?", "ask like this"),
        (f"{FOX}. Which colour has the blue?", "ask like this"),
        (f"{FOX}. Which colour has the owl?", "no owl in the sentence: ask for “fox” or “wings”"),
        ("Which colour has the fox?", "names nothing"),
        ("a fox and a red hat which colour has the fox", "put one in front, like “blue fox”"),
        ("a blue red fox which colour has the fox", "two colours, blue and red: leave one out"),
        ("a blue and red fox which colour has the fox", "“blue” stands before no noun"),
        ("a fox blue which colour has the fox", "“blue” stands before no noun"),
        (f"{FOX} and a red fox which colour has the fox", "leave one out"),
        (f"{FOX}. a red hat. which colour has the hat", "one sentence and then one question"),
        ("the fox is blue. which colour has the fox", "belongs into the question"),
        (f"a {'smiling ' * 20} blue fox which colour has the fox", f"reads {LONGEST} at most: leave some out"),
        (f"{FOX} " * 40, "more than 100 words"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_remedy(text: str, remedy: str):
    with pytest.raises(UserError, match=re.escape(remedy)) as raised:
        read(text)
    sentence = str(raised.value)
    assert sentence[0].isupper() or sentence[0] == "“"
    assert sentence.endswith(".")


def test_another_noun_can_be_asked_for():
    asked = ask(EXAMPLE, "hat")
    assert asked.answer == "red"
    assert asked.words[-1] == "hat"
    assert ask(FOX, "wings") == read(f"{FOX}. Which colour have the wings?")
    with pytest.raises(UserError, match="no cape"):
        ask(EXAMPLE, "cape")


def readable(text: str) -> Reading | None:
    try:
        return read(text)
    except UserError:
        return None


TOLD = st.lists(st.sampled_from([*VOCABULARY.tokens[4:], ",", "?", "is"])).map(" ".join)


@given(st.one_of(st.text(), TOLD, TOLD.map(lambda told: f"{told} and a blue fox. Which colour has the fox?")))
def test_anything_can_be_typed(text: str):
    reading = readable(text)
    if reading is not None:
        assert len(reading.words) <= LONGEST
        assert all(word in VOCABULARY for word in reading.words)
        assert reading.words[-1] == reading.words[reading.asked_noun]
        assert reading.answer in COLOURS
