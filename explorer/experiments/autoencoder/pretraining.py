"""How the stored runs are made: the default model, trained longer, on warped digits, with a falling learning rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from torch import Tensor

import explorer
from explorer.core.params import values_of
from explorer.core.scalars import ScalarLog, thinned
from explorer.core.session import Session
from explorer.core.stored import Card
from explorer.data.digits import digits_sha256
from explorer.experiments.autoencoder.experiment import AutoencoderExperiment
from explorer.models.warping import warp
from explorer.specs.autoencoder import SPEC, AutoencoderParams

SEED: Final = 7
N_STEPS: Final = 30_000
LAST_RATE: Final = 0.01
"""The learning rate falls to this part of its value, along half a cosine."""
N_CURVE_VALUES: Final = 1_500
RUNS: Final = {"autoencoder-vae": "variational", "autoencoder-ae": "autoencoder"}

Progress = Callable[[int, int], None]
"""(steps taken, steps in all)."""


class WarpedExperiment(AutoencoderExperiment):
    """Trains on warped digits; everything else is the same."""

    def _pictures(self, indices: Tensor) -> Tensor:
        return warp(super()._pictures(indices), self._generator)

    def settle(self) -> None:
        """Note the codes of the digits as they are, in place of the warped ones'."""
        self._mu, self._variance = self.network.encode(self._train)


def pretrain(stem: str, progress: Progress, n_steps: int = N_STEPS) -> tuple[Session, Card]:
    """Make one of the stored runs again; a few minutes on one core.

    Args:
        stem: A key of :data:`RUNS`.
        progress: Told now and then.
        n_steps: Length of the run.

    Returns:
        The session and its card.
    """
    params = AutoencoderParams(kind=RUNS[stem])
    experiment = WarpedExperiment(params, SEED)
    log = ScalarLog()
    for step in range(n_steps):
        experiment.set_params(replace(params, learning_rate=params.learning_rate * rate_at(step / n_steps)))
        log.append(step + 1, experiment.step())
        if step % 100 == 0:
            progress(step, n_steps)
    experiment.set_params(params)
    experiment.settle()
    progress(n_steps, n_steps)
    return _session(experiment, log), _card(stem, experiment)


def rate_at(part: float) -> float:
    """Factor of the learning rate after this part of the run: 1 at first, ``LAST_RATE`` at the end."""
    return LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * part))


def quality(experiment: AutoencoderExperiment) -> dict[str, float]:
    """The figures of a card, measured on the 500 test digits."""
    score = experiment.quality()
    figures = {"test_reconstruction_nats": score.reconstruction, "active_units": float(score.active_units)}
    if experiment.network.variational:
        figures |= {"test_negative_elbo_nats": score.reconstruction + score.kl, "test_kl_nats": score.kl}
    return {name: round(value, 3) for name, value in figures.items()}


def _session(experiment: AutoencoderExperiment, log: ScalarLog) -> Session:
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


def _card(stem: str, experiment: AutoencoderExperiment) -> Card:
    title = next(run.title for run in SPEC.stored if run.stem == stem)
    return Card(
        lab=SPEC.id,
        title=title,
        command="neural-explorer pretrain autoencoder",
        params=values_of(experiment.params),
        seed=SEED,
        steps=experiment.n_steps,
        data="5,000 MNIST digits, 4,500 to train on and 500 to test on",
        data_sha256=digits_sha256(),
        quality=quality(experiment),
        app_version=explorer.__version__,
        licence="CC BY-SA 3.0, as the digits that they were trained on",
        note=(
            "Trained on digits turned, stretched and slanted a little, the learning rate falling along half a cosine "
            "to a hundredth. Negative ELBO: 16 posterior samples for each test digit, pixels in [0, 1], not binarised."
        ),
    )
