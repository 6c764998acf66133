"""Dates: spellings against a list made by hand and the standard library's reader."""

from __future__ import annotations

import re
import zlib
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.data.dates import CHARACTERS, LONGER_SPELLINGS, LONGEST, SPELLINGS, draw, ordinal, spell, truth

KNOWN = {
    "3 March 1998": "1998-03-03",
    "March 3, 1998": "1998-03-03",
    "march 22nd, 1998": "1998-03-22",
    "3rd March 1998": "1998-03-03",
    "3rd of March 1998": "1998-03-03",
    "the 11th of November 1918": "1918-11-11",
    "Tue 3 Mar 1998": "1998-03-03",
    "Tuesday 3 March 1998": "1998-03-03",
    "Tue, Mar 3, 1998": "1998-03-03",
    "1998 March 3": "1998-03-03",
    "1998, 3 March": "1998-03-03",
    "03.04.1998": "1998-04-03",
    "3.4.1998": "1998-04-03",
    "3/4/1998": "1998-04-03",
    "1998/04/03": "1998-04-03",
    "1998-04-03": "1998-04-03",
    "3-Mar-1998": "1998-03-03",
    "MAR 3 1998": "1998-03-03",
    "29 February 2000": "2000-02-29",
    "31 DECEMBER 2099": "2099-12-31",
    "  1 may\t1900 ": "1900-05-01",
    "the 3rd of March of the year 1998": "1998-03-03",
    "Tuesday 3 March of the year 1998": "1998-03-03",
    "Tue, March the 3rd of the year 1998": "1998-03-03",
}
NOT_DATES = [
    "",
    " ",
    "3",
    "March",
    "31 April 1998",
    "29 February 1900",
    "29 February 1998",
    "32 March 1998",
    "0 March 1998",
    "Monday 3 March 1998",
    "3th March 1998",
    "2st March 1998",
    "3/13/1998",
    "3/3/98",
    "3 March 1899",
    "3 March 2100",
    "3 March 1998 x",
    "\uff13 March 1998",
    "3 March 1998\x00",
    "٣ March 1998",
    "😀",
    "1998.03.03",
    "9" * 10_000,
]
ANY_DAY = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(("text", "iso"), KNOWN.items())
def test_known_spellings(text: str, iso: str):
    assert truth(text) == iso
    assert truth(text.upper()) == iso


@pytest.mark.parametrize("text", NOT_DATES)
def test_other_texts_are_no_dates(text: str):
    assert truth(text) is None


@given(ANY_DAY, st.sampled_from(SPELLINGS + LONGER_SPELLINGS))
def test_every_day_is_read_in_every_spelling(day: date, spelling: str):
    assert truth(spell(day, spelling)) == day.isoformat()


@pytest.mark.parametrize("longer", [False, True])
def test_draws_are_what_the_parser_reads(longer: bool):
    dates = draw(np.random.default_rng(0), 3000, longer=longer)
    for one in dates:
        assert truth(one.spelled) == one.iso
        assert (len(one.spelled) > LONGEST) == longer
        assert len(one.spelled) <= 40
        assert all(character in CHARACTERS for character in one.spelled + one.iso)
    assert len({one.iso for one in dates}) > 2500


def test_the_standard_library_reads_the_same_days():
    """What words leave of a spelling is one of a few forms that ``strptime`` knows."""
    forms: tuple[str, ...] = (
        "%d %B %Y",
        "%B %d %Y",
        "%d %b %Y",
        "%b %d %Y",
        "%Y %B %d",
        "%Y %d %B",
        "%d.%m.%Y",
        "%d/%m/%Y",
    )
    forms += ("%Y/%m/%d", "%Y-%m-%d", "%d-%b-%Y")
    for one in draw(np.random.default_rng(1), 1500) + draw(np.random.default_rng(1), 500, longer=True):
        plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b|\b(the|of|year|\w{3,6}day)\b|,", "", one.spelled.lower())
        plain = re.sub(r"^\s*(mon|tue|wed|thu|fri|sat|sun)\b", "", plain)
        assert one.iso in read_by_library(" ".join(plain.split()), forms), one


def read_by_library(text: str, forms: tuple[str, ...]) -> set[str]:
    found = set()
    for form in forms:
        try:
            found.add(datetime.strptime(text, form).date().isoformat())
        except ValueError:
            continue
    return found


def test_weekdays_are_the_right_ones():
    assert spell(date(1969, 7, 20), "{weekday} {wee}") == "Sunday Sun"
    assert spell(date(2000, 1, 1), "{weekday} {wee}") == "Saturday Sat"


def test_ordinals():
    written = " ".join(ordinal(day) for day in range(1, 32))
    assert written == (
        "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th 13th 14th 15th 16th 17th 18th 19th 20th "
        "21st 22nd 23rd 24th 25th 26th 27th 28th 29th 30th 31st"
    )


def test_the_vocabulary_is_what_training_shows_and_nothing_else():
    shown = draw(np.random.default_rng(0), 5000)
    used = {character for one in shown for character in one.spelled + one.iso}
    assert set(CHARACTERS.tokens[4:]) == used


def test_one_day_in_eight_is_held_out_in_every_spelling():
    assert all(zlib.crc32(one.iso.encode()) % 8 for one in draw(np.random.default_rng(1), 3000))
    assert not any(zlib.crc32(one.iso.encode()) % 8 for one in draw(np.random.default_rng(1), 500, held_out=True))


def test_one_seed_is_one_list():
    assert draw(np.random.default_rng(5), 100) == draw(np.random.default_rng(5), 100)
    assert draw(np.random.default_rng(5), 100) != draw(np.random.default_rng(6), 100)


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_judged(text: str):
    found = truth(text)
    assert found is None or date.fromisoformat(found).isoformat() == found
