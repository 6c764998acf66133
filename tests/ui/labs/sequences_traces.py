"""Answers to Read built by hand: real recurrences on made-up weights, and outputs that are known exactly.

Each trace obeys its cell's equations (so that numbers on screen can be recomputed), reads a fixed input and writes a
fixed output; nothing here asks torch.
"""

from __future__ import annotations

import numpy as np

from explorer.core.frames import Array
from explorer.specs.sequences import (
    END,
    EXAMPLE_SCENE,
    EXAMPLES,
    SENTIMENTS,
    START,
    UNKNOWN,
    Beam,
    Decoding,
    Influence,
    Influenced,
    Pass,
    Read,
    Token,
    Trace,
)

HIDDEN = 24
WEIGHTS_STEP = 1200
ENGLISH = tuple(EXAMPLES["translate"].split())
ITALIAN = ("la", "volpe", "blu", "dorme")
ITALIAN_WORDS = (START, END, UNKNOWN, "la", "il", "volpe", "cane", "blu", "rosso", "dorme", "corre")
CAPTION = ("a", "large", "blue", "circle", "left", "of", "a", "small", "red", "square")
CAPTION_WORDS = (START, END, "a", "large", "small", "blue", "red", "circle", "square", "left", "above", "of")
DATE = "1998-03-03"
POSITIVE = (0.52, 0.88, 0.9, 0.35, 0.22, 0.31, 0.28, 0.17, 0.08)
"""What the sentiment trace answers after each word: the probability of "positive"."""


