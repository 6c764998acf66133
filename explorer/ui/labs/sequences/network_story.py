"""A trace as the story that the unrolled network tells; and an empty one, while the trace is still to come."""

from __future__ import annotations

import numpy as np

from explorer.core.frames import Array
from explorer.specs.sequences import END, EXAMPLES, SENTIMENTS, UNKNOWN, Pass, Trace
from explorer.ui.labs.sequences.grammar import MOST_CHARACTERS
from explorer.ui.views.unrolled_story import CellKind, Input, Story, Written, fed_inputs

N_OTHERS = 2
NOUNS = {"sentiment": "words", "digits": "rows", "caption": "words", "translate": "words", "dates": "characters"}
N_ROWS = 28
N_CAPTION = 8
N_WRITTEN = {"translate": 5, "dates": 11}


def n_read(trace: Trace) -> int:
    """How many steps read."""
    return 0 if trace.reader is None else len(trace.reader.hidden)


def n_steps(trace: Trace) -> int:
    """How many steps there are: the reader's, then the writer's."""
    return n_read(trace) + (0 if trace.writer is None else len(trace.writer.hidden))


def step_of(trace: Trace, t: int) -> tuple[Pass, int]:
    """The chain that a step belongs to, and its number there.

    Raises:
        IndexError: There is no such step.
    """
    for part in (trace.reader, trace.writer):
        if part is not None:
            if 0 <= t < len(part.hidden):
                return part, t
            t -= len(part.hidden)
    raise IndexError(t)


def kind_of(trace: Trace) -> CellKind:
    """The kind of cell, told from what it keeps: a memory, or two gates and a candidate, or nothing."""
    part = trace.reader or trace.writer
    if part is None or part.gates.shape[2] == 0:
        return "rnn"
    return "lstm" if part.memory.shape[1] else "gru"


def story_of(trace: Trace) -> Story:
    """What the picture shows of an answer."""
    parts = [part for part in (trace.reader, trace.writer) if part is not None]
    states = np.concatenate([part.hidden for part in parts]) if parts else np.zeros((0, 1, 0), np.float32)
    written = _written(trace)
    fed = fed_inputs(written, len(states) - n_read(trace))
    return Story(
        inputs=(*_read(trace), *fed),
        n_read=n_read(trace),
        states=states,
        first=parts[0].first if parts else np.zeros((0, 0), np.float32),
        cell=kind_of(trace),
        written=written,
        classes=trace.classes if trace.writer is None else (),
        beliefs=trace.probabilities if trace.writer is None else np.zeros((0, 0), np.float32),
        picture=trace.picture,
        noun=NOUNS[trace.task],
        left_out=left_out(trace),
        truth=trace.truth,
    )


def left_out(trace: Trace) -> str:
    """What was not read, as a sentence: "... 1,234 more words not read"; "over" where the text was cut before that."""
    if not trace.cut:
        return ""
    n = len(trace.cut) if trace.task == "dates" else len(trace.cut.split())
    noun = NOUNS[trace.task] if n != 1 else NOUNS[trace.task][:-1]
    over = "over " if len(trace.request.text) >= MOST_CHARACTERS else ""
    return f"… {over}{n:,} more {noun} not read"


def _read(trace: Trace) -> tuple[Input, ...]:
    if trace.task == "digits":
        return tuple(Input(token.text, "row") for token in trace.tokens)
    return tuple(
        Input(token.text, "unknown" if token.read_as == UNKNOWN and token.text != UNKNOWN else "word")
        for token in trace.tokens
    )


def _written(trace: Trace) -> tuple[Written, ...]:
    """What each writing step wrote, the end sign included if its distribution is there."""
    if trace.writer is None:
        return ()
    n = len(trace.writer.hidden)
    words = trace.written[:n] + ((END,) if trace.ended and len(trace.written) < n else ())
    return tuple(_token(trace.classes, word, _row(trace.probabilities, i)) for i, word in enumerate(words))


def _row(probabilities: Array, i: int) -> Array:
    return np.asarray(probabilities[i]) if i < len(probabilities) else np.zeros(0, np.float32)


def _token(classes: tuple[str, ...], word: str, row: Array) -> Written:
    own = classes.index(word) if word in classes else -1
    if not row.size or own < 0:
        return Written(word, float("nan"), (), word == END)
    order = [int(k) for k in np.argsort(-row, kind="stable")[: N_OTHERS + 1] if k != own][:N_OTHERS]
    return Written(word, float(row[own]), tuple((classes[k], float(row[k])) for k in order), word == END)


# While the trace is still to come ------------------------------------------------------------------------------------


def empty_story(task: str, cell: CellKind = "gru", layers: int = 1) -> Story:
    """The wiring of a task with the example that is read when it opens; states and outputs are not known yet."""
    read = _example(task)
    writes = N_CAPTION if task == "caption" else N_WRITTEN.get(task, 0)
    classes = {"sentiment": SENTIMENTS, "digits": tuple(str(d) for d in range(10))}.get(task, ())
    written = tuple(Written("", float("nan")) for _ in range(writes))
    steps = len(read) + writes
    return Story(
        inputs=(*read, *fed_inputs(written, writes)),
        n_read=len(read),
        states=np.full((steps, layers, 1), np.nan, np.float32),
        first=np.zeros((layers, 1), np.float32),
        cell=cell,
        written=written,
        classes=classes,
        beliefs=np.full((len(read) if classes else 0, len(classes)), np.nan, np.float32),
        picture=_blank(task),
        noun=NOUNS[task],
    )


def _example(task: str) -> tuple[Input, ...]:
    if task == "digits":
        return tuple(Input(f"row {k + 1}", "row") for k in range(N_ROWS))
    text = EXAMPLES.get(task, "")
    return tuple(Input(part) for part in (text if task == "dates" else text.split()))


def _blank(task: str) -> Array | None:
    if task == "digits":
        return np.zeros((N_ROWS, N_ROWS), np.float32)
    return np.ones((8, 8, 3), np.float32) if task == "caption" else None
