"""How the window catches the worker's eye between two training steps."""

from __future__ import annotations

import threading


class Attention:
    """Counts orders that were sent and not yet heard; safe from both threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n_waiting = 0
        self.leaving = False
        """Set by the window when it closes: nothing long is worth beginning any more."""

    def raise_hand(self) -> None:
        """An order was sent."""
        with self._lock:
            self._n_waiting += 1

    def heard(self) -> None:
        """An order was taken."""
        with self._lock:
            self._n_waiting = max(0, self._n_waiting - 1)

    def waiting(self) -> bool:
        """Whether an order waits."""
        return self._n_waiting > 0
