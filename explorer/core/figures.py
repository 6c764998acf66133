"""What a panel hands to whoever exports it: the numbers behind the picture and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from explorer.core.frames import Array

Column = Array | Sequence[str]


@dataclass(frozen=True)
class Provenance:
    """Where a figure comes from.

    Attributes:
        lab: Title of the lab.
        panel: Title of the panel.
        params: Parameters in one line, from :func:`explorer.core.params.summary`.
        seed: Seed of the run.
        step: Step shown.
        version: Version of the app.
        device: Where torch computed.
        subject: What is shown where that is not the run, as ``"all-MiniLM-L6-v2, layer 3, head 1"``; empty for the run.
    """

    lab: str
    panel: str
    params: str
    seed: int
    step: int
    version: str
    device: str = ""
    subject: str = ""

    def caption(self) -> str:
        """One line: lab, panel, step, seed and parameters or what else is shown, version."""
        shown = self.subject or f"step {self.step:,} · seed {self.seed} · {self.params}"
        return f"{self.lab} · {self.panel} · {shown} · Neural Explorer {self.version}"


@dataclass(frozen=True)
class FigureData:
    """The numbers behind one panel.

    Attributes:
        title: Panel title in words.
        provenance: Where it comes from.
        table: Columns of equal length for CSV; names carry units, as ``"z1"`` or ``"test (nats)"``.
        arrays: Every array plotted, for NPZ.
        labels: Texts that any faithful picture of it shows (titles, axis names).
        n_points: How many markers the picture shows; None where that means nothing.
    """

    title: str
    provenance: Provenance
    table: Mapping[str, Column]
    arrays: Mapping[str, Array]
    labels: tuple[str, ...] = field(default=())
    n_points: int | None = None
