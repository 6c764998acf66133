"""Sentences cut into word pieces, as all-MiniLM-L6-v2 was trained to read them, and where each piece stood.

WordPiece of BERT, uncased (Devlin et al., 2019): control characters are dropped, Chinese characters and punctuation
stand alone, accents and capitals go, and each word is covered from its left end by the longest pieces known. A piece
inside a word begins with ``##``; a word that cannot be covered is ``[UNK]``. ``[CLS]`` stands in front, ``[SEP]``
behind each text. The names of special tokens are tokens where they are typed, as in the original.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_TOKENS: Final = 256
"""Tokens of a text or a pair, special ones included; what is longer is cut."""
PAD, UNKNOWN, CLS, SEP, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
LONGEST_WORD: Final = 100
"""Characters; a longer word is unknown."""
_LONGEST_PIECE: Final = 18

_SPECIAL: Final = re.compile("|".join(map(re.escape, (PAD, UNKNOWN, CLS, SEP, MASK))))
_CHINESE: Final = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip

Piece = tuple[str, int, int]
"""A token, and the first character of the text it stands for and the one behind the last."""


class Stands(Enum):
    """How a character stands: among others in a word, alone as a word of its own, or between words."""

    AMONG = auto()
    ALONE = auto()
    BETWEEN = auto()


@dataclass(slots=True)
class Word:
    """A word as the vocabulary spells it, growing.

    Attributes:
        spelt: Its characters.
        starts: For each of them the first character of the text that it stands for.
        ends: The one behind the last.
    """

    spelt: str
    starts: list[int]
    ends: list[int]

    def add(self, character: str, position: int) -> None:
        """Append a character that stands for the one at ``position`` of the text; a word too long only stretches."""
        if len(self.spelt) > LONGEST_WORD:
            self.ends[-1] = position + 1
            return
        self.spelt += character
        self.starts.append(position)
        self.ends.append(position + 1)


@dataclass(frozen=True, eq=False)
class WordPieces:
    """A text or a pair of texts, ready to be read.

    Attributes:
        tokens: The T tokens, as ``"[CLS]"``, ``"smiling"``, ``"##s"``.
        ids: Their ids, (T,) int64.
        types: 0 for the first text and what frames it, 1 for the second, (T,) int64.
        spans: Each token's characters in its own text as typed, (T, 2) int64: first, and behind the last. Empty (0, 0)
            for tokens that were added.
        cut: What was cut off each text, as typed; empty where nothing was.
    """

    tokens: tuple[str, ...]
    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    spans: NDArray[np.int64]
    cut: tuple[str, ...]


@cache
def word_ids() -> dict[str, int]:
    """The 30,522 pieces and their ids; read once, in about ten milliseconds. To be read only."""
    packed = files("explorer").joinpath("resources/data/minilm-words.txt.gz").read_bytes()
    return {piece: index for index, piece in enumerate(gzip.decompress(packed).decode().split("\n"))}


def word_pieces(text: str, second: str | None = None, most: int = MOST_TOKENS) -> WordPieces:
    """Cut a text, or a pair of texts, into pieces.

    Args:
        text: What was typed; anything at all.
        second: The other text of a pair; None for a single one.
        most: Tokens kept, the added ones included; the longer text of a pair is cut first.

    Raises:
        ValueError: ``most`` leaves no room for the added tokens.
    """
    texts = (text,) if second is None else (text, second)
    room = most - len(texts) - 1
    if room < 0:
        raise ValueError(f"{most} tokens do not hold the added ones")
    found = [_pieces(one, room + 1) for one in texts]
    kept = _shares([len(pieces) for pieces in found], room)
    framed: list[tuple[Piece, int]] = [((CLS, 0, 0), 0)]
    for index, (pieces, n) in enumerate(zip(found, kept, strict=True)):
        framed += [(piece, index) for piece in [*pieces[:n], (SEP, 0, 0)]]
    ids = word_ids()
    return WordPieces(
        tokens=tuple(piece[0] for piece, _ in framed),
        ids=np.array([ids[piece[0]] for piece, _ in framed], dtype=np.int64),
        types=np.array([index for _, index in framed], dtype=np.int64),
        spans=np.array([piece[1:] for piece, _ in framed], dtype=np.int64),
        cut=tuple(_rest(one, pieces, n) for one, pieces, n in zip(texts, found, kept, strict=True)),
    )


def _rest(text: str, pieces: list[Piece], n: int) -> str:
    """What stands behind the first ``n`` pieces, if there are more."""
    return text[pieces[n][1] :] if n < len(pieces) else ""


def _shares(lengths: list[int], room: int) -> list[int]:
    """How many pieces of each text are kept: the shorter of two has up to half of the room, the longer has the rest."""
    if sum(lengths) <= room:
        return lengths
    if len(lengths) == 1:
        return [room]
    short = min(min(lengths), room // 2)
    return [short, room - short] if lengths[0] <= lengths[1] else [room - short, short]


def _pieces(text: str, most: int) -> list[Piece]:
    """The first pieces of a text, at least ``most`` of them where there are so many."""
    pieces: list[Piece] = []
    for word in _words(text):
        pieces += _covered(word)
        if len(pieces) >= most:
            break
    return pieces


def _covered(word: Word) -> list[Piece]:
    """One word's pieces: from its left end the longest known, then the longest of the rest, and so on."""
    ids, spelt = word_ids(), word.spelt
    if spelt in ids:
        return [(spelt, word.starts[0], word.ends[-1])]
    pieces: list[Piece] = []
    begin = 0
    while begin < len(spelt) <= LONGEST_WORD:
        mark = "##" if begin else ""
        longest = min(len(spelt), begin + _LONGEST_PIECE)
        end = next((end for end in range(longest, begin, -1) if mark + spelt[begin:end] in ids), None)
        if end is None:
            break
        pieces.append((mark + spelt[begin:end], word.starts[begin], word.ends[end - 1]))
        begin = end
    return pieces if begin == len(spelt) else [(UNKNOWN, word.starts[0], word.ends[-1])]


