"""English sentences as trees, and the Italian that each tree makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from explorer.data.italian_words import (
    ADJECTIVES_AFTER,
    ADJECTIVES_BEFORE,
    ARTICLES,
    BEINGS,
    EATS,
    FOODS,
    INDEFINITE,
    INTRANSITIVE,
    IS,
    MANY,
    NUMERALS,
    PLACES,
    PREPOSITIONS,
    READS,
    TEXTS,
    THINGS,
    TRANSITIVE,
    Adjective,
    Noun,
    Verb,
)
from explorer.data.vocabulary import Vocabulary

Words = tuple[str, ...]

NOUNS: Final = (*BEINGS, *FOODS, *TEXTS, *THINGS, *PLACES)
WITH_OBJECT: Final = (*TRANSITIVE, *EATS, *READS)
VERBS: Final = (*INTRANSITIVE, *WITH_OBJECT, IS)
ADJECTIVES: Final = (*ADJECTIVES_BEFORE, *ADJECTIVES_AFTER)
LINKS: Final = {"and": "e", "while": "mentre"}
STOP: Final = "."


@dataclass(frozen=True)
class Phrase:
    """A noun with its article or number and at most one adjective on either side of it in Italian.

    Attributes:
        determiner: ``"the"``, ``"a"``, ``"two"``, ``"three"`` or ``"many"``.
        before: The adjective that Italian puts in front.
        after: The one that it puts behind; in English it stands next to the noun.
        noun: What is meant.
        plural: Whether there are several.
    """

    determiner: str
    before: Adjective | None
    after: Adjective | None
    noun: Noun
    plural: bool

    def english(self) -> Words:
        """The words of the phrase."""
        adjectives = tuple(one.english for one in (self.before, self.after) if one is not None)
        rest = (*adjectives, self.noun.english[self.plural])
        return (article(rest[0]) if self.determiner == "a" else self.determiner, *rest)

    def italian(self, melted: str = "the") -> Words:
        """The words of the phrase, agreeing; ``melted`` names the table of :data:`ARTICLES` for ``"the"``."""
        noun, number = self.noun, "p" if self.plural else "s"
        words = [self._determiner(melted, number)]
        if self.before is not None:
            words.append(self.before.before[noun.gender, number, noun.onset])
        words.append(noun.italian[self.plural])
        if self.after is not None:
            words.append(agreeing(self.after, noun.gender, self.plural))
        return tuple(words)

    def _determiner(self, melted: str, number: str) -> str:
        gender = self.noun.gender
        key = (gender, number, "plain" if self.before else self.noun.onset)
        if self.determiner == "the":
            return ARTICLES[melted][key]
        if self.determiner == "a":
            return INDEFINITE[key]
        return MANY[gender] if self.determiner == "many" else NUMERALS[self.determiner]


@dataclass(frozen=True)
class Clause:
    """Who does what, and where.

    Attributes:
        subjects: One or two, joined by "and".
        verb: What they do, or are.
        negated: Whether they do not.
        thing: To what they do it; None unless the verb asks for it.
        state: What they are; None unless the verb is "is".
        place: The preposition and the place, which stands with "the".
    """

    subjects: tuple[Phrase, ...]
    verb: Verb
    negated: bool = False
    thing: Phrase | None = None
    state: Adjective | None = None
    place: tuple[str, Phrase] | None = None

    @property
    def plural(self) -> bool:
        """Whether the verb is in the plural."""
        return len(self.subjects) > 1 or self.subjects[0].plural

    def english(self) -> Words:
        """The words of the clause."""
        words = list(self.subjects[0].english())
        for other in self.subjects[1:]:
            words += ("and", *other.english())
        words += self._english_verb()
        words += self.thing.english() if self.thing is not None else ()
        words += (self.state.english,) if self.state is not None else ()
        words += (self.place[0], *self.place[1].english()) if self.place is not None else ()
        return tuple(words)

    def italian(self) -> Words:
        """The words of the clause, agreeing."""
        words = list(self.subjects[0].italian())
        for other in self.subjects[1:]:
            words += ("e", *other.italian())
        words += (*(("non",) if self.negated else ()), self.verb.italian[self.plural])
        words += self.thing.italian() if self.thing is not None else ()
        words += (agreeing(self.state, self._gender(), self.plural),) if self.state is not None else ()
        if self.place is not None:
            alone, melted = PREPOSITIONS[self.place[0]]
            words += (*((alone,) if alone else ()), *self.place[1].italian(melted))
        return tuple(words)

    def _english_verb(self) -> Words:
        if not self.negated:
            return (self.verb.english[self.plural],)
        if self.verb is IS:
            return (IS.english[self.plural], "not")
        return ("do" if self.plural else "does", "not", self.verb.english[1])

    def _gender(self) -> str:
        """Of all subjects together: feminine only if each one is."""
        return "f" if all(one.noun.gender == "f" for one in self.subjects) else "m"


@dataclass(frozen=True)
class Sentence:
    """Clauses, each one but the first with the word that links it, and perhaps a full stop."""

    first: Clause
    others: tuple[tuple[str, Clause], ...] = ()
    stopped: bool = False

    def english(self) -> Words:
        """The words of the sentence; a full stop is one of them."""
        words = list(self.first.english())
        for link, clause in self.others:
            words += (link, *clause.english())
        return (*words, STOP) if self.stopped else tuple(words)

    def italian(self) -> Words:
        """Its translation; elided articles such as ``l'`` are words of their own."""
        words = list(self.first.italian())
        for link, clause in self.others:
            words += (LINKS[link], *clause.italian())
        return (*words, STOP) if self.stopped else tuple(words)


def article(word: str) -> str:
    """``a`` or ``an``, for a word of these tables (all with a plain vowel or consonant)."""
    return "an" if word.startswith(("a", "e", "i", "o", "u")) else "a"


def agreeing(adjective: Adjective, gender: str, plural: bool) -> str:
    """The form behind a noun or a verb."""
    return adjective.forms[2 * plural + (gender == "f")]


ENGLISH: Final = Vocabulary.of(
    (
        *("the", "a", "an", "many", "does", "do", "not", STOP),
        *(*NUMERALS, *LINKS, *PREPOSITIONS),
        *(form for noun in NOUNS for form in noun.english),
        *(form for verb in VERBS for form in verb.english),
        *(adjective.english for adjective in ADJECTIVES),
    )
)
"""Every English word of the grammar."""
ITALIAN: Final = Vocabulary.of(
    (
        *("non", STOP, *MANY.values(), *NUMERALS.values(), *LINKS.values()),
        *(alone for alone, _ in PREPOSITIONS.values() if alone),
        *(form for table in (*ARTICLES.values(), INDEFINITE) for form in table.values() if form != "-"),
        *(form for noun in NOUNS for form in noun.italian),
        *(form for verb in VERBS for form in verb.italian),
        *(form for one in ADJECTIVES for form in (*one.forms, *one.before.values())),
    )
)
"""Every Italian word of the grammar, in all its forms."""
