"""From the lab's parameters to a task and a network for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch

from explorer.data.digits import SIDE_PX
from explorer.experiments.sequences.reading import DigitRows, Reviews
from explorer.experiments.sequences.tasks import Task
from explorer.experiments.sequences.writing import Captions, Dates, Italian
from explorer.models.reader import Reader
from explorer.models.recurrent import Recurrent
from explorer.models.scene_encoder import SceneEncoder
from explorer.models.seq2seq import Answerer, Network, Translator, initialise
from explorer.models.writer import Writer
from explorer.specs.sequences import SequenceParams, task_of

N_EMBEDDING: Final = 32
"""Numbers that stand for a word or a character."""


def build_task(params: SequenceParams) -> Task:
    """The task that the parameters choose."""
    makers: dict[str, Callable[[], Task]] = {
        "sentiment": Reviews,
        "digits": DigitRows,
        "caption": Captions,
        "translate": Italian,
        "dates": Dates,
    }
    return makers[task_of(params)]()


def build_network(params: SequenceParams, task: Task, generator: torch.Generator) -> Network:
    """The network for a task, its weights drawn from ``generator`` alone."""
    # torch's own initialisation draws from the global generator: let it, and put that back
    with torch.random.fork_rng(devices=[]):
        network = _wired(params, task)
    initialise(network, generator)
    return network


def _wired(params: SequenceParams, task: Task) -> Network:
    n_in = N_EMBEDDING if task.n_words else SIDE_PX
    if params.wiring == "many_to_one":
        return Answerer(Reader(_cells(params, n_in), task.n_words), len(task.classes))
    writer = Writer(_cells(params, N_EMBEDDING), len(task.classes))
    if params.wiring == "one_to_many":
        return Translator(SceneEncoder(params.hidden, params.layers, params.cell == "lstm"), writer)
    return Translator(Reader(_cells(params, n_in), task.n_words), writer)


def _cells(params: SequenceParams, n_in: int) -> Recurrent:
    return Recurrent(params.cell, n_in, params.hidden, params.layers)
