"""From a mouse event in the window to the painted answer of the live model."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from explorer.ui.bench.meters import percentile
from explorer.ui.bench.report import report
from explorer.ui.bench.stage import window_at_rest
from explorer.ui.lab import Lab
from explorer.ui.main_window import MainWindow
from explorer.ui.photographs import pass_time
from explorer.ui.views.denoising_canvas import DenoisingCanvas
from explorer.ui.views.factors import FactorsView
from explorer.ui.views.scatter import ScatterView
from explorer.ui.views.travelling import TravellingView
from explorer.ui.views.unrolled import UnrolledView

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 1_000
RADIUS_PX, STRIDE_PX = 60.0, 8.0

AnyView = TypeVar("AnyView", bound=QWidget)


@dataclass(frozen=True)
class Grip:
    """What is held: the view, where it is taken, and where it is dragged to, move by move.

    Attributes:
        view: Gets the events.
        place: Where it is pressed, px on the view.
        path: The offset from there, px, at each move; no two neighbours are equal.
        pressed: Whether the button is held; otherwise the pointer only hovers.
        strokes: Whether each move is a stroke of its own: pressed, moved, let go.
    """

    view: QWidget
    place: QPointF
    path: Callable[[int], QPointF]
    pressed: bool = True
    strokes: bool = False


@dataclass(frozen=True)
class Drag:
    """What is dragged in a lab, which panel shows the answer, and whether that must be brought to the front first."""

    grip: Callable[[Lab], Grip]
    answer: str
    behind: bool = False


def _round(move: int) -> QPointF:
    """In a circle."""
    angle = 2 * math.pi * move / 40
    return QPointF(RADIUS_PX * math.cos(angle), RADIUS_PX * math.sin(angle))


def _to_and_fro(move: int) -> QPointF:
    """To the right and back."""
    return QPointF(STRIDE_PX * (1 + abs(move % 30 - 15)), 0.0)


def _probe(lab: Lab) -> Grip:
    view = _found(lab.panel("map").findChild(ScatterView))
    if view.probe is None:
        raise RuntimeError("the map has no probe to drag")
    return Grip(view, QPointF(*view.axes(view.area()).point(*view.probe)), _round)


def _end_of_chain(lab: Lab) -> Grip:
    view = _found(lab.panel("chain").findChild(FactorsView))
    return Grip(view, view.tag(view.area(), "j").center(), _to_and_fro)


def _outputs(lab: Lab) -> Grip:
    view = _found(lab.panel("network").findChild(UnrolledView))
    marks = view.scene(view.area()).marks.values()
    places = [mark.box.center() for mark in marks if mark.kind in ("belief", "output")]
    if len(places) < 2:
        raise RuntimeError("the network has no outputs to point at")
    return Grip(view, places[0], lambda move: places[(move + 1) % len(places)] - places[0], pressed=False)


def _brush(lab: Lab) -> Grip:
    panel = lab.panel("reverse")
    panel.transport.paint.setChecked(True)  # type: ignore[attr-defined]
    canvas = _found(panel.findChild(DenoisingCanvas))
    return Grip(canvas, QPointF(canvas.rect().center()), _to_and_fro, strokes=True)


def _place(lab: Lab) -> Grip:
    view = _found(lab.panel("plane").findChild(TravellingView))
    axes = view.axes(view.area())
    return Grip(view, QPointF(*axes.point(0.0, 0.0)), _round, pressed=False)


def _cell(lab: Lab) -> Grip:
    panel = lab.panel("walk")
    panel.set_mode("hand")  # type: ignore[attr-defined]
    panel.go_to(1)  # type: ignore[attr-defined]
    view = panel.stage.views["result"]  # type: ignore[attr-defined]
    return Grip(view, view.place_of(view.area(), 2, 1).center(), _up_and_down)


def _up_and_down(move: int) -> QPointF:
    """Upwards and back."""
    return QPointF(0.0, -STRIDE_PX * (1 + abs(move % 12 - 6)))


def _found(view: AnyView | None) -> AnyView:
    if view is None:
        raise RuntimeError("there is nothing to drag")
    return view


DRAGS: Mapping[str, Drag] = {
    "attention": Drag(_cell, "walk", behind=True),
    "autoencoder": Drag(_probe, "decoded"),
    "bptt": Drag(_end_of_chain, "chain"),
    "diffusion": Drag(_brush, "reverse"),
    "diffusion_points": Drag(_place, "plane"),
    "sequences": Drag(_outputs, "network"),
}


class AnswerWatch(QObject):
    """Waits until the answer to the newest question has been taken in and then painted."""

    def __init__(self, window: MainWindow, panel_id: str) -> None:
        super().__init__(window)
        self._lab = window.lab
        self._loop = QEventLoop()
        self._asked: tuple[type, int] | None = None
        self._answered = False
        self._done_s = 0.0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._loop.quit)
        self._lab.asked.connect(self._on_asked)
        window.conductor.answered.connect(self._on_answered)
        for widget in self._lab.panel(panel_id).findChildren(QWidget):
            widget.installEventFilter(self)

    def wait(self) -> float:
        """Seconds on the clock at which the answer was painted, or when patience ended."""
        self._patience.start()
        self._loop.exec()
        self._patience.stop()
        return self._done_s or time.perf_counter()

    def begin(self) -> None:
        """A pointer moves now."""
        self._answered, self._done_s, self._asked = False, 0.0, None

    @Slot(object)
    def _on_asked(self, request: object) -> None:
        """The first question after a movement is meant."""
        if self._asked is None:
            self._asked = type(request), getattr(request, "generation", 0)

    @Slot(object)
    def _on_answered(self, answer: object) -> None:
        """An answer to it, or to a newer one of its kind: an answer may lead to the next question at once."""
        kind, number = type(getattr(answer, "request", None)), getattr(answer, "generation", -1)
        self._answered = self._answered or (
            self._asked is not None and kind is self._asked[0] and number >= self._asked[1]
        )

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The first paint after the answer: done as soon as the event loop is back."""
        if self._answered and event.type() == QEvent.Type.Paint:
            self._answered = False
            QTimer.singleShot(0, self._on_painted)
        return False

    @Slot()
    def _on_painted(self) -> None:
        self._done_s = time.perf_counter()
        self._loop.quit()


