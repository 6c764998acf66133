"""all-MiniLM-L6-v2 asked about a text: attention of all heads, one head stage by stage, and how alike two texts are."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.core.eight_bit import read_packed
from explorer.core.errors import UserError
from explorer.core.frames import Array, frozen
from explorer.core.stored import stored_path
from explorer.data.head_patterns import head_patterns
from explorer.data.known_sentences import load_known_sentences
from explorer.data.word_pieces import PAD, SEP, WordPieces, word_ids, word_pieces
from explorer.models.minilm import Encoded as Ran
from explorer.models.minilm import Encoder, encode, encoder_from
from explorer.models.minilm_walk import head_weights, walk
from explorer.specs.attention import (
    MASKS,
    MOST_TOKENS,
    N_HEADS,
    N_LAYERS,
    N_PADDING,
    Encode,
    Encoded,
    Reading,
    Relate,
    Related,
    Trace,
    TraceByHand,
    Traced,
)

STEM: Final = "attention-minilm"
KEPT: Final = 6
"""Texts whose states are kept; at 256 tokens one is 22 MB."""

EncoderFile = Callable[[], Encoder]
"""Gives the encoder, read when first asked for."""


@cache
def shipped_encoder() -> Encoder:
    """The encoder that ships with the app; read once, in a twentieth of a second.

    Raises:
        UserError: Its file is missing or damaged.
    """
    return encoder_from(read_packed(stored_path(STEM)))


class Read(NamedTuple):
    """A text as it was read, and what became of it."""

    pieces: WordPieces
    tokens: tuple[str, ...]
    tokens_on: Tensor | None
    heads_on: Tensor | None
    ran: Ran
    took_ms: float


class ReadyMade:
    """Answers questions about texts; the last few are remembered.

    Args:
        file: Gives the encoder.
    """

    def __init__(self, file: EncoderFile = shipped_encoder) -> None:
        self._file = file
        self._kept: OrderedDict[Reading, Read] = OrderedDict()

    def beside(self) -> ReadyMade:
        """The same model with a memory of its own, so that this one forgets nothing."""
        return ReadyMade(self._file)

    def encode(self, request: Encode) -> Encoded:
        """The attention of all heads.

        Raises:
            UserError: The reading makes no sense, or the weights are missing.
        """
        reading = request.reading
        read, plain = self.read(reading), Reading(reading.text, mask=reading.mask)
        is_switched = bool(reading.tokens_off or reading.heads_off)
        whole = self.read(plain) if is_switched else read
        weights = read.ran.weights[:, 0].numpy()  # (L, H, T, T)
        separators = [i for i, token in enumerate(read.tokens) if token == SEP]
        return Encoded(
            request=request,
            tokens=read.tokens,
            spans=frozen(_spans(read)),
            cut=read.pieces.cut[0],
            weights=frozen(weights),
            shades=frozen(np.rint(weights * 255), np.uint8),
            patterns=frozen(head_patterns(weights, separators)),
            whole=frozen(whole.ran.weights[:, 0].numpy()) if is_switched else None,
            cosine=float(read.ran.sentence[0] @ whole.ran.sentence[0]),
            took_ms=read.took_ms,
            generation=request.generation,
        )

    def relate(self, request: Relate) -> Related:
        """How alike two texts are, token by token and as a whole.

        Raises:
            UserError: The reading makes no sense, or the weights are missing.
        """
        one, other = self.read(request.reading), self.read(Reading(request.second))
        a, b = (F.normalize(read.ran.hidden[-1, 0], dim=-1) for read in (one, other))
        sentence = one.ran.sentence[0]
        return Related(
            request=request,
            tokens=one.tokens,
            second_tokens=other.tokens,
            alike=frozen((a @ b.T).numpy(), np.float32),
            cosine=float(sentence @ other.ran.sentence[0]),
            known=frozen(load_known_sentences().vectors @ sentence.numpy(), np.float32),
            generation=request.generation,
        )

    def trace(self, request: Trace) -> Traced:
        """One head, stage by stage.

        Raises:
            UserError: There is no such head, or the reading makes no sense.
        """
        layer, head = request.layer, request.head
        _require_head(layer, head)
        read, encoder = self.read(request.reading), self._file()
        causal = request.reading.mask == "causal"
        passed = walk(
            encoder,
            read.ran.hidden[layer, 0],
            layer,
            head,
            tokens_on=read.tokens_on,
            heads_on=read.heads_on,
            causal=causal,
        )
        own, output = head_weights(encoder, layer, head), encoder.layers[layer].output
        return traced(
            request,
            read.tokens,
            N_HEADS,
            {
                **{name: getattr(passed, name) for name in _PASSED},
                **{name: getattr(own, name) for name in ("W_Q", "W_K", "W_V", "bias_q", "bias_k", "bias_v")},
                "W_O": output.weight.T,
                "bias_o": output.bias,
            },
        )

    def read(self, reading: Reading) -> Read:
        """A text as it is read, from memory where it was read before.

        Raises:
            UserError: The reading makes no sense.
        """
        if reading not in self._kept:
            self._kept[reading] = self._read(reading)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(reading)
        return self._kept[reading]

    def _read(self, reading: Reading) -> Read:
        if reading.mask not in MASKS:
            raise UserError(f"There is no mask called {reading.mask}; choose one of {', '.join(MASKS)}.")
        n_padding = N_PADDING if reading.mask == "padding" else 0
        pieces = word_pieces(reading.text, most=MOST_TOKENS - n_padding)
        tokens = (*pieces.tokens, *[PAD] * n_padding)
        ids = torch.from_numpy(np.append(pieces.ids, [word_ids()[PAD]] * n_padding).astype(np.int64))[None]
        off = [place for place in reading.tokens_off if 0 <= place < len(tokens)]
        off += range(len(pieces.tokens), len(tokens))
        tokens_on = heads_on = None
        if off:
            tokens_on = torch.ones(len(tokens), dtype=torch.bool)
            tokens_on[off] = False
        if reading.heads_off:
            heads_on = torch.ones(N_LAYERS, N_HEADS, dtype=torch.bool)
            for layer, head in reading.heads_off:
                _require_head(layer, head)
                heads_on[layer, head] = False
        encoder, began = self._file(), time.perf_counter()
        ran = encode(
            encoder,
            ids,
            tokens_on=None if tokens_on is None else tokens_on[None],
            heads_on=heads_on,
            causal=reading.mask == "causal",
        )
        return Read(pieces, tokens, tokens_on, heads_on, ran, 1000 * (time.perf_counter() - began))


_PASSED: Final = (
    "E", "Q", "K", "V", "scores", "scaled", "masked", "weights", "output", "side_by_side", "projected", "attended"
)  # fmt: skip


def traced(request: Trace | TraceByHand, tokens: tuple[str, ...], n_heads: int, parts: Mapping[str, Tensor]) -> Traced:
    """The answer with every matrix copied, float32.

    Args:
        request: What was asked.
        tokens: T of them.
        n_heads: Heads side by side.
        parts: The matrices by the names of :class:`Traced`, without a gradient.
    """
    arrays: dict[str, Array] = {name: frozen(part.numpy(), np.float32) for name, part in parts.items()}
    return Traced(request=request, tokens=tokens, n_heads=n_heads, generation=request.generation, **arrays)


def _spans(read: Read) -> Array:
    added = np.zeros((len(read.tokens) - len(read.pieces.tokens), 2), np.int64)
    return np.concatenate([read.pieces.spans, added])


def _require_head(layer: int, head: int) -> None:
    if not (0 <= layer < N_LAYERS and 0 <= head < N_HEADS):
        raise UserError(f"The model has layers 1 to {N_LAYERS} with heads 1 to {N_HEADS}, and no others.")
