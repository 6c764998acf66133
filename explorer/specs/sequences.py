"""The lab of sequence tasks: what its torch half and its window half agree on."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.core.frames import Array, FrameInfo
from explorer.core.params import Choice, ParamInfo, param
from explorer.core.questions import RunChecks
from explorer.core.spec import LabSpec, PanelSpec, ScalarInfo, StoredRun

TASKS = ("sentiment", "digits", "caption", "translate", "dates")
SENTIMENTS = ("negative", "positive")
MAX_WORDS = 40
"""Words (characters, for dates) of an input that the network reads; the rest is cut, visibly."""
MAX_WRITTEN = 40
"""Tokens that the network writes at most."""
UNKNOWN, START, END, PAD = "<unk>", "<start>", "<end>", "<pad>"
EXAMPLES = {
    "sentiment": "great cast but not a good film at all",
    "translate": "the blue fox sleeps",
    "dates": "3 March 1998",
}
"""What is read when the lab opens."""

SceneObject = tuple[str, str, str, int, int]
"""Shape, colour, size, column and row of one object of a picture; places count from 0 at the upper left."""
EXAMPLE_SCENE: tuple[SceneObject, ...] = (
    ("circle", "blue", "large", 0, 1),
    ("square", "red", "small", 2, 1),
)
EXAMPLE_DIGIT = 12
"""Index of the test digit that is read when the lab opens."""


def task_of(params: SequenceParams) -> str:
    """Which of :data:`TASKS` the parameters choose."""
    if params.wiring == "many_to_one":
        return params.reading
    return "caption" if params.wiring == "one_to_many" else params.writing


def _reads(params: SequenceParams) -> bool:
    return params.wiring == "many_to_one"


def _translates(params: SequenceParams) -> bool:
    return params.wiring == "many_to_many"


def _writes(params: SequenceParams) -> bool:
    return params.wiring != "many_to_one"


@dataclass(frozen=True)
class SequenceParams:
    """Settings of the lab; see each field's metadata."""

    wiring: str = param(
        "many_to_one",
        ParamInfo(
            "Wiring",
            "Which side has arbitrary length.",
            choices=(
                Choice("many_to_one", "Many to one", "A sequence in, one answer out."),
                Choice("one_to_many", "One to many", "One picture in, a sentence out."),
                Choice("many_to_many", "Many to many", "A sequence in, another one out."),
            ),
        ),
    )
    reading: str = param(
        "sentiment",
        ParamInfo(
            "What is read",
            "The sequence that one answer is given to.",
            choices=(
                Choice("sentiment", "Sentences", "Is the review good or bad? With negation and contrast."),
                Choice("digits", "Digits", "A handwritten digit, read row by row from the top."),
            ),
            shown_when=_reads,
        ),
    )
    writing: str = param(
        "translate",
        ParamInfo(
            "What is written",
            "The sequence that another one is answered with.",
            choices=(
                Choice("translate", "Italian", "English to Italian: adjectives move and agree."),
                Choice("dates", "Dates", "Dates in many spellings to ISO 8601, character by character."),
            ),
            shown_when=_translates,
        ),
    )
    cell: str = param(
        "gru",
        ParamInfo(
            "Cell",
            "How the new state is made of the old one and the input.",
            choices=(
                Choice("rnn_tanh", "RNN (tanh)", "h = tanh(W x + U h + b); forgets soon."),
                Choice("rnn_relu", "RNN (ReLU)", "h = max(0, W x + U h + b); may explode."),
                Choice("lstm", "LSTM", "A memory c behind three gates (Hochreiter & Schmidhuber 1997)."),
                Choice("gru", "GRU", "Two gates, no separate memory (Cho et al. 2014)."),
            ),
        ),
    )
    layers: int = param(1, ParamInfo("Layers", "Two: the second reads the first one's states.", low=1, high=2, step=1))
    hidden: int = param(96, ParamInfo("Hidden units", "Higher: more memory, slower steps.", low=8, high=256, step=8))
    teacher_forcing: float = param(
        1.0,
        ParamInfo(
            "Teacher forcing",
            "Share of written tokens that are followed by the true one; lower: the network reads its own words.",
            low=0.0,
            high=1.0,
            step=0.05,
            live=True,
            shown_when=_writes,
        ),
    )
    learning_rate: float = param(
        3e-3,
        ParamInfo("Learning rate", "Higher: faster, until it breaks.", low=1e-5, high=1e-1, log=True, live=True),
    )
    batch_size: int = param(
        64, ParamInfo("Batch size", "Higher: smoother, slower.", unit="sequences", low=8, high=256, step=8, live=True)
    )


