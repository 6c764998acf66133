"""Where words go that stand side by side on as many lines as there is room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Flow:
    """Words on lines.

    Attributes:
        places: Left edge and line of each word, px and number; None where it is left out.
        more: The same of the note that says how many are left out; None where none are, or where it has no room.
        n_lines: Lines there are.
    """

    places: tuple[tuple[float, int] | None, ...]
    more: tuple[float, int] | None
    n_lines: int

    @property
    def n_left_out(self) -> int:
        """Words without a place."""
        return self.places.count(None)


def flow(
    widths: Sequence[float], room: float, gap: float, most_lines: int | None = None, keep: int = -1, more_px: float = 0
) -> Flow:
    """Put words on lines, and leave some out where there are more lines than wanted.

    Args:
        widths: Of each word, px.
        room: Width of a line, px.
        gap: Between two words, px.
        most_lines: Lines there may be, at least 1; None for any number.
        keep: A word that is not left out, whatever is; -1 for none: then the first lines stay.
        more_px: Width of the note that stands behind the last word where some are left out.
    """
    lines = _wrapped(widths, room, gap)
    n = len(lines) if most_lines is None else min(len(lines), max(1, most_lines))
    at = next((i for i, line in enumerate(lines) if keep in [index for index, _ in line]), 0)
    first = max(0, min(at - n // 2, len(lines) - n))
    shown, more = [list(line) for line in lines[first : first + n]], None
    if n < len(lines):
        more = _make_room(shown[-1], widths, room - gap - more_px, keep)
    places: list[tuple[float, int] | None] = [None] * len(widths)
    for number, line in enumerate(shown):
        for index, x in line:
            places[index] = (x, number)
    return Flow(tuple(places), None if more is None else (more + gap if more else 0.0, n - 1), n)


def _wrapped(widths: Sequence[float], room: float, gap: float) -> list[list[tuple[int, float]]]:
    """Lines of words, each with its left edge."""
    lines: list[list[tuple[int, float]]] = []
    x = 0.0
    for index, width in enumerate(widths):
        if not lines or (lines[-1] and x + width > room):
            lines.append([])
            x = 0.0
        lines[-1].append((index, x))
        x += width + gap
    return lines


def _make_room(line: list[tuple[int, float]], widths: Sequence[float], right: float, keep: int) -> float | None:
    """Take words off a line until it ends before ``right``: its end then, or None where one is to be kept."""
    while line and line[-1][1] + widths[line[-1][0]] > right:
        if line[-1][0] == keep:
            return None
        line.pop()
    return line[-1][1] + widths[line[-1][0]] if line else 0.0
