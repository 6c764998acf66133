"""The lab's own example as the recorded frames tell it: what is shown before a model is there, and while scrubbing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from explorer.core.frames import Array, frozen
from explorer.specs.sequences import (
    END,
    EXAMPLE_DIGIT,
    EXAMPLE_SCENE,
    EXAMPLES,
    Pass,
    Read,
    SequenceParams,
    Token,
    Trace,
    task_of,
)
from explorer.ui.labs.sequences.grammar import N_ROWS, TEXT_TASKS, classes_of, picture_of, read_text, right_text

FRAMES = ("hidden", "memory", "gates", "probabilities")


def trace_of_frames(params: SequenceParams, frames: Mapping[str, Array], step: int) -> Trace | None:
    """The answer to reading the lab's own example greedily, put together from frames.

    States before the first step are not recorded: a reader starts at zero, and a writer from where its reader ended,
    or, where there is none, from zero too.

    Args:
        params: Parameters of the run.
        frames: The recorded channels by name.
        step: The step they belong to.

    Returns:
        None where a frame is missing or is one of another task or model.
    """
    task = task_of(params)
    if any(name not in frames for name in FRAMES):
        return None
    request, tokens, truth, picture = _example(task)
    classes, p = classes_of(task), frames["probabilities"]
    n_read = len(tokens)
    if not _fit(params, frames, n_read, len(classes)):
        return None
    reader = _pass(frames, slice(0, n_read), np.zeros((params.layers, params.hidden), np.float32)) if n_read else None
    if params.wiring == "many_to_one":
        writer, ended = None, False
        written: tuple[str, ...] = (classes[int(p[-1].argmax())],)
    else:
        before = reader.hidden[-1] if reader is not None else np.zeros((params.layers, params.hidden), np.float32)
        writer = _pass(frames, slice(n_read, None), before)
        written, ended = _written(p, classes)
    return Trace(
        request, step, task, tokens, "", reader, writer, classes, p, written, ended, (), truth, picture, 0
    )  # fmt: skip


def _example(task: str) -> tuple[Read, tuple[Token, ...], str, Array | None]:
    """What is asked, what is read, what is right, and the picture."""
    if task in TEXT_TASKS:
        tokens, _ = read_text(task, EXAMPLES[task])
        return Read(text=EXAMPLES[task]), tokens, right_text(task, tokens), None
    if task == "caption":
        from explorer.data import scenes

        picture = frozen(picture_of(EXAMPLE_SCENE))
        return Read(scene=EXAMPLE_SCENE), (), " ".join(scenes.caption(EXAMPLE_SCENE)), picture
    from explorer.data.digits import load_digits

    digits = load_digits()
    picture = frozen(digits.test_images[EXAMPLE_DIGIT])
    rows = tuple(Token(f"row {i + 1}", f"row {i + 1}") for i in range(N_ROWS))
    return Read(picture=picture), rows, str(digits.test_labels[EXAMPLE_DIGIT]), picture


def _fit(params: SequenceParams, frames: Mapping[str, Array], n_read: int, n_classes: int) -> bool:
    hidden, p = frames["hidden"], frames["probabilities"]
    if hidden.ndim != 3 or p.ndim != 2 or not len(p):
        return False
    outputs = len(hidden) if params.wiring == "many_to_one" else len(hidden) - n_read
    return (
        hidden.shape[1:] == (params.layers, params.hidden)
        and (len(p), p.shape[1]) == (outputs, n_classes)
        and (params.wiring != "many_to_one" or len(hidden) == n_read)
        and len(frames["memory"]) == len(frames["gates"]) == len(hidden)
        and frames["memory"].shape[1] == (params.layers if params.cell == "lstm" else 0)
    )


def _pass(frames: Mapping[str, Array], steps: slice, first: Array) -> Pass:
    return Pass(first, frames["hidden"][steps], frames["memory"][steps], frames["gates"][steps])


def _written(probabilities: Array, classes: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The likeliest token of each step up to the end token, and whether it came."""
    words = [classes[int(row.argmax())] for row in probabilities]
    if END in words:
        return tuple(words[: words.index(END)]), True
    return tuple(words), False
