"""The eight colours that can be answered, as bars in their own colours."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.core.frames import Array
from explorer.data.binding import COLOURS
from explorer.ui.theme import Theme
from explorer.ui.views.bars import Bar

_PAINTS = {
    "blue": ("class 0", "class 0"),
    "golden": ("class 1", "class 1"),
    "red": ("class 3", "class 3"),
    "green": ("class 2", "class 2"),
    "white": ("paper", "paper"),
    "black": ("ink", "ground"),
    "purple": ("class 7", "class 7"),
    "silver": ("class 8", "class 8"),
}
"""The theme's name of each colour, in the light and in the dark one."""


def answer_bars(probabilities: Array, right: str, theme: Theme, room_for: int) -> Sequence[Bar]:
    """One bar for each colour, the right one marked.

    Args:
        probabilities: Of each colour, (8,).
        right: The colour that is right.
        theme: Colours and fonts.
        room_for: How many there is room for; where not for all, the right one comes first and then the likeliest.
    """
    order = list(range(len(COLOURS)))
    if room_for < len(order):
        order.sort(key=lambda i: (COLOURS[i] != right, -float(probabilities[i])))
    names = [COLOURS[i] for i in order]
    values = [float(probabilities[i]) for i in order]
    return [
        Bar(f"{name} ✓" if name == right else name, value, _PAINTS[name][theme.is_dark])
        for name, value in zip(names, values, strict=True)
    ]
