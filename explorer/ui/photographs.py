"""Pictures of the whole window, taken when everything in it has come to rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal, Slot, qInstallMessageHandler

from explorer.core.files import write_error
from explorer.ui.app import log_message, make_app, make_window
from explorer.ui.main_window import MainWindow
from explorer.ui.theme import Mode

QUIET_MS = 600
"""The window is at rest when no answer has come for so long."""
PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Shot:
    """One photograph: size of the window in logical pixels, theme, and how long to train before it is taken."""

    width_px: int
    height_px: int
    mode: Mode
    train_ms: int = 0

    @property
    def name(self) -> str:
        """File name without ending."""
        training = "-training" if self.train_ms else ""
        return f"window-{self.width_px}x{self.height_px}-{self.mode}{training}"


SHOTS: tuple[Shot, ...] = (
    Shot(1280, 720, "light"),
    Shot(1280, 720, "dark"),
    Shot(1920, 1080, "light"),
    Shot(1920, 1080, "dark"),
    Shot(1600, 900, "light", train_ms=4_000),
)


class Rest(QObject):
    """Waits until a window's model is there and its questions are answered.

    Signals:
        came: It is at rest, or has been waited for long enough.

    Args:
        window: The window, shown.
    """

    came = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self.came)
        window.conductor.ready.connect(self._on_news)
        window.conductor.answered.connect(self._on_news)
        window.conductor.trouble.connect(self._on_news)

    @Slot()
    def _on_news(self) -> None:
        self._quiet.start()

    def wait(self) -> None:
        """Let the event loop run until then."""
        loop = QEventLoop()
        self.came.connect(loop.quit)
        QTimer.singleShot(PATIENCE_MS, loop, loop.quit)
        loop.exec()


def photograph(lab_id: str, folder: Path, device: str = "auto", shots: tuple[Shot, ...] = SHOTS) -> Iterator[Path]:
    """Open the window for each shot and write its picture.

    Args:
        lab_id: The lab.
        folder: Where the pictures go.
        device: Where torch computes.
        shots: What to take.

    Yields:
        The file of each picture, once it is written.

    Raises:
        UserError: A picture cannot be written.
    """
    qInstallMessageHandler(log_message)
    make_app()
    for shot in shots:
        window = make_window(lab_id, mode=shot.mode, device=device)
        try:
            path = folder / f"{shot.name}.png"
            _take(window, shot, path)
            yield path
        finally:
            window.close()
            window.deleteLater()


def _take(window: MainWindow, shot: Shot, path: Path) -> None:
    window.resize(shot.width_px, shot.height_px)
    rest = Rest(window)
    window.show()
    rest.wait()
    if shot.train_ms:
        window.conductor.command("reset")
        window.conductor.command("play")
        pass_time(shot.train_ms)
    if not window.grab().save(str(path)):
        raise write_error(path, OSError(0, "the picture was not taken"))


def pass_time(ms: int) -> None:
    """Let the event loop run for a while."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop, loop.quit)
    loop.exec()
