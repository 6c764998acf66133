"""The window's end of the worker: one thread for the life of the app, orders out, facts in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal

from explorer.ui.work.attention import Attention
from explorer.ui.work.orders import Ask, Command, Order
from explorer.ui.work.worker import Worker

STACK_BYTES = 16 * 2**20
STOP_MS = 30_000
"""A step of training ends within a fraction of a second; importing torch, once begun, cannot be interrupted."""


class Crew(QObject):
    """Owns thread and worker; every call returns at once.

    Signals:
        turned_to: Id of the lab that everything said from now on concerns.
        ready: Text naming the device, once the model is there.
        answered: An answer of the live model.
        troubled: A :class:`~explorer.core.errors.Trouble` of an order or a request.
        saved: Path of a session written.
        viewed: What the window showed when the session file just opened was saved.
        collected: (order, step, frames or None at the end).

    Args:
        device: Name of the device, or ``"auto"``.
    """

    turned_to = Signal(str)
    ready = Signal(str)
    answered = Signal(object)
    troubled = Signal(object)
    saved = Signal(str)
    viewed = Signal(object)
    collected = Signal(object, int, object)
    _ordered = Signal(object)
    _stop_ordered = Signal()

    def __init__(self, device: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attention = Attention()
        self._thread = QThread(self)
        self._thread.setObjectName("worker")
        self._thread.setStackSize(STACK_BYTES)
        self._worker = Worker(self._attention, device)
        self._worker.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        self._ordered.connect(self._worker.obey, queued)
        self._stop_ordered.connect(self._worker.stop, queued)
        self._worker.turned_to.connect(self.turned_to, queued)
        self._worker.ready.connect(self.ready, queued)
        self._worker.answered.connect(self.answered, queued)
        self._worker.troubled.connect(self.troubled, queued)
        self._worker.saved.connect(self.saved, queued)
        self._worker.viewed.connect(self.viewed, queued)
        self._worker.collected.connect(self.collected, queued)
        self._worker.stopped.connect(self._thread.quit, Qt.ConnectionType.DirectConnection)
        self._thread.start()

    def order(self, order: Order) -> None:
        """Send an order; a slice of training under way ends early for it."""
        self._attention.raise_hand()
        self._ordered.emit(order)

    def command(self, name: str, *args: Any) -> None:
        """Send one of the runner's commands by name."""
        self.order(Command(name, args))

    def ask(self, request: Any) -> None:
        """Ask the live model."""
        self.order(Ask(request))

    def stop(self) -> bool:
        """Stop training and end the thread.

        Returns:
            Whether it ended; it takes one training step, or what is left of importing torch.
        """
        if not self._thread.isRunning():
            return True
        self._attention.leaving = True
        self._attention.raise_hand()
        self._stop_ordered.emit()
        ended = self._thread.wait(STOP_MS)
        return bool(ended)
