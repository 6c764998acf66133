"""How the stored run of the model that binds is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import explorer
from explorer.core.params import values_of
from explorer.core.scalars import ScalarLog, thinned
from explorer.core.session import Session
from explorer.core.stored import Card
from explorer.experiments.attention.experiment import AttentionExperiment
from explorer.specs.attention import SPEC, AttentionParams

SEED: Final = 7
N_STEPS: Final = 4_000
N_CURVE_VALUES: Final = 1_500

Progress = Callable[[int, int], None]
"""(steps taken, steps in all)."""


def pretrain(stem: str, progress: Progress, n_steps: int = N_STEPS) -> tuple[Session, Card]:
    """Make the stored run again; half a minute on one core.

    Args:
        stem: Name of the run.
        progress: Told now and then.
        n_steps: Length of the run.

    Returns:
        The session and its card.
    """
    experiment, log = AttentionExperiment(AttentionParams(), SEED), ScalarLog()
    for step in range(n_steps):
        log.append(step + 1, experiment.step())
        if step % 100 == 0:
            progress(step, n_steps)
    progress(n_steps, n_steps)
    session = Session(
        lab=SPEC.id,
        params=values_of(experiment.params),
        seed=SEED,
        step=experiment.n_steps,
        state=experiment.state(),
        frames=experiment.frames(frozenset(f.name for f in SPEC.frames), exact=True),
        series=thinned(log.series(), N_CURVE_VALUES),
        app_version=explorer.__version__,
    )
    return session, _card(stem, experiment)


def quality(experiment: AttentionExperiment) -> dict[str, float]:
    """How often held-out questions are answered rightly, and where the best head looks."""
    measured = experiment.learner.measure()
    figures = {
        "test_accuracy_percent": 100 * float(measured.right.mean()),
        "asked_attention": float(measured.to_colour.max()),
        "test_loss_nats": measured.loss,
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _card(stem: str, experiment: AttentionExperiment) -> Card:
    return Card(
        lab=SPEC.id,
        title=next(run.title for run in SPEC.stored if run.stem == stem),
        command=f"neural-explorer pretrain {SPEC.id}",
        params=values_of(experiment.params),
        seed=SEED,
        steps=experiment.n_steps,
        data="sentences drawn afresh for every step from the app's own grammar",
        data_sha256=hashlib.sha256(experiment.learner.test_sentences.tokens.tobytes()).hexdigest(),
        quality=quality(experiment),
        app_version=explorer.__version__,
        licence="MIT",
        note="500 sentences whose pairs of noun and colour occur in no training sentence are held out.",
    )
