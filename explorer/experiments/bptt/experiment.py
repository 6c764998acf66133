"""Three cells in training side by side: steps, frames, questions, state."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import torch
from torch import nn

from explorer.core.errors import UserError
from explorer.core.experiment import Check, Scalars, State
from explorer.core.frames import Array, frozen
from explorer.core.params import needs_restart
from explorer.core.questions import ChecksDone, RunChecks
from explorer.experiments.bptt.chains import Chains
from explorer.experiments.bptt.checks import run_checks
from explorer.experiments.bptt.delays import measure_delays
from explorer.experiments.bptt.film import Film
from explorer.experiments.bptt.learner import (
    Learner,
    Pass,
    build_learners,
    clipped,
    eigenvalues,
    gradient_norm,
    mean_gates,
    run_pass,
    tracks,
)
from explorer.experiments.bptt.task import Batch, Task
from explorer.models.adamw import AdamW
from explorer.models.packing import (
    copied,
    load_adam,
    load_weights,
    misfit,
    pack_adam,
    pack_weights,
    require_same_form,
)
from explorer.models.through_time import Buffers
from explorer.specs.bptt import CELLS, TRACKS, BpttParams, Chain, MeasureDelays

MEASURE_EVERY: Final = 25
"""Steps between two measurements of accuracies and of the spectral radius."""
N_HELD_OUT: Final = 256
TRAINING, HELD_OUT = 0, 1
"""First number of a batch's key: what it is drawn for."""

LARGEST: Final = 1.8e19
"""Adam averages squares, and those of larger gradients are infinite in single precision: it would stand still."""

Passes = dict[str, Pass]
FINDINGS: Final[dict[str, Callable[[Passes], torch.Tensor]]] = {"norms": tracks, "gates": mean_gates}
"""What a state remembers of its last step, so that it shows the same wherever it is opened."""


def create(params: BpttParams, seed: int, device: str = "cpu") -> BpttExperiment:
    """A new run.

    Args:
        params: The lab's parameters.
        seed: Seed of all its randomness.
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.
    """
    return BpttExperiment(params, seed, device)


