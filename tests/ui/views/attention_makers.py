"""The views of attention, with real and with awkward data."""

from __future__ import annotations

import numpy as np

from explorer.ui.theme import Theme
from explorer.ui.views.attention_arcs import ArcsView, Fan, Token
from explorer.ui.views.binding_maps import BindingMapsView, Ring
from explorer.ui.views.color_scale import ColorScale
from explorer.ui.views.editable_matrix import EditableMatrixView
from explorer.ui.views.growth import Growth, GrowthView
from explorer.ui.views.head_maps import HeadMapsView, HeadMark
from explorer.ui.views.matrix import MatrixView, MatrixWords
from explorer.ui.views.products import ProductsView


def filled(view: MatrixView, awkward: bool) -> MatrixView:
    values = np.random.default_rng(0).normal(size=(5, 7))
    if awkward:
        values[::2], values[1, 1], values[3] = -np.inf, np.nan, np.inf
    names = [f"query {i}" for i in range(5)], [f"key {j}" for j in range(7)]
    view.set_matrix(values, *names, ColorScale("signed", -2.0, 2.0))
    view.set_words(MatrixWords("scores", "rows = queries", "columns = keys"))
    view.set_sums(True)
    view.set_lit({1: "accent", 9: "query"}, {2: "key"}, (1, 2))
    return view


def matrix(theme: Theme, awkward: bool) -> MatrixView:
    return filled(MatrixView(theme), awkward)


def editable(theme: Theme, awkward: bool) -> EditableMatrixView:
    view = EditableMatrixView(theme)
    filled(view, awkward)
    view.set_editable(True)
    return view


def arcs(theme: Theme, awkward: bool) -> ArcsView:
    view = ArcsView(theme)
    words = ["[CLS]", "a", "smil", "ing", "fox", "[SEP]"] * (40 if awkward else 1)
    view.set_tokens([Token(w, w == "ing", w.startswith("["), w == "a") for w in words])
    shares = np.full(len(words), np.nan) if awkward else np.linspace(0, 0.4, len(words))
    view.set_fans([Fan(4, tuple(shares.tolist())), Fan(999, (0.5,))])
    return view


def head_maps(theme: Theme, awkward: bool) -> HeadMapsView:
    view = HeadMapsView(theme)
    view.set_maps(
        np.random.default_rng(0).integers(0, 255, (6, 12, 100 if awkward else 9, 100 if awkward else 9), np.uint8)
    )
    view.set_marks({(0, 1): HeadMark("0.52", dim=True, changed=0.4), (2, 3): HeadMark(off=True)})
    view.set_chosen((2, 0))
    return view


def binding_maps(theme: Theme, awkward: bool) -> BindingMapsView:
    view = BindingMapsView(theme)
    words = ["a", "blue", "fox", ".", "which", "colour", "has", "the", "fox"]
    view.set_maps(np.random.default_rng(0).integers(0, 255, (2, 4 if awkward else 2, 9, 9), np.uint8))
    view.set_words(words[:3] if awkward else words)
    view.set_marks({(0, 0): HeadMark("0.91"), (1, 1): HeadMark(off=True), (7, 7): HeadMark()})
    view.set_rings({(0, 0): Ring(2, 99 if awkward else 1, "accent"), (9, 9): Ring(8, 2, "kl")})
    view.set_chosen((1, 0))
    return view


def products(theme: Theme, awkward: bool) -> ProductsView:
    view = ProductsView(theme)
    q = np.random.default_rng(0).normal(size=4)
    if awkward:
        q[1:3] = np.nan, np.inf
    view.set_factors(q, np.ones(4), ("q", "k"))
    return view


def growth(theme: Theme, awkward: bool) -> GrowthView:
    view = GrowthView(theme)
    values = (0.0, 0.0, 0.0, 1e-30) if awkward else (0.1, 0.3, 1.1, 4.0)
    view.set_curves(
        (16, 32, 64, 128), [Growth("attention", "accent", values), Growth("GRU", "gru", values)], "milliseconds"
    )
    return view