@dataclass(frozen=True)
class Decoding:
    """How tokens are chosen while writing.

    Attributes:
        how: ``"greedy"``, ``"sample"`` or ``"beam"``.
        temperature: Scores are divided by it before the softmax, 0.1 to 3; for greedy and beam only shown, not used.
        beam: Sentences kept, 1 to 5.
        seed: Seed of sampling.
    """

    how: str = "greedy"
    temperature: float = 1.0
    beam: int = 3
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Read:
    """Read one input and show everything on the way.

    Attributes:
        text: A sentence or a date; for tasks that read text. Anything goes: it is cut and mapped to known words.
        picture: A digit, (28, 28) float32 in [0, 1]; None for the others.
        scene: The picture to caption.
        decoding: How tokens are chosen.
        generation: Number of the question.
    """

    text: str = ""
    picture: Array | None = None
    scene: tuple[SceneObject, ...] = ()
    decoding: Decoding = field(default_factory=Decoding)
    generation: int = 0


@dataclass(frozen=True)
class Token:
    """One token of the input: as typed, as the network reads it (``"<unk>"`` when it does not know it)."""

    text: str
    read_as: str


@dataclass(frozen=True, eq=False)
class Pass:
    """One chain of cells through time: the reader or the writer. T time steps, L layers, H units, V classes or tokens.

    Attributes:
        first: State before the first step, (L, H) float32.
        hidden: State after each step, (T, L, H) float32.
        memory: The LSTM's c after each step, (T, L, H); (T, 0, H) for other cells.
        gates: (T, L, G, H) in [0, 1]; LSTM: input, forget, candidate (in [-1, 1]), output; GRU: reset, update,
            candidate (in [-1, 1]; update 1 keeps the old state); G = 0 for plain cells.
    """

    first: Array
    hidden: Array
    memory: Array
    gates: Array


@dataclass(frozen=True)
class Beam:
    """One sentence that beam search kept: its tokens joined, and its log-probability, nats."""

    text: str
    log_probability: float


@dataclass(frozen=True, eq=False)
class Trace:
    """The answer to :class:`Read`.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        task: One of :data:`TASKS`.
        tokens: What was read, token by token; for digits ``row 1`` .. ``row 28``; empty for captions.
        cut: What was left out of a text that is too long; empty otherwise.
        reader: The chain that reads; None for captions.
        writer: The chain that writes; None for many-to-one.
        classes: Names of the output's entries: classes, or the vocabulary that is written.
        probabilities: (T, V) float32. Many-to-one: what would be answered after each token read. Otherwise: the
            distribution that each written token was chosen from (temperature included when sampling).
        written: Tokens written (without start and end); for many-to-one the one answer.
        ended: Whether the network wrote its end token, rather than being stopped.
        beams: What beam search kept, best first; empty otherwise.
        truth: The right answer where the input belongs to the grammar; empty otherwise.
        picture: What was read as a picture, (H, W) for digits, (H, W, 3) for captions, float32 in [0, 1]; else None.
        generation: Same as the request's.
    """

    request: Read
    step: int
    task: str
    tokens: tuple[Token, ...]
    cut: str
    reader: Pass | None
    writer: Pass | None
    classes: tuple[str, ...]
    probabilities: Array
    written: tuple[str, ...]
    ended: bool
    beams: tuple[Beam, ...]
    truth: str
    picture: Array | None
    generation: int


