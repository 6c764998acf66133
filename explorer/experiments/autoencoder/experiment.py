"""One autoencoder in training: steps, frames, questions, state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.experiment import Check, Scalars, State
from explorer.core.frames import Array, frozen
from explorer.core.params import needs_restart
from explorer.core.questions import ChecksDone, RunChecks
from explorer.data.digits import Digits, load_digits
from explorer.experiments.autoencoder import answers, latent_map
from explorer.experiments.autoencoder.batches import Batches
from explorer.experiments.autoencoder.checks import run_checks
from explorer.experiments.autoencoder.counterpart import Counterpart, StoredRuns, shipped_run
from explorer.experiments.autoencoder.evaluation import Score, fixed_noise, score
from explorer.experiments.autoencoder.network import N_PIXELS, as_array, as_tensor, build_network
from explorer.experiments.autoencoder.trick import answer_trick
from explorer.models.adamw import AdamW
from explorer.models.autoencoder import initialise
from explorer.models.elbo import kl_to_prior, reparametrize
from explorer.models.packing import (
    copied,
    load_adam,
    load_weights,
    misfit,
    pack_adam,
    pack_weights,
    require_same_form,
)
from explorer.specs.autoencoder import (
    GRID_SIDE,
    SIDE_PX,
    AutoencoderParams,
    Decode,
    Encode,
    Interpolate,
    Trick,
)

WEIGHT_DECAY: Final = 0.1
"""Loshchilov & Hutter 2019, arXiv:1711.05101; with 4,500 digits the weights would otherwise learn them by heart."""
TEST_EVERY: Final = 50
N_QUALITY_SAMPLES: Final = 16


@dataclass(frozen=True, eq=False)
class Codes:
    """The posterior of each training digit: mean and variance, each (4500, L) on the CPU."""

    mu: Array
    variance: Array


def create(
    params: AutoencoderParams, seed: int, device: str = "cpu", stored: StoredRuns = shipped_run
) -> AutoencoderExperiment:
    """A new run.

    Args:
        params: The lab's parameters.
        seed: Seed of all its randomness.
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.
        stored: Gives the shipped runs, for the comparison along a path; read when first asked for.
    """
    return AutoencoderExperiment(params, seed, device, stored)


class AutoencoderExperiment:
    """The lab's experiment; the protocol says what each method owes.

    Every step encodes its batch anyway, so the codes of these digits are noted on the way: while training, the map
    costs nothing, and each of its points is at most two epochs old.
    """

    def __init__(
        self, params: AutoencoderParams, seed: int, device: str = "cpu", stored: StoredRuns = shipped_run
    ) -> None:
        self.params = params
        self.n_steps = 0
        self._device = torch.device(device)
        self._digits = load_digits()
        self._train, self._test = _flat(self._digits, self._device)
        self._generator = torch.Generator().manual_seed(seed)
        self.network = build_network(params, self._device)
        initialise(self.network.module, self._generator)
        self._optimiser = AdamW(self.network.module.named_parameters(), params.learning_rate, WEIGHT_DECAY)
        self._batches = Batches(len(self._train), self._generator)
        self._test_noise = fixed_noise(1, len(self._test), params.latent).to(self._device)
        self._mu = self._variance = torch.zeros(len(self._train), params.latent, device=self._device)
        self._basis = np.zeros((3, params.latent), np.float32)
        self._is_encoded = False
        self._exact: tuple[int, Codes] | None = None
        self._counterpart = Counterpart(self.network.variational, stored, self._device)

    def _encode_first(self) -> None:
        """Encode all digits with the first weights, once somebody looks: a state loaded at once brings its own."""
        if not self._is_encoded:
            self._is_encoded = True
            self._mu, self._variance = self.network.encode(self._train)
            self._basis = latent_map.first_basis(as_array(self._mu))

    # ------------------------------------------------------------------------------------------------- training

    def step(self) -> Scalars:
        """One optimiser step on one batch; every fiftieth also measures the test digits."""
        self._encode_first()
        with torch.enable_grad():
            reconstruction, kl = self._train_on(self._batches.next(self.params.batch_size))
        self.n_steps += 1
        values = {"total": reconstruction + self._beta * kl, "reconstruction": reconstruction, "kl": kl}
        if self.n_steps % TEST_EVERY == 0:
            values |= self._test_values()
            self._basis = latent_map.next_basis(as_array(self._mu), self._basis)
        return values

    def set_params(self, params: AutoencoderParams) -> None:
        """Adopt live parameters.

        Raises:
            ValueError: A parameter differs that needs a new run.
        """
        if needs_restart(self.params, params):
            raise ValueError("these parameters need a new run")
        self.params = params
        self._optimiser.learning_rate = params.learning_rate

    def _train_on(self, indices: Tensor) -> tuple[float, float]:
        """One step of AdamW on these digits: mean reconstruction and KL of the batch, nats per digit."""
        indices = indices.to(self._device)
        x = self._pictures(indices)  # (B, 784)
        mu, log_var = self.network.module.encode(x)  # (B, L), (B, L)
        z = reparametrize(mu, log_var, self._noise(mu.shape)) if self.network.variational else mu  # (B, L)
        reconstruction = self.network.reconstruction(self.network.module.decode(z), x).mean()
        kl = kl_to_prior(mu, log_var).sum(1).mean() if self.network.variational else torch.zeros_like(reconstruction)
        self._optimiser.zero_grad()
        (reconstruction + self._beta * kl).backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self._mu[indices] = mu.detach()
        self._variance[indices] = log_var.detach().exp()
        return reconstruction.item(), kl.item()

    def _pictures(self, indices: Tensor) -> Tensor:
        return self._train.index_select(0, indices)

    def _noise(self, shape: torch.Size) -> Tensor:
        return torch.randn(shape, generator=self._generator).to(self._device)

    @property
    def _beta(self) -> float:
        return self.params.beta if self.network.variational else 0.0

    def _test_values(self) -> dict[str, float]:
        measured = score(self.network, self._test, self._test_noise)
        return {
            "test_total": measured.reconstruction + self._beta * measured.kl,
            "test_reconstruction": measured.reconstruction,
            "test_kl": measured.kl,
            "active_units": float(measured.active_units),
        }

    def quality(self, n_samples: int = N_QUALITY_SAMPLES) -> Score:
        """The test digits' score averaged over ``n_samples`` posterior samples; the noise is the same each time."""
        noise = fixed_noise(n_samples, len(self._test), self.params.latent).to(self._device)
        return score(self.network, self._test, noise)

    # ------------------------------------------------------------------------------------------------- frames

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        """The wanted channels; while playing the codes are those that the last epoch's steps noted."""
        makers: dict[str, Callable[[Codes], Array]] = {
            "map": lambda codes: latent_map.on_map(codes.mu, self._basis),
            "spreads": lambda codes: latent_map.spreads_on_map(codes.variance, self._basis),
            "basis": lambda codes: self._basis,
            "grid": self._grid,
            "manifold": self._manifold,
            "unit_kl": self._unit_kl,
        }
        self._encode_first()
        codes = self._exact_codes() if exact else Codes(as_array(self._mu), as_array(self._variance))
        return {name: frozen(makers[name](codes)) for name in sorted(wanted)}

    def _exact_codes(self) -> Codes:
        """All training digits encoded with the present weights; kept until the next step."""
        if self._exact is None or self._exact[0] != self.n_steps:
            mu, variance = self.network.encode(self._train)
            self._exact = self.n_steps, Codes(as_array(mu), as_array(variance))
        return self._exact[1]

    def _grid(self, codes: Codes) -> Array:
        if self.network.variational:
            return latent_map.prior_grid(self._basis)
        return latent_map.code_grid(latent_map.on_map(codes.mu, self._basis))

    def _manifold(self, codes: Codes) -> Array:
        images = self.network.images(latent_map.grid_codes(self._grid(codes), self._basis))
        return (255 * np.nan_to_num(images) + 0.5).astype(np.uint8).reshape(GRID_SIDE, GRID_SIDE, SIDE_PX, SIDE_PX)

    def _unit_kl(self, codes: Codes) -> Array:
        if not self.network.variational:
            return np.zeros(self.params.latent, np.float32)
        mu, variance = torch.from_numpy(codes.mu), torch.from_numpy(codes.variance)
        return as_array(kl_to_prior(mu, variance.log()).mean(0))

    # ------------------------------------------------------------------------------------------------- questions

    def answer(self, request: Any) -> Any:
        """The answer to a request of the lab's spec.

        Raises:
            UserError: The request's numbers do not fit the model.
            TypeError: No such request.
        """
        self._encode_first()
        match request:
            case Decode():
                return answers.decode(self._live(), request)
            case Encode():
                return answers.encode(self._live(), request)
            case Interpolate():
                return answers.interpolate(self._live(), self._counterpart, request)
            case Trick():
                return answer_trick(request)
            case RunChecks():
                return ChecksDone(request, self.n_steps, self.checks(), request.generation)
        raise TypeError(f"the autoencoder lab answers no {type(request).__name__}")

    def _live(self) -> answers.Live:
        is_exact = self._exact is not None and self._exact[0] == self.n_steps
        codes = self._exact_codes().mu if is_exact else as_array(self._mu)
        return answers.Live(self.network, self.n_steps, codes, self._basis, self._digits.train_images)

    def checks(self) -> tuple[Check, ...]:
        """The lab's checks at the present weights."""
        return run_checks(self.network, self._test, self._beta)

    # ------------------------------------------------------------------------------------------------- state

    def state(self) -> State:
        """Everything that decides how the run goes on, copied."""
        self._encode_first()
        return self._state()

    def _state(self) -> State:
        own = {
            "n_steps": np.array(self.n_steps, np.int64),
            "generator": copied(self._generator.get_state()),
            "codes/mu": copied(self._mu),
            "codes/variance": copied(self._variance),
            "map/basis": self._basis.copy(),
        }
        batches = {f"batches/{name}": array.copy() for name, array in self._batches.state().items()}
        module = self.network.module
        return own | batches | pack_weights(module) | pack_adam(self._optimiser)

    def load(self, state: State) -> None:
        """Go back to a state; one that does not fit changes nothing.

        Raises:
            UserError: The arrays do not fit this model.
        """
        require_same_form(state, self._state())
        generator = torch.Generator()
        try:
            generator.set_state(torch.from_numpy(np.array(state["generator"])))
            self._batches.load({"order": state["batches/order"], "cursor": state["batches/cursor"]})
        except (RuntimeError, ValueError) as error:
            raise misfit() from error
        self._generator.set_state(generator.get_state())
        self.n_steps = int(state["n_steps"])
        self._mu = as_tensor(state["codes/mu"], self._device)
        self._variance = as_tensor(state["codes/variance"], self._device)
        self._basis = np.array(state["map/basis"])
        self._exact, self._is_encoded = None, True
        load_weights(self.network.module, state)
        load_adam(self._optimiser, state)


def _flat(digits: Digits, device: torch.device) -> tuple[Tensor, Tensor]:
    """Training and test pictures as (n, 784) on the device."""
    train, test = digits.train_images.reshape(-1, N_PIXELS), digits.test_images.reshape(-1, N_PIXELS)
    return as_tensor(train, device), as_tensor(test, device)
