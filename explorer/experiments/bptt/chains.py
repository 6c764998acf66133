"""One gradient taken apart, factor by factor, at the weights as they are or as they were a moment ago."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import UserError
from explorer.core.frames import frozen
from explorer.experiments.bptt.learner import Learner, eigenvalues
from explorer.experiments.bptt.task import Batch, Task
from explorer.models.chain import Links, follow
from explorer.specs.bptt import CELLS, Chain, Chained

MOST_STEPS_OLD: Final = 90
"""Steps for which a chain may be used on while training: it is found anew every two seconds by itself."""

Learners = Mapping[str, Learner]


@dataclass(frozen=True, eq=False)
class Found:
    """A chain, and what it was found for."""

    cell: str
    k: int
    step: int
    links: Links
    radius: float


class Chains:
    """Answers about chains; the last one found is kept, since dragging its end asks for no other."""

    def __init__(self) -> None:
        self._last: Found | None = None

    def forget(self) -> None:
        """The weights are others."""
        self._last = None

    def answer(self, learners: Learners, task: Task, held_out: Batch, step: int, request: Chain) -> Chained:
        """Take the gradient of L_k, the loss of the answer at time k alone, apart for the first held-out sequence.

        Truncation plays no part: the chain is the whole gradient.

        Raises:
            UserError: No such cell, no answer at time k, or j outside 1 to k.
        """
        k = _checked(task, request)
        found = self._last
        if found is None or (found.cell, found.k) != (request.cell, k) or not _is_fresh(found, step, request):
            learner = in_double(learners[request.cell])
            found = Found(request.cell, k, step, links_of(learner, task, held_out, k), _radius(learner))
            self._last = found
        return _chained(found, request)


def _is_fresh(found: Found, step: int, request: Chain) -> bool:
    return found.step == step or (not request.exact and 0 <= step - found.step <= MOST_STEPS_OLD)


def _chained(found: Found, request: Chain) -> Chained:
    links, k, j = found.links, found.k, request.j
    with np.errstate(over="ignore"):
        bound = np.float64(found.radius) ** np.arange(k - 1, -1, -1)
    return Chained(
        request=request,
        step=found.step,
        k=k,
        j=j,
        loss_norm=_norm(links.adjoints[-1]),
        factors=frozen(links.factors.numpy()),
        products=frozen(links.products.numpy()),
        gradients=frozen(torch.linalg.vector_norm(links.adjoints, dim=1).numpy()),
        radius=found.radius,
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
