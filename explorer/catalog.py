"""The table of contents: the labs in the seminar's order. Nothing heavy is imported until a lab is asked for."""

from __future__ import annotations

import difflib
import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from explorer.core.errors import UserError

if TYPE_CHECKING:  # the command line's help lists labs without loading numpy
    from explorer.core.spec import LabSpec


@dataclass(frozen=True)
class Entry:
    """One line of the table: the lab's id, its title and its part of the seminar."""

    id: str
    title: str
    group: str


LABS: tuple[Entry, ...] = (
    Entry("sequences", "Sequence tasks", "Sequences"),
    Entry("bptt", "Gradients in time", "Sequences"),
    Entry("autoencoder", "Autoencoder & VAE", "Generative models"),
    Entry("diffusion", "Diffusion", "Generative models"),
    Entry("diffusion_points", "Diffusion in 2-D", "Generative models"),
    Entry("attention", "Attention", "Attention"),
)
DEFAULT_LAB = "autoencoder"
FIRST_SEED = 7
"""Seed of a run for which nobody chose one."""
PREPARE = "explorer.models.device:prepare"
"""Chooses the device and the number of threads; named by a string because it imports torch."""


def spec(lab_id: str) -> LabSpec:
    """The spec of a lab.

    Raises:
        UserError: There is no such lab; the sentence suggests the closest one.
    """
    known = [entry.id for entry in LABS]
    if lab_id not in known:
        close = difflib.get_close_matches(lab_id, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"choose one of {', '.join(known)}."
        raise UserError(f"There is no lab called {lab_id}; {hint}")
    found: LabSpec = importlib.import_module(f"explorer.specs.{lab_id}").SPEC
    return found


def resolve(reference: str) -> Any:
    """The object that ``"module:name"`` names, imported now."""
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)
