"""A classifier that was trained apart looks at what was drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.frames import Array, frozen
from explorer.core.stored import stored_path
from explorer.data.digits import Digits
from explorer.experiments.diffusion.drawing import Live, as_ink, drawn
from explorer.models.digit_classifier import DigitClassifier, build_classifier
from explorer.models.packing import load_weights
from explorer.specs.diffusion import MOST_SAMPLES, N_CLASSES, Judge, Judged, Sampling

CLASSIFIER: Final = "diffusion-classifier"
JUDGE_SEED: Final = 1_000_000
"""Noise of the first part; far from the seeds that films are drawn from."""
N_REAL: Final = 500

ClassifierFile = Callable[[], Mapping[str, Array]]
"""Gives the classifier's weights, ``weights/<name>``."""


def shipped_classifier() -> Mapping[str, Array]:
    """The weights that ship with the app.

    Raises:
        UserError: They are missing.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        found: Mapping[str, Array] = load_file(stored_path(CLASSIFIER))
    except (OSError, SafetensorError) as error:
        raise UserError("The classifier is missing or damaged; run `neural-explorer pretrain diffusion`.") from error
    return found


def classifier_of(weights: Mapping[str, Array]) -> DigitClassifier:
    """The classifier with its weights."""
    network = build_classifier()
    load_weights(network, weights)
    return network


@torch.no_grad()
def judge(live: Live, file: ClassifierFile, digits: Digits, request: Judge) -> Judged:
    """Draw digits and let the classifier say what they are.

    Raises:
        UserError: The settings make no sense, or the classifier is missing.
    """
    if not 1 <= request.n <= MOST_SAMPLES or request.part < 0:
        raise UserError(f"Between 1 and {MOST_SAMPLES} digits can be judged at once.")
    network = classifier_of(file())
    sampling = Sampling(
        "ddim", request.steps, 0.0, request.guidance, -1, JUDGE_SEED + request.part, request.n
    )  # fmt: skip
    pictures = drawn(live, sampling)
    features = network.features(torch.from_numpy(np.nan_to_num(pictures))[:, None].clamp(-1, 1))
    real = network.features(_pictures(digits.test_images))
    return Judged(
        request=request,
        step=live.step,
        asked=frozen(np.arange(request.n) % N_CLASSES),
        seen=frozen(network.scores(features).argmax(1).numpy()),
        features=frozen(features.numpy()),
        pictures=frozen(as_ink(pictures)),
        real=frozen(real.numpy()),
        other_real=frozen(network.features(_pictures(digits.train_images[:N_REAL])).numpy()),
        classifier_accuracy=float((network.scores(real).argmax(1).numpy() == digits.test_labels).mean()),
        generation=request.generation,
    )


def _pictures(images: Array) -> Tensor:
    """Pictures (n, 28, 28) in [0, 1] as (n, 1, 28, 28) in [-1, 1]."""
    return (2 * torch.tensor(images) - 1)[:, None]
