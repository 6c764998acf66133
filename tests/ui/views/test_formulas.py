"""Formulas that ship are stored, so that none waits a third of a second for its letters."""

from __future__ import annotations

from importlib.resources import files

import pytest

from explorer.ui.labs.autoencoder.objective_panel import FORMULA_VAE
from explorer.ui.views.formula_svg import formulas_of_labs, rendered, stored, stored_name

USED = formulas_of_labs()


def test_the_labs_formulas_are_found():
    assert FORMULA_VAE in USED
    assert len(USED) == len(set(USED)) >= 3


@pytest.mark.parametrize("latex", USED)
def test_what_is_stored_is_what_would_be_rendered(latex):
    assert stored(latex) == rendered(latex), "run scripts/make_formulas.py"


def test_nothing_else_is_stored():
    there = {entry.name for entry in files("explorer").joinpath("resources/formulas").iterdir()}
    assert {name for name in there if name.endswith(".svg")} == {stored_name(latex) for latex in USED}
