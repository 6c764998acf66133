"""Vocabularies, and any text at all cut into words and characters."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.data.vocabulary import LONGEST_WORD, SPECIALS, Vocabulary, characters_of, words_of
from explorer.data.writing import batch

ANYTHING = st.text(st.characters(), max_size=200)  # lone halves of surrogate pairs and NUL included
NASTY = [
    "",
    " \t\n\r\x0b ",
    "\x00\x01\x02",
    "\ud800 lone",
    "\u202emirrored\u202c",
    "مرحبا بالعالم",
    "שָׁלוֹם עולם",
    "👩\u200d👩\u200d👧 👍🏽 🇮🇹 ❤\ufe0f",
    "e\u0301" * 50,
    "a" + "\u0301" * 10_000,
    "x" * 10_000,
    "word " * 2_000,
    "\u200d\u200d",
    "नमस्ते",
    "ǅİß",
]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary.of(["fox", "blue", "the", "fox", "<unk>"])


def test_special_tokens_have_the_first_ids(vocabulary: Vocabulary):
    assert vocabulary.tokens == ("<pad>", "<unk>", "<start>", "<end>", "blue", "fox", "the")
    assert [vocabulary.index(token) for token in SPECIALS] == [0, 1, 2, 3]
    assert len(vocabulary) == 7


def test_encoding_and_decoding_undo_each_other(vocabulary: Vocabulary):
    ids = vocabulary.encode(("the", "blue", "fox"))
    assert ids.dtype == np.int64
    assert ids.tolist() == [6, 4, 5]
    assert vocabulary.decode(ids) == ("the", "blue", "fox")


def test_unknown_words_are_unknown(vocabulary: Vocabulary):
    assert "wolf" not in vocabulary
    assert "fox" in vocabulary
    assert vocabulary.encode(["wolf", "fox"]).tolist() == [1, 5]


def test_nothing_is_encoded_as_nothing(vocabulary: Vocabulary):
    assert vocabulary.encode([]).shape == (0,)
    assert vocabulary.encode([]).dtype == np.int64
    assert vocabulary.decode([]) == ()


@pytest.mark.parametrize("wrong", [-1, 7])
def test_ids_outside_are_refused(vocabulary: Vocabulary, wrong: int):
    with pytest.raises(IndexError):
        vocabulary.decode([wrong])


@pytest.mark.parametrize("tokens", [("fox",), (*SPECIALS, "fox", "fox")])
def test_vocabularies_that_are_none_are_refused(tokens: tuple[str, ...]):
    with pytest.raises(ValueError, match="special tokens"):
        Vocabulary(tokens)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Blue fox sleeps.", ("the", "blue", "fox", "sleeps", ".")),
        ("great cast,but dull!!", ("great", "cast", ",", "but", "dull", "!", "!")),
        ("don\u2019t 'quote' it's", ("don't", "'", "quote", "'", "it's")),
        ("tabs\tand\nlines", ("tabs", "and", "lines")),
        ("cafe\u0301", ("café",)),
        ("ok👍🏽ok 👩\u200d👩\u200d👧 🇮🇹🇫🇷", ("ok", "👍🏽", "ok", "👩\u200d👩\u200d👧", "🇮🇹", "🇫🇷")),
        ("שלום עולם", ("שלום", "עולם")),
        ("a\x00b\u202ec", ("a", "b", "c")),
        ("\u200da \u200d b", ("a", "b")),
        ("\ud83d", ("\ufffd",)),
        ("नमस्ते", ("नमस्ते",)),
    ],
)
def test_words_of(text: str, words: tuple[str, ...]):
    assert words_of(text, 40) == (words, "")


def test_what_is_cut_off_is_given_as_typed():
    assert words_of("One TWO  Three,\tFour!", 2) == (("one", "two"), "Three,\tFour!")
    assert words_of("One TWO \n ", 2) == (("one", "two"), "")
    assert words_of("one", 0) == ((), "one")
    assert characters_of("3  March\t1998", 7) == (tuple("3 March"), "1998")
    assert characters_of("3 March", 2) == (("3",), "March")
    assert characters_of("3 March", 7) == (tuple("3 March"), "")


def test_long_words_are_shortened_where_everybody_sees_it():
    (word,), cut = words_of("x" * 10_000, 40)
    assert word == "x" * (LONGEST_WORD - 1) + "…"
    assert cut == ""
    assert words_of("x" * LONGEST_WORD, 1)[0] == ("x" * LONGEST_WORD,)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_texts_are_read(text: str):
    read_in_full(text)


@given(ANYTHING, st.integers(0, 12))
def test_any_text_is_read(text: str, most: int):
    read_in_full(text, most)


def read_in_full(text: str, most: int = 40) -> None:
    """Both ways of cutting: never too much, nothing lost, nothing that cannot be stored or seen."""
    for cut_up in (words_of, characters_of):
        pieces, cut = cut_up(text, most)
        assert len(pieces) <= most
        assert text.endswith(cut)
        assert bool(cut) <= (len(pieces) >= most - 1)
        assert all(0 < len(piece) <= LONGEST_WORD for piece in pieces)
        "".join(pieces).encode("utf-8")
        assert not any(unicodedata.category(piece[0]) in ("Cc", "Cf", "Zl", "Zp") for piece in pieces)


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=60))
def test_no_visible_character_is_lost(text: str):
    def visible(some: str) -> str:
        return unicodedata.normalize("NFC", "".join(some.split())).lower().replace("\u2019", "'")

    words, cut = words_of(" ".join(text), 10_000)  # single letters: none is shortened
    assert not cut
    assert visible("".join(words)) == visible(" ".join(text))


def test_batches_are_padded_below():
    padded, lengths = batch([np.array([5, 6, 7]), np.array([], np.int64), np.array([8])])
    assert padded.tolist() == [[5, 0, 8], [6, 0, 0], [7, 0, 0]]
    assert lengths.tolist() == [3, 0, 1]
    assert padded.dtype == lengths.dtype == np.int64


def test_empty_batches_have_a_shape():
    assert batch([])[0].shape == (0, 0)
    assert batch([np.array([], np.int64)])[0].shape == (0, 1)