def drag(window: MainWindow, n_moves: int) -> list[float]:
    """Drag what the lab has to drag and give the milliseconds from each move to the painted answer."""
    what = DRAGS[window.lab.spec.id]
    if what.behind:
        window.page.docks[what.answer].raise_()
        pass_time(500)
    grip = what.grip(window.lab)
    watch = AnswerWatch(window, what.answer)
    held = LEFT if grip.pressed else Qt.MouseButton.NoButton
    if grip.pressed and not grip.strokes:
        send(grip.view, QEvent.Type.MouseButtonPress, grip.place, LEFT)
    took_ms = []
    for i in range(n_moves):
        watch.begin()
        began = time.perf_counter()
        if grip.strokes:
            _stroke(grip, i)
        else:
            send(grip.view, QEvent.Type.MouseMove, grip.place + grip.path(i), held)
        took_ms.append(1000 * (watch.wait() - began))
        pass_time(17 + i % 13)  # hands are not in step with the worker
    if grip.pressed and not grip.strokes:
        send(grip.view, QEvent.Type.MouseMove, grip.place, held)  # so that the next drag begins where this one did
        send(grip.view, QEvent.Type.MouseButtonRelease, grip.place, Qt.MouseButton.NoButton)
    return took_ms


def _stroke(grip: Grip, i: int) -> None:
    """One stroke of a brush."""
    send(grip.view, QEvent.Type.MouseButtonPress, grip.place, LEFT)
    send(grip.view, QEvent.Type.MouseMove, grip.place + grip.path(i), LEFT)
    send(grip.view, QEvent.Type.MouseButtonRelease, grip.place + grip.path(i), Qt.MouseButton.NoButton)


def send(view: QWidget, kind: QEvent.Type, at: QPointF, buttons: Qt.MouseButton) -> None:
    """Let Qt deliver a mouse event, as it would one from the system."""
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    everywhere = QPointF(view.mapToGlobal(at))
    event = QMouseEvent(kind, at, everywhere, button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def main() -> int:
    """Drag while nothing trains, then while it does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("lab")
    parser.add_argument("--moves", type=int, default=200)
    chosen = parser.parse_args()
    window = window_at_rest(chosen.lab)
    drag(window, 10)
    idle = drag(window, chosen.moves)
    window.conductor.command("reset")
    window.conductor.command("play")
    pass_time(2_000)
    training = drag(window, chosen.moves)
    window.close()
    report(
        {
            "idle_ms": percentile(idle, 95),
            "training_ms": percentile(training, 95),
            "idle_median_ms": percentile(idle, 50),
            "training_median_ms": percentile(training, 50),
        }
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
