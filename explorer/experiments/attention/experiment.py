"""The lab's experiment: the model that learns is its run; the ready-made one answers beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.experiment import Check, Scalars, State
from explorer.core.frames import Array, frozen
from explorer.core.questions import ChecksDone, RunChecks
from explorer.data.binding_reading import EXAMPLE, ask, read
from explorer.experiments.attention.by_hand import trace_by_hand
from explorer.experiments.attention.checks import run_checks
from explorer.experiments.attention.costs import cost
from explorer.experiments.attention.learner import BinderShape, BindingLearner, Measured
from explorer.experiments.attention.ready_made import EncoderFile, ReadyMade, shipped_encoder
from explorer.specs.attention import (
    AttentionParams,
    Bind,
    BoundTo,
    Encode,
    Relate,
    Trace,
    TraceByHand,
)
from explorer.specs.attention.cost import Cost


def create(
    params: AttentionParams, seed: int, device: str = "cpu", encoder: EncoderFile = shipped_encoder
) -> AttentionExperiment:
    """A new run.

    Args:
        params: The lab's parameters.
        seed: Seed of all its randomness.
        device: ``"cpu"``, ``"cuda"`` or ``"mps"``, for the model that learns; the ready-made one stays on the CPU.
        encoder: Gives the ready-made model; read when first asked for.
    """
    return AttentionExperiment(params, seed, device, encoder)


class AttentionExperiment:
    """The lab's experiment; the protocol says what each method owes."""

    def __init__(
        self, params: AttentionParams, seed: int, device: str = "cpu", encoder: EncoderFile = shipped_encoder
    ) -> None:
        self.params = params
        self.learner = BindingLearner(_shape(params), seed, torch.device(device))
        self._ready_made = ReadyMade(encoder)
        self._question = read(EXAMPLE)
        self._measured: dict[tuple[int, bool, tuple[tuple[int, int], ...]], Measured] = {}

    @property
    def n_steps(self) -> int:
        """Steps taken."""
        return self.learner.n_steps

    def step(self) -> Scalars:
        """One optimiser step on one batch of sentences; now and then held-out ones are measured too."""
        return self.learner.step()

    def set_params(self, params: AttentionParams) -> None:
        """Adopt live parameters.

        Raises:
            ValueError: A parameter differs that needs a new run.
        """
        self.learner.set_shape(_shape(params))
        self.params = params

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        """The wanted channels; while playing ``to_colour`` is what was measured last, at most 24 steps ago."""
        looked = cache(lambda: self.learner.attention_of(self._question))
        measured = self.learner.measure if exact else self.learner.latest
        makers: dict[str, Callable[[], Array]] = {
            "attention": lambda: looked().weights,
            "answer": lambda: looked().probabilities,
            "to_colour": lambda: measured().to_colour,
        }
        return {name: frozen(makers[name](), np.float32) for name in sorted(wanted)}

    def answer(self, request: Any) -> Any:
        """The answer to a request of the lab's spec.

        Raises:
            UserError: It cannot be answered; the sentence says why.
            TypeError: No such request.
        """
        match request:
            case Encode():
                return self._ready_made.encode(request)
            case Relate():
                return self._ready_made.relate(request)
            case Trace():
                return self._ready_made.trace(request)
            case TraceByHand():
                return trace_by_hand(request)
            case Bind():
                return self._bind(request)
            case Cost():
                return cost(request)
            case RunChecks():
                return ChecksDone(request, self.n_steps, self.checks(), request.generation)
        raise TypeError(f"the attention lab answers no {type(request).__name__}")

    def checks(self) -> tuple[Check, ...]:
        """The lab's checks at the present weights."""
        return run_checks(self._ready_made, self.learner)

    def state(self) -> State:
        """Everything that decides how the run goes on, copied."""
        return self.learner.state()

    def load(self, state: State) -> None:
        """Go back to a state; one that does not fit changes nothing.

        Raises:
            UserError: The arrays do not fit this model.
        """
        self.learner.load(state)
        self._measured.clear()

    def _bind(self, request: Bind) -> BoundTo:
        question = ask(request.text, request.noun) if request.noun else read(request.text)
        heads_on = self._heads_on(request.heads_off)
        looked = self.learner.attention_of(question, heads_on)
        measured = self._measure(request.heads_off, heads_on)
        return BoundTo(
            request=request,
            step=self.n_steps,
            words=question.words,
            asked_noun=question.asked_noun,
            asked_colour=question.asked_colour,
            noun_places=question.noun_places,
            weights=looked.weights,
            probabilities=looked.probabilities,
            accuracy_percent=100 * float(measured.right.mean()),
            to_colour=frozen(measured.to_colour, np.float32),
            generation=request.generation,
        )

    def _heads_on(self, off: tuple[tuple[int, int], ...]) -> NDArray[np.bool_] | None:
        """Which heads count, (L, H) bool, None for all; heads that this model does not have are left out."""
        shape = self.learner.shape
        inside = [(layer, head) for layer, head in off if 0 <= layer < shape.layers and 0 <= head < shape.heads]
        if not inside:
            return None
        on = np.ones((shape.layers, shape.heads), np.bool_)
        for place in inside:
            on[place] = False
        return on

    def _measure(self, off: tuple[tuple[int, int], ...], heads_on: NDArray[np.bool_] | None) -> Measured:
        """What the present weights are worth; measured once for each step and choice of heads."""
        key = (self.n_steps, self.params.attention_on, off)
        if key not in self._measured:
            present = {known: found for known, found in self._measured.items() if known[:2] == key[:2]}
            self._measured = present | {key: self.learner.measure(heads_on)}
        return self._measured[key]


def _shape(params: AttentionParams) -> BinderShape:
    return BinderShape(
        layers=params.layers,
        heads=int(params.heads),
        width=params.width,
        batch_size=params.batch_size,
        learning_rate=params.learning_rate,
        attention_on=params.attention_on,
    )
