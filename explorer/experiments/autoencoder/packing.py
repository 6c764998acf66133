"""Weights, optimiser and generator as flat dictionaries of arrays, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import torch
from torch import Tensor, nn

from explorer.core.errors import UserError
from explorer.core.frames import Array

MOMENTS = ("exp_avg", "exp_avg_sq")


def pack_weights(module: nn.Module) -> dict[str, Array]:
    """``weights/<name>`` for each parameter, copied."""
    return {f"weights/{name}": copied(p) for name, p in module.named_parameters()}


def load_weights(module: nn.Module, state: Mapping[str, Array]) -> None:
    """Fill the parameters from ``weights/<name>``."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.from_numpy(np.array(state[f"weights/{name}"])))


def pack_adam(module: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Array]:
    """Moments ``adam/<moment>/<name>`` and the common ``adam/n_steps``; zeros before the first step."""
    packed: dict[str, Array] = {}
    n_steps = 0.0
    for name, parameter in module.named_parameters():
        entry = optimiser.state.get(parameter, {})
        for moment in MOMENTS:
            packed[f"adam/{moment}/{name}"] = copied(entry.get(moment, torch.zeros_like(parameter)))
        n_steps = float(entry.get("step", 0.0))
    return packed | {"adam/n_steps": np.array(n_steps, np.float64)}


def load_adam(module: nn.Module, optimiser: torch.optim.Optimizer, state: Mapping[str, Array]) -> None:
    """Put the moments back; at step 0 the optimiser begins anew."""
    optimiser.state.clear()
    n_steps = float(state["adam/n_steps"])
    if n_steps == 0:
        return
    for name, parameter in module.named_parameters():
        entry: dict[str, Tensor] = {
            m: torch.from_numpy(np.array(state[f"adam/{m}/{name}"])).to(parameter.device) for m in MOMENTS
        }
        entry["step"] = torch.tensor(n_steps, dtype=torch.float32, device=parameter.device)
        optimiser.state[parameter] = entry


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
