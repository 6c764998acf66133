"""Where the card goes: into the corner where it hides least of what it talks about."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize

INSET_PX = 10


def place(size: QSize, area: QRect, avoid: QRect) -> QPoint:
    """The upper left corner of a card.

    Args:
        size: The card's.
        area: Where it may be.
        avoid: What must be seen; may be empty.

    Returns:
        The lower right corner of the area where nothing has to be avoided there; else the corner with least in its way.
    """
    left, top = area.left() + INSET_PX, area.top() + INSET_PX
    right = max(left, area.right() + 1 - INSET_PX - size.width())
    bottom = max(top, area.bottom() + 1 - INSET_PX - size.height())
    corners = [QPoint(right, bottom), QPoint(left, bottom), QPoint(right, top), QPoint(left, top)]
    return min(corners, key=lambda corner: _hidden_px(QRect(corner, size), avoid))


def inside(corner: QPoint, size: QSize, area: QRect) -> QPoint:
    """``corner``, moved as little as possible so that the card is inside the area."""
    x = max(area.left(), min(corner.x(), area.right() + 1 - size.width()))
    y = max(area.top(), min(corner.y(), area.bottom() + 1 - size.height()))
    return QPoint(x, y)


def _hidden_px(card: QRect, avoid: QRect) -> int:
    common = card.intersected(avoid)
    return max(0, common.width()) * max(0, common.height())
