"""What the model that learns did with one sentence, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from explorer.core.frames import Array
from explorer.data.binding import CHANCE, GUESSING
from explorer.data.binding_reading import Reading
from explorer.specs.attention import AttentionParams
from explorer.ui.views.head_maps import Head
from explorer.ui.views.ticks import number

NOUN, QUESTION = "accent", "kl"
"""Colours of the two jumps: from the noun to its colour, and from the question to the noun."""
CLEAR = 0.5
"""From this weight on a jump is called one."""
WELL_PERCENT = 90.0

Pieces = list[tuple[str, str]]


class Jump(NamedTuple):
    """The head that looks from one token to another the most."""

    head: Head
    query: int
    key: int
    weight: float


@dataclass(frozen=True, eq=False)
class Shown:
    """What the model did with a sentence.

    Attributes:
        reading: The sentence.
        step: Step of the weights.
        weights: (L, H, T, T).
        probabilities: Of each colour, (8,).
        to_colour: Mean attention, over held-out sentences, from the noun asked for to its colour, (L, H); None where
            it is not known.
        off: Heads that took no part.
        accuracy_percent: Of held-out sentences, with these heads off; None where it was not measured for this.
    """

    reading: Reading
    step: int
    weights: Array
    probabilities: Array
    to_colour: Array | None = None
    off: frozenset[Head] = frozenset()
    accuracy_percent: float | None = None

    @property
    def noun_jump(self) -> Jump | None:
        """In the first layer from the noun that is asked for to its colour; None where all heads are off."""
        return self._jump(0, self.reading.asked_noun, self.reading.asked_colour)

    @property
    def question_jump(self) -> Jump | None:
        """In the last layer from the end of the question to the noun; None for a single layer, or all heads off."""
        if len(self.weights) < 2:
            return None
        return self._jump(len(self.weights) - 1, len(self.reading.words) - 1, self.reading.asked_noun)

    def _jump(self, layer: int, query: int, key: int) -> Jump | None:
        """Of the heads of a layer that take part the one that looks there the most."""
        on = [head for head in range(self.weights.shape[1]) if (layer, head) not in self.off]
        if not on:
            return None
        best = max(on, key=lambda head: float(self.weights[layer, head, query, key]))
        return Jump((layer, best), query, key, float(self.weights[layer, best, query, key]))


class Run(NamedTuple):
    """What is known of the run beside that.

    Attributes:
        params: Its parameters, which act on the steps to come.
        in_the_past: Whether a step is shown that training has left behind.
        whole_percent: Of held-out sentences, with all heads on; None where it is not known for the step shown.
    """

    params: AttentionParams
    in_the_past: bool = False
    whole_percent: float | None = None


def paragraphs(shown: Shown | None, run: Run, *, short: bool) -> list[Pieces]:
    """What is said beneath the answer.

    Args:
        shown: What is shown; None for nothing yet.
        run: The run it is of.
        short: Only what must be said.
    """
    lines: list[Pieces] = []
    attention_off = not run.params.attention_on
    if shown is not None:
        off = frozenset[Head]() if attention_off and not run.in_the_past else shown.off
        measured = shown.accuracy_percent if shown.accuracy_percent is not None or off else run.whole_percent
        if measured is not None and np.isfinite(measured):
            lines.append(_accuracy(measured, off, run.whole_percent, short))
    if attention_off and run.in_the_past:
        lines.append([("Attention is off for the steps to come; this one is shown as it was.", "warn")])
    elif attention_off:
        lines.append(
            [("Attention is off: nothing reaches the last word from before it, so it can only guess.", "warn")]
        )
    elif run.params.layers == 1 and not short:
        one = "One layer stays near 47 %, however many heads: there the colour and the question never meet."
        lines.append([(one, "muted")])
    elif shown is not None and not short:
        lines.append(_jumps(shown))
    if shown is None or (shown.step == 0 and not short):
        lines.append([("Press Space to train it.", "muted")])
    return lines


def _accuracy(percent: float, off: frozenset[Head], whole: float | None, short: bool) -> Pieces:
    """How many answers are right, and without the heads that are off of how many."""
    color = "good" if percent >= WELL_PERCENT else "warn"
    words = " right" if short else " of 500 held-out sentences right"
    if off:
        heads = "some heads" if short else _listed(sorted(off))
        words += f" without {heads}" + (f" instead of {whole:.1f} %" if whole is not None else "")
    if short:
        return [(f"{percent:.1f} %", color), (f"{words}; guessing {100 * GUESSING:.0f} %.", "muted")]
    words += f"; guessing among the colours named {100 * GUESSING:.0f} %, knowing nothing {100 * CHANCE:.1f} %."
    return [(f"{percent:.1f} %", color), (f"{words} No sentence that says just this was in training.", "muted")]


def _jumps(shown: Shown) -> Pieces:
    first, last = shown.noun_jump, shown.question_jump
    if first is None or last is None:
        return [("All heads of a layer are off: that jump cannot be made.", "warn")]
    noun = f"“{shown.reading.words[shown.reading.asked_noun]}”"
    if min(first.weight, last.weight) < CLEAR:
        return [
            (f"Not both jumps are there yet: {noun} looks at its colour ", "muted"),
            (number(first.weight, 2), NOUN),
            (", the question at it ", "muted"),
            (number(last.weight, 2), QUESTION),
            (".", "muted"),
        ]
    return [
        (f"In the first layer {noun} looks back at its own colour, ", "muted"),
        (number(first.weight, 2), NOUN),
        (
            f", and takes it in; in the last layer the {noun} of the question finds the {noun} of the sentence, ",
            "muted",
        ),
        (number(last.weight, 2), QUESTION),
        (", and reads the colour off.", "muted"),
    ]


def _listed(heads: Sequence[Head]) -> str:
    """Layer 1, head 2 and layer 2, head 1."""
    return " and ".join(f"layer {layer + 1}, head {head + 1}" for layer, head in heads)
