"""Short reviews, good or bad, from a grammar in which negation and contrast decide.

Praise and blame are equally likely. A negation turns the word behind it round ("never dull", "not a good film"), two
of them turn it back ("nobody says the plot is not good"), and of a contrast one side decides: what stands behind "but",
or the clause that "although" does not open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from explorer.data import review_words as words_of_reviews
from explorer.data.dice import Dice, draw_split
from explorer.data.review_truth import truth
from explorer.data.review_words import (
    CLOSERS,
    COUNTED,
    DENIALS,
    INTENSIFIERS,
    NEGATED_INTENSIFIERS,
    NEGATIONS,
    NEUTRAL,
    NOT_WORDS,
    NOUN_INTENSIFIERS,
    NOUNS,
    OPENERS,
    PUNCTUATION,
    STOPS,
    VERBS,
    adjectives,
    article,
)

__all__ = ["LONGEST", "VOCABULARY", "Review", "draw", "truth"]

VOCABULARY: Final = words_of_reviews.VOCABULARY
LONGEST: Final = 16
"""Words and punctuation marks of the longest review in training."""
LONGEST_OF_ALL: Final = 32
"""The same for those that are asked to be longer."""

_TOLD_ONCE: Final = frozenset((*adjectives(True), *adjectives(False), *NOUNS))

Words = list[str]


@dataclass(frozen=True)
class Review:
    """A sentence and what it says.

    Attributes:
        words: In lower case, punctuation marks as words of their own.
        positive: Whether it praises.
        negated: Whether a negation occurs anywhere in it.
    """

    words: tuple[str, ...]
    positive: bool
    negated: bool


def draw(rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> list[Review]:
    """Random reviews, praise and blame equally likely.

    Args:
        rng: Where chance comes from.
        n: How many.
        held_out: Those that training never gets: about one opinion in eight, by a hash of its words, whatever is said
            before it or after it and however it is punctuated.
        longer: Several clauses joined, longer than any review in training.
    """
    return draw_split(rng, n, _long_review if longer else _short_review, _opinion, held_out)


def _opinion(review: Review) -> str:
    """The words without what changes nothing, so that "dull", "dull !" and "dull for me" are one opinion."""
    words = tuple(word for word in review.words if word not in PUNCTUATION)
    before = next((len(one) for one in OPENERS if words[: len(one)] == one), 0)
    after = next((len(one) for one in CLOSERS if words[-len(one) :] == one), 0)
    return " ".join(words[before : len(words) - after])


def _short_review(dice: Dice) -> Review | None:
    good = dice.chance(0.5)
    kind = dice.roll()
    if kind < 0.45:
        body = _clause(dice, good)[0]
    elif kind < 0.9:
        body = _joined(dice, good, ("and",) if kind < 0.58 else ("but",))
    else:
        body = _although(dice, good)
    return _of_length(_finished(dice, body, good), 1, LONGEST)


def _long_review(dice: Dice) -> Review | None:
    good = dice.chance(0.5)
    connectors = tuple(dice.pick(("and", "but")) for _ in range(2 + dice.below(4)))
    return _of_length(_finished(dice, _joined(dice, good, connectors), good), LONGEST + 1, LONGEST_OF_ALL)


def _of_length(review: Review, shortest: int, longest: int) -> Review | None:
    """The review, unless it is too short or too long or says one thing twice."""
    told = [word for word in review.words if word in _TOLD_ONCE]
    return review if shortest <= len(review.words) <= longest and len(told) == len(set(told)) else None


def _finished(dice: Dice, body: Words, good: bool) -> Review:
    """With something said before or after it that changes nothing."""
    if dice.chance(0.15):
        body = [*dice.pick(OPENERS), *body]
    if dice.chance(0.12):
        body = [*body, *dice.pick(CLOSERS)]
    if dice.chance(0.2):
        body = [*body, dice.pick(STOPS)]
    return Review(tuple(body), good, not NOT_WORDS.isdisjoint(body))


def _joined(dice: Dice, good: bool, connectors: tuple[str, ...]) -> Words:
    """Clauses of which the last one says what is meant; "and" joins the same opinion, "but" the opposite one."""
    signs = [good]
    for connector in reversed(connectors):
        signs.insert(0, signs[0] if connector == "and" else not signs[0])
    words, may_be_short = _clause(dice, signs[0])
    for connector, sign in zip(connectors, signs[1:], strict=True):
        comma = [","] if dice.chance(0.25) else []
        short = may_be_short and (connector == "but" or NOT_WORDS.isdisjoint(words))
        clause, may_be_short = _clause(dice, sign) if short else _full_clause(dice, sign)
        words = [*words, *comma, connector, *clause]
    return words


def _although(dice: Dice, good: bool) -> Words:
    main, aside = _full_clause(dice, good)[0], _full_clause(dice, not good)[0]
    comma = [","] if dice.chance(0.3) else []
    return ["although", *aside, *comma, *main] if dice.chance(0.5) else [*main, *comma, "although", *aside]


def _clause(dice: Dice, good: bool) -> tuple[Words, bool]:
    """Any clause, and whether one without a verb may follow it."""
    kind = dice.roll()
    if kind < 0.2:
        return _predicate(dice, good), True
    if kind < 0.35:
        return _phrase(dice, good), True
    if kind < 0.45:
        return _plain_phrase(dice, good, with_article=False), True
    return _full_clause(dice, good)


def _full_clause(dice: Dice, good: bool) -> tuple[Words, bool]:
    """A clause with a verb, and whether one without may follow it."""
    kind = dice.roll()
    if kind < 0.2:
        return _felt(dice, good), False
    if kind < 0.26:
        return ["i", "think", *_said(dice, good)], False
    if kind < 0.38:
        return [*dice.pick(DENIALS), *_said(dice, not good)], False
    return _said(dice, good), True


def _said(dice: Dice, good: bool) -> Words:
    verb = dice.pick(("is", "was"))
    if dice.chance(0.3):
        return ["it", verb, *(_phrase(dice, good) if dice.chance(0.6) else _predicate(dice, good))]
    return [*_the_noun(dice), verb, *_predicate(dice, good)]


def _the_noun(dice: Dice) -> Words:
    return ["the", *([dice.pick(NEUTRAL)] if dice.chance(0.15) else []), dice.pick(NOUNS)]


def _felt(dice: Dice, good: bool) -> Words:
    kind = dice.roll()
    if kind < 0.5:
        really = ["really"] if dice.chance(0.3) else []
        return ["i", *really, dice.pick(VERBS[good])[0], *_the_noun(dice)]
    if kind < 0.65:
        return ["i", "never", dice.pick(VERBS[not good])[0], *_the_noun(dice)]
    at_all = ["at", "all"] if dice.chance(0.3) else []
    return ["i", "did", "not", dice.pick(VERBS[not good])[1], *_the_noun(dice), *at_all]


def _predicate(dice: Dice, good: bool) -> Words:
    kind = dice.roll()
    if kind < 0.45:
        return [*_maybe(dice, INTENSIFIERS), dice.pick(adjectives(good))]
    adjective = dice.pick(adjectives(not good))
    if kind < 0.6:
        return ["not", adjective, *(["at", "all"] if dice.chance(0.4) else [])]
    if kind < 0.7:
        return ["not", dice.pick(NEGATED_INTENSIFIERS), adjective]
    if kind < 0.93:
        return [*dice.pick(NEGATIONS), adjective]
    return ["neither", adjective, "nor", dice.pick(adjectives(not good))]


def _phrase(dice: Dice, good: bool) -> Words:
    if dice.chance(0.5):
        return _plain_phrase(dice, good, with_article=True)
    negation = dice.pick(NEGATIONS)
    at_all = ["at", "all"] if negation == ("not",) and dice.chance(0.3) else []
    return [*negation, *_plain_phrase(dice, not good, with_article=True), *at_all]


def _plain_phrase(dice: Dice, good: bool, *, with_article: bool) -> Words:
    named = [*_maybe(dice, NOUN_INTENSIFIERS), dice.pick(adjectives(good))]
    neutral = [dice.pick(NEUTRAL)] if dice.chance(0.15) else []
    if with_article:
        return [article(named[0]), *named, *neutral, dice.pick(COUNTED)]
    return [*named, *neutral, dice.pick(NOUNS)]


def _maybe(dice: Dice, intensifiers: tuple[str, ...]) -> Words:
    return [dice.pick(intensifiers)] if dice.chance(0.3) else []
