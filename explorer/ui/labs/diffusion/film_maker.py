"""Has films made piece by piece: asks for the next one when the last has come, as long as somebody looks."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.core.frames import Array
from explorer.specs.diffusion import Denoised, Sampling
from explorer.ui.labs.diffusion.denoising_film import Film
from explorer.ui.labs.diffusion.denoising_films import Films

THROTTLE_MS, SETTLED_MS = 150, 250
CALM_MS = 180
"""After a stroke its first step is shown at once; the rest of the branch waits so long for another stroke."""
GROWTH_MS = 70
"""Growth is told no more often: it is painted, and painting and making wait for one another."""


class FilmMaker(QObject):
    """Knows the films, the model's state, and what is to be asked next.

    Signals:
        asked: A :class:`~explorer.specs.diffusion.Denoise`.
        begun: A new film has taken the place of the old ones, with its first piece.
        grown: A film has more pieces, or is complete.
        changed: What can be said of the films is new.

    Args:
        sampling: The settings to begin with.
        watched: The widget that shows the films; while it is hidden nothing is asked. On its own, without a parent, it
            is about to be exported, and everything is asked at once.
    """

    asked = Signal(object)
    begun = Signal()
    grown = Signal()
    changed = Signal()

    def __init__(self, sampling: Sampling, watched: QWidget) -> None:
        super().__init__(watched)
        self.films = Films()
        self.step = 0
        self._sampling = sampling
        self._watched = watched
        self._ready = self._training = False
        self._throttle = self._timer(THROTTLE_MS, self.begin)
        self._settled = self._timer(SETTLED_MS, self.catch_up)
        self._growth = self._timer(GROWTH_MS, self._tell_growth)
        self._calm = self._timer(CALM_MS, self._ask_next)

    @property
    def film(self) -> Film | None:
        """The film that is looked at."""
        return self.films.shown

    @property
    def ready(self) -> bool:
        """Whether the model can be asked."""
        return self._ready

    @property
    def busy(self) -> bool:
        """Whether a film is being made, or is about to be."""
        return self.films.busy or self._throttle.isActive()

    @property
    def is_stale(self) -> bool:
        """Whether the run stands at another step than the one the film was made at."""
        film = self.films.original
        return film is None or film.first_step != self.step

    @property
    def is_behind(self) -> bool:
        """Whether there is a film that is not what would be drawn now."""
        film = self.films.original
        if film is None or self.busy:
            return False
        return self.is_stale or self.films.stopped or film.sampling != self._sampling

    def set_ready(self, ready: bool) -> None:
        """Whether the live model can be asked; the first film begins when it can."""
        self._ready = ready
        self.catch_up()

    def set_step(self, step: int, training: bool) -> None:
        """The step of the weights; once training stands still and somebody looks, the film is drawn anew."""
        self.step, self._training = step, training
        if not training and self.is_stale:
            if self._watched.isVisible():
                self._settled.start()
            else:
                self.catch_up()

    def draw(self, sampling: Sampling) -> None:
        """Draw with these settings, a moment later: a slider may still be moving."""
        self._sampling = sampling
        if self._ready and not self._throttle.isActive():
            self._throttle.start()

    def draw_now(self, sampling: Sampling) -> None:
        """Draw with these settings at once, or as soon as there is a model."""
        self._sampling = sampling
        if self._ready:
            self.begin()

    @Slot()
    def begin(self) -> None:
        """Start a new film; the old ones stay until its first piece."""
        self._throttle.stop()
        self._growth.stop()  # its first piece is told at once
        if self._ready:
            self.films.begin(self._sampling)
            self._ask()
            self.changed.emit()

    def go_on(self) -> None:
        """Finish what was stopped, or draw anew what has become old."""
        film = self.films.making
        if self.films.stopped and film is not None and film.sampling == self._sampling and not self.is_stale:
            self.films.go_on()
            self._ask()
            self.changed.emit()
        else:
            self.begin()

    def stop(self) -> None:
        """Leave the film unfinished."""
        self.rest()
        self.films.stop()
        self.grown.emit()
        self.changed.emit()

    def edit(self, position: int, x: Array) -> None:
        """Leave the film shown at a position with other pictures (n, 28, 28)."""
        self._growth.stop()  # its first piece is told at once
        self.films.edit(position, x)
        self._ask()
        if self._watched.isVisible():
            self._calm.start()

    def clear_branch(self) -> None:
        """Forget the branch."""
        self.films.clear_branch()
        self._ask()

    def take(self, answer: Denoised) -> None:
        """Take the next piece; others are dropped."""
        before = self.films.original
        if self.films.take(answer):
            if self.films.original is not before:
                self.begun.emit()
            if not self._growth.isActive() or not self.films.busy:
                self._tell_growth()
                self._growth.start()
            if not self._calm.isActive():
                self._ask()

    @Slot()
    def _ask_next(self) -> None:
        self._ask()

    @Slot()
    def _tell_growth(self) -> None:
        self.grown.emit()

    @Slot()
    def catch_up(self) -> None:
        """Have drawn what should be on the screen and is not."""
        if not (self._ready and self._is_seen):
            return
        old = self.film is None or (self.is_stale and not self._training and self.films.branch is None)
        if self.films.busy:
            self._ask(again=True)
        elif old:
            self.begin()

    def rest(self) -> None:
        """Let no timer run."""
        self._throttle.stop()
        self._settled.stop()
        self._growth.stop()
        self._calm.stop()

    @property
    def _is_seen(self) -> bool:
        return self._watched.isVisible() or self._watched.parentWidget() is None

    def _ask(self, *, again: bool = False) -> None:
        if self._ready and self._is_seen:
            request = self.films.request(at_once=not self._watched.isVisible(), again=again)
            if request is not None:
                self.asked.emit(request)

    def _timer(self, ms: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(slot)
        return timer
