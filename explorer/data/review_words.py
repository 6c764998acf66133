"""The words that reviews are made of."""

from __future__ import annotations

from typing import Final

from explorer.data.vocabulary import Vocabulary

GOOD: Final = ("good", "great", "funny", "moving", "brilliant", "charming", "clever", "lovely")
BAD: Final = ("bad", "dull", "boring", "weak", "awful", "slow", "silly", "tedious")
NEUTRAL: Final = ("long", "new", "french", "old")
COUNTED: Final = ("film", "plot", "cast", "script", "ending", "story")
NOUNS: Final = (*COUNTED, "music", "acting")
"""All that is reviewed; those not counted take no "a"."""

INTENSIFIERS: Final = ("very", "really", "rather", "quite", "so")
NOUN_INTENSIFIERS: Final = ("very", "really", "rather")
"""Those that stand behind an article."""
NEGATED_INTENSIFIERS: Final = ("very", "really", "so")
"""Those that stand behind ``not``."""

NEGATIONS: Final = (("not",), ("never",), ("hardly",), ("far", "from"))
NOT_WORDS: Final = frozenset(("not", "never", "hardly", "far", "neither", "nobody"))
"""A sentence is negated where one of these occurs."""
DENIALS: Final = (("i", "do", "not", "think"), ("nobody", "says"))
"""What turns a whole clause round."""

VERBS: Final = {True: (("loved", "love"), ("enjoyed", "enjoy")), False: (("hated", "hate"), ("regretted", "regret"))}
"""Past tense and plain form, of praise and of blame."""

OPENERS: Final = (("honestly",), ("to", "be", "honest"), ("in", "my", "opinion"))
CLOSERS: Final = (("for", "me"), ("in", "the", "end"), ("on", "the", "whole"))
STOPS: Final = (".", "!")
PUNCTUATION: Final = frozenset((",", *STOPS))

_SMALL_WORDS: Final = ("the", "it", "is", "was", "a", "an", "i", "did", "think", "at", "all", "nor", "and", "but")


def article(word: str) -> str:
    """``a`` or ``an``, for a word of these tables (all with a plain vowel or consonant)."""
    return "an" if word.startswith(("a", "e", "i", "o")) else "a"


def adjectives(good: bool) -> tuple[str, ...]:
    """Those of praise or those of blame."""
    return GOOD if good else BAD


VOCABULARY: Final = Vocabulary.of(
    (
        *(GOOD + BAD + NEUTRAL + NOUNS + INTENSIFIERS + _SMALL_WORDS),
        *("although",),
        *NOT_WORDS,
        *PUNCTUATION,
        *(word for phrase in NEGATIONS + DENIALS + OPENERS + CLOSERS for word in phrase),
        *(form for sign in (True, False) for verb in VERBS[sign] for form in verb),
    )
)
"""Every word of a review, and its punctuation."""