class BpttExperiment:
    """The lab's experiment; the protocol says what each method owes.

    A batch is a function of the seed and the step, so that the three cells read the same and that looking at the next
    batch draws nothing. Every step finds the gradient of every state on its way to that of the weights.
    """

    def __init__(self, params: BpttParams, seed: int, device: str = "cpu") -> None:
        self.params = params
        self.n_steps = 0
        self.learners = {name: learner.to(device) for name, learner in build_learners(params, seed).items()}
        self._modules = nn.ModuleDict(self.learners)
        self.film = Film(Task(params).n_steps)
        self._device = torch.device(device)
        self._seed = seed
        self._optimiser = AdamW(self._modules.named_parameters(), params.learning_rate, weight_decay=0.0)
        self._held_out: Batch | None = None
        self._buffers = {name: Buffers() for name in CELLS}
        self._last: Passes = {}
        self._chains = Chains()
        self._loaded: dict[str, Array] = {}
        self._next: tuple[tuple[int, ...], Passes] | None = None

    @property
    def task(self) -> Task:
        """What is learned."""
        return Task(self.params)

    @property
    def held_out(self) -> Batch:
        """Sequences that measure the accuracies; the same in every run."""
        if self._held_out is None:
            self._held_out = self.task.batch(N_HELD_OUT, (HELD_OUT, 0), self._device)
        return self._held_out

    # ------------------------------------------------------------------------------------------------- training

    def step(self) -> Scalars:
        """One step of Adam for each cell, on the same batch; every twenty-fifth also measures."""
        passes = self._passes(self._buffers)
        values = {f"{name}_loss": one.loss for name, one in passes.items()}
        for name, one in passes.items():
            values[f"{name}_gradient"] = self._hand_over(self.learners[name], one)
        self._optimiser.step()
        self.n_steps += 1
        self._last, self._next, self._loaded = passes, None, {}
        if self.film.wants(self.n_steps):
            self.film.add(self.n_steps, copied(tracks(passes)), self.params.truncate)
        if self.n_steps % MEASURE_EVERY == 0:
            values |= self._measured()
        return values

    def set_params(self, params: BpttParams) -> None:
        """Adopt live parameters.

        Raises:
            ValueError: A parameter differs that needs a new run.
        """
        if needs_restart(self.params, params):
            raise ValueError("these parameters need a new run")
        self.params = params
        self._optimiser.learning_rate = params.learning_rate

    def next_batch(self) -> Batch:
        """What the next step reads; looking at it draws nothing."""
        return self.task.batch(self.params.batch_size, (TRAINING, self._seed, self.n_steps), self._device)

    def _passes(self, buffers: Mapping[str, Buffers]) -> Passes:
        """The next batch forward and back through each cell, at the present weights."""
        task, batch, truncate = self.task, self.next_batch(), self.params.truncate
        return {c: run_pass(self.learners[c], task, batch, truncate, buffers.get(c)) for c in CELLS}

    def _hand_over(self, learner: Learner, one: Pass) -> float:
        """Give a cell's gradients to the optimiser, clipped if so wished; returns their norm before that.

        Raises:
            UserError: They have exploded beyond what single precision holds.
        """
        gradients = one.all_gradients
        norm = gradient_norm(gradients)
        if self.params.clipping and math.isfinite(norm):
            gradients = clipped(gradients, norm, self.params.clip_norm)
        elif not norm < LARGEST:
            raise UserError(_exploded(learner, norm, self.n_steps + 1))
        for parameter, gradient in zip(learner.parameters(), gradients, strict=True):
            parameter.grad = gradient
        return norm

    def _measured(self) -> dict[str, float]:
        shares = {f"{name}_accuracy": 100 * share for name, share in self.accuracies().items()}
        return shares | {"radius": float(np.hypot(*self._spectrum().T).max())}

    def accuracies(self) -> dict[str, float]:
        """Share of right answers to the held-out sequences, by cell."""
        task, batch = self.task, self.held_out
        return {name: task.share_right(self.learners[name].answers(batch.x, task.n_asked), batch.y) for name in CELLS}

    # ------------------------------------------------------------------------------------------------- frames

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        """The wanted channels.

        Norms and gates are those that the last step found, as the film has them; before the first step, and in a
        state that does not know them, those that the next one will find.
        """
        makers: dict[str, Callable[[], Array]] = {
            "film": lambda: self.film.rows,
            "film_steps": lambda: self.film.steps,
            "film_truncate": lambda: self.film.truncate,
            "norms": lambda: self._found("norms"),
            "spectrum": self._spectrum,
            "gates": lambda: self._found("gates"),
        }
        return {name: frozen(makers[name]()) for name in sorted(wanted)}

    def _found(self, name: str) -> Array:
        """Norms or gates of the last step, or of the one to come."""
        if self._loaded:
            return self._loaded[name].copy()
        return copied(FINDINGS[name](self._last or self._look_ahead()))

    def _look_ahead(self) -> Passes:
        """The passes of the step to come; they are kept until something changes."""
        key = (self.n_steps, self.params.batch_size, self.params.truncate)
        if self._next is None or self._next[0] != key:
            self._next = key, self._passes({})
        return self._next[1]

    def _spectrum(self) -> Array:
        return eigenvalues(self.learners["rnn"].recurrent.weights().weight_hh)

    # ------------------------------------------------------------------------------------------------- questions

    def answer(self, request: Any) -> Any:
        """The answer to a request of the lab's spec.

        Raises:
            UserError: The request's numbers do not fit the model.
            TypeError: No such request.
        """
        match request:
            case Chain():
                return self._chains.answer(self.learners, self.task, self.held_out, self.n_steps, request)
            case MeasureDelays():
                return measure_delays(self.learners, self.task, self._device, self.n_steps, request)
            case RunChecks():
                return ChecksDone(request, self.n_steps, self.checks(), request.generation)
        raise TypeError(f"the lab of gradients in time answers no {type(request).__name__}")

    def checks(self) -> tuple[Check, ...]:
        """The lab's checks at the present weights."""
        return run_checks(self.learners, self.task, self.held_out, self.params.truncate)

    # ------------------------------------------------------------------------------------------------- state

    def state(self) -> State:
        """Everything that decides how the run goes on, copied."""
        film = {f"film/{name}": array for name, array in self.film.state().items()}
        found = {f"found/{name}": self._found(name) for name in FINDINGS} if self._last or self._loaded else {}
        return self._weights() | film | found

    def _weights(self) -> State:
        own = {"n_steps": np.array(self.n_steps, np.int64), "seed": np.array(self._seed, np.int64)}
        return own | pack_weights(self._modules) | pack_adam(self._optimiser)

    def load(self, state: State) -> None:
        """Go back to a state; one that does not fit changes nothing.

        Raises:
            UserError: The arrays do not fit this model.
        """
        film = {name.removeprefix("film/"): array for name, array in state.items() if name.startswith("film/")}
        found = {name.removeprefix("found/"): array for name, array in state.items() if name.startswith("found/")}
        rest = {name: array for name, array in state.items() if not name.startswith(("film/", "found/"))}
        require_same_form(rest, self._weights())
        if min(rest["n_steps"], rest["seed"]) < 0 or film.keys() != self.film.state().keys():
            raise misfit()
        if found:  # sessions of before have none
            T = self.task.n_steps
            require_same_form(found, {"norms": np.zeros((len(TRACKS), T)), "gates": np.zeros((5, T), np.float32)})
        try:
            self.film.load(film)
        except ValueError as error:
            raise misfit() from error
        self.n_steps, self._seed = int(rest["n_steps"]), int(rest["seed"])
        self._last, self._next, self._loaded = {}, None, found
        self._chains.forget()
        load_weights(self._modules, rest)
        load_adam(self._optimiser, rest)


def _exploded(learner: Learner, norm: float, step: int) -> str:
    """What happened to a cell, and what to do."""
    cell = learner.recurrent.cell.split("_")[0].upper()
    size = f"its norm of {norm:.0e} is" if math.isfinite(norm) else "it is"
    return (
        f"The {cell}'s gradient exploded at step {step:,}: {size} too large for 32-bit arithmetic. Clip gradients, "
        "begin with a smaller radius, or learn more slowly."
    )
