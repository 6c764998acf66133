"""Words and their numbers, and what a person typed cut into words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

PAD: Final = "<pad>"
UNKNOWN: Final = "<unk>"
START: Final = "<start>"
END: Final = "<end>"
SPECIALS: Final = (PAD, UNKNOWN, START, END)
"""The tokens with the ids 0 to 3, in every vocabulary."""
LONGEST_WORD: Final = 24
"""Characters of a word that are shown; the rest becomes an ellipsis."""

_UNKNOWN_ID: Final = 1
_APOSTROPHES: Final = "'\u2019"
_ZERO_WIDTH_JOINER: Final = "\u200d"
_JOINERS: Final = (_ZERO_WIDTH_JOINER, "\u200c")


@dataclass(frozen=True)
class Vocabulary:
    """Tokens in a fixed order.

    Attributes:
        tokens: All tokens, :data:`SPECIALS` first; the place of a token is its id.
    """

    tokens: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.tokens[: len(SPECIALS)] != SPECIALS or len(set(self.tokens)) != len(self.tokens):
            raise ValueError("a vocabulary begins with the special tokens and holds each token once")

    @classmethod
    def of(cls, words: Iterable[str]) -> Vocabulary:
        """The vocabulary of some words: the special tokens, then the words in the order of their characters."""
        return cls(SPECIALS + tuple(sorted(set(words) - set(SPECIALS))))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    def index(self, token: str) -> int:
        """The id of a token; 1, that of ``"<unk>"``, for any that is not in the vocabulary."""
        return self._ids.get(token, _UNKNOWN_ID)

    def encode(self, tokens: Iterable[str]) -> NDArray[np.int64]:
        """Ids of some tokens, (T,)."""
        ids = self._ids
        return np.array([ids.get(token, _UNKNOWN_ID) for token in tokens], dtype=np.int64)

    def decode(self, ids: Iterable[int] | NDArray[np.int64]) -> tuple[str, ...]:
        """The tokens of some ids, special ones included.

        Raises:
            IndexError: An id is not below the size of the vocabulary, or is negative.
        """
        wanted = [int(one) for one in ids]
        if any(one < 0 for one in wanted):
            raise IndexError("ids count from 0")
        return tuple(self.tokens[one] for one in wanted)

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._ids


def words_of(text: str, most: int) -> tuple[tuple[str, ...], str]:
    """Cut any text into words.

    Letters, digits and their marks make words, with apostrophes inside them; every other visible character is a word
    of its own; white space and invisible characters only separate.

    Args:
        text: What was typed; anything at all.
        most: Number of words kept.

    Returns:
        The words in lower case, one longer than :data:`LONGEST_WORD` shortened with an ellipsis, and what was cut off
        behind the last one kept, as typed; empty if nothing visible was.
    """
    words: list[str] = []
    for start, end in _spans(text):
        if len(words) == most:
            return tuple(words), text[start:]
        words.append(_shown(text[start:end]))
    return tuple(words), ""


def characters_of(text: str, most: int) -> tuple[tuple[str, ...], str]:
    """Cut any text into characters, letters with their marks and emoji in one piece.

    Args:
        text: What was typed; anything at all.
        most: Number of characters kept.

    Returns:
        The characters as typed, with one space for any white space between two of them, one with more than
        :data:`LONGEST_WORD` parts shortened; and what was cut off behind the last one kept, as typed; empty if nothing
        visible was.
    """
    characters: list[str] = []
    gap, position = False, 0
    while position < len(text):
        end = _cluster_end(text, position)
        if _separates(text[position]):
            gap = bool(characters)
        else:
            if len(characters) + gap >= most:
                return tuple(characters), text[position:]
            characters += [" "] * gap + [_shortened(_sound(text[position:end]))]
            gap = False
        position = end
    return tuple(characters), ""


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends."""
    position = 0
    while position < len(text):
        end = _cluster_end(text, position)
        if _is_letter(text[position]):
            end = _word_end(text, end)
        if not _separates(text[position]):
            yield position, end
        position = end


def _word_end(text: str, position: int) -> int:
    while position < len(text):
        inside = text[position] in _APOSTROPHES and position + 1 < len(text) and _is_letter(text[position + 1])
        if not (inside or _is_letter(text[position])):
            break
        position = _cluster_end(text, position)
    return position


def _cluster_end(text: str, position: int) -> int:
    """Behind a character and what belongs to it: marks, skin tones, what a joiner joins, the second half of a flag."""
    position += 1
    if _separates(text[position - 1]):
        return position
    if position < len(text) and _is_flag_half(text[position - 1]) and _is_flag_half(text[position]):
        position += 1
    while position < len(text):
        here = text[position]
        joined = text[position - 1] == _ZERO_WIDTH_JOINER and not _separates(here)
        if not (joined or _belongs_to_the_last(here)):
            break
        position += 1
    return position


def _belongs_to_the_last(character: str) -> bool:
    is_skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return is_skin_tone or character in _JOINERS or unicodedata.category(character)[0] == "M"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN"


def _separates(character: str) -> bool:
    """White space, control and formatting characters; lone halves of surrogate pairs are shown."""
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")


def _shown(word: str) -> str:
    return _shortened(_sound(word).lower().replace("\u2019", "'"))


def _shortened(plain: str) -> str:
    return plain if len(plain) <= LONGEST_WORD else plain[: LONGEST_WORD - 1] + "…"


def _sound(text: str) -> str:
    """Composed, and without what no font and no file can take."""
    sound = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in text)
    return unicodedata.normalize("NFC", sound)
