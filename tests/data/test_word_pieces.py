"""Word pieces: the same as the original's tokenizer cuts, and each knows where it stood."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.data.known_sentences import load_known_sentences
from explorer.data.word_pieces import CLS, MOST_TOKENS, SEP, UNKNOWN, word_ids, word_pieces

GOLDEN: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "word_pieces.json").read_text(encoding="ascii")
)


def vanishes(character: str) -> bool:
    """Whether a character is dropped before words are made: accents, joiners, control characters."""
    return character == "\ufffd" or unicodedata.category(character) in ("Mn", "Cc", "Cf", "Co")


def test_vocabulary_is_complete_and_in_order() -> None:
    ids = word_ids()
    assert list(ids.values()) == list(range(30_522))
    assert (ids["[PAD]"], ids[UNKNOWN], ids[CLS], ids[SEP], ids["[MASK]"]) == (0, 100, 101, 102, 103)
    assert max(map(len, ids)) == 18  # what the search for the longest piece begins with


@pytest.mark.parametrize("entry", GOLDEN, ids=lambda entry: ascii(entry["text"])[:30])
def test_cut_as_the_original_tokenizer_cuts(entry: dict[str, Any]) -> None:
    pieces = word_pieces(entry["text"], entry["second"], entry["most"])
    assert pieces.ids.tolist() == entry["ids"]
    assert pieces.types.tolist() == entry["types"]
    texts = [entry["text"], entry["second"]]
    for token, kind, (start, end), (their_start, their_end) in zip(
        pieces.tokens, entry["types"], pieces.spans.tolist(), entry["spans"], strict=True
    ):
        if their_end == 0:
            assert (start, end) == (0, 0)
            continue
        assert start == their_start, token
        assert end >= their_end  # what is dropped behind a letter is underlined with it
        assert all(vanishes(one) for one in texts[kind][their_end:end])


def test_running_example() -> None:
    pieces = word_pieces("A smiling blue fox with golden wings")
    assert pieces.tokens == (CLS, "a", "smiling", "blue", "fox", "with", "golden", "wings", SEP)
    assert pieces.tokens == load_known_sentences().tokens
    assert pieces.cut == ("",)
    assert pieces.ids.dtype == pieces.types.dtype == pieces.spans.dtype == np.int64


def test_spans_lead_back_to_what_was_typed() -> None:
    text = "Cafe\u0301s \U0001f468\u200d\U0001f469, FLOCCINAUCINIHILIPILIFICATION!"
    pieces = word_pieces(text)
    typed = [text[start:end] for start, end in pieces.spans.tolist()[1:-1]]
    assert typed[:3] == ["Cafe\u0301s", "\U0001f468\u200d\U0001f469", ","]
    assert "".join(typed[3:-1]) == "FLOCCINAUCINIHILIPILIFICATION"
    assert typed[-1] == "!"


def test_pair_has_types_and_spans_of_its_own() -> None:
    pieces = word_pieces("One cat.", "Two dogs")
    assert pieces.tokens == (CLS, "one", "cat", ".", SEP, "two", "dogs", SEP)
    assert pieces.types.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]
    assert pieces.spans.tolist()[5:7] == [[0, 3], [4, 8]]


def test_what_was_cut_is_said() -> None:
    text = "word " * 300 + "end"
    pieces = word_pieces(text)
    assert len(pieces.tokens) == MOST_TOKENS
    assert pieces.tokens[-1] == SEP
    assert pieces.cut == (text[254 * 5 :],)
    both = word_pieces("a b c d e f", "x y", most=8)
    assert both.tokens == (CLS, "a", "b", "c", SEP, "x", "y", SEP)
    assert both.cut == ("d e f", "")


def test_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="tokens"):
        word_pieces("a", "b", most=2)


def test_half_a_surrogate_pair_is_dropped() -> None:
    assert word_pieces("a\ud83db").tokens == (CLS, "ab", SEP)


def test_a_word_without_end_is_one_unknown_token() -> None:
    text = "e\u0301" * 100_000
    pieces = word_pieces(text + " fox")
    assert pieces.tokens == (CLS, UNKNOWN, "fox", SEP)
    assert pieces.spans.tolist()[1] == [0, len(text)]


@given(st.text(max_size=80), st.integers(2, 40))
def test_any_text_gives_framed_tokens_with_rising_spans(text: str, most: int) -> None:
    pieces = word_pieces(text, most=most)
    T = len(pieces.tokens)
    assert 2 <= T <= most
    assert pieces.tokens[0] == CLS
    assert pieces.tokens[-1] == SEP
    assert pieces.ids.shape == pieces.types.shape == (T,)
    assert pieces.spans.shape == (T, 2)
    inner = pieces.spans[1:-1]
    assert (inner[:, 1] > inner[:, 0]).all()
    assert (np.diff(inner[:, 0]) >= 0).all()
    assert (inner <= len(text)).all()
    assert text.endswith(pieces.cut[0])
    if pieces.cut[0]:
        assert most == T
