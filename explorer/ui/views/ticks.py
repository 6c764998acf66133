"""Where the ticks of an axis stand, and how numbers are written: pure arithmetic, no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def nice_step(span: float, target: int) -> float:
    """The step of 1, 2 or 5 times a power of ten that cuts `span` into about `target` parts, never into more.

    Args:
        span: Length of the axis in data units, above zero.
        target: Wanted number of steps, at least one.
    """
    rough = span / max(1, target)
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 5.0):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def linear_ticks(lo: float, hi: float, target: int = 6) -> list[float]:
    """Round numbers inside [lo, hi], at most `target` + 1 of them.

    Args:
        lo: Lower end of the axis.
        hi: Upper end; the result is empty unless it is above `lo` and both are finite.
        target: Wanted number of steps.
    """
    span = hi - lo
    if not (math.isfinite(span) and span > abs(lo) * 1e-12 and span > 1e-290):
        return []
    step = nice_step(span, target)
    first, last = math.ceil(lo / step - 1e-9), math.floor(hi / step + 1e-9)
    return [min(hi, max(lo, i * step)) for i in range(first, last + 1)]


def log_ticks(lo: float, hi: float, target: int = 6) -> list[float]:
    """Powers of ten inside [lo, hi], thinned evenly to at most `target` + 1; both ends above zero."""
    if not (0.0 < lo < hi < math.inf):
        return []
    first, last = math.ceil(math.log10(lo) - 1e-9), math.floor(math.log10(hi) + 1e-9)
    stride = max(1, math.ceil((last - first + 1) / (target + 1)))
    return [10.0**k for k in range(first, last + 1) if (k - last) % stride == 0]


def number(value: float, decimals: int) -> str:
    """A number with this many decimals, the true minus sign and commas in the thousands (1,234.5)."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    text = f"{value:,.{decimals}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else MINUS + text[1:]
    return text


def significant(value: float, digits: int = 3) -> str:
    """A number with about this many significant digits: "149.5", "0.0042", "3.1e7", "12,400"."""
    if not math.isfinite(value) or value == 0.0:
        return number(value, 0)
    exponent = math.floor(math.log10(abs(value)))
    if -4 < exponent < 7:
        return number(value, max(0, digits - 1 - exponent))
    return f"{value:.{digits - 1}e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", MINUS)


def reading(value: float) -> str:
    """A measured value as a label shows it: four digits from a hundred on ("149.5"), else three ("0.631")."""
    return significant(value, 4 if abs(value) >= 100.0 else 3)


def decade(exponent: int) -> str:
    """A power of ten as an axis writes it: "10⁻³"."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def linear_labels(ticks: Sequence[float]) -> list[str]:
    """Labels of evenly spaced ticks, all with the same number of decimals: just enough to tell them apart."""
    if not ticks:
        return []
    step = min((b - a for a, b in pairwise(ticks)), default=abs(ticks[0]) or 1.0)
    exponent = math.floor(math.log10(step) + 1e-9) if step > 0 else 0
    largest = max(abs(tick) for tick in ticks)
    if exponent < -5 or largest >= 1e7:
        return [significant(tick, _digits(largest, step)) for tick in ticks]
    return [number(tick, max(0, -exponent)) for tick in ticks]


def log_labels(ticks: Sequence[float]) -> list[str]:
    """Labels of ticks at powers of ten."""
    return [decade(round(math.log10(tick))) for tick in ticks]


def _digits(largest: float, step: float) -> int:
    """Significant digits that keep neighbouring ticks of this size and step apart."""
    if largest <= 0.0 or step <= 0.0:
        return 1
    return max(1, min(12, 1 + math.floor(math.log10(largest)) - math.floor(math.log10(step))))
