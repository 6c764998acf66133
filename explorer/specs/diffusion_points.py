"""Diffusion in the plane: what its torch half and its window half agree on.

Points have the coordinates of the picture, about -3 to 3; nothing is scaled. Time runs from 0 (the data) to 1,000 (as
good as the standard normal distribution).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from explorer.core.denoising import AVERAGED, SCHEDULE, prediction
from explorer.core.frames import Array, FrameInfo
from explorer.core.params import Choice, ParamInfo, param
from explorer.core.questions import RunChecks
from explorer.core.spec import LabSpec, PanelSpec, ScalarInfo, StoredRun

BYTES_PER_POINT = 3
FEWEST_DRAWN, MOST_DRAWN = 40, 4000
CLOUD_POINTS = 400
CLOUD_STEPS = 20
"""Points of the film that is made while training, always from the same noise, and its DDIM steps."""
MOST_POINTS, MOST_STEPS = 1000, 250
DENSITY_SIDE = 44
"""Cells of the learned density in each direction."""
FIELD_SIDE = 17
"""Arrows of the score field in each direction."""


def _what_is_wrong(drawn: str) -> str:
    """What is wrong with the text of drawn points, as a clause."""
    try:
        raw = base64.b64decode(drawn.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return "this is not the text of drawn points; draw them in the panel “Distribution”."
    n, rest = divmod(len(raw), BYTES_PER_POINT)
    if rest:
        return "the text of drawn points is cut off; draw them in the panel “Distribution”."
    if n and not FEWEST_DRAWN <= n <= MOST_DRAWN:
        return f"a drawing has {FEWEST_DRAWN} to {MOST_DRAWN:,} points, not {n:,}; spray some more, or clear some."
    return ""


@dataclass(frozen=True)
class PointParams:
    """Settings of the lab; see each field's metadata."""

    shape: str = param(
        "moons",
        ParamInfo(
            "Distribution",
            "The points that are to be learned.",
            choices=(
                Choice("moons", "Moons", "Two half circles, one in the other's arms."),
                Choice("rings", "Rings", "Two circles around one centre."),
                Choice("spiral", "Spiral", "One arm, wound almost twice."),
                Choice("checkerboard", "Board", "Eight squares with sharp edges."),
                Choice("blobs", "Eight", "Eight heaps on a circle."),
                Choice("drawn", "Drawn", "What was sprayed in the panel “Distribution”; a face until something is."),
            ),
        ),
    )
    drawn: str = param(
        "",
        ParamInfo(
            "Drawn points",
            "Sprayed in the panel “Distribution”.",
            text=_what_is_wrong,
        ),
    )
    schedule: str = param("cosine", SCHEDULE)
    prediction: str = param("v", prediction("point"))
    learning_rate: float = param(
        2e-3,
        ParamInfo("Learning rate", "Higher: faster, until it breaks.", low=1e-5, high=1e-1, log=True, live=True),
    )
    batch_size: int = param(
        256, ParamInfo("Batch size", "Higher: smoother, slower.", unit="points", low=32, high=1024, step=32, live=True)
    )
    ema: bool = param(True, AVERAGED)
    width: int = param(
        128,
        ParamInfo(
            "Width", "Units of each layer. Fewer: shapes are only hinted at.", low=8, high=256, step=8, folded=True
        ),
    )


@dataclass(frozen=True)
class PointSampling:
    """How noise is turned into points.

    Attributes:
        sampler: ``"ddpm"``, ``"ddim"`` or ``"heun"``.
        steps: Denoising steps, 1 to 250, evenly spaced in time.
        eta: DDIM alone: share of the noise put back at each step, 0 (none) to 1 (as DDPM does).
        seed: Seed of the first noise, and of what the sampler puts back.
        n: Points, 1 to 1,000.
    """

    sampler: str = "ddim"
    steps: int = CLOUD_STEPS
    eta: float = 0.0
    seed: int = 1
    n: int = CLOUD_POINTS


@dataclass(frozen=True, eq=False)
class Travel:
    """Take some denoising steps with a cloud of points; a film is asked for piece by piece.

    Attributes:
        sampling: How.
        start: Steps already taken, 0 to ``sampling.steps`` - 1.
        x: Points after these, (n, 2) float32; None to begin with the noise of ``sampling.seed`` (start 0).
        count: Steps to take at most, at least 1.
        generation: Number of the question.
    """

    sampling: PointSampling = field(default_factory=PointSampling)
    start: int = 0
    x: Array | None = None
    count: int = 1
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Travelled:
    """The answer to :class:`Travel`, k steps of n points.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        times: Time before each step, and after the last one, (k + 1,) int64, falling; ends at 0 when the film does.
        x: Points at ``times``, (k + 1, n, 2) float32; the last ones are what the next piece begins with.
        took_ms: Milliseconds of computing one step.
        generation: Same as the request's.
    """

    request: Travel
    step: int
    times: Array
    x: Array
    took_ms: float
    generation: int


