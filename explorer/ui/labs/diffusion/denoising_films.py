"""The films that the denoising panel knows: the original, its branch, and the one that is to take their place."""

from __future__ import annotations

from explorer.core.frames import Array
from explorer.specs.diffusion import Denoise, Denoised, Sampling
from explorer.ui.labs.diffusion.denoising_film import Film


class Films:
    """At most one original and one branch; a new original takes their place with its first piece."""

    def __init__(self) -> None:
        self.original: Film | None = None
        self.branch: Film | None = None
        self.shows_branch = False
        self.stopped = False
        self._next: Film | None = None
        self._waits = False

    @property
    def shown(self) -> Film | None:
        """The film that is looked at."""
        return self.branch if self.shows_branch and self.branch is not None else self.original

    @property
    def making(self) -> Film | None:
        """The film to go on with, None when all are complete."""
        films = (self._next, self.branch, self.original) if self._next is None else (self._next,)
        return next((film for film in films if film is not None and not film.complete), None)

    @property
    def busy(self) -> bool:
        """Whether a film is being made."""
        return self.making is not None and not self.stopped

    def begin(self, sampling: Sampling) -> None:
        """Start a film; the old ones stay until its first piece."""
        self._next, self.stopped, self._waits = Film(sampling), False, False

    def request(self, *, at_once: bool = False, again: bool = False) -> Denoise | None:
        """The question to ask now; None while one is on its way (unless ``again``), or nothing is to be made."""
        film = self.making
        if film is None or self.stopped or (self._waits and not again):
            return None
        self._waits = True
        return film.request(at_once=at_once)

    def take(self, answer: Denoised) -> bool:
        """Take a piece; says whether it was the one waited for."""
        film = self.making
        if film is None or not film.fits(answer):
            return False
        film.append(answer)
        self._waits = False
        if film is self._next:
            self.original, self.branch, self._next, self.shows_branch = film, None, None, False
        return True

    def stop(self) -> None:
        """Leave the films as they are."""
        self.stopped, self._waits = True, False
        if self.original is not None:
            self._next = None

    def go_on(self) -> None:
        """Make what was left unfinished."""
        self.stopped = self._waits = False

    def edit(self, position: int, x: Array) -> None:
        """Leave the film shown at a position with other pictures (n, 28, 28)."""
        if self.shown is not None:
            self.branch = self.shown.edited(position, x)
            self.shows_branch = True
            self.go_on()

    def clear_branch(self) -> None:
        """Forget the branch."""
        self.branch, self.shows_branch, self._waits = None, False, False
