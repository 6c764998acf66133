"""Weights, optimiser and generator as flat dictionaries of arrays, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.frames import Array
from explorer.models.adamw import AdamW

MOMENTS = ("exp_avg", "exp_avg_sq")


def pack_weights(module: nn.Module) -> dict[str, Array]:
    """``weights/<name>`` for each parameter, copied."""
    return {f"weights/{name}": copied(p) for name, p in module.named_parameters()}


def load_weights(module: nn.Module, state: Mapping[str, Array]) -> None:
    """Fill the parameters from ``weights/<name>``."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.from_numpy(np.array(state[f"weights/{name}"])))


def pack_adam(optimiser: AdamW) -> dict[str, Array]:
    """Moments ``adam/<moment>/<name>`` and the common ``adam/n_steps``."""
    packed: dict[str, Array] = {"adam/n_steps": np.array(optimiser.n_steps, np.float64)}
    for name, moments in optimiser.moments.items():
        packed |= {f"adam/{key}/{name}": copied(m) for key, m in zip(MOMENTS, moments, strict=True)}
    return packed


def load_adam(optimiser: AdamW, state: Mapping[str, Array]) -> None:
    """Put moments and number of steps back."""
    optimiser.n_steps = int(state["adam/n_steps"])
    for name, moments in optimiser.moments.items():
        for key, moment in zip(MOMENTS, moments, strict=True):
            moment.copy_(torch.from_numpy(np.array(state[f"adam/{key}/{name}"])))


def require_same_form(state: Mapping[str, Array], present: Mapping[str, Array]) -> None:
    """Compare names, shapes and types with those of the present state.

    Raises:
        UserError: They differ.
    """
    wrong = [name for name, array in present.items() if not _same_form(state.get(name), array)]
    if wrong or not _names(state) <= _names(present):
        raise misfit()


def misfit() -> UserError:
    """The state of another model, or a damaged one."""
    return UserError("The saved numbers do not fit the model that their parameters describe; open another session.")


def copied(values: Tensor) -> Array:
    """A tensor as an array of its own."""
    array: Array = values.detach().cpu().numpy().copy()
    return array


def _same_form(found: Array | None, expected: Array) -> bool:
    return found is not None and found.shape == expected.shape and found.dtype == expected.dtype


def _names(state: Iterable[str]) -> set[str]:
    return set(state)
