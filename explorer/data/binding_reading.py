"""What a person typed, read as a sentence of :mod:`explorer.data.binding` with its question.

Freer than the grammar: a noun may stand without a colour unless it is asked for, adjectives come in any order, "what
color is the fox?" means the same, and a comma may stand for "and".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from explorer.core.errors import UserError
from explorer.data.binding import ARTICLES, COLOURS, HAVE, LINKS, LONGEST, NOUNS, PAIRED, QUESTION, STOP, VOCABULARY
from explorer.data.vocabulary import words_of

EXAMPLE: Final = "A smiling blue fox with golden wings and a red hat. Which colour have the wings?"

_MOST_TYPED: Final = 100
_COMMA: Final = ","
_ASKING: Final = {"what": "which", "color": "colour", "colors": "colour", "colours": "colour"}
_VERBS: Final = (*HAVE, "is", "are")
_ENDS: Final = (STOP, "?", "!")
_KNOWN: Final = {*VOCABULARY.tokens, *_ASKING, *_VERBS, *_ENDS, _COMMA}

Words = Sequence[str]


@dataclass(frozen=True)
class Reading:
    """A sentence with its question, and where in it everything is.

    Attributes:
        words: The tokens, all of the vocabulary; the last one is the noun that is asked for.
        noun_places: Place of each noun told, in their order.
        colour_places: Place of each noun's colour; -1 for a noun without one.
        asked: Which of the nouns is asked for.
    """

    words: tuple[str, ...]
    noun_places: tuple[int, ...]
    colour_places: tuple[int, ...]
    asked: int

    @property
    def asked_noun(self) -> int:
        """Where the noun that is asked for is told."""
        return self.noun_places[self.asked]

    @property
    def asked_colour(self) -> int:
        """Where the colour stands that answers the question."""
        return self.colour_places[self.asked]

    @property
    def answer(self) -> str:
        """The colour that is right."""
        return self.words[self.asked_colour]

    @property
    def told(self) -> dict[str, str]:
        """Colour of each noun that has one."""
        pairs = zip(self.noun_places, self.colour_places, strict=True)
        return {self.words[noun]: self.words[colour] for noun, colour in pairs if colour >= 0}


def read(text: str) -> Reading:
    """A sentence and its question, such as :data:`EXAMPLE`.

    Raises:
        UserError: It cannot be read; the sentence says what to change.
    """
    told, question = _parts(text)
    if not question:
        raise UserError("No question is asked: end with one like “which colour has the fox?”.")
    asking = [_ASKING.get(word, word) for word in question]
    noun = asking[-1]
    if tuple(asking[:2]) != QUESTION or not _is_verb_and_noun(asking[2:]):
        raise UserError("The question cannot be read: ask like this, “which colour has the fox?”.")
    return _reading(told, noun)


def ask(text: str, noun: str) -> Reading:
    """The same sentence with the question for another noun; one that it ends with is replaced.

    Args:
        text: A sentence, with or without a question.
        noun: What to ask for.

    Raises:
        UserError: It cannot be read; the sentence says what to change.
    """
    return _reading(_parts(text)[0], noun)


def _parts(text: str) -> tuple[list[str], list[str]]:
    """Sentence and question, without the marks at their ends; the question is empty where there is none."""
    words, cut = words_of(text, _MOST_TYPED)
    unknown = [word for word in dict.fromkeys(words) if word not in _KNOWN]
    if unknown:
        raise UserError(
            f"The model does not know {_listed(unknown[:4])}: use the nouns {', '.join(NOUNS)} and the colours"
            f" {', '.join(COLOURS)}."
        )
    if cut:
        raise _too_long(_MOST_TYPED + 1)
    start = next((i for i, word in enumerate(words) if word in ("which", "what")), len(words))
    return _without_end(words[:start]), _without_end(words[start:])


def _without_end(words: Words) -> list[str]:
    n = len(words)
    while n and words[n - 1] in (*_ENDS, _COMMA):
        n -= 1
    return list(words[:n])


def _is_verb_and_noun(words: Words) -> bool:
    """Of "has the fox", "are wings"."""
    return bool(words) and words[0] in _VERBS and words[-1] in NOUNS and tuple(words[1:-1]) in ((), *_articles())


def _articles() -> Iterable[tuple[str]]:
    return ((article,) for article in ARTICLES)


def _reading(told: Words, noun: str) -> Reading:
    told = _joined(told)
    _require_one_sentence(told)
    nouns, colours = _phrases(told)
    named = [told[place] for place in nouns]
    if not named:
        raise UserError("The sentence names nothing to ask for: write one like “a smiling blue fox with golden wings”.")
    if noun not in named:
        raise UserError(f"There is no {noun} in the sentence: ask for {_listed(named, 'or')}, or write it in.")
    asked = named.index(noun)
    if colours[asked] < 0:
        raise UserError(f"The {noun} {_has(noun)} no colour: put one in front, like “{COLOURS[0]} {noun}”.")
    words = (*told, STOP, *QUESTION, _has(noun), "the", noun)
    if len(words) > LONGEST:
        raise _too_long(len(words))
    return Reading(words, tuple(nouns), tuple(colours), asked)


def _joined(words: Words) -> list[str]:
    """With "and" for each comma, unless a link follows it."""
    after = [*words, ""][1:]
    spoken = zip(words, after, strict=True)
    return ["and" if word == _COMMA else word for word, following in spoken if word != _COMMA or following not in LINKS]


def _require_one_sentence(told: Words) -> None:
    marks = [word for word in told if word in _ENDS]
    if marks:
        raise UserError("Write one sentence and then one question: join them with “and” or “with”.")
    alien = [word for word in told if word in (*_VERBS, *_ASKING, *QUESTION)]
    if alien:
        raise UserError(f"“{alien[0]}” belongs into the question: say “a blue fox with golden wings” before it.")


def _phrases(told: Words) -> tuple[list[int], list[int]]:
    """Places of the nouns, and of the colour before each, -1 for none."""
    nouns, colours, waiting = list[int](), list[int](), list[int]()
    for place, word in enumerate(told):
        if word in COLOURS:
            waiting.append(place)
        elif word in NOUNS:
            _require_once(word, [told[one] for one in nouns], [told[one] for one in waiting])
            nouns.append(place)
            colours.append(waiting.pop() if waiting else -1)
        elif word in LINKS and waiting:
            break
    if waiting:
        raise UserError(f"“{told[waiting[0]]}” stands before no noun: put it right in front of the noun it belongs to.")
    return nouns, colours


def _require_once(noun: str, nouns: Words, colours: Words) -> None:
    if noun in nouns:
        raise UserError(f"“{noun}” occurs twice, and nobody knows which one is meant: leave one out.")
    if len(colours) > 1:
        raise UserError(f"The {noun} {_has(noun)} two colours, {colours[0]} and {colours[1]}: leave one out.")


def _has(noun: str) -> str:
    return HAVE[noun in PAIRED]


def _listed(words: Words, last: str = "and") -> str:
    """“fox”, “hat” and “wings”."""
    quoted = [f"“{word}”" for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _too_long(n_words: int) -> UserError:
    many = f"{n_words} words" if n_words <= _MOST_TYPED else f"more than {_MOST_TYPED} words"
    return UserError(f"With its question this has {many}, and the model reads {LONGEST} at most: leave some out.")
