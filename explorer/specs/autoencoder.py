"""The autoencoder lab: what its torch half and its window half agree on."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.frames import Array, FrameInfo
from explorer.core.params import Choice, ParamInfo, param
from explorer.core.questions import RunChecks
from explorer.core.spec import LabSpec, PanelSpec, ScalarInfo, StoredRun

SIDE_PX = 28
GRID_SIDE = 13
N_TRAIN = 4500
GAUSSIAN_SIGMA = 0.2
"""Standard deviation of a pixel under the Gaussian likelihood, in units of full ink."""


def _is_vae(params: AutoencoderParams) -> bool:
    return params.kind == "variational"


@dataclass(frozen=True)
class AutoencoderParams:
    """Settings of the autoencoder lab; see each field's metadata."""

    kind: str = param(
        "variational",
        ParamInfo(
            "Model",
            "A plain autoencoder encodes a point; a variational one encodes a distribution and is pulled to the prior.",
            choices=(
                Choice("autoencoder", "Autoencoder", "One code per digit; nothing fills the gaps between codes."),
                Choice("variational", "Variational", "A Gaussian per digit; the codes together fill the prior."),
            ),
        ),
    )
    beta: float = param(
        1.0,
        ParamInfo(
            "KL weight β",
            "Higher: codes crowd into the prior and pictures blur; 0: no pull at all, close to a plain autoencoder.",
            symbol="β",
            low=0.0,
            high=10.0,
            step=0.05,
            live=True,
            shown_when=_is_vae,
        ),
    )
    learning_rate: float = param(
        2e-3,
        ParamInfo(
            "Learning rate",
            "Higher: faster at first, then restless; far too high and the loss breaks.",
            low=1e-5,
            high=1e-1,
            log=True,
            live=True,
        ),
    )
    batch_size: int = param(
        64,
        ParamInfo(
            "Batch size", "Higher: smoother but slower steps.", unit="digits", low=16, high=512, step=16, live=True
        ),
    )
    latent: int = param(
        2,
        ParamInfo(
            "Latent size",
            "Higher: sharper pictures, but the map shows only the two widest directions (PCA).",
            symbol="latent",
            low=2,
            high=32,
            step=1,
        ),
    )
    hidden: int = param(
        256,
        ParamInfo("Hidden units", "Higher: a stronger network and slower steps.", low=32, high=1024, step=32),
    )
    network: str = param(
        "mlp",
        ParamInfo(
            "Network",
            "What encoder and decoder are made of.",
            choices=(
                Choice("mlp", "Dense", "Fully connected layers: fast, blind to where a pixel sits."),
                Choice("conv", "Convolutional", "Convolutions: slower steps, fewer weights."),
            ),
        ),
    )
    likelihood: str = param(
        "bernoulli",
        ParamInfo(
            "Likelihood",
            "How a decoded picture is scored against the digit.",
            choices=(
                Choice("bernoulli", "Bernoulli", "Cross-entropy; pixels in [0, 1], not binarised."),
                Choice(
                    "gaussian", "Gaussian", "Squared error with σ = 0.2 of full ink and its proper constant, in nats."
                ),
            ),
        ),
    )


@dataclass(frozen=True)
class Decode:
    """Decode one latent point ``z`` (length = latent size)."""

    z: tuple[float, ...]
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Decoded:
    """The answer to :class:`Decode`.

    Attributes:
        request: What was asked.
        step: Step of the weights that answered.
        image: Mean picture, (28, 28) float32 in [0, 1].
        nearest: Index of the training digit whose code is nearest to ``z``.
        code_distance: Euclidean distance of that code from ``z``, in latent units.
        pixel_distance: Root mean square difference of its pixels from ``image``, in [0, 1].
        generation: Same as the request's.
    """

    request: Decode
    step: int
    image: Array
    nearest: int
    code_distance: float
    pixel_distance: float
    generation: int


@dataclass(frozen=True, eq=False)
class Encode:
    """Encode one picture, (28, 28) float32 in [0, 1], and decode it again."""

    picture: Array
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Encoded:
    """The answer to :class:`Encode`.

    Attributes:
        request: What was asked.
        step: Step of the weights that answered.
        mu: Code, (L,) float32.
        sigma: Posterior standard deviation, (L,) float32; zeros for a plain autoencoder.
        map_xy: Where the code lies on the map, (2,) float32.
        mean: Picture decoded from ``mu``, (28, 28) float32 in [0, 1].
        sample: Picture decoded from one sample of the posterior (``mu`` itself for a plain autoencoder).
        reconstruction: Negative log-likelihood at the sample, nats.
        kl: KL divergence of the posterior from the prior, nats; 0 for a plain autoencoder.
        generation: Same as the request's.
    """

    request: Encode
    step: int
    mu: Array
    sigma: Array
    map_xy: Array
    mean: Array
    sample: Array
    reconstruction: float
    kl: float
    generation: int


@dataclass(frozen=True)
class PathEnd:
    """One end of a path: a training digit by index, or a latent point when ``digit`` is -1."""

    digit: int = -1
    z: tuple[float, ...] = ()


@dataclass(frozen=True)
class Interpolate:
    """Walk in a straight line through latent space between two ends, in ``n`` pictures."""

    a: PathEnd
    b: PathEnd
    n: int = 12
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Strip:
    """One model's pictures along a path.

    Attributes:
        title: Which model, in words: ``"Variational, live"`` or ``"Autoencoder, stored run"``.
        codes: (n, L) float32.
        images: (n, 28, 28) float32 in [0, 1].
        strangeness: Root mean square pixel distance of each picture from the nearest training digit, (n,) float32.
    """

    title: str
    codes: Array
    images: Array
    strangeness: Array


