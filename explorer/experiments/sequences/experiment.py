"""One network for sequences in training: steps, frames, questions, state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.experiment import Check, Scalars, State
from explorer.core.frames import Array, frozen
from explorer.core.params import needs_restart
from explorer.core.questions import ChecksDone, RunChecks
from explorer.experiments.sequences import evaluation
from explorer.experiments.sequences.answers import Live, read
from explorer.experiments.sequences.checks import run_checks
from explorer.experiments.sequences.evaluation import Measured
from explorer.experiments.sequences.generators import pack_rng, unpack_rng
from explorer.experiments.sequences.influence import influence
from explorer.experiments.sequences.network import build_network, build_task
from explorer.experiments.sequences.tasks import IGNORED, Batch
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
from explorer.models.seq2seq import Answerer, token_loss
from explorer.specs.sequences import Influence, Pass, Read, SequenceParams, Trace, task_of

WEIGHT_DECAY: Final = 0.01
MAX_GRADIENT_NORM: Final = 1.0
"""Gradients that are longer are shortened to this (Pascanu et al. 2013, arXiv:1211.5063, algorithm 1)."""
TEST_EVERY: Final = 50


def create(params: SequenceParams, seed: int, device: str = "cpu") -> SequencesExperiment:
    """A new run.

    Args:
        params: The lab's parameters.
        seed: Seed of all its randomness.
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``.
    """
    return SequencesExperiment(params, seed, device)


class SequencesExperiment:
    """The lab's experiment; the protocol says what each method owes.

    Every batch is drawn afresh from the task's grammar. The gradient is shortened to :data:`MAX_GRADIENT_NORM`; the
    norm told is the one before.
    """

    def __init__(self, params: SequenceParams, seed: int, device: str = "cpu") -> None:
        self.params = params
        self.n_steps = 0
        self.device = torch.device(device)
        self._generator = torch.Generator().manual_seed(seed)
        self._rng = np.random.default_rng(seed)
        self.task = build_task(params)
        self.network = build_network(params, self.task, self._generator).to(self.device)
        self._optimiser = AdamW(self.network.named_parameters(), params.learning_rate, WEIGHT_DECAY)
        self._held_out: tuple[Batch, Batch] | None = None
        self._measured: tuple[int, Measured, Measured] | None = None
        self._traced: tuple[int, Trace] | None = None

    # ------------------------------------------------------------------------------------------------- training

    def step(self) -> Scalars:
        """One optimiser step on one batch; every fiftieth also measures held-out sequences."""
        with torch.enable_grad():
            loss, norm = self._train_on(self.task.draw(self._rng, self.params.batch_size).to(self.device))
        self.n_steps += 1
        values = {"loss": loss, "gradient_norm": norm}
        return values | self._test_values() if self.n_steps % TEST_EVERY == 0 else values

    def set_params(self, params: SequenceParams) -> None:
        """Adopt live parameters.

        Raises:
            ValueError: A parameter differs that needs a new run.
        """
        if needs_restart(self.params, params):
            raise ValueError("these parameters need a new run")
        self.params = params
        self._optimiser.learning_rate = params.learning_rate

    def _train_on(self, batch: Batch) -> tuple[float, float]:
        """One step of AdamW on these sequences: mean loss and the gradient's norm before it was shortened."""
        loss = token_loss(self._scores(batch), batch.targets, IGNORED)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), MAX_GRADIENT_NORM)
        self._optimiser.step()
        return loss.item(), norm.item()

    def _scores(self, batch: Batch) -> Tensor:
        """Scores of answers (B, V), or of tokens (S, B, V) with the run's share of teacher forcing."""
        if isinstance(self.network, Answerer):
            answers: Tensor = self.network(batch.inputs, batch.lengths)
            return answers
        fed, is_true = batch.starting(), None
        if self.params.teacher_forcing < 1:
            drawn = torch.rand(fed.shape, generator=self._generator)
            is_true = (drawn < self.params.teacher_forcing).to(self.device)
        tokens: Tensor = self.network(batch.inputs, batch.lengths, fed, is_true)
        return tokens

    def _test_values(self) -> dict[str, float]:
        measured, longer = self._measure()
        values = {
            "test_loss": measured.loss,
            "accuracy": 100 * float(measured.right.mean()),
            "longer_accuracy": 100 * float(longer.right.mean()),
        }
        return values if measured.token_share is None else values | {"token_accuracy": 100 * measured.token_share}

    def _sets(self) -> tuple[Batch, Batch]:
        """Held-out sequences, and longer ones; drawn when first wanted."""
        if self._held_out is None:
            known, longer = evaluation.held_out(self.task), evaluation.longer(self.task)
            self._held_out = known.to(self.device), longer.to(self.device)
        return self._held_out

    def _measure(self) -> tuple[Measured, Measured]:
        """How good the present weights are on both sets; kept until the next step."""
        if self._measured is None or self._measured[0] != self.n_steps:
            known, longer = (evaluation.measure(self.network, batch) for batch in self._sets())
            self._measured = self.n_steps, known, longer
        return self._measured[1:]

    # ------------------------------------------------------------------------------------------------- frames

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        """The wanted channels, always at the present weights."""
        makers: dict[str, Callable[[], Array]] = {
            "hidden": lambda: self._over_time("hidden"),
            "memory": lambda: self._over_time("memory"),
            "gates": lambda: self._over_time("gates"),
            "probabilities": lambda: self._example().probabilities,
            "by_length": self._by_length,
        }
        return {name: frozen(makers[name](), np.float32) for name in sorted(wanted)}

    def _example(self) -> Trace:
        """The lab's own example, written greedily; kept until the next step."""
        if self._traced is None or self._traced[0] != self.n_steps:
            self._traced = self.n_steps, read(self._live(), self.task.example())
        return self._traced[1]

    def _over_time(self, name: str) -> Array:
        """One part of the example's passes, the reader's before the writer's."""
        passes: list[Pass] = [p for p in (self._example().reader, self._example().writer) if p is not None]
        return np.concatenate([getattr(p, name) for p in passes])

    def _by_length(self) -> Array:
        (known, longer), (measured, measured_longer) = self._sets(), self._measure()
        return evaluation.by_length(known, measured.right, longer, measured_longer.right)

    # ------------------------------------------------------------------------------------------------- questions

    def answer(self, request: Any) -> Any:
        """The answer to a request of the lab's spec.

        Raises:
            UserError: A picture or a scene does not fit the network.
            TypeError: No such request.
        """
        match request:
            case Read():
                return read(self._live(), request)
            case Influence():
                return influence(self._live(), request)
            case RunChecks():
                return ChecksDone(request, self.n_steps, self.checks(), request.generation)
        raise TypeError(f"the lab of sequences answers no {type(request).__name__}")

    def _live(self) -> Live:
        return Live(self.network, self.task, task_of(self.params), self.n_steps, self.device)

    def checks(self) -> tuple[Check, ...]:
        """The lab's checks at the present weights."""
        return run_checks(self._live(), self._sets()[0])

    # ------------------------------------------------------------------------------------------------- state

    def state(self) -> State:
        """Everything that decides how the run goes on, copied."""
        own = {
            "n_steps": np.array(self.n_steps, np.int64),
            "generator": copied(self._generator.get_state()),
            "rng": pack_rng(self._rng),
        }
        return own | pack_weights(self.network) | pack_adam(self._optimiser)

    def load(self, state: State) -> None:
        """Go back to a state; one that does not fit changes nothing.

        Raises:
            UserError: The arrays do not fit this model.
        """
        require_same_form(state, self.state())
        generator = torch.Generator()
        try:
            generator.set_state(torch.from_numpy(np.array(state["generator"])))
            rng = unpack_rng(state["rng"])
        except (RuntimeError, ValueError) as error:
            raise misfit() from error
        self._generator.set_state(generator.get_state())
        self._rng = rng
        self.n_steps = int(state["n_steps"])
        self._measured = self._traced = None
        load_weights(self.network, state)
        load_adam(self._optimiser, state)
