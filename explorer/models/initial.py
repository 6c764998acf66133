"""First weights of recurrent networks: matrices of a chosen spectral radius, gates that hold for a chosen time."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from explorer.models.recurrent import Recurrent

MATRICES: Final = ("orthogonal", "identity", "gaussian")


def recurrent_matrix(kind: str, n: int, radius: float, generator: torch.Generator) -> Tensor:
    """A first matrix (n, n) whose largest absolute eigenvalue is ``radius``.

    Args:
        kind: ``"orthogonal"``: all eigenvalues on one circle (Saxe et al. 2014, arXiv:1312.6120); ``"identity"``:
            every unit copies itself (Le et al. 2015, arXiv:1504.00941); ``"gaussian"``: eigenvalues fill a disc.
        n: Units.
        radius: Spectral radius.
        generator: Source of the numbers.

    Raises:
        KeyError: There is no such kind.
    """
    normal = torch.randn(n, n, generator=generator, dtype=torch.float64)
    if kind == "orthogonal":
        q, r = torch.linalg.qr(normal)
        matrix = q * r.diagonal().sign()  # unique, and uniform over all orthogonal matrices (Mezzadri 2007)
    elif kind == "identity":
        matrix = torch.eye(n, dtype=torch.float64)
    elif kind == "gaussian":
        matrix = normal / torch.linalg.eigvals(normal).abs().max()
    else:
        raise KeyError(kind)
    scaled: Tensor = radius * matrix
    return scaled.float()


@torch.no_grad()
def set_recurrent_matrix(network: Recurrent, matrix: Tensor) -> None:
    """Begin a simple RNN of one layer with ``matrix`` (H, H) and without biases."""
    weights = network.weights()
    weights.weight_hh.copy_(matrix)
    weights.bias_ih.zero_()
    weights.bias_hh.zero_()


@torch.no_grad()
def widen_inputs(network: Recurrent, factor: float) -> None:
    """Multiply the first layer's input weights: of one-hot symbols only one column speaks at a time."""
    network.weights().weight_ih.mul_(factor)


@torch.no_grad()
def set_gate_biases(network: Recurrent, bias: Tensor) -> None:
    """Begin the gate that keeps the old state (LSTM: forget, GRU: update) with ``bias`` (H,), all others at 0."""
    H, weights = network.n_hidden, network.weights()
    weights.bias_ih.zero_()
    weights.bias_hh.zero_()
    weights.bias_ih[H : 2 * H] = bias  # the second block of both cells


@torch.no_grad()
def set_chrono_biases(network: Recurrent, longest: int, generator: torch.Generator) -> None:
    """Begin LSTM or GRU with gates that hold for times spread from 1 to ``longest`` steps, one time for each unit.

    A gate of value 1 - 1/t keeps a memory for about t steps; its bias is log(t - 1). The LSTM's input gate gets the
    opposite bias (Tallec & Ollivier 2018, arXiv:1804.11188, equation 16).
    """
    H = network.n_hidden
    times = 1 + torch.rand(H, generator=generator) * max(longest - 2, 1)  # uniform in [1, longest - 1)
    set_gate_biases(network, times.log())
    if network.cell == "lstm":
        network.weights().bias_ih[:H] = -times.log()
