"""What stands in the panel of the plane, and where."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from explorer.data.point_sets import REACH
from explorer.ui.kit.film_buttons import FilmButtons
from explorer.ui.kit.time_row import TimeRow
from explorer.ui.labs.diffusion_points.plane_controls import PlaneControls
from explorer.ui.labs.diffusion_points.plane_state import FIRST_TIME
from explorer.ui.theme import Theme
from explorer.ui.views.color_scale import ColorScaleView
from explorer.ui.views.prose import ProseView
from explorer.ui.views.stages import StagesView
from explorer.ui.views.travelling import TravellingView

_LOW_PX, _NARROW_PX, _WORDS_PX, _TIME_PX = 300, 470, 480, 360
_SIDE_PX, _BENEATH_PX, _LARGEST_SIDE, _GAP_PX = 258, 78, 0.46, 16
"""Width of what stands beside the plane at least, height of what lies beneath it, and the former's largest share."""
_LINE_PX, _ONE_LINE_PX = 20, 540
"""Height of a line of words, and the width in which they need only one."""


class PlaneStage(QWidget):
    """The plane, beside it the stages of the film and the settings, beneath them the words, the buttons and the time.

    Attributes:
        plane: The square.
        stages: Small ones, from noise to data.
        settings: How points are drawn, and what is shown.
        legend: Colours of the map.
        words: What is under the pointer.
        buttons: Through the film.
        time_row: The time as a slider.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.plane = TravellingView(theme, REACH)
        self.stages = StagesView(theme, REACH)
        self.settings = PlaneControls(theme)
        self.legend = ColorScaleView(theme)
        self.words = ProseView(theme)
        self.buttons, self.time_row = FilmButtons(theme), TimeRow(theme, FIRST_TIME)
        self._side = QWidget()
        self.plane.setAccessibleName("The plane: points travelling, arrows of the score")
        self.stages.setAccessibleName("Stages of the film; click one to go there")
        self.legend.setAccessibleName("Colours of the density")
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(8)
        side.addWidget(self.stages, 1)
        side.addWidget(self.settings)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.plane, 1)
        left.addWidget(self.legend)
        row = QHBoxLayout()
        row.setSpacing(_GAP_PX)
        row.addLayout(left, 1)
        row.addWidget(self._side)
        bottom = QHBoxLayout()
        bottom.setSpacing(_GAP_PX)
        bottom.addWidget(self.buttons)
        bottom.addWidget(self.time_row, 1)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row, 1)
        column.addWidget(self.words)
        column.addLayout(bottom)

    def wear(self, theme: Theme) -> None:
        """Larger type needs other room; the parts wear the theme by themselves."""
        self._theme = theme
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small panel the plane comes first."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The plane is a square, as high as it can be; what is left beside it is for the rest."""
        px, low = self._theme.px, self.height() < self._theme.px(_LOW_PX)
        beside = self.width() - (self.height() - px(_BENEATH_PX)) - _GAP_PX
        self._side.setFixedWidth(round(max(px(_SIDE_PX), min(beside, _LARGEST_SIDE * self.width()))))
        self._side.setVisible(self.width() >= px(_NARROW_PX))
        self.words.setFixedHeight(round(px(_LINE_PX) * (1 if self.width() >= px(_ONE_LINE_PX) else 2)))
        self.words.setVisible(not low)
        self.settings.set_low(low)
        self.buttons.words.setVisible(self.width() >= self._theme.px(_WORDS_PX))
        self.time_row.setVisible(self.width() >= self._theme.px(_TIME_PX))
