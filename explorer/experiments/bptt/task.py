"""The task chosen: its batches, its loss, what counts as right."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.data.delayed import N_ADDING_INPUTS, DelayedBatch, adding, copy_memory, remember
from explorer.specs.bptt import ADDING_TOLERANCE, N_COPIED, N_FILLERS, N_SYMBOLS, BpttParams, n_steps_of


@dataclass(frozen=True, eq=False)
class Batch:
    """Sequences on the device.

    Attributes:
        x: Inputs, (T, B, D).
        y: Right answers at the last K steps: classes (K, B), or sums (1, B).
    """

    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class Task:
    """A task at a delay.

    Attributes:
        params: The lab's parameters; the task and its delay are taken from them.
    """

    params: BpttParams

    @property
    def n_in(self) -> int:
        """Inputs of a time step, D."""
        return {"remember": N_SYMBOLS + N_FILLERS, "adding": N_ADDING_INPUTS, "copy": N_SYMBOLS + 2}[self.params.task]

    @property
    def n_out(self) -> int:
        """Numbers answered at a step, C: one score for each symbol, or the sum."""
        return 1 if self.params.task == "adding" else N_SYMBOLS

    @property
    def n_asked(self) -> int:
        """Steps at the end whose answers count, K."""
        return N_COPIED if self.params.task == "copy" else 1

    @property
    def n_steps(self) -> int:
        """Time steps, T."""
        return n_steps_of(self.params)

    @property
    def chance(self) -> float:
        """Share right for who guesses as well as one can without the input."""
        if self.params.task == "adding":  # the sum's density is a triangle with its top at 1
            return 1 - (1 - ADDING_TOLERANCE) ** 2
        return 1 / N_SYMBOLS

    def at(self, delay: int) -> Task:
        """The same task at another delay."""
        return Task(replace(self.params, delay=delay))

    def batch(self, n_sequences: int, key: tuple[int, ...], device: torch.device) -> Batch:
        """Sequences that are a function of ``key``, whole numbers from 0: the same key gives the same batch."""
        drawn = self._draw(np.random.default_rng(key), n_sequences)
        return Batch(torch.from_numpy(drawn.x).to(device), torch.from_numpy(drawn.y).to(device))

    def _draw(self, rng: np.random.Generator, n: int) -> DelayedBatch:
        delay = self.params.delay
        if self.params.task == "remember":
            return remember(rng, n, delay, N_SYMBOLS, N_FILLERS)
        if self.params.task == "adding":
            return adding(rng, n, delay)
        return copy_memory(rng, n, delay, N_SYMBOLS, N_COPIED)

    def loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        """Mean over batch and asked steps of cross-entropy (nats), or of the squared error.

        Args:
            outputs: Answers at the asked steps, (K, B, C).
            y: Right ones, (K, B).
        """
        if self.params.task == "adding":
            return F.mse_loss(outputs[..., 0], y)
        return F.cross_entropy(outputs.reshape(-1, outputs.shape[-1]), y.reshape(-1))

    def share_right(self, outputs: Tensor, y: Tensor) -> float:
        """Part of the answers that are right, 0 to 1."""
        if self.params.task == "adding":
            right = (outputs[..., 0] - y).abs() <= ADDING_TOLERANCE
        else:
            right = outputs.argmax(-1) == y
        return right.float().mean().item()
