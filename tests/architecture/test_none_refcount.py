"""PySide6 6.12.0 on Python 3.11 and older loses one reference to None at every void C++ call, until it aborts."""

from __future__ import annotations

import sys

from PySide6.QtCore import QPoint

N_CALLS = 20_000


def test_void_calls_keep_none_alive():
    point = QPoint()
    before = sys.getrefcount(None)
    for _ in range(N_CALLS):
        point.setX(1)
    lost = before - sys.getrefcount(None)
    assert lost < N_CALLS / 100
