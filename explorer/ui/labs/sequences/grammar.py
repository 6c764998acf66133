"""What the lab knows of its tasks without a model: how inputs are cut, what is written, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.core.frames import Array
from explorer.specs.sequences import MAX_WORDS, SENTIMENTS, UNKNOWN, SceneObject, SequenceParams, Token, Trace

TEXT_TASKS = ("sentiment", "translate", "dates")
N_ROWS = 28
MOST_CHARACTERS = 2_000
"""Characters of a typed or dropped text that are sent to the model at all; it reads fewer still."""


def read_text(task: str, text: str) -> tuple[tuple[Token, ...], str]:
    """A text as the network reads it, and what is left out."""
    from explorer.data.vocabulary import characters_of, words_of

    if task == "sentiment":
        from explorer.data.reviews import VOCABULARY as KNOWN
    elif task == "translate":
        from explorer.data.italian import ENGLISH as KNOWN
    else:
        from explorer.data.dates import CHARACTERS as KNOWN
    pieces, cut = (characters_of if task == "dates" else words_of)(text, MAX_WORDS)
    return tuple(Token(piece, piece if piece in KNOWN else UNKNOWN) for piece in pieces), cut


def classes_of(task: str) -> tuple[str, ...]:
    """Names of the answers, or the vocabulary that is written."""
    if task == "sentiment":
        return SENTIMENTS
    if task == "digits":
        return tuple(str(digit) for digit in range(10))
    if task == "caption":
        from explorer.data.scenes import VOCABULARY
    elif task == "translate":
        from explorer.data.italian import ITALIAN as VOCABULARY
    else:
        from explorer.data.dates import CHARACTERS as VOCABULARY
    return VOCABULARY.tokens


def right_text(task: str, tokens: Sequence[Token]) -> str:
    """The right answer to a text; empty where the grammar has none."""
    words = tuple(token.text for token in tokens)
    if task == "sentiment":
        from explorer.data import reviews

        praise = reviews.truth(words)
        return "" if praise is None else SENTIMENTS[int(praise)]
    if task == "translate":
        from explorer.data import italian

        return " ".join(italian.truth(words) or ())
    from explorer.data import dates

    return dates.truth("".join(words)) or ""


def picture_of(scene: Sequence[SceneObject]) -> Array:
    """The picture of a scene, (32, 32, 3) float32 in [0, 1]."""
    from explorer.data import scenes

    return scenes.render(scene)


def joined(task: str, written: Sequence[str]) -> str:
    """Written tokens as one text."""
    return ("" if task == "dates" else " ").join(written)


def shown(token: str) -> str:
    """A token as a chip shows it: white space made visible."""
    return "␣" if token == " " else token


def n_read(trace: Trace) -> int:
    """Time steps of the reader."""
    return 0 if trace.reader is None else len(trace.reader.hidden)


def n_steps(trace: Trace) -> int:
    """Time steps of reader and writer together."""
    return n_read(trace) + (0 if trace.writer is None else len(trace.writer.hidden))


def output_at(trace: Trace, t: int) -> int:
    """The output that belongs to a time step; while the input is still read, the first one written; -1 for none."""
    n_outputs = len(trace.probabilities)
    at = t if trace.writer is None else max(0, t - n_read(trace))
    return min(at, n_outputs - 1)


def time_of(trace: Trace, output: int) -> int:
    """The time step that gives an output."""
    return output if trace.writer is None else n_read(trace) + output


def first_time(trace: Trace) -> int:
    """Where time stands at first: the answer of many-to-one, otherwise the first word written."""
    return n_steps(trace) - 1 if trace.writer is None else n_read(trace)


def step_names(trace: Trace) -> list[str]:
    """What is read or written at each time step."""
    read = [shown(token.text).removeprefix("row ") for token in trace.tokens]
    n_written = 0 if trace.writer is None else len(trace.writer.hidden)
    return read + output_names(trace, n_written) if trace.writer is not None else read


def output_names(trace: Trace, n: int) -> list[str]:
    """The tokens written, and "end" where the network ended by itself."""
    names = [shown(token) for token in trace.written][:n]
    return names + ["end"] * (n - len(names))


def fits(trace: Trace, params: SequenceParams, task: str) -> bool:
    """Whether an answer can be one of a model with these parameters."""
    chain = trace.reader if trace.reader is not None else trace.writer
    memories = params.layers if params.cell == "lstm" else 0
    n_gates = {"lstm": 4, "gru": 3}.get(params.cell, 0)
    return (
        trace.task == task
        and chain is not None
        and chain.hidden.shape[1:] == (params.layers, params.hidden)
        and chain.gates.shape[2] == n_gates
        and (not len(chain.hidden) or chain.memory.shape[1] == memories)
    )
