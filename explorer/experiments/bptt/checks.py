"""What the lab verifies before the user's eyes, on a few held-out sequences and copies of the weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
from torch import Tensor

from explorer.core.experiment import Check
from explorer.experiments.bptt.chains import in_double, links_of
from explorer.experiments.bptt.learner import Learner, per_sequence_norms, run_pass
from explorer.experiments.bptt.task import Batch, Task
from explorer.models.differences import slope_at_zero
from explorer.models.recurrent import CellState, Recurrent, cell_step
from explorer.specs.bptt import CELLS

N_SEQUENCES: Final = 8
TOLERANCE: Final = 1e-4
STEP_TOLERANCE: Final = 1e-9
NEGLIGIBLE: Final = 1e-28
"""Gradients this much smaller than the largest one are left out where precisions are compared."""

Learners = Mapping[str, Learner]
TITLES: Final = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


def run_checks(learners: Learners, task: Task, held_out: Batch, truncate: int) -> tuple[Check, ...]:
    """All checks; less than a second at the default length.

    Args:
        learners: The three cells.
        task: What they learn.
        held_out: Sequences.
        truncate: Truncation in force.
    """
    few = Batch(held_out.x[:, :N_SEQUENCES], held_out.y[:, :N_SEQUENCES])
    exact = Batch(few.x.cpu().double(), few.y.cpu().double() if few.y.is_floating_point() else few.y.cpu())
    doubles = {name: in_double(learners[name]) for name in CELLS}

    def worst(error: Callable[[str], float]) -> dict[str, float]:
        return {name: error(name) for name in CELLS}

    return (
        _check(
            "∂L/∂hₜ = autograd",
            worst(lambda name: autograd_error(doubles[name], task, exact, truncate)),
            "Recursion by hand against torch's own backpropagation, every time step, in double precision",
        ),
        _check(
            "∂L/∂hₜ = differences",
            worst(lambda name: difference_error(doubles[name], task, exact, truncate)),
            "Recursion by hand against central differences, a state far back pushed along its gradient",
        ),
        _check(
            "norms = double precision",
            worst(lambda name: precision_error(learners[name], doubles[name], task, few, exact, truncate)),
            "Norms in single precision, as drawn, against the same in double precision",
        ),
        _check(
            "Jacobians = autograd",
            worst(lambda name: product_error(doubles[name], task, exact)),
            f"The product of {task.n_steps - 1} Jacobians times the loss's derivative, against torch's backpropagation",
        ),
        _check(
            "cell = torch.nn",
            worst(lambda name: step_error(doubles[name].recurrent, exact.x)),
            "One step by the formulas against torch's own cell",
            STEP_TOLERANCE,
        ),
    )


def _check(name: str, errors: Mapping[str, float], what: str, tolerance: float = TOLERANCE) -> Check:
    value = max(errors.values(), key=lambda e: (e != e, e))  # NaN counts as worst
    each = ", ".join(f"{TITLES[cell]} {error:.1e}" for cell, error in errors.items())
    return Check(name, value, tolerance, value <= tolerance, detail=f"{what}; largest relative disagreement: {each}.")


def autograd_error(learner: Learner, task: Task, batch: Batch, truncate: int) -> float:
    """Largest relative disagreement at a time step, of dL/dh and dL/dc."""
    found = run_pass(learner, task, batch, truncate).gradients
    with torch.enable_grad():
        states = _states(learner.recurrent, batch.x, truncate)
        loss = task.loss(learner.read(torch.stack([s.h for s in states[-task.n_asked :]])), batch.y)
        wanted = [s.h for s in states] + [s.c for s in states if s.c is not None]
        exact = torch.autograd.grad(loss, wanted, allow_unused=True, materialize_grads=True)
    mine = torch.cat([found.h] if found.c is None else [found.h, found.c])
    return _relative(mine.flatten(1), torch.stack(exact).flatten(1), 1e-280)


def difference_error(learner: Learner, task: Task, batch: Batch, truncate: int) -> float:
    """Relative disagreement of one state's gradient with the slope of the loss along it."""
    one = run_pass(learner, task, batch, truncate)
    norms = torch.linalg.vector_norm(one.gradients.h, dim=(1, 2))
    T = task.n_steps
    first = max(T - truncate, 0) if truncate else 0  # before, the gradient is cut and the slope is not
    strong = (norms[first:] >= 1e-3 * norms[first:].max()).nonzero()
    t = first + (int(strong[0]) if len(strong) else T - 1 - first)
    size = float(norms[t])
    if size == 0:
        return 0.0
    along = one.gradients.h[t] / size
    c = None if one.run.c is None else one.run.c[t + 1][None]

    def loss(push: float) -> float:
        state = CellState((one.run.h[t + 1] + push * along)[None], c)
        h = [state.h[0]]
        with torch.no_grad():
            for x in batch.x[t + 1 :]:
                state, _ = learner.recurrent.step(x, state)
                h.append(state.h[0])
            read = torch.cat([one.run.h[1 : t + 1], torch.stack(h)])[T - task.n_asked :]
            return task.loss(learner.read(read), batch.y).item()

    return abs(slope_at_zero(loss) - size) / size