@dataclass(frozen=True, eq=False)
class Influence:
    """How strongly one output depends on each input.

    Attributes:
        read: The input, with the decoding that wrote the output.
        output: Index of the output in time: a written token, or (many-to-one) the step after which it answers.
        generation: Number of the question.
    """

    read: Read
    output: int = 0
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Influenced:
    """The answer to :class:`Influence`: norms of the gradient of the output's log-probability.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        output: Index of the output meant (the last one when the request's was too large).
        name: The class or token whose log-probability is meant.
        tokens: Norm with respect to each input token's embedding (row, for digits), (T,) float32.
        pixels: Norm with respect to each pixel of a captioned picture, (H, W) float32; None otherwise.
        written: Norm with respect to the embedding of each token written before this one, (output,) float32.
        generation: Same as the request's.
    """

    request: Influence
    step: int
    output: int
    name: str
    tokens: Array
    pixels: Array | None
    written: Array
    generation: int


SPEC = LabSpec(
    id="sequences",
    title="Sequence tasks",
    group="Sequences",
    summary="What a recurrent network reads and writes, one step at a time.",
    params=SequenceParams,
    frames=(
        FrameInfo(
            "hidden",
            ("time step (reader, then writer)", "layer", "unit"),
            "",
            "Hidden states while reading and writing the lab's own example.",
            3.0,
        ),
        FrameInfo(
            "memory",
            ("time step (reader, then writer)", "layer", "unit"),
            "",
            "The LSTM's memory on the same example; no layers for other cells.",
            3.0,
        ),
        FrameInfo(
            "gates",
            ("time step (reader, then writer)", "layer", "gate", "unit"),
            "",
            "Gates on the same example; none for plain cells.",
            3.0,
        ),
        FrameInfo(
            "probabilities",
            ("output in time", "class or token"),
            "probability",
            "Outputs on the same example, written greedily; class names as in the answer to Read.",
            3.0,
        ),
        FrameInfo(
            "by_length",
            ("length", "length in tokens, share right, number measured, in training (1 or 0)"),
            "",
            "Held-out accuracy by length; lengths never trained on are marked 0.",
            1.0,
        ),
    ),
    scalars=(
        ScalarInfo("loss", "train", "nats per answer or token", "train"),
        ScalarInfo("test_loss", "test", "nats per answer or token", "test"),
        ScalarInfo("accuracy", "held out", "%", "test"),
        ScalarInfo("longer_accuracy", "longer than trained", "%", "kl"),
        ScalarInfo("token_accuracy", "per token", "%", "train"),
        ScalarInfo("gradient_norm", "gradient", "norm", "ink"),
    ),
    requests=(Read, Influence, RunChecks),
    experiment="explorer.experiments.sequences:create",
    lab="explorer.ui.labs.sequences:SequencesLab",
    panels=(
        PanelSpec(
            "network", "Unrolled network", "center", "hero", ("hidden", "memory", "gates", "probabilities"), (980, 640)
        ),
        PanelSpec("try", "Try it", "right", "top", (), (420, 300)),
        PanelSpec("output", "Output", "right", "middle", (), (420, 360)),
        PanelSpec("influence", "Influence", "right", "middle", (), (420, 360)),
        PanelSpec("hidden", "Hidden state", "bottom", "bottom", ("hidden", "memory"), (1200, 260)),
        PanelSpec("curves", "Curves", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("lengths", "Accuracy by length", "bottom", "bottom", ("by_length",), (1200, 240)),
        PanelSpec("cell", "Inside the cell", "left", "story", (), (360, 260)),
        PanelSpec("checks", "Checks", "left", "story", (), (360, 160)),
    ),
    stored=(
        StoredRun("sequences-sentiment", "Stored: sentiment"),
        StoredRun("sequences-digits", "Stored: digits by rows"),
        StoredRun("sequences-caption", "Stored: captions"),
        StoredRun("sequences-translate", "Stored: English to Italian"),
        StoredRun("sequences-dates", "Stored: dates"),
    ),
    data_note="sentences, pictures and dates from exact grammars; digits from MNIST",
)
