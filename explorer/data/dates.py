"""Dates as people write them, and the same dates in ISO 8601.

Numbers alone are read as most of the world writes them, the day first: "03.04.1998" and "3/4/1998" are the third of
April. Years have four digits, 1900 to 2099; where a weekday is named it is the right one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from explorer.data.dice import Dice, draw_split
from explorer.data.vocabulary import Vocabulary

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST: Final = 27
"""Characters of the longest spelling in training."""

_FIRST: Final = date(1900, 1, 1)
_N_DAYS: Final = (date(2100, 1, 1) - _FIRST).days
_PARTS: Final = {
    "d": r"(?P<d>[1-9]|[12][0-9]|3[01])",
    "dd": r"(?P<d>0[1-9]|[12][0-9]|3[01])",
    "th": r"(?P<d>[1-9]|[12][0-9]|3[01])(?P<th>st|nd|rd|th)",
    "m": r"(?P<m>[1-9]|1[0-2])",
    "mm": r"(?P<m>0[1-9]|1[0-2])",
    "month": rf"(?P<month>{'|'.join(MONTHS)})",
    "mon": rf"(?P<mon>{'|'.join(name[:3] for name in MONTHS)})",
    "weekday": rf"(?P<weekday>{'|'.join(WEEKDAYS)})",
    "wee": rf"(?P<wee>{'|'.join(name[:3] for name in WEEKDAYS)})",
    "y": r"(?P<y>(?:19|20)[0-9]{2})",
}

SPELLINGS: Final = (
    "{d} {month} {y}",
    "{month} {d}, {y}",
    "{month} {th}, {y}",
    "{th} {month} {y}",
    "{th} of {month} {y}",
    "the {th} of {month} {y}",
    "{weekday} {d} {month} {y}",
    "{wee} {d} {mon} {y}",
    "{wee}, {mon} {d}, {y}",
    "{d} {mon} {y}",
    "{d}-{mon}-{y}",
    "{mon} {d} {y}",
    "{y} {month} {d}",
    "{y}, {d} {month}",
    "{dd}.{mm}.{y}",
    "{d}.{m}.{y}",
    "{d}/{m}/{y}",
    "{y}/{mm}/{dd}",
    "{y}-{mm}-{dd}",
)
"""Those that training shows, each of them also in capitals or without any."""
LONGER_SPELLINGS: Final = (
    "the {th} of {month} of the year {y}",
    "{weekday} {d} {month} of the year {y}",
    "{wee}, {month} the {th} of the year {y}",
)
"""Those that training never shows, each longer than all that it does."""
_CASES: Final[tuple[Callable[[str], str], ...]] = (str, str, str.lower, str.upper)

_BETWEEN: Final = tuple(re.sub(r"\{\w+\}", "", spelling) for spelling in SPELLINGS + LONGER_SPELLINGS)
"""What stands between the parts."""

CHARACTERS: Final = Vocabulary.of(
    character
    for text in (*_BETWEEN, *MONTHS, *WEEKDAYS, "0123456789-", "st nd rd th")
    for character in (text + text.upper() + text.lower())
)
"""Every character of a date, on both sides, and no other."""


@dataclass(frozen=True)
class Dating:
    """A date as somebody wrote it, and in ISO 8601."""

    spelled: str
    iso: str


def draw(rng: np.random.Generator, n: int, *, held_out: bool = False, longer: bool = False) -> list[Dating]:
    """Random dates in random spellings.

    Args:
        rng: Where chance comes from.
        n: How many.
        held_out: Days that training never gets in any spelling: about one in eight, by a hash of the ISO form.
        longer: Spellings that are longer than any in training.
    """
    spellings = LONGER_SPELLINGS if longer else SPELLINGS
    return draw_split(rng, n, lambda dice: _write(dice, spellings, longer), lambda one: one.iso, held_out)


def truth(text: str) -> str | None:
    """The ISO form of a date in one of the spellings, in capitals or not.

    Returns:
        None where it is none: another spelling, a day that the month does not have, or a wrong weekday.
    """
    plain = " ".join(text.split())
    for pattern in _patterns():
        found = pattern.fullmatch(plain)
        if found is not None:
            return _iso(found.groupdict())
    return None


def ordinal(day: int) -> str:
    """The day with its ending: "1st", "2nd", "11th" and so on, for 1 to 31."""
    endings = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    return f"{day}{endings.get(day, 'th')}"


def spell(day: date, spelling: str) -> str:
    """A day in one of the spellings."""
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    return spelling.format(
        d=day.day,
        dd=f"{day.day:02}",
        th=ordinal(day.day),
        m=day.month,
        mm=f"{day.month:02}",
        month=month,
        mon=month[:3],
        weekday=weekday,
        wee=weekday[:3],
        y=day.year,
    )


def _write(dice: Dice, spellings: tuple[str, ...], longer: bool) -> Dating | None:
    day = _FIRST + timedelta(days=dice.below(_N_DAYS))
    spelled = dice.pick(_CASES)(spell(day, dice.pick(spellings)))
    return Dating(spelled, day.isoformat()) if (len(spelled) > LONGEST) == longer else None


def _patterns() -> list[re.Pattern[str]]:
    """One for each spelling; the compiled ones are kept by :mod:`re`."""
    sources = (re.sub(r"\{(\w+)\}", _part, spelling.replace(".", r"\.")) for spelling in SPELLINGS + LONGER_SPELLINGS)
    return [re.compile(source, re.IGNORECASE | re.ASCII) for source in sources]


def _part(found: re.Match[str]) -> str:
    return _PARTS[found[1]]


def _iso(parts: dict[str, str]) -> str | None:
    name = (parts.get("month") or parts.get("mon") or "")[:3].title()
    month = [one[:3] for one in MONTHS].index(name) + 1 if name else int(parts["m"])
    try:
        day = date(int(parts["y"]), month, int(parts["d"]))
    except ValueError:
        return None
    weekday = (parts.get("weekday") or parts.get("wee") or WEEKDAYS[day.weekday()])[:3].title()
    ending = parts.get("th", ordinal(day.day)[-2:]).lower()
    right = weekday == WEEKDAYS[day.weekday()][:3] and ending == ordinal(day.day)[-2:]
    return day.isoformat() if right else None
