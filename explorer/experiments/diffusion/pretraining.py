"""How the stored run and the classifier that judges digits are made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F

import explorer
from explorer.core.frames import Array
from explorer.core.params import values_of
from explorer.core.scalars import ScalarLog, thinned
from explorer.core.session import Session
from explorer.core.stored import Card
from explorer.data.digits import digits_sha256, load_digits
from explorer.data.frechet import frechet_distance
from explorer.experiments.diffusion.experiment import DiffusionExperiment
from explorer.experiments.diffusion.judging import CLASSIFIER
from explorer.models.adamw import AdamW
from explorer.models.denoiser import Denoiser
from explorer.models.digit_classifier import DigitClassifier, build_classifier
from explorer.models.packing import pack_weights
from explorer.models.warping import warp
from explorer.specs.diffusion import SPEC, DiffusionParams, Judge

SEED: Final = 7
N_STEPS: Final = 30_000
LAST_RATE: Final = 0.01
"""The learning rate falls to this part of its value, along half a cosine."""
N_CURVE_VALUES: Final = 1_500
N_CLASSIFIER_STEPS: Final = 4_000
CLASSIFIER_RATE: Final = 2e-3
N_JUDGED, PART = 1_000, 50
FIRST_POSITION: Final = 32.0
"""Where in the film of 50 steps the lab opens: the digit can be seen, and so can the noise."""

Progress = Callable[[int, int], None]
"""(steps taken, steps in all)."""


def pretrain(stem: str, progress: Progress, n_steps: int = N_STEPS) -> tuple[Session, Card]:
    """Make the stored run again; a quarter of an hour on one core.

    Args:
        stem: Name of the run.
        progress: Told now and then.
        n_steps: Length of the run.

    Returns:
        The session and its card.
    """
    params = DiffusionParams()
    experiment, log = DiffusionExperiment(params, SEED), ScalarLog()
    for step in range(n_steps):
        rate = LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * step / n_steps))
        experiment.set_params(replace(params, learning_rate=params.learning_rate * rate))
        log.append(step + 1, experiment.step())
        if step % 50 == 0:
            progress(step, n_steps)
    experiment.set_params(params)
    progress(n_steps, n_steps)
    session = Session(
        lab=SPEC.id,
        params=values_of(params),
        seed=SEED,
        step=experiment.n_steps,
        state=experiment.small_state(),
        frames=experiment.frames(frozenset(f.name for f in SPEC.frames), exact=True),
        series=thinned(log.series(), N_CURVE_VALUES),
        view={"position": FIRST_POSITION},
        app_version=explorer.__version__,
    )
    return session, _card(stem, experiment)


def quality(experiment: DiffusionExperiment, n: int = N_JUDGED) -> dict[str, float]:
    """Agreement of the classifier with the class asked for, and the Fréchet distance against that of real digits."""
    parts = [experiment.answer(Judge(part, PART)) for part in range(max(1, n // PART))]
    right = np.concatenate([part.asked == part.seen for part in parts])
    features = np.concatenate([part.features for part in parts])
    floor = frechet_distance(parts[0].real, parts[0].other_real)
    distance = frechet_distance(features, parts[0].real)
    figures = {
        "agreement_percent": 100 * float(right.mean()),
        "frechet_distance": distance,
        "frechet_floor_distance": floor,
        "frechet_ratio": distance / floor,
        "test_loss": experiment.test_loss(),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def companions(progress: Progress) -> dict[str, tuple[Mapping[str, Array], Card]]:
    """What the lab needs beside its runs: weights and card of the classifier, by file stem."""
    network = train_classifier(progress, N_CLASSIFIER_STEPS)
    return {CLASSIFIER: (pack_weights(network), _classifier_card(network))}


def train_classifier(progress: Progress, n_steps: int) -> DigitClassifier:
    """A classifier of the 4,500 training digits, warped; half a minute on one core."""
    digits, generator = load_digits(), torch.Generator().manual_seed(SEED)
    images = torch.tensor(digits.train_images).view(-1, 784)
    labels = torch.from_numpy(digits.train_labels.copy())
    network = build_classifier()
    _fill(network, generator)
    optimiser = AdamW(network.named_parameters(), CLASSIFIER_RATE, weight_decay=0.01)
    for step in range(n_steps):
        optimiser.learning_rate = CLASSIFIER_RATE * (1 - step / n_steps)
        chosen = torch.randint(len(images), (64,), generator=generator)
        x = 2 * warp(images[chosen], generator).view(-1, 1, 28, 28) - 1
        loss = F.cross_entropy(network.scores(network.features(x)), labels[chosen])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step % 100 == 0:
            progress(step, n_steps)
    progress(n_steps, n_steps)
    return network


@torch.no_grad()
def classifier_accuracy(network: DigitClassifier) -> float:
    """Share of the 500 test digits that it gets right."""
    digits = load_digits()
    seen = network.scores(network.features(2 * torch.tensor(digits.test_images)[:, None] - 1)).argmax(1)
    return float((seen.numpy() == digits.test_labels).mean())


@torch.no_grad()
def _fill(network: DigitClassifier | Denoiser, generator: torch.Generator) -> None:
    for parameter in network.parameters():
        bound = 1 / math.sqrt(parameter[0].numel()) if parameter.dim() > 1 else 0.0
        parameter.copy_((2 * torch.rand(parameter.shape, generator=generator) - 1) * bound)


def _card(stem: str, experiment: DiffusionExperiment) -> Card:
    return Card(
        lab=SPEC.id,
        title=next(run.title for run in SPEC.stored if run.stem == stem),
        command=f"neural-explorer pretrain {SPEC.id}",
        params=values_of(experiment.params),
        seed=SEED,
        steps=experiment.n_steps,
        data="4,500 MNIST digits, warped a little",
        data_sha256=digits_sha256(),
        quality=quality(experiment),
        app_version=explorer.__version__,
        licence="CC BY-SA 3.0, as the digits that it was trained on",
        note=(
            "The learning rate falls along half a cosine to a hundredth; the averaged weights are kept, without the "
            f"optimiser's moments. Agreement and Fréchet distance: {N_JUDGED:,} digits, 100 of each class, by 50 DDIM "
            "steps with guidance 1.5, in the last hidden layer of a classifier; the floor is that of 500 training "
            "digits against the 500 test digits, higher than for 1,000 because there are fewer."
        ),
    )


def _classifier_card(network: DigitClassifier) -> Card:
    return Card(
        lab=SPEC.id,
        title="Classifier of digits",
        command=f"neural-explorer pretrain {SPEC.id}",
        params={},
        seed=SEED,
        steps=N_CLASSIFIER_STEPS,
        data="4,500 MNIST digits, warped a little",
        data_sha256=digits_sha256(),
        quality={"test_accuracy_percent": 100 * classifier_accuracy(network)},
        app_version=explorer.__version__,
        licence="CC BY-SA 3.0, as the digits that it was trained on",
        note="Three strided convolutions; judges what the diffusion lab draws and takes no part in its training.",
    )
