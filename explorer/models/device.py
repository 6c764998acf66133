"""Where torch computes, and with how many threads."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch

from explorer.core.errors import UserError

NAMES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Device:
    """A device in use.

    Attributes:
        name: What torch calls it.
        text: What people read, as ``"CPU · 1 of 2 cores"``.
        n_threads: Threads that torch may use.
    """

    name: str
    text: str
    n_threads: int


def prepare(name: str = "auto") -> Device:
    """Choose the device and leave one core to the window.

    Args:
        name: ``"auto"`` (CUDA or MPS where there is one), ``"cpu"``, ``"cuda"`` or ``"mps"``.

    Raises:
        UserError: The device asked for is not there.
    """
    if name not in NAMES:
        raise UserError(f"There is no device called {name}; choose one of {', '.join(NAMES)}.")
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    chosen = next(n for n, there in found.items() if there) if name == "auto" else name
    if not found[chosen]:
        raise UserError(f"This machine has no {chosen} device that torch can use; start with --device cpu.")
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    n_threads = max(1, n_cores - 1)
    if torch.get_num_threads() != n_threads:
        torch.set_num_threads(n_threads)
    return Device(chosen, _text(chosen, n_threads, n_cores), n_threads)


def _text(name: str, n_threads: int, n_cores: int) -> str:
    if name == "cuda":
        return f"CUDA · {torch.cuda.get_device_name()}"
    if name == "mps":
        return "MPS · Apple GPU"
    return f"CPU · {n_threads} of {n_cores} cores"
