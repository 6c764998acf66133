"""Which digits the next step sees: each epoch a new order, drawn from the run's own generator."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from explorer.core.frames import Array


class Batches:
    """A shuffled pass over all digits, then the next one. A rest smaller than a batch is left out.

    Args:
        n_digits: How many there are.
        generator: Source of the orders.
    """

    def __init__(self, n_digits: int, generator: torch.Generator) -> None:
        self._generator = generator
        self._order = torch.randperm(n_digits, generator=generator)
        self._cursor = 0

    def next(self, batch_size: int) -> Tensor:
        """Indices of the next batch, (batch_size,) int64."""
        if self._cursor + batch_size > len(self._order):
            self._order = torch.randperm(len(self._order), generator=self._generator)
            self._cursor = 0
        self._cursor += batch_size
        return self._order[self._cursor - batch_size : self._cursor]

    def state(self) -> dict[str, Array]:
        """Order and cursor."""
        return {"order": self._order.numpy().astype(np.int16), "cursor": np.array(self._cursor, np.int64)}

    def load(self, state: dict[str, Array]) -> None:
        """Go back to a state.

        Raises:
            ValueError: It is no order of these digits.
        """
        order, cursor = state["order"].astype(np.int64), int(state["cursor"])
        if not np.array_equal(np.sort(order), np.arange(len(self._order))) or not 0 <= cursor <= len(order):
            raise ValueError("the order of the digits is not one")
        self._order, self._cursor = torch.from_numpy(order), cursor
