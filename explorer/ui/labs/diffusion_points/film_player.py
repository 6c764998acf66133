"""Plays a film of points over and over."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.ui.labs.diffusion_points.plane_state import PlaneState

PLAY_MS, REST_TICKS = 45, 30
"""Between two steps; and how many times that the data are looked at before it begins again."""


class FilmPlayer(QTimer):
    """Goes on by a step of the film, rests at its end and begins again.

    Signals:
        position_wished: Step of the film to stand at.

    Args:
        state: Knows the film, and where it stands.
        parent: The panel.
    """

    position_wished = Signal(int)

    def __init__(self, state: PlaneState, parent: QObject) -> None:
        super().__init__(parent, interval=PLAY_MS)
        self._state = state
        self._rested = 0
        self.timeout.connect(self._on_timeout)

    def toggle(self) -> None:
        """Play, from the beginning where it stands at the end; or pause."""
        if self.isActive():
            self.stop()
            return
        self._rested = 0
        if self._state.position >= self._state.film.n_made:
            self.position_wished.emit(0)
        self.start()

    @Slot()
    def _on_timeout(self) -> None:
        film, position = self._state.film, self._state.position
        if position < film.n_made:
            self._rested = 0
            self.position_wished.emit(position + 1)
        elif film.complete:
            self._rested += 1
            if self._rested >= REST_TICKS:
                self._rested = 0
                self.position_wished.emit(0)
