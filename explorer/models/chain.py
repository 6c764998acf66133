"""The chain rule through time, factor by factor, for one sequence.

The loss L_k at time k depends on the recurrent matrix through every step j before it:

    dL_k/dW_h = sum over j of  dL_k/ds_k * ds_k/ds_(k-1) * ... * ds_(j+1)/ds_j * ds_j/dW_h

where s is the state (h; for the LSTM h and c together) and the last factor holds h_(j-1) fixed (Pascanu et al. 2013,
arXiv:1211.5063, equations 3 to 5). Whether the product in the middle shrinks or grows is the whole story.

k steps, S numbers in a state (H, or 2 H for the LSTM), G blocks of H rows in the matrices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from explorer.models.recurrent import Recurrent
from explorer.models.through_time import Local, local_derivatives, unroll

_EXACT_UP_TO: Final = 128
_N_LANCZOS: Final = 24


@dataclass(frozen=True, eq=False)
class Links:
    """All factors of the chain for one sequence, in the network's precision; index 0 is time 1.

    Attributes:
        factors: Largest singular value of ds_t/ds_(t-1) for t = 2 .. k, (k - 1,).
        products: Largest singular value of ds_k/ds_t for t = 1 .. k, (k,).
        adjoints: dL_k/ds_t for t = 1 .. k, (k, S).
        direct_norms: Norm of ds_j/dW_h with h_(j-1) held fixed, j = 1 .. k, (k,).
        terms_left: The j-th term of dL_k/dW_h is the outer product of this, (k, G*H), ...
        terms_right: ... and this, h_(j-1), (k, H).
    """

    factors: Tensor
    products: Tensor
    adjoints: Tensor
    direct_norms: Tensor
    terms_left: Tensor
    terms_right: Tensor

    def term(self, j: int) -> Tensor:
        """The j-th term (1-based) of dL_k/dW_h, (G*H, H)."""
        return torch.outer(self.terms_left[j - 1], self.terms_right[j - 1])

    def total(self) -> Tensor:
        """dL_k/dW_h, the sum of all terms, (G*H, H)."""
        return self.terms_left.T @ self.terms_right


@torch.no_grad()
def follow(network: Recurrent, x: Tensor, d_h: Tensor) -> Links:
    """Follow a loss from time k back to time 1.

    Args:
        network: Of one layer; double precision is wise.
        x: Inputs of the sequence up to time k, (k, D).
        d_h: dL_k/dh_k, (H,).
    """
    run = unroll(network, x[:, None])
    local, U = local_derivatives(network.cell, run), network.weights().weight_hh
    k, H = len(x), network.n_hidden
    adjoint = torch.cat([d_h, torch.zeros_like(d_h)]) if local.h_of_c is not None else d_h
    product, shrunk = torch.eye(len(adjoint), dtype=U.dtype, device=U.device), 0.0
    factors, products, adjoints, direct, left = [], [1.0], [adjoint], [], []
    for t in range(k - 1, -1, -1):
        slopes = by_arguments(local, t)  # (S / H, G, H)
        left.append((adjoint.view(-1, 1, H) * slopes).sum(0).flatten())
        direct.append(torch.linalg.vector_norm(slopes) * torch.linalg.vector_norm(run.h[t]))
        if t == 0:
            break
        jacobian = state_jacobian(local, U, t)
        factors.append(largest_singular_value(jacobian))
        product, exponent = _scaled(product @ jacobian)
        shrunk += exponent
        products.append(_times_power(largest_singular_value(product), shrunk))
        adjoint = adjoint @ jacobian
        adjoints.append(adjoint)
    return Links(
        factors=U.new_tensor(factors[::-1]),
        products=U.new_tensor(products[::-1]),
        adjoints=torch.stack(adjoints[::-1]),
        direct_norms=torch.stack(direct[::-1]),
        terms_left=torch.stack(left[::-1]),
        terms_right=run.h[:-1, 0],
    )


def by_arguments(local: Local, t: int) -> Tensor:
    """ds_t/da_t, where a_t is what W_h h adds to: its diagonals, (S / H, G, H); the LSTM's h comes first, then c."""
    factors = local.factors[t, 0]  # (G, H)
    if local.h_of_c is None:
        return factors[None]
    h = torch.cat([factors[:3] * local.h_of_c[t, 0], factors[3:]])
    c = torch.cat([factors[:3], torch.zeros_like(factors[3:])])
    return torch.stack([h, c])


def state_jacobian(local: Local, U: Tensor, t: int) -> Tensor:
    """ds_t/ds_(t-1) of the first sequence, (S, S); ``t`` counts from 0."""
    slopes = by_arguments(local, t)  # (S / H, G, H)
    H = slopes.shape[-1]
    by_h = (slopes[..., None] * U.view(-1, H, H)).sum(1).reshape(-1, H)  # (S, H)
    if local.keep is None:
        return by_h
    keep = local.keep[t, 0]
    if local.h_of_c is None:
        return by_h + keep.diag()
    return torch.cat([by_h, torch.cat([(keep * local.h_of_c[t, 0]).diag(), keep.diag()])], 1)


def largest_singular_value(matrix: Tensor) -> float:
    """Largest singular value of a square matrix; NaN where it is not finite.

    Up to 128 rows from the largest eigenvalue of M M^T; above, from 24 steps of Golub and Kahan's bidiagonalisation, to
    about three digits.
    """
    if not torch.isfinite(matrix).all():
        return math.nan
    if len(matrix) <= _EXACT_UP_TO:
        return math.sqrt(max(0.0, float(torch.linalg.eigvalsh(matrix @ matrix.T)[-1])))
    v = torch.ones_like(matrix[0]) / len(matrix) ** 0.5
    rights, alphas, betas = [v], [], []
    u, beta = torch.zeros_like(v), 0.0
    for _ in range(_N_LANCZOS):
        u = matrix @ rights[-1] - beta * u
        alpha = torch.linalg.vector_norm(u).item()
        alphas.append(alpha)
        u = u / alpha if alpha > 0 else u
        basis = torch.stack(rights)
        v = u @ matrix - alpha * rights[-1]
        v = v - (basis @ v) @ basis  # once more orthogonal to all before, against rounding
        beta = torch.linalg.vector_norm(v).item()
        if alpha == 0 or beta <= 1e-12 * max(alphas):
            break
        betas.append(beta)
        rights.append(v / beta)
    n = len(alphas)
    small = torch.diag(torch.tensor(alphas)) + torch.diag(torch.tensor(betas[: n - 1]), 1) if n > 1 else None
    return alphas[0] if small is None else float(torch.linalg.svdvals(small)[0])


def _scaled(matrix: Tensor) -> tuple[Tensor, float]:
    """The matrix with entries of at most 1, and the log of what it was divided by."""
    largest = matrix.abs().max().item()
    if largest == 0 or not math.isfinite(largest):
        return matrix, 0.0
    return matrix / largest, math.log(largest)


def _times_power(value: float, exponent: float) -> float:
    """Value * e^exponent, infinity where that is too large."""
    try:
        return value * math.exp(exponent)
    except OverflowError:
        return math.inf
