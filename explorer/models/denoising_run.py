"""A denoiser in training: one step of Adam on noisy data, the averaged weights, and the loss by noise level.

What is noisy - pictures, points - and what else the network is told is up to the caller.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.core.denoising import N_LEVELS
from explorer.core.frames import Array
from explorer.data.noise_levels import NoiseLevels
from explorer.models.adamw import AdamW
from explorer.models.diffusion import noise_error, noisy, target
from explorer.models.moving_average import MovingAverage
from explorer.models.packing import copied, load_adam, load_weights, misfit, pack_adam, pack_weights, require_same_form

DECAY: Final = 0.998
"""Of the averaged weights."""

Network = TypeVar("Network", bound=nn.Module)


class Learned(NamedTuple):
    """What one step of training gave: the batch's mean loss, and the norm of the whole gradient."""

    loss: float
    gradient_norm: float


class DenoisingRun(Generic[Network]):
    """Holds the weights of a run and takes its steps.

    Attributes:
        network: What is trained.
        averaged: A network of the same form with the average of the last weights.
        n_steps: Steps taken.
        levels: Loss by noise level.

    Args:
        network: Called with (x_t (B, ..), time (B,) in [0, 1], and what else it is told).
        averaged: Another one of the same form.
        kind: What the network predicts, one of :data:`explorer.models.diffusion.KINDS`.
        signal: alpha_bar at times 0 .. T.
        learning_rate: Step size of Adam.
        generator: All the run's randomness.
    """

    def __init__(
        self,
        network: Network,
        averaged: Network,
        kind: str,
        signal: NDArray[np.float64],
        learning_rate: float,
        generator: torch.Generator,
    ) -> None:
        self.network, self.averaged = network, averaged
        self.n_steps = 0
        self.levels = NoiseLevels()
        self._kind = kind
        self._generator = generator
        self._device = next(network.parameters()).device
        self._signal = torch.from_numpy(signal).float().to(self._device)
        self._average = MovingAverage(network, averaged, DECAY)
        self._optimiser = self._fresh_optimiser(learning_rate)

    def set_learning_rate(self, learning_rate: float) -> None:
        """Take larger or smaller steps from now on."""
        self._optimiser.learning_rate = learning_rate

    def step(self, x0: Tensor, *told: Tensor) -> Learned:
        """One step on a batch (B, ..), each at a time of its own with noise of its own."""
        t = torch.randint(1, N_LEVELS + 1, (len(x0),), generator=self._generator)
        noise = torch.randn(x0.shape, generator=self._generator).to(self._device)
        with torch.enable_grad():
            errors = self.errors(self.network, x0, t.to(self._device), noise, *told)  # (B,)
            self._optimiser.zero_grad()
            errors.mean().backward()  # type: ignore[no-untyped-call]
        gradient = math.hypot(*(p.grad.norm().item() for p in self.network.parameters() if p.grad is not None))
        self._optimiser.step()
        self.n_steps += 1
        self._average.update(self.n_steps)
        of_noise = noise_error(self._kind, errors.detach(), self._signal[t])
        self.levels.add(t.numpy(), of_noise.double().cpu().numpy())
        return Learned(errors.mean().item(), gradient)

    def errors(self, network: nn.Module, x0: Tensor, t: Tensor, noise: Tensor, *told: Tensor) -> Tensor:
        """Mean squared error of the prediction for each of (B, ..) at times (B,) with noise (B, ..): (B,)."""
        signal = self._signal[t]
        output = network(noisy(x0, noise, signal), t / N_LEVELS, *told)
        wanted = target(self._kind, x0, noise, signal)
        return F.mse_loss(output, wanted, reduction="none").flatten(1).mean(1)

    # ------------------------------------------------------------------------------------------------- state

    def state(self) -> dict[str, Array]:
        """Everything that decides how the run goes on, copied."""
        average = {f"average/{name}": array for name, array in pack_weights(self.averaged).items()}
        return self._own_state() | pack_weights(self.network) | average | pack_adam(self._optimiser)

    def small_state(self) -> dict[str, Array]:
        """The averaged weights in the place of all weights, and no moments: what ships with the app."""
        return self._own_state() | pack_weights(self.averaged)

    def _own_state(self) -> dict[str, Array]:
        return {
            "n_steps": np.array(self.n_steps, np.int64),
            "generator": copied(self._generator.get_state()),
            "levels": self.levels.means.copy(),
        }

    def load(self, state: Mapping[str, Array]) -> None:
        """Go back to a state, or begin from a small one; one that does not fit changes nothing.

        Raises:
            UserError: The arrays do not fit this model.
        """
        is_small = not any(name.startswith(("average/", "adam/")) for name in state)
        require_same_form(state, self.small_state() if is_small else self.state())
        generator = torch.Generator()
        try:
            generator.set_state(torch.from_numpy(np.array(state["generator"])))
        except RuntimeError as error:
            raise misfit() from error
        self._generator.set_state(generator.get_state())
        self.n_steps = int(state["n_steps"])
        self.levels.means = np.array(state["levels"])
        load_weights(self.network, state)
        if is_small:
            self._average.copy()
            self._optimiser = self._fresh_optimiser(self._optimiser.learning_rate)
        else:
            stem = "average/"
            load_weights(self.averaged, {n.removeprefix(stem): a for n, a in state.items() if n.startswith(stem)})
            load_adam(self._optimiser, state)

    def _fresh_optimiser(self, learning_rate: float) -> AdamW:
        return AdamW(self.network.named_parameters(), learning_rate, weight_decay=0.0)
