"""Sentences in which each thing has a colour of its own, and a question about one of them.

    a smiling blue fox with golden wings and a red hat . which colour have the wings        ->  golden

Two to four nouns, no two alike and no two of one colour, each told with its colour; other adjectives stand in between.
Whoever knows only which colours occur guesses right in 1/3 (1/2 + 1/3 + 1/4) = 36 % of the cases, whoever knows
nothing in one of eight. The sentence ends with the noun that is asked for, so that this is where an answer is read.

What is told, which noun has which colour, decides whether a sentence is held out: not the order, not the other words,
not the question.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from explorer.data.dice import HELD_OUT_SHARE
from explorer.data.vocabulary import PAD, Vocabulary

Integers = NDArray[np.int64]

COLOURS: Final = ("blue", "golden", "red", "green", "white", "black", "purple", "silver")
"""The answers, in the order of their numbers."""
CREATURES: Final = ("fox", "owl", "dragon", "cat", "bear", "rabbit", "horse", "frog")
THINGS: Final = ("tail", "hat", "scarf", "cape")
PAIRED: Final = ("wings", "eyes", "ears", "boots")
"""Things in the plural."""
NOUNS: Final = CREATURES + THINGS + PAIRED
MOODS: Final = ("smiling", "sleepy", "proud", "old")
"""What a creature may be, before its colour."""
SIZES: Final = ("tiny", "large", "new", "old")
"""What a thing may be, before its colour."""
TEXTURES: Final = ("striped", "shiny", "fluffy", "woolly")
"""What either may be, behind its colour."""
LINKS: Final = ("with", "and", "beside")
ARTICLES: Final = ("a", "an", "the")
STOP: Final = "."
QUESTION: Final = ("which", "colour")
HAVE: Final = ("has", "have")

FEWEST: Final = 2
MOST: Final = 4
"""Nouns of a sentence."""
LONGEST: Final = 23
"""Tokens of the longest sentence with its question."""
CHANCE: Final = 1 / len(COLOURS)
"""Share of right answers of one who knows nothing."""
GUESSING: Final = (1 / 2 + 1 / 3 + 1 / 4) / 3
"""Share of right answers of one who takes any colour that occurs."""

VOCABULARY: Final = Vocabulary.of(
    (*COLOURS, *NOUNS, *MOODS, *SIZES, *TEXTURES, *LINKS, *ARTICLES, STOP, *QUESTION, *HAVE)
)

_NOWHERE: Final = -1
_PHRASE: Final = 6
"""Slots of a phrase: link, article, adjective, colour, texture, noun."""
_EXTRAS: Final = 2
"""Other adjectives of a sentence, at most."""
_NOT_ALL: Final = 0.7
_DEFINITE: Final = 0.2
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio (Knuth, TAOCP 3, section 6.4)
_TOP: Final = np.uint64(61)


def _ids(words: tuple[str, ...]) -> Integers:
    return VOCABULARY.encode(words)


_COLOUR_IDS: Final = _ids(COLOURS)
_NOUN_IDS: Final = _ids(NOUNS)
_ADJECTIVE_IDS: Final = np.stack([_ids(SIZES), _ids(MOODS)])  # (thing or creature, 4)
_TEXTURE_IDS: Final = _ids(TEXTURES)
_IDS: Final = {word: VOCABULARY.index(word) for word in VOCABULARY.tokens}
_PAIR_HASHES: Final = np.array([[crc32(f"{c}:{n}".encode()) for c in COLOURS] for n in NOUNS], np.uint64)


@dataclass(frozen=True, eq=False)
class Sentences:
    """Sentences with their questions, and where in them everything is.

    Attributes:
        tokens: Ids in :data:`VOCABULARY`, filled up behind the end with those of ``"<pad>"``, (B, T).
        lengths: Tokens of each, (B,); the last one is the noun that is asked for.
        noun_places: Place of each noun told, in their order; -1 where a sentence has no more, (B, 4).
        colour_places: Place of each noun's colour, -1 likewise, (B, 4).
        asked: Which of the nouns is asked for, (B,).
        answers: Its colour's number in :data:`COLOURS`, (B,).
    """

    tokens: Integers
    lengths: Integers
    noun_places: Integers
    colour_places: Integers
    asked: Integers
    answers: Integers

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def asked_nouns(self) -> Integers:
        """Where the noun that is asked for is told, (B,)."""
        return self.noun_places[np.arange(len(self)), self.asked]

    @property
    def asked_colours(self) -> Integers:
        """Where the colour stands that answers the question, (B,)."""
        return self.colour_places[np.arange(len(self)), self.asked]

    def __getitem__(self, chosen: slice | NDArray[np.bool_]) -> Sentences:
        """Some of the sentences."""
        return Sentences(*(getattr(self, field.name)[chosen] for field in fields(self)))


def draw(rng: np.random.Generator, n: int, *, held_out: bool = False) -> Sentences:
    """Random sentences; 2, 3 and 4 nouns are equally likely, and so is each noun to be asked for.

    Args:
        rng: Where chance comes from; the same state gives the same sentences.
        n: How many.
        held_out: Those that training never gets: one in eight of all that can be told; see :func:`is_held_out`.
    """
    share = 1 / HELD_OUT_SHARE if held_out else 1 - 1 / HELD_OUT_SHARE
    kept: list[Sentences] = []
    while not kept or sum(map(len, kept)) < n:
        kept.append(_some(rng, int(n / share * 1.1) + 16, held_out))
    together = Sentences(*(np.concatenate([getattr(one, f.name) for one in kept]) for f in fields(Sentences)))[:n]
    longest = int(together.lengths.max(initial=0))
    return Sentences(together.tokens[:, :longest], *(getattr(together, f.name) for f in fields(Sentences)[1:]))


def is_held_out(told: dict[str, str]) -> bool:
    """Whether a sentence that tells this is kept from training.

    The numbers of its pairs (crc32 of "blue:fox") are added, so that their order does not matter, and the sum is mixed;
    the same on every machine for ever.

    Args:
        told: Colour of each noun.

    Raises:
        ValueError: A noun or a colour is not of the grammar.
    """
    strange = [word for pair in told.items() for word in pair if word not in NOUNS + COLOURS]
    if strange:
        raise ValueError(f"not of the grammar: {', '.join(strange)}")
    hashes = [_PAIR_HASHES[NOUNS.index(noun), COLOURS.index(colour)] for noun, colour in told.items()]
    return bool(_held_out(np.array([hashes], np.uint64))[0])


def _held_out(hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """(B, pairs) to (B,); the top three bits of the product decide."""
    held: NDArray[np.bool_] = (hashes.sum(1) * _MIX) >> _TOP == 0
    return held


def _some(rng: np.random.Generator, n: int, held_out: bool) -> Sentences:
    """Of ``n`` sentences those on one side of the split."""
    n_told = rng.integers(FEWEST, MOST + 1, n)
    nouns = rng.random((n, len(NOUNS))).argsort(1)[:, :MOST]  # (B, 4), no two alike
    colours = rng.random((n, len(COLOURS))).argsort(1)[:, :MOST]
    is_told = np.arange(MOST) < n_told[:, None]  # (B, 4)
    asked = (rng.random(n) * n_told).astype(np.int64)
    phrases = np.where(is_told[..., None], _phrases(rng, nouns, colours), _NOWHERE)  # (B, 4, 6)
    held = _held_out(np.where(is_told, _PAIR_HASHES[nouns, colours], np.uint64(0)))
    return _written(phrases, nouns, colours, asked)[held == held_out]


def _phrases(rng: np.random.Generator, nouns: Integers, colours: Integers) -> Integers:
    """What stands in the slots of each phrase, -1 for nothing, (B, 4, 6)."""
    creature, paired = nouns < len(CREATURES), nouns >= len(NOUNS) - len(PAIRED)
    adjectives, textures = _extras(rng, creature)
    links = np.where(creature, _IDS["beside"], _IDS["and"])
    links[:, 1:][~creature[:, 1:] & creature[:, :-1]] = _IDS["with"]
    links[:, 0] = _NOWHERE
    articles = np.where(adjectives == _IDS["old"], _IDS["an"], _IDS["a"])
    articles[paired] = _NOWHERE
    articles[rng.random(nouns.shape) < _DEFINITE] = _IDS["the"]
    return np.stack([links, articles, adjectives, _COLOUR_IDS[colours], textures, _NOUN_IDS[nouns]], 2)


def _extras(rng: np.random.Generator, creature: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Other adjectives before and behind the colours, (B, 4) each, -1 for none; two in a sentence at most."""
    n, each = len(creature), np.arange(len(creature))
    slots = np.full((n, 2 * MOST), _NOWHERE)  # before the four colours, behind the four colours
    for _ in range(_EXTRAS):
        slot, which = rng.integers(2 * MOST, size=n), rng.integers(len(TEXTURES), size=n)
        before = _ADJECTIVE_IDS[creature[each, slot % MOST].astype(np.int64), which]
        word = np.where(slot < MOST, before, _TEXTURE_IDS[which])
        slots[each, slot] = np.where(rng.random(n) < _NOT_ALL, word, slots[each, slot])
    return slots[:, :MOST], slots[:, MOST:]


def _written(phrases: Integers, nouns: Integers, colours: Integers, asked: Integers) -> Sentences:
    """Phrases and question, their slots closed up."""
    n, each = len(phrases), np.arange(len(phrases))
    asked_noun = nouns[each, asked]
    question = np.tile(_ids((STOP, *QUESTION, "has", "the", PAD)), (n, 1))  # (B, 6)
    question[asked_noun >= len(NOUNS) - len(PAIRED), 3] = _IDS["have"]
    question[:, 5] = _NOUN_IDS[asked_noun]
    slots = np.concatenate([phrases.reshape(n, MOST * _PHRASE), question], 1)  # (B, 30)
    filled = slots != _NOWHERE
    places = np.where(filled, filled.cumsum(1) - 1, _NOWHERE)  # of each slot in the sentence
    tokens = np.full((n, LONGEST + 1), _IDS[PAD])
    tokens[each[:, None], places] = np.where(filled, slots, _IDS[PAD])  # empty slots land in the last column
    of_phrase = places[:, : MOST * _PHRASE].reshape(n, MOST, _PHRASE)
    return Sentences(
        tokens[:, :LONGEST], filled.sum(1), of_phrase[..., 5], of_phrase[..., 3], asked, colours[each, asked]
    )
