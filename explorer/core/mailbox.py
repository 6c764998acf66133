"""Between the worker and the window: newest frame per channel, a bounded log of numbers. The one place with a lock."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.core.frames import Frame
from explorer.core.run import RunSnapshot, RunStatus


@dataclass(frozen=True, eq=False)
class Mail:
    """What was in the box.

    Attributes:
        snapshot: The run as it stood when it last jumped (opened, reset, branched); frames and numbers came after it.
        status: Newest status.
        frames: Newest frame per channel.
        scalars: (step, numbers) in the order they were put.
        n_overwritten: Frames that were replaced unseen since the last drain.
    """

    snapshot: RunSnapshot | None
    status: RunStatus | None
    frames: Mapping[str, Frame]
    scalars: tuple[tuple[int, Mapping[str, float]], ...]
    n_overwritten: int


class Mailbox:
    """``put`` never waits for the reader; ``drain`` swaps everything out.

    Args:
        max_scalars: Rows of numbers kept while nobody reads; the oldest fall out.
    """

    def __init__(self, max_scalars: int = 20_000) -> None:
        self._lock = threading.Lock()
        self._scalars: deque[tuple[int, Mapping[str, float]]] = deque(maxlen=max_scalars)
        self._frames: dict[str, Frame] = {}
        self._snapshot: RunSnapshot | None = None
        self._status: RunStatus | None = None
        self._n_overwritten = 0

    def put_frame(self, frame: Frame) -> None:
        """Leave a frame; one of the same channel that nobody took is replaced and counted."""
        with self._lock:
            self._n_overwritten += frame.name in self._frames
            self._frames[frame.name] = frame

    def put_scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Leave one step's numbers."""
        with self._lock:
            self._scalars.append((step, values))

    def put_status(self, status: RunStatus) -> None:
        """Leave the newest status."""
        with self._lock:
            self._status = status

    def put_snapshot(self, snapshot: RunSnapshot) -> None:
        """Say that the run jumped: whatever was in the box belongs to the past and goes."""
        with self._lock:
            self._snapshot = snapshot
            self._frames.clear()
            self._scalars.clear()

    def drain(self) -> Mail:
        """Take everything."""
        with self._lock:
            mail = Mail(self._snapshot, self._status, self._frames, tuple(self._scalars), self._n_overwritten)
            self._snapshot = self._status = None
            self._frames = {}
            self._scalars.clear()
            self._n_overwritten = 0
        return mail
