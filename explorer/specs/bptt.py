"""The lab of gradients through time: what its torch half and its window half agree on.

Three cells (plain RNN, LSTM, GRU) learn the same task on the same batches. Four quantities are followed through time,
in the order of :data:`TRACKS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from explorer.core.frames import Array, FrameInfo
from explorer.core.params import Choice, ParamInfo, param
from explorer.core.questions import RunChecks
from explorer.core.spec import LabSpec, PanelSpec, ScalarInfo, StoredRun

CELLS = ("rnn", "lstm", "gru")
"""The three cells; arrays with one row per cell have them in this order."""
TRACKS = ("rnn/h", "lstm/c", "lstm/h", "gru/h")
"""Where gradients are measured: cell and state. The LSTM's long path runs through its memory c."""
N_SYMBOLS = 8
"""Symbols to remember or to copy; guessing is right once in eight."""
N_FILLERS = 4
"""Other symbols that only fill the time after the one to remember."""
N_COPIED = 5
"""Symbols that the copy task asks for."""
ADDING_TOLERANCE = 0.1
"""An answer of the adding problem counts as right within this of the true sum."""
MAX_ROWS = 2000
"""Rows the film of gradients keeps; when full, every other one is dropped and rows come half as often."""
VANISHING, EXPLODING = 1e-5, 1e3
"""A norm below (above) this multiple of the last time step's is called vanishing (exploding)."""


def _is_plain(params: BpttParams) -> bool:
    return params.gate_bias == "constant"


def _clips(params: BpttParams) -> bool:
    return params.clipping


@dataclass(frozen=True)
class BpttParams:
    """Settings of the lab; see each field's metadata."""

    task: str = param(
        "remember",
        ParamInfo(
            "Task",
            "What the three cells have to carry over the delay.",
            choices=(
                Choice("remember", "Remember", "Name the first symbol, after T steps of four others."),
                Choice("adding", "Add", "Add the two marked numbers of a long row (Hochreiter & Schmidhuber 1997)."),
                Choice("copy", "Copy", "Repeat five symbols after T blanks."),
            ),
        ),
    )
    delay: int = param(
        100,
        ParamInfo(
            "Delay T", "Higher: the gradient has further to go back.", unit="steps", symbol="T",
            low=5, high=300, step=1,
        ),
    )  # fmt: skip
    learning_rate: float = param(
        1e-3,
        ParamInfo("Learning rate", "Higher: faster, until it breaks.", low=1e-5, high=1e-1, log=True, live=True),
    )
    clipping: bool = param(
        True,
        ParamInfo("Clip gradients", "Scale the whole gradient down where its norm passes the threshold.", live=True),
    )
    clip_norm: float = param(
        1.0,
        ParamInfo(
            "Clip at norm",
            "Higher: larger steps get through.",
            low=1e-3,
            high=1e3,
            log=True,
            live=True,
            shown_when=_clips,
        ),
    )
    truncate: int = param(
        0,
        ParamInfo(
            "Truncate after",
            "Gradients go back so many steps and no further; 0: all the way.",
            unit="steps",
            low=0,
            high=300,
            step=1,
            live=True,
        ),
    )
    activation: str = param(
        "tanh",
        ParamInfo(
            "RNN activation",
            "The nonlinearity of the plain cell.",
            choices=(Choice("tanh", "tanh", "Saturates."), Choice("relu", "ReLU", "Does not saturate; may explode.")),
        ),
    )
    initial: str = param(
        "orthogonal",
        ParamInfo(
            "Initial W of the RNN",
            "How the plain cell's recurrent matrix begins; then scaled to the radius below.",
            choices=(
                Choice("orthogonal", "Orthogonal", "All eigenvalues on one circle (Saxe et al. 2014)."),
                Choice("identity", "Identity", "Every unit copies itself (Le et al. 2015)."),
                Choice("gaussian", "Gaussian", "Eigenvalues fill a disc."),
            ),
        ),
    )
    radius: float = param(
        0.9,
        ParamInfo(
            "Initial radius of W",
            "Largest |eigenvalue|. Below 1 gradients shrink going back; above 1 they may grow.",
            symbol="ρ",
            low=0.1,
            high=2.0,
            step=0.01,
        ),
    )
    gate_bias: str = param(
        "chrono",
        ParamInfo(
            "Initial gate biases",
            "How long the gates of LSTM and GRU hold at first.",
            choices=(
                Choice("constant", "One value", "The forget (update) gate's bias below, for all units."),
                Choice("chrono", "Spread over T", "Times spread from 1 to T (Tallec & Ollivier 2018)."),
            ),
            folded=True,
        ),
    )
    forget_bias: float = param(
        1.0,
        ParamInfo(
            "Forget-gate bias",
            "Higher: gates start more open to the past.",
            low=-4.0,
            high=8.0,
            step=0.1,
            shown_when=_is_plain,
            folded=True,
        ),
    )
    hidden: int = param(
        48,
        ParamInfo("Hidden units", "Higher: stronger cells, slower steps.", low=8, high=256, step=8, folded=True),
    )
    batch_size: int = param(
        64,
        ParamInfo(
            "Batch size", "Higher: smoother, slower.", unit="sequences", low=8, high=256, step=8, live=True, folded=True
        ),
    )


