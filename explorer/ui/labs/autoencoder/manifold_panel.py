"""The grid of pictures decoded over the prior's quantiles."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.tiles import TilesView


class ManifoldPanel(Panel):
    """The manifold; a click on a cell moves the probe there.

    Signals:
        place_chosen: Map coordinates x and y.
    """

    place_chosen = Signal(float, float)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._tiles = np.zeros((0, 0, 28, 28), np.uint8)
        self._grid = np.zeros((2, 0))
        self.view = TilesView(theme)
        self.view.setAccessibleName("Manifold; Enter on a cell moves the probe there")
        self.view.cell_clicked.connect(self._on_cell_clicked)
        self.column.addWidget(self.view, 1)

    def set_manifold(self, tiles: Array) -> None:
        """Show pictures (rows, columns, 28, 28) uint8."""
        self._tiles = tiles
        self.view.set_tiles(tiles, "ink", (0.0, 255.0))

    def set_grid(self, grid: Array) -> None:
        """Map coordinates (2, n) of columns and rows."""
        self._grid = grid

    def set_probe(self, x: float, y: float) -> None:
        """Mark the cell nearest to the probe; none when it lies outside the grid."""
        if self._grid.shape[1] < 2:
            return
        xs, ys = self._grid
        column, row = int(np.abs(xs - x).argmin()), int(np.abs(ys - y).argmin())
        inside = _within(xs, x) and _within(ys, y)
        self.view.set_selected((row, column) if inside else None)

    def place(self, row: int, column: int) -> tuple[float, float]:
        """Map coordinates of a cell."""
        return float(self._grid[0, column]), float(self._grid[1, row])

    def figure_data(self) -> FigureData:
        """Coordinates and mean ink of every cell; the pictures as an array."""
        n_rows, n_columns = self._tiles.shape[:2]
        rows, columns = np.indices((n_rows, n_columns))
        table = {
            "row": rows.ravel(),
            "column": columns.ravel(),
            "x": self._grid[0][columns.ravel()],
            "y": self._grid[1][rows.ravel()],
            "mean ink": self._tiles.reshape(n_rows * n_columns, -1).mean(axis=1) / 255,
        }
        return self._figure(table, {"manifold": self._tiles, "grid": self._grid})

    def _on_cell_clicked(self, row: int, column: int) -> None:
        if self._grid.shape[1]:
            self.place_chosen.emit(*self.place(row, column))


def _within(values: Array, at: float) -> bool:
    gap = float(np.abs(np.diff(values)).max())
    return bool(values.min() - gap / 2 <= at <= values.max() + gap / 2)
