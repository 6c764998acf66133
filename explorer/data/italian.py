"""English sentences and their Italian translations, from a grammar with agreement and moving adjectives.

Articles follow the sound of the next word (il, lo, l'), adjectives agree in gender and number and mostly move behind
the noun, prepositions melt with the article (in + il = nel), and every form stands in a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from explorer.data import italian_grammar
from explorer.data.dice import Dice, draw_split
from explorer.data.italian_grammar import Clause, Phrase, Sentence
from explorer.data.italian_reading import read
from explorer.data.italian_words import (
    ADJECTIVES_AFTER,
    ADJECTIVES_BEFORE,
    BEINGS,
    EATS,
    FOODS,
    INTRANSITIVE,
    IS,
    PLACES,
    READS,
    TEXTS,
    THINGS,
    TRANSITIVE,
    Noun,
    Verb,
)

ENGLISH: Final = italian_grammar.ENGLISH
ITALIAN: Final = italian_grammar.ITALIAN
LONGEST: Final = 8
"""English words of the longest sentence in training, its full stop included."""
LONGEST_OF_ALL: Final = 16
"""The same for those that are asked to be longer."""

_OF_BEINGS_ONLY: Final = frozenset(("young", "tired", "happy", "sad", "slow", "fast", "quiet"))
_BEFORE_THINGS: Final = tuple(one for one in ADJECTIVES_BEFORE if one.english not in _OF_BEINGS_ONLY)
_AFTER_THINGS: Final = tuple(one for one in ADJECTIVES_AFTER if one.english not in _OF_BEINGS_ONLY)
_STATES: Final = ADJECTIVES_BEFORE + ADJECTIVES_AFTER
_GROUPS: Final[tuple[tuple[tuple[Verb, ...], tuple[Noun, ...]], ...]] = (
    *((TRANSITIVE, BEINGS), (TRANSITIVE, BEINGS), (TRANSITIVE, THINGS + FOODS + PLACES)),
    *((EATS, FOODS), (READS, TEXTS)),
)
_SETTINGS: Final = {
    "in": ("garden", "house", "forest", "city", "lake", "stadium"),
    "on": ("island", "mountain", "tree"),
    "near": ("garden", "house", "forest", "city", "tree", "island", "lake", "mountain", "stadium"),
    "under": ("tree", "house"),
    "behind": ("garden", "house", "forest", "tree", "mountain", "stadium"),
}
_PREPOSITIONS: Final = tuple(_SETTINGS)
_PLACES: Final = {noun.english[0]: noun for noun in PLACES}
_DETERMINERS: Final = ("the", "the", "the", "the", "a", "a", "two", "three", "many")


@dataclass(frozen=True)
class Translation:
    """A sentence in both languages, in lower case, a full stop and an elided article as words of their own."""

    english: tuple[str, ...]
    italian: tuple[str, ...]


def draw(rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> list[Translation]:
    """Random sentences with their translations.

    Args:
        rng: Where chance comes from.
        n: How many.
        held_out: Those that training never gets: about one in eight, by a hash of the English words; with a full stop
            or without, a sentence is the same one.
        longer: Two or three clauses that are longer than any sentence in training.
    """
    return draw_split(rng, n, _long if longer else _short, _unstopped, held_out)


def _unstopped(one: Translation) -> str:
    return " ".join(word for word in one.english if word != italian_grammar.STOP)


def truth(english: Sequence[str]) -> tuple[str, ...] | None:
    """The translation of any sentence of the grammar, however long; None where it is none.

    Args:
        english: Words in lower case.
    """
    sentence = read(english)
    return None if sentence is None else sentence.italian()


def _short(dice: Dice) -> Translation | None:
    second = ((_link(dice), _clause(dice)),) if dice.chance(0.12) else ()
    return _of_length(Sentence(_clause(dice), second, dice.chance(0.15)), 1, LONGEST)


def _long(dice: Dice) -> Translation | None:
    others = tuple((_link(dice), _clause(dice)) for _ in range(1 + dice.chance(0.3)))
    return _of_length(Sentence(_clause(dice), others, dice.chance(0.15)), LONGEST + 1, LONGEST_OF_ALL)


def _of_length(sentence: Sentence, shortest: int, longest: int) -> Translation | None:
    english = sentence.english()
    return Translation(english, sentence.italian()) if shortest <= len(english) <= longest else None


def _link(dice: Dice) -> str:
    return dice.pick(("and", "while"))


def _clause(dice: Dice) -> Clause:
    subjects = _subjects(dice)
    negated, kind = dice.chance(0.2), dice.roll()
    if kind < 0.3:
        return Clause(subjects, dice.pick(INTRANSITIVE), negated)
    if kind < 0.45:
        return Clause(subjects, dice.pick(INTRANSITIVE), negated, place=_place(dice))
    if kind < 0.6:
        return Clause(subjects, IS, negated, state=dice.pick(_STATES))
    if kind < 0.65:
        return Clause(subjects, IS, negated, place=_place(dice))
    verbs, things = dice.pick(_GROUPS)
    place = _place(dice) if dice.chance(0.1) else None
    return Clause(subjects, dice.pick(verbs), negated, _phrase(dice, things, 0.3), place=place)


def _subjects(dice: Dice) -> tuple[Phrase, ...]:
    if dice.chance(0.12):
        return _phrase(dice, BEINGS, 0.15), _phrase(dice, BEINGS, 0.15)
    return (_phrase(dice, BEINGS, 0.45),)


def _place(dice: Dice) -> tuple[str, Phrase]:
    preposition = dice.pick(_PREPOSITIONS)
    noun = _PLACES[dice.pick(_SETTINGS[preposition])]
    before = dice.pick(_BEFORE_THINGS) if dice.chance(0.15) else None
    after = dice.pick(_AFTER_THINGS) if dice.chance(0.1) else None
    return preposition, Phrase("the", before, after, noun, dice.chance(0.2))


def _phrase(dice: Dice, nouns: tuple[Noun, ...], adjectives: float) -> Phrase:
    """A noun; ``adjectives`` is the share with an adjective behind, and twice the share with one in front."""
    noun = dice.pick(nouns)
    living = nouns is BEINGS
    determiner = dice.pick(_DETERMINERS)
    plural = dice.chance(0.4) if determiner == "the" else determiner != "a"
    before = dice.pick(ADJECTIVES_BEFORE if living else _BEFORE_THINGS) if dice.chance(adjectives / 2) else None
    after = dice.pick(ADJECTIVES_AFTER if living else _AFTER_THINGS) if dice.chance(adjectives) else None
    return Phrase(determiner, before, after, noun, plural)