@dataclass(frozen=True, eq=False)
class Interpolated:
    """The answer to :class:`Interpolate`: the live model and the stored one of the other kind.

    Attributes:
        request: What was asked.
        step: Step of the live weights.
        live: The model in training.
        other: The shipped model of the other kind, between the same two digits (a point is replaced by the
            training digit nearest to it); None where none is shipped.
        ends: Indices of the training digits that the ends stand for.
        generation: Same as the request's.
    """

    request: Interpolate
    step: int
    live: Strip
    other: Strip | None
    ends: tuple[int, int]
    generation: int


@dataclass(frozen=True)
class Trick:
    """Ask torch for the gradients of L = (z - target)^2 (summed over dimensions) with z = mu + sigma * r.

    Attributes:
        mu: Mean, one or two numbers.
        sigma: Standard deviation, same length, positive.
        noise: The frozen r, same length.
        target: Where the loss is zero, same length.
        n_samples: Samples for the estimators' mean and variance.
        seed: Seed of those samples.
        generation: Number of the question.
    """

    mu: tuple[float, ...]
    sigma: tuple[float, ...]
    noise: tuple[float, ...]
    target: tuple[float, ...]
    n_samples: int = 2000
    seed: int = 0
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Gradient:
    """dL/dmu and dL/dsigma, each (d,) float64."""

    mu: Array
    sigma: Array


@dataclass(frozen=True, eq=False)
class Tricked:
    """The answer to :class:`Trick`; d is the number of dimensions.

    Attributes:
        request: What was asked.
        z: mu + sigma * noise, (d,) float64.
        loss: L at z.
        inside_requires_grad: What torch says of the loss when sampling is inside the path (False).
        inside_error: The words of torch when backward() is called there.
        pathwise: Gradient of this one sample by backward() with the noise outside.
        pathwise_formula: The same by hand: 2(z - target) and 2(z - target) r.
        expected: Gradient of the expected loss in closed form: 2(mu - target) and 2 sigma.
        pathwise_mean: Mean of the pathwise estimator over n_samples.
        pathwise_variance: Its variance per sample.
        score_mean: Mean of the score-function estimator over the same samples.
        score_variance: Its variance per sample.
        generation: Same as the request's.
    """

    request: Trick
    z: Array
    loss: float
    inside_requires_grad: bool
    inside_error: str
    pathwise: Gradient
    pathwise_formula: Gradient
    expected: Gradient
    pathwise_mean: Gradient
    pathwise_variance: Gradient
    score_mean: Gradient
    score_variance: Gradient
    generation: int


SPEC = LabSpec(
    id="autoencoder",
    title="Autoencoder & VAE",
    group="Generative models",
    summary="Compress a digit to two numbers, then drag through what was learned.",
    params=AutoencoderParams,
    frames=(
        FrameInfo(
            "map", ("training digit", "map axis"), "latent units", "Code of each training digit on the map.", 11.0
        ),
        FrameInfo(
            "spreads",
            ("training digit", "covariance xx, xy, yy"),
            "latent units squared",
            "Covariance of each digit's posterior on the map; zeros for a plain autoencoder.",
            3.0,
        ),
        FrameInfo(
            "basis",
            ("centre, first axis, second axis", "latent dimension"),
            "latent units",
            "How map and latent space go together: z = centre + x * first + y * second.",
            3.0,
        ),
        FrameInfo(
            "grid",
            ("map axis", "cell"),
            "latent units",
            "Map coordinates of the manifold's columns (rising) and rows (falling: the top row is highest).",
            3.0,
        ),
        FrameInfo(
            "manifold",
            ("row", "column", "pixel row", "pixel column"),
            "ink, 0 to 255",
            "Pictures decoded over the prior's quantiles (a plain autoencoder's: over the codes' own quantiles).",
            3.0,
        ),
        FrameInfo("unit_kl", ("latent dimension",), "nats", "Mean KL of each latent dimension over the digits.", 2.0),
    ),
    scalars=(
        ScalarInfo("total", "train", "nats", "train"),
        ScalarInfo("reconstruction", "reconstruction", "nats", "reconstruction"),
        ScalarInfo("kl", "KL", "nats", "kl"),
        ScalarInfo("test_total", "test", "nats", "test"),
        ScalarInfo("test_reconstruction", "test reconstruction", "nats", "reconstruction"),
        ScalarInfo("test_kl", "test KL", "nats", "kl"),
        ScalarInfo("active_units", "active units", "", "ink"),
    ),
    requests=(Decode, Encode, Interpolate, Trick, RunChecks),
    experiment="explorer.experiments.autoencoder:create",
    lab="explorer.ui.labs.autoencoder:AutoencoderLab",
    panels=(
        PanelSpec("map", "Latent map", "center", "hero", ("map", "spreads", "basis"), (860, 640)),
        PanelSpec("trick", "Reparametrization trick", "center", "hero", (), (860, 640)),
        PanelSpec("decoded", "Decoded", "right", "top", ("basis",), (420, 260)),
        PanelSpec("manifold", "Manifold", "right", "middle", ("manifold", "grid"), (420, 440)),
        PanelSpec("reconstruction", "Reconstruction", "right", "middle", (), (420, 440)),
        PanelSpec("curves", "Curves", "bottom", "bottom", ("unit_kl",), (1200, 240)),
        PanelSpec("path", "Path", "bottom", "bottom", ("map",), (1200, 240)),
        PanelSpec("objective", "Objective", "left", "objective", (), (360, 140)),
        PanelSpec("checks", "Checks", "left", "checks", (), (360, 200)),
    ),
    stored=(StoredRun("autoencoder-vae", "Stored VAE"), StoredRun("autoencoder-ae", "Stored autoencoder")),
    data_note="MNIST, 4,500 training digits, pixels scaled to [0, 1]",
)
