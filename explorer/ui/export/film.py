"""A film of a panel over the recorded history, drawn on a twin that nobody sees, a picture a turn of the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot

from explorer.core.errors import UserError
from explorer.core.frames import Array, Frame
from explorer.core.history import History
from explorer.core.mailbox import Mail
from explorer.ui.export.export import check_target
from explorer.ui.export.figure import ExportOptions, figure_px, figure_theme
from explorer.ui.export.gif import GifWriter
from explorer.ui.export.png import render_image
from explorer.ui.lab import Lab
from explorer.ui.panel import Panel
from explorer.ui.theme import Theme
from explorer.ui.views.scatter import ScatterView
from explorer.ui.work.orders import Collect

MOST_FRAMES = 120
MOST_SCALE = 2.0
Frames = dict[str, Array]


def twin_of(lab: Lab, theme: Theme) -> Lab:
    """A second lab that shows the same run in the same way, and whose panels are its own.

    Args:
        lab: The lab on the screen.
        theme: What the twin wears.
    """
    twin = type(lab)(lab.spec, theme)
    twin.device = lab.device
    snapshot = replace(lab.run, series=lab.log.series(), status=lab.status)
    frames = {name: Frame(name, lab.frame_steps.get(name, 0), data) for name, data in lab.frames.items()}
    twin.receive(Mail(snapshot, lab.status, frames, (), 0))
    twin.restore_view(lab.view())
    return twin


def hold_ranges(panel: Panel, twin: Panel) -> None:
    """Let the maps of the twin show what is on the screen of the plane, so that the axes of a film stand still.

    Args:
        panel: On the screen.
        twin: Its twin, of the same class.
    """
    for shown, drawn in zip(panel.findChildren(ScatterView), twin.findChildren(ScatterView), strict=True):
        x, y = shown.shown_range
        drawn.set_range(x.lo, x.hi, y.lo, y.hi)


class Film(QObject):
    """Writes a GIF of one panel from recorded frames, as they come.

    Give it frames with :meth:`add` and :meth:`end`, or let :meth:`collect` fetch them from the worker. With an event
    loop it goes on by itself, one picture a turn; without one, call :meth:`advance`.

    Signals:
        progressed: Pictures made, and how many there will be (0 while that is not known).
        finished: Path of the file written.
        failed: A sentence that says why there is none.
        cancelled: Nothing was written, as wished.

    Args:
        lab: The lab on the screen; only read.
        panel_id: The panel.
        path: File to write.
        options: How; the scale is at most 2.
        overwrite: Whether a file that is there may be replaced.

    Raises:
        UserError: The file cannot be written or may not be replaced.
    """

    progressed = Signal(int, int)
    finished = Signal(str)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        lab: Lab,
        panel_id: str,
        path: Path,
        options: ExportOptions,
        *,
        overwrite: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        check_target(path, overwrite=overwrite)
        panel = lab.panel(panel_id)
        theme = figure_theme(panel, replace(options, type_scale=1.0))
        scale = min(options.scale, MOST_SCALE)
        self._options = replace(options, size_px=figure_px(panel, options), theme=theme, scale=scale)
        self._path = path
        self._twin = twin_of(lab, theme)
        self._panel = self._twin.panel(panel_id)
        hold_ranges(panel, self._panel)
        self._names = frozenset(lab.spec.panel(panel_id).wants)
        self._writer = GifWriter(path, comment=panel.figure_data().provenance.caption())
        self._waiting: deque[tuple[int, Frames]] = deque()
        self._ended = False
        self._over = False
        self._stopped = Event()
        self._order: Collect | None = None
        self._collected: SignalInstance | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def names(self) -> frozenset[str]:
        """Frames that the panel draws."""
        return self._names

    @property
    def over(self) -> bool:
        """Whether it is written, has failed, or was cancelled."""
        return self._over

    def add(self, step: int, frames: Frames) -> None:
        """Take the frames recorded at a step; they are drawn when their turn comes."""
        self._waiting.append((step, frames))

    def end(self) -> None:
        """Say that there are no more frames."""
        self._ended = True

    def start(self) -> None:
        """Go on by itself, with the event loop."""
        self._timer.start()

    def collect(self, send: Callable[[Collect], None], collected: SignalInstance, most: int = MOST_FRAMES) -> None:
        """Fetch the recorded frames up to the step shown from the worker, and start.

        Args:
            send: Takes the order to the worker.
            collected: The signal that brings (order, step, frames or None at the end).
            most: Pictures at most.
        """
        self._collected = collected
        self._order = Collect(self._names, most, self._stopped.is_set)
        collected.connect(self._on_collected)
        send(self._order)

    @Slot()
    def cancel(self) -> None:
        """Stop; what was there before stays as it is."""
        if not self._over:
            self._writer.cancel()
            self._close()
            self.cancelled.emit()

    def advance(self) -> bool:
        """Draw the next picture, or write the file after the last one.

        Returns:
            Whether there is more to do.

        Raises:
            UserError: There is nothing recorded, or the film cannot be written.
        """
        if self._over:
            return False
        if self._waiting:
            self._draw(*self._waiting.popleft())
            return True
        if self._ended:
            self._write()
            return False
        return True

    def _draw(self, step: int, frames: Frames) -> None:
        status = replace(self._twin.status, cursor=step, playing=False, busy=None, trouble=None)
        mail = {name: Frame(name, step, data) for name, data in frames.items()}
        self._twin.receive(Mail(None, status, mail, (), 0))
        self._writer.add(render_image(self._panel, self._options))
        done = self._writer.n_frames
        self.progressed.emit(done, done + len(self._waiting) if self._ended else 0)

    def _write(self) -> None:
        if not self._writer.n_frames:
            raise UserError("Nothing has been recorded yet; let the run play for a moment, then try again.")
        self._writer.finish()
        self._close()
        self.finished.emit(str(self._path))

    def _close(self) -> None:
        """Let go of the worker and of the twin."""
        self._over = True
        self._stopped.set()
        self._timer.stop()
        self._waiting.clear()
        if self._collected is not None:
            self._collected.disconnect(self._on_collected)
            self._collected = None
        for panel in self._twin.made_panels():
            panel.deleteLater()
        self._twin.deleteLater()

    @Slot(object, int, object)
    def _on_collected(self, order: object, step: int, frames: Frames | None) -> None:
        if order is not self._order or self._over:
            return
        if frames is None:
            self.end()
        else:
            self.add(step, frames)
        self._timer.start()

    @Slot()
    def _on_timer_timeout(self) -> None:
        try:
            self.advance()
        except UserError as error:
            self._writer.cancel()
            self._close()
            self.failed.emit(str(error))
        if not self._waiting and not self._ended:
            self._timer.stop()  # until more frames come


def record(
    lab: Lab,
    panel_id: str,
    history: History,
    path: Path,
    options: ExportOptions,
    *,
    overwrite: bool = False,
    most: int = MOST_FRAMES,
    progressed: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write the film of a panel without a window or a worker.

    Args:
        lab: A lab that has received the run's mail.
        panel_id: The panel.
        history: The runner's.
        path: File to write.
        options: How.
        overwrite: Whether a file that is there may be replaced.
        most: Pictures at most.
        progressed: Told how many pictures are made, and of how many.

    Raises:
        UserError: Nothing is recorded, or the file cannot be written; what was there before is still there.
    """
    film = Film(lab, panel_id, path, options, overwrite=overwrite)
    film.progressed.connect(progressed)
    try:
        for step in evenly([s for s in history.frames.steps if s <= lab.status.cursor], most):
            film.add(step, {n: data for n, (_, data) in history.frames_at(step, film.names).items()})
        film.end()
        while film.advance():
            pass
    finally:
        film.cancel()


def evenly(steps: list[int], most: int) -> list[int]:
    """At most ``most`` of the steps, evenly chosen, with the first and the last."""
    if len(steps) <= most:
        return steps
    return [steps[round(i * (len(steps) - 1) / (most - 1))] for i in range(most)]
