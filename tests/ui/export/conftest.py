"""Panels with real views to export, and a small lab whose run was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from explorer.core.figures import FigureData, Provenance
from explorer.core.frames import FrameInfo, frozen
from explorer.core.history import History
from explorer.core.mailbox import Mail
from explorer.core.run import RunSnapshot, RunStatus
from explorer.core.spec import LabSpec, PanelSpec
from explorer.ui.fonts import load_fonts
from explorer.ui.lab import Lab
from explorer.ui.panel import Panel
from explorer.ui.theme import LIGHT, Theme
from explorer.ui.views.curve_data import Series
from explorer.ui.views.curves import CurvesView
from explorer.ui.views.scatter import ScatterView

N_POINTS = 60
CAPTION = "Little lab · {} · step 1,200 · seed 7 · β = 1, learning rate = 0.001 · Neural Explorer 0.1.0"


def where(title: str) -> Provenance:
    return Provenance("Little lab", title, "β = 1, learning rate = 0.001", 7, 1200, "0.1.0", "cpu")


def points() -> tuple[Any, Any]:
    random = np.random.default_rng(3)
    classes = np.arange(N_POINTS) % 10
    return random.normal(size=(N_POINTS, 2)), classes


class MapPanel(Panel):
    def __init__(self, theme: Theme, provenance: Any = where) -> None:
        super().__init__(PanelSpec("map", "Latent map", "center", "a", ("codes",), (640, 480)), theme, provenance)
        self.view = ScatterView(theme)
        self.view.set_points(*points())
        self.view.set_class_names([str(i) for i in range(10)])
        self.column.addWidget(self.view)

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        self.view.paint(painter, rect, vector=vector)

    def figure_data(self) -> FigureData:
        xy, classes = points()
        table = {"z1": xy[:, 0], "z2": xy[:, 1].astype(np.float32), "class": classes, "name": ['a "b", c'] * N_POINTS}
        arrays = {"codes": xy, "classes": classes}
        return self._figure(table, arrays, ("Latent map", "latent z₁", "latent z₂", "−2"), N_POINTS)


class CurvesPanel(Panel):
    def __init__(self, theme: Theme) -> None:
        super().__init__(PanelSpec("curves", "Curves", "bottom", "b", (), (720, 240)), theme, where)
        self.view = CurvesView(theme)
        steps = np.arange(1, 2000, 10)
        loss = 149 + 60 * np.exp(-steps / 300)
        self.view.set_series([Series("test", "test", steps, loss, "test", 3.0), Series("g", "β = 4", steps, loss + 9)])
        self.view.set_titles("step", "negative ELBO (nats)")
        self.column.addWidget(self.view)

    def paint(self, painter: QPainter, rect: QRectF, *, vector: bool) -> None:
        self.view.paint(painter, rect, vector=vector)

    def figure_data(self) -> FigureData:
        steps = np.arange(1, 2000, 10)
        labels = ("Curves", "step", "negative ELBO (nats)", "β = 4")
        return self._figure({"step": steps}, {"steps": steps}, labels)


@dataclass(frozen=True)
class Params:
    """No parameters at all."""


SPEC = LabSpec(
    id="little",
    title="Little lab",
    group="Tests",
    summary="A few points.",
    params=Params,
    frames=(FrameInfo("codes", ("point", "latent"), "", "Where the points are."),),
    scalars=(),
    requests=(),
    experiment="",
    lab="",
    panels=(PanelSpec("map", "Latent map", "center", "a", ("codes",), (320, 240)),),
)


class LittleLab(Lab):
    def _make_panel(self, panel_id: str) -> Panel:
        return MapPanel(self.theme, self.provenance)

    def _refresh(self, panel: Panel) -> None:
        codes = self.frame("codes")
        if codes is not None and isinstance(panel, MapPanel):
            panel.view.set_points(codes, np.arange(len(codes)) % 10)

    def _on_frames(self, names: frozenset[str]) -> None:
        for panel in self.made_panels():
            self._refresh(panel)


def codes_at(step: int) -> Any:
    xy, _ = points()
    return frozen(xy * (0.4 + step / 100))


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture(params=["map", "curves"])
def panel(request: pytest.FixtureRequest, qtbot) -> Panel:
    made: Panel = MapPanel(LIGHT) if request.param == "map" else CurvesPanel(LIGHT)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def map_panel(qtbot) -> MapPanel:
    made = MapPanel(LIGHT)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def history() -> History:
    kept = History()
    for step in range(0, 100, 10):
        kept.frames.put(step, {"codes": codes_at(step)})
    return kept


@pytest.fixture
def lab(qtbot) -> LittleLab:
    made = LittleLab(SPEC, LIGHT)
    status = RunStatus(head=90, cursor=90)
    made.receive(Mail(RunSnapshot(Params(), 7, status, {}), status, {}, (), 0))
    qtbot.addWidget(made.panel("map"))
    return made
