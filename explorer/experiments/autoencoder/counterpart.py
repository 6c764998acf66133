"""The shipped model of the other kind, for the comparison along a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from explorer.core.errors import UserError
from explorer.core.params import with_values
from explorer.core.session import Session, load_session
from explorer.core.stored import stored_path
from explorer.experiments.autoencoder.network import Network, build_network
from explorer.models.packing import load_weights
from explorer.specs.autoencoder import SPEC, AutoencoderParams

StoredRuns = Callable[[str], Session]
"""From the stem of a stored run to its session; raises UserError where there is none."""


def shipped_run(stem: str) -> Session:
    """A run that ships with the app."""
    return load_session(stored_path(stem))


@dataclass(frozen=True, eq=False)
class Shipped:
    """A stored model: its network and its title."""

    network: Network
    title: str


class Counterpart:
    """Loads the stored model of the other kind when it is first asked for; remembers where there is none.

    Args:
        variational: Kind of the live model.
        stored: Gives the session of a stored run by its stem.
        device: Where its network goes.
    """

    def __init__(self, variational: bool, stored: StoredRuns, device: torch.device) -> None:
        self._wanted_kind = "autoencoder" if variational else "variational"
        self._stored = stored
        self._device = device
        self._found: Shipped | None = None
        self._searched = False

    def get(self) -> Shipped | None:
        """The stored model, or None where none is shipped or readable."""
        if not self._searched:
            self._searched = True
            self._found = self._search()
        return self._found

    def _search(self) -> Shipped | None:
        for run in SPEC.stored:
            try:
                session = self._stored(run.stem)
                params = with_values(AutoencoderParams(), session.params)
                if params.kind == self._wanted_kind:
                    return Shipped(_network_of(session, params, self._device), run.title)
            except (UserError, KeyError, RuntimeError):
                continue
        return None


def _network_of(session: Session, params: AutoencoderParams, device: torch.device) -> Network:
    network = build_network(params, device)
    load_weights(network.module, session.state)
    return network