@dataclass(frozen=True)
class Chain:
    """Take the gradient of one step's loss apart, factor by factor, for one sequence.

    The loss is read out at time ``k`` and followed back to time ``j``:
    dL_k/dh_k * dh_k/dh_(k-1) * ... * dh_(j+1)/dh_j * dh_j/dW_h.

    Attributes:
        cell: One of :data:`CELLS`.
        k: Time of the loss, 1-based; 0 for the last one that has a loss.
        j: Time it is followed back to, 1-based; 1 for the first.
        exact: Whether it is that of the present weights; while training, what was found for cell and k some steps ago
            may be used, so that an end can be dragged smoothly. The answer says the step.
        generation: Number of the question.
    """

    cell: str
    k: int = 0
    j: int = 1
    exact: bool = True
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Chained:
    """The answer to :class:`Chain`; for the LSTM the state is (h, c) together.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        k: Time of the loss, 1-based.
        j: Time followed back to, 1-based.
        loss_norm: Norm of dL_k/dh_k.
        factors: Largest singular value of dh_t/dh_(t-1) for t = 2 .. k, (k - 1,) float64.
        products: Largest singular value of dh_k/dh_t for t = 1 .. k, (k,) float64; the last one is 1.
        gradients: Norm of dL_k/dh_t for t = 1 .. k, (k,) float64.
        radius: Spectral radius of W_h (of the candidate's W_h for LSTM and GRU).
        bound: radius ** (k - t) for t = 1 .. k, (k,) float64: what products cannot pass for a normal W_h and |f'| <= 1.
        direct_norm: Norm of the direct derivative dh_j/dW_h (h_(j-1) held fixed).
        term_norm: Norm of this j's whole term of dL_k/dW_h.
        total_norm: Norm of dL_k/dW_h, the sum of all terms.
        generation: Same as the request's.
    """

    request: Chain
    step: int
    k: int
    j: int
    loss_norm: float
    factors: Array
    products: Array
    gradients: Array
    radius: float
    bound: Array
    direct_norm: float
    term_norm: float
    total_norm: float
    generation: int


@dataclass(frozen=True)
class MeasureDelays:
    """Measure the accuracy of the three cells at other delays than the one trained on."""

    generation: int = 0


@dataclass(frozen=True, eq=False)
class DelaysMeasured:
    """The answer to :class:`MeasureDelays`.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        delays: Delays, (D,) int64 rising; the trained one among them.
        accuracy: Share right, (3, D) float32, cells in the order of :data:`CELLS`.
        chance: What guessing gives.
        n_sequences: Sequences measured at each delay.
        generation: Same as the request's.
    """

    request: MeasureDelays
    step: int
    delays: Array
    accuracy: Array
    chance: float
    n_sequences: int
    generation: int


