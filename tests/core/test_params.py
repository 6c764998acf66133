from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core import params as p
from explorer.core.errors import UserError
from tests.core.toy import ToyParams


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "0.5", 0.5),
        ("rate", " 1e-3 ", 0.001),
        ("n_points", "16", 16),
        ("n_points", "16.0", 16),
        ("noise", "flat", "flat"),
        ("centred", "no", False),
        ("centred", "True", True),
        ("centred", "0", False),
        ("momentum", 0, 0.0),
    ],
)
def test_text_is_read_as_the_type_of_the_field(name: str, text: object, value: object):
    changed = p.with_values(ToyParams(), {name: text})
    assert getattr(changed, name) == value
    assert type(getattr(changed, name)) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("momentun", "1", "There is no parameter called momentun; did you mean momentum?"),
        ("zzz", "1", "There is no parameter called zzz; choose one of rate, momentum, n_points, noise, centred."),
        ("rate", "fast", "Learning rate (rate): “fast” is not a number."),
        ("rate", "", "Learning rate (rate): “” is not a number."),
        ("rate", "nan", "Learning rate (rate): the number must be finite."),
        ("rate", "1e999", "Learning rate (rate): the number must be finite."),
        ("rate", "-inf", "Learning rate (rate): the number must be finite."),
        ("momentum", "2", "Momentum (momentum): choose a number from 0 to 0.99."),
        ("momentum", "\N{MINUS SIGN}0.5", "Momentum (momentum): choose a number from 0 to 0.99."),
        ("rate", "1e7", "Learning rate (rate): choose a number from 1e\N{MINUS SIGN}4 to 1e6."),
        ("n_points", "2.5", "Points (n_points): “2.5” is not a whole number."),
        ("n_points", "inf", "Points (n_points): “inf” is not a whole number."),
        ("n_points", "nan", "Points (n_points): “nan” is not a whole number."),
        ("n_points", "1", "Points (n_points): choose a number from 2 to 64."),
        ("noise", "loud", "Noise (noise): choose one of normal, flat."),
        ("centred", "perhaps", "Centred (centred): “perhaps” is not yes or no."),
        ("rate", "x" * 100, "Learning rate (rate): “" + "x" * 37 + "...” is not a number."),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_with_the_remedy(name: str, text: str, sentence: str):
    with pytest.raises(UserError) as caught:
        p.with_values(ToyParams(), {name: text})
    assert str(caught.value) == sentence


@given(name=st.sampled_from(["rate", "momentum", "n_points", "noise", "centred"]), text=st.text(max_size=30))
def test_any_text_is_either_read_or_refused_with_a_sentence(name: str, text: str):
    sentence = ""
    try:
        changed = p.with_values(ToyParams(), {name: text})
    except UserError as error:
        sentence = str(error)
    assert sentence.endswith((".", "?")) or p.with_values(changed, p.values_of(changed)) == changed


@given(st.floats(1e-4, 1e6))
def test_a_value_written_out_is_read_back(rate: float):
    assert p.with_values(ToyParams(), {"rate": repr(rate)}).rate == rate


def test_a_typed_minus_sign_is_a_minus_sign():
    @dataclass(frozen=True)
    class Params:
        shift: float = p.param(0.0, p.ParamInfo("Shift", "Moves it.", low=-5.0, high=5.0))

    assert p.with_values(Params(), {"shift": "\N{MINUS SIGN}2.5"}).shift == -2.5


def test_a_default_outside_its_own_range_is_refused_where_it_is_declared():
    with pytest.raises(ValueError, match="Beta"):
        p.param(11.0, p.ParamInfo("Beta", "Too much.", high=10.0))


def test_what_changed_and_whether_it_restarts():
    old = ToyParams()
    assert p.changed(old, replace(old, rate=0.2, noise="flat")) == ("rate", "noise")
    assert not p.needs_restart(old, replace(old, rate=0.2, centred=False))
    assert p.needs_restart(old, replace(old, rate=0.2, noise="flat"))


def test_the_summary_uses_symbols_labels_units_and_leaves_hidden_rows_out():
    assert p.summary(ToyParams()) == "learning rate = 0.1, m = 0.5, points = 8 points, noise = normal, centred = on"
    assert p.summary(ToyParams(), ["momentum"]) == "m = 0.5"

    @dataclass(frozen=True)
    class Params:
        plain: bool = p.param(True, p.ParamInfo("Plain", "Hides the other."))
        depth: int = p.param(3, p.ParamInfo("Depth", "More.", shown_when=lambda params: not params.plain))

    assert p.summary(Params()) == "plain = on"
    assert p.summary(Params(plain=False)) == "plain = off, depth = 3"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "any"),
        (0.0, "0"),
        (-1.5, "\N{MINUS SIGN}1.5"),
        (4500, "4,500"),
        (1e-5, "1e\N{MINUS SIGN}5"),
        (1e-10, "1e\N{MINUS SIGN}10"),
        (2.5e6, "2.5e6"),
        (0.001, "0.001"),
    ],
)
def test_numbers_are_written_as_people_do(value: float | None, text: str):
    assert p.number_text(value) == text
