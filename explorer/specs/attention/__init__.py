"""The attention lab: what its torch half and its window half agree on.

Two models: all-MiniLM-L6-v2, ready-made, which is asked about any text; and a small one of attention alone, which is
the lab's run and learns before the class's eyes which colour belongs to which noun. Layers and heads count from 0 here,
from 1 on the screen. In a matrix of attention rows are queries (who looks), columns are keys (who is looked at).

Names: T tokens, L layers, H heads, D numbers per token, d numbers per head.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.core.frames import Array, FrameInfo
from explorer.core.params import Choice, ParamInfo, param
from explorer.core.questions import RunChecks
from explorer.core.spec import LabSpec, PanelSpec, ScalarInfo, StoredRun
from explorer.specs.attention.cost import Cost

EXAMPLE = "A smiling blue fox with golden wings"
"""What the lab opens on; its attention is stored, so that it is there before torch is."""
FIRST_LAYER, FIRST_HEAD = 2, 0
"""Where "fox" looks at its adjectives: layer 3, head 1."""
N_LAYERS, N_HEADS, N_DIMS = 6, 12, 384
"""Of the ready-made model."""
MOST_TOKENS = 256
MASKS = ("none", "causal", "padding")
N_PADDING = 3
"""Tokens [PAD] that the mask "padding" puts behind a text."""
HAND_DIMS = 4
"""Numbers per token of the model that is set by hand."""
MOST_HAND_TOKENS = 6


@dataclass(frozen=True)
class AttentionParams:
    """Settings of the model that learns; see each field's metadata."""

    layers: int = param(
        2, ParamInfo("Layers", "One takes a colour to its noun; the other finds the noun again.", low=1, high=2, step=1)
    )
    heads: str = param(
        "2",
        ParamInfo(
            "Heads",
            "Of each layer.",
            choices=(
                Choice("1", "1", "One head must do everything."),
                Choice("2", "2", "One does the work, the other is free."),
                Choice("3", "3", "Narrower heads; one of them is not needed."),
                Choice("4", "4", "Narrower still; most are not needed."),
            ),
        ),
    )
    attention_on: bool = param(
        True,
        ParamInfo("Attention", "Off: nothing reaches the end of a sentence, so it must fail.", live=True),
    )
    learning_rate: float = param(
        1e-3,
        ParamInfo("Learning rate", "Higher: faster, until it breaks.", low=1e-5, high=1e-1, log=True, live=True),
    )
    batch_size: int = param(
        64,
        ParamInfo("Batch size", "Higher: smoother, slower.", unit="sentences", low=8, high=256, step=8, live=True),
    )
    width: int = param(32, ParamInfo("Width", "Numbers that stand for a token.", low=8, high=128, step=8, folded=True))


# ------------------------------------------------------------------------------------------ the ready-made model


@dataclass(frozen=True)
class Reading:
    """How the ready-made model is to read a text.

    Attributes:
        text: Anything at all; what exceeds 256 tokens is cut.
        tokens_off: Places of tokens that nobody may look at and that take no part in the sentence's vector.
        heads_off: (layer, head) of heads that add nothing.
        mask: One of :data:`MASKS`: nobody looks ahead, or there are three [PAD] behind the text that nobody looks at.
    """

    text: str = EXAMPLE
    tokens_off: tuple[int, ...] = ()
    heads_off: tuple[tuple[int, int], ...] = ()
    mask: str = "none"


@dataclass(frozen=True)
class Encode:
    """Read a text with the ready-made model and give the attention of all heads.

    Attributes:
        reading: What, and how.
        generation: Number of the question.
    """

    reading: Reading = field(default_factory=Reading)
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Encoded:
    """The answer to :class:`Encode`.

    Attributes:
        request: What was asked.
        tokens: The T tokens, as ``"[CLS]"``, ``"smiling"``, ``"##s"``.
        spans: Each token's characters in the text, first and behind the last, (T, 2) int64; empty for added tokens.
        cut: What was cut off the text; empty where nothing was.
        weights: Attention, (6, 12, T, T) float32.
        shades: The same as whole numbers, 255 for 1, (6, 12, T, T) uint8.
        patterns: How far each head follows each of :data:`explorer.data.head_patterns.PATTERNS`, (6, 12, P) float32.
        whole: Attention with nothing switched off, of the same form; None where nothing is switched off.
        cosine: Of the sentence's vector with that of the sentence with nothing switched off, -1 to 1.
        took_ms: Milliseconds that the model took.
        generation: Same as the request's.
    """

    request: Encode
    tokens: tuple[str, ...]
    spans: Array
    cut: str
    weights: Array
    shades: Array
    patterns: Array
    whole: Array | None
    cosine: float
    took_ms: float
    generation: int