def n_steps_of(params: BpttParams) -> int:
    """Length of a sequence: number of time steps that the cells read."""
    if params.task == "adding":
        return params.delay
    if params.task == "copy":
        return params.delay + 2 * N_COPIED
    return params.delay + 1


SPEC = LabSpec(
    id="bptt",
    title="Gradients in time",
    group="Sequences",
    summary="Three cells learn to remember one symbol. Watch how far the gradient reaches back.",
    params=BpttParams,
    frames=(
        FrameInfo(
            "film",
            ("recorded step", "rnn dL/dh, lstm dL/dc, lstm dL/dh, gru dL/dh", "time step"),
            "log10 of the norm",
            "Gradient norms of the run so far, float16; -inf where a gradient is exactly zero (truncated).",
            2.0,
            recorded=False,
        ),
        FrameInfo("film_steps", ("recorded step",), "training step", "Training step of each row.", 2.0, recorded=False),
        FrameInfo(
            "film_truncate",
            ("recorded step",),
            "time steps",
            "Truncation in force at each row; 0 for none.",
            2.0,
            recorded=False,
        ),
        FrameInfo(
            "norms",
            ("rnn dL/dh, lstm dL/dc, lstm dL/dh, gru dL/dh", "time step"),
            "norm",
            "Norm of the loss's gradient at every time step, root mean square over the batch's sequences.",
            5.0,
        ),
        FrameInfo("spectrum", ("eigenvalue", "real, imaginary"), "", "Eigenvalues of the plain cell's W_h.", 5.0),
        FrameInfo(
            "gates",
            ("LSTM forget, LSTM input, LSTM output, GRU update, GRU reset", "time step"),
            "0 to 1",
            "Mean of each gate over units and sequences; for the GRU's update gate, 1 keeps the old state.",
            3.0,
        ),
    ),
    scalars=(
        ScalarInfo("rnn_loss", "RNN loss", "nats (adding: squared error)", "rnn"),
        ScalarInfo("lstm_loss", "LSTM loss", "nats (adding: squared error)", "lstm"),
        ScalarInfo("gru_loss", "GRU loss", "nats (adding: squared error)", "gru"),
        ScalarInfo("rnn_accuracy", "RNN", "%", "rnn"),
        ScalarInfo("lstm_accuracy", "LSTM", "%", "lstm"),
        ScalarInfo("gru_accuracy", "GRU", "%", "gru"),
        ScalarInfo("rnn_gradient", "RNN gradient", "norm", "rnn"),
        ScalarInfo("lstm_gradient", "LSTM gradient", "norm", "lstm"),
        ScalarInfo("gru_gradient", "GRU gradient", "norm", "gru"),
        ScalarInfo("radius", "spectral radius", "|λ|", "rnn"),
    ),
    requests=(Chain, MeasureDelays, RunChecks),
    experiment="explorer.experiments.bptt:create",
    lab="explorer.ui.labs.bptt:BpttLab",
    panels=(
        PanelSpec(
            "gradient", "Gradient through time", "center", "hero", ("film", "film_steps", "film_truncate"), (860, 640)
        ),
        PanelSpec("spectrum", "Spectrum", "right", "top", ("spectrum",), (420, 340)),
        PanelSpec("chain", "Chain", "right", "middle", (), (420, 460)),
        PanelSpec("gates", "Gates", "right", "middle", ("gates",), (420, 460)),
        PanelSpec("now", "Now", "bottom", "bottom", ("norms",), (1200, 240)),
        PanelSpec("delays", "Accuracy against delay", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("curves", "Curves", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("meaning", "What it means", "left", "story", ("norms",), (360, 160)),
        PanelSpec("checks", "Checks", "left", "story", (), (360, 200)),
    ),
    stored=(StoredRun("bptt-remember", "Stored run, T = 100"),),
    data_note="same batches, same seed, same budget for all three",
)
