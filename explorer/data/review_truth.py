"""What a review says, read off its words: the grammar of reviews as a parser.

It shares nothing with what writes reviews but the tables of words, so that each checks the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from explorer.data.review_words import (
    BAD,
    CLOSERS,
    COUNTED,
    DENIALS,
    GOOD,
    INTENSIFIERS,
    NEGATED_INTENSIFIERS,
    NEGATIONS,
    NEUTRAL,
    NOT_WORDS,
    NOUN_INTENSIFIERS,
    NOUNS,
    OPENERS,
    PUNCTUATION,
    VERBS,
    article,
)

Words = tuple[str, ...]


def truth(words: Sequence[str]) -> bool | None:
    """Whether a review praises.

    Args:
        words: In lower case; punctuation marks are passed over.

    Returns:
        True for praise, False for blame, None where the sentence is not one of the grammar.
    """
    said = tuple(word for word in words if word not in PUNCTUATION)
    said = _without(said, CLOSERS, at_end=True)
    said = _without(said, OPENERS, at_end=False)
    return _contrast(said) if "although" in said else _chain(said)


@dataclass(frozen=True)
class _Clause:
    """A clause: praise or blame, whether it has a verb, whether one without may follow, whether it is negated."""

    good: bool
    full: bool
    open_ended: bool
    negated: bool


def _without(words: Words, phrases: Sequence[Words], *, at_end: bool) -> Words:
    for phrase in phrases:
        if at_end and words[-len(phrase) :] == phrase:
            return words[: -len(phrase)]
        if not at_end and words[: len(phrase)] == phrase:
            return words[len(phrase) :]
    return words


def _contrast(words: Words) -> bool | None:
    """Of "although A B" and "B although A": B decides; both have verbs, and opposite opinions."""
    middle = words.index("although")
    if middle:
        return _decided(words[:middle], words[middle + 1 :])
    for cut in range(2, len(words)):
        decided = _decided(words[cut:], words[1:cut])
        if decided is not None:
            return decided
    return None


def _decided(main: Words, aside: Words) -> bool | None:
    one, other = _full(main), _full(aside)
    return None if one is None or other is None or one.good == other.good else one.good


def _chain(words: Words) -> bool | None:
    """Clauses joined by "and" (same opinion) and "but" (the opposite one): the last one decides."""
    cuts = [-1, *(index for index, word in enumerate(words) if word in ("and", "but")), len(words)]
    before: _Clause | None = None
    for start, end in pairwise(cuts):
        clause = _any(words[start + 1 : end])
        if clause is None or (before is not None and not _fits(before, words[start], clause)):
            return None
        negated = before is not None and before.negated
        before = _Clause(clause.good, clause.full, clause.open_ended, clause.negated or negated)
    return None if before is None else before.good


def _fits(before: _Clause, connector: str, clause: _Clause) -> bool:
    same = connector == "and"
    alone = clause.full or (before.open_ended and not (same and before.negated))
    return alone and (before.good == clause.good) == same


def _any(words: Words) -> _Clause | None:
    full = _full(words)
    if full is not None:
        return full
    good = _first(_predicate(words), _phrase(words), _named(words))
    return None if good is None else _Clause(good, False, True, _negated(words))


def _full(words: Words) -> _Clause | None:
    felt = _felt(words)
    if felt is not None:
        return _Clause(felt, True, False, _negated(words))
    for denial in (("i", "think"), *DENIALS):
        if words[: len(denial)] == denial:
            said = _said(words[len(denial) :])
            good = None if said is None else said != (denial in DENIALS)
            return None if good is None else _Clause(good, True, False, _negated(words))
    said = _said(words)
    return None if said is None else _Clause(said, True, True, _negated(words))


def _negated(words: Words) -> bool:
    return not NOT_WORDS.isdisjoint(words)


def _said(words: Words) -> bool | None:
    """Of "the plot is dull", "it was never a good film"."""
    for verb in range(1, min(4, len(words))):
        if words[verb] in ("is", "was"):
            subject, rest = words[:verb], words[verb + 1 :]
            if subject == ("it",):
                return _first(_predicate(rest), _phrase(rest))
            return _predicate(rest) if _is_thing(subject) else None
    return None


def _is_thing(words: Words) -> bool:
    """Whether it is like "the film" or "the old film"."""
    right_length = len(words) == 2 or (len(words) == 3 and words[1] in NEUTRAL)
    return right_length and words[0] == "the" and words[-1] in NOUNS


def _felt(words: Words) -> bool | None:
    """Of "i really loved the plot", "i never enjoyed the plot", "i did not hate the plot at all"."""
    for good, verbs in VERBS.items():
        for past, plain in verbs:
            if words[:2] == ("i", past) and _is_thing(words[2:]):
                return good
            if words[:3] == ("i", "really", past) and _is_thing(words[3:]):
                return good
            if words[:3] == ("i", "never", past) and _is_thing(words[3:]):
                return not good
            if words[:4] == ("i", "did", "not", plain) and _is_thing(_without_at_all(words[4:])):
                return not good
    return None


def _predicate(words: Words) -> bool | None:
    """Of "rather slow", "not bad at all", "far from dull", "neither dull nor slow"."""
    if len(words) == 4 and words[0] == "neither" and words[2] == "nor":
        one, other = _adjective(words[1:2]), _adjective(words[3:])
        return None if one is None or one != other else not one
    negation = _negation(words)
    rest = words[len(negation) :]
    if not negation:
        return _adjective(rest[1:] if rest[:1] and rest[0] in INTENSIFIERS else rest)
    if negation == ("not",) and rest[:1] and rest[0] in NEGATED_INTENSIFIERS:
        return _opposite(_adjective(rest[1:]))
    return _opposite(_adjective(_without_at_all(rest) if negation == ("not",) else rest))


def _phrase(words: Words) -> bool | None:
    """Of "a really good film", "not a good film at all"."""
    negation = _negation(words)
    rest = words[len(negation) :]
    if negation == ("not",):
        rest = _without_at_all(rest)
    if len(rest) < 2 or rest[0] != article(rest[1]) or rest[-1] not in COUNTED:
        return None
    good = _named(rest[1:])
    return _opposite(good) if negation else good


def _named(words: Words) -> bool | None:
    """Of "great cast", "very dull old film"."""
    if not words or words[-1] not in NOUNS:
        return None
    rest = words[:-1]
    rest = rest[:-1] if rest[-1:] and rest[-1] in NEUTRAL else rest
    return _adjective(rest[1:] if rest[:1] and rest[0] in NOUN_INTENSIFIERS else rest)


def _adjective(words: Words) -> bool | None:
    if len(words) != 1 or words[0] not in GOOD + BAD:
        return None
    return words[0] in GOOD


def _negation(words: Words) -> Words:
    return next((one for one in NEGATIONS if words[: len(one)] == one), ())


def _without_at_all(words: Words) -> Words:
    return words[:-2] if words[-2:] == ("at", "all") else words


def _opposite(good: bool | None) -> bool | None:
    return None if good is None else not good


def _first(*found: bool | None) -> bool | None:
    return next((one for one in found if one is not None), None)