@dataclass(frozen=True)
class Relate:
    """Compare two texts by the vectors that the ready-made model gives them.

    Attributes:
        reading: One of them, and how it is read.
        second: The other one, read with all heads and tokens.
        generation: Number of the question.
    """

    reading: Reading = field(default_factory=Reading)
    second: str = ""
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Related:
    """The answer to :class:`Relate`.

    Attributes:
        request: What was asked.
        tokens: The T tokens of the one; second_tokens: the S tokens of the other.
        alike: Cosine of what the last layer leaves of each token of the one with each of the other, (T, S) float32.
        cosine: Of the two sentences' vectors, -1 to 1.
        known: Of the one's vector with each of the twenty of :mod:`explorer.data.known_sentences`, (20,) float32.
        generation: Same as the request's.
    """

    request: Relate
    tokens: tuple[str, ...]
    second_tokens: tuple[str, ...]
    alike: Array
    cosine: float
    known: Array
    generation: int


# ------------------------------------------------------------------------------------------ stage by stage


@dataclass(frozen=True)
class Trace:
    """Go through one head of the ready-made model, stage by stage.

    Attributes:
        reading: What is read, and how.
        layer: 0 .. 5; head: 0 .. 11.
        generation: Number of the question.
    """

    reading: Reading = field(default_factory=Reading)
    layer: int = FIRST_LAYER
    head: int = FIRST_HEAD
    generation: int = 0


@dataclass(frozen=True, eq=False)
class TraceByHand:
    """Go through a model of four numbers per token that a person sets, stage by stage.

    Attributes:
        tokens: T of them, 1 to 6; one called ``"[PAD]"`` is looked at by nobody when the mask is ``"padding"``.
        E: One vector for each token, (T, 4) float32.
        W_Q: (4, 4) float32, and so W_K, W_V and W_O; with two heads the first one has the first two columns.
        n_heads: 1 or 2; head: the one that is followed.
        mask: As in :class:`Reading`.
        generation: Number of the question.
    """

    tokens: tuple[str, ...]
    E: Array
    W_Q: Array
    W_K: Array
    W_V: Array
    W_O: Array
    n_heads: int = 1
    head: int = 0
    mask: str = "none"
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Traced:
    """The answer to :class:`Trace` and to :class:`TraceByHand`: every matrix on the way, float32.

    Attributes:
        request: What was asked.
        tokens: T of them.
        n_heads: Heads side by side, H.
        E: Input of the layer, (T, D).
        W_Q: Of the head, (D, d), and so W_K and W_V; Q = E W_Q + bias_q.
        bias_q: (d,), and so bias_k and bias_v; zeros in the model set by hand.
        Q: Queries, (T, d), and so the keys K and the values V.
        scores: Q Kᵀ, (T, T).
        scaled: Scores divided by √d.
        masked: Scaled scores, -inf where nobody may look.
        weights: Softmax of each row.
        output: Weights times V, (T, d); zeros of a head that is off.
        side_by_side: Outputs of all heads, (T, D).
        W_O: (D, D); projected = side_by_side W_O + bias_o.
        bias_o: (D,).
        projected: What W_O makes of them, (T, D).
        attended: Layer norm of E + projected, (T, D): what goes on to the rest of the layer.
        generation: Same as the request's.
    """

    request: Trace | TraceByHand
    tokens: tuple[str, ...]
    n_heads: int
    E: Array
    W_Q: Array
    W_K: Array
    W_V: Array
    bias_q: Array
    bias_k: Array
    bias_v: Array
    Q: Array
    K: Array
    V: Array
    scores: Array
    scaled: Array
    masked: Array
    weights: Array
    output: Array
    side_by_side: Array
    W_O: Array
    bias_o: Array
    projected: Array
    attended: Array
    generation: int


