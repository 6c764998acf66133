"""Distribution: the points to be learned, ready-made or sprayed by hand."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton

from explorer.core.errors import UserError
from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.params import param_field
from explorer.core.spec import PanelSpec
from explorer.data.point_sets import REACH, decode, encode, point_set, points_of_ink
from explorer.specs.diffusion_points import FEWEST_DRAWN, MOST_DRAWN, PointParams
from explorer.ui.kit.icon_button import IconButton
from explorer.ui.kit.scale import Scale
from explorer.ui.kit.slider_row import SliderRow
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.spray_pad import SprayPad
from explorer.ui.views.stages import StagesView

N_SHOWN = 300
BRUSH = Scale(0.05, 0.8, 0.05)
FIRST_BRUSH = 0.2
PICTURES = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff)"
_SHAPES = param_field(PointParams(), "shape").info.choices
_PRESETS = tuple((c.value, "Face" if c.value == "drawn" else c.label) for c in _SHAPES)
"""What each shape is called; nothing drawn is a face."""
_NARROW_PX, _PRESET_PX = 220, 104


class DistributionPanel(Panel):
    """Shapes as small pictures, and a square to spray on.

    Signals:
        shape_wished: Name of a ready-made shape to learn, "drawn" for the face.
        drawing_wished: Text of the points that were drawn, to learn.
        notice: A sentence for the user.
    """

    shape_wished = Signal(str)
    drawing_wished = Signal(str)
    notice = Signal(str)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._params = PointParams()
        self._strokes = QUndoStack(self)
        self.presets = StagesView(theme, REACH, "real")
        self.pad = SprayPad(theme, REACH, MOST_DRAWN)
        self.brush = SliderRow(theme, "Brush", BRUSH, FIRST_BRUSH, "Higher: a wider cloud of drops")
        self.undo, self.redo = IconButton("undo", theme), IconButton("redo", theme)
        self.take, self.load = IconButton("copy", theme), IconButton("folder", theme)
        self.clear = QPushButton("Clear")
        self.train = QPushButton("Train on it")
        self.train.setProperty("kind", "primary")
        self.count = QLabel()
        self.count.setProperty("role", "secondary")
        self.controls = [self.undo, self.redo, self.clear]
        self.set_subtitle("click a shape, or spray one of your own")
        self._lay_out()
        self._connect()
        self.set_run(self._params)

    def set_run(self, params: PointParams) -> None:
        """Show what the run learns: a ready-made shape, or the points that were drawn."""
        self._params = params
        names = [name for name, _ in _PRESETS]
        self.presets.set_shown(-1 if params.drawn and params.shape == "drawn" else names.index(params.shape))
        if params.shape == "drawn" and encode(self.pad.points) != params.drawn:
            self.pad.set_points(decode(params.drawn) if params.drawn else _face())
            self._strokes.clear()
        self._show_count()

    def set_opened(self, shapes: Set[str]) -> None:
        """Shapes of which a click opens a trained run; any other begins a new one."""
        self.presets.set_tips(
            [f"{label}: {'open the trained run' if name in shapes else 'begin a new run'}" for name, label in _PRESETS]
        )

    @property
    def points(self) -> Array:
        """What is drawn, (N, 2)."""
        return self.pad.points

    def set_points(self, points: Array) -> None:
        """Take other points, as a stroke that can be undone."""
        self._strokes.push(_Stroke(self, self.pad.points, np.asarray(points)))

    def show_points(self, points: Array) -> None:
        """Show these points; remembers nothing."""
        self.pad.set_points(points)
        self._show_count()

    def strew(self, path: str) -> None:
        """Strew points over the ink of a picture file, as a stroke that can be undone."""
        from explorer.data.pictures import load_ink

        try:
            ink = load_ink(path)
        except UserError as error:
            self.notice.emit(str(error))
        else:
            self.set_points(points_of_ink(ink))

    def figure_data(self) -> FigureData:
        """The points drawn, and those that the run learns."""
        learned = point_set(self._params.shape, self._params.drawn)
        drawn = self.pad.points
        arrays = {"drawn": drawn, "train": learned.train, "test": learned.test}
        return self._figure({"x": drawn[:, 0], "y": drawn[:, 1]}, arrays, (), len(drawn))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete clears."""
        if event.key() == Qt.Key.Key_Delete:
            self._on_clear_clicked()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow panel there is no room for the shapes."""
        super().resizeEvent(event)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self._fit()

    # ------------------------------------------------------------------------------------------------- handlers

    @Slot(int)
    def _on_preset_chosen(self, number: int) -> None:
        self.shape_wished.emit(_PRESETS[number][0])

    @Slot()
    def _on_stroke_ended(self) -> None:
        self._strokes.push(_Stroke(self, self.pad.before, self.pad.points))

    @Slot()
    def _on_clear_clicked(self) -> None:
        if len(self.pad.points):
            self.set_points(np.zeros((0, 2)))

    @Slot()
    def _on_take_clicked(self) -> None:
        self.set_points(point_set(self._params.shape, self._params.drawn).train)

    @Slot()
    def _on_load_clicked(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Load a picture", str(Path.home()), PICTURES)
        if name:
            self.strew(name)

    @Slot()
    def _on_train_clicked(self) -> None:
        self.drawing_wished.emit(encode(self.pad.points))

    @Slot()
    def _show_count(self) -> None:
        n = len(self.pad.points)
        is_learned = self._params.shape == "drawn" and encode(self.pad.points) == self._params.drawn
        self.train.setEnabled(n >= FEWEST_DRAWN and not is_learned)
        if is_learned:
            words = f"{n:,} points, which the run learns"
        elif n == MOST_DRAWN:
            words = f"{n:,} points: it takes no more"
        elif n < FEWEST_DRAWN:
            words = f"{n} of at least {FEWEST_DRAWN} points"
        else:
            words = f"{n:,} points"
        self.count.setText(words)
        self.undo.setEnabled(self._strokes.canUndo())
        self.redo.setEnabled(self._strokes.canRedo())

    # ------------------------------------------------------------------------------------------------- making

    def _fit(self) -> None:
        self.presets.setVisible(self.width() >= self.theme.px(_NARROW_PX))
        self.presets.setFixedWidth(round(self.theme.px(_PRESET_PX)))

    def _lay_out(self) -> None:
        shapes = [point_set(name).train[:N_SHOWN] for name, _ in _PRESETS]
        self.presets.set_stages(shapes, [label for _, label in _PRESETS])
        self.presets.setAccessibleName("Ready-made shapes; click one to learn it")
        self.pad.setAccessibleName("A square to spray points on")
        self.pad.setToolTip("Drag to spray, with the right button to wipe away; arrows, Space and Backspace do so too")
        self.pad.set_brush(FIRST_BRUSH)
        self.clear.setToolTip("Wipe everything away (Delete)")
        self.train.setToolTip("Begin a new run on these points")
        names = (
            (self.undo, "Undo the last stroke"),
            (self.redo, "Redo it"),
            (self.take, "Start from the points that the run learns"),
            (self.load, "Strew points over the ink of a picture file; it can also be dropped on the square"),
        )
        for button, words in names:
            button.setToolTip(words)
            button.setAccessibleName(words)
        bottom = QHBoxLayout()
        bottom.setSpacing(10)
        bottom.addWidget(self.count)
        bottom.addStretch(1)
        bottom.addWidget(self.load)
        bottom.addWidget(self.take)
        bottom.addWidget(self.train)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.presets)
        top.addWidget(self.pad, 1)
        self.column.addLayout(top, 1)
        self.column.addWidget(self.brush)
        self.column.addLayout(bottom)

    def _connect(self) -> None:
        self.presets.stage_chosen.connect(self._on_preset_chosen)
        self.pad.sprayed.connect(self._show_count)
        self.pad.stroke_ended.connect(self._on_stroke_ended)
        self.brush.value_changed.connect(self.pad.set_brush)
        self.undo.clicked.connect(self._strokes.undo)
        self.redo.clicked.connect(self._strokes.redo)
        self.take.clicked.connect(self._on_take_clicked)
        self.load.clicked.connect(self._on_load_clicked)
        self.pad.file_dropped.connect(self.strew)
        self.clear.clicked.connect(self._on_clear_clicked)
        self.train.clicked.connect(self._on_train_clicked)
        self._strokes.indexChanged.connect(self._show_count)


class _Stroke(QUndoCommand):
    """From some points to others."""

    def __init__(self, panel: DistributionPanel, before: Array, after: Array) -> None:
        super().__init__()
        self._panel, self._before, self._after = panel, before, after

    def undo(self) -> None:
        self._panel.show_points(self._before)

    def redo(self) -> None:
        self._panel.show_points(self._after)


def _face() -> Array:
    """What is learned before anything is drawn; as many of its points as a drawing has."""
    return point_set("drawn").train