def _sigmoid(x: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def _layer(cell: str, x: Array, first: Array, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """States (T, H), memory (T, H) and gates (T, G, H) of one layer over inputs (T, H)."""
    n = first.shape[0]
    n_gates = {"lstm": 4, "gru": 3}.get(cell, 1)
    w, u = rng.normal(0, 1.6 / np.sqrt(n), (2, n_gates, n, n))
    h, c = first.copy(), np.zeros(n)
    states, memories, gates = [], [], []
    for x_t in x:
        a, b = w @ x_t, u @ h
        if cell == "lstm":
            i, f, o = _sigmoid(a[0] + b[0]), _sigmoid(a[1] + b[1] + 1.0), _sigmoid(a[3] + b[3])
            g = np.tanh(a[2] + b[2])
            c = f * c + i * g
            h = o * np.tanh(c)
            gates.append(np.stack([i, f, g, o]))
        elif cell == "gru":
            r, z = _sigmoid(a[0] + b[0]), _sigmoid(a[1] + b[1] + 0.6)
            g = np.tanh(a[2] + r * b[2])
            h = (1 - z) * g + z * h
            gates.append(np.stack([r, z, g]))
        else:
            h = np.tanh(a[0] + b[0]) if cell != "rnn_relu" else np.maximum(0.0, a[0] + b[0])
        states.append(h)
        memories.append(c)
    return np.stack(states), np.stack(memories), np.stack(gates) if gates else np.zeros((len(x), 0, n))


def chain(cell: str, n_steps: int, *, layers: int = 1, first: Array | None = None, seed: int = 0) -> Pass:
    """A chain of cells that obeys the equations of its cell; the LSTM's memory starts at zero."""
    rng = np.random.default_rng(seed)
    start = np.zeros((layers, HIDDEN)) if first is None else np.asarray(first, float)
    x, parts = rng.normal(0, 1.0, (n_steps, HIDDEN)), []
    for number in range(layers):
        parts.append(_layer(cell, x, start[number], rng))
        x = parts[-1][0]
    hidden, memory, gates = (np.stack([p[k] for p in parts], axis=1).astype(np.float32) for k in range(3))
    return Pass(start.astype(np.float32), hidden, memory if cell == "lstm" else memory[:, :0], gates)


def _peaked(chosen: list[int], n: int, shares: list[float], seed: int = 1) -> Array:
    """Distributions (T, n) that give `shares` to the chosen entries and the rest, unevenly, to the others."""
    rest = np.random.default_rng(seed).dirichlet(np.full(n, 0.3), len(chosen))
    for row, index, share in zip(rest, chosen, shares, strict=True):
        row[index] = 0.0
        row *= (1.0 - share) / row.sum()
        row[index] = share
    return rest.astype(np.float32)


def _known(words: tuple[str, ...]) -> tuple[Token, ...]:
    return tuple(Token(word, word) for word in words)


def sentiment_trace(cell: str = "gru", *, layers: int = 1, unknown: int = -1, cut: str = "") -> Trace:
    """The example sentence read as negative; word number `unknown` is not in the vocabulary."""
    words = tuple(EXAMPLES["sentiment"].split())
    tokens = tuple(Token(w, UNKNOWN if i == unknown else w) for i, w in enumerate(words))
    p = np.stack([1 - np.array(POSITIVE), np.array(POSITIVE)], axis=1).astype(np.float32)
    reader = chain(cell, len(words), layers=layers)
    return Trace(
        Read(text=" ".join(words)), WEIGHTS_STEP, "sentiment", tokens, cut, reader, None, SENTIMENTS, p,
        ("negative",), False, (), "negative", None, 0,
    )  # fmt: skip


def digit_picture() -> Array:
    """A 7 of 28 x 28, float32 in [0, 1]: a bar above, a slanted stroke beneath."""
    rows, columns = np.mgrid[0:28, 0:28]
    bar = (rows >= 6) & (rows <= 8) & (columns >= 7) & (columns <= 20)
    stroke = (rows > 8) & (rows <= 23) & (np.abs(columns - (20 - 0.55 * (rows - 8))) < 1.6)
    return np.asarray(np.where(bar | stroke, 1.0, 0.0), np.float32)


def digits_trace(cell: str = "gru", *, layers: int = 1) -> Trace:
    """A 7 read row by row: a 5 at first sight, a 7 from row 14 on."""
    shares = np.linspace(0.2, 0.97, 28)
    guesses = [5] * 9 + [9] * 5 + [7] * 14
    p = _peaked(guesses, 10, shares.tolist())
    tokens = _known(tuple(f"row {i + 1}" for i in range(28)))
    picture, reader = digit_picture(), chain(cell, 28, layers=layers, seed=2)
    names = tuple(str(d) for d in range(10))
    return Trace(
        Read(picture=picture), WEIGHTS_STEP, "digits", tokens, "", reader, None, names, p,
        ("7",), False, (), "7", picture, 0,
    )  # fmt: skip


def scene_picture() -> Array:
    """A large blue circle left of a small red square, (48, 48, 3) float32 in [0, 1]."""
    rows, columns = np.mgrid[0:48, 0:48]
    picture = np.full((48, 48, 3), 0.97, np.float32)
    picture[(rows - 24) ** 2 + (columns - 12) ** 2 < 81] = (0.0, 0.45, 0.7)
    picture[(abs(rows - 24) < 5) & (abs(columns - 37) < 5)] = (0.84, 0.15, 0.1)
    return picture


def caption_trace(cell: str = "gru", *, layers: int = 1, ended: bool = True) -> Trace:
    """Ten words about a picture, and the end token if `ended`."""
    chosen = [CAPTION_WORDS.index(w) for w in CAPTION] + [1] * ended
    p = _peaked(chosen, len(CAPTION_WORDS), np.linspace(0.99, 0.62, len(chosen)).tolist())
    first = np.tanh(np.random.default_rng(5).normal(0, 0.8, (layers, HIDDEN)))
    writer, text = chain(cell, len(chosen), layers=layers, first=first, seed=3), " ".join(CAPTION)
    return Trace(
        Read(scene=EXAMPLE_SCENE), WEIGHTS_STEP, "caption", (), "", None, writer, CAPTION_WORDS, p,
        CAPTION, ended, (), text, scene_picture(), 0,
    )  # fmt: skip


def translate_trace(cell: str = "lstm", *, layers: int = 1) -> Trace:
    """From "the blue fox sleeps" to "la volpe blu dorme" and the end token."""
    chosen = [ITALIAN_WORDS.index(w) for w in ITALIAN] + [1]
    p = _peaked(chosen, len(ITALIAN_WORDS), [0.93, 0.99, 0.71, 0.98, 0.995])
    reader = chain(cell, len(ENGLISH), layers=layers, seed=4)
    writer = chain(cell, len(chosen), layers=layers, first=reader.hidden[-1], seed=6)
    beams = (Beam("la volpe blu dorme", -0.45), Beam("la volpe dorme", -3.2))
    return Trace(
        Read(text=" ".join(ENGLISH), decoding=Decoding("beam", beam=2)), WEIGHTS_STEP, "translate", _known(ENGLISH),
        "", reader, writer, ITALIAN_WORDS, p, ITALIAN, True, beams, "la volpe blu dorme", None, 0,
    )  # fmt: skip


def dates_trace(cell: str = "gru", *, layers: int = 1, cut: str = "") -> Trace:
    """From "3 March 1998" to "1998-03-03", character by character."""
    names = (START, END, *"0123456789-")
    chosen = [names.index(ch) for ch in DATE] + [1]
    p = _peaked(chosen, len(names), np.linspace(0.9, 0.99, len(chosen)).tolist())
    text = EXAMPLES["dates"]
    reader = chain(cell, len(text), layers=layers, seed=7)
    writer = chain(cell, len(chosen), layers=layers, first=reader.hidden[-1], seed=8)
    return Trace(
        Read(text=text), WEIGHTS_STEP, "dates", _known(tuple(text)), cut, reader, writer, names, p,
        tuple(DATE), True, (), DATE, None, 0,
    )  # fmt: skip


def long_trace(n_words: int = 40, cut: str = "more " * 1234) -> Trace:
    """A sentence as long as can be read, of which much was cut."""
    words = tuple(f"word{i + 1}" for i in range(n_words))
    p = np.stack([np.linspace(0.9, 0.1, n_words), np.linspace(0.1, 0.9, n_words)], axis=1).astype(np.float32)
    return Trace(
        Read(text=" ".join(words)), WEIGHTS_STEP, "sentiment", _known(words), cut.strip(),
        chain("gru", n_words, seed=9), None, SENTIMENTS, p, ("positive",), False, (), "", None, 0,
    )  # fmt: skip


def influence_of(trace: Trace, output: int = -1) -> Influenced:
    """Influence on one output that grows from token to token: the last one matters most."""
    n_out = len(trace.written) if trace.writer is not None else len(trace.tokens)
    at = n_out - 1 if output < 0 else output
    tokens = np.linspace(0.1, 0.8, len(trace.tokens)).astype(np.float32)
    pixels = np.linspace(0, 1, 48 * 48).reshape(48, 48).astype(np.float32) if trace.task == "caption" else None
    written = np.linspace(0.2, 0.5, at).astype(np.float32) if trace.writer is not None else np.zeros(0, np.float32)
    name = trace.written[at] if trace.writer is not None else trace.written[0]
    return Influenced(Influence(trace.request, at), trace.step, at, name, tokens, pixels, written, 0)
