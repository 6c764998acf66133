"""From noise to a digit: x_t large, what the network makes of it, and the whole film as a strip."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QPushButton

from explorer.core.figures import FigureData
from explorer.core.frames import Array
from explorer.core.spec import PanelSpec
from explorer.specs.diffusion import N_CLASSES, Denoised, DiffusionParams, Sampling
from explorer.ui.labs.diffusion.denoising_film import Film
from explorer.ui.labs.diffusion.denoising_stage import DenoisingStage
from explorer.ui.labs.diffusion.film_maker import FilmMaker
from explorer.ui.labs.diffusion.film_rows import FilmRows, name_of, numbers_of, words_of
from explorer.ui.labs.diffusion.film_transport import FilmTransport
from explorer.ui.labs.diffusion.sampling_controls import SamplingControls
from explorer.ui.panel import Panel, Where
from explorer.ui.theme import Theme
from explorer.ui.views.denoising_strip import DenoisingStrip

FRAME_MS = 40
PLAY_MS = 10_000
"""A film is played in so long at most: of long ones some frames are left out."""
LOW_PX = 440
NOISE_ADDED = 0.6
_EDIT_AT = 0.6
_LEAST_PX = (600, 300)
_LEAST_STRIP_PX, _MOST_STRIP_PX = 46, 190
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_EMPTY = "The film begins as soon as the model is there."
_BENEATH = " Beneath are ten digits that it drew while it was trained."


class ReversePanel(Panel):
    """The film of denoising: played, stepped, scrubbed, painted on and branched.

    Signals:
        time_changed: Time t, 0 to 1000, of what is shown now.
        sampling_changed: The :class:`~explorer.specs.diffusion.Sampling` chosen now.
    """

    time_changed = Signal(int)
    sampling_changed = Signal(object)

    def __init__(self, spec: PanelSpec, theme: Theme, where: Where) -> None:
        super().__init__(spec, theme, where)
        self._params = DiffusionParams()
        self._samples: Array | None = None
        self._position = self._sample = self._edits = 0
        self._following = True
        self._time = -1
        self._wished: int | None = None
        self.sampling_controls = SamplingControls(theme)
        self.stage = DenoisingStage(theme)
        self.strip = DenoisingStrip(theme)
        self.strip.setAccessibleName("The film; left and right go through it")
        self.transport = FilmTransport(theme)
        self.redraw = QPushButton("Redraw")
        self.redraw.hide()
        self.controls = [self.redraw, self.sampling_controls.sampler, self.sampling_controls.samples]
        self.maker = FilmMaker(self.sampling, self)
        self._rows = FilmRows(self.strip)
        self._player = QTimer(self)
        self._player.setInterval(FRAME_MS)
        self.column.setSpacing(6)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # what is high makes itself low
        self.column.addWidget(self.sampling_controls)
        self.column.addWidget(self.stage, 1)
        self.column.addWidget(self.strip)
        self.column.addWidget(self.transport)
        self._connect()
        self._fit()

    # The run -----------------------------------------------------------------------------------------------------

    @property
    def sampling(self) -> Sampling:
        """The settings of sampling."""
        return self.sampling_controls.sampling

    @property
    def film(self) -> Film | None:
        """The film that is looked at."""
        return self.maker.film

    @property
    def position(self) -> int:
        """Steps taken at what is shown."""
        return self._position

    @property
    def playing(self) -> bool:
        """Whether the film plays."""
        return self._player.isActive()

    def set_run(self, params: DiffusionParams) -> None:
        """Another run or other parameters; another model draws another film."""
        before, self._params = self._params, params
        same = before.schedule == params.schedule and before.prediction == params.prediction
        if self.film is not None and not (same and before.width == params.width):
            self.restart()

    def set_ready(self, ready: bool) -> None:
        """Whether the live model can be asked; the first film begins when it can."""
        self.maker.set_ready(ready)
        self._show()

    def set_step(self, step: int, playing: bool) -> None:
        """The step of the weights shown; once training stands still, the film is drawn anew."""
        self.maker.set_step(step, playing)
        self._show_words()

    def set_samples(self, samples: Array) -> None:
        """Ten digits (10, 28, 28) uint8, 255 is ink, to show until there is a film."""
        self._samples = np.asarray(samples, np.float32) / 127.5 - 1
        if self.film is None:
            self._show()

    def set_sampling(self, sampling: Sampling, position: int | None = None) -> None:
        """Draw with these settings, and go to a position (of ``sampling.steps``) once the film is complete."""
        self.sampling_controls.set_sampling(sampling)
        self._wished = position
        self.maker.draw_now(sampling)
        self._show()

    def restart(self) -> None:
        """The model is another one: what was asked of the last one will not be answered."""
        self.maker.draw_now(self.sampling)

    def take(self, answer: Denoised) -> None:
        """Take a piece of the film; others are dropped."""
        self.maker.take(answer)

    @Slot()
    def _on_maker_begun(self) -> None:
        film = self.film
        if film is not None:
            self._player.stop()
            self._following = not self.transport.paint.isChecked()
            self._sample = min(self._sample, len(film.x(0)) - 1)

    @Slot()
    def _on_maker_grown(self) -> None:
        film = self.film
        if film is not None and self._following:
            self._position = film.head
        if film is not None and film.complete and self._wished is not None:
            self._position = film.kept(self._wished)
        self._show()

    @Slot(object)
    def _on_sampling_chosen(self, sampling: Sampling) -> None:
        self._wished = None
        self.sampling_changed.emit(sampling)
        self.maker.draw(sampling)
        self._show()

    @Slot()
    def _on_redraw_clicked(self) -> None:
        self.maker.go_on()

    # Time --------------------------------------------------------------------------------------------------------

    @Slot(int)
    def set_time(self, t: int) -> None:
        """Go to the step whose time is nearest to this one; says nothing."""
        if self.film is not None and not self.playing and not self.stage.canvas.is_drawing:
            self._time = t
            self._following = False
            self._position = self.film.nearest(t)
            self._show(tell=False)

    @Slot(int)
    def go_to(self, position: int) -> None:
        """Show the film at a position, or at the nearest one before it that is kept."""
        self._player.stop()
        self._go(position)

    @Slot(int)
    def go_by(self, steps: int) -> None:
        """Some denoising steps on, or back."""
        if self.film is not None:
            self.go_to(self._position + steps * self.film.stride)

    @Slot(bool)
    def go_to_edge(self, end: bool) -> None:
        """To the beginning, or to the end."""
        if self.film is not None:
            self.go_to(self.film.n_steps if end else 0)

    @Slot()
    def toggle_play(self) -> None:
        """Play the film, from the beginning if it stands at its end; or pause."""
        film = self.film
        if self.playing:
            self._player.stop()
        elif film is not None:
            self.transport.paint.setChecked(False)
            if self._position >= film.head:
                self._go(0)
            self._following = False
            self._player.start()
        self._show()

    @Slot()
    def _on_player_timeout(self) -> None:
        film = self.film
        if film is None:
            return
        stride = max(1, math.ceil(film.n_steps * FRAME_MS / PLAY_MS / film.stride)) * film.stride
        if self._position + stride >= film.head and not self.maker.films.busy:
            self._player.stop()
        self._go(self._position + stride)

    def _go(self, position: int) -> None:
        film, self._wished = self.film, None
        if film is not None:
            self._position = film.kept(min(max(position, 0), film.head))
            self._following = position >= film.head and not self.playing
            self._show()

    # Changing the picture ----------------------------------------------------------------------------------------

    @Slot(bool)
    def _on_paint_toggled(self, paint: bool) -> None:
        self._player.stop()
        if paint:
            self._leave_end()
            self._following = False
        self.stage.canvas.set_paintable(paint and self.film is not None)
        self._show()

    @Slot(object)
    def _on_canvas_edited(self, picture: Array) -> None:
        film = self.film
        if film is not None:
            pictures = film.x(self._position).copy()
            pictures[self._sample] = picture
            self._player.stop()
            self.maker.edit(self._position, pictures)
            self._following = not self.transport.paint.isChecked()
            self._show()

    @Slot()
    def _on_noise_wished(self) -> None:
        film = self.film
        if film is not None:
            self._leave_end()
            self._edits += 1
            rng = np.random.default_rng((self.sampling.seed, self._edits))
            picture = film.x(self._position)[self._sample]
            self._on_canvas_edited(picture + NOISE_ADDED * rng.normal(size=picture.shape).astype(np.float32))

    def _leave_end(self) -> None:
        """At its end a film has no step left that could make something of a change."""
        film = self.film
        if film is not None and self._position >= film.n_steps:
            self._go(round(_EDIT_AT * film.n_steps))

    @Slot(bool)
    def _on_film_chosen(self, branch: bool) -> None:
        self.maker.films.shows_branch = branch
        self._go(self._position)

    @Slot()
    def _on_clear_wished(self) -> None:
        self.maker.clear_branch()
        self._go(self._position)

    @Slot(int)
    def choose_sample(self, sample: int) -> None:
        """Show this sample large."""
        if self.film is not None and 0 <= sample < len(self.film.x(0)):
            self._sample = sample
            self._show()

    # Showing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _show(self, *, tell: bool = True) -> None:
        film, films = self.film, self.maker.films
        if film is None:
            self._show_empty()
        else:
            self._position = film.kept(min(self._position, film.head))
            ends = [None if f is None else f.end() for f in (films.original, films.branch)]
            pictures = [None if end is None else end[self._sample] for end in ends]
            self.stage.show_ends(pictures[0], pictures[1], films.branch is not None)
            self.stage.show_film(film, self._position, self._sample)
            self._rows.show(films, self._position, self._sample)
            if tell and film.time(self._position) != self._time:
                self._time = film.time(self._position)
                self.time_changed.emit(self._time)
        self._show_words()

    def _show_empty(self) -> None:
        label = self.sampling.label if 0 <= self.sampling.label < N_CLASSES else 3
        picture = None if self._samples is None else self._samples[label]
        sentence = _EMPTY if picture is None else _EMPTY + _BENEATH
        self.stage.show_empty(picture, f"{name_of(Sampling(label=label), 0)}, drawn by the model", sentence)
        self._rows.show_digits(self._samples)

    @Slot()
    def _show_words(self) -> None:
        film, films, buttons = self.film, self.maker.films, self.transport.film_buttons
        self.transport.set_able(film is not None)
        buttons.set_playing(self.playing)
        self.transport.set_branched(films.branch is not None, films.shows_branch)
        buttons.set_words(f"step {self._position:,} of {film.n_steps:,}" if film is not None else "")
        self.redraw.setText("Go on" if films.stopped and not self.maker.is_stale else "Redraw")
        self.redraw.setToolTip(f"Draw the film with the weights of step {self.maker.step:,}")
        self.redraw.setVisible(self.maker.is_behind and self.redraw.parentWidget() is not None)
        self.set_subtitle(
            words_of(films, self._sample, ready=self.maker.ready, painting=self.transport.paint.isChecked())
        )

    # Widget ------------------------------------------------------------------------------------------------------

    def figure_data(self) -> FigureData:
        """The steps in numbers; the whole film as arrays."""
        film = self.film
        if film is None:
            return self._figure({"position": np.zeros(0)}, {})
        table, arrays = numbers_of(film, self._position, self._sample)
        return self._figure(table, arrays, (f"t = {film.time(self._position):,}",))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Through the film; P plays, Escape stops what is being made."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.go_by(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to_edge(key == Qt.Key.Key_End)
        elif key == Qt.Key.Key_P:
            self.toggle_play()
        elif key == Qt.Key.Key_Escape and self.maker.busy:
            self.maker.stop()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with what was left when nobody looked."""
        super().showEvent(event)
        self.maker.catch_up()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing moves."""
        self._player.stop()
        self.maker.rest()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Low panels keep the large picture, and spare the rest."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The least with which the film can be seen and moved; a taller panel asks for no more."""
        return QSize(*_LEAST_PX)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours or larger type from now on."""
        super().set_theme(theme)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        low = self.height() < LOW_PX
        self.sampling_controls.set_low(low)
        height = (0.19 if low else 0.22) * self.height()
        self.strip.setFixedHeight(round(min(max(height, _LEAST_STRIP_PX), self.theme.px(_MOST_STRIP_PX))))
        self._show()

    def _connect(self) -> None:
        for signal, slot in (
            (self.maker.asked, self.asked),
            (self.maker.begun, self._on_maker_begun),
            (self.maker.grown, self._on_maker_grown),
            (self.maker.changed, self._show_words),
            (self._player.timeout, self._on_player_timeout),
            (self.redraw.clicked, self._on_redraw_clicked),
            (self.sampling_controls.sampling_chosen, self._on_sampling_chosen),
            (self.stage.canvas.edited, self._on_canvas_edited),
            (self.stage.grid.sample_chosen, self.choose_sample),
            (self.strip.position_chosen, self.go_to),
            (self.strip.columns_changed, self._show),
            (self.transport.film_buttons.moved, self.go_by),
            (self.transport.film_buttons.edge_wished, self.go_to_edge),
            (self.transport.film_buttons.play_toggled, self.toggle_play),
            (self.transport.paint_toggled, self._on_paint_toggled),
            (self.transport.noise_wished, self._on_noise_wished),
            (self.transport.film_chosen, self._on_film_chosen),
            (self.transport.clear_wished, self._on_clear_wished),
        ):
            signal.connect(slot)
