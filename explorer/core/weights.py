"""An experiment together with the step its weights stand at, and the way back to any earlier step.

States are dear, so few are kept. Any step between two of them is reached by loading the earlier one and taking the
steps from there again, bit for bit, with the parameters that acted then.
"""

from __future__ import annotations

from typing import Any

from explorer.core.experiment import Experiment
from explorer.core.history import Arrays, Track
from explorer.core.params import changed
from explorer.core.run import Busy

STATE_EVERY = 100
"""Steps between two states of a young run; an older one keeps about forty."""


class Weights:
    """Holds the experiment and moves it through the steps of its run.

    Args:
        experiment: The model in training, at ``step``.
        params: Its Params.
        step: Step of the experiment's present weights.
        states: Where its states are kept.
    """

    def __init__(self, experiment: Experiment, params: Any, step: int, states: Track[Arrays]) -> None:
        self.experiment = experiment
        self.step = step
        self._states = states
        self._params_log: list[tuple[int, Any]] = [(step, params)]
        self._replay_from: int | None = None
        self.keep()

    def keep(self) -> None:
        """Keep the present state."""
        if self.step not in self._states.steps:
            self._states.put(self.step, self.experiment.state())

    def keep_if_due(self) -> None:
        """Keep the present state if the last one is long enough ago."""
        if self.step % (STATE_EVERY * max(1, self.step // (40 * STATE_EVERY))) == 0:
            self.keep()

    @property
    def params(self) -> Any:
        """Parameters that act on the steps to come."""
        return self._params_log[-1][1]

    def set_params(self, head: int, params: Any) -> None:
        """Let ``params`` act on the steps after ``head``."""
        if not changed(self.params, params) and self._params_log[-1][0] <= head:
            return
        self._params_log = [(s, p) for s, p in self._params_log if s < head] + [(head, params)]
        if self.step == head:
            self.experiment.set_params(params)

    def lose(self) -> None:
        """Say that the present weights are spoilt; the next :meth:`approach` begins from a kept state."""
        self.step = -1
        self._replay_from = None

    def approach(self, target: int) -> None:
        """One unit of work towards the weights of step ``target``: load a state, or take one step again.

        Raises:
            RuntimeError: No state is kept at or before ``target``.
        """
        if self._replay_from is None or not 0 <= self.step < target:
            self._load_before(target)
        else:
            self.experiment.set_params(self._params_at(self.step))
            self.experiment.step()
            self.step += 1
        if self.step == target:
            self._replay_from = None
            self.experiment.set_params(self._params_at(target))

    def progress(self, target: int) -> Busy | None:
        """How far the way to ``target`` is; None when there is nothing to do."""
        if self._replay_from is None or self.step == target:
            return None
        return Busy(f"Rebuilding step {target:,}", (self.step - self._replay_from) / max(1, target - self._replay_from))

    def _load_before(self, target: int) -> None:
        found = self._states.at_or_before(target)
        if found is None:
            raise RuntimeError(f"no state is kept at or before step {target}")
        self.step = self._replay_from = found[0]
        self.experiment.load(dict(found[1]))

    def _params_at(self, step: int) -> Any:
        return next(p for s, p in reversed(self._params_log) if s <= step)
