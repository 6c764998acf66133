"""The mechanism, one matrix at a time: what each stage shows, and the arithmetic of each of its cells; no Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.core.frames import Array
from explorer.specs.attention import Traced
from explorer.ui.views.ticks import number

Line = list[tuple[str, str]]
Colors = Literal["signed", "weights"]
QUERIES, KEYS = "rows = queries: the words that look", "columns = keys: the words looked at"


@dataclass(frozen=True)
class Stage:
    """One stage.

    Attributes:
        id: Short name.
        title: In the list.
        formula: What is computed.
        words: A sentence that explains it.
    """

    id: str
    title: str
    formula: str
    words: str


STAGES = (
    Stage("tokens", "Tokens", "words and word pieces", "The text is cut into tokens; each has a number of its own."),
    Stage("E", "Embeddings", "E", "One row of numbers for each token: what goes into this layer."),
    Stage("Q", "Queries", "Q = E · W_Q", "What each word asks for."),
    Stage("K", "Keys", "K = E · W_K", "What each word offers to be found by."),
    Stage("scores", "Scores", "Q · Kᵀ", "Each query against each key: large where they point the same way."),
    Stage("scaled", "Scaled", "÷ √d", "Sums over many dimensions grow with √d; divided by it the softmax stays soft."),
    Stage("masked", "Mask", "−∞ where nobody may look", "What is masked gets −∞, and exactly no weight."),
    Stage("weights", "Weights", "softmax of each row", "Each row becomes shares that add up to 1."),
    Stage("V", "Values", "V = E · W_V", "What each word hands over to those who look at it."),
    Stage("output", "Weighted sum", "weights · V", "Each word takes in the values of the words it looks at."),
    Stage(
        "side_by_side",
        "Heads side by side",
        "d + d + … = D",
        "All heads work at once, each on numbers of its own.",
    ),
    Stage("projected", "Output map", "· W_O", "One more matrix mixes what the heads found."),
    Stage(
        "attended",
        "Add and normalise",
        "norm(E + output)",
        "Added to what came in, each row brought to one scale.",
    ),
)


@dataclass(frozen=True, eq=False)
class Part:
    """One matrix on the screen.

    Attributes:
        name: Its symbol.
        values: (R, C).
        rows: Names of the rows; empty for none.
        columns: Names of the columns; empty for none.
        rows_words: What rows are.
        columns_words: What columns are.
        colors: ``"weights"`` from 0 to 1, ``"signed"`` by its own range.
        leaf: Name of the matrix where it can be set by hand; empty where it follows from others.
    """

    name: str
    values: Array
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows_words: str = ""
    columns_words: str = ""
    colors: Colors = "signed"
    leaf: str = ""


@dataclass(frozen=True, eq=False)
class Product:
    """What a stage shows: the result, and what it is made of.

    Attributes:
        left: Left factor, or what goes in; None for none.
        right: Right factor; None for none.
        result: What comes out.
    """

    left: Part | None
    right: Part | None
    result: Part


def product_of(stage: str, traced: Traced, dims: tuple[str, ...] = ()) -> Product:
    """What a stage shows.

    Args:
        stage: Its id.
        traced: The numbers.
        dims: Names of the dimensions of an embedding; empty for none.
    """
    tokens, d, D = traced.tokens, traced.Q.shape[1], traced.E.shape[1]

    def of_tokens(name: str, values: Array, columns: tuple[str, ...] = (), leaf: str = "") -> Part:
        n = values.shape[1]
        return Part(name, values, tokens, columns, "", f"columns = {n} dimensions", leaf=leaf)

    def square(name: str, values: Array, colors: Colors = "signed") -> Part:
        return Part(name, values, tokens, tokens, QUERIES, KEYS, colors)

    def weight(name: str, values: Array, columns: tuple[str, ...] = ()) -> Part:
        return Part(name, values, dims, columns, "rows = in", "columns = out", leaf=name)

    E = of_tokens("E", traced.E, dims, "E")
    squares = {
        "scores": square("Q Kᵀ", traced.scores),
        "scaled": square(f"Q Kᵀ / √{d}", traced.scaled),
        "masked": square("masked scores", traced.masked),
        "weights": square("weights", traced.weights, "weights"),
    }
    if stage in ("tokens", "E"):
        return Product(None, None, E)
    if stage in ("Q", "K", "V"):
        own = {"Q": traced.W_Q, "K": traced.W_K, "V": traced.W_V}[stage]
        made = {"Q": traced.Q, "K": traced.K, "V": traced.V}[stage]
        return Product(E, weight(f"W_{stage}", own), of_tokens(stage, made))
    if stage == "scores":
        keys = Part("Kᵀ", traced.K.T, (), tokens, f"rows = {d} dimensions", "columns = keys")
        return Product(of_tokens("Q", traced.Q), keys, squares["scores"])
    if stage in ("scaled", "masked", "weights"):
        before = {"scaled": "scores", "masked": "scaled", "weights": "masked"}[stage]
        return Product(squares[before], None, squares[stage])
    if stage == "output":
        return Product(squares["weights"], of_tokens("V", traced.V), of_tokens("weights · V", traced.output))
    if stage == "side_by_side":
        name = f"{traced.n_heads} heads of {d} = {D}"
        return Product(of_tokens("this head", traced.output), None, of_tokens(name, traced.side_by_side))
    if stage == "projected":
        joined, out = of_tokens("side by side", traced.side_by_side), of_tokens("output", traced.projected)
        return Product(joined, weight("W_O", traced.W_O), out)
    return Product(of_tokens("output", traced.projected), None, of_tokens("E + output, normalised", traced.attended))


def factors(stage: str, traced: Traced, cell: tuple[int, int]) -> tuple[Array, Array, float] | None:
    """The two vectors whose dot product a cell is, and what is added to it; None where it is none."""
    i, j = cell
    match stage:
        case "Q":
            return traced.E[i], traced.W_Q[:, j], float(traced.bias_q[j])
        case "K":
            return traced.E[i], traced.W_K[:, j], float(traced.bias_k[j])
        case "V":
            return traced.E[i], traced.W_V[:, j], float(traced.bias_v[j])
        case "scores":
            return traced.Q[i], traced.K[j], 0.0
        case "output":
            return traced.weights[i], traced.V[:, j], 0.0
        case "projected":
            return traced.side_by_side[i], traced.W_O[:, j], float(traced.bias_o[j])
    return None


def written(stage: str, traced: Traced, cell: tuple[int, int]) -> Line:
    """The arithmetic of a cell, in its numbers."""
    i, j = cell
    found = factors(stage, traced, cell)
    if found is not None:
        return _dot(*found)
    d = traced.Q.shape[1]
    if stage == "scaled":
        return [(f"{number(float(traced.scores[i, j]), 2)} ÷ √{d} = ", "muted"), _result(traced.scaled[i, j])]
    if stage == "masked":
        if math.isfinite(float(traced.masked[i, j])):
            return [("may be looked at: it stays ", "muted"), _result(traced.masked[i, j])]
        return [(f"“{traced.tokens[i]}” may not look at “{traced.tokens[j]}”: ", "muted"), ("−∞", "accent")]
    if stage == "weights":
        row = traced.masked[i].astype(np.float64)
        if not math.isfinite(row[j]):
            return [("e^−∞ = ", "muted"), ("0", "accent")]
        total = float(np.exp(row[np.isfinite(row)]).sum())
        words = f"e^{number(float(row[j]), 2)} ÷ Σ e^… = {math.exp(float(row[j])):.4g} ÷ {total:.4g} = "
        return [(words, "muted"), _result(traced.weights[i, j], 3)]
    if stage == "side_by_side":
        head, place = divmod(j, d)
        return [(f"dimension {place + 1} of head {head + 1}: ", "muted"), _result(traced.side_by_side[i, j])]
    if stage == "attended":
        total = traced.E[i].astype(np.float64) + traced.projected[i]
        words = f"E + output = {number(float(total[j]), 2)}; minus the row's mean {number(float(total.mean()), 2)}"
        words += f", over its deviation {total.std():.2f}, then the layer's own scale and shift: "
        return [(words, "muted"), _result(traced.attended[i, j])]
    return [(f"“{traced.tokens[i]}”, dimension {j + 1}: ", "muted"), _result(traced.E[i, j])]


FEW = 6
"""Products that are written out one by one; more are drawn."""


def _dot(a: Array, b: Array, bias: float) -> Line:
    products = a.astype(np.float64) * b
    total = float(products.sum()) + bias
    if len(products) <= FEW:
        terms = [f"{_factor(float(x))}·{_factor(float(y))}" for x, y in zip(a.tolist(), b.tolist(), strict=True)]
        return [(" + ".join(terms) + " = ", "muted"), _result(total)]
    words = f"the sum of {len(products)} products = {number(float(products.sum()), 2)}"
    if bias:
        return [(f"{words}, bias {number(bias, 2)}: ", "muted"), _result(total)]
    return [("the sum of ", "muted"), (f"{len(products)} products = ", "muted"), _result(total)]


def _factor(value: float) -> str:
    text = number(value, 2)
    return f"({text})" if value < 0 else text


def _result(value: float | np.floating, decimals: int = 2) -> tuple[str, str]:
    return number(float(value), decimals), "accent"
