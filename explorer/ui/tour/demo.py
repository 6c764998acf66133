"""A tour played without anybody there: each scene set up, revealed, and photographed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from explorer.core.errors import UserError
from explorer.core.files import write_error
from explorer.core.tour import has_tour, load_tour
from explorer.ui.app import make_app, make_window
from explorer.ui.main_window import MainWindow
from explorer.ui.photographs import Rest
from explorer.ui.theme import Mode

SIZE_PX = (1600, 900)
MOST_TRAINING_S = 6.0
"""A scene with live training is photographed after so long, however far it has come."""
PATIENCE_MS = 30_000
QUIET_MS = 500
"""A scene is at rest when no answer of the live model has come for so long."""


def n_pictures(lab_id: str) -> int:
    """How many pictures :func:`photograph_tour` takes."""
    return len(load_tour(lab_id).scenes) if has_tour(lab_id) else 0


def photograph_tour(
    lab_id: str,
    folder: Path,
    device: str = "auto",
    *,
    mode: Mode = "light",
    size_px: tuple[int, int] = SIZE_PX,
    most_s: float = MOST_TRAINING_S,
) -> Iterator[Path]:
    """Play a lab's tour to its end and write a picture of each scene, its answer revealed.

    Args:
        lab_id: The lab; one without a tour has no pictures.
        folder: Where the pictures go.
        device: Where torch computes.
        mode: Theme.
        size_px: Size of the window in logical pixels.
        most_s: Bound for the live training of a scene, seconds.

    Yields:
        The file of each picture, once it is written.

    Raises:
        UserError: A picture cannot be written, or the tour is broken.
    """
    if not has_tour(lab_id):
        return
    make_app()
    window = make_window(lab_id, mode=mode, device=device)
    try:
        window.resize(*size_px)
        rest = Rest(window)
        window.show()
        rest.wait()
        yield from _play(window, folder, most_s)
    finally:
        window.close()
        window.deleteLater()


def _play(window: MainWindow, folder: Path, most_s: float) -> Iterator[Path]:
    player = window.tour
    player.most_s = most_s
    player.trouble.connect(_raise)
    player.open()
    tour = load_tour(window.lab.spec.id)
    for number, scene in enumerate(tour.scenes, 1):
        settle(window)
        if scene.ask:
            player.reveal()
            settle(window)
        path = folder / f"tour-{number:02d}-{scene.id}.png"
        if not window.grab().save(str(path)):
            raise write_error(path, OSError(0, "the picture was not taken"))
        yield path
        player.next()


def settle(window: MainWindow, patience_ms: int = PATIENCE_MS) -> None:
    """Let the event loop run until the scene is set up and its pictures are there."""
    loop = QEventLoop()
    director = window.tour.director
    if director is not None and director.busy:
        director.settled.connect(loop.quit)
        QTimer.singleShot(patience_ms, loop, loop.quit)
        loop.exec()
        director.settled.disconnect(loop.quit)
    quiet = QTimer(loop)
    quiet.setSingleShot(True)
    quiet.setInterval(QUIET_MS)
    quiet.timeout.connect(loop.quit)

    def wait_again(_answer: object) -> None:
        quiet.start()

    window.conductor.answered.connect(wait_again)
    quiet.start()
    loop.exec()
    window.conductor.answered.disconnect(wait_again)


def _raise(trouble: object) -> None:
    raise UserError(getattr(trouble, "sentence", str(trouble)))
