"""A cell with its readout, and one pass of it: loss, states, and the gradient of everything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.frames import Array
from explorer.experiments.bptt.task import Batch, Task
from explorer.models.initial import (
    recurrent_matrix,
    set_chrono_biases,
    set_gate_biases,
    set_recurrent_matrix,
    widen_inputs,
)
from explorer.models.recurrent import Recurrent
from explorer.models.through_time import Buffers, Gradients, Unrolled, backward, unroll
from explorer.specs.bptt import CELLS, BpttParams

INPUT_FACTOR: Final = 2.0
"""First input weights, as multiples of torch.nn's: all three cells hear the symbol well from the start."""


class Learner(nn.Module):
    """A recurrent layer whose states are read by one linear layer.

    Args:
        recurrent: The layer.
        n_out: Numbers answered at a step, C.
        generator: Source of the readout's first weights, uniform in ±1/sqrt(H).
    """

    def __init__(self, recurrent: Recurrent, n_out: int, generator: torch.Generator) -> None:
        super().__init__()
        H = recurrent.n_hidden
        self.recurrent = recurrent
        self.readout = nn.Parameter((2 * torch.rand(n_out, H, generator=generator) - 1) / math.sqrt(H))
        self.readout_bias = nn.Parameter(torch.zeros(n_out))

    def read(self, h: Tensor) -> Tensor:
        """Answers (.., C) to states (.., H)."""
        return h @ self.readout.T + self.readout_bias

    @torch.no_grad()
    def answers(self, x: Tensor, n_asked: int) -> Tensor:
        """Answers (K, B, C) at the last K steps of ``x`` (T, B, D)."""
        states, _ = self.recurrent(x)
        return self.read(states[len(states) - n_asked :])


@dataclass(frozen=True, eq=False)
class Pass:
    """What one batch did in a learner.

    Attributes:
        loss: Mean loss.
        run: States and gates.
        gradients: Of the loss by states and weights, before clipping.
        readout: Of the loss by readout and its bias.
    """

    loss: float
    run: Unrolled
    gradients: Gradients
    readout: tuple[Tensor, Tensor]

    @property
    def all_gradients(self) -> tuple[Tensor, ...]:
        """Gradients in the order of the learner's named parameters."""
        return (*self.readout, *self.gradients.weights)


def build_learners(params: BpttParams, seed: int) -> dict[str, Learner]:
    """The three cells with their first weights, each drawn from its own child of the seed."""
    task = Task(params)
    learners: dict[str, Learner] = {}
    for i, name in enumerate(CELLS):
        child = np.random.SeedSequence([seed, i]).generate_state(1, np.uint64)[0]
        generator = torch.Generator().manual_seed(int(child >> np.uint64(1)))
        kind = f"rnn_{params.activation}" if name == "rnn" else name
        recurrent = Recurrent(kind, task.n_in, params.hidden, 1, generator)
        _begin(recurrent, params, task.n_steps, generator)
        learners[name] = Learner(recurrent, task.n_out, generator)
    return learners


def _begin(recurrent: Recurrent, params: BpttParams, n_steps: int, generator: torch.Generator) -> None:
    H = recurrent.n_hidden
    widen_inputs(recurrent, INPUT_FACTOR)
    if recurrent.cell not in ("lstm", "gru"):
        set_recurrent_matrix(recurrent, recurrent_matrix(params.initial, H, params.radius, generator))
    elif params.gate_bias == "chrono":
        set_chrono_biases(recurrent, n_steps, generator)
    else:
        set_gate_biases(recurrent, torch.full((H,), params.forget_bias))


def run_pass(learner: Learner, task: Task, batch: Batch, truncate: int, buffers: Buffers | None = None) -> Pass:
    """One batch forward and back; the learner is not changed.

    Args:
        learner: The cell.
        task: What is learned.
        batch: Its sequences.
        truncate: Steps that gradients go back; 0 for all the way.
        buffers: Memory of the pass before, which is overwritten; None to leave that alone.
    """
    run = unroll(learner.recurrent, batch.x, buffers)
    read = run.h[len(run.h) - task.n_asked :].detach().requires_grad_()  # (K, B, H)
    with torch.enable_grad():
        loss = task.loss(learner.read(read), batch.y)
        direct, *readout = torch.autograd.grad(loss, (read, learner.readout, learner.readout_bias))
    gradients = backward(learner.recurrent, run, direct, truncate, buffers)
    return Pass(loss.item(), run, gradients, (readout[0], readout[1]))


def gradient_norm(gradients: tuple[Tensor, ...]) -> float:
    """Norm of all gradients together; finite as long as they are."""
    return math.hypot(*(_norm(g) for g in gradients))


def _norm(values: Tensor) -> float:
    """Euclidean norm without overflow of the squares."""
    largest = values.abs().max().item()
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * float(torch.linalg.vector_norm(values / largest))


def clipped(gradients: tuple[Tensor, ...], norm: float, threshold: float) -> tuple[Tensor, ...]:
    """The gradients, scaled down together to the threshold where their norm passes it (Pascanu et al. 2013)."""
    if norm <= threshold:
        return gradients
    return tuple(g * (threshold / norm) for g in gradients)


def per_sequence_norms(gradients: Tensor) -> Tensor:
    """Root mean square over the sequences of the norm of B dL/dh_t[b], the gradient of sequence b's own loss.

    Args:
        gradients: dL/dh_t for the mean loss L of the batch, (T, B, H).

    Returns:
        (T,) float64; computed so that squares neither overflow nor vanish.
    """
    B = gradients.shape[1]
    largest = gradients.abs().amax((1, 2))  # (T,)
    scale = torch.where(largest > 0, largest, torch.ones_like(largest))
    scaled: Tensor = torch.linalg.vector_norm(gradients / scale[:, None, None], dim=(1, 2))
    return largest.double() * scaled * math.sqrt(B)


def tracks(passes: Mapping[str, Pass]) -> Tensor:
    """Norms of dL/dh or dL/dc at every time step, in the order of the spec's tracks, (4, T) float64."""
    rnn, lstm, gru = (passes[name].gradients for name in CELLS)
    if lstm.c is None:
        raise ValueError("the second cell is no LSTM")
    return torch.stack([per_sequence_norms(g) for g in (rnn.h, lstm.c, lstm.h, gru.h)])


def mean_gates(passes: Mapping[str, Pass]) -> Tensor:
    """Mean over units and sequences of LSTM forget, input, output, GRU update and reset gate, (5, T)."""
    lstm, gru = passes["lstm"].run.gates, passes["gru"].run.gates  # (T, B, G, H): i, f, g, o and r, z, n
    return torch.stack([g.mean((1, 2)) for g in (*(lstm[:, :, k] for k in (1, 0, 3)), gru[:, :, 1], gru[:, :, 0])])


def eigenvalues(matrix: Tensor) -> Array:
    """Eigenvalues of a matrix (H, H) as real and imaginary parts, (H, 2) float32, in a fixed order; NaN if broken."""
    values: Array = matrix.detach().cpu().double().numpy()
    if not np.isfinite(values).all():
        return np.full((len(values), 2), np.nan, np.float32)
    found = np.sort_complex(np.linalg.eigvals(values))
    return np.stack([found.real, found.imag], 1).astype(np.float32)