@dataclass(frozen=True, eq=False)
class Field:
    """The score at a time, on a grid over the square from -3 to 3.

    Attributes:
        time: 1 to 1,000.
        side: Arrows in each direction, 2 to 40.
        generation: Number of the question.
    """

    time: int = 500
    side: int = FIELD_SIDE
    generation: int = 0


@dataclass(frozen=True, eq=False)
class FieldSeen:
    """The answer to :class:`Field`.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        places: Where the arrows begin, (side,) float64 in both directions, rising.
        score: Learned score, gradient of log p_t, [up, across, (x, y)]: (side, side, 2) float32.
        exact: The score if the data were just the training points, the same form.
        generation: Same as the request's.
    """

    request: Field
    step: int
    places: Array
    score: Array
    exact: Array
    generation: int


@dataclass(frozen=True, eq=False)
class Density:
    """The density that the network has learned at a time, on a grid over the square from -3 to 3.

    It takes a few hundred milliseconds, so it is asked for piece by piece: each question but the first brings what the
    answer before it gave.

    Attributes:
        time: 1 to 1,000.
        done: Steps of the way to the noise already taken.
        x: Where the grid's points have come to, (side * side, 2) float32; None at the beginning.
        log_volume: Logarithm of the volume around each, (side * side,) float32; None at the beginning.
        generation: Number of the question.
    """

    time: int = 500
    done: int = 0
    x: Array | None = None
    log_volume: Array | None = None
    generation: int = 0


@dataclass(frozen=True, eq=False)
class DensitySeen:
    """The answer to :class:`Density`.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        done: Steps taken.
        n_steps: Steps in all.
        x: As in the request, for the next one.
        log_volume: As in the request, for the next one.
        learned: Once done = n_steps, the density in the middle of each cell, [up, across], (44, 44) float32; else None.
        exact: With it, the density if the data were just the training points; else None.
        mass: With them, the learned density's sum over the cells times their area: 1 if all of it lies on the grid.
        generation: Same as the request's.
    """

    request: Density
    step: int
    done: int
    n_steps: int
    x: Array
    log_volume: Array
    learned: Array | None
    exact: Array | None
    mass: float
    generation: int


@dataclass(frozen=True, eq=False)
class Follow:
    """The way of the probability-flow ODE through a place: from noise to data, and which noise it came from.

    Attributes:
        x: Where, (2,).
        time: When, 0 to 1,000.
        generation: Number of the question.
    """

    x: tuple[float, float] = (0.0, 0.0)
    time: int = 500
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Followed:
    """The answer to :class:`Follow`.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        times: Falling from 1,000 to 0, (k,) int64; the asked time is one of them.
        path: Places at ``times``, (k, 2) float32.
        generation: Same as the request's.
    """

    request: Follow
    step: int
    times: Array
    path: Array
    generation: int


SPEC = LabSpec(
    id="diffusion_points",
    title="Diffusion in 2-D",
    group="Generative models",
    summary="Points instead of pictures: the whole field that carries noise to data can be seen.",
    params=PointParams,
    frames=(
        FrameInfo(
            "cloud",
            ("denoising step, from noise to data", "point", "x and y"),
            "coordinates",
            "A film of 400 points drawn by 20 DDIM steps, from the same noise every time.",
            1.0,
        ),
        FrameInfo(
            "levels",
            ("stretch of time, from data to noise",),
            "mean squared error of the predicted noise",
            "Loss by noise level, averaged over the last batches; NaN where nothing was measured yet.",
            3.0,
        ),
    ),
    scalars=(
        ScalarInfo("loss", "train", "mean squared error", "train"),
        ScalarInfo("test_loss", "test", "mean squared error", "test"),
        ScalarInfo("gradient_norm", "gradient", "norm", "ink"),
        ScalarInfo("energy_ratio", "drawn against data", "times the distance of data from data", "test"),
    ),
    requests=(Travel, Field, Density, Follow, RunChecks),
    experiment="explorer.experiments.diffusion_points:create",
    lab="explorer.ui.labs.diffusion_points:DiffusionPointsLab",
    panels=(
        PanelSpec("plane", "Points travelling", "center", "hero", ("cloud",), (900, 640)),
        PanelSpec("distribution", "Distribution", "right", "top", (), (420, 520)),
        PanelSpec("schedule", "Schedule", "right", "middle", (), (420, 260)),
        PanelSpec("curves", "Curves", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("levels", "Loss by noise level", "bottom", "bottom", ("levels",), (1200, 240)),
        PanelSpec("checks", "Checks", "left", "story", (), (360, 180)),
    ),
    stored=(
        StoredRun("diffusion_points-moons", "Moons"),
        StoredRun("diffusion_points-spiral", "Spiral"),
        StoredRun("diffusion_points-checkerboard", "Board"),
    ),
    data_note="2,000 points, in the coordinates of the picture; nothing is scaled",
)