def precision_error(single: Learner, double: Learner, task: Task, few: Batch, exact: Batch, truncate: int) -> float:
    """Largest relative disagreement of a norm; those far below the largest are left out."""
    drawn, true = (run_pass(m, task, b, truncate).gradients for m, b in ((single, few), (double, exact)))
    errors = []
    for one, other in ((drawn.h, true.h), (drawn.c, true.c)):
        if one is not None and other is not None:
            a, b = per_sequence_norms(one).cpu().double()[:, None], per_sequence_norms(other)[:, None]
            errors.append(_relative(a, b, max(NEGLIGIBLE * b.max().item(), NEGLIGIBLE)))
    return max(errors)


def product_error(learner: Learner, task: Task, batch: Batch) -> float:
    """Relative disagreement of dL_T/ds_1, s = h or (h, c), for the first sequence."""
    links = links_of(learner, task, batch, task.n_steps)
    with torch.no_grad():
        h, c = _states(learner.recurrent, batch.x[:1, :1], 0)[0]
    leaves = [s.requires_grad_() for s in (h, c) if s is not None]
    with torch.enable_grad():
        first = CellState(h[None], None if c is None else c[None])
        last = learner.recurrent.trace(batch.x[1:, :1], first).h[-1]  # (1, 1, H)
        exact = torch.autograd.grad(task.loss(learner.read(last), batch.y[-1:, :1]), leaves)
    return _relative(links.adjoints[:1], torch.cat([g.flatten() for g in exact])[None], 1e-280)


@torch.no_grad()
def step_error(recurrent: Recurrent, x: Tensor) -> float:
    """Largest disagreement of one step from the middle of the sequence with torch's own cell."""
    h, c = _states(recurrent, x[: len(x) // 2], 0)[-1]
    after, _ = cell_step(recurrent.cell, x[-1], CellState(h, c), recurrent.weights())
    torch_cell: dict[str, Callable[..., Any]] = {
        "rnn_tanh": torch.rnn_tanh_cell,
        "rnn_relu": torch.rnn_relu_cell,
        "gru": torch.gru_cell,
        "lstm": torch.lstm_cell,
    }
    expected = torch_cell[recurrent.cell](x[-1], h if c is None else (h, c), *recurrent.weights())
    pairs = [(after.h, expected)] if c is None else list(zip(after, expected, strict=True))
    return max(float((a - b).abs().max()) for a, b in pairs)


def _states(recurrent: Recurrent, x: Tensor, truncate: int) -> list[CellState]:
    """States (B, H) after every step, by the formulas; detached where truncation cuts."""
    first = recurrent.zero_state(x.shape[1])
    state, states = CellState(first.h[0], None if first.c is None else first.c[0]), []
    for t, inputs in enumerate(x):
        if truncate and (len(x) - t) % truncate == 0:
            state = CellState(state.h.detach(), None if state.c is None else state.c.detach())
        state, _ = cell_step(recurrent.cell, inputs, state, recurrent.weights())
        states.append(state)
    return states


def _relative(found: Tensor, exact: Tensor, floor: float) -> float:
    """Largest relative error of a row; rows smaller than ``floor`` are left out."""
    size = torch.linalg.vector_norm(exact, dim=1)
    error = torch.linalg.vector_norm(found - exact, dim=1) / size
    counted = error[~(size < floor)]
    return float(counted.max()) if len(counted) else 0.0
