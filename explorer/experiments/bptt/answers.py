"""Questions about the three cells at their present weights: one gradient taken apart, accuracy at other delays."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.frames import frozen
from explorer.experiments.bptt.learner import Learner, eigenvalues
from explorer.experiments.bptt.task import Batch, Task
from explorer.models.chain import Links, follow
from explorer.specs.bptt import CELLS, Chain, Chained, DelaysMeasured, MeasureDelays

N_SEQUENCES: Final = 200
N_DELAYS: Final = 10
SHORTEST, LONGEST = 5, 400
DELAYS: Final = 2
"""First number of the keys of batches at other delays."""

Learners = Mapping[str, Learner]


def chain(learners: Learners, task: Task, held_out: Batch, step: int, request: Chain) -> Chained:
    """Take the gradient of L_k, the loss of the answer at time k alone, apart for the first held-out sequence.

    Truncation plays no part: the chain is the whole gradient.

    Raises:
        UserError: No such cell, no answer at time k, or j outside 1 to k.
    """
    k = _checked(task, request)
    learner = in_double(learners[request.cell])
    links = links_of(learner, task, held_out, k)
    j, radius = request.j, _radius(learner)
    with np.errstate(over="ignore"):
        bound = np.float64(radius) ** np.arange(k - 1, -1, -1)
    return Chained(
        request=request,
        step=step,
        k=k,
        j=j,
        loss_norm=_norm(links.adjoints[-1]),
        factors=frozen(links.factors.numpy()),
        products=frozen(links.products.numpy()),
        gradients=frozen(torch.linalg.vector_norm(links.adjoints, dim=1).numpy()),
        radius=radius,
        bound=frozen(bound),
        direct_norm=links.direct_norms[j - 1].item(),
        term_norm=_norm(links.terms_left[j - 1]) * _norm(links.terms_right[j - 1]),
        total_norm=_norm(links.total()),
        generation=request.generation,
    )


def links_of(learner: Learner, task: Task, batch: Batch, k: int) -> Links:
    """The chain of the loss at time ``k`` (1-based) for the batch's first sequence; the learner in double precision."""
    x, y = batch.x[:k, 0].cpu().double(), batch.y[k - 1 - (task.n_steps - task.n_asked), :1].cpu()
    with torch.no_grad():
        states, _ = learner.recurrent(x[:, None])
    h = states[-1].detach().requires_grad_()  # (1, H)
    with torch.enable_grad():
        loss = task.loss(learner.read(h)[None], (y.double() if y.is_floating_point() else y)[None])
        (d_h,) = torch.autograd.grad(loss, h)
    return follow(learner.recurrent, x, d_h[0])


def in_double(learner: Learner) -> Learner:
    """A copy in double precision on the CPU."""
    return copy.deepcopy(learner).cpu().double()


def _checked(task: Task, request: Chain) -> int:
    """Time of the loss, 1-based."""
    first, last = task.n_steps - task.n_asked + 1, task.n_steps
    k = request.k or last
    if request.cell not in CELLS:
        raise UserError(f"There is no cell called {request.cell}; choose one of {', '.join(CELLS)}.")
    if not first <= k <= last:
        times = f"time {last}" if first == last else f"times {first} to {last}"
        raise UserError(f"Answers are asked at {times} only; choose k there.")
    if not 1 <= request.j <= k:
        raise UserError(f"The loss at time {k} is followed back to a time from 1 to {k}; choose j there.")
    return k


def _radius(learner: Learner) -> float:
    """Spectral radius of W_h; of its candidate's block for LSTM (g) and GRU (n), both the third."""
    H, U = learner.recurrent.n_hidden, learner.recurrent.weights().weight_hh
    block = U if len(U) == H else U[2 * H : 3 * H]
    return float(np.hypot(*eigenvalues(block).astype(np.float64).T).max())


def _norm(values: Tensor) -> float:
    return float(torch.linalg.vector_norm(values))


def measure_delays(
    learners: Learners, task: Task, device: torch.device, step: int, request: MeasureDelays
) -> DelaysMeasured:
    """Accuracies at delays from 5 to twice the trained one, on the same sequences each time."""
    delays = delays_around(task.params.delay)
    shares = np.zeros((len(CELLS), len(delays)), np.float32)
    for column, delay in enumerate(delays):
        other = task.at(delay)
        batch = other.batch(N_SEQUENCES, (DELAYS, delay), device)
        for row, name in enumerate(CELLS):
            shares[row, column] = other.share_right(learners[name].answers(batch.x, other.n_asked), batch.y)
    return DelaysMeasured(
        request=request,
        step=step,
        delays=frozen(np.array(delays, np.int64)),
        accuracy=frozen(shares),
        chance=task.chance,
        n_sequences=N_SEQUENCES,
        generation=request.generation,
    )


def delays_around(delay: int) -> list[int]:
    """About ten delays up to twice ``delay``, in even ratios, ``delay`` among them."""
    longest = min(2 * delay, LONGEST)
    even = np.geomspace(min(SHORTEST, longest), longest, N_DELAYS).round().astype(int)
    return sorted({*even.tolist(), delay})
