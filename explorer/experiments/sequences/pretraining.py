"""How the stored runs are made: the live experiment, trained longer, with a falling learning rate."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

import explorer
from explorer.core.params import values_of
from explorer.core.scalars import ScalarLog, thinned
from explorer.core.session import Session
from explorer.core.stored import Card
from explorer.data.digits import digits_sha256
from explorer.experiments.sequences.evaluation import held_out, longer, measure
from explorer.experiments.sequences.experiment import SequencesExperiment
from explorer.experiments.sequences.tasks import Task
from explorer.models.seq2seq import Answerer
from explorer.specs.sequences import SPEC, SequenceParams, task_of

SEED: Final = 7
LAST_RATE: Final = 0.01
"""The learning rate falls to this part of its value, along half a cosine."""
N_CURVE_VALUES: Final = 400
DIGITS_LICENCE: Final = "CC BY-SA 3.0, as the digits that they were trained on"
N_QUALITY: Final = 1_000
"""Held-out sequences that a card's figures are measured on; all 500 test digits."""
N_QUALITY_LONGER: Final = 300

Progress = Callable[[int, int], None]
"""(steps taken, steps in all)."""


@dataclass(frozen=True)
class Recipe:
    """A stored run: its parameters, its length, its data in words."""

    params: SequenceParams
    n_steps: int
    data: str


def _to_one(reading: str) -> SequenceParams:
    return SequenceParams(wiring="many_to_one", reading=reading)


def _to_many(writing: str, **more: Any) -> SequenceParams:
    return SequenceParams(wiring="many_to_many", writing=writing, **more)


RECIPES: Final = {
    "sequences-sentiment": Recipe(
        _to_one("sentiment"), 3_000, "reviews drawn from a grammar; one sentence in eight is never trained on"
    ),
    "sequences-digits": Recipe(
        _to_one("digits"), 8_000, "5,000 MNIST digits, 4,500 to train on and 500 to test on; read row by row"
    ),
    "sequences-caption": Recipe(
        SequenceParams(wiring="one_to_many"),
        16_000,
        "pictures of 1 to 3 coloured shapes with their captions, drawn from a grammar; one picture in eight is never "
        "trained on",
    ),
    "sequences-translate": Recipe(
        _to_many("translate", hidden=128),
        16_000,
        "English sentences with their Italian translations, drawn from a grammar; one sentence in eight is never "
        "trained on",
    ),
    "sequences-dates": Recipe(
        _to_many("dates"), 8_000, "dates from 1900 to 2099 in many spellings; one day in eight is never trained on"
    ),
}


def pretrain(stem: str, progress: Progress, n_steps: int | None = None) -> tuple[Session, Card]:
    """Make one of the stored runs again; some minutes on one core.

    Args:
        stem: A key of :data:`RECIPES`.
        progress: Told now and then.
        n_steps: Length of the run; None for the recipe's own.

    Returns:
        The session and its card.
    """
    params, n_all = RECIPES[stem].params, n_steps or RECIPES[stem].n_steps
    experiment, log = SequencesExperiment(params, SEED), ScalarLog()
    for step in range(n_all):
        experiment.set_params(replace(params, learning_rate=params.learning_rate * rate_at(step / n_all)))
        log.append(step + 1, experiment.step())
        if step % 100 == 0:
            progress(step, n_all)
    experiment.set_params(params)
    progress(n_all, n_all)
    return _session(experiment, log), _card(stem, experiment)


def rate_at(part: float) -> float:
    """Factor of the learning rate after this part of the run: 1 at first, ``LAST_RATE`` at the end."""
    return LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * part))


def quality(experiment: SequencesExperiment) -> dict[str, float]:
    """The figures of a card, measured on held-out sequences, and on some longer than any in training."""
    known, long = (batch.to(experiment.device) for batch in _quality_sets(experiment.task))
    measured, measured_long = measure(experiment.network, known), measure(experiment.network, long)
    share = "accuracy" if isinstance(experiment.network, Answerer) else "exact_match"
    figures = {f"{share}_percent": measured.right.mean(), f"longer_{share}_percent": measured_long.right.mean()}
    if known.marked.any():
        figures["negation_accuracy_percent"] = measured.right[known.marked].mean()
    if measured.token_share is not None:
        figures["token_accuracy_percent"] = measured.token_share
    return {name: round(100 * float(value), 3) for name, value in figures.items()}


def data_sha256(task: Task, name: str) -> str:
    """Hash of what a task is made of: the digits' file, or what its grammar gives for measuring."""
    if name == "digits":
        return digits_sha256()
    found = hashlib.sha256()
    for batch in _quality_sets(task):
        inputs = batch.inputs.numpy()
        pixels = np.round(255 * inputs).astype(np.uint8)  # the last bits of a picture may differ between machines
        found.update((pixels if inputs.dtype == np.float32 else inputs).tobytes())
        found.update(batch.targets.numpy().tobytes())
    return found.hexdigest()


def _quality_sets(task: Task) -> tuple[Any, Any]:
    return held_out(task, N_QUALITY), longer(task, N_QUALITY_LONGER)


def _session(experiment: SequencesExperiment, log: ScalarLog) -> Session:
    return Session(
        lab=SPEC.id,
        params=values_of(experiment.params),
        seed=SEED,
        step=experiment.n_steps,
        state=experiment.state(),
        frames=experiment.frames(frozenset(f.name for f in SPEC.frames), exact=True),
        series=thinned(log.series(), N_CURVE_VALUES),
        app_version=explorer.__version__,
    )


def _card(stem: str, experiment: SequencesExperiment) -> Card:
    title = next(run.title for run in SPEC.stored if run.stem == stem)
    name = task_of(experiment.params)
    return Card(
        lab=SPEC.id,
        title=title,
        command=f"neural-explorer pretrain {SPEC.id}",
        params=values_of(experiment.params),
        seed=SEED,
        steps=experiment.n_steps,
        data=RECIPES[stem].data,
        data_sha256=data_sha256(experiment.task, name),
        quality=quality(experiment),
        app_version=explorer.__version__,
        note=(
            "The learning rate falls along half a cosine to a hundredth. Whole sequences count as right when every "
            f"token is; {N_QUALITY:,} held-out ones (500 digits), {N_QUALITY_LONGER} longer than any in training."
        ),
        licence=DIGITS_LICENCE if name == "digits" else "MIT",
    )
