"""The diffusion lab: what its torch half and its window half agree on.

Pictures are those of the model: 28 x 28, -1 is paper, 1 is ink. Time runs from 0 (the picture) to 1,000 (as
good as pure noise); the schedule says how much of the picture is left at each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.core.denoising import AVERAGED, SCHEDULE, prediction
from explorer.core.frames import Array, FrameInfo
from explorer.core.params import ParamInfo, param
from explorer.core.questions import RunChecks
from explorer.core.spec import LabSpec, PanelSpec, ScalarInfo, StoredRun

SIDE_PX = 28
N_CLASSES = 10
ANY_CLASS = 10
"""The class "none in particular": what guidance pushes away from."""
MOST_SAMPLES = 64
MOST_STEPS = 1000
SAMPLES_STEPS = 8
"""DDIM steps of the ten samples that are drawn while training, always from the same noise."""
SAMPLES_GUIDANCE = 1.0


@dataclass(frozen=True)
class DiffusionParams:
    """Settings of the lab; see each field's metadata."""

    schedule: str = param("cosine", SCHEDULE)
    prediction: str = param("v", prediction("picture"))
    learning_rate: float = param(
        2e-3,
        ParamInfo("Learning rate", "Higher: faster, until it breaks.", low=1e-5, high=1e-1, log=True, live=True),
    )
    batch_size: int = param(
        32, ParamInfo("Batch size", "Higher: smoother, slower.", unit="digits", low=8, high=128, step=8, live=True)
    )
    class_dropout: float = param(
        0.1,
        ParamInfo(
            "Class left out",
            "Share of digits shown without their class, which guidance needs (Ho & Salimans 2022).",
            low=0.0,
            high=0.5,
            step=0.05,
            live=True,
        ),
    )
    ema: bool = param(True, AVERAGED)
    width: int = param(
        32,
        ParamInfo("Width", "Channels of the network. Higher: better, slower.", low=16, high=64, step=8, folded=True),
    )
    warped: bool = param(
        True,
        ParamInfo("Warped digits", "Turn and stretch digits a little: more to learn from.", live=True, folded=True),
    )


@dataclass(frozen=True)
class Sampling:
    """How noise is turned into pictures.

    Attributes:
        sampler: ``"ddpm"``, ``"ddim"`` or ``"heun"``: DDPM's ancestral sampling (Ho et al. 2020), DDIM (Song et al.
            2021), or Heun's method on the probability-flow ODE (Karras et al. 2022), which mostly asks
            the network twice a step.
        steps: Denoising steps, 1 to 1000, evenly spaced in time.
        eta: DDIM alone: share of the noise put back at each step, 0 (none) to 1 (as DDPM does).
        guidance: 1 draws the class as learned; above, what the class changes is exaggerated; 0 ignores the class.
        label: Class 0 to 9; :data:`ANY_CLASS` for none in particular; -1 for all ten in turn (sample i gets i mod 10).
        seed: Seed of the first noise, and of what the sampler puts back.
        n: Pictures, 1 to 64.
        schedule: Places the steps: evenly in the time of this noise schedule; empty for the one of the run.
    """

    sampler: str = "ddim"
    steps: int = 50
    eta: float = 0.0
    guidance: float = 1.5
    label: int = 3
    seed: int = 1
    n: int = 16
    schedule: str = ""


@dataclass(frozen=True, eq=False)
class Denoise:
    """Take some denoising steps.

    A film is asked for piece by piece, each beginning with the pictures that the one before ended with.

    Attributes:
        sampling: How.
        start: Steps already taken, 0 to ``sampling.steps``.
        x: Pictures after these, (n, 28, 28) float32; None to begin with the noise of ``sampling.seed`` (start 0).
        count: Steps to take at most, at least 1.
        generation: Number of the question.
        only: Numbers of the pictures to go on with, m of them, of which alone ``x`` and the answer are; empty for all.
    """

    sampling: Sampling = field(default_factory=Sampling)
    start: int = 0
    x: Array | None = None
    count: int = 1
    generation: int = 0
    only: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class DenoiseBeside(Denoise):
    """The same question from the panel that compares two settings: it does not take the place of the film's."""


