"""A straight walk between two codes, through the model on screen and through the stored one of the other kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.autoencoder import Interpolated
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.picture import PictureView
from explorer.ui.views.tiles import Caption, StripView

FILM_MS = 140
FILM_PX = 108
LEAST_SPAN = 0.1
"""Distances nearer together than this look alike, whatever their order."""


class PathPanel(Panel):
    """Two strips of pictures, and each as a film beside it.

    Signals:
        end_requested: 0 for A or 1 for B: put that end where the probe is.
        random_requested: Two other digits, chosen at random.
        hidden: Another panel is in front.
    """

    end_requested = Signal(int)
    random_requested = Signal()
    hidden = Signal()

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._path: Interpolated | None = None
        self._frame, self._direction = 0, 1
        self.strip = StripView(theme)
        self.live_film = PictureView(theme)
        self.other_film = PictureView(theme)
        for film in (self.live_film, self.other_film):
            film.setMaximumWidth(FILM_PX)
        self.play = QPushButton("Play")
        self.play.setCheckable(True)
        self.play.setToolTip("Walk there and back")
        self._timer = QTimer(self)
        self._timer.setInterval(FILM_MS)
        self._lay_out()
        self._timer.timeout.connect(self._on_timeout)
        self.play.toggled.connect(self._on_play_toggled)
        self.strip.frame_chosen.connect(self.show_frame)
        self.set_subtitle("choose two ends: the probe, or digits clicked on the map")

    def set_path(self, path: Interpolated) -> None:
        """Show the strips of both models."""
        self._path = path
        strips = [path.live] + ([path.other] if path.other is not None else [])
        tiles = np.stack([s.images for s in strips])
        self.strip.set_tiles(tiles, "ink", (0.0, 1.0))
        words = [f"{s.title}\nfurthest from any digit: {s.strangeness.max():.2f}" for s in strips]
        self.strip.set_labels([_name(s.title) for s in strips], row_keys=["accent", "ink"])
        self.strip.set_captions(captions([s.strangeness for s in strips]))
        self.strip.setToolTip("\n".join(words) + " (RMS of the pixels)")
        self.other_film.setVisible(path.other is not None)
        self.set_subtitle(
            "beneath: distance of the pixels from the nearest training digit (RMS); the strangest is marked"
        )
        self.show_frame(min(self._frame, path.request.n - 1))

    @Slot(int)
    def show_frame(self, frame: int) -> None:
        """Show one picture of the walk large."""
        self._frame = frame
        if self._path is None:
            return
        self.strip.set_current(frame)
        self.live_film.set_image(self._path.live.images[frame], "ink", (0.0, 1.0))
        self.live_film.set_title(_kind(self._path.live.title), "accent")
        if self._path.other is not None:
            self.other_film.set_image(self._path.other.images[frame], "ink", (0.0, 1.0))
            self.other_film.set_title(_kind(self._path.other.title))

    @property
    def is_playing(self) -> bool:
        """Whether the film runs."""
        return self._timer.isActive()

    def figure_data(self) -> FigureData:
        """Both walks: pictures, codes, distances."""
        if self._path is None:
            return self._figure({"frame": np.zeros(0)}, {"frame": np.zeros(0)})
        path = self._path
        table = {"frame": np.arange(path.request.n), "live: distance from digits (RMS)": path.live.strangeness}
        arrays = {"live": path.live.images, "live_codes": path.live.codes, "live_distance": path.live.strangeness}
        if path.other is not None:
            table["stored: distance from digits (RMS)"] = path.other.strangeness
            arrays |= {"stored": path.other.images, "stored_codes": path.other.codes}
        return self._figure(table, arrays, [path.live.title])

    def hideEvent(self, event: object) -> None:
        """A film that nobody sees stands still."""
        self.play.setChecked(False)
        self.hidden.emit()
        super().hideEvent(event)  # type: ignore[arg-type]

    def _on_play_toggled(self, on: bool) -> None:
        self.play.setText("Stop" if on else "Play")
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_timeout(self) -> None:
        if self._path is None:
            return
        last = self._path.request.n - 1
        if not 0 <= self._frame + self._direction <= last:
            self._direction = -self._direction
        self.show_frame(self._frame + self._direction)

    def _lay_out(self) -> None:
        buttons = QGridLayout()
        buttons.setSpacing(6)
        for i, text in enumerate(("A = probe", "B = probe")):
            button = QPushButton(text)
            button.setToolTip(f"Put end {text[0]} where the ring is; a digit clicked on the map is taken as that digit")
            button.clicked.connect(lambda _checked=False, end=i: self.end_requested.emit(end))
            buttons.addWidget(button, i, 0)
        other = QPushButton("Other digits")
        other.setToolTip("Two other training digits, of two classes")
        other.clicked.connect(self.random_requested)
        buttons.addWidget(other, 0, 1)
        buttons.addWidget(self.play, 1, 1)
        buttons.setRowStretch(2, 1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(buttons)
        row.addWidget(self.strip, 1)
        row.addWidget(self.live_film, 0)
        row.addWidget(self.other_film, 0)
        self.column.addLayout(row, 1)


def captions(strips: Sequence[Array]) -> list[list[Caption]]:
    """Distances (n,) of each strip on one scale of alarm, the greatest of all marked."""
    everything = np.concatenate(strips)
    lo, hi = float(everything.min()), float(everything.max())
    span = max(hi - lo, LEAST_SPAN)
    return [[Caption(f"{x:.2f}", (x - lo) / span, x == hi) for x in values.tolist()] for values in strips]


def _name(title: str) -> str:
    """A strip's title with a line for each word."""
    return "\n".join(title.replace(",", "").split())


def _kind(title: str) -> str:
    """The model's kind alone, from a strip's title."""
    return title.split(",")[0].removeprefix("Stored ").capitalize()
