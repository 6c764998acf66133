"""The arithmetic behind a slider: values to positions, positions to tidy values, values to text and back. No Qt."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from explorer.core.errors import UserError

MINUS = "\N{MINUS SIGN}"
_LOG_DIGITS = 2


@dataclass(frozen=True)
class Scale:
    """A range of numbers as a slider sees it.

    Attributes:
        low: Smallest value.
        high: Largest value.
        step: Grid the slider snaps to; 0 for a two-hundredth of the range. A log scale snaps to two digits instead.
        log: Equal distances are equal factors.
        whole: Whole numbers only.
        unit: Shown after the number.

    Raises:
        ValueError: The range is empty, or logarithmic and not positive.
    """

    low: float
    high: float
    step: float = 0.0
    log: bool = False
    whole: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"empty range: {self.low} to {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"a logarithmic range begins above zero, not at {self.low}")

    @property
    def grid(self) -> float:
        """The step of a linear slider, in the value's unit."""
        if self.whole:
            return max(1.0, self.step)
        return self.step or (self.high - self.low) / 200

    def fraction(self, value: float) -> float:
        """Position of ``value`` from 0 (low) to 1 (high); values outside stay at the ends."""
        inside = min(max(value, self.low), self.high)
        if self.log:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)

    def value(self, fraction: float) -> float:
        """The tidy value at a position from 0 to 1; the ends give ``low`` and ``high`` exactly."""
        if fraction <= 0:
            return self.low
        if fraction >= 1:
            return self.high
        if self.log:
            return self.tidy(self.low * (self.high / self.low) ** fraction)
        return self.tidy(self.low + fraction * (self.high - self.low))

    def tidy(self, value: float) -> float:
        """The nearest value a slider may stop at."""
        if self.log:
            exponent = math.floor(math.log10(value))
            snapped = round(value, _LOG_DIGITS - 1 - exponent)
            snapped = float(round(snapped)) if self.whole else snapped
        else:
            snapped = self.low + round((value - self.low) / self.grid) * self.grid
            snapped = round(snapped, 12)
        return min(max(snapped, self.low), self.high)

    def moved(self, value: float, steps: int) -> float:
        """``value`` after so many presses of an arrow key: always another tidy value until the end is reached."""
        if not self.log:
            return self.tidy(value + steps * self.grid)
        for _ in range(abs(steps)):
            value = self._next(value, 1 if steps > 0 else -1)
        return value

    def _next(self, value: float, sign: int) -> float:
        exponent = math.floor(math.log10(value) + (1e-9 if sign > 0 else -1e-9))
        unit = 10.0**exponent / 5  # five presses from one power to twice it
        unit = max(unit, 1.0) if self.whole else unit
        return min(max(self.tidy(value + sign * unit), self.low), self.high)

    def text(self, value: float) -> str:
        """``value`` as shown in the box: sensible digits, true minus sign, thousands apart, the unit after it."""
        return self.digits(value) + (f"\N{NO-BREAK SPACE}{self.unit}" if self.unit else "")

    def digits(self, value: float) -> str:
        """``value`` as shown, without its unit."""
        if self.whole:
            text = f"{value:,.0f}"
        elif self.log and (value < 0.01 or value >= 1e5):
            text = _scientific(value)
        elif self.log:
            text = f"{value:#.3g}".rstrip(".")
        else:
            text = f"{value:,.{self._decimals(value)}f}"
        return text.replace("-", MINUS)

    def _decimals(self, value: float) -> int:
        needed = max(_decimals_of(self.grid), 0)
        exact = _decimals_of(value)
        return min(max(needed, exact), 6)

    def parse(self, text: str) -> float:
        """The number typed into the box.

        Raises:
            UserError: It is not a number, not whole, or outside the range; the sentence says what is allowed.
        """
        number = self._number(text)
        if self.whole and number != round(number):
            raise UserError(f"{self.digits_plain(number)} is not a whole number.")
        if not self.low <= number <= self.high:
            raise UserError(f"Choose a number from {self.digits(self.low)} to {self.text(self.high)}.")
        return number

    def digits_plain(self, value: float) -> str:
        """``value`` in full, for a sentence about it."""
        return f"{value:g}".replace("-", MINUS)

    def _number(self, text: str) -> float:
        plain = _plain(text, self.unit)
        try:
            number = float(plain)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            shown = text.strip() if len(text.strip()) <= 24 else text.strip()[:21] + "…"
            raise UserError(f"“{shown}” is not a number." if shown else "The box was empty.")
        return number


def _plain(text: str, unit: str) -> str:
    """What ``float`` can read: no unit, no thousands, an ordinary minus, a point for the decimal comma."""
    plain = text.strip().replace(MINUS, "-").removesuffix(unit).strip()
    plain = re.sub(r"[\s\N{NO-BREAK SPACE}\N{THIN SPACE}_']", "", plain)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", plain):
        return plain.replace(",", "")
    return plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain


def _scientific(value: float) -> str:
    mantissa, exponent = f"{value:.2e}".split("e")
    mantissa = mantissa[:-1] if mantissa.endswith("0") else mantissa
    return f"{mantissa}e{int(exponent)}"


def _decimals_of(value: float) -> int:
    text = f"{value:.6f}".rstrip("0")
    return len(text.split(".")[1]) if "." in text else 0
