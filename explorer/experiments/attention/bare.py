"""The ready-made model in a process without a window: its forward pass against torch's own encoder, and its loading."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

import torch

from explorer.catalog import PREPARE, resolve
from explorer.core.eight_bit import read_packed
from explorer.core.stored import stored_path
from explorer.data.word_pieces import word_pieces
from explorer.experiments.attention.ready_made import STEM, ReadyMade
from explorer.models.minilm import encode, encoder_from
from explorer.models.minilm_reference import reference_from
from explorer.specs.attention import EXAMPLE, Encode

N_TOKENS, REPEATS = 128, 15


def measure() -> dict[str, float]:
    """Milliseconds of both forward passes in alternation, seconds to the first answer, and megabytes on disk."""
    resolve(PREPARE)("auto")
    folder = stored_path(STEM).parent
    megabytes = sum(path.stat().st_size for path in folder.glob(f"{STEM}.*")) / 1e6
    began = time.perf_counter()
    ReadyMade().encode(Encode())
    loaded_s = time.perf_counter() - began
    arrays = read_packed(stored_path(STEM))
    encoder, reference = encoder_from(arrays), reference_from(arrays).eval()
    ids = torch.from_numpy(word_pieces(" ".join([EXAMPLE] * 40), most=N_TOKENS).ids)[None]
    ours, theirs = list[float](), list[float]()
    with torch.no_grad():
        embedded = reference.embed(ids, torch.zeros_like(ids))
        for i in range(REPEATS + 2):
            pair = _ms(lambda: encode(encoder, ids)), _ms(lambda: reference.run_layers(embedded))
            if i >= 2:
                ours.append(pair[0])
                theirs.append(pair[1])
    return {
        "forward_ms": statistics.median(ours),
        "reference_ms": statistics.median(theirs),
        "loaded_s": loaded_s,
        "megabytes": megabytes,
    }


def _ms(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    print(json.dumps(measure()), flush=True)
    sys.exit(0)
