"""What a test left behind: windows, threads, timers, and where each was started."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QWidget

ADVICE = "Close, stop or give it a parent that is closed; look for a lambda that holds self."
WAIT_MS = 2_000
QTS_OWN = ("QTipLabel",)
"""Windows that Qt makes once and keeps."""


class Starts:
    """Remembers where timers and threads were started, while it wraps their ``start``."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[weakref.ref[Any], str]] = {}
        self._originals: list[tuple[type, Callable[..., Any]]] = []

    def wrap(self, *classes: type) -> None:
        """Begin to note every ``start`` of these classes."""
        for cls in classes:
            original = cls.__dict__["start"]
            self._originals.append((cls, original))
            setattr(cls, "start", self._noting(original))  # noqa: B010  # mypy knows that the class is not ours

    def unwrap(self) -> None:
        """Leave the classes as they were."""
        for cls, original in self._originals:
            setattr(cls, "start", original)  # noqa: B010

    def forget(self) -> None:
        """What was started until now is not looked for."""
        self._found.clear()

    def of(self, cls: type) -> Iterator[tuple[Any, str]]:
        """Those that still exist, and where each was started last."""
        for reference, place in list(self._found.values()):
            thing = reference()
            if isinstance(thing, cls) and shiboken6.isValid(thing):
                yield thing, place

    def _noting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        found = self._found

        def start(thing: Any, *args: Any, **more: Any) -> Any:
            caller = sys._getframe(1)
            found[id(thing)] = weakref.ref(thing), f"{caller.f_code.co_filename}:{caller.f_lineno}"
            return original(thing, *args, **more)

        return start


class Watch:
    """Compares what is there now with what was there when it was made.

    Args:
        starts: Where timers and threads were started.
    """

    def __init__(self, starts: Starts) -> None:
        self._starts = starts
        self._starts.forget()
        self._windows = {_address(w) for w in windows()}
        self._threads = set(threading.enumerate())

    def leaks(self) -> list[str]:
        """A sentence for everything left behind."""
        settle()
        if self._left():
            gc.collect()
            settle()
        return self._left()

    def clean_up(self) -> None:
        """Stop and close what was left, so that the next test begins clean."""
        for timer, _ in self._starts.of(QTimer):
            timer.stop()
        for thread, _ in self._starts.of(QThread):
            thread.quit()
            thread.wait(WAIT_MS)
        for window in self._new_windows():
            window.close()
            window.deleteLater()
        settle()

    def _left(self) -> list[str]:
        left = [f"a window: {_name(w)}" for w in self._new_windows()]
        left += [f"a running timer, started at {place}" for timer, place in self._starts.of(QTimer) if timer.isActive()]
        left += [f"a live QThread, started at {place}" for t, place in self._starts.of(QThread) if t.isRunning()]
        return left + [f"a live thread: {t.name}" for t in set(threading.enumerate()) - self._threads if _counts(t)]

    def _new_windows(self) -> list[QWidget]:
        return [w for w in windows() if _address(w) not in self._windows and w.metaObject().className() not in QTS_OWN]


def windows() -> list[QWidget]:
    """The top-level widgets there are, those inside another one's family left out."""
    return [w for w in QApplication.topLevelWidgets() if w.parent() is None] if QApplication.instance() else []


def settle() -> None:
    """Carry out deletions that were put off."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _address(widget: QWidget) -> int:
    addresses: tuple[int, ...] = shiboken6.getCppPointer(widget)
    return addresses[0]


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.windowTitle()}".strip()


def _counts(thread: threading.Thread) -> bool:
    """A QThread that ran Python leaves a stand-in behind that never ends."""
    return thread.is_alive() and not isinstance(thread, threading._DummyThread)
