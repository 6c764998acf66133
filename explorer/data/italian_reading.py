"""English sentences of the grammar, read into trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from explorer.data.italian_grammar import (
    LINKS,
    NOUNS,
    STOP,
    VERBS,
    WITH_OBJECT,
    Clause,
    Phrase,
    Sentence,
    article,
)
from explorer.data.italian_words import (
    ADJECTIVES_AFTER,
    ADJECTIVES_BEFORE,
    IS,
    NUMERALS,
    PREPOSITIONS,
    Adjective,
    Verb,
)

_NOUNS: Final = {form: (noun, bool(plural)) for noun in NOUNS for plural, form in enumerate(noun.english)}
_VERBS: Final = {form: (verb, bool(plural)) for verb in VERBS for plural, form in enumerate(verb.english)}
_BEFORE: Final = {one.english: one for one in ADJECTIVES_BEFORE}
_AFTER: Final = {one.english: one for one in ADJECTIVES_AFTER}


def read(english: Sequence[str]) -> Sentence | None:
    """The tree of a sentence in lower case; None where it is not one of the grammar."""
    try:
        return _Reader(english).sentence()
    except _NotInGrammarError:
        return None


class _NotInGrammarError(Exception):
    """The sentence does not go on as the grammar has it."""


class _Reader:
    """Reads from left to right; one word ahead is enough to know how to go on."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [*words, ""]
        self._place = 0

    def sentence(self) -> Sentence:
        first, others = self._clause(), []
        while self._ahead in LINKS:
            link = self._take()
            others.append((link, self._clause()))
        stopped = self._took(STOP)
        self._require(self._ahead == "" and self._place == len(self._words) - 1)
        return Sentence(first, tuple(others), stopped)

    def _clause(self) -> Clause:
        first = self._phrase()
        subjects = (first, self._phrase()) if self._took("and") else (first,)
        verb, negated, plural = self._verb()
        thing = self._phrase() if verb in WITH_OBJECT else None
        state = self._state() if verb is IS and self._ahead not in PREPOSITIONS else None
        place = self._setting() if state is None and self._ahead in PREPOSITIONS else None
        clause = Clause(subjects, verb, negated, thing, state, place)
        self._require(plural == clause.plural)
        return clause

    def _phrase(self) -> Phrase:
        determiner = self._take()
        self._require(determiner in ("the", "a", "an", "many", *NUMERALS))
        if determiner in ("a", "an"):
            self._require(self._ahead != "" and determiner == article(self._ahead))
        before, after = self._adjective(_BEFORE), self._adjective(_AFTER)
        self._require(self._ahead in _NOUNS)
        noun, plural = _NOUNS[self._take()]
        self._require(determiner == "the" or plural == (determiner not in ("a", "an")))
        return Phrase("a" if determiner == "an" else determiner, before, after, noun, plural)

    def _verb(self) -> tuple[Verb, bool, bool]:
        """The verb, whether it is negated, whether it is in the plural."""
        word = self._take()
        if word in ("does", "do"):
            self._require(self._took("not"))
            verb, base = self._known_verb(self._take())
            self._require(base and verb is not IS)
            return verb, True, word == "do"
        verb, plural = self._known_verb(word)
        return verb, verb is IS and self._took("not"), plural

    def _known_verb(self, word: str) -> tuple[Verb, bool]:
        self._require(word in _VERBS)
        return _VERBS[word]

    def _state(self) -> Adjective:
        state = self._adjective({**_BEFORE, **_AFTER})
        if state is None:
            raise _NotInGrammarError
        return state

    def _setting(self) -> tuple[str, Phrase]:
        preposition = self._take()
        place = self._phrase()
        self._require(place.determiner == "the")
        return preposition, place

    def _adjective(self, known: dict[str, Adjective]) -> Adjective | None:
        return known[self._take()] if self._ahead in known else None

    @property
    def _ahead(self) -> str:
        return self._words[self._place]

    def _take(self) -> str:
        word = self._ahead
        self._require(word != "")
        self._place += 1
        return word

    def _took(self, word: str) -> bool:
        taken = self._ahead == word
        self._place += taken
        return taken

    def _require(self, holds: bool) -> None:
        if not holds:
            raise _NotInGrammarError
