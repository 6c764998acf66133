"""The two graphs of the reparametrization trick, and the table of their gradients, as data for the views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.core.frames import Array
from explorer.specs.autoencoder import Gradient, Trick, Tricked
from explorer.ui.views.graph import Edge, Flow, Node
from explorer.ui.views.table import Cell

_MU = Node("mu", "μ", "input", 0.0, 0.0, color_key="reconstruction")
_SIGMA = Node("sigma", "σ", "input", 0.0, 1.0, color_key="kl")
_LOSS = Node("loss", "L", "loss", 1.0, 0.5)
INSIDE = (
    (_MU, _SIGMA, Node("z", "z ~ N(μ, σ)", "random", 0.5, 0.5, color_key="accent"), _LOSS),
    (Edge("mu", "z"), Edge("sigma", "z"), Edge("z", "loss")),
)
OUTSIDE = (
    # The same skeleton; only the chance has moved out of the way, beneath it.
    (
        _MU,
        _SIGMA,
        Node("z", "z = μ + σ r", "deterministic", 0.5, 0.3, color_key="accent"),
        Node("r", "r ~ N(0, 1)", "random", 0.5, 1.0),
        replace(_LOSS, y=0.3),
    ),
    (Edge("mu", "z"), Edge("sigma", "z"), Edge("r", "z"), Edge("z", "loss")),
)


def values_of_graph(request: Trick, z: Sequence[float], loss: float) -> dict[str, str]:
    """Numbers on the nodes, by id."""
    return {
        "mu": _numbers(request.mu),
        "sigma": _numbers(request.sigma),
        "r": _numbers(request.noise),
        "z": _numbers(z),
        "loss": _number(loss),
    }


def inside_flows(answer: Tricked) -> list[Flow]:
    """Nothing passes the sampling, if torch says so."""
    blocked = not answer.inside_requires_grad
    text = "no gradient" if blocked else ""
    return [Flow(source, "z", text, blocked, short="none" if blocked else "") for source in ("mu", "sigma")]


def outside_flows(answer: Tricked) -> list[Flow]:
    """The gradients of this one sample, by backward()."""
    return [
        Flow("z", "loss", ""),
        _flow("mu", "∂L/∂μ", answer.pathwise.mu),
        _flow("sigma", "∂L/∂σ", answer.pathwise.sigma),
    ]


def _flow(source: str, name: str, gradient: Array) -> Flow:
    numbers = _numbers(gradient)
    return Flow(source, "z", f"{name} = {numbers}", short=numbers)


def gradient_rows(answer: Tricked) -> list[list[Cell]]:
    """A row per derivative: what each way of getting it says, with the estimators' standard deviations."""
    rows = []
    n_dimensions = len(answer.z)
    for name, key in (("∂L/∂μ", "mu"), ("∂L/∂σ", "sigma")):
        for i in range(n_dimensions):
            label = name + ("₁₂"[i] if n_dimensions > 1 else "")
            rows.append(_row(answer, label, key, i))
    return rows


def _row(answer: Tricked, label: str, key: str, i: int) -> list[Cell]:
    def at(gradient: Gradient) -> float:
        array: Array = getattr(gradient, key)
        return float(array[i])

    inside = "none" if not answer.inside_requires_grad else "?"
    return [
        Cell(label, "reconstruction" if key == "mu" else "kl"),
        Cell(inside, "muted", is_number=False),
        Cell(_number(at(answer.pathwise)), "accent"),
        Cell(_number(at(answer.pathwise_formula))),
        Cell(_number(at(answer.expected))),
        Cell(f"{_number(at(answer.pathwise_mean))} ± {at(answer.pathwise_variance) ** 0.5:.1f}"),
        Cell(f"{_number(at(answer.score_mean))} ± {at(answer.score_variance) ** 0.5:.1f}"),
    ]


def _numbers(values: Sequence[float] | Array) -> str:
    return ", ".join(_number(float(v)) for v in values)


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
