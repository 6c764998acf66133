"""What the network does with one input, step by step: every state, every gate, every output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.frames import Array, frozen
from explorer.experiments.sequences.tasks import END_ID, START_ID, Input, Task
from explorer.models.beam import Sentence, beam_search, greedy, sampling, write
from explorer.models.reader import Reader
from explorer.models.recurrent import N_GATES, CellState, Recurrent
from explorer.models.seq2seq import Answerer, Network, Translator
from explorer.models.writer import parts
from explorer.specs.sequences import MAX_WRITTEN, Beam, Decoding, Pass, Read, Trace

MOST_BEAMS: Final = 5
TEMPERATURES: Final = (0.1, 3.0)


@dataclass(frozen=True, eq=False)
class Live:
    """The network in training, as it is now.

    Attributes:
        network: The network.
        task: Its task.
        name: One of the spec's tasks.
        step: Steps taken.
        device: Where the network is.
    """

    network: Network
    task: Task
    name: str
    step: int
    device: torch.device


@dataclass(frozen=True, eq=False)
class Written:
    """What one decoding wrote: the sentence, and all that beam search kept, best first."""

    sentence: Sentence
    beams: tuple[Sentence, ...] = ()

    @property
    def tokens(self) -> tuple[int, ...]:
        """The outputs in time: the sentence's tokens, and the end where it was written."""
        return (*self.sentence.tokens, END_ID) if self.sentence.ended else self.sentence.tokens

    @property
    def fed(self) -> tuple[int, ...]:
        """What the writer was fed before each output."""
        return (START_ID, *self.tokens[:-1])


@torch.no_grad()
def read(live: Live, request: Read) -> Trace:
    """Read one input and show everything on the way.

    An empty text is read as no tokens at all: one answer is given from a state of zeros, and a writer starts from it.
    """
    given = live.task.take(request)
    if isinstance(live.network, Answerer):
        return _answered(live, live.network, request, given)
    return _written(live, live.network, request, given)


def _answered(live: Live, network: Answerer, request: Read, given: Input) -> Trace:
    reader, tops = walk(network.encoder, given.inputs.to(live.device))
    probabilities = as_array(torch.softmax(network.readout(tops), -1))  # (T, V)
    zero = network.encoder.cells.zero_state(1).h[-1]  # (1, H)
    last = network.readout(tops[-1:] if len(tops) else zero)
    answer = live.task.classes[int(last.argmax())]
    return _trace(live, request, given, reader, None, probabilities, Written(Sentence((), 0.0, True)), (answer,))


def _written(live: Live, network: Translator, request: Read, given: Input) -> Trace:
    inputs = given.inputs.to(live.device)
    reader = walk(network.encoder, inputs)[0] if isinstance(network.encoder, Reader) else None
    first = first_state(network, inputs)
    written = decode(network, first, request.decoding)
    fed = torch.tensor(written.fed, dtype=torch.int64, device=live.device)[:, None]
    writer, tops = traced(network.writer.cells, network.writer.embedding(fed), first)
    scores = network.writer.readout(tops) / temperature_of(request.decoding)
    words = tuple(live.task.classes[token] for token in written.sentence.tokens)
    return _trace(live, request, given, reader, writer, as_array(torch.softmax(scores, -1)), written, words)


def _trace(
    live: Live,
    request: Read,
    given: Input,
    reader: Pass | None,
    writer: Pass | None,
    probabilities: Array,
    written: Written,
    words: tuple[str, ...],
) -> Trace:
    beams = tuple(
        Beam(live.task.joint.join(live.task.classes[token] for token in s.tokens), s.log_probability)
        for s in written.beams
    )
    return Trace(
        request=request,
        step=live.step,
        task=live.name,
        tokens=given.tokens,
        cut=given.cut,
        reader=reader,
        writer=writer,
        classes=tuple(live.task.classes),
        probabilities=frozen(probabilities, np.float32),
        written=words,
        ended=written.sentence.ended,
        beams=beams,
        truth=given.truth,
        picture=given.picture,
        generation=request.generation,
    )


def first_state(network: Translator, inputs: Tensor) -> CellState:
    """The writer's first state, (L, 1, H), after one input; zeros after an empty text."""
    if not len(inputs):
        return network.writer.cells.zero_state(1)
    return network.first_state(inputs, torch.tensor([len(inputs)]))


@torch.no_grad()
def decode(network: Translator, first: CellState, decoding: Decoding) -> Written:
    """Write as asked; the same state and decoding write the same.

    Greedy writing takes part in every beam search: whatever the width, its best sentence is at least as likely.
    """
    step, state, most = network.writer.writing(), parts(first), MAX_WRITTEN
    if decoding.how == "sample":
        generator = torch.Generator().manual_seed(decoding.seed & 0xFFFF_FFFF)
        chosen = sampling(temperature_of(decoding), generator)
        return Written(write(step, state, chosen, START_ID, END_ID, most)[0])
    likeliest = write(step, state, greedy, START_ID, END_ID, most)[0]
    if decoding.how != "beam":
        return Written(likeliest)
    width = min(max(1, decoding.beam), MOST_BEAMS)
    found = beam_search(step, state, width, START_ID, END_ID, most)
    others = [s for s in found if (s.tokens, s.ended) != (likeliest.tokens, likeliest.ended)]
    beams = tuple(sorted([likeliest, *others], key=lambda s: -s.log_probability)[:width])
    return Written(beams[0], beams)


def temperature_of(decoding: Decoding) -> float:
    """What the scores are divided by: 1 unless tokens are drawn."""
    low, high = TEMPERATURES
    return min(max(decoding.temperature, low), high) if decoding.how == "sample" else 1.0


def walk(reader: Reader, inputs: Tensor) -> tuple[Pass, Tensor]:
    """The reader's pass over one input, and its last layer's states (T, H)."""
    return traced(reader.cells, reader.embed(inputs), reader.cells.zero_state(1))


def traced(cells: Recurrent, x: Tensor, first: CellState) -> tuple[Pass, Tensor]:
    """One sequence (T, 1, D) through the cells' formulas: every state and gate, and the last layer's states (T, H)."""
    start = frozen(as_array(first.h[:, 0]))
    if not len(x):
        return _nothing(cells, start), first.h[-1, :0]
    found = cells.trace(x, first)
    hidden, memory, gates = (frozen(as_array(values[:, :, 0])) for values in found)
    return Pass(start, hidden, memory, gates), found.h[:, -1, 0]


def _nothing(cells: Recurrent, first: Array) -> Pass:
    """A pass without a step."""
    n_gates = N_GATES[cells.cell]
    L, H = cells.layers, cells.n_hidden
    has_memory = cells.cell == "lstm"
    return Pass(
        first,
        frozen(np.zeros((0, L, H)), np.float32),
        frozen(np.zeros((0, L if has_memory else 0, H)), np.float32),
        frozen(np.zeros((0, L, n_gates, H)), np.float32),
    )


def as_array(values: Tensor) -> Array:
    """A tensor as an array on the CPU, which may share its memory."""
    array: Array = values.detach().cpu().numpy()
    return array
