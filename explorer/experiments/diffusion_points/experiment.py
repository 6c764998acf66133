"""One denoiser of points in training: steps, frames, questions, state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.denoising import N_LEVELS
from explorer.core.errors import UserError
from explorer.core.experiment import Check, Scalars, State
from explorer.core.frames import Array, frozen
from explorer.core.params import needs_restart
from explorer.core.questions import ChecksDone, RunChecks
from explorer.data.noise_schedules import alpha_bar
from explorer.data.point_sets import PointSet, point_set
from explorer.experiments.diffusion_points.checks import run_checks
from explorer.experiments.diffusion_points.closeness import LIVE_POINTS, LIVE_STEPS, Closeness
from explorer.experiments.diffusion_points.fields import density, field
from explorer.experiments.diffusion_points.travelling import Live, drawn, follow, travel
from explorer.models.denoising_run import DenoisingRun
from explorer.models.point_denoiser import PointDenoiser, build_point_denoiser, initialise_points
from explorer.specs.diffusion_points import Density, Field, Follow, PointParams, PointSampling, Travel

TEST_EVERY: Final = 50
CLOSENESS_EVERY: Final = 500
N_TEST: Final = 200
TEST_SEED: Final = 11
CLOUD: Final = PointSampling()


def create(params: PointParams, seed: int, device: str = "cpu") -> PointsExperiment:
    """A new run.

    Args:
        params: The lab's parameters.
        seed: Seed of all its randomness.
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.

    Raises:
        UserError: The drawn points cannot be read.
    """
    return PointsExperiment(params, seed, device)


class PointsExperiment:
    """The lab's experiment; the protocol says what each method owes."""

    def __init__(self, params: PointParams, seed: int, device: str = "cpu") -> None:
        self.params = params
        self.signal = alpha_bar(params.schedule, N_LEVELS)
        self.points = _points(params)
        self._device = torch.device(device)
        self._train = torch.tensor(self.points.train).to(self._device)
        self._generator = torch.Generator().manual_seed(seed)
        network = build_point_denoiser(params.width, self._device)
        initialise_points(network, self._generator)
        averaged = build_point_denoiser(params.width, self._device)
        self._run = DenoisingRun(
            network, averaged, params.prediction, self.signal, params.learning_rate, self._generator
        )
        self._closeness: Closeness | None = None
        self._test: tuple[Tensor, Tensor, Tensor] | None = None

    @property
    def n_steps(self) -> int:
        """Steps taken."""
        return self._run.n_steps

    # ------------------------------------------------------------------------------------------------- training

    def step(self) -> Scalars:
        """One step of Adam on one batch of noisy points; now and then points are drawn and held-out ones measured."""
        B = self.params.batch_size
        chosen = torch.randint(len(self._train), (B,), generator=self._generator).to(self._device)
        values = self._run.step(self._train[chosen])._asdict()
        if self.n_steps % TEST_EVERY == 0:
            values["test_loss"] = self.test_loss()
        if self.n_steps % CLOSENESS_EVERY == 0:
            values["energy_ratio"] = self.energy_ratio()
        return values

    def set_params(self, params: PointParams) -> None:
        """Adopt live parameters.

        Raises:
            ValueError: A parameter differs that needs a new run.
        """
        if needs_restart(self.params, params):
            raise ValueError("these parameters need a new run")
        self.params = params
        self._run.set_learning_rate(params.learning_rate)

    @torch.no_grad()
    def test_loss(self) -> float:
        """Loss on held-out points at times and with noise of their own, the same whenever it is asked."""
        if self._test is None:
            generator = torch.Generator().manual_seed(TEST_SEED)
            held_out = torch.tensor(self.points.test)
            x0 = held_out[torch.arange(N_TEST) % len(held_out)].to(self._device)
            noise = torch.randn(x0.shape, generator=generator).to(self._device)
            self._test = x0, torch.linspace(1, N_LEVELS, N_TEST).round().long().to(self._device), noise
        return self._run.errors(self.drawing_network, *self._test).mean().item()

    def energy_ratio(self) -> float:
        """Energy distance of drawn points to the data over that of the data to themselves; quickly."""
        if self._closeness is None:
            self._closeness = Closeness(self.points, LIVE_POINTS)
        return self._closeness.ratio(self.live(), LIVE_STEPS, CLOUD.seed)

    @property
    def drawing_network(self) -> PointDenoiser:
        """The network that points are drawn with: the averaged one, if so wished."""
        return self._run.averaged if self.params.ema else self._run.network

    def live(self) -> Live:
        """The network to draw with, as it is now."""
        return Live(self.drawing_network, self.params.prediction, self.signal, self.n_steps, self._device)

    # ------------------------------------------------------------------------------------------------- frames

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        """The wanted channels, always of the present weights."""
        makers: dict[str, Callable[[], Array]] = {
            "cloud": lambda: drawn(self.live(), CLOUD),
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
            case Travel():
                return travel(self.live(), request)
            case Follow():
                return follow(self.live(), request)
            case Field():
                return field(self.live(), self._train, request)
            case Density():
                return density(self.live(), self._train, request)
            case RunChecks():
                return ChecksDone(request, self.n_steps, self.checks(), request.generation)
        raise TypeError(f"the lab of points answers no {type(request).__name__}")

    def checks(self) -> tuple[Check, ...]:
        """The lab's checks at the present weights."""
        return run_checks(self.live(), self._train)

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


def _points(params: PointParams) -> PointSet:
    try:
        return point_set(params.shape, params.drawn)
    except ValueError as error:
        raise UserError("The drawn points cannot be read; draw them in the panel “Distribution”.") from error
