"""The pump: one timer that brings the worker's mail to the window, no faster than painting allows."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from explorer.core.mailbox import Mail, Mailbox

FASTEST_MS = 33
SLOWEST_MS = 95
PAINT_SHARE = 0.1
"""Part of the main thread's time that mail may cost, painting included."""


class Pump(QObject):
    """Drains the mailbox at up to 30 Hz and slows down when that costs too much, but not below 10.5 Hz.

    Signals:
        delivered: A :class:`~explorer.core.mailbox.Mail` with something in it.

    Args:
        mailbox: Filled by the worker.
    """

    delivered = Signal(object)

    def __init__(self, mailbox: Mailbox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = mailbox
        self._cost_ms = self._painting_ms = 0.0
        self.n_skipped = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FASTEST_MS)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        """Begin to deliver."""
        self._timer.start()

    @Slot(float)
    def note_painting(self, ms: float) -> None:
        """Count time spent painting what was delivered."""
        self._painting_ms += ms

    def stop(self) -> None:
        """Stop delivering."""
        self._timer.stop()

    def deliver(self) -> None:
        """Deliver now whatever is there."""
        mail = self._mailbox.drain()
        self.n_skipped += mail.n_overwritten
        if _has_news(mail):
            self.delivered.emit(mail)

    @property
    def interval_ms(self) -> int:
        """Milliseconds between two deliveries now."""
        return self._timer.interval()

    @Slot()
    def _on_timeout(self) -> None:
        began = time.perf_counter()
        self.deliver()
        spent_ms = 1000 * (time.perf_counter() - began) + self._painting_ms
        self._painting_ms = 0.0
        self._cost_ms = 0.8 * self._cost_ms + 0.2 * spent_ms
        wanted = int(min(SLOWEST_MS, max(FASTEST_MS, self._cost_ms / PAINT_SHARE)))
        if abs(wanted - self._timer.interval()) > 4:
            self._timer.setInterval(wanted)


def _has_news(mail: Mail) -> bool:
    return bool(mail.frames or mail.scalars or mail.status is not None or mail.snapshot is not None)