def _words(text: str) -> Iterator[Word]:
    """The words of a text, and the special tokens typed in it."""
    position = 0
    for special in _SPECIAL.finditer(text):
        yield from _plain_words(text, position, special.start())
        yield Word(special.group(), [special.start()], [special.end()])
        position = special.end()
    yield from _plain_words(text, position, len(text))


def _plain_words(text: str, begin: int, end: int) -> Iterator[Word]:
    """The words of a part of a text; punctuation and Chinese characters are words of their own."""
    word = Word("", [], [])
    for position in range(begin, end):
        spelt = _spelt(text[position])
        if not spelt and word.spelt:  # an accent or a joiner: dropped, but it belongs to what stands before it
            word.ends[-1] = position + 1
        for character, stands in spelt:
            if stands is Stands.AMONG:
                word.add(character, position)
                continue
            if word.spelt:
                yield word
                word = Word("", [], [])
            if stands is Stands.ALONE:
                yield Word(character, [position], [position + 1])
    if word.spelt:
        yield word


@lru_cache(maxsize=8192)
def _spelt(character: str) -> tuple[tuple[str, Stands], ...]:
    """A character as the vocabulary spells it: nothing, or one or more characters in lower case without accents."""
    if character in "\t\n\r":
        return ((" ", Stands.BETWEEN),)
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):
        return ()
    if character.isspace():
        return ((" ", Stands.BETWEEN),)
    plain = [one for one in unicodedata.normalize("NFD", character) if unicodedata.category(one) != "Mn"]
    return tuple((low, _stands(low)) for one in plain for low in one.lower())


def _stands(character: str) -> Stands:
    code = ord(character)
    is_ascii_symbol = character.isascii() and not character.isalnum()  # "$" and "+" too, which Unicode calls symbols
    is_punctuation = is_ascii_symbol or unicodedata.category(character)[0] == "P"
    alone = is_punctuation or any(first <= code <= last for first, last in _CHINESE)
    return Stands.ALONE if alone else Stands.AMONG