@dataclass(frozen=True, eq=False)
class Denoised:
    """The answer to :class:`Denoise`, k steps of n pictures, or of the m asked for.

    A step goes from time t to t': x(t') = ``weights[0]`` x0_hat + ``weights[1]`` eps_hat + ``weights[2]`` z, with fresh
    noise z. (Where Heun asks twice, it steps with the mean of both noises: x0 and noise here are of the first time.)

    Attributes:
        request: What was asked.
        step: Step of the weights.
        times: Time before each step, and after the last one, (k + 1,) int64, falling; ends at 0 when the film does.
        signal: alpha_bar at ``times``, (k + 1,) float64.
        x: Pictures before each step, (k, n, 28, 28) float16.
        x0: What the network takes for the picture then (guidance included), within [-1, 1], (k, n, 28, 28) float16.
        noise: The noise it sees then, (k, n, 28, 28) float16; x = sqrt(signal) x0 + sqrt(1 - signal) noise.
        weights: (k, 3) float64, see above.
        last: Pictures after the last step, (n, 28, 28) float32; what the next piece begins with.
        took_ms: Milliseconds of computing one step.
        generation: Same as the request's.
    """

    request: Denoise
    step: int
    times: Array
    signal: Array
    x: Array
    x0: Array
    noise: Array
    weights: Array
    last: Array
    took_ms: float
    generation: int


@dataclass(frozen=True)
class Judge:
    """Draw some digits and let a classifier that was trained apart from them look.

    Quality is measured part by part, so that it can be watched and stopped.

    Attributes:
        part: Number of the part, from 0; each has noise of its own.
        n: Digits of this part, as many of each class as come out even.
        steps: DDIM steps.
        guidance: As in :class:`Sampling`.
        generation: Number of the question.
    """

    part: int = 0
    n: int = 40
    steps: int = 50
    guidance: float = 1.5
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Judged:
    """The answer to :class:`Judge`.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        asked: Class asked for, (n,) int64.
        seen: Class that the classifier sees, (n,) int64.
        features: The classifier's last hidden layer for each digit drawn, (n, F) float32.
        pictures: The digits, (n, 28, 28) uint8, 255 is ink.
        real: The same layer for the 500 test digits, (500, F) float32.
        other_real: And for as many training digits, (500, F) float32: what the distance between real and real is.
        classifier_accuracy: Share of the test digits that the classifier gets right.
        generation: Same as the request's.
    """

    request: Judge
    step: int
    asked: Array
    seen: Array
    features: Array
    pictures: Array
    real: Array
    other_real: Array
    classifier_accuracy: float
    generation: int


SPEC = LabSpec(
    id="diffusion",
    title="Diffusion",
    group="Generative models",
    summary="From noise to a digit, one small denoising step at a time.",
    params=DiffusionParams,
    frames=(
        FrameInfo(
            "samples",
            ("class", "row", "column"),
            "ink, 0 to 255",
            "Ten digits, one of each class, drawn from the same noise every time (uint8).",
            1.0,
        ),
        FrameInfo(
            "levels",
            ("stretch of time, from picture to noise",),
            "mean squared error of the predicted noise",
            "Loss by noise level, averaged over the last batches; NaN where nothing was measured yet.",
            3.0,
        ),
    ),
    scalars=(
        ScalarInfo("loss", "train", "mean squared error", "train"),
        ScalarInfo("test_loss", "test", "mean squared error", "test"),
        ScalarInfo("gradient_norm", "gradient", "norm", "ink"),
    ),
    requests=(Denoise, DenoiseBeside, Judge, RunChecks),
    experiment="explorer.experiments.diffusion:create",
    lab="explorer.ui.labs.diffusion:DiffusionLab",
    panels=(
        PanelSpec("reverse", "Denoising", "center", "hero", (), (900, 640)),
        PanelSpec("forward", "Adding noise", "right", "top", (), (420, 420)),
        PanelSpec("schedule", "Schedule", "right", "middle", (), (420, 320)),
        PanelSpec("compare", "Compare", "right", "middle", (), (420, 320)),
        PanelSpec("samples", "Samples while training", "bottom", "bottom", ("samples",), (1200, 240)),
        PanelSpec("levels", "Loss by noise level", "bottom", "bottom", ("levels",), (1200, 240)),
        PanelSpec("curves", "Curves", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("quality", "Quality", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("checks", "Checks", "left", "story", (), (360, 180)),
    ),
    stored=(StoredRun("diffusion-digits", "Stored run"),),
    data_note="MNIST, 4,500 training digits, pixels scaled to [−1, 1]",
)
