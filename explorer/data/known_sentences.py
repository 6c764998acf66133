"""What all-MiniLM-L6-v2 says of twenty sentences, computed once from the original weights in full precision.

A first picture before any model is loaded, and what the app's own encoder is held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class KnownSentences:
    """Twenty sentences and their vectors, and the attention of the first one; the arrays are read-only.

    Attributes:
        texts: The sentences; the first is the running example of the attention lab.
        vectors: (20, 384) float32, each of length one.
        tokens: The word pieces of the first sentence, [CLS] and [SEP] included.
        attention: Its attention, (6, 12, T, T) float32 with the precision of float16: layer, head, query, key.
    """

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    tokens: tuple[str, ...]
    attention: NDArray[np.float32]


def load_known_sentences() -> KnownSentences:
    """Read the sentences that ship with the package (a few milliseconds)."""
    packed = files("explorer").joinpath("resources/data/minilm-reference.npz").read_bytes()
    with np.load(BytesIO(packed), allow_pickle=False) as archive:
        known = KnownSentences(
            texts=tuple(map(str, archive["texts"])),
            vectors=archive["vectors"],
            tokens=tuple(map(str, archive["tokens"])),
            attention=archive["attention"].astype(np.float32),
        )
    known.vectors.flags.writeable = False
    known.attention.flags.writeable = False
    return known
