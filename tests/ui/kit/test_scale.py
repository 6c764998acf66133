from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.errors import UserError
from explorer.ui.kit.scale import Scale

BETA = Scale(0, 10, 0.05)
RATE = Scale(1e-5, 1e-1, log=True)
BATCH = Scale(8, 512, log=True, whole=True)
DELAY = Scale(1, 500, 1, whole=True, unit="ms")
ALL = [BETA, RATE, BATCH, DELAY, Scale(-3, 3, 0.01)]


@pytest.mark.parametrize("scale", ALL)
@given(fraction=st.floats(0, 1))
def test_positions_and_tidy_values_go_round(scale: Scale, fraction: float) -> None:
    value = scale.value(fraction)
    assert scale.low <= value <= scale.high
    assert scale.value(scale.fraction(value)) == pytest.approx(value)


@pytest.mark.parametrize("scale", ALL)
@given(fraction=st.floats(0, 1))
def test_what_the_box_shows_can_be_typed_back(scale: Scale, fraction: float) -> None:
    value = scale.value(fraction)
    assert scale.parse(scale.text(value)) == pytest.approx(value, rel=5e-3, abs=1e-9)


@pytest.mark.parametrize("scale", ALL)
def test_ends_are_exact(scale: Scale) -> None:
    assert scale.value(0) == scale.low
    assert scale.value(1) == scale.high
    assert (scale.fraction(scale.low), scale.fraction(scale.high)) == (0.0, 1.0)


@pytest.mark.parametrize("scale", ALL)
def test_arrow_keys_reach_both_ends_and_never_stick(scale: Scale) -> None:
    value, seen = scale.low, 0
    while value < scale.high:
        after = scale.moved(value, 1)
        assert after > value
        value, seen = after, seen + 1
        assert seen < 2000
    while value > scale.low:
        after = scale.moved(value, -1)
        assert after < value
        value = after


def test_the_middle_of_a_log_scale_is_the_geometric_mean() -> None:
    assert RATE.value(0.5) == pytest.approx(1e-3)
    assert RATE.fraction(1e-3) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("scale", "value", "text"),
    [
        (BETA, 1.0, "1.00"),
        (RATE, 1e-3, "1.0e\N{MINUS SIGN}3"),
        (RATE, 0.05, "0.0500"),
        (BATCH, 128, "128"),
        (DELAY, 80, "80\N{NO-BREAK SPACE}ms"),
        (Scale(0, 100_000, 1, whole=True), 12_000, "12,000"),
        (Scale(-3, 3, 0.01), -0.35, "\N{MINUS SIGN}0.35"),
        (BETA, 0.123, "0.123"),
    ],
)
def test_numbers_are_shown_with_sensible_digits(scale: Scale, value: float, text: str) -> None:
    assert scale.text(value) == text


@pytest.mark.parametrize(
    ("scale", "text", "value"),
    [
        (BETA, " 2.5 ", 2.5),
        (BETA, "2,5", 2.5),
        (RATE, "1e-3", 1e-3),
        (RATE, "1.0e\N{MINUS SIGN}3", 1e-3),
        (DELAY, "80 ms", 80),
        (DELAY, "80ms", 80),
        (Scale(0, 100_000, 1, whole=True), "12,000", 12_000),
        (Scale(0, 100_000, 1, whole=True), "12\N{THIN SPACE}000", 12_000),
    ],
)
def test_numbers_are_read_as_people_write_them(scale: Scale, text: str, value: float) -> None:
    assert scale.parse(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("scale", "text", "sentence"),
    [
        (BETA, "abc", "“abc” is not a number"),
        (BETA, "", "empty"),
        (BETA, "nan", "not a number"),
        (BETA, "inf", "not a number"),
        (BETA, "11", "from 0.00 to 10.00"),
        (BETA, "-1", "from 0.00 to 10.00"),
        (DELAY, "3.5", "3.5 is not a whole number"),
        (BETA, "x" * 500, "…” is not a number"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(scale: Scale, text: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        scale.parse(text)


def test_impossible_scales_are_refused() -> None:
    with pytest.raises(ValueError, match="empty range"):
        Scale(1, 1)
    with pytest.raises(ValueError, match="above zero"):
        Scale(0, 1, log=True)
