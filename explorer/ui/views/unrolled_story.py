"""What the picture of an unrolled network shows: plain data, one entry per time step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from explorer.core.frames import Array

InputKind = Literal["word", "unknown", "row", "start", "fed"]
CellKind = Literal["rnn", "lstm", "gru"]
_CELLS: dict[str, CellKind] = {"rnn_tanh": "rnn", "rnn_relu": "rnn", "lstm": "lstm", "gru": "gru"}


@dataclass(frozen=True)
class Input:
    """What a cell is given: a word, a row of a picture, the start sign, or the word written before ("fed")."""

    text: str
    kind: InputKind = "word"


@dataclass(frozen=True)
class Written:
    """A token that was written: its probability (NaN while unknown) and the next best ones with theirs."""

    text: str
    probability: float
    others: tuple[tuple[str, float], ...] = ()
    ends: bool = False


def _no_numbers() -> Array:
    return np.zeros((0, 0), np.float32)


@dataclass(frozen=True, eq=False)
class Story:
    """A network unrolled over T steps, of which the first `n_read` read and the others write.

    Attributes:
        inputs: T inputs.
        n_read: How many steps read.
        states: (T, L, H), NaN while they are not known.
        first: State before the first step, (L, H).
        cell: Kind of cell; an LSTM passes on a memory as well.
        written: What each writing step wrote; fewer than there are steps when writing was stopped.
        classes: Names of the entries of `beliefs`.
        beliefs: (n_read, V): what would be answered after each step; no rows when the network writes.
        picture: (H, W) read row by row, or (H, W, 3) that the first state is made of; else None.
        noun: What is read, in the plural: "words".
        left_out: A sentence on what was cut; empty if nothing was.
        truth: The right answer where it is known; empty otherwise.
    """

    inputs: tuple[Input, ...] = ()
    n_read: int = 0
    states: Array = field(default_factory=lambda: np.zeros((0, 1, 0), np.float32))
    first: Array = field(default_factory=_no_numbers)
    cell: CellKind = "gru"
    written: tuple[Written, ...] = ()
    classes: tuple[str, ...] = ()
    beliefs: Array = field(default_factory=_no_numbers)
    picture: Array | None = None
    noun: str = "words"
    left_out: str = ""
    truth: str = ""

    @property
    def n_steps(self) -> int:
        """Number of time steps."""
        return len(self.inputs)

    @property
    def n_layers(self) -> int:
        """Number of layers."""
        return int(self.states.shape[1])

    @property
    def writes(self) -> bool:
        """Whether some steps write."""
        return self.n_steps > self.n_read

    @property
    def answers(self) -> bool:
        """Whether one answer is given at the end."""
        return len(self.beliefs) > 0

    @property
    def reads_rows(self) -> bool:
        """Whether a picture is read row by row."""
        return self.picture is not None and self.n_read > 0

    @property
    def wiring(self) -> tuple[object, ...]:
        """Equal for stories that are wired alike: then nothing has to move."""
        picture = None if self.picture is None else self.reads_rows
        return (self.n_steps, self.n_read, self.n_layers, self.answers, picture, self.cell == "lstm")

    @property
    def known(self) -> bool:
        """Whether the states are known."""
        return bool(self.states.size) and bool(np.isfinite(self.states).any())

    def limit(self) -> float:
        """The largest magnitude of a state shown: the ends of the colour map."""
        values = np.abs(np.concatenate([self.states.ravel(), self.first.ravel()]))
        values = values[np.isfinite(values)]
        return max(float(values.max()), 1e-6) if values.size else 1.0

    def mean_state(self, step: int) -> float:
        """Mean magnitude of the states after a step (before the first: -1), over layers and units."""
        values = self.first if step < 0 else self.states[step]
        return float(np.abs(values).mean()) if values.size else 0.0

    def output_index(self, step: int) -> int:
        """Index of the output that belongs to a step, -1 if it has none."""
        if self.answers:
            return step if 0 <= step < len(self.beliefs) else -1
        index = step - self.n_read
        return index if 0 <= index < len(self.written) else -1

    def output_of(self, step: int) -> tuple[str, float] | None:
        """The output at a step and its probability."""
        index = self.output_index(step)
        if index < 0:
            return None
        if not self.answers:
            return self.written[index].text, self.written[index].probability
        best = self.best(step)
        return (self.classes[best], float(self.beliefs[step][best])) if best >= 0 else None

    def best(self, step: int) -> int:
        """The likeliest class after a step, -1 while unknown."""
        row = self.beliefs[step]
        return int(row.argmax()) if row.size and bool(np.isfinite(row).all()) else -1


def cell_kind(name: str) -> CellKind:
    """The kind of a cell by its name among the parameters."""
    return _CELLS.get(name, "rnn")


def fed_inputs(written: Sequence[Written], n_steps: int) -> tuple[Input, ...]:
    """The inputs of `n_steps` writing steps: the start sign, then each token written."""
    start = (Input("<start>", "start"),)
    return (start + tuple(Input(token.text, "fed") for token in written))[:n_steps]
