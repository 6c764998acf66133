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
    """Milliseconds of both forward passes with the app's threads and with one, seconds to an answer, and megabytes."""
    resolve(PREPARE)("auto")
    folder = stored_path(STEM).parent
    megabytes = sum(path.stat().st_size for path in folder.glob(f"{STEM}.*")) / 1e6
    began = time.perf_counter()
    ReadyMade().encode(Encode())
    loaded_s = time.perf_counter() - began
    arrays = read_packed(stored_path(STEM))
    encoder, reference = encoder_from(arrays), reference_from(arrays).eval()
    ids = torch.from_numpy(word_pieces(" ".join([EXAMPLE] * 40), most=N_TOKENS).ids)[None]
    embedded = reference.embed(ids, torch.zeros_like(ids))
    both = (lambda: encode(encoder, ids)), (lambda: reference.run_layers(embedded))
    forward_ms, reference_ms = _medians_ms(*both)
    torch.set_num_threads(1)
    forward_1_ms, reference_1_ms = _medians_ms(*both)
    return {
        "forward_ms": forward_ms,
        "reference_ms": reference_ms,
        "forward_1_thread_ms": forward_1_ms,
        "reference_1_thread_ms": reference_1_ms,
        "loaded_s": loaded_s,
        "megabytes": megabytes,
    }


@torch.no_grad()
def _medians_ms(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Of both in alternation; the first two pairs warm up."""
    pairs = [(_ms(ours), _ms(theirs)) for _ in range(REPEATS + 2)][2:]
    one, other = (statistics.median(took) for took in zip(*pairs, strict=True))
    return one, other


def _ms(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    print(json.dumps(measure()), flush=True)
    sys.exit(0)
