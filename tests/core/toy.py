"""A small numpy experiment for the tests of the core: a line fitted by momentum descent, with noise of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.errors import UserError
from explorer.core.experiment import Check
from explorer.core.frames import Array, FrameInfo, frozen
from explorer.core.params import Choice, ParamInfo, param
from explorer.core.runner import Runner
from explorer.core.spec import LabSpec, PanelSpec, ScalarInfo

N_WEIGHTS = 3


@dataclass(frozen=True)
class ToyParams:
    rate: float = param(0.1, ParamInfo("Learning rate", "Faster.", low=1e-4, high=1e6, log=True, live=True))
    momentum: float = param(0.5, ParamInfo("Momentum", "Smoother.", symbol="m", low=0.0, high=0.99, live=True))
    n_points: int = param(8, ParamInfo("Points", "More data.", unit="points", low=2, high=64))
    noise: str = param(
        "normal", ParamInfo("Noise", "Its law.", choices=(Choice("normal", "Normal"), Choice("flat", "Flat")))
    )
    centred: bool = param(True, ParamInfo("Centred", "Whether the data have mean zero.", live=True))


@dataclass(frozen=True)
class Predict:
    x: float
    generation: int = 0


@dataclass(frozen=True)
class Predicted:
    request: Predict | Double
    step: int
    y: float
    generation: int


@dataclass(frozen=True)
class Double:
    """Has nothing to do with the run."""

    x: float
    generation: int = 0


SPEC = LabSpec(
    id="toy",
    title="Toy",
    group="Tests",
    summary="A line.",
    params=ToyParams,
    frames=(
        FrameInfo("weights", ("weight",), "", "Weights.", rate_hz=1000.0),
        FrameInfo("fit", ("point",), "", "Fitted values.", rate_hz=1000.0),
        FrameInfo("aside", ("point",), "", "Not for scrubbing.", rate_hz=1000.0, recorded=False),
    ),
    scalars=(ScalarInfo("loss", "train", ""), ScalarInfo("test", "test", "")),
    requests=(Predict, Double),
    timeless=(Double,),
    experiment="tests.core.toy:create",
    lab="tests.core.toy:create",
    panels=(PanelSpec("fit", "Fit", "center", "hero", ("fit",)),),
)


class Toy:
    """Stochastic descent on a quadratic; a rate above 1 makes it diverge, as a real model does.

    Args:
        params: Settings.
        seed: Of data and noise.
        raise_at: Step that raises while ``raises`` is true.
        sick_frames: Whether frames cannot be taken.
    """

    def __init__(self, params: ToyParams, seed: int, raise_at: int = -1, sick_frames: bool = False) -> None:
        self.params = params
        self.rng = np.random.default_rng(seed)
        self.x = self.rng.normal(size=(params.n_points, N_WEIGHTS))
        self.y = self.x @ np.array([1.0, -2.0, 0.5])
        self.w = np.zeros(N_WEIGHTS)
        self.v = np.zeros(N_WEIGHTS)
        self.n_taken = 0
        self.raise_at = raise_at
        self.sick_frames = sick_frames

    def step(self) -> dict[str, float]:
        if self.n_taken + 1 == self.raise_at:
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied\nand more")
        with np.errstate(all="ignore"):
            gradient = self.x.T @ (self.x @ self.w - self.y) / len(self.y) + 0.01 * self.rng.normal(size=N_WEIGHTS)
            self.v = self.params.momentum * self.v - self.params.rate * gradient
            self.w = self.w + self.v
            loss = float(np.mean((self.x @ self.w - self.y) ** 2))
        self.n_taken += 1
        return {"loss": loss} | ({"test": loss} if self.n_taken % 10 == 0 else {})

    def set_params(self, params: ToyParams) -> None:
        self.params = params

    def frames(self, wanted: frozenset[str], *, exact: bool) -> dict[str, Array]:
        if self.sick_frames:
            raise RuntimeError("no picture")
        made = {"weights": self.w, "fit": self.x @ self.w, "aside": self.y}
        return {name: frozen(made[name]) for name in wanted}

    def answer(self, request: Any) -> Any:
        if request.x < 0:
            raise UserError("The point must not be negative; choose another one.")
        if isinstance(request, Double):
            return Predicted(request, -1, 2 * request.x, request.generation)
        return Predicted(request, self.n_taken, float(self.w[0] * request.x), request.generation)

    def state(self) -> dict[str, Array]:
        generator = json.dumps(self.rng.bit_generator.state).encode()
        return {
            "w": frozen(self.w),
            "v": frozen(self.v),
            "n_taken": frozen(self.n_taken, np.int64),
            "rng": frozen(np.frombuffer(generator, np.uint8)),
        }

    def load(self, state: dict[str, Array]) -> None:
        if set(state) != {"w", "v", "n_taken", "rng"} or state["w"].shape != (N_WEIGHTS,):
            raise UserError("The saved numbers do not fit this model; open another file.")
        self.w, self.v = np.array(state["w"], np.float64), np.array(state["v"], np.float64)
        self.n_taken = int(state["n_taken"].item())
        self.rng.bit_generator.state = json.loads(state["rng"].tobytes())

    def checks(self) -> tuple[Check, ...]:
        return (Check("sum", 0.0, 1.0, True),)


def create(params: ToyParams, seed: int, device: str = "cpu") -> Toy:
    return Toy(params, seed)


class Clock:
    """Seconds that pass by ``tick_s`` at every look, and more when told so."""

    def __init__(self, tick_s: float = 0.001) -> None:
        self.now_s = 0.0
        self.tick_s = tick_s

    def __call__(self) -> float:
        self.now_s += self.tick_s
        return self.now_s


def make_runner(params: ToyParams | None = None, seed: int = 1, build: Callable[..., Toy] = Toy, **more: Any) -> Runner:
    """A runner of the toy on a clock of its own."""
    more.setdefault("clock", Clock())
    return Runner(SPEC, build, params or ToyParams(), seed, **more)


def play(runner: Runner, until: int) -> None:
    """Play in slices until the head reaches a step or the run stops."""
    runner.play()
    while runner.playing and runner.head < until:
        runner.run_for(7.0)
    runner.pause()
