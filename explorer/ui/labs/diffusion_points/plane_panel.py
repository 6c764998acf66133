"""Points travelling from noise to data, with the field that carries them."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLayout

from explorer.core.denoising import N_LEVELS
from explorer.core.figures import Column, FigureData
from explorer.core.frames import Array
from explorer.core.params import needs_restart
from explorer.core.spec import PanelSpec
from explorer.data.noise_schedules import alpha_bar
from explorer.data.point_sets import point_set
from explorer.specs.diffusion_points import (
    DensitySeen,
    Field,
    FieldSeen,
    Follow,
    Followed,
    PointParams,
    PointSampling,
    Travelled,
)
from explorer.ui.labs.diffusion_points.film_player import FilmPlayer
from explorer.ui.labs.diffusion_points.plane_stage import PlaneStage
from explorer.ui.labs.diffusion_points.plane_state import PlaneState
from explorer.ui.labs.diffusion_points.plane_words import map_words, readout, subtitle
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.color_scale import ColorScale

STAGE_TIMES = (1000, 800, 600, 450, 300, 200, 100, 0)
SETTLED_MS, DRAW_MS = 160, 150
_NONE = np.zeros((0, 2))
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class PlanePanel(Panel):
    """The film of a cloud at a time, the score there, the density, and the ways of single points.

    Signals:
        time_changed: The time a person moved to, or the film came to.
        sampling_changed: Points are drawn with other settings.
        shown_changed: The map behind the points, and whether arrows are shown.
    """

    time_changed = Signal(int)
    sampling_changed = Signal(object)
    shown_changed = Signal(str, bool)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._params = PointParams()
        self._signal = alpha_bar(self._params.schedule, N_LEVELS)
        self._ready = False
        self.state = PlaneState()
        self.stage = PlaneStage(theme)
        self.settings = self.stage.settings
        self.controls = [self.settings.sampler, self.settings.map]
        self._player = FilmPlayer(self.state, self)
        self._settled, self._draw = (QTimer(self, interval=ms) for ms in (SETTLED_MS, DRAW_MS))
        self._settled.setSingleShot(True)
        self._draw.setSingleShot(True)
        self.column.addWidget(self.stage, 1)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._connect()
        self._show_all()

    # What others say ---------------------------------------------------------------------------------------------

    def set_run(self, params: PointParams) -> None:
        """Learn these points, with this schedule; what another model said is dropped."""
        before, self._params = self._params, params
        self._signal = alpha_bar(params.schedule, N_LEVELS)
        if needs_restart(before, params) or before.ema != params.ema:
            self.forget()
        self._show_data()
        self._show_words()

    def forget(self) -> None:
        """The model is another one: nothing of what the old one said holds."""
        self.state.forget()
        self._draw.start()
        self._show_all()

    def set_cloud(self, cloud: Array, step: int) -> None:
        """The film that the run made at a step."""
        if self.state.record(cloud, step):
            self._show_film()

    def set_step(self, step: int, training: bool) -> None:
        """The step of the weights; once nothing trains, the film is drawn anew."""
        if self.state.stand(step, training):
            self._show_film()
            self._show_map()
        if not training:
            self._draw.start()
            self._settled.start()

    def set_ready(self, ready: bool) -> None:
        """Whether the live model answers."""
        self._ready = ready
        self.draw_film()
        self.ask_live()
        self._settled.start()

    def set_sampling(self, sampling: PointSampling) -> None:
        """Draw with these settings."""
        self.settings.set_sampling(sampling)
        self._draw.start()

    def set_shown(self, density: str, arrows: bool) -> None:
        """Show this map behind the points, and arrows or none; says nothing."""
        self.settings.set_shown(density, arrows)
        self._show_arrows()
        self._show_map()
        self._settled.start()

    @Slot(int)
    def set_time(self, time: int) -> None:
        """Stand at a time, 0 to 1,000; says nothing."""
        if time != self.state.time:
            self.state.move(time)
            self.stage.time_row.set_time(self.state.time)
            self._settled.start()
            self.ask_live()
            self._show_points()
            self._show_arrows()
            self._show_map()

    def take(self, answer: Travelled | FieldSeen | DensitySeen | Followed) -> None:
        """Show an answer, if it is one that is waited for."""
        match answer:
            case Travelled():
                shows, following = self.state.take_piece(answer, at_once=not self.isVisible())
                if shows:
                    self._show_film()
                if following is not None and self._asks:
                    self.asked.emit(following)
            case FieldSeen():
                self.state.field = answer
                self._show_arrows()
                self._show_words()
            case DensitySeen():
                piece = self.state.maps.take(answer)
                if piece is not None and self._asks:
                    self.asked.emit(piece)
                self._show_map()
            case Followed():
                self.state.take_way(answer)
                self._show_ways()

    # What is asked -----------------------------------------------------------------------------------------------

    @property
    def _asks(self) -> bool:
        """Whether the model is there and somebody looks: without a window a panel is about to be written to a file."""
        return self._ready and (self.isVisible() or self.parentWidget() is None)

    @Slot()
    def draw_film(self) -> None:
        """Have a film drawn with these settings and the weights of now, unless there is one."""
        self._draw.stop()
        if self._asks:
            question = self.state.begin(self.settings.sampling, at_once=not self.isVisible())
            if question is not None:
                self.asked.emit(question)

    def ask_live(self) -> None:
        """Ask for what follows the weights and the time: the score, and the way through the place under the pointer."""
        if self._asks and self.settings.arrows.isChecked() and self.state.time > 0:
            self.asked.emit(Field(self.state.time))
        self._ask_way(*self.state.pointer)

    def _ask_way(self, x: float, y: float) -> None:
        if self._asks and math.isfinite(x):
            self.asked.emit(Follow((x, y), self.state.time))

    @Slot()
    def _ask_map(self) -> None:
        if self._asks and not self.state.training and self.state.time > 0 and self.settings.map.value != "none":
            question = self.state.maps.begin(self.state.time)
            if question is not None:
                self.asked.emit(question)

    # What a person does ------------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether the film is played."""
        return self._player.isActive()

    @Slot()
    def toggle_play(self) -> None:
        """Play over and over, or pause."""
        self._player.toggle()
        self._show_words()

    @Slot(int)
    def go_by(self, steps: int) -> None:
        """Some denoising steps on, or back."""
        self._player.stop()
        self._go_to(self.state.position + steps)

    @Slot(bool)
    def go_to_edge(self, end: bool) -> None:
        """To the noise, or to the end."""
        self._player.stop()
        self._go_to(self.state.film.n_made if end else 0)

    @Slot(int)
    def _go_to(self, position: int) -> None:
        film = self.state.film
        self._move_to(int(film.times[min(max(position, 0), film.n_made)]))

    @Slot(int)
    def _move_to(self, time: int) -> None:
        self.set_time(time)
        self.time_changed.emit(self.state.time)

    @Slot(object)
    def _on_sampling_chosen(self, sampling: PointSampling) -> None:
        if not self._draw.isActive():
            self._draw.start()
        self.sampling_changed.emit(sampling)

    @Slot()
    def _on_shown_changed(self) -> None:
        self._show_data()
        self._show_arrows()
        self._show_map()
        self.ask_live()
        self._ask_map()
        self.shown_changed.emit(self.settings.map.value, self.settings.arrows.isChecked())

    @Slot(float, float)
    def _on_pointed(self, x: float, y: float) -> None:
        self.state.pointer = (x, y)
        if not math.isfinite(x):
            self.state.preview = None
            self._show_ways()
        self._ask_way(x, y)
        self._show_words()

    @Slot(int, bool)
    def _on_point_clicked(self, index: int, added: bool) -> None:
        self.state.picks.pick(index, added=added)
        self._show_ways()

    @Slot(float, float, bool)
    def _on_place_clicked(self, x: float, y: float, added: bool) -> None:
        if self.state.pin(x, y, added=added):
            self._ask_way(x, y)
        self._show_ways()

    @Slot()
    def _on_cleared(self) -> None:
        self.state.picks.clear()
        self.state.preview = None
        self._show_ways()

    @Slot(int)
    def _on_stage_chosen(self, number: int) -> None:
        self._player.stop()
        self._go_to(self.state.film.nearest(STAGE_TIMES[number]))

    # Showing -----------------------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        self._show_data()
        self._show_arrows()
        self._show_film()
        self._show_map()

    def _show_film(self) -> None:
        film = self.state.film
        positions = [film.nearest(t) for t in STAGE_TIMES] if film.n_made else []
        self.stage.stages.set_stages(
            [film.x[p] for p in positions], [f"{int(film.times[p]):,}" for p in positions], "t = "
        )
        self._show_points()

    def _show_points(self) -> None:
        film, position = self.state.film, self.state.position
        self.stage.plane.set_points(film.x[position] if film.n_made else _NONE)
        now = int(film.times[position])
        self.stage.stages.set_shown(min(range(len(STAGE_TIMES)), key=lambda i: abs(STAGE_TIMES[i] - now)))
        self._show_ways()
        self._show_words()

    def _show_data(self) -> None:
        params = self._params
        self.stage.plane.set_data(
            point_set(params.shape, params.drawn).train if self.settings.data.isChecked() else _NONE
        )

    def _show_arrows(self) -> None:
        seen = self.state.field
        if seen is None or not self.settings.arrows.isChecked():
            self.stage.plane.set_arrows(np.zeros(0), np.zeros((0, 0, 2)))
        else:
            exact = self.settings.map.value == "exact"
            self.stage.plane.set_arrows(seen.places, seen.exact if exact else seen.score)

    def _show_map(self) -> None:
        kind, seen = self.settings.map.value, self.state.map
        values = None if seen is None or kind == "none" else seen.learned if kind == "learned" else seen.exact
        scale = None if values is None else ColorScale.of(values, "magnitude")
        self.stage.plane.set_density(values, scale)
        self.stage.legend.setVisible(kind != "none")
        self.stage.legend.set_scale(scale, map_words(self.state, kind))
        self._show_words()

    def _show_ways(self) -> None:
        self.stage.plane.set_ways(self.state.ways)
        self.stage.plane.set_preview(*(self.state.preview_way or (None,)))

    def _show_words(self) -> None:
        state, film, stage = self.state, self.state.film, self.stage
        stage.buttons.set_playing(self.playing)
        stage.buttons.set_able(film.n_made > 0)
        stage.buttons.set_words(f"step {state.position:,} of {film.sampling.steps:,}")
        self.set_subtitle(subtitle(self.state.time, float(self._signal[self.state.time]), film))
        exact = self.settings.map.value == "exact"
        stage.words.set_paragraphs(readout(state, exact=exact, longest=stage.plane.longest))

    def figure_data(self) -> FigureData:
        """The points at this time; the film, the score and the density as arrays."""
        film, field, seen = self.state.film, self.state.field, self.state.map
        x = film.x[self.state.position]
        table: dict[str, Column] = {"point": np.arange(1, len(x) + 1), "x": x[:, 0], "y": x[:, 1]}
        arrays = {"t": film.times, "film": film.x}
        if field is not None:
            arrays |= {"places": field.places, "score": field.score, "exact_score": field.exact}
        if seen is not None and seen.learned is not None and seen.exact is not None:
            arrays |= {"density": seen.learned, "exact_density": seen.exact}
        return self._figure(table, arrays, ("x", "y"), len(x))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Through the film; P plays."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.go_by(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to_edge(key == Qt.Key.Key_End)
        elif key == Qt.Key.Key_P:
            self.toggle_play()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with what was left when nobody looked."""
        super().showEvent(event)
        self.draw_film()
        self.ask_live()
        self._settled.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing moves."""
        for timer in (self._player, self._settled, self._draw):
            timer.stop()
        super().hideEvent(event)

    def minimumSizeHint(self) -> QSize:
        """The least in which points can be seen travelling."""
        return QSize(260, 180)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self.stage.wear(theme)

    def _connect(self) -> None:
        stage = self.stage
        for signal, slot in (
            (self.settings.sampling_chosen, self._on_sampling_chosen),
            (self.settings.shown_changed, self._on_shown_changed),
            (stage.plane.pointed, self._on_pointed),
            (stage.plane.point_clicked, self._on_point_clicked),
            (stage.plane.place_clicked, self._on_place_clicked),
            (stage.plane.cleared, self._on_cleared),
            (stage.stages.stage_chosen, self._on_stage_chosen),
            (stage.buttons.moved, self.go_by),
            (stage.buttons.edge_wished, self.go_to_edge),
            (stage.buttons.play_toggled, self.toggle_play),
            (stage.time_row.time_changed, self._move_to),
            (self._player.position_wished, self._go_to),
            (self._settled.timeout, self._ask_map),
            (self._draw.timeout, self.draw_film),
        ):
            signal.connect(slot)
