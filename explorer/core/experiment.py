"""The contract of an experiment: the Qt-free half of a lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from explorer.core.frames import Array

Scalars = Mapping[str, float]
State = dict[str, Array]


@dataclass(frozen=True)
class Check:
    """A number verified in front of the user.

    Attributes:
        name: What is compared, in words.
        value: The measured disagreement, or the margin.
        tolerance: The bound that ``value`` is held against.
        passed: Whether it holds.
        unit: Unit of value and tolerance; empty for ratios.
        detail: One sentence with the numbers compared.
    """

    name: str
    value: float
    tolerance: float
    passed: bool
    unit: str = ""
    detail: str = ""


class Experiment(Protocol):
    """One model in training. It does not sleep, print, open files or know who is watching.

    It owns its generators, all made from one seed, and never touches the global ones.
    """

    def step(self) -> Scalars:
        """Take exactly one optimiser step.

        Returns:
            This step's numbers by name; a name may be missing at steps where it is not measured.

        Raises:
            UserError: The model cannot go on with these parameters; the sentence says what to change.
        """

    def set_params(self, params: Any) -> None:
        """Adopt new values of live parameters, from the next step on."""

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        """Copies of the wanted channels (C-contiguous, read-only); unknown names raise KeyError.

        Args:
            wanted: Channel names.
            exact: True when the run stands still: every number is recomputed at the present weights.
                False while playing: what the last steps left behind may be used where that is cheaper.
        """

    def answer(self, request: Any) -> Any:
        """The frozen answer to a frozen request, carrying the same generation number. Draws no training randomness."""

    def state(self) -> State:
        """Weights, optimiser, generators and data cursor: enough to go on bit for bit."""

    def load(self, state: State) -> None:
        """Go back to a state that :meth:`state` gave.

        Raises:
            UserError: The arrays do not fit this model.
        """

    def checks(self) -> tuple[Check, ...]:
        """Numbers verified at the present weights; may take a second, draws no training randomness."""


Build = Callable[[Any, int], Experiment]
"""Makes an experiment from (params, seed); device and data are already chosen."""