# ------------------------------------------------------------------------------------------ the model that learns


@dataclass(frozen=True)
class Bind:
    """Ask the model that learns which colour a noun has.

    Attributes:
        text: A sentence and its question, as :func:`explorer.data.binding_reading.read` reads them.
        noun: Ask for this noun of the sentence instead; empty for the question in the text.
        heads_off: As in :class:`Reading`.
        generation: Number of the question.
    """

    text: str
    noun: str = ""
    heads_off: tuple[tuple[int, int], ...] = ()
    generation: int = 0


@dataclass(frozen=True, eq=False)
class BoundTo:
    """The answer to :class:`Bind`.

    Attributes:
        request: What was asked.
        step: Step of the weights.
        words: The T tokens; the last one is the noun that is asked for.
        asked_noun: Place of the noun where it is told; asked_colour: of its colour.
        noun_places: Place of each noun told, in their order.
        weights: Attention, (L, H, T, T) float32.
        probabilities: Of each colour of :data:`explorer.data.binding.COLOURS`, (8,) float32.
        accuracy_percent: On 500 held-out sentences, with the same heads switched off.
        to_colour: Mean attention, over these, from the noun asked for to its colour, (L, H) float32.
        generation: Same as the request's.
    """

    request: Bind
    step: int
    words: tuple[str, ...]
    asked_noun: int
    asked_colour: int
    noun_places: tuple[int, ...]
    weights: Array
    probabilities: Array
    accuracy_percent: float
    to_colour: Array
    generation: int


SPEC = LabSpec(
    id="attention",
    title="Attention",
    group="Attention",
    summary="Click a word and see what it is related to.",
    params=AttentionParams,
    frames=(
        FrameInfo(
            "attention",
            ("layer", "head", "query", "key"),
            "attention, each row adds up to one",
            "Who looks at whom in the sentence that the lab opens on.",
            1.0,
        ),
        FrameInfo("answer", ("colour",), "probability", "What is answered to its question.", 1.0),
        FrameInfo("to_colour", ("layer", "head"), "attention", "Mean attention of the asked noun to its colour.", 1.0),
    ),
    scalars=(
        ScalarInfo("loss", "train", "nats", "train"),
        ScalarInfo("test_loss", "held out", "nats", "test"),
        ScalarInfo("accuracy", "train", "%", "train"),
        ScalarInfo("test_accuracy", "held out", "%", "test"),
        ScalarInfo("asked_attention", "noun to its colour", "attention", "test"),
        ScalarInfo("question_attention", "question to its noun", "attention", "ink"),
        ScalarInfo("gradient_norm", "gradient", "norm", "ink"),
    ),
    requests=(Encode, Relate, Trace, TraceByHand, Bind, Cost, RunChecks),
    timeless=(Encode, Relate, Trace, TraceByHand, Cost),
    experiment="explorer.experiments.attention:create",
    lab="explorer.ui.labs.attention:AttentionLab",
    panels=(
        PanelSpec("tokens", "What is it related to?", "center", "hero", (), (900, 640)),
        PanelSpec("walk", "The walk", "center", "hero", (), (900, 640)),
        PanelSpec("learn", "Learn it live", "center", "hero", ("attention", "answer", "to_colour"), (900, 640)),
        PanelSpec("heads", "All heads", "right", "top", (), (420, 360)),
        PanelSpec("looks", "What the word looks at", "right", "middle", (), (420, 300)),
        PanelSpec("cell", "The cell under the pointer", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("sentences", "Two sentences", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("curves", "Curves", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("cost", "Cost", "bottom", "bottom", (), (1200, 240)),
        PanelSpec("checks", "Checks", "left", "story", (), (360, 180)),
    ),
    stored=(StoredRun("attention-binding", "Which colour has the fox?"),),
    data_note="all-MiniLM-L6-v2 reads any text; the model that learns reads sentences drawn afresh for every step",
)
