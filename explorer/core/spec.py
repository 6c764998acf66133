"""Specs: what a lab offers, as plain data. Menus, gallery, command line, tours and contract tests loop over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from explorer.core.errors import UserError
from explorer.core.frames import FrameInfo

Area = Literal["left", "center", "right", "bottom"]


@dataclass(frozen=True)
class PanelSpec:
    """One dockable view of a lab.

    Attributes:
        id: Short name, unique in the lab; used on the command line and in files.
        title: Title in words.
        area: Where it docks by default.
        group: Panels of one area and group are tabs of one another; the first one is on top.
        wants: Frames it draws.
        size_px: Default size (width, height) in logical pixels when exported without a window.
    """

    id: str
    title: str
    area: Area
    group: str
    wants: tuple[str, ...] = ()
    size_px: tuple[int, int] = (720, 480)


@dataclass(frozen=True)
class ScalarInfo:
    """One number of the run: name, label in words, unit and a colour key of the theme's series."""

    name: str
    label: str
    unit: str
    color: str = "ink"


@dataclass(frozen=True)
class StoredRun:
    """A finished run shipped with the app: file stem in ``pretrained/`` and the words for it."""

    stem: str
    title: str


@dataclass(frozen=True)
class LabSpec:
    """One lab.

    Attributes:
        id: One name everywhere.
        title: Shown in the gallery and the header.
        group: Heading of the seminar's part.
        summary: One sentence.
        params: The frozen Params class.
        frames: Frames the experiment offers.
        scalars: Numbers it reports.
        requests: Request classes it answers.
        timeless: Those of them whose answers have nothing to do with the run: at a past step they wait for no weights.
        experiment: ``"module:name"`` of a function (params, seed, device) -> Experiment; imported on the worker.
        lab: ``"module:name"`` of the Qt half.
        panels: Dockable views, in the order of their default layout.
        stored: Finished runs; the first one is shown on opening.
        data_note: The data and their scaling, in words, for the status bar.
    """

    id: str
    title: str
    group: str
    summary: str
    params: type
    frames: tuple[FrameInfo, ...]
    scalars: tuple[ScalarInfo, ...]
    requests: tuple[type, ...]
    experiment: str
    lab: str
    panels: tuple[PanelSpec, ...]
    stored: tuple[StoredRun, ...] = field(default=())
    data_note: str = ""
    timeless: tuple[type, ...] = ()

    def frame(self, name: str) -> FrameInfo:
        """The frame called ``name``.

        Raises:
            KeyError: The lab offers no such frame.
        """
        return {f.name: f for f in self.frames}[name]

    def panel(self, panel_id: str) -> PanelSpec:
        """The panel called ``panel_id``.

        Raises:
            UserError: The lab has no such panel; the sentence lists them.
        """
        by_id = {p.id: p for p in self.panels}
        if panel_id not in by_id:
            raise UserError(f"There is no panel called {panel_id}; choose one of {', '.join(by_id)}.")
        return by_id[panel_id]
