"""One denoiser in training: steps, frames, questions, state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.denoising import N_LEVELS
from explorer.core.experiment import Check, Scalars, State
from explorer.core.frames import Array, frozen
from explorer.core.params import needs_restart
from explorer.core.questions import ChecksDone, RunChecks
from explorer.data.digits import load_digits
from explorer.data.noise_schedules import alpha_bar
from explorer.experiments.diffusion.checks import run_checks
from explorer.experiments.diffusion.drawing import Live, as_ink, denoise, drawn
from explorer.experiments.diffusion.judging import ClassifierFile, judge, shipped_classifier
from explorer.models.denoiser import Denoiser, build_denoiser, initialise
from explorer.models.denoising_run import DenoisingRun
from explorer.models.warping import warp
from explorer.specs.diffusion import (
    ANY_CLASS,
    N_CLASSES,
    SAMPLES_GUIDANCE,
    SAMPLES_STEPS,
    SIDE_PX,
    Denoise,
    DiffusionParams,
    Judge,
    Sampling,
)

TEST_EVERY: Final = 50
N_TEST: Final = 50
TEST_SEED, SAMPLES_SEED = 11, 1
SAMPLES: Final = Sampling("ddim", SAMPLES_STEPS, 0.0, SAMPLES_GUIDANCE, -1, SAMPLES_SEED, N_CLASSES)


def create(
    params: DiffusionParams, seed: int, device: str = "cpu", classifier: ClassifierFile = shipped_classifier
) -> DiffusionExperiment:
    """A new run.

    Args:
        params: The lab's parameters.
        seed: Seed of all its randomness.
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.
        classifier: Gives the classifier that judges digits; read when first asked for.
    """
    return DiffusionExperiment(params, seed, device, classifier)


class DiffusionExperiment:
    """The lab's experiment; the protocol says what each method owes."""

    def __init__(
        self, params: DiffusionParams, seed: int, device: str = "cpu", classifier: ClassifierFile = shipped_classifier
    ) -> None:
        self.params = params
        self.signal = alpha_bar(params.schedule, N_LEVELS)
        self._device = torch.device(device)
        self._digits = load_digits()
        self._classifier = classifier
        self._train = _in_model_units(self._digits.train_images, self._device)
        self._labels = torch.from_numpy(self._digits.train_labels.copy()).to(self._device)
        self._generator = torch.Generator().manual_seed(seed)
        network = build_denoiser(params.width, N_CLASSES + 1, self._device)
        initialise(network, self._generator)
        averaged = build_denoiser(params.width, N_CLASSES + 1, self._device)
        self._run = DenoisingRun(
            network, averaged, params.prediction, self.signal, params.learning_rate, self._generator
        )
        self._test: tuple[Tensor, Tensor, Tensor, Tensor] | None = None

    @property
    def n_steps(self) -> int:
        """Steps taken."""
        return self._run.n_steps

    # ------------------------------------------------------------------------------------------------- training

    def step(self) -> Scalars:
        """One step of Adam on one batch of noisy digits; every fiftieth also measures test digits."""
        learned = self._run.step(*self._batch())
        values = learned._asdict()
        return values | ({"test_loss": self.test_loss()} if self.n_steps % TEST_EVERY == 0 else {})

    def set_params(self, params: DiffusionParams) -> None:
        """Adopt live parameters.

        Raises:
            ValueError: A parameter differs that needs a new run.
        """
        if needs_restart(self.params, params):
            raise ValueError("these parameters need a new run")
        self.params = params
        self._run.set_learning_rate(params.learning_rate)

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Digits (B, 1, 28, 28) and their classes, some of them hidden (B,)."""
        B = self.params.batch_size
        chosen = torch.randint(len(self._train), (B,), generator=self._generator).to(self._device)
        x0, labels = self._train[chosen], self._labels[chosen]
        if self.params.warped:
            flat = warp((x0.view(B, -1) + 1) / 2, self._generator)
            x0 = (2 * flat - 1).view(B, 1, SIDE_PX, SIDE_PX)
        hidden = torch.rand(B, generator=self._generator).to(self._device) < self.params.class_dropout
        return x0, torch.where(hidden, ANY_CLASS, labels)

    @torch.no_grad()
    def test_loss(self) -> float:
        """Loss on fifty test digits, each at times of its own with noise of its own, the same whenever it is asked."""
        if self._test is None:
            generator = torch.Generator().manual_seed(TEST_SEED)
            x0 = _in_model_units(self._digits.test_images[:N_TEST], self._device)
            noise = torch.randn(x0.shape, generator=generator).to(self._device)
            t = torch.linspace(1, N_LEVELS, N_TEST).round().long().to(self._device)
            self._test = x0, t, noise, torch.from_numpy(self._digits.test_labels[:N_TEST].copy()).to(self._device)
        x0, t, noise, labels = self._test
        return self._run.errors(self.drawing_network, x0, t, noise, labels).mean().item()

    @property
    def drawing_network(self) -> Denoiser:
        """The network that digits are drawn with: the averaged one, if so wished."""
        return self._run.averaged if self.params.ema else self._run.network

    def live(self) -> Live:
        """The network to draw with, as it is now."""
        return Live(self.drawing_network, self.params.prediction, self.signal, self.n_steps, self._device)

    # ------------------------------------------------------------------------------------------------- frames

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        """The wanted channels, always of the present weights."""
        makers: dict[str, Callable[[], Array]] = {
            "samples": lambda: as_ink(drawn(self.live(), SAMPLES)),
            "levels": lambda: self._run.levels.means.astype(np.float32),
        }
        return {name: frozen(makers[name]()) for name in sorted(wanted)}

    # ------------------------------------------------------------------------------------------------- questions

    def answer(self, request: Any) -> Any:
        """The answer to a request of the lab's spec.

        Raises:
            UserError: The request's settings do not fit.
            TypeError: No such request.
        """
        match request:
            case Denoise():
                return denoise(self.live(), request)
            case Judge():
                return judge(self.live(), self._classifier, self._digits, request)
            case RunChecks():
                return ChecksDone(request, self.n_steps, self.checks(), request.generation)
        raise TypeError(f"the diffusion lab answers no {type(request).__name__}")

    def checks(self) -> tuple[Check, ...]:
        """The lab's checks at the present weights."""
        return run_checks(self.live())

    # ------------------------------------------------------------------------------------------------- state

    def state(self) -> State:
        """Everything that decides how the run goes on, copied."""
        return self._run.state()

    def small_state(self) -> State:
        """The averaged weights in the place of all weights, and no moments: what ships with the app."""
        return self._run.small_state()

    def load(self, state: State) -> None:
        """Go back to a state, or begin from a small one; one that does not fit changes nothing.

        Raises:
            UserError: The arrays do not fit this model.
        """
        self._run.load(state)


def _in_model_units(images: Array, device: torch.device) -> Tensor:
    """Pictures (n, 28, 28) in [0, 1] as (n, 1, 28, 28) in [-1, 1]."""
    return (2 * torch.tensor(images) - 1)[:, None].to(device)
